"""Interpret: what an array program means, in plain NumPy; every printer gives the same numbers.

No buffer is used twice and nothing is clever: it is there to be read, and to test against.
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
        samples: How many samples; 1 without a batch.
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
    """Write what an instruction gives."""
    variable, name, out = program.variables[step.out.var], step.name, step.out
    rows = samples if variable.batched else 1
    operands = [_read(program, memory, operand) for operand in step.operands]
    result: Array
    if name == "zero":
        result = np.zeros(1)
    elif name in ("copy", "update"):
        (result,) = operands
    elif name == "accumulate":
        result = operands[0] * operands[1].item()
    elif name == "matmul":
        result = np.matmul(operands[0], operands[1].swapaxes(1, 2))
    elif name == "take":
        result = operands[0][:, step.table]
    elif name == "scatter":
        assert step.table is not None
        result = np.zeros((len(operands[0]), variable.size))
        for place, values in zip(step.table, operands[0].T):
            result[:, place] += values
    elif name.startswith("reduce "):
        result = _reduced(name.split()[1], operands[0], step.axes)
    else:
        result = _function(name)(*[_spread(a, len(out.loops.dims)) for a in operands])
    if len(result) > rows:
        result = np.add.reduce(result, 0, keepdims=True, initial=0.0)
    if out.var not in memory:
        unwritten = False if variable.truth else np.nan
        memory[out.var] = np.full((rows, variable.size), unwritten)
    flat = np.broadcast_to(_spread(result, len(out.loops.dims)), (rows, *out.loops.dims))
    before = memory[out.var][:, out.loops.positions()] if name == "accumulate" else None
    values = flat.reshape(rows, -1)
    memory[out.var][:, out.loops.positions()] = values if before is None else before + values


def _spread(array: Array, dims: int) -> Array:
    """Return a number, `(1,)`, with axes for as many loops."""
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
