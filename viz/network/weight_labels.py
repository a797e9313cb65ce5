"""Weight labels: where on its line a number is placed, so that few other lines cross it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from viz.layout import Point

Line: TypeAlias = tuple[Point, Point]

_SHARES = tuple(step / 40.0 for step in range(6, 35))  # of a line's length; the ends are crowded
_COVERED = 100.0  # cost of a label on another label; a line through it costs 1


def shares_along(
    lines: Sequence[Line], sizes: Sequence[Point], wanted: Sequence[float]
) -> list[float]:
    """Return for each line the fraction of its length at which its label is placed.

    Each label in turn goes where the fewest lines cross it and it covers no earlier label.

    Args:
        lines: From border to border.
        sizes: Width and height of each label.
        wanted: The preferred fraction of each; it decides between equally good places.

    >>> shares_along([((0.0, 0.0), (100.0, 0.0))], [(10.0, 10.0)], [0.5])
    [0.5]
    """
    placed: list[tuple[Point, Point]] = []
    shares: list[float] = []
    for index, (line, size, share) in enumerate(zip(lines, sizes, wanted)):
        others = [other for place, other in enumerate(lines) if place != index]
        costs = {
            t: _cost(_on(line, t), size, others, placed) + abs(t - share) for t in (share, *_SHARES)
        }
        best = min(costs, key=costs.__getitem__)
        shares.append(best)
        placed.append((_on(line, best), size))
    return shares


def _on(line: Line, t: float) -> Point:
    (x0, y0), (x1, y1) = line
    return x0 + t * (x1 - x0), y0 + t * (y1 - y0)


def _cost(
    center: Point, size: Point, others: Sequence[Line], placed: Sequence[tuple[Point, Point]]
) -> float:
    crossed = sum(crosses(line, center, size) for line in others)
    covered = sum(
        all(abs(center[axis] - other[axis]) < (size[axis] + room[axis]) / 2.0 for axis in (0, 1))
        for other, room in placed
    )
    return crossed + _COVERED * covered


def crosses(line: Line, center: Point, size: Point) -> bool:
    """Return whether a line crosses the rectangle with this center and size.

    >>> crosses(((0.0, 0.0), (9.0, 9.0)), (5.0, 5.0), (2.0, 2.0))
    True
    >>> crosses(((0.0, 0.0), (9.0, 9.0)), (8.0, 2.0), (2.0, 2.0))
    False
    """
    first, last = 0.0, 1.0  # the part of the line inside (Liang and Barsky, 1984)
    for axis in (0, 1):
        start, length = line[0][axis] - center[axis], line[1][axis] - line[0][axis]
        half = size[axis] / 2.0
        if length == 0.0:
            if abs(start) > half:
                return False
            continue
        ends = sorted(((-half - start) / length, (half - start) / length))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first < last and math.isfinite(first + last)
