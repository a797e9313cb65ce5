"""Pipeline: the compiler as one sentence, from a captured graph to what a printer reads.

`rewritten(differentiated(forward(reroll(expand(lower(trace))))))`; `lower` is called in
`version.py`, since straight-line code begins with it too.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core.compiler.arrays import Program, differentiated, forward, strict, verify
from autograd_core.compiler.passes import factored, merged, shortened
from autograd_core.compiler.structure import Groups, Scalars, Unstructured, expand, reroll


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
    found = forward(groups, [*names, "live"], [*batched, False], wrt is not None)
    program = _checked(differentiated(found, groups, shapes, batched, wrt))
    return verify(rewritten(program))


def rewritten(program: Program) -> Program:
    """Return a program with the same results to rounding: one that needs few calls."""
    whole = program.with_instructions(program.variables, program.instructions)
    merge = _checked(merged(whole))
    short = shortened(_checked(factored(merge)))
    return short if len(short.instructions) < len(merge.instructions) else merge


def _checked(program: Program) -> Program:
    """Return a program between two passes."""
    return verify(program) if strict() else program
