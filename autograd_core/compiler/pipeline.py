"""Pipeline: the compiler as one sentence, from a captured graph to what a printer reads.

`rewritten(differentiated(forward(reroll(expand(lower(trace))))))`; `lower` is called in
`version.py`, since straight-line code begins with it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd_core.compiler.arrays import Program, differentiated, forward, strict, verify
from autograd_core.compiler.passes import candidates, factored, merged, shortened
from autograd_core.compiler.structure import Groups, Scalars, Unstructured, expand, reroll

_ROUNDS = 3  # what one rule leaves may suit another; the second round seldom finds more
_EFFORT = 1600  # instructions that are read to find out where a factor is best multiplied in


def groups_of(
    scalars: Scalars, sizes: Sequence[int], *, give_up: bool, differentiated: bool
) -> Groups | None:
    """Return the structure of a graph; None if it has none.

    Args:
        scalars: The graph, lowered.
        sizes: How many numbers each argument has; the live leaves last.
        give_up: Whether to look for structure no longer than is worth it.
        differentiated: Whether there may be a gradient, of the first output.
    """
    try:
        return reroll(expand(scalars), sizes, give_up=give_up, differentiated=differentiated)
    except Unstructured:
        return None


def program_of(
    groups: Groups,
    names: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    batched: Sequence[bool],
    wrt: tuple[int, ...] | None,
) -> Program:
    """Return the array program of groups, with gradients of the first output by `wrt`.

    Args:
        groups: The re-rolled graph.
        names: A name for each argument.
        shapes: The shape of each, for one sample.
        batched: For each argument, whether it holds one row per sample.
        wrt: Arguments to differentiate by; None for the value alone.

    Raises:
        InvalidProgram: If a stage is wrong; such a program must not run.
    """
    check = verify if strict() else _as_it_is
    found = forward(groups, [*names, "live"], [*batched, False], wrt is not None)
    program = check(differentiated(found, groups, shapes, batched, wrt))
    return verify(rewritten(program, check))


def _as_it_is(program: Program) -> Program:
    return program


def rewritten(program: Program, check: Callable[[Program], Program]) -> Program:
    """Return a program with the same results to rounding: one that needs few calls.

    Args:
        program: What is done.
        check: Called with what each pass gives.
    """
    best = check(merged(program.with_instructions(program.variables, program.instructions)))
    for _ in range(_ROUNDS):
        found = check(shortened(check(factored(best))))
        if len(found.instructions) >= len(best.instructions):
            break
        best = found
    return check(_rescaled(best))


def _rescaled(program: Program) -> Program:
    """Return as many instructions or fewer, constant factors being multiplied in earlier."""
    best, chosen = program, dict[int, float]()
    left = _EFFORT // max(1, len(program.instructions))
    found = True
    while found and left > 0:
        found = False
        for var, factor in candidates(best)[:left]:
            choice = {**chosen, var: factor}
            tried = shortened(factored(program, choice))
            left -= 1
            if len(tried.instructions) < len(best.instructions):
                best, chosen, found = tried, choice, True
                break
    return best
