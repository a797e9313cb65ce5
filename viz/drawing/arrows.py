"""Arrows: the layout of a scene, the curves of its arrows, and the places of their labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from viz.layout import Layout, Point, clustered_layout, layered_layout
from viz.plain import module_parts
from viz.scene import SMALL_SIZE, Arrow, Scene, box_size, stacked, text_width

Curve: TypeAlias = tuple[Point, Point, Point, Point]
Piece: TypeAlias = tuple[Point, Point]  # a stretch of a route, from one of its points to the next
Rectangle: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom

_TWIN_SHIFT = 4.0  # half the distance between the two edges of x * x
_ARROW_LENGTH, _ARROW_WIDTH = 8.0, 3.2
_GAP, _RANK_GAP = 14.0, 34.0  # between neighbours in a layer, and between layers
_ARROW_SEEN = 30.0  # length of an arrow that its label leaves uncovered
_LABEL_ROW = 60.0  # between layers where labels are placed beside the arrows
_BESIDE = 4.0  # between a label and the vertical arrow and the box beside it


def separate_twins(scene: Scene, routes: Sequence[list[Point]]) -> Iterator[list[Point]]:
    """Yield the routes, moved apart where they join the same two boxes: x * x has two edges."""
    twins = Counter((arrow.tail, arrow.head) for arrow in scene.arrows)
    drawn: Counter[tuple[str, str]] = Counter()
    for arrow, route in zip(scene.arrows, routes):
        pair = (arrow.tail, arrow.head)
        apart = 2.0 * _TWIN_SHIFT if arrow.label else _TWIN_SHIFT
        shift = (2.0 * drawn[pair] - twins[pair] + 1.0) * apart
        drawn[pair] += 1
        dx, dy = (shift, 0.0) if stacked(scene) else (0.0, shift)
        yield [(x + dx, y + dy) for x, y in route] if shift else list(route)


def label_places(scene: Scene, routes: Sequence[Sequence[Point]]) -> dict[str, Point]:
    """Return where the middle of each arrow's label is, by the id of the arrow.

    A label is on the last piece of its line. In a vertical picture it is beside the line, most of
    which it would otherwise hide.
    """
    pieces = [(arrow, (route[-2], route[-1])) for arrow, route in zip(scene.arrows, routes)]
    labelled = [(arrow, piece) for arrow, piece in pieces if arrow.label]
    if scene.layout or not stacked(scene):
        return {arrow.id: _on_the_line(arrow, piece, scene) for arrow, piece in labelled}
    leaving: defaultdict[Point, list[tuple[Arrow, Piece]]] = defaultdict(list)
    for arrow, piece in labelled:
        leaving[piece[0]].append((arrow, piece))
    places: dict[str, Point] = {}
    taken: defaultdict[float, list[Rectangle]] = defaultdict(list)  # by the y of the starts
    for (_, y), group in sorted(leaving.items(), key=lambda item: len(item[1])):
        if len(group) == 1:
            ((arrow, piece),) = group
            places[arrow.id] = _away_from_the_line(arrow, piece)
            taken[y].append(patch(arrow, places[arrow.id]))
        else:
            places |= _side_by_side(group, scene, taken[y])
    return places


def _side_by_side(
    group: Sequence[tuple[Arrow, Piece]], scene: Scene, taken: list[Rectangle]
) -> dict[str, Point]:
    """Return places for the labels of lines that start at one point, and add them to `taken`."""
    places = {}
    lines = [list(_sampled(piece, scene)) for _, piece in group]
    for (arrow, piece), line in zip(group, lines):
        other = [point for points in lines if points is not line for point in points]
        candidates = _near_the_line(arrow, piece, scene, line)
        free = (p for p in candidates if not _overlaps(patch(arrow, p), other, taken))
        places[arrow.id] = next(free, _on_the_line(arrow, piece, scene))
        taken.append(patch(arrow, places[arrow.id]))
    return places


def _on_the_line(arrow: Arrow, piece: Piece, scene: Scene) -> Point:
    start, end = piece
    if scene.layout:
        t = arrow.label_at
        return start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
    (curve,) = arrow_curves(piece, scene)[0]
    return point_on(arrow.label_at, curve)


def _away_from_the_line(arrow: Arrow, piece: Piece) -> Point:
    """Return a place beside the start of a line, on the side away from its end."""
    (x, y), end = piece
    side = arrow.label_side or (-1 if x < end[0] else 1)
    width, height = label_size(arrow)
    down = height / 2.0 + _BESIDE  # close to the start, clear of lines from boxes farther away
    return x + side * (width / 2.0 + _BESIDE), y + (down if y < end[1] else -down)


def _near_the_line(
    arrow: Arrow, piece: Piece, scene: Scene, line: Sequence[Point]
) -> Iterator[Point]:
    """Yield places beside a line, on the side of its end, then places on the line itself."""
    (x, y), end = piece
    width, height = label_size(arrow)
    down = 1.0 if y < end[1] else -1.0
    sides = (-1, 1) if abs(end[0] - x) < 1.0 else (1,) if x < end[0] else (-1,)
    for row in (0, 1):
        near = _BESIDE + row * (height + _BESIDE)
        passed = [abs(px - x) for px, py in line if abs(py - y) <= near + height]
        for side in sides:
            offset = max(passed) + _BESIDE + width / 2.0
            yield x + side * offset, y + down * (near + height / 2.0)
    for t in (0.5, 0.65, 0.35, 0.8, 0.9):
        yield _on_the_line(arrow._replace(label_at=t), piece, scene)


def _overlaps(area: Rectangle, points: Sequence[Point], others: Sequence[Rectangle]) -> bool:
    left, top, right, bottom = area
    return any(left < x < right and top < y < bottom for x, y in points) or any(
        left < r and ll < right and top < b and t < bottom for ll, t, r, b in others
    )


def patch(arrow: Arrow, place: Point) -> Rectangle:
    """Return the rectangle that an arrow's label covers around its middle."""
    (x, y), (width, height) = place, label_size(arrow)
    return x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0


def _sampled(piece: Piece, scene: Scene) -> Iterator[Point]:
    (curve,) = arrow_curves(piece, scene)[0]
    return (point_on(step / 40.0, curve) for step in range(41))


def point_on(t: float, curve: Curve) -> Point:
    """Return the point of a cubic Bezier curve at the parameter `t`, from 0 to 1."""
    u = 1.0 - t
    weights = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t)
    x, y = (sum(weight * p[axis] for weight, p in zip(weights, curve)) for axis in (0, 1))
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


def _with_room_for_labels(scene: Scene, layout: Layout) -> Layout:
    """Return the layout, widened for labels that extend beyond its outermost boxes."""
    left, right = 0.0, layout.width
    places = label_places(scene, list(separate_twins(scene, layout.routes)))
    for arrow in scene.arrows:
        if arrow.label:
            start, _, end, _ = patch(arrow, places[arrow.id])
            left, right = min(left, start), max(right, end)
    return replace(
        layout,
        centers=[(x - left, y) for x, y in layout.centers],
        routes=[[(x - left, y) for x, y in route] for route in layout.routes],
        frames=[frame._replace(x=frame.x - left) for frame in layout.frames],
        width=right - left,
    )


def _gaps(scene: Scene, sizes: Sequence[Point], longest: float) -> tuple[float, float]:
    """Return the gap between neighbours in a rank, and the gap between ranks that a label needs."""
    if not longest or not stacked(scene):
        return _GAP, longest + _ARROW_SEEN
    narrowest = min(size[0] for box, size in zip(scene.boxes, sizes) if box.kind != "operation")
    return max(_GAP, _GAP + 2.0 * longest - narrowest), _LABEL_ROW  # two labels fit side by side


def scene_layout(scene: Scene) -> Layout:
    """Return the scene's own layout, or a computed one if it has none."""
    if scene.layout:
        return scene.layout
    places = {box.id: index for index, box in enumerate(scene.boxes)}
    edges = [(places[arrow.tail], places[arrow.head]) for arrow in scene.arrows]
    sizes = [box_size(box, scene) for box in scene.boxes]
    longest = max((label_size(arrow)[0] for arrow in scene.arrows if arrow.label), default=0.0)
    gap, room = _gaps(scene, sizes, longest)
    if scene.clusters:
        modules = [module_parts(box.module) for box in scene.boxes]
        rank_gap = room if longest else _RANK_GAP
        layout = clustered_layout(sizes, edges, modules, scene.rankdir, gap=gap, rank_gap=rank_gap)
    else:
        rooms = [room if arrow.label else 0.0 for arrow in scene.arrows]
        layout = layered_layout(
            sizes, edges, scene.rankdir, gap=gap, rank_gap=_RANK_GAP, label_gaps=rooms
        )
    return _with_room_for_labels(scene, layout) if longest else layout
