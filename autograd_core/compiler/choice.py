"""Choice: whether a program is worth machine code, of which kind, and after how many calls.

A short program is compiled. A long one whose instructions do little each is interpreted step by
step by a machine that is compiled once (printers/llvm/machine.py).

Machine code is made after the calls have taken NumPy as long as making it takes (the ski rental
problem): the total time is then at most twice that of the better choice known in advance, and a
few calls do not wait for a compiler. Both times are estimated from the program, never measured, so
that the same calls give the same bits each time.
"""

from __future__ import annotations

from math import prod

from autograd_core.compiler.arrays import Program, View
from autograd_core.compiler.printers import MOST_INSTRUCTIONS

# All times in seconds (tests/benchmarks/compiler.py).
# A call of NumPy, each number in it, and a scalar instruction in straight-line Python.
_NUMPY_CALL, _NUMPY_NUMBER, _PYTHON_STEP = 0.6e-6, 0.6e-9, 0.1e-6
# Compiling machine code: a constant, each instruction, and the upper bound.
_COMPILE_START, _COMPILE_INSTRUCTION, _COMPILE_MOST = 0.05, 0.003, 0.6
# The machine: running a scalar instruction with its gradient, the start, and encoding one.
_MACHINE_STEP, _MACHINE_START, _MACHINE_ENCODE = 1e-8, 0.15, 5e-6
_BLAS_PAYS = 1 << 16  # multiplications in a matrix product from which on BLAS is faster
_INSTRUCTIONS_PER_STEP = 9  # array instructions that a scalar one and its derivative may become


def worth_compiling(program: Program | None, steps: int) -> bool:
    """Return whether compiled loops are faster than NumPy, given enough calls.

    Args:
        program: The array program; None for straight-line code.
        steps: The number of scalar instructions.
    """
    if program is None:
        return steps * _INSTRUCTIONS_PER_STEP <= MOST_INSTRUCTIONS
    if len(program.instructions) > MOST_INSTRUCTIONS:
        return False
    for step in program.instructions:
        if step.name == "matmul":
            one, other = [view.loops.dims for view in step.views]
            if one[0] * other[0] * one[1] > _BLAS_PAYS:
                return False
    return True


def runs_on_machine(program: Program | None, steps: int) -> bool:
    """Return whether a program is too long to compile, and the machine is faster than NumPy.

    The machine is faster where each call of NumPy has few numbers to compute.

    Args:
        program: The array program; None for straight-line code.
        steps: The number of scalar instructions.
    """
    if program is None:
        return steps * _INSTRUCTIONS_PER_STEP > MOST_INSTRUCTIONS
    return len(program.instructions) > MOST_INSTRUCTIONS and faster_on_machine(program, steps)


def faster_on_machine(program: Program, steps: int) -> bool:
    """Return whether the machine runs an array program faster than NumPy does.

    Args:
        program: The array program.
        steps: The number of scalar instructions it was made of.
    """
    batched = any(argument.batched for argument in program.arguments)
    return not batched and steps * _MACHINE_STEP < _seconds(program, 1)


def calls_until_native(
    program: Program | None, steps: int, samples: int | None, compiler: bool, machine: bool
) -> int | None:
    """Return after how many calls to make machine code; None if it is never worth it.

    Args:
        program: The array program; None for straight-line code.
        steps: The number of scalar instructions.
        samples: The number of samples, or None without a batch.
        compiler: Whether there is a compiler for loops: llvmlite or a C compiler.
        machine: Whether there is the machine that runs scalar instructions: it needs llvmlite.
    """
    count = samples or 1
    seconds = count * steps * _PYTHON_STEP if program is None else _seconds(program, count)
    if machine and runs_on_machine(program, steps):
        making = _MACHINE_START + steps * _MACHINE_ENCODE
    elif compiler and worth_compiling(program, steps):
        instructions = steps if program is None else len(program.instructions)
        making = min(_COMPILE_MOST, _COMPILE_START + instructions * _COMPILE_INSTRUCTION)
    else:
        return None
    return max(2, round(making / max(seconds, 1e-9)))


def _seconds(program: Program, samples: int) -> float:
    """Return an estimate of the time of one call in NumPy."""
    numbers = 0
    for step in program.instructions:
        views = [view for view in (*step.operands, step.out) if isinstance(view, View)]
        batched = any(program.variables[view.var].batched for view in views)
        numbers += (samples if batched else 1) * max(prod(view.loops.dims) for view in views)
    return len(program.instructions) * _NUMPY_CALL + numbers * _NUMPY_NUMBER
