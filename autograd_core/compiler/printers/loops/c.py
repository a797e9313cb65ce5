"""C: a program of loops as C99, which needs nothing but its mathematical library."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from autograd_core.compiler.printers.loops.braces import OPERATORS, STRUCTURE, Writer
from autograd_core.compiler.printers.loops.memory import Memory, memory_of
from autograd_core.compiler.printers.loops.nest import SAMPLES
from autograd_core.compiler.printers.loops.tree import Assign, Loop, LoopProgram, Statement

_LIBRARY = {
    **{name: name for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt",
       "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "lgamma", "cbrt", "hypot",
       "floor", "ceil")},
    "abs": "fabs", "round": "rint", "power": "pow", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "arctan2": "atan2",
}  # fmt: skip
_OWN = {
    "maximum": "double a, double b) { return a > b || a != a ? a : b; }",
    "minimum": "double a, double b) { return a < b || a != a ? a : b; }",
    "sign": "double a) { return (double)((a > 0.0) - (a < 0.0)); }",
    "sigmoid": "double a) {\n    const double small = exp(-fabs(a));\n"
    "    return (a >= 0.0 ? 1.0 : small) / (1.0 + small);\n}",
    "logaddexp": "double a, double b) {\n"
    "    if (a == b) return a + 0.69314718055994530942;\n"
    "    return (a > b || a != a ? a : b) + log1p(exp(-fabs(a - b)));\n}",
    "remainder_": "double a, double b) {\n    const double rest = fmod(a, b);\n"
    "    if (rest == 0.0) return copysign(0.0, b);\n"
    "    return (b < 0.0) != (rest < 0.0) ? rest + b : rest;\n}",
    "floor_divide": "double a, double b) {\n    if (b == 0.0) return a / b;\n"
    "    const double rest = fmod(a, b);\n    double turns = (a - rest) / b;\n"
    "    if (rest != 0.0 && (b < 0.0) != (rest < 0.0)) turns -= 1.0;\n"
    "    if (turns == 0.0) return copysign(0.0, a / b);\n"
    "    const double whole = floor(turns);\n"
    "    return turns - whole > 0.5 ? whole + 1.0 : whole;\n}",
}
_RENAMED = {"remainder": "remainder_"}  # the one of C's library rounds to the nearest
C_FUNCTIONS = frozenset((*OPERATORS, *_LIBRARY, *_OWN, *_RENAMED, *STRUCTURE))
"""The instructions that can be printed; of `reduce`, what it reduces with."""
RESERVED = frozenset((
    *_LIBRARY.values(), *_OWN, "program", "samples", "main", "auto", "break", "case", "char",
    "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
    "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
    "while", "fmod", "copysign", "INFINITY", "NAN", "malloc", "free", "printf", "y0", "y1", "yn",
    "j0", "j1", "jn", "gamma", "small", "rest", "turns", "whole",
))  # fmt: skip


def c_memory(program: LoopProgram) -> Memory:
    """Return where the variables are, with names that are legal in C."""
    return memory_of(program, RESERVED)


def c_function(program: LoopProgram, memory: Memory) -> str:
    """Return the functions that it needs, and `static void program(...)`.

    Raises:
        KeyError: If the program calls a function that C's library does not have.
    """
    return _Writer(program, memory).text()


class _Writer(Writer):
    def __init__(self, program: LoopProgram, memory: Memory) -> None:
        super().__init__(memory.names, memory.table_name)
        self.program, self.memory = program, memory
        self.scalars = frozenset(v for v in memory.stack if program.variables[v].size == 1)
        written = Counter(assign.out.var for assign in program.assigns)
        combined = {assign.out.var for assign in program.assigns if assign.combine}
        self.once = {  # scalars that are declared where they are written
            var for var in self.scalars if written[var] == 1 and var not in combined
        }

    def text(self) -> str:
        body = list(self._body(self.program.body, "    "))
        memory, variables = self.memory, self.program.variables
        written = self.program.used
        parameters = [
            f"{'const ' * (not written[var])}{self._type(var)} *restrict {memory.names[var]}"
            for var in memory.given
        ]
        parameters += [f"const long long *restrict {name}" for name in memory.tables]
        parameters += ["const long long samples"] * self.program.batch
        declared = [
            f"    {self._type(var)} {memory.names[var]}"
            + (f"[{variables[var].size}];" if variables[var].size != 1 else ";")
            for var in memory.stack
            if var not in self.once
        ]
        own = [f"static inline double {name}({text}" for name, text in _OWN.items()
               if name in self.called]  # fmt: skip
        head = (
            "static void program(" + ",\n                    ".join(parameters or ["void"]) + ") {"
        )
        return "\n".join([*own, head, *declared, *body, "}"])

    def _type(self, var: int) -> str:
        return "unsigned char" if self.program.variables[var].truth else "double"

    def _body(self, body: Sequence[Statement], indent: str) -> Iterator[str]:
        for statement in body:
            if not isinstance(statement, Loop):
                yield indent + self.assign(statement)
                continue
            count = "samples" if statement.turns == SAMPLES else statement.turns
            i, step = f"i{statement.number}", statement.step
            first = f"{count} - {count} % {statement.rest}" if statement.rest > 1 else "0"
            end = (
                f"{i} + {step - 1} < {count}; {i} += {step}"
                if step > 1
                else f"{i} < {count}; {i}++"
            )
            sums = self._sums(statement)
            if sums:
                yield f"#pragma omp simd reduction(+:{','.join(sums)})"
            yield f"{indent}for (long long {i} = {first}; {end}) {{"
            yield from self._body(statement.body, indent + "    ")
            yield f"{indent}}}"

    def _sums(self, loop: Loop) -> list[str]:
        """Return the numbers that a loop adds up and whose terms may be added in another order."""
        found = set()
        inner = [s for s in loop.body if isinstance(s, Assign)]
        if len(inner) < len(loop.body) or any(s.out.table is not None for s in inner):
            return []
        for assign in inner:
            moves = any(index == loop.number for index, _ in assign.out.terms)
            if assign.combine and not moves:
                if assign.combine != "add" or assign.out.var not in self.scalars:
                    return []
                found.add(self.memory.names[assign.out.var])
        return sorted(found)

    def call(self, name: str, values: Sequence[str]) -> str:
        """Return an elementary function of some texts."""
        if name in OPERATORS:
            return OPERATORS[name].format(*values)
        written = _LIBRARY.get(name) or _RENAMED.get(name, name)
        if written not in RESERVED:
            raise KeyError(name)
        self.called.add(written)
        return f"{written}({', '.join(values)})"

    def number(self, number: float) -> str:
        """Return a number as C writes it."""
        if math.isnan(number):
            return "NAN"
        if math.isinf(number):
            return "INFINITY" if number > 0.0 else "(-INFINITY)"
        return f"({number!r})" if math.copysign(1.0, number) < 0.0 else repr(number)

    def declared(self, var: int) -> str:
        """Return what stands before the name of a scalar where it is declared."""
        return f"const {self._type(var)} "
