"""Tree: a module's parameters and parts, found by walking its attributes; their names and state."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from numpy.typing import ArrayLike

from autograd_core import Value
from autograd_core.graph import NO_GRADIENT
from nn.basics import Batch, Floats, Inputs, Output, Path, Source, refuse_former
from nn.modules.ours import Yielding, kept, ours
from nn.modules.state import Keys, fill, nested, numbers, once, shape

Self = TypeVar("Self", bound="Tree")


class _NamesItsParts(type):
    """Names the parts of a module as soon as its constructor is done."""

    if not TYPE_CHECKING:  # checkers and editors look at the constructor itself

        def __call__(cls, *args: object, **kwargs: object) -> object:
            refuse_former(cls, kwargs)
            module = super().__call__(*args, **kwargs)
            module.name_parts()
            return module

    @property
    def __signature__(cls) -> inspect.Signature:
        """The constructor's arguments, for help() and notebooks: else they would show these."""
        constructor = inspect.signature(cls.__init__)  # type: ignore[misc]
        return constructor.replace(parameters=[*constructor.parameters.values()][1:])


class Tree(metaclass=_NamesItsParts):
    """Something made of parameters (leaf Values) and of other modules.

    Parts are the attributes that are Values, modules, or lists, tuples, dicts, NumPy arrays and
    the like of those, in the order in which they were set. So a subclass only sets attributes; it
    need not call `super().__init__()`, and may call them what it likes.

    Attributes:
        training: True between `train()` and `eval()`; Dropout acts only then.
        path: Where the module is in the model it belongs to, as in `layers[0].neurons[2]`.
    """

    training: bool = True
    path = Yielding[str](lambda module: kept(module).path)
    registry: ClassVar[dict[str, type[Tree]]] = {}
    saved_as: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name, own = cls.__name__, cls.__module__.startswith("nn.")
        taken = not own and Tree.registry.get(name, cls).__module__.startswith("nn.")
        cls.saved_as = f"{cls.__module__}.{name}" if taken else name  # somebody's own MLP, say
        Tree.registry[cls.saved_as] = cls

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        raise NotImplementedError

    @classmethod
    def from_config(cls: type[Self], config: Mapping[str, Any]) -> Self:
        """Return a module made again from its `config()`."""
        return cls(**config)

    def __call__(self, x: Inputs | Batch) -> Output | list[Output]:
        """Return the output for one sample, or a list of outputs for a batch."""
        raise NotImplementedError(f"{type(self).__name__} defines neither forward nor __call__")

    def reseed(self, rng: Source) -> None:
        """Take a new source of randomness, if the module draws any while it runs."""

    def input_size(self) -> int | None:
        """Return how many inputs a sample has; None if that is not known."""
        return None

    @property
    def trainable(self) -> bool:
        """Whether `fit` moves the parameters, from the next epoch on; setting it sets all below."""
        return bool(vars(self).get("trainable", True))

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for module in self.modules():
            vars(module)["trainable"] = trainable
        fixed = {value for module in self.modules() for value in module.fixed_values()}
        for parameter in self.parameters():
            parameter.requires_grad = trainable and parameter not in fixed

    def penalties(self) -> list[Value]:
        """Return what the module adds to the loss for its own parameters, as regularizers do."""
        return []

    def constrained(self) -> list[tuple[object, Callable[[Floats], Floats]]]:
        """Return its nested lists of parameters with what they are made to keep to after a step."""
        return []

    def fixed_values(self) -> list[Value]:
        """Return the parameters of its own that are never trained, as a moving mean."""
        return []

    # What a module is made of.

    def named_children(self) -> list[tuple[str, Tree]]:
        """Return the modules that are direct parts, with their names."""
        return [(name, part) for name, part in self._parts() if isinstance(part, Tree)]

    def children(self) -> list[Tree]:
        """Return the modules that are direct parts."""
        return [part for _, part in self.named_children()]

    def named_modules(self) -> list[tuple[str, Tree]]:
        """Return this module (named "") and all below it, each once, from the top down."""
        return list(self._walk("", set()))

    def modules(self) -> list[Tree]:
        """Return this module and all below it, each once."""
        found: dict[Tree, None] = {}
        _gather(self, found)  # without the names: 7 times as fast as named_modules
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
        """Return the parameters that are not frozen, by themselves or with a module."""
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
        """Tell every module its path and label every parameter with its own.

        Done by itself when a module is made; call it after parts have been added by hand. A label
        that the user has given stays.
        """
        for path, module in self.named_modules():
            kept(module).path = Path(join(prefix, path))
        for path, parameter in self.named_parameters():
            name, label = join(prefix, path), parameter.label
            if not label or isinstance(label, Path) or name.endswith(f".{label}"):
                parameter.label = Path(name)

    # Switches; each returns the module, so that calls can be chained.

    def apply(self: Self, function: Callable[[Tree], object]) -> Self:
        """Call `function` with every module, parts before wholes (as in PyTorch)."""
        for module in reversed(self.modules()):
            function(module)
        return self

    def zero_grad(self, set_to_none: bool | None = None) -> None:
        """Take every parameter's gradient away.

        Args:
            set_to_none: True sets `.grad` to None, as in PyTorch, and False to 0.0, a gradient by
                which momentum and weight decay go on moving; by default it is the number 0.0 that
                optimizers know for none.
        """
        none = {True: None, False: 0.0, None: NO_GRADIENT}[set_to_none]
        for parameter in self.parameters():
            parameter.grad = none  # type: ignore[assignment]

    def train(self: Self, mode: bool = True) -> Self:
        """Switch to training: Dropout drops."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Switch to inference: Dropout passes everything through."""
        return self.train(False)

    def to(self: Self, *places: object, **options: object) -> Self:
        """Return the module: accepted for PyTorch's sake, as Python's floats are on no device."""
        return self

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Freeze (False) or free (True) all parameters below this module.

        `parameter.requires_grad = True` frees one again.
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
        return {name: numbers(holder) for name, holder in ours(self).holders().items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike], strict: bool = True) -> Keys:
        """Set all parameters to those of `state_dict()`; nothing is changed if they do not fit.

        Args:
            state: Arrays by path.
            strict: Whether every entry has to be there and to have a place; else those that match
                are taken.

        Returns:
            `missing_keys` and `unexpected_keys`, which are empty when `strict`.

        Raises:
            ValueError: If an entry is missing, unexpected, of another shape or not numeric.
        """
        return fill(type(self).__name__, ours(self).holders(), state, strict)

    def weight_holders(self) -> list[tuple[str, object]]:
        """Return this module's own attributes that hold parameters: Values, or lists of them."""
        found: list[tuple[str, object]] = []
        for name, attribute in vars(self).items():
            found += _arrays(name, attribute)
        return found

    def holders(self) -> dict[str, object]:
        """Return what `state_dict` makes arrays of, nested lists of parameters, by path."""
        return once(
            (join(path, name), holder)
            for path, module in self.named_modules()
            for name, holder in Tree.weight_holders(module)
        )


def join(prefix: str, name: str) -> str:
    """Return the path of a part below another."""
    return f"{prefix}.{name}" if prefix and name else prefix or name


def _gather(attribute: object, found: dict[Tree, None]) -> None:
    if isinstance(attribute, Value):
        return
    if isinstance(attribute, Tree):
        if attribute in found:
            return
        found[attribute] = None
        for part in vars(attribute).values():
            _gather(part, found)
    else:
        for _, item in _items(attribute):
            _gather(item, found)


def _items(attribute: object) -> Iterable[tuple[object, object]]:
    """Return what is in a container, by its place or key.

    Raises:
        ValueError: If it is a set of several parts.
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
        if not attribute.parents:  # a result that somebody kept is no parameter
            yield name, attribute
    else:
        for key, item in _items(attribute):
            yield from _flatten(f"{name}[{key}]", item)


def _arrays(name: str, attribute: object) -> list[tuple[str, object]]:
    """Return an attribute that is a regular array of parameters, else its items that are."""
    if isinstance(attribute, Tree) or not any(
        isinstance(part, Value) for _, part in _flatten("", attribute)
    ):
        return []
    if shape(attribute) is not None:
        return [(name, attribute)]
    found = [_arrays(f"{name}[{key}]", item) for key, item in _items(attribute)]
    return [pair for pairs in found for pair in pairs]
