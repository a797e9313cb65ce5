"""Machine: a function of LLVM's that runs any steps, as words, in a memory of numbers.

For programs that are too long to be compiled themselves and have no loops: a step costs about two
nanoseconds besides its function, and the machine is compiled once for all programs.
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
"""What is done for a word; its place here is its code."""


@cache
def machine_source() -> str:
    """Return a module with `@program`, which takes a memory, words and a number that is not read.

    An instruction is a word with its code, one for the place of its result in the memory, and one
    for that of each operand.
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
    """Write how a place in the memory is found, which a word of the instruction says."""
    at = lines.new(f"getelementptr inbounds i32, ptr %at, i64 {word}")
    place = lines.new(f"zext i32 {lines.new(f'load i32, ptr {at}')} to i64")
    return lines.new(f"getelementptr inbounds double, ptr %memory, i64 {place}")


def _result(lines: Lines, name: str, values: list[str]) -> str:
    """Write an instruction on numbers; what is true is 1."""
    if name == FUSED:
        return lines.call("add", [values[0], lines.call("multiply", values[1:])])
    truths = len(values) if name in OF_TRUTHS else int(name == "where")
    given = [lines.new(f"fcmp une double {value}, 0.0") for value in values[:truths]]
    result = lines.call(name, [*given, *values[truths:]])
    return lines.new(f"uitofp i1 {result} to double") if name in TRUTHS else result
