"""Module: a program of loops as the text of an LLVM module (LLVM 15 or later)."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core.compiler.printers.llvm.functions import OF_TRUTHS, Lines, number_text
from autograd_core.compiler.printers.loops import (
    SAMPLES,
    Assign,
    Loop,
    LoopProgram,
    Memory,
    Spot,
    Statement,
)


def llvm_source(program: LoopProgram, memory: Memory, *, lanes: Sequence[int] = ()) -> str:
    """Return a module with `@program`, which takes `memory.pointers` and the number of samples.

    Args:
        program: The program.
        memory: The names and the storage of its variables.
        lanes: The lengths of vectors for which functions of libmvec may be called: 4, 8.

    Raises:
        KeyError: If the program calls a function that is not in `OPERANDS`.
    """
    return _Module(program, memory, lanes).text()


class _Module(Lines):
    def __init__(self, program: LoopProgram, memory: Memory, lanes: Sequence[int]) -> None:
        super().__init__(lanes)
        self.program, self.memory = program, memory
        self.loops = 0
        self.block = "begin"
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
        return "\n".join([
            *self.declarations(),
            f"define internal void @program({parameters}, i64 %samples) #0 {{",
            "begin:",
            *self.lines,
            "}",
        ])  # fmt: skip

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
        self.emit("")  # replaced below by the index, when the last block of the body is known
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
        """Return the register with the address of a spot, and the type of its variable."""
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
        """Return a register with a source, as `double` or, for a bool not `as_number`, as `i1`."""
        if not isinstance(source, Spot):
            return number_text(source)
        address, kind = self._address(source)
        loaded = self.new(f"load {kind}, ptr {address}, align {1 if kind == 'i8' else 8}")
        if kind == "double":
            return loaded
        return self.new(f"uitofp i8 {loaded} to double" if as_number else f"icmp ne i8 {loaded}, 0")

    def _assign(self, assign: Assign) -> None:
        takes_numbers = assign.function != "where" and assign.function not in OF_TRUTHS
        if assign.function == "copy":
            takes_numbers = not self.program.variables[assign.out.var].truth
        sources = [
            self._read(source, takes_numbers or (assign.function == "where" and place > 0))
            for place, source in enumerate(assign.sources)
        ]
        result = self.call(assign.function, sources)
        address, kind = self._address(assign.out)
        if assign.combine:
            before = self.new(f"load double, ptr {address}, align 8")
            if assign.combine == "add":  # terms in any order, see structure/sums.py
                result = self.new(f"fadd reassoc double {before}, {result}")
            else:
                result = self.call(assign.combine, [before, result])
        if kind == "i8":
            result = self.new(f"zext i1 {result} to i8")
        self.emit(f"store {kind} {result}, ptr {address}, align {1 if kind == 'i8' else 8}")
