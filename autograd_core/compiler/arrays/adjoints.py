"""Adjoints: the contributions to each adjoint, kept until all are known, and their sum."""

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
    """A contribution to some positions of an adjoint.

    Attributes:
        compute: Appends its instructions and returns it.
        walk: The positions, in its loops; None if they are irregular or repeated.
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
        """Append the multiplication."""
        return self.code.emit("multiply", (self.adjoint, self.partial), self.dims)

    def summed(self, axes: Sequence[int]) -> Operand:
        """Return its sum along `axes` if the partial is constant along them, else the product."""
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
    """The order in which contributions are written, and which are accumulated.

    Attributes:
        parts: The contributions.
        accumulate: Whether each is added to what is there, and does not overwrite it.
        zero: Whether the adjoint has to be set to 0 first.
    """

    parts: list[Contribution]
    accumulate: list[bool]
    zero: bool

    @classmethod
    def of(cls, parts: list[Contribution], size: int) -> _Plan:
        """Return the plan for contributions in this order."""
        written = np.zeros(size, dtype=bool)
        accumulate, whole = [], True
        for part in parts:
            before = written[part.table]
            accumulate.append(bool(before.any()))
            whole = whole and (not accumulate[-1] or bool(before.all()))
            written[part.table] = True
        return cls(parts, accumulate, not (whole and written.all()))

    @property
    def calls(self) -> int:
        """The number of instructions besides those that each contribution needs anyway."""
        return sum(self.accumulate) + self.zero


class Adjoints:
    """The contributions to the adjoints of variables that are not finished yet.

    Args:
        code: The instructions, to be appended to.
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        self.pending: dict[int, list[Contribution]] = {}

    def add(self, var: int, contribution: Contribution) -> None:
        """Add a contribution to the adjoint of a variable; it is computed by `finish`."""
        self.pending.setdefault(var, []).append(contribution)

    def finish(self, var: int) -> Operand:
        """Append the sum of all contributions to a variable; return its adjoint, in order."""
        code = self.code
        variable = code.variables[var]
        size, batched = variable.size, variable.batched
        parts = [self._regular(part, size, batched) for part in self.pending.pop(var)]
        parts.sort(key=lambda part: -part.table.size)
        everything = contiguous((size,))
        if all(_same_positions(part.walk, everything) for part in parts):
            result = self._as_numbers(parts[0].compute())
            for part in parts[1:]:
                pair = (result, self._as_numbers(part.compute()))
                result = code.emit("add", [code.reshaped(a, (size,)) for a in pair], (size,))
            return result
        target = code.var(size, batched, role="adjoint")
        plans = [_Plan.of(order, size) for order in (parts, parts[::-1])]
        plan = min(plans, key=lambda plan: plan.calls)  # at a tie the widest first
        if plan.zero:
            code.zero(target)
        for part, accumulate in zip(plan.parts, plan.accumulate):
            assert part.walk is not None
            value = code.reshaped(self._as_numbers(part.compute()), part.walk.dims)
            code.update(View(target, part.walk), value, add=accumulate)
        return code.full(target)

    def _as_numbers(self, operand: Operand) -> Operand:
        """Return a contribution as numbers if it consists of bools."""
        return self.code.as_numbers(
            operand, operand.loops.dims if isinstance(operand, View) else ()
        )

    def _regular(self, part: Contribution, size: int, batched: bool) -> Contribution:
        """Return a contribution to the whole variable, by `scatter`, if it has no walk."""
        if part.walk is not None:
            return part
        code = self.code
        count = part.table.size

        def compute() -> Operand:
            value = code.reshaped(self._as_numbers(part.compute()), (count,))
            if not isinstance(value, View) or not code.in_order(value):
                value = code.copy(value, (count,))
            return code.scatter(value, part.table, size, batched and code.batched(value))

        return Contribution(compute, contiguous((size,)), np.arange(size))


def _same_positions(walk: Loops | None, other: Loops) -> bool:
    if walk is None or walk.offset != other.offset:
        return False
    return walk.split(other.dims) == other
