"""Jam: several turns of a loop at once, side by side in the loops inside it (unroll and jam).

A product of matrices reads a row of weights for every sample. With four samples at once each
number of the row is read once for four multiplications, and four sums grow side by side, so that
none waits for the one before.
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
    moved,
)

AT_ONCE = 4
"""Turns: so many sums, each of several numbers, have registers of their own."""
_LONGEST = 100  # assignments of a loop: those that gain are written five times


def jammed(program: LoopProgram) -> LoopProgram:
    """Return the same program with loops that gain by it taken several turns at once.

    Turns of a loop do not wait for one another (see `fuse.py`): what one writes, no other reads,
    but for sums, and those may be added up in any order.
    """
    variables, body = list(program.variables), list[Statement]()
    fresh = 1 + max(_numbers(program.body), default=0)
    for statement in program.body:
        if not isinstance(statement, Loop) or not _can(statement, program.local):
            body.append(statement)
            continue
        several = _Jam(statement, program.local, variables, fresh).body()
        body.append(statement._replace(body=tuple(several), step=AT_ONCE))
        if statement.turns % AT_ONCE:  # known at the call, if they are samples
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


def _can(loop: Loop, local: frozenset[int]) -> bool:
    """Say whether a loop is one that gains, and not too long."""
    if 0 <= loop.turns < 2 * AT_ONCE or sum(1 for _ in assigns(loop.body)) > _LONGEST:
        return False
    if any(index == loop.number for spot in _spots(loop) for index, _ in spot.steps):
        return False
    return any(_gains(inner, loop.number, local) for inner in loop.body)


def _gains(statement: Statement, loop: int, local: frozenset[int]) -> bool:
    """Say whether a loop goes through the same numbers in every turn of the one around it."""
    return isinstance(statement, Loop) and any(
        spot.terms and spot.var not in local and loop not in dict(spot.terms)
        for spot in _spots(statement)
    )


class _Jam:
    """A loop, and what becomes of the variables that live in one of its turns.

    Those of statements that gain alone are there once for each turn, so that a sum is a number of
    its own; the others are longer, with the numbers of all turns.
    """

    def __init__(self, loop: Loop, local: frozenset[int], variables: list[Var], turn: int) -> None:
        self.loop, self.turn = loop, turn
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
        """Yield what several turns do."""
        for gains, part in self.parts:
            if not gains:
                yield Loop(self.turn, AT_ONCE, tuple(moved(part, [self._in_a_loop])))
                continue
            yield from moved(part, [self._later(turn) for turn in range(AT_ONCE)])

    def _in_a_loop(self, spot: Spot) -> Spot:
        """Return where a number is in the turn that a loop over turns is at."""
        far = self.sizes.get(spot.var, dict(spot.terms).get(self.loop.number, 0))
        return spot._replace(terms=(*spot.terms, (self.turn, far))) if far else spot

    def _later(self, turn: int) -> Callable[[Spot], Spot]:
        def later(spot: Spot) -> Spot:
            far = self.sizes.get(spot.var, dict(spot.terms).get(self.loop.number, 0))
            var = self.copies[turn].get(spot.var, spot.var)
            return spot._replace(var=var, offset=spot.offset + far * turn)

        return later
