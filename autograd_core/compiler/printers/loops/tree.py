"""Tree: a program of loops, as plain data: loops, the assignments in them, and their variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from autograd_core.compiler.arrays import Argument, Numbers, Var
from autograd_core.compiler.printers.loops.nest import SAMPLES, Results

Terms: TypeAlias = tuple[tuple[int, int], ...]
"""Loops, and how far each steps."""


class Spot(NamedTuple):
    """A position in a variable: `offset + sum(stride * index)`.

    Attributes:
        var: The variable.
        offset: The position when all loops begin.
        terms: The loops that move it.
        table: Positions to look up, which are added; None if there are none.
        steps: The loops that move the place in the table.
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
    """`out = function(*sources)`, or that combined with what stands there."""

    out: Spot
    function: str
    sources: tuple[Spot | float, ...]
    combine: str = ""

    @property
    def spots(self) -> list[Spot]:
        """What it reads and writes; the latter last."""
        return [*[s for s in self.sources if isinstance(s, Spot)], self.out]

    def __str__(self) -> str:
        sign = f" {self.combine}=" if self.combine else " ="
        return f"{self.out}{sign} {self.function}({', '.join(map(str, self.sources))})"


class Loop(NamedTuple):
    """A loop.

    Attributes:
        number: What its index is called by.
        turns: How often it runs, `SAMPLES` for those of a batch.
        body: What it does.
        step: How many turns the body takes at once; those that are left over are another loop's.
        rest: If more than 1, it takes only the turns that a loop of such steps leaves over.
    """

    number: int
    turns: int
    body: tuple[Statement, ...]
    step: int = 1
    rest: int = 1


Statement: TypeAlias = "Assign | Loop"


@dataclass(frozen=True)
class LoopProgram:
    """An array program as loops.

    Attributes:
        variables: All variables, by number: their size is what one sample, or one turn of the loop
            that they live in, needs.
        local: The variables that live in one turn of a loop.
        body: What is done.
        arguments: What it is called with; the live leaves last.
        results: Where it writes what the caller gets.
        batch: Whether it runs on many samples.
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
        """The variables that it needs, in order, and whether each is written."""
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
