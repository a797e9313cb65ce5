"""Simplify: replace an instruction by a cheaper one with exactly the same result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")  # an operand: a float or a view

TAKES_TRUTH = frozenset(("multiply", "where", "logical_not", "logical_and", "copy"))
"""The functions that take bools; others get them as 1.0 and 0.0."""


def simplified(name: str, operands: Sequence[T], truth: Sequence[bool]) -> T | tuple[str, list[T]]:
    """Return one of the operands if it equals the result, else a function and its operands.

    Args:
        name: An elementary function; the condition of a `where` is bools or a constant.
        operands: Views and constants.
        truth: For each operand, whether it consists of bools.

    >>> simplified("multiply", (1.0, 2.5), (False, False))
    2.5
    >>> simplified("multiply", (-1.0, 2.5), (False, False))
    ('negative', [2.5])
    """
    items = list(operands)
    if name == "multiply":
        a, b = items
        for one, other, is_truth in ((a, b, truth[1]), (b, a, truth[0])):
            if one == 1.0 and not is_truth:
                return other
            if one == -1.0:
                return "negative", [other]
        if all(truth):
            return "logical_and", items
    if name == "subtract" and items[0] == 1.0 and truth[1]:
        return "logical_not", items[1:]
    if name == "where":
        condition, a, b = items
        if isinstance(condition, float):
            return a if condition else b
        if (a, b) == (1.0, 0.0) and repr(b) == "0.0":
            return condition
        if (a, b) == (0.0, 1.0) and repr(a) == "0.0":
            return "logical_not", [condition]
    return name, items
