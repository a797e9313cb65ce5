"""Template: a rule of the table as a list of steps, each a call of an elementary function."""

from __future__ import annotations

import operator
from functools import partial
from typing import NamedTuple

from autograd_core.table import Functions, Rule


class Step(NamedTuple):
    """A call of an elementary function; an int operand is an input or step, a float a constant."""

    name: str
    operands: tuple[int | float, ...]


class Template(NamedTuple):
    """A rule as steps. Inputs have the numbers from 0 on, then steps; results are as operands."""

    inputs: int
    steps: tuple[Step, ...]
    results: tuple[int | float, ...]


_OPERATORS: dict[str, Rule] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negative": operator.neg,
}


def elementary(name: str, kind: Functions) -> Rule:
    """Return the function that a step calls, for a kind of number such as FLOAT or ARRAY."""
    if name in _OPERATORS:
        return _OPERATORS[name]
    if name.startswith("polygamma"):
        return partial(kind.polygamma, int(name.removeprefix("polygamma")))
    return getattr(kind, name)  # type: ignore[no-any-return]
