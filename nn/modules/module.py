"""Module: the base class of every layer and model, with PyTorch's names and Keras's workflow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial, wraps
from os import PathLike
from types import FunctionType, MethodType
from typing import Any, ClassVar, Protocol, TypeVar, overload

from autograd_core.display import mimebundle
from nn.basics import Floats, Number, Output, Rows, Sample, as_vector, is_batch, symbol_in
from nn.modules.internals import Overridable, internals
from nn.modules.shown import Shown
from nn.modules.slot import Saving
from nn.modules.workflow import Trainable

Result = TypeVar("Result")
T = TypeVar("T", covariant=True)


class Forward(Protocol[T]):
    """Something with a `forward` for one sample, whose type the result of a call has."""

    def forward(self, x: Sample, /) -> T:
        """Return the output for one sample."""
        ...


def _shape(module: Module, size: int | None) -> tuple[None, int]:
    """Return the shape of a table, as Keras writes it: any number of rows of that size."""
    if size is None:
        raise AttributeError(f"this {type(module).__name__} has no shape yet; call it once")
    return None, size


class Module(Shown, Trainable):
    """A function with parameters: a neuron, a layer, a whole model.

    A subclass sets its parameters (Values) and parts (modules) as attributes and defines
    `forward(x)` for one sample, or `__call__(x)` as in micrograd. It can then be compiled, trained,
    saved and drawn like the modules of this package.

    >>> from autograd_core import Value
    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x[0] + self.offset
    >>> line = Line()
    >>> line([3.0]).data
    7.0
    >>> [name for name, parameter in line.named_parameters()]
    ['slope', 'offset']

    Attributes:
        name: A name for `summary()` and `get_layer`, if it was given one.
        saved_by: The module that writes and reads files, `nn.saving`.

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    saved_by: ClassVar[Saving[Module]]
    _repr_mimebundle_ = mimebundle("model")  # a picture in notebooks, once viz is imported

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "__call__" in vars(cls):  # as in micrograd; its arguments are vectors, as `forward`'s
            cls.__call__ = _with_vectors(cls.__call__)  # type: ignore[method-assign]

    @overload
    def __call__(self: Forward[T], x: Sequence[Number] | Number) -> T: ...
    @overload
    def __call__(self: Forward[T], x: Sequence[Sequence[Number]] | Sequence[Floats]) -> Rows[T]: ...
    @overload
    def __call__(self, x: Floats) -> Any: ...  # one sample, or a table of samples
    @overload
    def __call__(self, *given: Any, **named: Any) -> Any: ...
    def __call__(self, *given: Any, **named: Any) -> Any:
        """Return the output for one sample, or a list of outputs for a batch.

        One sample gives a Value, or a list of Values from several output neurons. The argument of
        `forward` and the lists that modules return have an array's arithmetic and a Value's
        methods: `self.head(x + self.fc(x).tanh())`; `[*a, *b]` concatenates two. A `forward` of
        several arguments gets them in order or by name: `cell(x, h)`, `cell(x, h=h)`; if the first
        is a batch, each argument with as many rows is passed row by row.

        Called with `nn.Input`, or with what another layer returned for it, it returns a symbol of
        a functional model, see `nn.Model`.

        Raises:
            TypeError: If it is called with another module.
        """
        if (symbol := symbol_in(given)) is not None:
            return symbol.apply_layer(self, given, named)
        if len(given) != 1 or named:
            if "training" in named and "training" not in _arguments(self.forward):
                raise TypeError(
                    f"{type(self).__name__} takes no training=; model.train() and model.eval() set "
                    "the mode, and so do fit and predict"
                )
            return self._call_on_several(given, named)
        x = _as_rows(given[0])
        if isinstance(x, Mapping):
            return self._call_on_dict(x)
        if is_batch(x):
            return self._run_rows([partial(self.forward, as_vector(row)) for row in x])
        return self.forward(as_vector(x))

    def _call_on_dict(self, x: Mapping[str, Any]) -> Any:
        items = {name: _as_rows(part) for name, part in x.items()}
        if not any(map(is_batch, items.values())):
            return self.of_parts({name: as_vector(part) for name, part in items.items()})
        counts = {len(part) for part in items.values()}
        if len(counts) > 1:
            got = ", ".join(f"{name} {len(part)}" for name, part in items.items())
            raise ValueError(f"tables of different lengths: {got}; pass as many rows of each")
        rows = [{name: as_vector(part[i]) for name, part in items.items()} for i in range(*counts)]
        return self._run_rows([partial(self.of_parts, row) for row in rows])

    def _call_on_several(self, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        items = [*map(_as_rows, given), *map(_as_rows, named.values())]
        rows = len(items[0]) if items and is_batch(items[0]) else None

        def output(i: int) -> Any:
            mine = [
                as_vector(x[i] if rows is not None and is_batch(x) and len(x) == rows else x)
                for x in items
            ]
            keywords = dict(zip(named, mine[len(given) :], strict=True))
            return self.forward(*mine[: len(given)], **keywords)

        if rows is None:
            return output(0)
        return self._run_rows([partial(output, i) for i in range(rows)])

    def _run_rows(self, rows: Sequence[Callable[[], Any]]) -> Any:
        """Return the output of each row; layers may ask for mean and variance over the rows."""
        return Rows(self.trained_by.run_rows(self.modules(), rows))

    def of_parts(self, parts: list[Sample] | dict[str, Sample]) -> Output:
        """Return the output for one sample of several inputs.

        A `forward` of as many arguments gets them one by one, as in PyTorch; a `forward` of one
        argument gets the list or the dict, as in Keras.
        """
        call = self.forward if type(self).__call__ is Module.__call__ else self.__call__
        names = _arguments(call)
        if call.__module__.startswith("nn.layers") or call.__module__ == "nn.models.sequential":
            several = ", ".join(parts) if isinstance(parts, dict) else f"{len(parts)} of them"
            raise ValueError(
                f"{type(self).__name__} takes one table, got several: {several}; nn.Model has "
                "several inputs"
            )
        if isinstance(parts, dict):
            return call(**parts) if len(names) > 1 and set(parts) <= set(names) else call(parts)
        return call(*parts) if 1 < len(parts) <= len(names) else call(parts)

    output = Overridable[Any](lambda module: internals(module).output)

    def inputs_by_name(self) -> dict[str, int | None]:
        """Return the size of each of several inputs by name, None where it is not known.

        They are the required arguments of `forward`; the dict is empty if there is only one.
        """
        call = self.forward if type(self).__call__ is Module.__call__ else self.__call__
        needed = [name for name, required in _arguments(call).items() if required]
        return dict.fromkeys(needed) if len(needed) > 1 else {}

    def forward(self, x: Sample) -> Output:
        """Return the output for one sample; to be defined by a subclass.

        Raises:
            NotImplementedError: If the subclass does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither forward nor __call__")

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again: none if its constructor takes none.

        To be saved, a subclass whose constructor takes arguments has to define it.

        Raises:
            TypeError: If such a subclass does not define it.
        """
        if not inspect.signature(type(self)).parameters:
            return {}
        raise TypeError(
            f"{type(self).__name__} has no config(); define it to return the arguments to make one "
            "again with, or save the weights alone: model.save_weights(path)"
        )

    def build(self, input_shape: int | Sequence[int | None]) -> None:
        """Take the number of inputs, `(None, number)` in Keras, unless it is known already."""

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of outputs for a number of inputs; None if it is not known."""
        return None

    input_shape = Overridable(lambda module: _shape(module, module.input_size()))
    output_shape = Overridable(
        lambda module: _shape(module, module.output_size(module.input_size()))
    )

    # Saving.

    def save(
        self, path: str | PathLike[str], overwrite: bool = True, include_optimizer: bool = True
    ) -> None:
        """Write architecture and weights into one `.npz` file, without pickle; see `nn.load`.

        The file also has what `compile` has made: the optimizer with its moments, loss, metrics and
        the names of classes, unless one of these is a user's own code. The file is written
        completely or not at all.

        Args:
            path: The file.
            overwrite: Whether an existing file may be replaced.
            include_optimizer: Whether to write what `compile` has made.

        Raises:
            TypeError: If a part of the model has no `config()` to build it again from.
            FileExistsError: If the file exists and `overwrite` is False.
        """
        self.saved_by.save(self, path, include_optimizer=include_optimizer, overwrite=overwrite)

    def resume(self, path: str | PathLike[str]) -> None:
        """Set weights and the optimizer's moments to those of a file that `save` has written.

        Compile the model as it was compiled when the file was written.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file does not fit the model or has no moments.
        """
        self.saved_by.resume(self, path)

    def save_weights(self, path: str | PathLike[str], overwrite: bool = True) -> None:
        """Write the weights alone into one `.npz` file, without the architecture.

        Arguments are those of `save`.
        """
        self.saved_by.save_weights(self, path, overwrite)

    def load_weights(self, path: str | PathLike[str]) -> None:
        """Set the weights to those of a file that `save_weights` or `save` has written.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is not a model file or does not fit; then nothing changes.
        """
        self.set_weights(self.saved_by.read(path)[1])


def _arguments(call: Callable[..., object]) -> dict[str, bool]:
    """Return the arguments that may be passed by position, and whether each is required."""
    function = getattr(call, "__func__", None)
    if type(call) is not MethodType or type(function) is not FunctionType:
        return _positional_parameters(call)
    return dict([*_cached_positional_parameters(function).items()][1:])  # the first is self


def _positional_parameters(call: Callable[..., object]) -> dict[str, bool]:
    kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    found = inspect.signature(call).parameters.values()
    return {p.name: p.default is p.empty for p in found if p.kind in kinds}


_cached_positional_parameters = lru_cache(maxsize=256)(
    _positional_parameters
)  # inspect takes 15 us


def _as_rows(given: Any) -> Any:
    """Return an argument of a call; a table of pandas or polars as an array.

    Raises:
        TypeError: If it is a module.
    """
    if isinstance(given, Module):
        raise TypeError(
            f"layers are called with numbers or with nn.Input, got the layer {given!r:.60}; begin "
            "with x = nn.Input(shape), then y = layer(x), and nn.Model(x, y) makes a model of them"
        )
    return given.to_numpy() if hasattr(given, "to_numpy") else given


def _with_vectors(call: Callable[..., Result]) -> Callable[..., Result]:
    @wraps(call)
    def with_vectors(self: Module, *given: object, **named: object) -> Result:
        return call(self, *map(as_vector, given), **named)

    return with_vectors
