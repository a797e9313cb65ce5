"""Tree: a module's parameters and submodules, found in its attributes; their paths and state."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeVar

from numpy.typing import ArrayLike

from autograd_core import Value
from autograd_core.graph import NO_GRADIENT
from nn.basics import (
    Batch,
    Config,
    Floats,
    Inputs,
    Output,
    Path,
    Source,
    check_arguments,
    reject_unsupported,
)
from nn.modules.internals import Overridable, class_view, internals
from nn.modules.state import Keys, distinct_holders, fill, nested, numbers, shape

Self = TypeVar("Self", bound="Tree")


class _NamesItsParts(type):
    """A metaclass that names the parts of a module when its constructor has returned."""

    if not TYPE_CHECKING:  # so that checkers and editors see the constructor's signature

        def __call__(cls, *args: object, **kwargs: object) -> object:
            reject_unsupported(cls, kwargs)
            try:
                module = super().__call__(*args, **kwargs)
            except TypeError:
                check_arguments(cls, args, kwargs)
                raise
            module.name_parts()
            return module

    @property
    def __signature__(cls) -> inspect.Signature:
        """The constructor's arguments, for help() and notebooks, instead of `__call__`'s."""
        constructor = inspect.signature(cls.__init__)  # type: ignore[misc]
        return constructor.replace(parameters=[*constructor.parameters.values()][1:])


class Tree(metaclass=_NamesItsParts):
    """Something made of parameters (leaf Values) and of other modules.

    Its parts are the Values and modules among its attributes, and in attributes that are lists,
    tuples, dicts or NumPy arrays, in the order in which they were set. A subclass only sets
    attributes, under any names; it need not call `super().__init__()`.

    Attributes:
        training: True at first and after `train()`, False after `eval()`; Dropout acts only if
            True.
        path: The module's path in the model it belongs to, as in `layers[0].neurons[2]`.
    """

    training: bool = True
    path = Overridable[str](lambda module: internals(module).path)
    registry: ClassVar[dict[str, type[Tree]]] = {}
    saved_as: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        name, own = cls.__name__, cls.__module__.startswith("nn.")
        taken = not own and Tree.registry.get(name, cls).__module__.startswith("nn.")
        cls.saved_as = f"{cls.__module__}.{name}" if taken else name  # a user's class MLP, say
        Tree.registry[cls.saved_as] = cls

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        raise NotImplementedError

    @classmethod
    def from_config(cls: type[Self], config: Config) -> Self:
        """Return a module made again from its `config()`."""
        return cls(**config)

    def __call__(self, x: Inputs | Batch) -> Output | list[Output]:
        """Return the output for one sample, or a list of outputs for a batch."""
        raise NotImplementedError(f"{type(self).__name__} defines neither forward nor __call__")

    def reseed(self, rng: Source) -> None:
        """Take a new source of randomness, if the module draws random numbers in a call."""

    def input_size(self) -> int | None:
        """Return how many inputs a sample has; None if that is not known."""
        return None

    @property
    def trainable(self) -> bool:
        """Whether `fit` trains the parameters, as of the next epoch; setting it sets all parts'."""
        return bool(vars(self).get("trainable", True))

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for module in self.modules():
            vars(module)["trainable"] = trainable
        fixed = {value for module in self.modules() for value in module.fixed_values()}
        for parameter in self.parameters():
            parameter.requires_grad = trainable and parameter not in fixed

    def penalties(self) -> list[Value]:
        """Return the terms that the module adds to the loss, as of its regularizers."""
        return []

    def constrained(self) -> list[tuple[object, Callable[[Floats], Floats]]]:
        """Return its nested lists of parameters with the constraints to apply after each step."""
        return []

    def fixed_values(self) -> list[Value]:
        """Return the parameters of its own that are never trained, as a moving mean."""
        return []

    # Parts and parameters.

    def named_children(self) -> list[tuple[str, Tree]]:
        """Return the modules that are direct parts, with their names."""
        return [(name, part) for name, part in self._parts() if isinstance(part, Tree)]

    def children(self) -> list[Tree]:
        """Return the modules that are direct parts."""
        return [part for _, part in self.named_children()]

    def named_modules(self) -> list[tuple[str, Tree]]:
        """Return this module (with the path "") and all below it, each once, top down."""
        return list(self._walk("", set()))

    def modules(self) -> list[Tree]:
        """Return this module and all below it, each once."""
        found: dict[Tree, None] = {}
        _collect_modules(self, found)  # without the names: 7 times as fast as named_modules
        return list(found)

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return every parameter, each once, with its path: `layers[0].neurons[2].w[1]`."""
        found: dict[Value, str] = {}
        self._collect("", found, set())
        return [(name, parameter) for parameter, name in found.items()]

    def parameters(self) -> list[Value]:
        """Return every parameter, each once: w..., b, neuron by neuron."""
        found: dict[Value, str] = {}
        self._collect("", found, set())
        return list(found)

    def trainable_parameters(self) -> list[Value]:
        """Return the parameters that are not frozen."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def _parts(self) -> Iterator[tuple[str, Tree | Value]]:
        for name, attribute in vars(self).items():
            yield from _flatten(name, attribute)

    def _walk(self, prefix: str, seen: set[Tree]) -> Iterator[tuple[str, Tree]]:
        if self not in seen:
            seen.add(self)
            yield prefix, self
            for name, child in self.named_children():
                yield from child._walk(join(prefix, name), seen)

    def _collect(self, prefix: str, found: dict[Value, str], seen: set[Tree]) -> None:
        if self in seen:
            return
        seen.add(self)
        for name, part in self._parts():
            if isinstance(part, Value):
                found.setdefault(part, join(prefix, name))
            else:
                part._collect(join(prefix, name), found, seen)

    def name_parts(self, prefix: str = "") -> None:
        """Set the path of every module, and label every parameter with its path.

        Done automatically when a module is made; call it after parts have been added by hand. A
        label that the user has set is kept.
        """
        for path, module in self.named_modules():
            internals(module).path = Path(join(prefix, path))
        for path, parameter in self.named_parameters():
            name, label = join(prefix, path), parameter.label
            if not label or isinstance(label, Path) or name.endswith(f".{label}"):
                parameter.label = Path(name)

    # Switches; each returns the module, so that calls can be chained.

    def apply(self: Self, function: Callable[[Tree], object]) -> Self:
        """Call `function` with every module, each after its parts (as in PyTorch)."""
        for module in reversed(self.modules()):
            function(module)
        return self

    def zero_grad(self, set_to_none: bool | None = None) -> None:
        """Clear the gradient of every parameter.

        Args:
            set_to_none: True sets `.grad` to None, as in PyTorch. False sets it to 0.0, a gradient
                with which momentum and weight decay still change the parameter. By default it is a
                special 0.0 that optimizers treat as no gradient.
        """
        none = {True: None, False: 0.0, None: NO_GRADIENT}[set_to_none]
        for parameter in self.parameters():
            parameter.grad = none  # type: ignore[assignment]

    def train(self: Self, mode: bool = True) -> Self:
        """Switch to training mode, in which Dropout drops."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Switch to inference mode, in which Dropout passes everything through."""
        return self.train(False)

    def to(self: Self, *places: object, **options: object) -> Self:
        """Return the module unchanged; for PyTorch's sake: Python's floats are on no device."""
        return self

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Freeze (False) or unfreeze (True) all parameters below this module.

        `parameter.requires_grad = True` unfreezes one.
        """
        self.trainable = requires_grad
        return self

    # State: one array per attribute that holds parameters, in the shape in which it holds them.

    def state_dict(self) -> dict[str, Floats]:
        """Return a copy of all parameters, by path: `layers[0].neurons[2].w` is an array.

        >>> import nn, random
        >>> random.seed(0)
        >>> state = nn.Neuron(2).state_dict()
        >>> {name: array.shape for name, array in state.items()}
        {'w': (2,), 'b': ()}
        """
        return {name: numbers(holder) for name, holder in class_view(self).holders().items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike], strict: bool = True) -> Keys:
        """Set all parameters to those of `state_dict()`; nothing is changed if they do not fit.

        Args:
            state: Arrays by path.
            strict: Whether the paths have to be exactly those of the model; else those that match
                are set.

        Returns:
            `missing_keys` and `unexpected_keys`, which are empty when `strict`.

        Raises:
            ValueError: If an entry is missing or unexpected (when `strict`), of another shape or
                not numeric.
        """
        return fill(type(self).__name__, class_view(self).holders(), state, strict)

    def weight_holders(self) -> list[tuple[str, object]]:
        """Return this module's own attributes that hold parameters: Values, or lists of them."""
        found: list[tuple[str, object]] = []
        for name, attribute in vars(self).items():
            found += _arrays(name, attribute)
        return found

    def holders(self) -> dict[str, object]:
        """Return the nested lists of parameters that `state_dict` returns as arrays, by path."""
        return distinct_holders(
            (join(path, name), holder)
            for path, module in self.named_modules()
            for name, holder in Tree.weight_holders(module)
        )


def join(prefix: str, name: str) -> str:
    """Return the path of a part `name` of the module at `prefix`."""
    return f"{prefix}.{name}" if prefix and name else prefix or name


def _collect_modules(attribute: object, found: dict[Tree, None]) -> None:
    if isinstance(attribute, Value):
        return
    if isinstance(attribute, Tree):
        if attribute in found:
            return
        found[attribute] = None
        for part in vars(attribute).values():
            _collect_modules(part, found)
    else:
        for _, item in _container_items(attribute):
            _collect_modules(item, found)


def _container_items(attribute: object) -> Iterable[tuple[object, object]]:
    """Return the items of a container with their indices or keys; none of anything else.

    Raises:
        ValueError: If it is a set of several parts, which has no order.
    """
    if nested(attribute):
        return enumerate(attribute)
    if isinstance(attribute, set | frozenset):
        if len(attribute) > 1 and any(isinstance(item, Tree | Value) for item in attribute):
            raise ValueError(
                f"a set of {len(attribute)} parts has no order to name and save them by; use a "
                "list or a dict"
            )
        return enumerate(attribute)
    return attribute.items() if isinstance(attribute, Mapping) else ()


def _flatten(name: str, attribute: object) -> Iterator[tuple[str, Tree | Value]]:
    if isinstance(attribute, Tree):
        yield name, attribute
    elif isinstance(attribute, Value):
        if not attribute.parents:  # only leaves are parameters, not results that a user stored
            yield name, attribute
    else:
        for key, item in _container_items(attribute):
            yield from _flatten(f"{name}[{key}]", item)


def _arrays(name: str, attribute: object) -> list[tuple[str, object]]:
    """Return an attribute that is a regular array of parameters, else its items that are."""
    if isinstance(attribute, Tree) or not any(
        isinstance(part, Value) for _, part in _flatten("", attribute)
    ):
        return []
    if shape(attribute) is not None:
        return [(name, attribute)]
    found = [_arrays(f"{name}[{key}]", item) for key, item in _container_items(attribute)]
    return [pair for pairs in found for pair in pairs]
