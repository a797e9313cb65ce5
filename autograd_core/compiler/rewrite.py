"""Rewrite: the same results with fewer instructions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd_core.compiler.arrays import Code
from autograd_core.compiler.factors import factored
from autograd_core.compiler.instructions import Instruction, View
from autograd_core.compiler.merge import merged
from autograd_core.compiler.rescale import candidates
from autograd_core.compiler.shorten import shortened

_ROUNDS = 3  # what one rule leaves may suit another; the second round seldom finds more
_RESCALED, _TRIED = 4, 12  # factors that are multiplied in earlier, and places tried for each


def rewritten(
    code: Code, instructions: Sequence[Instruction], pinned: Collection[int]
) -> list[Instruction]:
    """Return instructions with the same results to rounding: those that need the fewest calls.

    Args:
        code: The variables; more are added.
        instructions: What is done, in order.
        pinned: Variables that are needed in the end.
    """
    best = needed(merged(code, needed(instructions, pinned), pinned), pinned)
    for _ in range(_ROUNDS):
        found = needed(factored(code, best, pinned), pinned)
        found = needed(shortened(code, found, pinned), pinned)
        if len(found) >= len(best):
            break
        best = found
    return _rescaled(code, best, pinned)


def _rescaled(
    code: Code, instructions: list[Instruction], pinned: Collection[int]
) -> list[Instruction]:
    """Return as many instructions or fewer, constant factors being multiplied in earlier."""
    best, chosen = instructions, dict[int, float]()
    for _ in range(_RESCALED):
        for var, factor in candidates(code, best)[:_TRIED]:
            choice = {**chosen, var: factor}
            found = needed(factored(code, instructions, pinned, choice), pinned)
            found = needed(shortened(code, found, pinned), pinned)
            if len(found) < len(best):
                best, chosen = found, choice
                break
        else:
            break
    return best


def needed(instructions: Sequence[Instruction], pinned: Collection[int]) -> list[Instruction]:
    """Return the instructions whose results are used."""
    used = set(pinned)
    kept = []
    for instruction in reversed(instructions):
        if instruction.out.var in used:
            kept.append(instruction)
            used.update([a.var for a in instruction.operands if isinstance(a, View)])
    return kept[::-1]
