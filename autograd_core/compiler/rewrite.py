"""Rewrite: the same results with fewer instructions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd_core.compiler.arrays import Code
from autograd_core.compiler.factors import factored
from autograd_core.compiler.instructions import Instruction, View
from autograd_core.compiler.shorten import shortened


def rewritten(
    code: Code, instructions: Sequence[Instruction], pinned: Collection[int]
) -> list[Instruction]:
    """Return instructions with the same results to rounding: those that need the fewest calls.

    Args:
        code: The variables; more are added.
        instructions: What is done, in order.
        pinned: Variables that are needed in the end.
    """
    best = needed(instructions, pinned)
    while True:
        found = needed(factored(code, best, pinned), pinned)
        found = needed(shortened(code, found, pinned), pinned)
        if len(found) >= len(best):
            return best
        best = found


def needed(instructions: Sequence[Instruction], pinned: Collection[int]) -> list[Instruction]:
    """Return the instructions whose results are used."""
    used = set(pinned)
    kept = []
    for instruction in reversed(instructions):
        if instruction.out.var in used:
            kept.append(instruction)
            used.update([a.var for a in instruction.operands if isinstance(a, View)])
    return kept[::-1]
