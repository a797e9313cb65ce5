"""Functions: the elementary functions as LLVM calls them, and the lines of a module around that."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from autograd_core.compiler.printers.loops import C_LIBRARY

_OPERATORS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_PREDICATES = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge",
               "equal": "oeq", "not_equal": "une"}  # fmt: skip
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "round": "rint"}
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
_OWN = {
    "maximum": """define internal double @maximum(double %a, double %b) alwaysinline {
  %more = fcmp ogt double %a, %b
  %nan = fcmp uno double %a, 0.0
  %first = or i1 %more, %nan
  %y = select i1 %first, double %a, double %b
  ret double %y
}""",
    "minimum": """define internal double @minimum(double %a, double %b) alwaysinline {
  %less = fcmp olt double %a, %b
  %nan = fcmp uno double %a, 0.0
  %first = or i1 %less, %nan
  %y = select i1 %first, double %a, double %b
  ret double %y
}""",
    "sign": """define internal double @sign(double %a) alwaysinline {
  %more = fcmp ogt double %a, 0.0
  %less = fcmp olt double %a, 0.0
  %up = select i1 %more, double 1.0, double 0.0
  %y = select i1 %less, double -1.0, double %up
  ret double %y
}""",
    "sigmoid": """define internal double @sigmoid(double %a) alwaysinline {
  %size = call double @llvm.fabs.f64(double %a)
  %down = fneg double %size
  %small = call double @exp(double %down) #1
  %positive = fcmp oge double %a, 0.0
  %above = select i1 %positive, double 1.0, double %small
  %below = fadd double 1.0, %small
  %y = fdiv double %above, %below
  ret double %y
}""",
    "logaddexp": """define internal double @logaddexp(double %a, double %b) alwaysinline {
  %same = fcmp oeq double %a, %b
  %difference = fsub double %a, %b
  %size = call double @llvm.fabs.f64(double %difference)
  %down = fneg double %size
  %small = call double @exp(double %down) #1
  %more = call double @log1p(double %small) #1
  %large = call double @maximum(double %a, double %b)
  %other = fadd double %large, %more
  %twice = fadd double %a, 0x3FE62E42FEFA39EF
  %y = select i1 %same, double %twice, double %other
  ret double %y
}""",
    "remainder": """define internal double @remainder(double %a, double %b) alwaysinline {
  %rest = call double @fmod(double %a, double %b) #1
  %none = fcmp oeq double %rest, 0.0
  %zero = call double @llvm.copysign.f64(double 0.0, double %b)
  %below = fcmp olt double %b, 0.0
  %under = fcmp olt double %rest, 0.0
  %differ = xor i1 %below, %under
  %moved = fadd double %rest, %b
  %other = select i1 %differ, double %moved, double %rest
  %y = select i1 %none, double %zero, double %other
  ret double %y
}""",
    "floor_divide": """define internal double @floor_divide(double %a, double %b) alwaysinline {
  %rest = call double @fmod(double %a, double %b) #1
  %left = fsub double %a, %rest
  %turns = fdiv double %left, %b
  %some = fcmp une double %rest, 0.0
  %below = fcmp olt double %b, 0.0
  %under = fcmp olt double %rest, 0.0
  %differ = xor i1 %below, %under
  %lower = and i1 %some, %differ
  %less = fsub double %turns, 1.0
  %count = select i1 %lower, double %less, double %turns
  %whole = call double @llvm.floor.f64(double %count)
  %over = fsub double %count, %whole
  %up = fcmp ogt double %over, 0.5
  %next = fadd double %whole, 1.0
  %near = select i1 %up, double %next, double %whole
  %quotient = fdiv double %a, %b
  %zero = call double @llvm.copysign.f64(double 0.0, double %quotient)
  %none = fcmp oeq double %count, 0.0
  %found = select i1 %none, double %zero, double %near
  %pole = fcmp oeq double %b, 0.0
  %y = select i1 %pole, double %quotient, double %found
  ret double %y
}""",
}  # fmt: skip

OPERANDS = {
    **{name: count for name, (_, count) in LIBRARY.items()},
    **dict.fromkeys((*_OPERATORS, *_PREDICATES), 2),
    **dict.fromkeys((*_INTRINSICS, "sign", "sigmoid", "copy", "negative", "logical_not"), 1),
    **dict.fromkeys(("maximum", "minimum", "logaddexp", "remainder", "floor_divide"), 2),
    "where": 3, "logical_and": 2,
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
        if name in _OWN:
            return self.new(f"call double @{name}({operands})")
        written = LIBRARY[name][0]
        number = 10 + VECTORS.index(written) if self.lanes and written in VECTORS else 1
        return self.new(f"call double @{written}({operands}) #{number}")

    def declarations(self) -> list[str]:
        """Return what a module says of the functions that are called, and of their attributes."""
        needed = self._called & set(_OWN)
        needed |= {"maximum"} if "logaddexp" in needed else set()
        return [
            *[
                f"declare double @llvm.{name}.f64(double)"
                for name in ("fabs", "sqrt", "floor", "ceil", "rint")
            ],
            "declare double @llvm.copysign.f64(double, double)",
            *[
                f"declare double @{name}({', '.join(['double'] * count)}) #1"
                for name, count in self._library().items()
            ],
            *self._of_several_numbers(),
            *[text for name, text in _OWN.items() if name in needed],
            "attributes #0 = { noinline nounwind }",
            "attributes #1 = { nounwind willreturn memory(none) }",
        ]

    def _library(self) -> dict[str, int]:
        """Return the functions of C's library that are called, and how many operands each takes."""
        found = dict(LIBRARY[name] for name in self._called if name in LIBRARY)
        needs = {"sigmoid": ["exp"], "logaddexp": ["exp", "log1p"], "remainder": ["fmod"],
                 "floor_divide": ["fmod"]}  # fmt: skip
        for name in self._called:
            found |= {other: LIBRARY[other][1] for other in needs.get(name, [])}
        return dict(sorted(found.items()))

    def _of_several_numbers(self) -> list[str]:
        """Return what is said of libmvec's functions, which LLVM calls where it sees a use."""
        functions = [n for n in self._library() if n in VECTORS] if self.lanes else []
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
