"""Functions: calls of elementary functions in LLVM IR, with the declarations that they need."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import cache

from autograd_core.compiler.printers.definitions import DEFINITIONS
from autograd_core.compiler.printers.loops import C_LIBRARY

_OPERATORS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_PREDICATES = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge",
               "equal": "oeq", "not_equal": "une"}  # fmt: skip
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "round": "rint",
               "copysign": "copysign"}  # fmt: skip
_OF_TWO = ("arctan2", "hypot", "power")
# Functions of C's library: their names there, and their numbers of operands.
LIBRARY = {
    name: (c_name, 2 if name in _OF_TWO else 1)
    for name, c_name in C_LIBRARY.items() if name not in _INTRINSICS
} | {"fmod": ("fmod", 2)}  # fmt: skip
# Functions that glibc's libmvec has for vectors of 4 or 8 numbers, with errors up to 4 ulp.
VECTORS = ("exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "expm1", "log1p", "log2",
           "log10", "exp2", "erf", "erfc", "cbrt", "asin", "acos", "atan", "asinh", "acosh",
           "atanh")  # fmt: skip

OPERANDS = {
    **{name: count for name, (_, count) in LIBRARY.items()},
    **dict.fromkeys((*_OPERATORS, *_PREDICATES), 2),
    **dict.fromkeys((*_INTRINSICS, "copy", "negative", "logical_not"), 1),
    **{name: count for name, (_, count) in DEFINITIONS.items()},
    "where": 3, "logical_and": 2, "copysign": 2,
}  # fmt: skip
"""The functions that can be called, with their numbers of operands."""
OF_TRUTHS = frozenset(("logical_not", "logical_and"))
"""The functions whose operands are bools; `where` takes a bool and two numbers."""
TRUTHS = frozenset((*_PREDICATES, *OF_TRUTHS))
"""The functions whose result is a bool."""


def number_text(number: float) -> str:
    """Return a float64 as a hexadecimal literal of LLVM, which is exact."""
    return f"0x{struct.pack('>d', number).hex().upper()}"


def vector_name(function: str, lanes: int) -> str:
    """Return the name of libmvec's function of 4 or 8 numbers (x86-64 vector function ABI)."""
    return f"_ZGV{ {4: 'd', 8: 'e'}[lanes] }N{lanes}v_{function}"


class Lines:
    """Writes the lines of a function in LLVM IR, and notes the functions that they call.

    Args:
        lanes: The lengths of vectors for which functions of libmvec may be called: 4, 8.
    """

    def __init__(self, lanes: Sequence[int] = ()) -> None:
        self.lanes = lanes
        self.lines: list[str] = []
        self._registers = 0
        self._called: set[str] = set()

    def emit(self, line: str) -> None:
        """Write a line."""
        self.lines.append(f"  {line}")

    def new(self, line: str) -> str:
        """Write a line that has a result, and return the register of the result."""
        self._registers += 1
        register = f"%r{self._registers}"
        self.emit(f"{register} = {line}")
        return register

    def call(self, name: str, values: Sequence[str]) -> str:
        """Write a call of an elementary function, and return the register of its result.

        Args:
            name: One of `OPERANDS`.
            values: Its operands, of type `double`, or `i1` for bools.
        """
        if name == "copy":
            return values[0]
        if name in _OPERATORS:
            return self.new(f"{_OPERATORS[name]} double {values[0]}, {values[1]}")
        if name == "negative":
            return self.new(f"fneg double {values[0]}")
        if name in _PREDICATES:
            return self.new(f"fcmp {_PREDICATES[name]} double {values[0]}, {values[1]}")
        if name == "where":
            return self.new(f"select i1 {values[0]}, double {values[1]}, double {values[2]}")
        if name == "logical_not":
            return self.new(f"xor i1 {values[0]}, true")
        if name == "logical_and":
            return self.new(f"and i1 {values[0]}, {values[1]}")
        operands = ", ".join(f"double {value}" for value in values)
        if name in _INTRINSICS:
            return self.new(f"call double @llvm.{_INTRINSICS[name]}.f64({operands})")
        self._called.add(name)
        if name in DEFINITIONS:
            return self.new(f"call double @{name}({operands})")
        c_name = LIBRARY[name][0]
        attributes = 10 + VECTORS.index(c_name) if self.lanes and c_name in VECTORS else 1
        return self.new(f"call double @{c_name}({operands}) #{attributes}")

    def declarations(self) -> list[str]:
        """Return the declarations and definitions of the functions called, and attribute groups."""
        own = [_defined(name) for name in DEFINITIONS if name in self._called]
        library = self._library([called for _, called in own])
        return [
            *[
                f"declare double @llvm.{name}.f64(double)"
                for name in ("fabs", "sqrt", "floor", "ceil", "rint")
            ],
            "declare double @llvm.copysign.f64(double, double)",
            *[
                f"declare double @{name}({', '.join(['double'] * count)}) #1"
                for name, count in library.items()
            ],
            *self._vector_declarations(library),
            *[text for text, _ in own],
            "attributes #0 = { noinline nounwind }",
            "attributes #1 = { nounwind willreturn memory(none) }",
        ]

    def _library(self, others: Sequence[frozenset[str]]) -> dict[str, int]:
        """Return the functions of C's library that are called, with their numbers of operands."""
        called = self._called.union(*others)
        return dict(sorted(LIBRARY[name] for name in called if name in LIBRARY))

    def _vector_declarations(self, library: Iterable[str]) -> list[str]:
        """Return declarations of libmvec's functions, which LLVM calls in vectorized loops."""
        functions = [n for n in library if n in VECTORS] if self.lanes else []
        vectors = [(lanes, vector_name(f, lanes)) for f in functions for lanes in self.lanes]
        lines = [f"declare <{lanes} x double> @{n}(<{lanes} x double>) #1" for lanes, n in vectors]
        if vectors:
            used = ", ".join(f"ptr @{name}" for _, name in vectors)
            lines.append(
                f"@llvm.compiler.used = appending global [{len(vectors)} x ptr] [{used}], "
                'section "llvm.metadata"'
            )
        for name in functions:
            variants = ",".join(
                f"_ZGV_LLVM_N{n}v_{name}({vector_name(name, n)})" for n in self.lanes
            )
            lines.append(
                f"attributes #{10 + VECTORS.index(name)} = {{ nounwind willreturn memory(none) "
                f'"vector-function-abi-variant"="{variants}" }}'
            )
        return lines


@cache
def _defined(name: str) -> tuple[str, frozenset[str]]:
    """Return the definition of a function that C's library lacks, and the functions it calls."""
    lines = Lines()

    def call(called: str, *values: str | float) -> str:
        return lines.call(called, [v if isinstance(v, str) else number_text(v) for v in values])

    rule, operands = DEFINITIONS[name]
    taken = ("%a", "%b")[:operands]
    result = rule(call, str, *taken)  # `keep` does nothing: registers may be read repeatedly
    parameters = ", ".join(f"double {place}" for place in taken)
    head = f"define internal double @{name}({parameters}) alwaysinline {{"
    text = "\n".join([head, *lines.lines, f"  ret double {result}", "}"])
    return text, frozenset(lines._called)
