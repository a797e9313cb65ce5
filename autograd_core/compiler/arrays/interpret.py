"""Interpret: the meaning of an array program in plain NumPy; all printers give the same numbers.

It reuses no buffer and optimizes nothing: it is there to be read, and to test against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays.program import (
    COMPARISONS,
    LOGIC,
    Instruction,
    Operand,
    Program,
    View,
)
from autograd_core.compiler.structure import elementary
from autograd_core.table import ARRAY

Array = npt.NDArray[Any]


def interpret(
    program: Program, arguments: Sequence[Array], samples: int = 1
) -> tuple[Array, list[Array]]:
    """Return the outputs, `(samples, outputs)`, and the gradients, each in its argument's shape.

    Args:
        program: The program.
        arguments: An array for each argument, the live leaves last; `(samples, ...)` if batched.
        samples: The number of samples; 1 without a batch.
    """
    memory: dict[int, Array] = {}  # by variable, (samples or 1, size)
    for argument, array in zip(program.arguments, arguments):
        rows = samples if argument.batched else 1
        memory[argument.var] = np.array(array, dtype=np.float64).reshape(rows, -1)
    with np.errstate(all="ignore"):
        for step in program.instructions:
            _run(program, memory, step, samples)
    outputs = np.empty((samples, len(program.outputs)))
    for place, out in enumerate(program.outputs):
        outputs[:, place] = memory[out[0]][:, out[1]] if isinstance(out, tuple) else out
    gradients = []
    for operand, argument in program.gradients:
        shape = (*((samples,) if argument.batched else ()), *argument.shape)
        rows = samples if argument.batched else 1
        count = math.prod(argument.shape)
        value = _read(program, memory, operand)
        value = value.reshape(-1, count) if isinstance(operand, View) else value
        gradients.append(np.array(np.broadcast_to(value, (rows, count))).reshape(shape))
    return outputs, gradients


def _read(program: Program, memory: dict[int, Array], operand: Operand) -> Array:
    """Return the numbers of an operand, `(samples or 1, *dims)`."""
    if not isinstance(operand, View):
        return np.array([operand])
    data = program.variables[operand.var].data
    array = memory[operand.var] if data is None else data[None]
    return array[:, operand.loops.positions()].reshape(-1, *operand.loops.dims)


def _run(program: Program, memory: dict[int, Array], step: Instruction, samples: int) -> None:
    """Run an instruction."""
    variable, dims = program.variables[step.out.var], step.out.loops.dims
    rows = samples if variable.batched else 1
    result = _result(step, [_read(program, memory, a) for a in step.operands], variable.size)
    if len(result) > rows:
        result = np.add.reduce(result, 0, keepdims=True, initial=0.0)
    if step.out.var not in memory:
        unwritten = False if variable.truth else np.nan
        memory[step.out.var] = np.full((rows, variable.size), unwritten)
    values = np.broadcast_to(_with_axes(result, len(dims)), (rows, *dims)).reshape(rows, -1)
    places = step.out.loops.positions()
    if step.name == "accumulate":
        values = memory[step.out.var][:, places] + values
    memory[step.out.var][:, places] = values


def _result(step: Instruction, operands: list[Array], size: int) -> Array:
    """Return the result of an instruction, `(1,)` or `(samples or 1, *dims)`.

    Args:
        step: The instruction.
        operands: The arrays of its operands.
        size: The size of the variable that it writes to.
    """
    result: Array
    match step.name.split():
        case ["zero"]:
            result = np.zeros(1)
        case ["copy" | "update"]:
            result = operands[0]
        case ["accumulate"]:
            result = operands[0] * operands[1].item()
        case ["matmul"]:
            result = np.matmul(operands[0], operands[1].swapaxes(1, 2))
        case ["take"]:
            result = operands[0][:, step.table]
        case ["scatter"]:
            assert step.table is not None
            result = np.zeros((len(operands[0]), size))
            for place, values in zip(step.table, operands[0].T):
                result[:, place] += values
        case ["reduce", name]:
            result = _reduced(name, operands[0], step.axes)
        case _:
            dims = len(step.out.loops.dims)
            result = _function(step.name)(*[_with_axes(a, dims) for a in operands])
    return result


def _with_axes(array: Array, dims: int) -> Array:
    """Return an array of shape `(1,)` with that many more axes; others unchanged."""
    return array.reshape(-1, *[1] * dims) if array.ndim == 1 else array


def _reduced(name: str, operand: Array, axes: Sequence[int]) -> Array:
    function = getattr(np, name)
    places = tuple([axis + 1 for axis in axes])
    if name == "add":
        return np.asarray(function.reduce(operand, places, keepdims=True, initial=0.0))
    for place in places:
        operand = function.reduce(operand, place, keepdims=True)
    return operand


def _function(name: str) -> Callable[..., Any]:
    if name in COMPARISONS | LOGIC:
        return getattr(np, name)  # type: ignore[no-any-return]
    return elementary(name, ARRAY)
