"""Straight-line code: a scalar program as Python source, value and gradient, without any loop.

For graphs that are small, deep and narrow or irregular. Large ones are cut into chunks, so that
Python's compiler sees functions of limited size, and chunks that read the same are compiled once.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from autograd_core.compiler.printers.python.straight import Writer, number_text
from autograd_core.compiler.structure import Scalars, between, elementary
from autograd_core.table import FLOAT, Op

_ONE_FUNCTION = 1500  # instructions: below, value and gradient are one function
_CHUNK = 400  # instructions per function above that; the longer, the fewer chunks read the same
_SMALLEST_CHUNK = 60

# Where FLOAT differs from `math` it is by IEEE results in place of exceptions. So the functions of
# `math` run first, at a third of the time, and only after an exception the ones of FLOAT.
_FAST = {
    name: getattr(math, name.replace("arc", "a"))
    for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos",
                 "tan", "arcsin", "arccos", "sinh", "cosh", "arccosh", "arctanh")
    if hasattr(math, name.replace("arc", "a"))
} | {"power": math.pow}  # fmt: skip


class _IeeeDivision(ast.NodeTransformer):
    """Puts `divide(a, b)` for `a / b`, which raises at b = 0."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return the node, or a call in place of a division."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.Call(ast.Name("divide", ast.Load()), [node.left, node.right], [])


class _Chunk(NamedTuple):
    start: int  # number of its first instruction
    stop: int
    code: int  # which of the distinct texts
    imports: tuple[int, ...]  # the numbers it reads
    exports: tuple[int, ...]  # the numbers of its own whose adjoint comes from later chunks


@dataclass
class ScalarProgram:
    """Straight-line Python for one scalar program. It pickles as text and tables.

    Attributes:
        inputs: How many floats it takes.
        wrt: The inputs whose gradients it returns; None for the value alone.
        texts: The source: one function, or (forward, backward) pairs of chunks.
        functions: Elementary functions that the source calls.
        constants: For chunks, the numbers -1, -2, ...
        chunks: How the texts follow each other; empty for one function.
        outputs: For chunks, where the outputs are.
        total: For chunks, how many numbers there are.
        count: How many outputs there are.
    """

    inputs: int
    wrt: tuple[int, ...] | None
    texts: list[str]
    functions: frozenset[str]
    constants: list[float] = field(default_factory=list)
    chunks: list[_Chunk] = field(default_factory=list)
    outputs: tuple[int, ...] = ()
    total: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        self._bound: dict[bool, list[Callable[..., Any]]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_bound"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._bound = {}

    @property
    def results(self) -> tuple[int, int]:
        """How many outputs there are, and how many gradients."""
        return self.count, len(self.wrt or ())

    @property
    def summary(self) -> str:
        """What it is, for the report."""
        return f"straight-line code, {len(self.texts)} texts"

    @property
    def source(self) -> str:
        """The program as one would read it."""
        if not self.chunks:
            return self.texts[0]
        order = ", ".join(str(chunk.code) for chunk in self.chunks[:20])
        more = ", ..." if len(self.chunks) > 20 else ""
        head = f"# {len(self.chunks)} chunks, {len(self.texts)} of them different: {order}{more}\n"
        return head + "\n".join(self.texts)

    def functions_for(self, fast: bool) -> list[Callable[..., Any]]:
        """Return the compiled functions, with those of `math` or the IEEE ones of FLOAT."""
        bound = self._bound.get(fast)
        if bound is None:
            namespace: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
            for name in self.functions:
                fallback = elementary(name, FLOAT)
                namespace[name] = _FAST.get(name, fallback) if fast else fallback
            bound = []
            for text in self.texts:
                tree = ast.parse(text)
                if not fast:
                    tree = ast.fix_missing_locations(_IeeeDivision().visit(tree))
                code = compile(tree, "<compiled by autograd_core>", "exec")
                exec(code, namespace)
                bound.append(namespace["run"])
                if self.chunks:
                    bound.append(namespace.get("back", namespace["run"]))
            self._bound[fast] = bound
        return bound

    def entry(self, alone: bool) -> Callable[..., Any] | None:
        """Return a function of the inputs that gives the one output, and the gradients with `wrt`.

        There is none for what is cut into chunks.

        Args:
            alone: Whether the one gradient is wanted by itself, and not in a tuple.
        """
        if self.chunks:
            return None
        fast = self.functions_for(True)[0]
        value_only = self.wrt is None

        def run(*numbers: float) -> Any:
            try:
                (value,), gradients = fast(*numbers)
            except (ArithmeticError, ValueError):
                (value,), gradients = self.run(numbers)
            if value_only:
                return value
            return value, gradients[0] if alone else gradients

        return run

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs and the gradients of the first, for these inputs."""
        try:
            return self._run(self.functions_for(True), numbers)
        except (ArithmeticError, ValueError):
            return self._run(self.functions_for(False), numbers)

    def _run(
        self, functions: list[Callable[..., Any]], numbers: Sequence[float]
    ) -> tuple[Sequence[float], Sequence[float]]:
        if not self.chunks:
            return functions[0](*numbers)  # type: ignore[no-any-return]
        inner = self.total - len(numbers) - len(self.constants)
        values = [*numbers, *[0.0] * inner, *self.constants[::-1]]  # constants at -1, -2, ...
        for chunk in self.chunks:
            found = functions[2 * chunk.code](*[values[i] for i in chunk.imports])
            values[chunk.start : chunk.stop] = found
        outputs = [values[index] for index in self.outputs]
        if self.wrt is None:
            return outputs, ()
        adjoints = [0.0] * self.total
        adjoints[self.outputs[0]] = 1.0
        for chunk in reversed(self.chunks):
            imports = chunk.imports
            found = functions[2 * chunk.code + 1](
                *values[chunk.start : chunk.stop],
                *[values[i] for i in imports],
                *[adjoints[i] for i in chunk.exports],
            )
            for index, adjoint in zip(imports, found):
                adjoints[index] += adjoint
        return outputs, [adjoints[index] for index in self.wrt]


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
        chunks.append(_Chunk(start, stop, code, tuple(imports), exports))
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
