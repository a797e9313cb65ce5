"""Choice: whether a program is worth machine code, and after how many calls.

Machine code is made once NumPy has had as long as making it takes: whoever calls a program often
never waits more than twice as long as with the better choice known beforehand (the ski rental
problem), and who calls it a few times does not wait at all. Both times are estimated from the
program, never measured, so that the same calls give the same bits each time.
"""

from __future__ import annotations

from math import prod

from autograd_core.compiler.arrays import Program, View
from autograd_core.compiler.printers import LONGEST

# Seconds (tests/benchmarks/compiler.py): NumPy's call, and a number that it goes through; for
# machine code its start, and an instruction of it.
_CALL, _NUMBER, _STEP = 0.6e-6, 0.6e-9, 0.1e-6
_START, _INSTRUCTION = 0.05, 0.003
_BLAS = 1 << 16  # multiplications of one matrix product, from which on BLAS is faster
_GRADIENT = 9  # array instructions that a step and its derivative may become


def suits(program: Program | None, steps: int) -> bool:
    """Say whether machine code is faster than NumPy for a program, however often it is called.

    Args:
        program: The array program; None for straight-line code.
        steps: How many instructions that has.
    """
    if program is None:
        return steps * _GRADIENT <= LONGEST
    if len(program.instructions) > LONGEST:
        return False
    for step in program.instructions:
        if step.name == "matmul":
            one, other = [view.loops.dims for view in step.views]
            if one[0] * other[0] * one[1] > _BLAS:
                return False
    return True


def enough(program: Program | None, steps: int, samples: int | None) -> int:
    """Return how many calls are enough for machine code.

    Args:
        program: The array program; None for straight-line code.
        steps: How many instructions that has.
        samples: How many samples, or None without a batch.
    """
    if program is None:
        return _calls(steps, steps * _STEP)
    numbers = 0
    for step in program.instructions:
        views = [view for view in (*step.operands, step.out) if isinstance(view, View)]
        batched = any(program.variables[view.var].batched for view in views)
        rows = (samples or 1) if batched else 1
        numbers += rows * max(prod(view.loops.dims) for view in views)
    count = len(program.instructions)
    return _calls(count, count * _CALL + numbers * _NUMBER)


def _calls(steps: int, seconds: float) -> int:
    return max(2, round((_START + steps * _INSTRUCTION) / max(seconds, 1e-9)))
