"""Symbol: what a layer will give for one sample: a place in a functional model, and Input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nn.basics import Inputs, Output, Rows, Symbolic, as_row, columns, one_or_list, sample
from nn.basics.structure import flat, structure_of
from nn.modules import Module, class_view, internals, temporarily_set


class Call(NamedTuple):
    """A call of a layer that will be made for each sample.

    Attributes:
        layer: The layer.
        given: What it is called with: symbols, in lists or dicts or by themselves.
    """

    layer: Module
    given: tuple[Any, ...]


class Symbol(Symbolic):
    """What a call of a layer will give, or a part of that: Keras's `KerasTensor`.

    Symbols add, subtract and multiply, with one another and with numbers.

    Attributes:
        made_by: The call.
        part: Which of several outputs of it, by its place or its name; None of one.
        size: How many numbers a sample has; None if that is not known yet.
    """

    made_by: Call
    part: int | str | None = None
    size: int | None = None

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape of a table of them, as in Keras: `(None, size)`."""
        return None, self.size

    def apply_layer(self, layer: Module, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Return what a layer will give for it.

        Raises:
            TypeError: If something is named, or a number is among the symbols.
        """
        if named:
            raise TypeError(
                f"{next(iter(named))}= cannot be said in a functional model: what Dropout and its "
                "like do is said by train() and eval(), and by fit and predict"
            )
        return result(Call(layer, given))

    def __add__(self, other: Symbol | float) -> Any:
        return self._with("Add", other, 1.0, 1.0)

    __radd__ = __add__

    def __sub__(self, other: Symbol | float) -> Any:
        return self._with("Subtract", other, 1.0, -1.0)

    def __rsub__(self, other: float) -> Any:
        return -1.0 * self + other

    def __mul__(self, other: Symbol | float) -> Any:
        return self._with("Multiply", other, None, None)

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> Any:
        return self * (1.0 / other)

    def __neg__(self) -> Any:
        return self * -1.0

    def _with(self, merge: str, other: Any, scale: float | None, sign: float | None) -> Any:
        kinds: Any = Module.registry
        if isinstance(other, Symbol):
            return kinds[merge]()([self, other])
        if not isinstance(other, int | float):
            return NotImplemented
        factor = other if scale is None else scale
        return kinds["Rescaling"](factor, 0.0 if sign is None else sign * other)(self)


class LayerOutput(Symbol):
    """A symbol that a layer gives."""

    def __init__(self, made_by: Call, part: int | str | None, size: int | None) -> None:
        self.made_by, self.part, self.size = made_by, part, size

    def __repr__(self) -> str:
        return f"<Symbol shape={self.shape} of {self.made_by.layer!r}>"


def result(call: Call) -> Any:
    """Return what a call will give: a symbol, or several in a list or a dict.

    A layer that does not say how many numbers it gives is tried out with zeros.
    """
    found = internals(call.layer).output = _result(call)
    return found


def _result(call: Call) -> Any:
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
        outputs = of_sample(layer, [_mapped(item, _zeros) for item in given])
    structure = structure_of(outputs)
    if structure is None:
        return LayerOutput(call, None, sum(1 for _ in flat(outputs)))
    names: Sequence[int | str] = structure.names if structure.keyed else range(len(structure.names))
    return structure.packed(
        [LayerOutput(call, name, n) for name, n in zip(names, structure.sizes, strict=True)]
    )


def of_sample(layer: Module, given: Sequence[Any]) -> Any:
    """Return what a layer gives for one sample: lists in it are several inputs, not a table."""
    own = type(layer).__call__ is not Module.__call__ and type(layer).forward is Module.forward
    return layer(*given) if own else layer.forward(*given)


def _mapped(item: Any, function: Any) -> Any:
    if isinstance(item, Mapping):
        return {name: function(part) for name, part in item.items()}
    return [function(part) for part in item] if isinstance(item, list | tuple) else function(item)


def items_in(item: Any) -> list[Any]:
    """Return what is in a list or a dict, or the only thing there is."""
    if isinstance(item, Mapping):
        return [*item.values()]
    return list(item) if isinstance(item, list | tuple) else [item]


def _size(symbol: Any) -> int | None:
    if not isinstance(symbol, Symbol):
        raise TypeError(
            f"a layer of a functional model is called with symbols, got {symbol!r:.60} among them; "
            "numbers go to the model when it is made"
        )
    return symbol.size


def _zeros(symbol: Symbol) -> Rows[Any]:
    return as_row([0.0] * (symbol.size or 0))


class Input(Symbol, Module):
    """The input layer: passes its inputs through and has no parameters.

    It is also what layers of a functional model are called with, see `nn.Model`.

    Args:
        shape: Number of inputs, or `(number,)` as in Keras.
        batch_size: Accepted for Keras's sake; it changes nothing.
        dtype: The same: numbers are floats.
        name: A name for `summary()` and `get_layer`, and for a dict of several inputs.

    Raises:
        ValueError: If the shape is of tables or images rather than of rows.

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
        """The call that stands at the beginning: of the input itself, with nothing."""
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
