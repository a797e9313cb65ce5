"""Adjoints: what contributes to each, kept until all of it is known, then added up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.layout import Loops, Numbers
from autograd_core.compiler.arrays.program import Operand, View, contiguous

Compute = Callable[[], Operand]


@dataclass
class Contribution:
    """Part of an adjoint: `compute` gives it, in loops of which `walk` tells where they go.

    Attributes:
        compute: Writes the instructions for it.
        walk: Where it goes, each position once; None if some are met twice.
        table: All of the positions in order.
    """

    compute: Compute
    walk: Loops | None
    table: Numbers


@dataclass
class Product:
    """A contribution that is an adjoint times a partial."""

    code: Code
    adjoint: Operand
    partial: Operand
    dims: tuple[int, ...]

    def __call__(self) -> Operand:
        """Write it."""
        return self.code.emit("multiply", (self.adjoint, self.partial), self.dims)

    def added_up(self, axes: Sequence[int]) -> Operand:
        """Return it, or if the partial is the same along `axes`, its sum along them, spread out."""
        partial, adjoint, code = self.partial, self.adjoint, self.code
        if not isinstance(partial, View) or not isinstance(adjoint, View):
            return self()
        fixed = all(partial.loops.strides[axis] == 0 for axis in axes)
        if not fixed or code.batched(adjoint) > code.batched(partial):
            return self()
        total = code.sum(adjoint, axes)
        narrow = tuple([1 if i in axes else n for i, n in enumerate(self.dims)])
        inner = View(partial.var, partial.loops._replace(dims=narrow))
        return code.emit("multiply", (total, inner), narrow)


class _Plan(NamedTuple):
    """In which order contributions are written, and which are added to what is there.

    Attributes:
        parts: The contributions.
        added: Whether each is added.
        zero: Whether all has to be set to 0 before.
    """

    parts: list[Contribution]
    added: list[bool]
    zero: bool

    @classmethod
    def of(cls, parts: list[Contribution], size: int) -> _Plan:
        """Return the plan for contributions in this order."""
        written = np.zeros(size, dtype=bool)
        added, whole = [], True
        for part in parts:
            before = written[part.table]
            added.append(bool(before.any()))
            whole = whole and (not added[-1] or bool(before.all()))
            written[part.table] = True
        return cls(parts, added, not (whole and written.all()))

    @property
    def calls(self) -> int:
        """How many calls it takes besides those for the contributions."""
        return sum(self.added) + self.zero


class Adjoints:
    """The contributions that wait for the adjoint of their variable to be needed.

    Args:
        code: Where instructions are written.
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        self.waiting: dict[int, list[Contribution]] = {}

    def wait(self, var: int, contribution: Contribution) -> None:
        """Keep a contribution to the adjoint of a variable."""
        self.waiting.setdefault(var, []).append(contribution)

    def settle(self, var: int) -> Operand:
        """Return the adjoint of a variable from all that contributes to it, in order."""
        code = self.code
        variable = code.variables[var]
        size, batched = variable.size, variable.batched
        parts = [self._whole(part, size, batched) for part in self.waiting.pop(var)]
        parts.sort(key=lambda part: -part.table.size)
        everything = contiguous((size,))
        if all(_same(part.walk, everything) for part in parts):
            result = self._number(parts[0].compute())
            for part in parts[1:]:
                both = [code.in_loops(a, (size,)) for a in (result, self._number(part.compute()))]
                result = code.emit("add", both, (size,))
            return result
        target = code.var(size, batched, role="adjoint")
        plans = [_Plan.of(order, size) for order in (parts, parts[::-1])]
        plan = min(plans, key=lambda plan: plan.calls)  # the widest first, unless that takes more
        if plan.zero:
            code.zero(target)
        for part, added in zip(plan.parts, plan.added):
            assert part.walk is not None
            value = code.in_loops(self._number(part.compute()), part.walk.dims)
            code.update(View(target, part.walk), value, add=added)
        return code.full(target)

    def _number(self, operand: Operand) -> Operand:
        """Return a contribution as numbers, if it is bools."""
        return self.code.number(operand, operand.loops.dims if isinstance(operand, View) else ())

    def _whole(self, part: Contribution, size: int, batched: bool) -> Contribution:
        """Return a contribution without irregular positions: those are scattered first."""
        if part.walk is not None:
            return part
        code = self.code
        count = part.table.size

        def compute() -> Operand:
            value = code.in_loops(self._number(part.compute()), (count,))
            if not isinstance(value, View) or not code.in_order(value):
                value = code.copy(value, (count,))
            return code.scatter(value, part.table, size, batched and code.batched(value))

        return Contribution(compute, contiguous((size,)), np.arange(size))


def _same(walk: Loops | None, other: Loops) -> bool:
    if walk is None or walk.offset != other.offset:
        return False
    return walk.split(other.dims) == other
