"""Braces: what C and JavaScript write alike: a place in an array, an assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograd_core.compiler.arrays import Numbers
from autograd_core.compiler.printers.loops.tree import Assign, Spot, Terms

# == and not ===: in JavaScript too a truth is equal to 1 or 0
OPERATORS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
             "negative": "-{}", "copy": "{}", "where": "{} ? {} : {}", "less": "{} < {}",
             "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}",
             "equal": "{} == {}", "not_equal": "{} != {}", "logical_not": "!{}",
             "logical_and": "{} && {}"}  # fmt: skip
STRUCTURE = ("zero", "update", "accumulate", "matmul", "take", "scatter")


class Writer:
    """Writes the assignments of a program of loops.

    Attributes:
        names: What its variables are called.
        called: The functions that it calls and that have to be written too.
        scalars: Variables that are a number, and no array.
        once: Those of them that are declared where they are written.
    """

    scalars: frozenset[int]
    once: set[int]

    def __init__(self, names: Mapping[int, str], table_name: Callable[[Numbers], str]) -> None:
        self.names, self._table_name = names, table_name
        self.called: set[str] = set()

    def number(self, number: float) -> str:
        """Return a number as the language writes it."""
        raise NotImplementedError

    def call(self, name: str, values: Sequence[str]) -> str:
        """Return an elementary function of some texts."""
        raise NotImplementedError

    def declared(self, var: int) -> str:
        """Return what stands before the name of a scalar where it is declared."""
        raise NotImplementedError

    def assign(self, assign: Assign) -> str:
        """Return an assignment."""
        result = self.call(assign.function, [self._value(source) for source in assign.sources])
        out = self._spot(assign.out)
        if assign.combine == "add":
            return f"{out} += {result};"
        if assign.combine:
            result = self.call(assign.combine, [out, f"({result})"])
        before = self.declared(assign.out.var) if assign.out.var in self.once else ""
        return f"{before}{out} = {result};"

    def _value(self, source: Spot | float) -> str:
        return self._spot(source) if isinstance(source, Spot) else self.number(source)

    def _spot(self, spot: Spot) -> str:
        name = self.names[spot.var]
        if spot.var in self.scalars:
            return name
        parts = _terms(spot.terms)
        if spot.table is not None:
            table = self._table_name(spot.table)
            parts.append(f"{table}[{' + '.join(_terms(spot.steps)) or '0'}]")
        if spot.offset or not parts:
            parts.append(str(spot.offset))
        return f"{name}[{' + '.join(parts)}]"


def _terms(terms: Terms) -> list[str]:
    return [f"{stride} * i{loop}" if stride != 1 else f"i{loop}" for loop, stride in terms]
