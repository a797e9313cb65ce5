"""Simplify: a shorter way to say the same, where the result is exactly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_core.compiler.instructions import Operand, View

if TYPE_CHECKING:
    from autograd_core.compiler.arrays import Code

_TAKES_TRUTH = frozenset(("multiply", "where", "logical_not", "logical_and", "copy"))


def simplified(
    code: Code, name: str, operands: Sequence[Operand], dims: tuple[int, ...]
) -> Operand | tuple[str, list[Operand]]:
    """Return a shorter way to say the same, with exactly the same result."""
    items = list(operands)
    if name == "multiply":
        for one, other in (items, items[::-1]):
            if one == 1.0 and not code.truth(other):
                return other
            if one == -1.0:
                return simplified(code, "negative", [other], dims)
        if all(map(code.truth, items)):
            return "logical_and", items
    if name == "subtract" and items[0] == 1.0 and code.truth(items[1]):
        return "logical_not", items[1:]
    if name == "where":
        condition, a, b = items
        if isinstance(condition, View) and not code.truth(condition):
            condition = code.emit("not_equal", (condition, 0.0), dims)
        if not isinstance(condition, View):
            return a if condition else b
        if (a, b) == (1.0, 0.0):
            return condition
        if (a, b) == (0.0, 1.0):
            return "logical_not", [condition]
        return "where", [condition, a, b]
    if name not in _TAKES_TRUTH:
        items = [code.number(a, dims) for a in items]
    return name, items
