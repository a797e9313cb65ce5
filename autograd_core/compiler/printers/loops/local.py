"""Local: variables used within one iteration of a loop shrink to what one iteration needs."""

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
    replaced,
)


def loops_of(program: Program) -> LoopProgram:
    """Return an array program as loops, which the printers of this room and `llvm` read."""
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
    """Return statements with local variables moved to position 0, and the sizes of these.

    A variable is local if all its uses are inside a loop, and move alike along it.
    """
    counts: dict[int, int] = {}
    paths: dict[int, tuple[int, ...]] = {}
    spots: dict[int, list[Spot]] = {}
    for path, assign in _walked(body, (), counts):
        for spot in assign.spots:
            before = paths.get(spot.var, path)
            common = takewhile(lambda pair: pair[0] == pair[1], zip(before, path))
            paths[spot.var] = tuple([loop for loop, _ in common])
            spots.setdefault(spot.var, []).append(spot)
    dropped: dict[int, tuple[frozenset[int], int]] = {}  # by variable: loops, first position
    sizes: dict[int, int] = {}
    for var, path in paths.items():
        if var in kept or variables[var].data is not None or not path:
            continue
        if not _move_alike(spots[var], path):
            continue
        low, high = _bounds(spots[var], path, counts)
        dropped[var], sizes[var] = (frozenset(path), low), high - low + 1
    return tuple(replaced(body, [_moved_to_0(dropped)])), sizes


def _walked(
    body: Sequence[Statement], path: tuple[int, ...], counts: dict[int, int]
) -> Iterator[tuple[tuple[int, ...], Assign]]:
    for statement in body:
        if isinstance(statement, Loop):
            counts[statement.number] = statement.turns
            yield from _walked(statement.body, (*path, statement.number), counts)
        else:
            yield path, statement


def _move_alike(spots: Sequence[Spot], path: Sequence[int]) -> bool:
    """Say whether all uses of a variable have the same strides along the loops around them."""
    if any(spot.table is not None for spot in spots):
        return False
    return len({tuple([dict(spot.terms).get(loop, 0) for loop in path]) for spot in spots}) == 1


def _bounds(spots: Sequence[Spot], fixed: Sequence[int], counts: dict[int, int]) -> tuple[int, int]:
    """Return the first and the last position in one iteration of the loops `fixed`."""
    ends = []
    for spot in spots:
        steps = [(counts[i] - 1) * s for i, s in spot.terms if i not in fixed]
        ends.append(spot.offset + sum(step for step in steps if step < 0))
        ends.append(spot.offset + sum(step for step in steps if step > 0))
    return min(ends), max(ends)


def _moved_to_0(dropped: dict[int, tuple[frozenset[int], int]]) -> Callable[[Spot], Spot]:
    """Return the function from a spot to that in a variable for one iteration."""

    def spot_in_iteration(spot: Spot) -> Spot:
        if spot.var not in dropped:
            return spot
        loops, low = dropped[spot.var]
        terms = tuple([term for term in spot.terms if term[0] not in loops])
        return spot._replace(offset=spot.offset - low, terms=terms)

    return spot_in_iteration
