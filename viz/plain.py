"""Plain data: numbers as JSON and as people write them."""

from __future__ import annotations

import math


def json_number(number: float) -> float | str:
    """Return a number, or the string that JavaScript reads as one that JSON does not have.

    >>> json_number(0.5), json_number(float("-inf")), json_number(float("nan"))
    (0.5, '-Infinity', 'NaN')
    """
    if math.isfinite(number):
        return number
    return "NaN" if number != number else "Infinity" if number > 0.0 else "-Infinity"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "node"), counted(2000, "node")
    ('1 node', '2,000 nodes')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
