"""Braces: what C and JavaScript write alike: a place in an array, an assignment, a number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from autograd_core.compiler.printers.definitions import DEFINITIONS
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Memory,
    Spot,
    Statement,
    Terms,
)

# == and not ===: in JavaScript too a truth is equal to 1 or 0
OPERATORS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
             "negative": "-{}", "copy": "{}", "where": "{} ? {} : {}", "less": "{} < {}",
             "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}",
             "equal": "{} == {}", "not_equal": "{} != {}", "logical_not": "!{}",
             "logical_and": "{} && {}"}  # fmt: skip


class Writer:
    """Writes the statements of a program of loops.

    Args:
        program: What is done.
        memory: Where its variables are.

    Attributes:
        nan: What the language calls it.
        infinity: The same.
        called: The functions that it calls and that have to be written too.
        scalars: Variables that are a number, and no array.
        once: Those of them that are declared where they are written.
    """

    nan: str
    infinity: str

    def __init__(self, program: LoopProgram, memory: Memory) -> None:
        self.program, self.memory, self.names = program, memory, memory.names
        self.variables = program.variables
        self.called: set[str] = set()
        self.scalars = frozenset(v for v in memory.stack if self.variables[v].size == 1)
        written = Counter(assign.out.var for assign in program.assigns)
        combined = {assign.out.var for assign in program.assigns if assign.combine}
        self.once = {v for v in self.scalars if written[v] == 1 and v not in combined}

    def function(self, name: str) -> str:
        """Return what an elementary function is called.

        Raises:
            KeyError: If there is none.
        """
        raise NotImplementedError

    def declared(self, truth: bool) -> str:
        """Return what stands before the name of a number, or of a truth, that stays the same."""
        raise NotImplementedError

    def loop(self, loop: Loop, indent: str) -> Iterator[str]:
        """Yield the lines of a loop."""
        raise NotImplementedError

    def body(self, body: Sequence[Statement], indent: str) -> Iterator[str]:
        """Yield the lines of statements."""
        for statement in body:
            if isinstance(statement, Loop):
                yield from self.loop(statement, indent)
            else:
                yield indent + self.assign(statement)

    def assign(self, assign: Assign) -> str:
        """Return an assignment."""
        result = self.call(assign.function, [self._value(source) for source in assign.sources])
        out = self._spot(assign.out)
        if assign.combine == "add":
            return f"{out} += {result};"
        if assign.combine:
            result = self.call(assign.combine, [out, f"({result})"])
        if assign.out.var in self.once:
            out = self.declared(self.variables[assign.out.var].truth) + out
        return f"{out} = {result};"

    def call(self, name: str, values: Sequence[str]) -> str:
        """Return an elementary function of some texts."""
        if name in OPERATORS:
            return OPERATORS[name].format(*values)
        return f"{self.function(name)}({', '.join(values)})"

    def definition(self, name: str) -> list[str]:
        """Return the lines of a function of `a`, and of `b` if it takes two operands."""
        lines: list[str] = []

        def call(called: str, *values: str | float) -> str:
            text = self.call(called, [v if isinstance(v, str) else self.number(v) for v in values])
            return f"({text})" if called in OPERATORS else text

        def keep(text: str) -> str:
            lines.append(f"{self.declared(False)}t{len(lines) + 1} = {_bare(text)};")
            return f"t{len(lines)}"

        rule, operands = DEFINITIONS[name]
        result = rule(call, keep, *"ab"[:operands])
        return [*lines, f"return {_bare(result)};"]

    def number(self, number: float) -> str:
        """Return a number as it can stand anywhere."""
        if math.isnan(number):
            return self.nan
        text = self.infinity if math.isinf(number) else repr(abs(float(number)))
        return f"(-{text})" if math.copysign(1.0, number) < 0.0 else text

    def _value(self, source: Spot | float) -> str:
        return self._spot(source) if isinstance(source, Spot) else self.number(source)

    def _spot(self, spot: Spot) -> str:
        name = self.names[spot.var]
        if spot.var in self.scalars:
            return name
        parts = _terms(spot.terms)
        if spot.table is not None:
            table = self.memory.table_name(spot.table)
            parts.append(f"{table}[{' + '.join(_terms(spot.steps)) or '0'}]")
        if spot.offset or not parts:
            parts.append(str(spot.offset))
        return f"{name}[{' + '.join(parts)}]"


def _terms(terms: Terms) -> list[str]:
    return [f"{stride} * i{loop}" if stride != 1 else f"i{loop}" for loop, stride in terms]


def _bare(text: str) -> str:
    """Return a call without brackets around it."""
    return text[1:-1] if text.startswith("(") else text
