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
_EFFORT = 1600  # instructions that are read to find out where a factor is best multiplied in


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
    left = _EFFORT // max(1, len(instructions))
    found = True
    while found and left > 0:
        found = False
        for var, factor in candidates(code, best)[:left]:
            choice = {**chosen, var: factor}
            tried = needed(factored(code, instructions, pinned, choice), pinned)
            tried = needed(shortened(code, tried, pinned), pinned)
            left -= 1
            if len(tried) < len(best):
                best, chosen, found = tried, choice, True
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
