"""Vector: the lists that modules pass to each other, with the arithmetic of NumPy's arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, SupportsIndex, TypeAlias, TypeGuard, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from autograd_core.graph import number_of

T = TypeVar("T")
_NUMBERS = (Value, float, int, np.number)
Operand: TypeAlias = Value | float | Sequence[object] | NDArray[np.float64]

# Methods of a Value that are not applied element by element
_NOT_ELEMENTWISE = {
    *("backward", "operand", "item", "softmax", "log_softmax", "logsumexp", "total", "product"),
    *("mean", "norm", "dot", "where"),
}


class Rows(list[T]):
    """Several numbers, or the outputs of several samples: a list with the arithmetic of an array.

    Operators and the methods of a Value work element by element; the other operand may be a list,
    an array or a number. `+` adds: `[*a, *b]` concatenates.

    >>> x = Rows([Value(1.0), Value(4.0)])
    >>> [y.data for y in x + [10.0, 20.0]], [y.data for y in 2.0 * x], [y.data for y in x.sqrt()]
    ([11.0, 24.0], [2.0, 8.0], [1.0, 2.0])
    >>> x.sum().data
    5.0
    """

    def __add__(self, other: Operand) -> Rows[T]:  # type: ignore[override]
        return self._binary(operator.add, other)

    def __radd__(self, other: Operand) -> Rows[T]:
        return self._binary(_reflected(operator.add), other)

    def __iadd__(self, other: Operand) -> Rows[T]:  # type: ignore[override]
        return self + other  # addition, not list's extend

    def __mul__(self, other: Operand) -> Rows[T]:  # type: ignore[override]
        return self._binary(operator.mul, other)

    def __rmul__(self, other: Operand) -> Rows[T]:  # type: ignore[override]
        return self._binary(_reflected(operator.mul), other)

    def __imul__(self, other: Operand) -> Rows[T]:  # type: ignore[override]
        return self * other

    def __sub__(self, other: Operand) -> Rows[T]:
        return self._binary(operator.sub, other)

    def __rsub__(self, other: Operand) -> Rows[T]:
        return self._binary(_reflected(operator.sub), other)

    def __truediv__(self, other: Operand) -> Rows[T]:
        return self._binary(operator.truediv, other)

    def __rtruediv__(self, other: Operand) -> Rows[T]:
        return self._binary(_reflected(operator.truediv), other)

    def __pow__(self, other: Operand) -> Rows[T]:
        return self._binary(operator.pow, other)

    def __rpow__(self, other: Operand) -> Rows[T]:
        return self._binary(_reflected(operator.pow), other)

    def __neg__(self) -> Rows[T]:
        return self._binary(operator.mul, -1.0)

    def __abs__(self) -> Rows[T]:
        return Rows([cast(T, abs(cast(Value, item))) for item in self])

    def __matmul__(self, other: Operand) -> T:
        return cast(T, _product(self, other.tolist() if isinstance(other, np.ndarray) else other))

    @overload
    def __getitem__(self, place: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, place: slice, /) -> Rows[T]: ...
    def __getitem__(self, place: SupportsIndex | slice, /) -> T | Rows[T]:
        if isinstance(place, slice):
            return Rows(super().__getitem__(place))
        return super().__getitem__(place)

    def __getattr__(self, name: str) -> Callable[..., Rows[T]]:
        each = (
            None if name.startswith("_") or name in _NOT_ELEMENTWISE else getattr(Value, name, None)
        )
        if not callable(each):
            raise AttributeError(
                f"{name!r}: this is a list of {len(self)} Values, which has what lists have, "
                "arithmetic, sum(), mean() and the methods of a Value, number by number"
            )
        return partial(self._call_each, name)

    def sum(self) -> T:
        """Return the sum of all numbers, over all rows."""
        items = [item.sum() if isinstance(item, Rows) else item for item in self]
        first, *others = cast("list[Value]", items)
        for other in others:
            first = first + other
        return cast(T, first)

    def mean(self) -> T:
        """Return the mean of all numbers, over all rows."""
        count = sum(len(item) if isinstance(item, Rows) else 1 for item in self)
        return cast(T, cast(Value, self.sum()) / count)

    def backward(self) -> None:
        """Raise TypeError: backpropagation starts from one number.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            f"backward() starts from one Value, and this is a list of {len(self)}; "
            "reduce it to one first, with a loss: nn.mse(outputs, targets).backward()"
        )

    # PyTorch's methods, for criterion(model(X).squeeze(), y) and model(X).detach().numpy().

    def squeeze(self, dim: int = -1) -> Rows[T]:
        """Return the outputs unchanged: a single output is a Value here, not a list of one."""
        return self

    def detach(self) -> Rows[T]:
        """Return the outputs as leaves, through which no gradient flows."""
        return cast("Rows[T]", Rows([_detached(item) for item in self]))

    def numpy(self) -> NDArray[np.float64]:
        """Return the numbers as an array, `(samples,)` or `(samples, outputs)`."""
        return np.array([_numbers(item) for item in self], dtype=np.float64)

    def _binary(self, function: Callable[[object, object], object], other: object) -> Rows[T]:
        return cast("Rows[T]", Rows([function(a, b) for a, b in self._pairs(other)]))

    def _call_each(self, name: str, *others: object) -> Rows[T]:
        columns = [[b for _, b in self._pairs(other)] for other in others]
        rows = zip(self, *columns, strict=True)
        return cast("Rows[T]", Rows([getattr(item, name)(*more) for item, *more in rows]))

    def _pairs(self, other: object) -> list[tuple[object, object]]:
        """Return each item with that of the other operand, broadcast as in NumPy.

        Raises:
            ValueError: If the lengths differ and none is 1.
        """
        if isinstance(other, np.ndarray):
            other = other.tolist()
        if not _is_sequence(other) or (
            bool(self) and _is_sequence(self[0]) and not _is_nested(other)
        ):
            return [(item, other) for item in self]  # one number for all, or one row for all rows
        if not _is_sequence(self[0] if self else None) and _is_nested(other):
            return [(self, row) for row in other]
        if len(other) == len(self):
            return list(zip(self, other, strict=True))
        if len(other) == 1:
            return [(item, other[0]) for item in self]
        if len(self) == 1:
            return [(self[0], item) for item in other]
        raise ValueError(
            f"a list of {len(self)} Values and one of {len(other)} do not fit; they add and "
            "multiply number by number, and [*a, *b] joins them"
        )


def _as_float(operation: Callable[..., float]) -> Callable[..., Any]:
    """Return a fast method: it computes with floats and wraps the result in `Given`."""

    def method(self: Given, *others: float) -> object:
        result = operation(self, *others)
        return Given(result) if isinstance(result, float) else result  # NotImplemented

    return method


def _as_value(name: str) -> Callable[..., Any]:
    """Return the method of that name of a Value, for IEEE arithmetic: 1 / 0 is inf."""

    def method(self: Given, *others: object) -> object:
        result = getattr(Value(float(self)), name)(*others)
        if any(isinstance(other, Value) for other in others):
            return result
        if isinstance(result, tuple):
            return tuple(Given(part.data) for part in result)
        return Given(result.data) if isinstance(result, Value) else result

    return method


class Given(float):
    """A number of a sample, not differentiated: a float with the methods of a Value.

    So `x[0].sin()` and `x[0] / 0` give the same in a call as in a compiled program.

    >>> Given(4.0).sqrt() + 1, Given(1.0) / 0.0, Given(2.0) == 2.0
    (3.0, inf, True)
    """

    __slots__ = ()

    __add__, __radd__ = _as_float(float.__add__), _as_float(float.__radd__)
    __sub__, __rsub__ = _as_float(float.__sub__), _as_float(float.__rsub__)
    __mul__, __rmul__ = _as_float(float.__mul__), _as_float(float.__rmul__)
    __neg__, __abs__ = _as_float(float.__neg__), _as_float(float.__abs__)
    __truediv__, __rtruediv__ = _as_value("__truediv__"), _as_value("__rtruediv__")
    __floordiv__, __rfloordiv__ = _as_value("__floordiv__"), _as_value("__rfloordiv__")
    __mod__, __rmod__ = _as_value("__mod__"), _as_value("__rmod__")
    __divmod__, __rdivmod__ = _as_value("__divmod__"), _as_value("__rdivmod__")
    __pow__, __rpow__ = _as_value("__pow__"), _as_value("__rpow__")

    @property
    def data(self) -> float:
        """The plain number."""
        return float(self)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or not callable(getattr(Value, name, None)):
            raise AttributeError(
                f"{name!r}: this is a number of a sample, which has the methods of a float and of "
                "a Value"
            )
        return partial(_as_value(name), self)


def as_vector(x: object) -> object:
    """Return a sample as numbers with a Value's methods; anything else unchanged.

    >>> as_vector([1.0, 4]).sqrt()
    [1.0, 2.0]
    """
    if isinstance(x, Rows):
        return x
    if isinstance(x, np.ndarray) and x.ndim < 2:
        x = x.tolist()
    if isinstance(x, _NUMBERS):
        return _number(cast("Value | float", x))
    numbers = isinstance(x, list | tuple) and all(isinstance(item, _NUMBERS) for item in x)
    return as_row(cast("Sequence[Value | float]", x)) if numbers else x


def as_row(numbers: Sequence[Value | float]) -> Rows[Value | float]:
    """Return the numbers of a sample as a vector of numbers with a Value's methods."""
    return Rows([_number(item) for item in numbers])


def _number(item: Value | float) -> Value | float:
    return item if isinstance(item, Value) else Given(item)


def one_or_list(outputs: Sequence[Value]) -> Value | list[Value]:
    """Return a single output itself, several as a list, as micrograd does."""
    return outputs[0] if len(outputs) == 1 else Rows(outputs)


def _product(a: Rows[T], b: object) -> object:
    """Return the matrix product of vectors or matrices, as NumPy's `@` does.

    Raises:
        ValueError: If the inner sizes differ.
    """
    if _is_nested(a):
        return Rows([_product(cast("Rows[T]", row), b) for row in a])
    if not _is_sequence(b) or len(b) != len(a):
        raise ValueError(
            f"{len(a)} numbers @ b: wanted {len(a)} numbers or rows in b, got {b!r:.60}"
        )
    if _is_nested(b):
        return Rows([_product(a, column) for column in zip(*cast("Sequence[list[object]]", b))])
    return a._binary(operator.mul, b).sum()


def _reflected(function: Callable[[object, object], object]) -> Callable[[object, object], object]:
    return lambda mine, other: function(other, mine)


def _is_sequence(x: object) -> TypeGuard[Sequence[object]]:
    return isinstance(x, list | tuple)


def _is_nested(x: object) -> bool:
    return _is_sequence(x) and bool(x) and _is_sequence(x[0])


def _detached(item: object) -> object:
    if isinstance(item, list):
        return Rows([_detached(inner) for inner in item])
    return item.detach() if isinstance(item, Value) else item


def _numbers(item: object) -> object:
    if isinstance(item, list):
        return [_numbers(inner) for inner in item]
    return number_of(item)
