"""Choices: the share of a gradient that each operand gets, where a rule chooses among operands.

The chain rule gives an operand the share adjoint * partial. Three kinds of 0 are distinguished:

- A partial that is the literal 0, as of floor or a comparison: the operand is flat and gets no
  share at all.
- A structural 0, which the rule writes for some points: a literal 0 in the branch of `m.where` that
  is taken, a comparison that is false, a product with one of them. The share is exactly 0 whatever
  the adjoint is, because the adjoint is multiplied into the branches: of `m.where(c, 1.0, 0.0)` the
  share is `m.where(c, adjoint, 0.0)`. So sqrt(relu(x)) has slope 0 at -1, as in PyTorch, not nan.
- A computed 0: an operand that is 0, an underflow. Times inf it is nan, as in IEEE arithmetic and
  in PyTorch: sqrt(x * x) at 0.

A share of 0 is an ordinary number in the steps that follow. So the gradient of
where(x < 1, x, sqrt(x)) at -1 is nan, the well-known trap of PyTorch and JAX: choose the operand of
the square root too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from autograd_core.table.floats import FLOAT
from autograd_core.table.op import AnyNumber, Functions, Op
from autograd_core.table.symbolic import Symbolic

Partial: TypeAlias = Any  # None, a number of some kind, or a Choice of numbers
_COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal"}


def shares(
    op: Op, m: Functions, adjoint: AnyNumber, y: AnyNumber, *operands: AnyNumber
) -> list[AnyNumber]:
    """Return adjoint * d y / d operand for each operand, on any kind of number; None if flat.

    >>> from autograd_core.table.ops import FLOOR, RELU, SQRT
    >>> inf = float("inf")
    >>> shares(RELU, FLOAT, inf, 0.0, -1.0), shares(SQRT, FLOAT, inf, inf, inf)
    ([0.0], [nan])
    >>> shares(FLOOR, FLOAT, inf, 0.0, 0.5)
    [None]
    """
    return [share(adjoint, partial) for partial in local_partials(op, m, y, *operands)]


def share(
    factor: AnyNumber,
    partial: Partial,
    times: Callable[[AnyNumber, AnyNumber], AnyNumber] = operator.mul,
) -> AnyNumber:
    """Return factor * partial; None for the partial of a flat operand.

    Args:
        factor: An adjoint, or in forward mode a tangent.
        partial: As `local_partials` gives it.
        times: Multiplies two numbers of that kind.

    >>> share(2.0, 3.0), share(2.0, None)
    (6.0, None)
    """
    if partial is None:
        return None
    return partial.scaled(factor, times) if isinstance(partial, Choice) else times(factor, partial)


def passes(partial: Partial) -> AnyNumber:
    """Return 1, or 0 where the partial is a structural 0, which ends a tangent too.

    Forward mode asks, because an infinite partial may follow the 0; in reverse mode it precedes it.

    >>> from autograd_core.table.ops import RELU, SQRT
    >>> [passes(p) for op in (RELU, SQRT) for p in local_partials(op, FLOAT, 0.0, -1.0)]
    [0.0, 1.0]
    """
    return partial.passes() if isinstance(partial, Choice) else 1.0


def partial_number(partial: Partial) -> AnyNumber:
    """Return a partial as one number of its kind.

    >>> from autograd_core.table.ops import RELU
    >>> [partial_number(p) for p in local_partials(RELU, FLOAT, 2.0, 2.0)]
    [1.0]
    """
    if partial is None:
        return 0.0
    return _value_of(partial) if isinstance(partial, Choice) else partial


def local_partials(op: Op, m: Functions, y: AnyNumber, *operands: AnyNumber) -> list[Partial]:
    """Return d y / d operand for each operand: None if it is flat, a number of kind m, or a Choice.

    >>> from autograd_core.table.ops import WHERE
    >>> nothing, taken, left = local_partials(WHERE, FLOAT, 3.0, 1.0, 3.0, 4.0)
    >>> nothing, share(5.0, taken), share(5.0, left)
    (None, 5.0, 0.0)
    """
    flat, chooses = pattern(op, len(operands))
    if chooses:
        kind = _ChoiceKind(m)
        numbers = [_Computed(kind, number) for number in (y, *operands)]
        found = [p.value if isinstance(p, _Computed) else p for p in op.partials(kind, *numbers)]
    else:
        found = list(op.partials(m, y, *operands))
    for position in flat:
        found[position] = None
    return found


def pattern(op: Op, count: int) -> tuple[tuple[int, ...], bool]:
    """Return which of `count` operands are flat, and whether a partial has a structural 0.

    The rule runs once for that, on unknown numbers.

    >>> from autograd_core.table.ops import TANH, WHERE
    >>> pattern(WHERE, 3), pattern(TANH, 1)
    (((0,), True), ((), False))
    """
    found = op.patterns.get(count)
    if found is None:
        kind = _ChoiceKind(_UnknownKind())
        numbers = [_Computed(kind, _UNKNOWN) for _ in range(count + 1)]
        partials = op.partials(kind, *numbers)
        flat = tuple([i for i, p in enumerate(partials) if _is_zero(p)])
        chooses = any(isinstance(p, Choice) and p.may_vanish() for p in partials)
        found = op.patterns[count] = (flat, chooses)
    return found


class _Unknown:
    """A number that is not known; whatever is computed from it is not known either."""

    def _unknown(self, *_: object) -> _Unknown:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __pos__ = _unknown


_UNKNOWN = _Unknown()


class _UnknownKind:
    words = ()

    def __getattr__(self, name: str) -> Callable[..., _Unknown]:
        return _UNKNOWN._unknown


class _ChoiceKind:
    """The kind of number, around a kind m, that separates a rule's constants from computed numbers.

    Constants are Python's numbers; a _Computed number depends on the operands; a Choice is one of
    two numbers, at least one of them a constant.
    """

    def __init__(self, m: Functions) -> None:
        self.m = m
        self.words = getattr(m, "words", ())

    def __getattr__(self, name: str) -> Callable[..., AnyNumber]:
        return partial(self._call, name)

    def _call(self, name: str, *operands: AnyNumber) -> AnyNumber:
        if all(map(_is_constant, operands)):
            return getattr(FLOAT, name)(*operands)
        result = getattr(self.m, name)(*map(_value_of, operands))
        if name in _COMPARISONS:
            return Choice(self, result, 1.0, 0.0, result)
        return _Computed(self, result)

    def arithmetic(
        self, function: Callable[..., AnyNumber], a: AnyNumber, b: AnyNumber
    ) -> AnyNumber:
        return _product(a, b) if function is operator.mul else _sum(function, a, b)

    def where(self, condition: AnyNumber, yes: AnyNumber, no: AnyNumber) -> AnyNumber:
        if _is_constant(condition):
            return yes if condition else no
        return _choice(self, _value_of(condition), yes, no)


class _Computed(Symbolic):
    """A number that depends on the operands."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: _ChoiceKind, value: AnyNumber) -> None:
        self.kind, self.value = kind, value

    def __neg__(self) -> AnyNumber:
        return _Computed(self.kind, -self.value)


class Choice(Symbolic):
    """One of two numbers, at least one of them a constant of the rule; a comparison is 1 or 0."""

    __slots__ = ("condition", "kind", "no", "value", "yes")

    def __init__(
        self,
        kind: _ChoiceKind,
        condition: AnyNumber,
        yes: AnyNumber,
        no: AnyNumber,
        value: AnyNumber = None,
    ) -> None:
        self.kind, self.condition, self.yes, self.no, self.value = kind, condition, yes, no, value

    def __neg__(self) -> AnyNumber:
        return self.each(operator.neg)

    def each(self, function: Callable[[AnyNumber], AnyNumber]) -> AnyNumber:
        """Return the choice with the function applied to both numbers."""
        return _choice(self.kind, self.condition, function(self.yes), function(self.no))

    def may_vanish(self) -> bool:
        """Return whether one of the numbers is a structural 0."""
        return any(
            _is_zero(number) or (isinstance(number, Choice) and number.may_vanish())
            for number in (self.yes, self.no)
        )

    def passes(self) -> AnyNumber:
        """Return 1 of kind m, or 0 where the chosen number is a structural 0."""
        yes, no = (
            number.passes() if isinstance(number, Choice) else 0.0 if _is_zero(number) else 1.0
            for number in (self.yes, self.no)
        )
        return self.kind.m.where(self.condition, yes, no)

    def scaled(
        self, factor: AnyNumber, times: Callable[[AnyNumber, AnyNumber], AnyNumber]
    ) -> AnyNumber:
        """Return factor * the chosen number, 0 where that is a structural 0."""

        def branch(number: Any) -> Any:
            if isinstance(number, Choice):
                return number.scaled(factor, times)
            if _is_constant(number) and number in (0.0, 1.0):
                return factor if number else 0.0
            return times(factor, _value_of(number))

        return self.kind.m.where(self.condition, branch(self.yes), branch(self.no))


def _choice(kind: _ChoiceKind, condition: AnyNumber, yes: AnyNumber, no: AnyNumber) -> AnyNumber:
    """Return the choice by a condition of kind m: a Choice only if it is neither number alone."""
    if _is_constant(yes) and _is_constant(no) and yes == no:
        return yes
    choice = Choice(kind, condition, yes, no)
    both_computed = isinstance(yes, _Computed) and isinstance(no, _Computed)
    return _Computed(kind, _value_of(choice)) if both_computed else choice


def _is_constant(number: AnyNumber) -> bool:
    return isinstance(number, int | float)


def _is_zero(number: AnyNumber) -> bool:
    return _is_constant(number) and number == 0.0


def _value_of(number: AnyNumber) -> AnyNumber:
    """Return the number of kind m for a constant, a computed number or a Choice."""
    if _is_constant(number):
        return number
    if number.value is None:  # a Choice not evaluated before
        m = number.kind.m
        number.value = m.where(number.condition, _value_of(number.yes), _value_of(number.no))
    return number.value


def _sum(
    function: Callable[[AnyNumber, AnyNumber], AnyNumber], a: AnyNumber, b: AnyNumber
) -> AnyNumber:
    """Return a + b or a - b, whichever `function` is."""
    if isinstance(a, Choice) and not isinstance(b, _Computed):
        return a.each(lambda number: function(number, b))
    if isinstance(b, Choice) and not isinstance(a, _Computed):
        return b.each(lambda number: function(a, number))
    kind = b.kind if _is_constant(a) else a.kind
    return _Computed(kind, function(_value_of(a), _value_of(b)))


def _product(a: AnyNumber, b: AnyNumber) -> AnyNumber:
    """Return a * b; a structural 0 remains one, whatever the other factor."""
    for one, other in ((a, b), (b, a)):
        if _is_constant(one) and one in (0.0, 1.0):
            return other if one else 0.0
        if isinstance(one, Choice) and (one.may_vanish() or not isinstance(other, _Computed)):
            return one.each(lambda number, other=other: number * other)  # type: ignore[misc]
    kind = b.kind if _is_constant(a) else a.kind
    return _Computed(kind, _value_of(a) * _value_of(b))
