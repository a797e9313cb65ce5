"""Functions: the elementary functions as LLVM calls them, and the lines of a module around that."""

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
# Functions of C's library: what they are called there, and how many operands they take.
LIBRARY = {
    name: (written, 2 if name in _OF_TWO else 1)
    for name, written in C_LIBRARY.items() if name not in _INTRINSICS
} | {"fmod": ("fmod", 2)}  # fmt: skip
# Functions of 4 or 8 numbers at once in glibc's libmvec, right to 4 units in the last place.
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
"""What can be called, and how many operands it takes."""
OF_TRUTHS = frozenset(("logical_not", "logical_and"))
"""Those whose operands are true or false; `where` takes one such, and two numbers."""
TRUTHS = frozenset((*_PREDICATES, *OF_TRUTHS))
"""Those whose result is true or false."""


def number_text(number: float) -> str:
    """Return a number as LLVM reads it, to the last bit."""
    return f"0x{struct.pack('>d', number).hex().upper()}"


def vector_name(function: str, lanes: int) -> str:
    """Return what libmvec calls a function of so many numbers (x86-64's vector function ABI)."""
    return f"_ZGV{ {4: 'd', 8: 'e'}[lanes] }N{lanes}v_{function}"


class Lines:
    """The lines of a function of LLVM's, and what they call.

    Args:
        lanes: Of how many numbers at once libmvec's functions may be called: 4, 8.
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
        """Write a line that has a result, and return where that is."""
        self._registers += 1
        register = f"%r{self._registers}"
        self.emit(f"{register} = {line}")
        return register

    def call(self, name: str, values: Sequence[str]) -> str:
        """Write a call of an elementary function, and return where its result is.

        Args:
            name: One of `OPERANDS`.
            values: Its operands, of the type `double`, or `i1` where they are true or false.
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
        written = LIBRARY[name][0]
        number = 10 + VECTORS.index(written) if self.lanes and written in VECTORS else 1
        return self.new(f"call double @{written}({operands}) #{number}")

    def declarations(self) -> list[str]:
        """Return what a module says of the functions that are called, and of their attributes."""
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
            *self._of_several_numbers(library),
            *[text for text, _ in own],
            "attributes #0 = { noinline nounwind }",
            "attributes #1 = { nounwind willreturn memory(none) }",
        ]

    def _library(self, others: Sequence[frozenset[str]]) -> dict[str, int]:
        """Return the functions of C's library that are called, and how many operands each takes."""
        called = self._called.union(*others)
        return dict(sorted(LIBRARY[name] for name in called if name in LIBRARY))

    def _of_several_numbers(self, library: Iterable[str]) -> list[str]:
        """Return what is said of libmvec's functions, which LLVM calls where it sees a use."""
        functions = [n for n in library if n in VECTORS] if self.lanes else []
        many = [(lanes, vector_name(f, lanes)) for f in functions for lanes in self.lanes]
        lines = [f"declare <{lanes} x double> @{n}(<{lanes} x double>) #1" for lanes, n in many]
        if many:
            used = ", ".join(f"ptr @{name}" for _, name in many)
            lines.append(
                f"@llvm.compiler.used = appending global [{len(many)} x ptr] [{used}], "
                'section "llvm.metadata"'
            )
        for name in functions:
            several = ",".join(
                f"_ZGV_LLVM_N{n}v_{name}({vector_name(name, n)})" for n in self.lanes
            )
            lines.append(
                f"attributes #{10 + VECTORS.index(name)} = {{ nounwind willreturn memory(none) "
                f'"vector-function-abi-variant"="{several}" }}'
            )
        return lines


@cache
def _defined(name: str) -> tuple[str, frozenset[str]]:
    """Return a function that C's library lacks, and which others it calls."""
    lines = Lines()

    def call(called: str, *values: str | float) -> str:
        return lines.call(called, [v if isinstance(v, str) else number_text(v) for v in values])

    rule, operands = DEFINITIONS[name]
    taken = ("%a", "%b")[:operands]
    result = rule(call, str, *taken)  # a register may be read as often as one likes
    parameters = ", ".join(f"double {place}" for place in taken)
    head = f"define internal double @{name}({parameters}) alwaysinline {{"
    text = "\n".join([head, *lines.lines, f"  ret double {result}", "}"])
    return text, frozenset(lines._called)
