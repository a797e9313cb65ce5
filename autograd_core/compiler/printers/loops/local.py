"""Local: variables that live in one turn of a loop need no more room than that turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from autograd_core.compiler.arrays import Program, Var
from autograd_core.compiler.printers.loops.fuse import fused
from autograd_core.compiler.printers.loops.nest import nests_of
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Spot,
    Statement,
    moved,
)


def loops_of(program: Program) -> LoopProgram:
    """Return an array program as loops: what every printer of this room reads."""
    nests, variables, results = nests_of(program)
    body = fused(nests)
    kept = {a.var for a in program.arguments} | {results.outputs, *results.gradients}
    body, sizes = _localized(body, variables, kept)
    for var, size in sizes.items():
        variables[var] = replace(variables[var], size=size, batched=False)
    return LoopProgram(
        tuple(variables), frozenset(sizes), body, program.arguments, results, program.batch
    )


def _localized(
    body: tuple[Statement, ...], variables: Sequence[Var], kept: set[int]
) -> tuple[tuple[Statement, ...], dict[int, int]]:
    """Return statements in which variables of one turn begin at 0, and the sizes of those."""
    counts: dict[int, int] = {}
    paths: dict[int, tuple[int, ...]] = {}
    spots: dict[int, list[Spot]] = {}
    for path, assign in _walked(body, (), counts):
        for spot in assign.spots:
            before = paths.get(spot.var, path)
            common = takewhile(lambda pair: pair[0] == pair[1], zip(before, path))
            paths[spot.var] = tuple([loop for loop, _ in common])
            spots.setdefault(spot.var, []).append(spot)
    dropped: dict[int, tuple[frozenset[int], int]] = {}
    sizes: dict[int, int] = {}
    for var, path in paths.items():
        if var in kept or variables[var].data is not None or not path:
            continue
        found = _alike(spots[var], path)
        if found is None:
            continue
        low, high = _bounds(spots[var], found, counts)
        dropped[var], sizes[var] = (found, low), high - low + 1
    return tuple(moved(body, [_begun_at_0(dropped)])), sizes


def _walked(
    body: Sequence[Statement], path: tuple[int, ...], counts: dict[int, int]
) -> Iterator[tuple[tuple[int, ...], Assign]]:
    for statement in body:
        if isinstance(statement, Loop):
            counts[statement.number] = statement.turns
            yield from _walked(statement.body, (*path, statement.number), counts)
        else:
            yield path, statement


def _alike(spots: Sequence[Spot], path: Sequence[int]) -> frozenset[int] | None:
    """Return the loops around all uses of a variable, if every use moves alike with them."""
    if any(spot.table is not None for spot in spots):
        return None
    moves = {tuple([dict(spot.terms).get(loop, 0) for loop in path]) for spot in spots}
    return frozenset(path) if len(moves) == 1 else None


def _bounds(
    spots: Sequence[Spot], dropped: frozenset[int], counts: dict[int, int]
) -> tuple[int, int]:
    ends = []
    for spot in spots:
        steps = [(counts[i] - 1) * s for i, s in spot.terms if i not in dropped]
        ends.append(spot.offset + sum(step for step in steps if step < 0))
        ends.append(spot.offset + sum(step for step in steps if step > 0))
    return min(ends), max(ends)


def _begun_at_0(dropped: dict[int, tuple[frozenset[int], int]]) -> Callable[[Spot], Spot]:
    """Return where a number is once its variable holds those of one turn."""

    def spot_in_turn(spot: Spot) -> Spot:
        if spot.var not in dropped:
            return spot
        loops, low = dropped[spot.var]
        terms = tuple([term for term in spot.terms if term[0] not in loops])
        return spot._replace(offset=spot.offset - low, terms=terms)

    return spot_in_turn
