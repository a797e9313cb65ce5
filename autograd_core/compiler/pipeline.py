"""Pipeline: the whole compiler, from a captured graph to the program that a printer reads.

`rewritten(differentiated(forward(reroll(expand(lower(trace))))))`. `lower` is called in
`version.py`, because straight-line code is made of its result too.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core.compiler.arrays import Program, differentiated, forward, strict, verify
from autograd_core.compiler.passes import factored, merged, shortened
from autograd_core.compiler.structure import Groups, Scalars, Unstructured, expand, reroll


def groups_of(
    scalars: Scalars, sizes: Sequence[int], *, give_up: bool, differentiated: bool
) -> Groups | None:
    """Return the groups of a graph; None if it has too little structure.

    Args:
        scalars: The graph, lowered.
        sizes: The size of each argument; the number of live leaves comes last.
        give_up: Whether to return None early if the groups are few members each.
        differentiated: Whether a gradient of the first output may be asked for.
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
        InvalidProgram: If a stage has a fault; such a program must not run.
    """
    values = forward(groups, [*names, "live"], [*batched, False], wrt is not None)
    program = _checked(differentiated(values, groups, shapes, batched, wrt))
    return verify(rewritten(program))


def rewritten(program: Program) -> Program:
    """Return a program with fewer instructions and the same results up to rounding."""
    whole = program.with_instructions(program.variables, program.instructions)
    without_equals = _checked(merged(whole))
    short = shortened(_checked(factored(without_equals)))
    return short if len(short.instructions) < len(without_equals.instructions) else without_equals


def _checked(program: Program) -> Program:
    """Return the program, verified if faults are to be found at the pass that has them."""
    return verify(program) if strict() else program
