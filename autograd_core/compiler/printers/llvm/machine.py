"""Machine: a virtual machine in LLVM IR, which interprets words (bytecode) on an array of numbers.

For programs without loops that are too long to compile. The machine itself is compiled once for all
of them; a step costs about two nanoseconds besides its function.
"""

from __future__ import annotations

from functools import cache

from autograd_core.compiler.printers.llvm.functions import (
    OF_TRUTHS,
    OPERANDS,
    TRUTHS,
    Lines,
)

FUSED = "multiply and add"  # a + b * c, rounded twice
INSTRUCTIONS = (*OPERANDS, FUSED, "end")
"""The instructions of the machine; the index of each is its code."""


@cache
def machine_source() -> str:
    """Return a module with `@program(memory, code, samples)`, which does not read `samples`.

    An instruction is a sequence of 32-bit words: its code, the index of its result in the memory,
    and that of each operand.
    """
    lines = Lines()
    ends = []
    for code, name in enumerate(INSTRUCTIONS):
        lines.lines.append(f"op{code}:")
        if name == "end":
            lines.emit("ret void")
            continue
        count = 3 if name == FUSED else OPERANDS[name]
        places = [_place(lines, word) for word in range(1, 2 + count)]
        result = _result(lines, name, [lines.new(f"load double, ptr {p}") for p in places[1:]])
        lines.emit(f"store double {result}, ptr {places[0]}")
        following = lines.new(f"getelementptr inbounds i32, ptr %at, i64 {len(places) + 1}")
        lines.emit("br label %head")
        ends.append(f"[ {following}, %op{code} ]")
    cases = " ".join(f"i32 {code}, label %op{code}" for code in range(len(INSTRUCTIONS)))
    return "\n".join([
        *lines.declarations(),
        "define internal void @program(ptr noalias %memory, ptr noalias %code, i64 %samples) #0 {",
        "begin:",
        "  br label %head",
        "head:",
        f"  %at = phi ptr [ %code, %begin ], {', '.join(ends)}",
        "  %op = load i32, ptr %at",
        f"  switch i32 %op, label %none [ {cases} ]",
        "none:",
        "  unreachable",
        *lines.lines,
        "}",
    ])  # fmt: skip


def _place(lines: Lines, word: int) -> str:
    """Write lines that find the element of the memory whose index is a word of the instruction."""
    at = lines.new(f"getelementptr inbounds i32, ptr %at, i64 {word}")
    place = lines.new(f"zext i32 {lines.new(f'load i32, ptr {at}')} to i64")
    return lines.new(f"getelementptr inbounds double, ptr %memory, i64 {place}")


def _result(lines: Lines, name: str, values: list[str]) -> str:
    """Write the lines of an instruction on numbers; true is 1.0 and false 0.0."""
    if name == FUSED:
        return lines.call("add", [values[0], lines.call("multiply", values[1:])])
    truths = len(values) if name in OF_TRUTHS else int(name == "where")
    given = [lines.new(f"fcmp une double {value}, 0.0") for value in values[:truths]]
    result = lines.call(name, [*given, *values[truths:]])
    return lines.new(f"uitofp i1 {result} to double") if name in TRUTHS else result
