"""Straight-line code: a scalar program as Python source, value and gradient, without any loop.

For graphs that are small, deep and narrow or irregular. Large ones are cut into chunks, so that
Python's compiler sees functions of limited size, and chunks that read the same are compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core.compiler.printers.python.program import Chunk, ScalarProgram
from autograd_core.compiler.printers.python.straight import Writer, number_text
from autograd_core.compiler.structure import Scalars, between
from autograd_core.table import Op

_Chunk = Chunk  # its name in pickles of before
_ONE_FUNCTION = 1500  # instructions: below, value and gradient are one function
_CHUNK = 400  # instructions per function above that; the longer, the fewer chunks read the same
_SMALLEST_CHUNK = 60


def emit_scalar(program: Scalars, wrt: tuple[int, ...] | None = None) -> ScalarProgram:
    """Return straight-line code for the outputs, and the gradients of the first with `wrt`.

    >>> from autograd_core import ops
    >>> square = Scalars(1, [], [ops.MULTIPLY], [(0, 0)], [1])
    >>> print(emit_scalar(square, (0,)).source)
    def run(x0):
        v0 = x0 * x0
        g0 = x0
        g0 += x0
        return (v0,), (g0,)
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
    first = program.inputs
    inputs = [f"x{index}" for index in range(first)]
    outside = inputs + [number_text(constant) for constant in program.constants]
    chosen = set(wrt or ())

    def placed(numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple([-1 - i if 0 <= i < first else i - first for i in numbers])

    local = [placed(operands) for operands in program.operands]
    writer = Writer(program.ops, local, outside, [i in chosen for i in range(len(outside))])
    writer.forward()
    outputs = placed(program.outputs)
    gradients: list[str] = []
    if wrt is not None:
        found = writer.backward({outputs[0]: "1.0"})
        gradients = [found.get(-1 - index, "0.0") for index in wrt]
    names = [writer.names[output] for output in outputs]
    result = f"{_tuple(names)}, {_tuple(gradients)}"
    text = _function("run", inputs, writer.lines, result)
    functions = frozenset(writer.functions)
    return ScalarProgram(program.inputs, wrt, [text], functions, count=len(outputs))


def _period(ops: Sequence[Op]) -> int:
    """Return after how many instructions the operations repeat, 1 if they do not."""
    codes = np.fromiter(map(id, ops), dtype=np.int64, count=len(ops))
    codes = codes[len(codes) // 4 : len(codes) // 4 + 20_000]
    for period in range(1, min(_CHUNK, len(codes) // 4)):
        if np.mean(codes[period:] == codes[:-period]) > 0.99:
            return period
    return 1


def _chunked(program: Scalars, wrt: tuple[int, ...] | None) -> ScalarProgram:
    first, count = program.inputs, len(program.ops)
    total = first + count + len(program.constants)  # constants are at the end: -1, -2, ...
    period = _period(program.ops)
    # Python's own compiler takes longest: a small graph is worth only a little of its time
    size = period * max(1, min(_CHUNK, max(_SMALLEST_CHUNK, count // 100)) // period)
    active = between(program, wrt or ())
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
        imports: dict[int, int] = {}
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
        wanted = tuple([bool(active[i]) for i in imports])
        key = (tuple(ops), tuple(local), wanted, tuple([i - start for i in exports]))
        code = codes.get(key)
        if code is None:
            code = codes[key] = len(texts)
            text, called = _chunk(ops, local, wanted, key[3], wrt is not None)
            texts.append(text)
            functions |= called
        chunks.append(Chunk(start, stop, code, tuple(imports), exports))
    return ScalarProgram(
        program.inputs, wrt, texts, frozenset(functions), program.constants, chunks,
        tuple(program.outputs), total, len(program.outputs),
    )  # fmt: skip


def _chunk(
    ops: Sequence[Op],
    local: list[tuple[int, ...]],
    wanted: Sequence[bool],
    exports: tuple[int, ...],
    gradient: bool,
) -> tuple[str, set[str]]:
    """Return the source of a chunk, forward and backward, and the functions it calls."""
    outside = [f"x{index}" for index in range(len(wanted))]
    writer = Writer(ops, local, outside, wanted)
    writer.forward()
    own = writer.names[: len(ops)]
    text = _function("run", outside, writer.lines, _tuple(own))
    if gradient:
        writer.lines = []
        found = writer.backward({index: f"d{index}" for index in exports})
        results = [found.get(-1 - index, "0.0") for index in range(len(wanted))]
        names = [f"d{index}" for index in exports]
        text += _function("back", [*own, *outside, *names], writer.lines, _tuple(results))
    return text, writer.functions
