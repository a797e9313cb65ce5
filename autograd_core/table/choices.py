"""Choices: what an operand gets of a gradient, where a rule chooses among its operands.

The chain rule gives an operand the share adjoint * partial. Three kinds of 0 are told apart:

- A partial that is literally 0 passes nothing on: floor's, a comparison's. The operand is flat.
- A 0 that the rule writes at this point is a share of exactly 0, whatever the adjoint is: a
  literal 0 in the branch of `m.where` that is taken, a comparison that is false, a product with one
  of them. The adjoint is multiplied into the branches: of `m.where(c, 1.0, 0.0)` the share is
  `m.where(c, adjoint, 0.0)`. So sqrt(relu(x)) has slope 0 at -1, as in PyTorch, not 0 * inf.
- A 0 that comes out is a number: an operand that is 0, an underflow. Times inf it is nan, as IEEE
  has it and PyTorch gives it: sqrt(x * x) at 0.

The 0 of a choice is an ordinary number from there on. So where(x < 1, x, sqrt(x)) at -1 is nan, the
well-known trap of PyTorch and JAX: choose before the square root too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from autograd_core.table.floats import FLOAT
from autograd_core.table.op import Op
from autograd_core.table.symbolic import Symbolic

Partial: TypeAlias = Any  # None, a number of some kind, or a Choice of numbers
_COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal"}


def shares(op: Op, m: Any, adjoint: Any, y: Any, *operands: Any) -> list[Any]:
    """Return adjoint * d y / d operand for each operand, on any kind of number; None for nothing.

    >>> from autograd_core.table.ops import FLOOR, RELU, SQRT
    >>> inf = float("inf")
    >>> shares(RELU, FLOAT, inf, 0.0, -1.0), shares(SQRT, FLOAT, inf, inf, inf)
    ([0.0], [nan])
    >>> shares(FLOOR, FLOAT, inf, 0.0, 0.5)
    [None]
    """
    return [share(adjoint, partial) for partial in local_partials(op, m, y, *operands)]


def share(factor: Any, partial: Partial, times: Callable[[Any, Any], Any] = operator.mul) -> Any:
    """Return factor * partial; None for nothing.

    Args:
        factor: An adjoint, or in forward mode a tangent.
        partial: As `local_partials` gives it.
        times: The multiplication of that kind of number.

    >>> share(2.0, 3.0), share(2.0, None)
    (6.0, None)
    """
    if partial is None:
        return None
    return partial.scaled(factor, times) if isinstance(partial, Choice) else times(factor, partial)


def alive(partial: Partial) -> Any:
    """Return 1, or 0 where the rule writes a 0: there a tangent ends, as an adjoint does.

    Forward mode needs to be told: the infinite factor comes after the 0, not before it.

    >>> from autograd_core.table.ops import RELU, SQRT
    >>> [alive(p) for op in (RELU, SQRT) for p in local_partials(op, FLOAT, 0.0, -1.0)]
    [0.0, 1.0]
    """
    return partial.alive() if isinstance(partial, Choice) else 1.0


def settled(partial: Partial) -> Any:
    """Return a partial as one number of its kind.

    >>> from autograd_core.table.ops import RELU
    >>> [settled(p) for p in local_partials(RELU, FLOAT, 2.0, 2.0)]
    [1.0]
    """
    if partial is None:
        return 0.0
    return _plain(partial) if isinstance(partial, Choice) else partial


def local_partials(op: Op, m: Any, y: Any, *operands: Any) -> list[Partial]:
    """Return d y / d operand for each operand: None for nothing, a number of kind m, or a Choice.

    >>> from autograd_core.table.ops import WHERE
    >>> nothing, taken, left = local_partials(WHERE, FLOAT, 3.0, 1.0, 3.0, 4.0)
    >>> nothing, share(5.0, taken), share(5.0, left)
    (None, 5.0, 0.0)
    """
    flat, chooses = pattern(op, len(operands))
    if chooses:
        kind = _Choices(m)
        read = [_Read(kind, number) for number in (y, *operands)]
        found = [p.value if isinstance(p, _Read) else p for p in op.partials(kind, *read)]
    else:
        found = list(op.partials(m, y, *operands))
    for position in flat:
        found[position] = None
    return found


def pattern(op: Op, count: int) -> tuple[tuple[int, ...], bool]:
    """Return which of so many operands are flat, and whether a partial is a choice with a 0 in it.

    Read off the rule once, on numbers of which nothing is known.

    >>> from autograd_core.table.ops import TANH, WHERE
    >>> pattern(WHERE, 3), pattern(TANH, 1)
    (((0,), True), ((), False))
    """
    found = op.patterns.get(count)
    if found is None:
        kind = _Choices(_Unknowns())
        read = [_Read(kind, _UNKNOWN) for _ in range(count + 1)]
        partials = op.partials(kind, *read)
        flat = tuple([i for i, p in enumerate(partials) if _exact(p) and p == 0.0])
        chooses = any(isinstance(p, Choice) and p.may_vanish() for p in partials)
        found = op.patterns[count] = (flat, chooses)
    return found


class _Unknown:
    """A number of which nothing is known; nor is anything of what is computed of it."""

    def _stays(self, *_: object) -> _Unknown:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __pos__ = _stays


_UNKNOWN = _Unknown()


class _Unknowns:
    words = ()

    def __getattr__(self, name: str) -> Callable[..., _Unknown]:
        return _UNKNOWN._stays


class _Choices:
    """The kind of number that knows what a rule writes from what it reads, on top of a kind m.

    Python's numbers are what the rule writes; _Read is what depends on the operands; Choice is one
    of two, of which one at least is written.
    """

    def __init__(self, m: Any) -> None:
        self.m = m
        self.words = getattr(m, "words", ())

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, name)

    def _call(self, name: str, *operands: Any) -> Any:
        if all(map(_exact, operands)):
            return getattr(FLOAT, name)(*operands)
        result = getattr(self.m, name)(*map(_plain, operands))
        if name in _COMPARISONS:
            return Choice(self, result, 1.0, 0.0, result)
        return _Read(self, result)

    def arithmetic(self, function: Callable[..., Any], a: Any, b: Any) -> Any:
        return _multiplied(a, b) if function is operator.mul else _joined(function, a, b)

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        if _exact(condition):
            return yes if condition else no
        return _chosen(self, _plain(condition), yes, no)


class _Read(Symbolic):
    """A number that depends on the operands."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: _Choices, value: Any) -> None:
        self.kind, self.value = kind, value

    def __neg__(self) -> Any:
        return _Read(self.kind, -self.value)


class Choice(Symbolic):
    """One of two numbers, of which one at least is written in the rule; so is a comparison."""

    __slots__ = ("condition", "kind", "no", "value", "yes")

    def __init__(
        self, kind: _Choices, condition: Any, yes: Any, no: Any, value: Any = None
    ) -> None:
        self.kind, self.condition, self.yes, self.no, self.value = kind, condition, yes, no, value

    def __neg__(self) -> Any:
        return self.each(operator.neg)

    def each(self, function: Callable[[Any], Any]) -> Any:
        """Return the choice between the function of the one and of the other."""
        return _chosen(self.kind, self.condition, function(self.yes), function(self.no))

    def may_vanish(self) -> bool:
        """Return whether one of the numbers is a 0 that the rule writes."""
        return any(
            _is_zero(number) or (isinstance(number, Choice) and number.may_vanish())
            for number in (self.yes, self.no)
        )

    def alive(self) -> Any:
        """Return 1 of kind m, or 0 where the number that is chosen is a 0 that the rule writes."""
        yes, no = (
            number.alive() if isinstance(number, Choice) else 0.0 if _is_zero(number) else 1.0
            for number in (self.yes, self.no)
        )
        return self.kind.m.where(self.condition, yes, no)

    def scaled(self, factor: Any, times: Callable[[Any, Any], Any]) -> Any:
        """Return factor * the number that is chosen, 0 where that is a 0 that the rule writes."""

        def branch(number: Any) -> Any:
            if isinstance(number, Choice):
                return number.scaled(factor, times)
            if _exact(number) and number in (0.0, 1.0):
                return factor if number else 0.0
            return times(factor, _plain(number))

        return self.kind.m.where(self.condition, branch(self.yes), branch(self.no))


def _chosen(kind: _Choices, condition: Any, yes: Any, no: Any) -> Any:
    """Return the choice by a condition of kind m, as simple as it can be."""
    if _exact(yes) and _exact(no) and yes == no:
        return yes
    choice = Choice(kind, condition, yes, no)
    both_read = isinstance(yes, _Read) and isinstance(no, _Read)
    return _Read(kind, _plain(choice)) if both_read else choice


def _exact(number: Any) -> bool:
    return isinstance(number, int | float)


def _is_zero(number: Any) -> bool:
    return _exact(number) and number == 0.0


def _plain(number: Any) -> Any:
    """Return the number of kind m that a number stands for."""
    if _exact(number):
        return number
    if number.value is None:  # a choice
        m = number.kind.m
        number.value = m.where(number.condition, _plain(number.yes), _plain(number.no))
    return number.value


def _joined(function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """Return the sum or the difference."""
    if isinstance(a, Choice) and not isinstance(b, _Read):
        return a.each(lambda number: function(number, b))
    if isinstance(b, Choice) and not isinstance(a, _Read):
        return b.each(lambda number: function(a, number))
    kind = b.kind if _exact(a) else a.kind
    return _Read(kind, function(_plain(a), _plain(b)))


def _multiplied(a: Any, b: Any) -> Any:
    """Return the product; a 0 that the rule writes stays one, whatever it is multiplied by."""
    for one, other in ((a, b), (b, a)):
        if _exact(one) and one in (0.0, 1.0):
            return other if one else 0.0
        if isinstance(one, Choice) and (one.may_vanish() or not isinstance(other, _Read)):
            return one.each(lambda number, other=other: number * other)  # type: ignore[misc]
    kind = b.kind if _exact(a) else a.kind
    return _Read(kind, _plain(a) * _plain(b))
