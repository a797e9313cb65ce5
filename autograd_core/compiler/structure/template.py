"""Template: a rule of the table written down as steps, each a call of an elementary function."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One call of an elementary function; operands are step numbers (int) or numbers (float)."""

    name: str
    operands: tuple[int | float, ...]


class Template(NamedTuple):
    """A rule written as steps: inputs first, then steps; results are numbers of either kind."""

    inputs: int
    steps: tuple[Step, ...]
    results: tuple[int | float, ...]


_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negative": operator.neg,
}


def elementary(name: str, kind: Any) -> Callable[..., Any]:
    """Return the function that a step calls, of a kind such as FLOAT or ARRAY."""
    if name in _OPERATORS:
        return _OPERATORS[name]
    if name.startswith("polygamma"):
        return partial(kind.polygamma, int(name.removeprefix("polygamma")))
    return getattr(kind, name)  # type: ignore[no-any-return]
