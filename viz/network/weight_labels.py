"""Weight labels: where on its line a number stands, so that no other line runs through it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from viz.layout import Point

Line: TypeAlias = tuple[Point, Point]

_SHARES = tuple(step / 40.0 for step in range(6, 35))  # of the way; the ends are crowded
_COVERED = 100.0  # a label on another label is worse than any number of lines through it


def shares_along(
    lines: Sequence[Line], sizes: Sequence[Point], wanted: Sequence[float]
) -> list[float]:
    """Return for each line the share of its way at which its label stands.

    One after the other, each where the fewest lines cross it and no earlier label is covered.

    Args:
        lines: From border to border.
        sizes: Width and height of each label.
        wanted: The share to prefer where nothing speaks against it.

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
    """Tell whether a line runs through the rectangle of a size around a center.

    >>> crosses(((0.0, 0.0), (9.0, 9.0)), (5.0, 5.0), (2.0, 2.0))
    True
    >>> crosses(((0.0, 0.0), (9.0, 9.0)), (8.0, 2.0), (2.0, 2.0))
    False
    """
    first, last = 0.0, 1.0  # the part of the line that is inside (Liang and Barsky, 1984)
    for axis in (0, 1):
        start, way = line[0][axis] - center[axis], line[1][axis] - line[0][axis]
        half = size[axis] / 2.0
        if way == 0.0:
            if abs(start) > half:
                return False
            continue
        ends = sorted(((-half - start) / way, (half - start) / way))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first < last and math.isfinite(first + last)
