"""Plain data: numbers as JSON and as people write them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def json_number(number: float) -> float | str:
    """Return a number; nan and infinities, which JSON lacks, as strings for JavaScript's Number().

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


def format_number(number: float, signed: bool = False) -> str:
    """Return a number with four decimals, or with an exponent below 1e-4 and from 1e6 on.

    >>> format_number(2.0), format_number(3.9e-07), format_number(0.5, signed=True)
    ('2.0000', '3.900e-07', '+0.5000')
    """
    size = abs(number)
    sign = "+" if signed and number > 0.0 else ""
    if size == 0.0 or 1e-4 <= size < 1e6:
        return f"{sign}{number + 0.0:.4f}"  # + 0.0 turns -0.0 into 0.0
    return f"{sign}{number:.3e}" if math.isfinite(number) else f"{sign}{number}"


def largest_size(numbers: Iterable[float]) -> float:
    """Return the largest finite absolute value, the limit of a colour scale; 0 if there is none.

    >>> largest_size([0.5, -2.0, float("inf")]), largest_size([])
    (2.0, 0.0)
    """
    return max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)


def module_parts(path: str) -> tuple[str, ...]:
    """Return the parts of a module's path, outermost first.

    >>> module_parts("layers[0].neurons[2]"), module_parts("")
    (('layers[0]', 'neurons[2]'), ())
    """
    return tuple(path.split(".")) if path else ()


def shared_parts(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many parts two paths have in common, from the first on.

    >>> shared_parts(["layers[0]", "neurons[1]"], ["layers[0]", "neurons[2]"])
    1
    """
    unequal = (place for place, pair in enumerate(zip(a, b)) if pair[0] != pair[1])
    return next(unequal, min(len(a), len(b)))
