"""Module: what every layer and model is; PyTorch's names below, Keras's workflow on top."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial, wraps
from os import PathLike
from types import FunctionType, MethodType
from typing import Any, ClassVar, Protocol, TypeVar, overload

from autograd_core.display import mimebundle
from nn.basics import Floats, Number, Output, Rows, as_vector, is_batch, symbol_in
from nn.modules.ours import Yielding, kept
from nn.modules.shown import Shown
from nn.modules.slot import Saving
from nn.modules.workflow import Trainable

Result = TypeVar("Result")
T = TypeVar("T", covariant=True)


class Forward(Protocol[T]):
    """What has an output for one sample: a call returns what its `forward` does."""

    def forward(self, x: Any, /) -> T:
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
        saved_by: What writes and reads its files, `nn.saving`.

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    saved_by: ClassVar[Saving]
    _repr_mimebundle_ = mimebundle("model")  # a picture in notebooks, once viz is imported

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "__call__" in vars(cls):  # micrograd's way: it gets what `forward` would
            cls.__call__ = _on_vectors(cls.__call__)  # type: ignore[method-assign]

    @overload
    def __call__(self: Forward[T], x: Sequence[Number] | Number) -> T: ...
    @overload
    def __call__(self: Forward[T], x: Sequence[Sequence[Number]] | Sequence[Floats]) -> Rows[T]: ...
    @overload
    def __call__(self, x: Floats) -> Any: ...  # one sample, or a table of them
    @overload
    def __call__(self, *given: Any, **named: Any) -> Any: ...
    def __call__(self, *given: Any, **named: Any) -> Any:
        """Return the output for one sample, or a list of outputs for a batch.

        One sample gives a Value, or a list of Values from several output neurons. What `forward`
        gets and gives adds and multiplies as an array does, and has a Value's methods:
        `self.head(x + self.fc(x).tanh())`; `[*a, *b]` joins two. A `forward` that takes more than
        one thing gets them in order or by name: `cell(x, h)`, `cell(x, h=h)`; of a batch, what has
        as many rows goes row by row.

        Called with `nn.Input`, or with what another layer gives for it, it returns a place in a
        functional model, see `nn.Model`.

        Raises:
            TypeError: If it is called with another module.
        """
        if (symbol := symbol_in(given)) is not None:
            return symbol.through(self, given, named)
        if len(given) != 1 or named:
            if "training" in named and "training" not in _arguments(self.forward):
                raise TypeError(
                    f"{type(self).__name__} takes no training=; model.train() and model.eval() say "
                    "which it is, and fit and predict do"
                )
            return self._of_several(given, named)
        x = _rows(given[0])
        if isinstance(x, Mapping):
            return self._of_dict(x)
        if is_batch(x):
            return self._run_rows([partial(self.forward, as_vector(row)) for row in x])
        return self.forward(as_vector(x))

    def _of_dict(self, x: Mapping[str, Any]) -> Any:
        items = {name: _rows(part) for name, part in x.items()}
        if not any(map(is_batch, items.values())):
            return self.of_parts({name: as_vector(part) for name, part in items.items()})
        counts = {len(part) for part in items.values()}
        if len(counts) > 1:
            got = ", ".join(f"{name} {len(part)}" for name, part in items.items())
            raise ValueError(f"tables of different lengths: {got}; pass as many rows of each")
        rows = [{name: as_vector(part[i]) for name, part in items.items()} for i in range(*counts)]
        return self._run_rows([partial(self.of_parts, row) for row in rows])

    def _of_several(self, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        items = [*map(_rows, given), *map(_rows, named.values())]
        rows = len(items[0]) if items and is_batch(items[0]) else None

        def output(i: int) -> Any:
            mine = [
                as_vector(x[i] if rows is not None and is_batch(x) and len(x) == rows else x)
                for x in items
            ]
            words = dict(zip(named, mine[len(given) :], strict=True))
            return self.forward(*mine[: len(given)], **words)

        if rows is None:
            return output(0)
        return self._run_rows([partial(output, i) for i in range(rows)])

    def _run_rows(self, rows: Sequence[Callable[[], Any]]) -> Any:
        """Return what all rows give; layers may ask for the mean and the variance of them."""
        return Rows(self.trained_by.run_rows(self.modules(), rows))

    def of_parts(self, parts: list[Any] | dict[str, Any]) -> Any:
        """Return the output for one sample of several inputs.

        A `forward` that takes as many things gets them one by one, as in PyTorch; one that takes
        one thing gets the list or the dict, as in Keras.
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

    output = Yielding[Any](lambda module: kept(module).output)

    def inputs_by_name(self) -> dict[str, int | None]:
        """Return how many numbers each of several inputs has, None where that is not known.

        There is one for each thing that `forward` has to be given; nothing if it is one.
        """
        call = self.forward if type(self).__call__ is Module.__call__ else self.__call__
        needed = [name for name, must in _arguments(call).items() if must]
        return dict.fromkeys(needed) if len(needed) > 1 else {}

    def forward(self, x: Any) -> Output:
        """Return the output for one sample; a subclass defines it, for the inputs it wants.

        Raises:
            NotImplementedError: If it does not.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither forward nor __call__")

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again: none if its constructor takes none.

        A subclass that is saved and whose constructor takes any defines it.

        Raises:
            TypeError: If it does not.
        """
        if not inspect.signature(type(self)).parameters:
            return {}
        raise TypeError(
            f"{type(self).__name__} has no config(); define it to return the arguments to make one "
            "again with, or save the weights alone: model.save_weights(path)"
        )

    def build(self, input_shape: int | Sequence[int | None]) -> None:
        """Learn the number of inputs, `(None, number)` in Keras; who knows it does nothing."""

    def output_size(self, inputs: int | None) -> int | None:
        """Return how many outputs there are for so many inputs; None if that is not known."""
        return None

    input_shape = Yielding(lambda module: _shape(module, module.input_size()))
    output_shape = Yielding(lambda module: _shape(module, module.output_size(module.input_size())))

    # Saving.

    def save(
        self, path: str | PathLike[str], overwrite: bool = True, include_optimizer: bool = True
    ) -> None:
        """Write architecture and weights into one `.npz` file, without pickle; see `nn.load`.

        What `compile` has made is in it too: optimizer with its moments, loss, metrics and the
        names of classes, unless any of it is code of your own. The file appears complete or not at
        all.

        Args:
            path: Where to.
            overwrite: Whether it may take the place of a file that is there.
            include_optimizer: Whether what `compile` has made is written.

        Raises:
            TypeError: If a part of the model has no `config()` to build it again from.
            FileExistsError: If the file is there, and not to be overwritten.
        """
        self.saved_by.save(self, path, include_optimizer=include_optimizer, overwrite=overwrite)

    def resume(self, path: str | PathLike[str]) -> None:
        """Set weights and the optimizer's moments to those of a file that `save` has written.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it does not fit, or has no moments; the model is compiled as it was then.
        """
        self.saved_by.resume(self, path)

    def save_weights(self, path: str | PathLike[str], overwrite: bool = True) -> None:
        """Write the weights alone into one `.npz` file, for a model that code makes again.

        Arguments are those of `save`.
        """
        self.saved_by.save_weights(self, path, overwrite)

    def load_weights(self, path: str | PathLike[str]) -> None:
        """Set the weights to those of a file that `save_weights` or `save` has written.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is no model file, or does not fit; then nothing changes.
        """
        self.set_weights(self.saved_by.read(path)[1])


def _arguments(call: Callable[..., object]) -> dict[str, bool]:
    """Return the arguments that may be given by place, and whether each has to be."""
    function = getattr(call, "__func__", None)
    if type(call) is not MethodType or type(function) is not FunctionType:
        return _given_by_place(call)
    return dict([*_given_by_place_once(function).items()][1:])  # the first is self


def _given_by_place(call: Callable[..., object]) -> dict[str, bool]:
    kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    found = inspect.signature(call).parameters.values()
    return {p.name: p.default is p.empty for p in found if p.kind in kinds}


_given_by_place_once = lru_cache(maxsize=256)(_given_by_place)  # inspect takes 15 us


def _rows(given: Any) -> Any:
    """Return what a module is called with; a table of pandas or polars as an array.

    Raises:
        TypeError: If it is a module.
    """
    if isinstance(given, Module):
        raise TypeError(
            f"layers are called with numbers or with nn.Input, got the layer {given!r:.60}; begin "
            "with x = nn.Input(shape), then y = layer(x), and nn.Model(x, y) makes a model of them"
        )
    return given.to_numpy() if hasattr(given, "to_numpy") else given


def _on_vectors(call: Callable[..., Result]) -> Callable[..., Result]:
    @wraps(call)
    def on_vectors(self: Module, *given: object, **named: object) -> Result:
        return call(self, *map(as_vector, given), **named)

    return on_vectors
