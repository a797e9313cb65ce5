"""The table of operations as Markdown: formula, derivative, domain and edges, read from ops.py."""

from __future__ import annotations

import math

from autograd_core.table.floats import FLOAT
from autograd_core.table.op import Interval, Op
from autograd_core.table.text import formulas

_EDGES = (-math.inf, 0.0, math.inf)
_FORMULA, _DERIVATIVE = 72, 140  # characters; anything longer is replaced by words
_HEADER = """\
# The operations

Written by `python -m autograd_core > docs/operations.md` from the table in
[`autograd_core/table/ops.py`](../autograd_core/table/ops.py), the only place where a
derivative is written. `y` is the output; an operation on any number of operands is shown for two.
The last columns hold the value and, after the semicolon, the derivative by each operand, with all
operands at that edge but for those with a default.

| operation | formula | derivative | domain | at -inf | at 0 | at inf |
|---|---|---|---|---|---|---|
"""


def markdown(ops: list[Op]) -> str:
    """Return the page that documents the operations, one line each.

    >>> from autograd_core.ops import SQRT
    >>> print(markdown([SQRT]).splitlines()[-1])
    | `sqrt` | `sqrt(a)` | `0.5 / y` | (0, inf) | nan; nan | 0; inf | inf; 0 |
    """
    return _HEADER + "".join(f"| {' | '.join(_cells(op))} |\n" for op in ops)


def _cells(op: Op) -> list[str]:
    names, formula, partials = formulas(op)
    derivative = ", ".join(partials)
    self_named = op.arity is None and formula.startswith(f"{op.name}(")
    name = op.symbol if op.constants else op.name
    return [
        f"`{name}`",
        op.doc if self_named or len(formula) > _FORMULA else f"`{formula}`",
        f"`{derivative}`" if len(derivative) <= _DERIVATIVE else "see ops.py",
        ", ".join(_written(interval) for interval in dict.fromkeys(op.intervals(len(names)))),
        *[_edge(op, edge, len(names)) for edge in _EDGES],
    ]


def _written(interval: Interval) -> str:
    low, high = (f"{end:.4g}" for end in interval)
    return "all" if (low, high) == ("-inf", "inf") else f"({low}, {high})"


def _edge(op: Op, edge: float, operands: int) -> str:
    xs = [*[edge] * (operands - len(op.defaults)), *op.defaults]
    y = op.value(FLOAT, *xs)
    partials = op.partials(FLOAT, y, *xs)
    return f"{y:.5g}; {', '.join(f'{partial + 0.0:.5g}' for partial in partials)}"
