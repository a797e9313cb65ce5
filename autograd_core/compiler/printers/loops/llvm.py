"""LLVM: a program of loops as the text of an LLVM module (its Language Reference, from 15 on)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Memory,
    Spot,
    Statement,
)

_OPERATORS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_PREDICATES = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge",
               "equal": "oeq", "not_equal": "une"}  # fmt: skip
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "round": "rint"}
# Functions of C's library: what they are called there, and how many operands they take.
LIBRARY = {
    **{name: (name, 1) for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
       "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "lgamma", "cbrt")},
    "arcsin": ("asin", 1), "arccos": ("acos", 1), "arctan": ("atan", 1), "arcsinh": ("asinh", 1),
    "arccosh": ("acosh", 1), "arctanh": ("atanh", 1), "arctan2": ("atan2", 2),
    "hypot": ("hypot", 2), "power": ("pow", 2), "fmod": ("fmod", 2),
}  # fmt: skip
# Functions of four numbers at once in glibc's libmvec, right to 4 units in the last place.
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


def llvm_source(program: LoopProgram, memory: Memory, *, vectors: bool = False) -> str:
    """Return a module with `@program`: pointers in the order of `memory`, and how many samples.

    Args:
        program: What is done.
        memory: Where each variable is.
        vectors: Whether the functions of libmvec may be called.

    Raises:
        KeyError: If the program calls a function that C's library does not have.
    """
    return _Module(program, memory, vectors).text()


class _Module:
    def __init__(self, program: LoopProgram, memory: Memory, vectors: bool) -> None:
        self.program, self.memory, self.vectors = program, memory, vectors
        self.lines: list[str] = []
        self.registers = self.loops = 0
        self.block = "begin"
        self.called: set[str] = set()
        self.indices: dict[int, str] = {}

    def text(self) -> str:
        pointers = [*self.memory.pointers]
        parameters = ", ".join(f"ptr noalias nocapture %{name}" for name in pointers)
        for var in self.memory.stack:
            variable = self.program.variables[var]
            kind = "i8" if variable.truth else "double"
            self.emit(f"%{self.memory.names[var]} = alloca [{variable.size} x {kind}], align 64")
        self._body(self.program.body)
        self.emit("ret void")
        body = "\n".join(self.lines)
        own = [_OWN[name] for name in _OWN if name in self._closed()]
        return "\n".join([
            *self._declarations(),
            *own,
            f"define internal void @program({parameters}, i64 %samples) #0 {{",
            "begin:",
            body,
            "}",
            'attributes #0 = { noinline nounwind }',
            'attributes #1 = { nounwind willreturn memory(none) }',
            *self._attributes(),
        ])  # fmt: skip

    def _closed(self) -> set[str]:
        """Return the functions of this file that are needed, with those that they call."""
        found = self.called & set(_OWN)
        return found | ({"maximum"} if "logaddexp" in found else set())

    def _library(self) -> dict[str, int]:
        """Return the functions of C's library that are called, and how many operands each takes."""
        found = dict(LIBRARY[name] for name in self.called if name in LIBRARY)
        needs = {"sigmoid": ["exp"], "logaddexp": ["exp", "log1p"], "remainder": ["fmod"],
                 "floor_divide": ["fmod"]}  # fmt: skip
        for name in self.called:
            found |= {other: LIBRARY[other][1] for other in needs.get(name, [])}
        return dict(sorted(found.items()))

    def _declarations(self) -> list[str]:
        lines = [
            f"declare double @llvm.{name}.f64(double)"
            for name in ("fabs", "sqrt", "floor", "ceil", "rint")
        ]
        lines.append("declare double @llvm.copysign.f64(double, double)")
        for name, count in self._library().items():
            lines.append(f"declare double @{name}({', '.join(['double'] * count)}) #1")
        many = self._vectors()
        for name in many:
            lines.append(f"declare <4 x double> @_ZGVdN4v_{name}(<4 x double>) #1")
        if many:
            used = ", ".join(f"ptr @_ZGVdN4v_{name}" for name in many)
            lines.append(
                f"@llvm.compiler.used = appending global [{len(many)} x ptr] [{used}], "
                'section "llvm.metadata"'
            )
        return lines

    def _vectors(self) -> list[str]:
        return [n for n in self._library() if n in VECTORS] if self.vectors else []

    def _attributes(self) -> list[str]:
        return [
            f"attributes #{10 + VECTORS.index(name)} = {{ nounwind willreturn memory(none) "
            f'"vector-function-abi-variant"="_ZGV_LLVM_N4v_{name}(_ZGVdN4v_{name})" }}'
            for name in self._vectors()
        ]

    def emit(self, line: str) -> None:
        self.lines.append(f"  {line}")

    def new(self, line: str) -> str:
        self.registers += 1
        register = f"%r{self.registers}"
        self.emit(f"{register} = {line}")
        return register

    def _label(self, name: str) -> None:
        self.lines.append(f"{name}:")
        self.block = name

    def _body(self, body: Sequence[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._assign(statement)

    def _loop(self, loop: Loop) -> None:
        self.loops += 1
        number = self.loops
        count = "%samples" if loop.turns == SAMPLES else str(loop.turns)
        first = "0"
        if loop.rest > 1:
            first = self.new(f"sub i64 {count}, {self.new(f'urem i64 {count}, {loop.rest}')}")
        if loop.step > 1:
            count = self.new(f"sub i64 {count}, {loop.step - 1}")
        head, body, end = f"head{number}", f"body{number}", f"end{number}"
        before = self.block
        self.emit(f"br label %{head}")
        self._label(head)
        place = len(self.lines)
        self.emit("")  # the index, once the block that it comes back from is known
        self.emit(f"%more{number} = icmp slt i64 %i{number}, {count}")
        self.emit(f"br i1 %more{number}, label %{body}, label %{end}")
        self._label(body)
        self.indices[loop.number] = f"%i{number}"
        self._body(loop.body)
        self.emit(f"%next{number} = add nuw nsw i64 %i{number}, {loop.step}")
        self.lines[place] = (
            f"  %i{number} = phi i64 [ {first}, %{before} ], [ %next{number}, %{self.block} ]"
        )
        self.emit(f"br label %{head}")
        self._label(end)

    def _position(self, offset: int, terms: Sequence[tuple[int, int]]) -> str:
        """Return the register with `offset + sum(stride * index)`."""
        total = ""
        for loop, stride in terms:
            part = self.indices[loop]
            if stride != 1:
                part = self.new(f"mul nsw i64 {part}, {stride}")
            total = self.new(f"add nsw i64 {total}, {part}") if total else part
        if not total:
            return str(offset)
        return self.new(f"add nsw i64 {total}, {offset}") if offset else total

    def _address(self, spot: Spot) -> tuple[str, str]:
        """Return the register with an address, and the type of what is there."""
        kind = "i8" if self.program.variables[spot.var].truth else "double"
        position = self._position(spot.offset, spot.terms)
        if spot.table is not None:
            place = self._position(0, spot.steps)
            table = self.memory.table_name(spot.table)
            address = self.new(f"getelementptr inbounds i64, ptr %{table}, i64 {place}")
            found = self.new(f"load i64, ptr {address}, align 8")
            position = self.new(f"add nsw i64 {found}, {position}") if position != "0" else found
        name = self.memory.names[spot.var]
        return self.new(f"getelementptr inbounds {kind}, ptr %{name}, i64 {position}"), kind

    def _read(self, source: Spot | float, as_number: bool) -> str:
        if not isinstance(source, Spot):
            return f"0x{struct.pack('>d', source).hex().upper()}"
        address, kind = self._address(source)
        loaded = self.new(f"load {kind}, ptr {address}, align {1 if kind == 'i8' else 8}")
        if kind == "double":
            return loaded
        return self.new(f"uitofp i8 {loaded} to double" if as_number else f"icmp ne i8 {loaded}, 0")

    def _assign(self, assign: Assign) -> None:
        of_numbers = assign.function not in ("where", "logical_not", "logical_and")
        if assign.function == "copy":
            of_numbers = not self.program.variables[assign.out.var].truth
        sources = [
            self._read(source, of_numbers or (assign.function == "where" and place > 0))
            for place, source in enumerate(assign.sources)
        ]
        result = self._call(assign.function, sources)
        address, kind = self._address(assign.out)
        if assign.combine:
            before = self.new(f"load double, ptr {address}, align 8")
            if assign.combine == "add":  # of sums, see structure/sums.py
                result = self.new(f"fadd reassoc double {before}, {result}")
            else:
                result = self._call(assign.combine, [before, result])
        if kind == "i8":
            result = self.new(f"zext i1 {result} to i8")
        self.emit(f"store {kind} {result}, ptr {address}, align {1 if kind == 'i8' else 8}")

    def _call(self, name: str, values: list[str]) -> str:
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
        self.called.add(name)
        if name in _OWN:
            return self.new(f"call double @{name}({operands})")
        written = LIBRARY[name][0]
        number = 10 + VECTORS.index(written) if self.vectors and written in VECTORS else 1
        return self.new(f"call double @{written}({operands}) #{number}")
