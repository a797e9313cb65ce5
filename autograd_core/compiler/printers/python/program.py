"""ScalarProgram: straight-line Python made ready to run, in IEEE arithmetic."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd_core.compiler.structure import elementary
from autograd_core.table import FLOAT, Floats

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


class Chunk(NamedTuple):
    """A part of a long program: which text it is, and the numbers that go in and out.

    Attributes:
        start: The number of its first instruction.
        stop: Where the next chunk begins.
        code: Which of the distinct texts.
        imports: The numbers it reads.
        exports: The numbers of its own whose adjoint comes from later chunks.
    """

    start: int
    stop: int
    code: int
    imports: tuple[int, ...]
    exports: tuple[int, ...]


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
    chunks: list[Chunk] = field(default_factory=list)
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

    def run_parts(
        self, parts: Sequence[list[float] | Floats]
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Return the same as `run` for inputs that are in several parts, arrays among them."""
        numbers: list[float] = []
        for part in parts:
            numbers += part if isinstance(part, list) else part.ravel().tolist()
        return self.run(numbers)

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
