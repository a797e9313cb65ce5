"""Symbolic: Python's operators on operands that are not numbers: text, or the steps of a tape.

`a / b` in a rule means `m.divide(a, b)` here. An operator that needs the number itself, such as
`<` or `bool`, raises an error with the function of `m` to use instead.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn


def _infix(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return an operator that calls the kind's function of that name, and its reflected form."""
    return (
        lambda self, other: getattr(self.kind, name)(self, other),
        lambda self, other: getattr(self.kind, name)(other, self),
    )


def _arithmetic(function: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return +, - or * as the kind's `arithmetic`, and its reflected form."""
    return (
        lambda self, other: self.kind.arithmetic(function, self, other),
        lambda self, other: self.kind.arithmetic(function, other, self),
    )


class Symbolic:
    """An operand that is not a number yet.

    Attributes:
        kind: The namespace `m` that it belongs to. Beside the elementary functions it has
            `arithmetic(function, a, b)`, the `function` of which is that of +, - or *.
    """

    __slots__ = ()

    kind: Any

    __add__, __radd__ = _arithmetic(operator.add)
    __sub__, __rsub__ = _arithmetic(operator.sub)
    __mul__, __rmul__ = _arithmetic(operator.mul)
    __truediv__, __rtruediv__ = _infix("divide")
    __floordiv__, __rfloordiv__ = _infix("floor_divide")
    __mod__, __rmod__ = _infix("remainder")
    __pow__, __rpow__ = _infix("power")

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.kind.abs(self)

    def _undecided(self, *_: object) -> NoReturn:
        raise TypeError(
            "a rule runs on arrays and formulas too, which are neither true nor false: instead of "
            "<, ==, if, min and max use m.less(a, b), m.equal(a, b), m.where(condition, a, b), "
            "m.minimum(a, b) and m.maximum(a, b), and m.divide(a, b) where b may be 0"
        )

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _undecided
    __eq__ = __ne__ = _undecided
    __hash__ = None  # type: ignore[assignment]

    def _no_number(self, *_: object) -> NoReturn:
        raise TypeError(
            "a rule runs on arrays and formulas too, which are not one number: instead of the "
            "functions of math use those of m, as in m.exp(a) and m.floor(a)"
        )

    __float__ = __int__ = __floor__ = __ceil__ = __round__ = _no_number
