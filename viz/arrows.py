"""Arrows: the curves, the heads and the places of the labels of a scene's arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from viz.layout import Layout, Point
from viz.scene import Arrow, Scene
from viz.sizes import SMALL_SIZE, stacked, text_width

Curve: TypeAlias = tuple[Point, Point, Point, Point]

_TWIN_SHIFT = 4.0  # half the distance between the two edges of x * x
_ARROW_LENGTH, _ARROW_WIDTH = 8.0, 3.2
_BESIDE = 4.0  # between a label and the upright arrow and the box that it stands beside


def separate_twins(scene: Scene, routes: Sequence[list[Point]]) -> Iterator[list[Point]]:
    """Yield the routes, those of the same two boxes moved apart: x * x has two edges."""
    twins = Counter((arrow.tail, arrow.head) for arrow in scene.arrows)
    drawn: Counter[tuple[str, str]] = Counter()
    for arrow, route in zip(scene.arrows, routes):
        pair = (arrow.tail, arrow.head)
        apart = 2.0 * _TWIN_SHIFT if arrow.label else _TWIN_SHIFT
        shift = (2.0 * drawn[pair] - twins[pair] + 1.0) * apart
        drawn[pair] += 1
        dx, dy = (shift, 0.0) if stacked(scene) else (0.0, shift)
        yield [(x + dx, y + dy) for x, y in route] if shift else list(route)


def label_place(arrow: Arrow, route: Sequence[Point], scene: Scene) -> Point:
    """Return where the middle of an arrow's label is: on the last piece of its line.

    Beside it in a picture from top to bottom, where a label on the line would hide most of it;
    on the side that the line turns away from.
    """
    start, end = route[-2:]
    t = arrow.label_at
    if scene.layout:
        return start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
    if stacked(scene):
        side = arrow.label_side or (-1 if start[0] < end[0] else 1)
        width, height = label_size(arrow)
        down = height / 2.0 + _BESIDE  # above the lines that come from boxes farther away
        y = start[1] + (down if start[1] < end[1] else -down)
        return start[0] + side * (width / 2.0 + _BESIDE), y
    (curve,) = arrow_curves([start, end], scene)[0]
    u = 1.0 - t
    shares = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t)
    x, y = (sum(share * p[axis] for share, p in zip(shares, curve)) for axis in (0, 1))
    return x, y


def label_size(arrow: Arrow) -> tuple[float, float]:
    """Return width and height of the patch that an arrow's label covers."""
    return text_width(arrow.label, SMALL_SIZE) + 4.0, SMALL_SIZE + 3.0


_DIRECTION: Mapping[str, Point] = {
    "LR": (1.0, 0.0),
    "RL": (-1.0, 0.0),
    "TB": (0.0, 1.0),
    "BT": (0.0, -1.0),
}


def arrow_curves(route: Sequence[Point], scene: Scene) -> tuple[list[Curve], list[Point]]:
    """Return Bezier curves through the points of a route, and the corners of its arrow head."""
    dx, dy = _DIRECTION[scene.rankdir]
    end = route[-1]
    neck = (end[0] - dx * _ARROW_LENGTH, end[1] - dy * _ARROW_LENGTH)
    curves: list[Curve] = []
    for start, stop in pairwise([*route[:-1], neck]):
        x, y = (start[0] + stop[0]) / 2.0, (start[1] + stop[1]) / 2.0
        if stacked(scene):
            curves.append((start, (start[0], y), (stop[0], y), stop))
        else:
            curves.append((start, (x, start[1]), (x, stop[1]), stop))
    side = (-dy * _ARROW_WIDTH, dx * _ARROW_WIDTH)
    left, right = (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])
    return curves, [end, left, right]


def with_room_for_labels(scene: Scene, layout: Layout) -> Layout:
    """Return the layout made wide enough for the labels that stand beside its outermost arrows."""
    left, right = 0.0, layout.width
    for arrow, route in zip(scene.arrows, separate_twins(scene, layout.routes)):
        if arrow.label:
            x, half = label_place(arrow, route, scene)[0], label_size(arrow)[0] / 2.0
            left, right = min(left, x - half), max(right, x + half)
    return replace(
        layout,
        centers=[(x - left, y) for x, y in layout.centers],
        routes=[[(x - left, y) for x, y in route] for route in layout.routes],
        frames=[frame._replace(x=frame.x - left) for frame in layout.frames],
        width=right - left,
    )
