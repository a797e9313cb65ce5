"""Choice: whether a program is worth machine code, of which kind, and after how many calls.

A program that is short is compiled. One that is long runs step by step on a machine that is
compiled once (printers/llvm/machine.py), if it does little at a time.

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
# machine code its start, an instruction of it, and the most that it takes.
_CALL, _NUMBER, _STEP = 0.6e-6, 0.6e-9, 0.1e-6
_START, _INSTRUCTION, _MAKING = 0.05, 0.003, 0.6
# The machine: a scalar instruction with its gradient, its start, and to write an instruction down.
_WORDS, _MACHINE, _WRITTEN = 1e-8, 0.15, 5e-6
_BLAS = 1 << 16  # multiplications of one matrix product, from which on BLAS is faster
_GRADIENT = 9  # array instructions that a step and its derivative may become


def compiles(program: Program | None, steps: int) -> bool:
    """Say whether loops in machine code are faster than NumPy, however often they are called.

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


def runs_on_machine(program: Program | None, steps: int) -> bool:
    """Say whether what is too long to compile runs faster step by step.

    It does where NumPy has little to do in each call.

    Args:
        program: The array program; None for straight-line code.
        steps: How many instructions that has.
    """
    if program is None:
        return steps * _GRADIENT > LONGEST
    return len(program.instructions) > LONGEST and faster_on_machine(program, steps)


def faster_on_machine(program: Program, steps: int) -> bool:
    """Say whether an array program runs faster step by step than in NumPy's calls.

    Args:
        program: The array program.
        steps: How many scalar instructions it was made of.
    """
    batched = any(argument.batched for argument in program.arguments)
    return not batched and steps * _WORDS < _seconds(program, 1)


def enough(
    program: Program | None, steps: int, samples: int | None, compiler: bool, machine: bool
) -> int | None:
    """Return how many calls are enough for machine code; None if it is never worth it.

    Args:
        program: The array program; None for straight-line code.
        steps: How many instructions that has.
        samples: How many samples, or None without a batch.
        compiler: Whether there is something that compiles loops.
        machine: Whether there is what runs them step by step.
    """
    many = samples or 1
    seconds = many * steps * _STEP if program is None else _seconds(program, many)
    if machine and runs_on_machine(program, steps):
        making = _MACHINE + steps * _WRITTEN
    elif compiler and compiles(program, steps):
        count = steps if program is None else len(program.instructions)
        making = min(_MAKING, _START + count * _INSTRUCTION)
    else:
        return None
    return max(2, round(making / max(seconds, 1e-9)))


def _seconds(program: Program, samples: int) -> float:
    """Return about how long NumPy takes for a program."""
    numbers = 0
    for step in program.instructions:
        views = [view for view in (*step.operands, step.out) if isinstance(view, View)]
        batched = any(program.variables[view.var].batched for view in views)
        numbers += (samples if batched else 1) * max(prod(view.loops.dims) for view in views)
    return len(program.instructions) * _CALL + numbers * _NUMBER
