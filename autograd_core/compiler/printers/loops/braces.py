"""Braces: the syntax that C and JavaScript share: elements of arrays, assignments, numbers."""

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

# == and not ===: true and false shall equal 1 and 0 in JavaScript as in C
OPERATORS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
             "negative": "-{}", "copy": "{}", "where": "{} ? {} : {}", "less": "{} < {}",
             "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}",
             "equal": "{} == {}", "not_equal": "{} != {}", "logical_not": "!{}",
             "logical_and": "{} && {}"}  # fmt: skip


class Writer:
    """Writes the statements of a program of loops.

    Args:
        program: The program.
        memory: The names and the storage of its variables.

    Attributes:
        nan: How the language writes nan.
        infinity: How it writes infinity.
        called: The functions called so far that need a definition or have another name.
        scalars: The stack variables of size 1, which are numbers and not arrays.
        once: Those of them that one assignment writes: they are declared there, as constants.
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
        """Return the name of an elementary function in the language, and note that it is called.

        Raises:
            KeyError: If the language has none.
        """
        raise NotImplementedError

    def declared(self, truth: bool) -> str:
        """Return the text before the name in the declaration of a constant, a number or a bool."""
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
        """Return a call of an elementary function on operands that are text."""
        if name in OPERATORS:
            return OPERATORS[name].format(*values)
        return f"{self.function(name)}({', '.join(values)})"

    def definition(self, name: str) -> list[str]:
        """Return the body of a function of `DEFINITIONS` with parameters `a` and perhaps `b`."""
        lines: list[str] = []

        def call(called: str, *values: str | float) -> str:
            text = self.call(called, [v if isinstance(v, str) else self.number(v) for v in values])
            return f"({text})" if called in OPERATORS else text

        def keep(text: str) -> str:
            lines.append(f"{self.declared(False)}t{len(lines) + 1} = {_without_brackets(text)};")
            return f"t{len(lines)}"

        rule, operands = DEFINITIONS[name]
        result = rule(call, keep, *"ab"[:operands])
        return [*lines, f"return {_without_brackets(result)};"]

    def number(self, number: float) -> str:
        """Return a number, in brackets if it is negative, so that it may be any operand."""
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


def _without_brackets(text: str) -> str:
    """Return an expression of `definition` without the brackets around it."""
    return text[1:-1] if text.startswith("(") else text
