"""Merging: layers that combine several inputs into one output, by Keras's names; and Rescaling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, ClassVar

from autograd_core import Value, functional
from nn.basics import (
    Inputs,
    Number,
    Output,
    Rows,
    Sample,
    is_batch,
    number,
    one_or_list,
    symbol_in,
    values,
)
from nn.modules import Module

Row = Sequence[Value]


class Merge(Module):
    """A layer that is called with a list of several inputs: symbols, samples or tables.

    An input of one number is broadcast to the size of the others.

    Args:
        name: A name for `summary()` and `get_layer`.
    """

    most: ClassVar[int | None] = None  # the largest number of inputs

    def __init__(self, *, name: str | None = None) -> None:
        self.name = name or ""

    @staticmethod
    def combine(column: Row, /) -> Number:
        """Return the combination of the numbers at one position, one from each input."""
        raise NotImplementedError

    def __call__(self, x: Any, *more: Any) -> Any:
        """Return the output for one sample of each input, or of a table of each, row by row."""
        items = [x, *more] if more else x
        if (symbol := symbol_in((items,))) is not None:
            return symbol.apply_layer(self, (items,), {})
        if is_batch(items[0]):
            return Rows([self.forward(row) for row in zip(*items, strict=True)])
        return self.forward(items)

    def forward(self, x: Sequence[Inputs]) -> Output:
        """Return the output for one sample of each input."""
        rows = [values(item) for item in x]
        self.output_size([len(row) for row in rows])
        size = max(map(len, rows))
        wide = [row * size if len(row) == 1 else row for row in rows]
        combine = type(self).combine
        return one_or_list([Value.operand(combine(column)) for column in zip(*wide, strict=True)])

    def of_parts(self, parts: list[Sample] | dict[str, Sample]) -> Output:
        """Return the output for one sample of several inputs."""
        return self.forward([*parts.values()] if isinstance(parts, dict) else parts)

    def output_size(self, inputs: list[int | None] | int | None) -> int | None:
        """Return how many outputs there are for inputs of these sizes.

        Raises:
            ValueError: If the sizes differ, or there are too many inputs.
        """
        sizes = _sizes(self, inputs)
        known = {size for size in sizes if size not in (None, 1)}
        if len(known) > 1 or (self.most is not None and len(sizes) > self.most):
            wanted = "inputs of one size" if len(known) > 1 else f"{self.most} inputs"
            advice = (
                "give layers before it equal units" if len(known) > 1 else "leave out the others"
            )
            raise ValueError(f"{type(self).__name__} wants {wanted}, got sizes {sizes}; {advice}")
        return None if None in sizes else max(sizes, default=None)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"name": self.name} if self.name else {}


class Add(Merge):
    """The sum of its inputs, number by number.

    >>> [y.data for y in Add()([[1.0, 2.0], [3.0, 4.0]])]
    [4.0, 6.0]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    combine = staticmethod(functional.total)


class Subtract(Merge):
    """The first of two inputs minus the second.

    >>> Subtract()([[3.0], [1.0]]).data
    2.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    most = 2

    @staticmethod
    def combine(column: Row, /) -> Number:
        """Return the difference."""
        first, second = column
        return first - second


class Multiply(Merge):
    """The product of its inputs, number by number.

    >>> Multiply()([[3.0], [2.0], [4.0]]).data
    24.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    combine = staticmethod(functional.product)


class Average(Merge):
    """The mean of its inputs, number by number.

    >>> Average()([[3.0], [1.0]]).data
    2.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    combine = staticmethod(functional.mean)


class Maximum(Merge):
    """The largest of its inputs, number by number.

    >>> Maximum()([[3.0], [1.0]]).data
    3.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    combine = staticmethod(partial(reduce, Value.maximum))


class Minimum(Merge):
    """The smallest of its inputs, number by number.

    >>> Minimum()([[3.0], [1.0]]).data
    1.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    combine = staticmethod(partial(reduce, Value.minimum))


class Concatenate(Merge):
    """Its inputs concatenated.

    Args:
        axis: -1 or 1, the only axis of a row.
        name: A name for `summary()` and `get_layer`.

    >>> [y.data for y in Concatenate()([[1.0, 2.0], [3.0]])]
    [1.0, 2.0, 3.0]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, axis: int = -1, *, name: str | None = None) -> None:
        if axis not in (-1, 1):
            raise ValueError(f"Concatenate wants axis -1 or 1, as samples are rows, got {axis!r}")
        super().__init__(name=name)

    def forward(self, x: Sequence[Inputs]) -> Output:
        """Return the numbers of all inputs."""
        return one_or_list([value for item in x for value in values(item)])

    def output_size(self, inputs: list[int | None] | int | None) -> int | None:
        """Return the sum of the sizes."""
        sizes = _sizes(self, inputs)
        return None if None in sizes else sum(sizes)


class Rescaling(Module):
    """x * scale + offset, as in Keras.

    >>> [y.data for y in Rescaling(2.0, offset=1.0)([1.0, 3.0])]
    [3.0, 7.0]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, scale: float, offset: float = 0.0, *, name: str | None = None) -> None:
        self.scale = number("Rescaling's scale", scale)
        self.offset = number("Rescaling's offset", offset)
        self.name = name or ""

    def forward(self, x: Inputs) -> Output:
        """Return the inputs times `scale`, plus `offset`."""
        return one_or_list([value * self.scale + self.offset for value in values(x)])

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return inputs

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        named = {"name": self.name} if self.name else {}
        return {"scale": self.scale, "offset": self.offset, **named}


def _function(kind: type[Merge], example: str) -> Callable[..., Any]:
    def merge(inputs: Sequence[Any], **options: Any) -> Any:
        return kind(**options)(inputs)

    name = kind.__name__.lower()
    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = f"""Apply `{kind.__name__}` to a list of inputs, as in Keras.

    >>> {name}([[3.0], [2.0]]){example}

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    return merge


add, subtract = _function(Add, ".data\n    5.0"), _function(Subtract, ".data\n    1.0")
multiply, average = _function(Multiply, ".data\n    6.0"), _function(Average, ".data\n    2.5")
maximum, minimum = _function(Maximum, ".data\n    3.0"), _function(Minimum, ".data\n    2.0")
concatenate = _function(Concatenate, ".numpy()\n    array([3., 2.])")


def _sizes(layer: Module, inputs: object) -> list[Any]:
    if not isinstance(inputs, list) or not inputs:
        raise ValueError(
            f"{type(layer).__name__} is called with a list of inputs, got {inputs!r:.60}: write "
            f"nn.layers.{type(layer).__name__}()([a, b])"
        )
    return inputs
