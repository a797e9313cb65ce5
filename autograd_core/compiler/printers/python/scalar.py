"""Scalar: a scalar program as straight-line Python, value and gradient.

For graphs that are small, deep and narrow, or irregular. Large ones are cut into chunks, so that
Python compiles functions of limited size, and equal chunks only once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core.compiler.printers.python.program import Chunk, ScalarProgram
from autograd_core.compiler.printers.python.straight import python_lines
from autograd_core.compiler.structure import Scalars, active_numbers, adjoint_steps, steps_of
from autograd_core.table import Op

_Chunk = Chunk  # the name of the class in old pickles
_ONE_FUNCTION = 1500  # instructions: up to here value and gradient are one function
_CHUNK = 400  # the most instructions of a chunk: the longer they are, the fewer are equal
_SMALLEST_CHUNK = 60  # instructions


def emit_scalar(program: Scalars, wrt: tuple[int, ...] | None = None) -> ScalarProgram:
    """Return straight-line code for the outputs and, with `wrt`, the gradients of the first one.

    >>> from autograd_core import ops
    >>> square = Scalars(1, [], [ops.MULTIPLY], [(0, 0)], [1])
    >>> print(emit_scalar(square, (0,)).source)
    def run(x0):
        return (x0 * x0,), (x0 + x0,)
    <BLANKLINE>
    """
    if len(program.ops) <= _ONE_FUNCTION:
        return _one_function(program, wrt)
    return _chunked(program, wrt)


def _function(name: str, arguments: Sequence[str], lines: Sequence[str], result: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"def {name}({', '.join(arguments)}):\n{body}    return {result}\n"


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _one_function(program: Scalars, wrt: tuple[int, ...] | None) -> ScalarProgram:
    inputs, count = [f"x{index}" for index in range(program.inputs)], len(program.outputs)
    steps = steps_of(program, wrt, in_pairs=False)
    lines, results = python_lines(steps, inputs)
    result = f"{_tuple(results[:count])}, {_tuple(results[count:])}"
    text = _function("run", inputs, lines, result)
    return ScalarProgram(program.inputs, wrt, [text], frozenset(steps.names), count=count)


def _period(ops: Sequence[Op]) -> int:
    """Return the number of instructions after which the operations repeat; 1 if they do not."""
    codes = np.fromiter(map(id, ops), dtype=np.int64, count=len(ops))
    codes = codes[len(codes) // 4 : len(codes) // 4 + 20_000]
    for period in range(1, min(_CHUNK, len(codes) // 4)):
        if np.mean(codes[period:] == codes[:-period]) > 0.99:
            return period
    return 1


def _chunked(program: Scalars, wrt: tuple[int, ...] | None) -> ScalarProgram:
    first, count = program.inputs, len(program.ops)
    total = first + count + len(program.constants)  # constants come last: -1, -2, ...
    period = _period(program.ops)
    # Python's own compiler takes most of the time, so a smaller graph gets smaller chunks, of
    # which more are equal
    size = period * max(1, min(_CHUNK, max(_SMALLEST_CHUNK, count // 100)) // period)
    active = active_numbers(program, wrt or ())
    last_use = list(range(total))
    for number, operands in enumerate(program.operands, first):
        for operand in operands:
            last_use[operand] = number
    for output in program.outputs:
        last_use[output] = total
    texts: list[str] = []
    codes: dict[object, int] = {}
    functions: set[str] = set()
    chunks = []
    for start in range(first, first + count, size):
        stop = min(start + size, first + count)
        imports: dict[int, int] = {}  # index of a value -> -1, -2, ... in this chunk
        local = []
        for operands in program.operands[start - first : stop - first]:
            local.append(
                tuple(
                    [
                        i - start if i >= start else imports.setdefault(i, -1 - len(imports))
                        for i in operands
                    ]
                )
            )
        ops = program.ops[start - first : stop - first]
        exports = tuple([i for i in range(start, stop) if last_use[i] >= stop and active[i]])
        differentiated = tuple([bool(active[i]) for i in imports])
        key = (tuple(ops), tuple(local), differentiated, tuple([i - start for i in exports]))
        code = codes.get(key)
        if code is None:
            code = codes[key] = len(texts)
            text, called = _chunk(*key, wrt is not None)
            texts.append(text)
            functions |= called
        chunks.append(Chunk(start, stop, code, tuple(imports), exports))
    return ScalarProgram(
        program.inputs, wrt, texts, frozenset(functions), program.constants, chunks,
        tuple(program.outputs), total, len(program.outputs),
    )  # fmt: skip


def _chunk(
    ops: Sequence[Op],
    local: Sequence[tuple[int, ...]],
    differentiated: Sequence[bool],
    exports: Sequence[int],
    gradient: bool,
) -> tuple[str, set[str]]:
    """Return the source of a chunk, forward and backward, and the functions it calls.

    Args:
        ops: The operations of its instructions.
        local: The operands of each: the chunk's own values as 0, 1, ..., its imports as -1, -2, ...
        differentiated: For each import, whether its adjoint is needed.
        exports: The chunk's values to whose adjoints later chunks contribute.
        gradient: Whether to write the backward function.
    """
    first = len(differentiated)
    outside, own = [f"x{i}" for i in range(first)], [f"v{i}" for i in range(len(ops))]
    operands = [tuple([i + first if i >= 0 else -1 - i for i in given]) for given in local]
    numbers = [*range(first, first + len(ops))]
    program = Scalars(first, [], list(ops), operands, numbers)
    steps = steps_of(program, None, in_pairs=False)
    lines, results = python_lines(steps, outside)
    text, functions = _function("run", outside, lines, _tuple(results)), set(steps.names)
    if gradient:
        names = [f"d{index}" for index in exports]
        by = [place for place, needed in enumerate(differentiated) if needed]
        steps = adjoint_steps(program, [numbers[index] for index in exports], by)
        lines, found = python_lines(steps, [*outside, *own, *names])
        adjoints = dict(zip(by, found))
        results = [adjoints.get(place, "0.0") for place in range(first)]
        text += _function("back", [*own, *outside, *names], lines, _tuple(results))
        functions |= set(steps.names)
    return text, functions
