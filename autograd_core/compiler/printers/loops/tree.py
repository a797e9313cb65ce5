"""Tree: a program of loops as plain data, and the memory of its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import Argument, Numbers, Var
from autograd_core.compiler.printers.loops.results import SAMPLES, Results
from autograd_core.compiler.printers.names import Names

_STACK = 4096  # the most numbers of one variable on the stack
_STACK_IN_ALL = 16384  # and of all of them together

Terms: TypeAlias = tuple[tuple[int, int], ...]
"""Numbers of loops, each with its stride."""


class Spot(NamedTuple):
    """A position in a variable: `offset + sum(stride * index)`.

    Attributes:
        var: The variable.
        offset: The position when all indices are 0.
        terms: The loops that move it, with their strides.
        table: Positions; the one at the index given by `steps` is added. None if there is none.
        steps: The loops that move the index into the table, with their strides.
    """

    var: int
    offset: int
    terms: Terms
    table: Numbers | None = None
    steps: Terms = ()

    def __str__(self) -> str:
        text = _sum_of(self.offset, self.terms)
        if self.table is not None:
            text += f" + table[{_sum_of(0, self.steps)}]"
        return f"%{self.var}[{text}]"


def _sum_of(offset: int, terms: Terms) -> str:
    parts = [f"{stride}*i{loop}" if stride != 1 else f"i{loop}" for loop, stride in terms]
    return " + ".join([*parts, *([str(offset)] if offset or not parts else [])])


class Assign(NamedTuple):
    """`out = function(*sources)`; with `combine`, `out = combine(out, function(*sources))`."""

    out: Spot
    function: str
    sources: tuple[Spot | float, ...]
    combine: str = ""

    @property
    def spots(self) -> list[Spot]:
        """The positions that it reads, then the one that it writes."""
        return [*[s for s in self.sources if isinstance(s, Spot)], self.out]

    def __str__(self) -> str:
        sign = f" {self.combine}=" if self.combine else " ="
        return f"{self.out}{sign} {self.function}({', '.join(map(str, self.sources))})"


class Loop(NamedTuple):
    """A loop, `for index in range(turns)`.

    Attributes:
        number: Identifies the loop and its index: `i3` has the number 3.
        turns: The number of iterations; `SAMPLES` for the loop over a batch.
        body: The statements of one iteration.
        step: The number of iterations that the body does at once (unrolled); the remainder of
            `turns` is left to another loop.
        rest: If more than 1, only the last `turns % rest` iterations are done: the remainder of a
            loop with such a step.
    """

    number: int
    turns: int
    body: tuple[Statement, ...]
    step: int = 1
    rest: int = 1


Statement: TypeAlias = Assign | Loop


@dataclass(frozen=True)
class LoopProgram:
    """An array program as loops.

    Attributes:
        variables: All variables, by number; the size is for one sample, or, of a local variable,
            for one iteration of the loop that it lives in.
        local: The variables whose values are not read after the iteration that writes them.
        body: The statements.
        arguments: What it is called with; the live leaves last.
        results: The variables that the caller gets.
        batch: Whether it runs on a batch of samples.
    """

    variables: tuple[Var, ...]
    local: frozenset[int]
    body: tuple[Statement, ...]
    arguments: tuple[Argument, ...]
    results: Results
    batch: bool

    @property
    def assigns(self) -> list[Assign]:
        """All assignments, in order."""
        return list(assigns(self.body))

    @property
    def used(self) -> dict[int, bool]:
        """The variables that it needs, in order of first use, and whether each is written."""
        found = {argument.var: False for argument in self.arguments}
        for assign in assigns(self.body):
            *read, out = assign.spots
            for spot in read:
                found.setdefault(spot.var, False)
            found[out.var] = True
        for var in (self.results.outputs, *self.results.gradients):
            found.setdefault(var, True)
        return found

    def __str__(self) -> str:
        return "\n".join(_lines(self.body, ""))


def _lines(body: Sequence[Statement], indent: str) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Loop):
            turns = "samples" if statement.turns == SAMPLES else statement.turns
            steps = f" by {statement.step}" if statement.step > 1 else ""
            steps += f" from the last whole {statement.rest}" if statement.rest > 1 else ""
            yield f"{indent}for i{statement.number} < {turns}{steps}:"
            yield from _lines(statement.body, indent + "    ")
        else:
            yield f"{indent}{statement}"


def assigns(body: Sequence[Statement]) -> Iterator[Assign]:
    """Yield all assignments, in order."""
    for statement in body:
        if isinstance(statement, Loop):
            yield from assigns(statement.body)
        else:
            yield statement


def loop_numbers(body: Sequence[Statement]) -> Iterator[int]:
    """Yield the number of each loop, outer ones first."""
    for statement in body:
        if isinstance(statement, Loop):
            yield statement.number
            yield from loop_numbers(statement.body)


def replaced(
    body: Sequence[Statement], places: Sequence[Callable[[Spot], Spot]]
) -> list[Statement]:
    """Return statements with a copy of each assignment for each map of its spots in `places`."""
    found: list[Statement] = []
    for statement in body:
        if isinstance(statement, Loop):
            found.append(statement._replace(body=tuple(replaced(statement.body, places))))
            continue
        for place in places:
            sources = [place(s) if isinstance(s, Spot) else s for s in statement.sources]
            found.append(statement._replace(out=place(statement.out), sources=tuple(sources)))
    return found


@dataclass(frozen=True)
class Memory:
    """The names and the storage of a program's variables.

    Attributes:
        names: The name of each variable.
        stack: The variables that the printed function declares itself.
        given: The variables that it takes as pointers, in order: arguments, outputs, gradients,
            constants, scratch.
        scratch: Those of them that hold intermediate results.
        tables: The tables of positions by name; the function takes them too, after `given`.
        by_table: The name of a table, by its `id`: equal tables share a name.
    """

    names: dict[int, str]
    stack: tuple[int, ...]
    given: tuple[int, ...]
    scratch: tuple[int, ...]
    tables: dict[str, Numbers]
    by_table: dict[int, str]

    @property
    def pointers(self) -> list[str]:
        """The names of the pointers that a printed function takes, in order."""
        return [*[self.names[var] for var in self.given], *self.tables]

    def prefixed(self, prefix: str) -> Memory:
        """Return the same with a prefix before each name, so that no other name is equal."""
        return replace(
            self,
            names={var: prefix + name for var, name in self.names.items()},
            tables={prefix + name: table for name, table in self.tables.items()},
            by_table={key: prefix + name for key, name in self.by_table.items()},
        )

    def table_name(self, table: Numbers) -> str:
        """Return the name of a table."""
        return self.by_table[id(table)]


def memory_of(program: LoopProgram, reserved: Iterable[str]) -> Memory:
    """Return names and storage for all variables of a program.

    Args:
        program: The program.
        reserved: Names that have another meaning in the printed language.
    """
    variables = program.variables
    names = Names([*reserved, *[f"i{number}" for number in loop_numbers(program.body)]])
    arguments = [argument.var for argument in program.arguments]
    results = [program.results.outputs, *program.results.gradients]
    called = {var: names.like(_ascii(variables[var].name)) for var in (*arguments, *results)}
    constants, scratch, stack = [], [], []
    left = _STACK_IN_ALL
    for var in program.used:
        variable = variables[var]
        if var in called:
            continue
        called[var] = names.of(variable.role)
        if variable.data is not None:
            constants.append(var)
        elif not variable.batched and variable.size <= min(_STACK, left):
            left -= variable.size
            stack.append(var)
        else:
            scratch.append(var)
    tables: dict[str, Numbers] = {}
    by_table: dict[int, str] = {}
    content: dict[bytes, str] = {}
    for table in (s.table for a in assigns(program.body) for s in a.spots if s.table is not None):
        if id(table) not in by_table:
            numbers = np.ascontiguousarray(table, np.int64)
            name = content.setdefault(numbers.tobytes(), f"{len(content)}")
            if name.isdigit():
                name = content[numbers.tobytes()] = names.numbered("at")
                tables[name] = numbers
            by_table[id(table)] = name
    given = (*arguments, *results, *constants, *scratch)
    return Memory(called, tuple(stack), given, tuple(scratch), tables, by_table)


def _ascii(name: str) -> str:
    return name if name.isascii() else "x"
