"""Symbol: placeholders for the outputs of layers in a functional model, and Input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from nn.basics import (
    Inputs,
    Output,
    Rows,
    Sample,
    Symbolic,
    as_row,
    columns,
    one_or_list,
    sample,
)
from nn.basics.structure import flat, structure_of
from nn.layers.merging import Add, Multiply, Rescaling, Subtract
from nn.modules import Module, class_view, internals, temporarily_set

T = TypeVar("T")
# Which of these a call gives, the layer decides; its signature does not say it.
Symbols: TypeAlias = Any
"""A `Symbol`, or a list or dict of them: the inputs or outputs of a layer or a model."""


class Call(NamedTuple):
    """A call of a layer in a functional model, to be made for each sample.

    Attributes:
        layer: The layer.
        given: The arguments: symbols, or lists or dicts of symbols.
    """

    layer: Module
    given: tuple[Symbols, ...]


class Symbol(Symbolic):
    """The output of a call of a layer, or one of several outputs: Keras's `KerasTensor`.

    Symbols can be added, subtracted and multiplied, with one another and with numbers.

    Attributes:
        made_by: The call.
        part: The index or name of the output if the call has several; None if it has one.
        size: The number of entries for one sample; None if it is not known yet.
    """

    made_by: Call
    part: int | str | None = None
    size: int | None = None

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape for a table of samples, as in Keras: `(None, size)`."""
        return None, self.size

    def apply_layer(
        self, layer: Module, given: tuple[Symbols, ...], named: Mapping[str, object]
    ) -> Symbols:
        """Return the symbol, or symbols, of a call of a layer with symbols.

        Raises:
            TypeError: If there are keyword arguments, or a number is among the symbols.
        """
        if named:
            raise TypeError(
                f"a layer of a functional model takes no {next(iter(named))}=, nor other keyword "
                "arguments; train() and eval(), and fit and predict, set the mode of Dropout"
            )
        return symbols_of(Call(layer, given))

    def __add__(self, other: Symbol | float) -> Symbols:
        if isinstance(other, int | float):
            return Rescaling(1.0, float(other))(self)
        return Add()([self, other]) if isinstance(other, Symbol) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Symbol | float) -> Symbols:
        if isinstance(other, int | float):
            return Rescaling(1.0, -float(other))(self)
        return Subtract()([self, other]) if isinstance(other, Symbol) else NotImplemented

    def __rsub__(self, other: float) -> Symbols:
        return -1.0 * self + other

    def __mul__(self, other: Symbol | float) -> Symbols:
        if isinstance(other, int | float):
            return Rescaling(other)(self)
        return Multiply()([self, other]) if isinstance(other, Symbol) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> Symbols:
        return self * (1.0 / other)

    def __neg__(self) -> Symbols:
        return self * -1.0


class LayerOutput(Symbol):
    """The symbol of a layer's output."""

    def __init__(self, made_by: Call, part: int | str | None, size: int | None) -> None:
        self.made_by, self.part, self.size = made_by, part, size

    def __repr__(self) -> str:
        return f"<Symbol shape={self.shape} of {self.made_by.layer!r}>"


def symbols_of(call: Call) -> Symbols:
    """Return the symbol of a call, or a list or dict of symbols if it has several outputs.

    A layer whose `output_size` is None is run once on zeros to find the size.
    """
    found = internals(call.layer).output = _make_symbols(call)
    return found


def _make_symbols(call: Call) -> Symbols:
    layer, given = call
    sizes = [_mapped(item, _size) for item in given]
    size: int | None = None
    if len(sizes) == 1 and not isinstance(given[0], Mapping):
        if isinstance(sizes[0], int):
            class_view(layer).build(sizes[0])
        size = class_view(layer).output_size(sizes[0])
    if size is not None:
        return LayerOutput(call, None, size)
    if any(part is None for item in sizes for part in items_in(item)):
        return LayerOutput(call, None, None)
    with temporarily_set(layer.modules(), "training", False):
        outputs = call_on_sample(layer, [_mapped(item, _zeros) for item in given])
    structure = structure_of(outputs)
    if structure is None:
        return LayerOutput(call, None, sum(1 for _ in flat(outputs)))
    names: Sequence[int | str] = structure.names if structure.keyed else range(len(structure.names))
    return structure.packed(
        [LayerOutput(call, name, n) for name, n in zip(names, structure.sizes, strict=True)]
    )


def call_on_sample(layer: Module, given: Sequence[Sample]) -> Output:
    """Return a layer's output for one sample; a list argument is several inputs, not a table."""
    own = type(layer).__call__ is not Module.__call__ and type(layer).forward is Module.forward
    return layer(*given) if own else layer.forward(*given)


def _mapped(item: Any, function: Any) -> Any:
    if isinstance(item, Mapping):
        return {name: function(part) for name, part in item.items()}
    return [function(part) for part in item] if isinstance(item, list | tuple) else function(item)


def items_in(item: T | list[T] | tuple[T, ...] | Mapping[str, T]) -> list[T]:
    """Return the items of a list or a dict; anything else as a list of one."""
    if isinstance(item, Mapping):
        return [*item.values()]
    return list(item) if isinstance(item, list | tuple) else [item]


def _size(symbol: object) -> int | None:
    if not isinstance(symbol, Symbol):
        raise TypeError(
            f"a layer of a functional model is called with symbols, got {symbol!r:.60} among them; "
            "call the finished model with numbers"
        )
    return symbol.size


def _zeros(symbol: Symbol) -> Rows[Any]:
    return as_row([0.0] * (symbol.size or 0))


class Input(Symbol, Module):
    """The input layer: passes its inputs through and has no parameters.

    It is also the symbol with which a functional model begins, see `nn.Model`.

    Args:
        shape: Number of inputs, or `(number,)` as in Keras.
        batch_size: Accepted for Keras's sake; it changes nothing.
        dtype: Likewise; numbers are floats.
        name: A name for `summary()` and `get_layer`, and the key in a dict of several inputs.

    Raises:
        ValueError: If the shape is that of a table or an image rather than of a row.

    >>> [x.data for x in Input((2,))([1.0, 2.0])]
    [1.0, 2.0]

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        shape: int | Sequence[int],
        batch_size: int | None = None,
        dtype: str | None = None,
        *,
        name: str | None = None,
    ) -> None:
        self.name = name or ""
        self.nin = columns("Input's shape", shape)
        self.size = self.nin

    @property
    def made_by(self) -> Call:  # type: ignore[override]
        """The call that begins a model: of the input itself, without arguments."""
        return Call(self, ())

    def forward(self, x: Inputs) -> Output:
        """Return the inputs."""
        return one_or_list(sample(x, self.nin, self))

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"shape": self.nin} | ({"name": self.name} if self.name else {})

    def input_size(self) -> int:
        """Return the number of inputs."""
        return self.nin

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return self.nin

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nin, "-"

    def __repr__(self) -> str:
        return f"Input({self.nin})"
