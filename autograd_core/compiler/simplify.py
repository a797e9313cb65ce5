"""Simplify: a shorter way to say the same, where the result is exactly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_core.compiler.instructions import Operand, View, contiguous

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
    if name == "negative" and (source := negation(code, items[0])) is not None:
        return source
    name, items = _without_signs(code, name, items, dims)
    if name not in _TAKES_TRUTH:
        items = [code.number(a, dims) for a in items]
    return name, items


def negation(code: Code, operand: Operand) -> View | None:
    """Return what an operand is the negative of, in the same loops."""
    if not isinstance(operand, View) or operand.var not in code.negated:
        return None
    loops = operand.loops
    if loops != contiguous(loops.dims) or loops.size != code.variables[operand.var].size:
        return None
    source = code.negated[operand.var]
    walk = source.loops.split(loops.dims)
    return None if walk is None else View(source.var, walk)


def _without_signs(
    code: Code, name: str, items: list[Operand], dims: tuple[int, ...]
) -> tuple[str, list[Operand]]:
    """Return the same with one negation less, moved outwards if it cannot be dropped."""
    plain = [negation(code, item) for item in items]
    match name, plain:
        case "add", [_, View() as b]:
            return "subtract", [items[0], b]
        case "add", [View() as a, None]:
            return "subtract", [items[1], a]
        case "subtract", [_, View() as b]:
            return "add", [items[0], b]
        case "multiply" | "divide", [View() as a, View() as b]:
            return name, [a, b]
        case "multiply" | "divide", [View() as a, None] if isinstance(items[1], View):
            return "negative", [code.emit(name, (a, items[1]), dims)]
        case "multiply" | "divide", [View() as a, None]:
            return name, [a, -items[1]]  # type: ignore[operator]
        case "multiply", [None, View() as b] if isinstance(items[0], View):
            return "negative", [code.emit(name, (items[0], b), dims)]
        case "multiply" | "divide", [None, View() as b] if isinstance(items[0], float):
            return name, [-items[0], b]
    return name, items
