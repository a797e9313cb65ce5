"""Rewrite: the same results with fewer instructions, by one pass after the other."""

from __future__ import annotations

from collections.abc import Callable

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.passes.factors import factored
from autograd_core.compiler.passes.merge import merged
from autograd_core.compiler.passes.rescale import candidates
from autograd_core.compiler.passes.shorten import shortened

_ROUNDS = 3  # what one rule leaves may suit another; the second round seldom finds more
_EFFORT = 1600  # instructions that are read to find out where a factor is best multiplied in


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
