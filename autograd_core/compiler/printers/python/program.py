"""ScalarProgram: straight-line Python that runs, with the results of IEEE arithmetic."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.structure import elementary
from autograd_core.table import FLOAT, Floats

# FLOAT differs from `math` only by IEEE results where `math` raises. So the functions of `math` are
# tried first, which take a third of the time; after an exception those of FLOAT run.
_FAST = {
    name: getattr(math, name.replace("arc", "a"))
    for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos",
                 "tan", "arcsin", "arccos", "sinh", "cosh", "arccosh", "arctanh")
    if hasattr(math, name.replace("arc", "a"))
} | {"power": math.pow}  # fmt: skip


class _IeeeDivision(ast.NodeTransformer):
    """Replaces `a / b`, which raises at b = 0, by `divide(a, b)`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return the node, or a call if it is a division."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.Call(ast.Name("divide", ast.Load()), [node.left, node.right], [])


class Chunk(NamedTuple):
    """A part of a long program, which one of its texts computes.

    A value is named by its index among inputs, instructions and constants (-1, -2, ...).

    Attributes:
        start: The index of its first instruction.
        stop: The index after its last instruction.
        code: The index of its text among the distinct texts.
        imports: The values of others that it reads.
        exports: Its own values to whose adjoints later chunks contribute.
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
        inputs: The number of floats it takes.
        wrt: The inputs whose gradients it returns; None for the value alone.
        texts: The source: one function `run`; or a text for each distinct chunk, with functions
            `run` and `back`.
        functions: Elementary functions that the source calls.
        constants: For chunks, the values with the indices -1, -2, ...
        chunks: The order in which the texts run; empty for one function.
        outputs: For chunks, the indices of the outputs.
        total: For chunks, the number of values: inputs, instructions and constants.
        count: The number of outputs.
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
        self._bound: dict[bool, list[Function]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_bound"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._bound = {}

    @property
    def results(self) -> tuple[int, int]:
        """The number of outputs, and the number of gradients."""
        return self.count, len(self.wrt or ())

    @property
    def summary(self) -> str:
        """Its kind and size, for the report."""
        return f"straight-line code, {len(self.texts)} texts"

    @property
    def source(self) -> str:
        """The source of the program."""
        if not self.chunks:
            return self.texts[0]
        order = ", ".join(str(chunk.code) for chunk in self.chunks[:20])
        more = ", ..." if len(self.chunks) > 20 else ""
        head = f"# {len(self.chunks)} chunks, {len(self.texts)} of them different: {order}{more}\n"
        return head + "\n".join(self.texts)

    def functions_for(self, fast: bool) -> list[Function]:
        """Return the compiled functions, which call `math` if `fast`, else the IEEE kind FLOAT."""
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

    def entry(self, bare_gradient: bool) -> Function | None:
        """Return a function of the inputs that returns the only output, and gradients with `wrt`.

        None for a program in chunks.

        Args:
            bare_gradient: Whether the only gradient is returned by itself, not in a tuple.
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
            return value, gradients[0] if bare_gradient else gradients

        return run

    def run_parts(
        self, parts: Sequence[list[float] | Floats]
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Return the same as `run` for inputs in several parts, lists and arrays of any shape."""
        numbers: list[float] = []
        for part in parts:
            numbers += part if isinstance(part, list) else part.ravel().tolist()
        return self.run(numbers)

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs, and the gradients of the first output."""
        try:
            return self._run(self.functions_for(True), numbers)
        except (ArithmeticError, ValueError):
            return self._run(self.functions_for(False), numbers)

    def _run(
        self, functions: list[Function], numbers: Sequence[float]
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
