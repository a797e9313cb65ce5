"""Jam: several iterations of an outer loop done together in its inner loops (unroll and jam).

A product of matrices reads a row of weights for every sample. With four samples together each
number of the row is loaded once for four multiplications, and the four sums do not depend on one
another, so that their additions overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from autograd_core.compiler.arrays import Var
from autograd_core.compiler.printers.loops.tree import (
    Loop,
    LoopProgram,
    Spot,
    Statement,
    assigns,
    replaced,
)

AT_ONCE = 4
"""Iterations done together: so many vectors of sums fit into registers."""
_LONGEST = 100  # assignments of a loop, which become up to five times as many


def jammed(program: LoopProgram) -> LoopProgram:
    """Return the same program with each outer loop that gains unrolled and jammed.

    That keeps the meaning, since iterations are independent (see `fuse.py`): none reads what
    another one writes, except for sums, and those may be added in any order.
    """
    variables, body = list(program.variables), list[Statement]()
    fresh = 1 + max(_numbers(program.body), default=0)
    for statement in program.body:
        if not isinstance(statement, Loop) or not _pays(statement, program.local):
            body.append(statement)
            continue
        several = _Jam(statement, program.local, variables, fresh).body()
        body.append(statement._replace(body=tuple(several), step=AT_ONCE))
        if statement.turns % AT_ONCE:  # also for SAMPLES: their remainder is known at the call
            body.append(statement._replace(rest=AT_ONCE))
    local = program.local | {*range(len(program.variables), len(variables))}
    return replace(program, variables=tuple(variables), local=local, body=tuple(body))


def _numbers(body: Sequence[Statement]) -> Iterator[int]:
    for statement in body:
        if isinstance(statement, Loop):
            yield statement.number
            yield from _numbers(statement.body)


def _spots(statement: Statement) -> Iterator[Spot]:
    for assign in assigns([statement]):
        yield from assign.spots


def _pays(loop: Loop, local: frozenset[int]) -> bool:
    """Say whether to unroll a loop: one inside gains, and it has many iterations of few lines."""
    if 0 <= loop.turns < 2 * AT_ONCE or sum(1 for _ in assigns(loop.body)) > _LONGEST:
        return False
    if any(index == loop.number for spot in _spots(loop) for index, _ in spot.steps):
        return False
    return any(_gains(inner, loop.number, local) for inner in loop.body)


def _gains(statement: Statement, loop: int, local: frozenset[int]) -> bool:
    """Say whether a statement is a loop that reads the same numbers in each iteration of `loop`.

    Then several iterations together load them only once.
    """
    return isinstance(statement, Loop) and any(
        spot.terms and spot.var not in local and loop not in dict(spot.terms)
        for spot in _spots(statement)
    )


class _Jam:
    """A loop that is unrolled, with new storage for the variables that are local to an iteration.

    A local variable that only statements which gain use is copied for each of the iterations, so
    that each has its own sum in a register; any other becomes an array with a part for each.

    Args:
        loop: The loop.
        local: The local variables.
        variables: All variables; new ones are added.
        number: The number of a new loop over the iterations that are done together.
    """

    def __init__(
        self, loop: Loop, local: frozenset[int], variables: list[Var], number: int
    ) -> None:
        self.loop, self.number = loop, number
        self.parts = [
            (gains, list(inner))
            for gains, inner in groupby(loop.body, lambda s: _gains(s, loop.number, local))
        ]
        own = {spot.var for spot in _spots(loop)} & local
        longer = {s.var for gains, part in self.parts if not gains for i in part for s in _spots(i)}
        self.sizes = {var: variables[var].size for var in own & longer}
        for var, size in self.sizes.items():
            variables[var] = replace(variables[var], size=size * AT_ONCE)
        self.copies = [{var: var for var in own - longer}]
        for _ in range(AT_ONCE - 1):
            self.copies.append({})
            for var in sorted(own - longer):
                self.copies[-1][var] = len(variables)
                variables.append(variables[var])

    def body(self) -> Iterator[Statement]:
        """Yield the statements of several iterations."""
        for gains, part in self.parts:
            if not gains:
                yield Loop(self.number, AT_ONCE, tuple(replaced(part, [self._in_a_loop])))
                continue
            yield from replaced(part, [self._later(turn) for turn in range(AT_ONCE)])

    def _in_a_loop(self, spot: Spot) -> Spot:
        """Return a spot in the iteration that the new loop is at."""
        stride = self.sizes.get(spot.var, dict(spot.terms).get(self.loop.number, 0))
        return spot._replace(terms=(*spot.terms, (self.number, stride))) if stride else spot

    def _later(self, turn: int) -> Callable[[Spot], Spot]:
        """Return the function from a spot to that of `turn` iterations later."""

        def later(spot: Spot) -> Spot:
            stride = self.sizes.get(spot.var, dict(spot.terms).get(self.loop.number, 0))
            var = self.copies[turn].get(spot.var, spot.var)
            return spot._replace(var=var, offset=spot.offset + stride * turn)

        return later
