"""Shapes: what a picture shows, as plain data: boxes, arrows, their colours and sizes.

`dot.py` writes a scene as DOT text, `svg.py` as SVG; both with the same ids and classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from viz.colors import LIGHT, Theme
from viz.layout import Layout, Point
from viz.scene.metrics import LINE, text_width

Rankdir = Literal["LR", "TB", "RL", "BT"]
RANKDIRS = ("LR", "TB", "RL", "BT")
_PADDING = 8.0
_CIRCLE = 38.0  # diameter of a network's units


class Box(NamedTuple):
    """One shape: a value (with fields), an operation (a circle) or a collapsed module.

    Attributes:
        id: Stable name, also the id in the SVG.
        kind: "value", "operation", "module", or in a network "unit", "gap" or "name".
        fields: The texts in its compartments.
        classes: CSS classes, separated by blanks.
        fill: Six-digit hexadecimal colour.
        ink: Colour of the text.
        module: Path of the neuron or layer it belongs to; empty outside.
        note: The tooltip; may be empty.
    """

    id: str
    kind: str
    fields: tuple[str, ...]
    classes: str
    fill: str
    ink: str
    module: str = ""
    note: str = ""


class Arrow(NamedTuple):
    """One edge, from a box to another one.

    Its label is at the fraction `label_at` of its length. Where labels are placed beside vertical
    arrows, `label_side` is -1 for the left, 1 for the right and 0 for wherever there is room.
    """

    id: str
    tail: str
    head: str
    classes: str
    label: str = ""
    color: str = ""
    width: float = 1.0
    label_at: float = 0.42  # where curves into the same box are still apart
    label_side: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """Boxes and arrows in drawing order, with the direction and the colours of the picture.

    With a `layout`, positions are taken from it and arrows are lines without a head.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    rankdir: Rankdir = "LR"
    theme: Theme = LIGHT
    clusters: bool = False
    layout: Layout | None = None


def stacked(scene: Scene) -> bool:
    """Return whether the compartments of a box are drawn one below the other."""
    return scene.rankdir in ("TB", "BT")


class Compartment(NamedTuple):
    """The place of one field of a box: its middle, its width, and the line before it."""

    middle: Point
    width: float
    before: tuple[Point, Point]


def compartments(box: Box, center: Point, scene: Scene) -> Iterator[Compartment]:
    """Yield the compartments of a box around a center, from the upper left one on."""
    width, height = box_size(box, scene)
    x, y = center[0] - width / 2.0, center[1] - height / 2.0
    for wide, high in _sizes(box, scene):
        end = (x + wide, y) if stacked(scene) else (x, y + high)
        yield Compartment((x + wide / 2.0, y + high / 2.0), wide, ((x, y), end))
        x, y = (x, y + high) if stacked(scene) else (x + wide, y)


def _sizes(box: Box, scene: Scene) -> list[tuple[float, float]]:
    """Return width and height of each compartment of a box."""
    lines = [field.split("\n") for field in box.fields]
    widths = [max(map(text_width, rows)) + 2.0 * _PADDING for rows in lines]
    heights = [LINE * len(rows) + 1.5 * _PADDING for rows in lines]
    if stacked(scene):
        return [(max(widths), height) for height in heights]
    return [(width, max(heights)) for width in widths]


def box_size(box: Box, scene: Scene) -> tuple[float, float]:
    """Return width and height of a box, in pixels."""
    if box.kind in ("unit", "gap", "name"):
        wide = text_width(box.fields[0]) if box.kind == "name" else 0.0
        return max(_CIRCLE, wide), _CIRCLE
    if box.kind == "operation":
        return max(34.0, text_width(box.fields[0]) + 3.0 * _PADDING), 30.0
    widths, heights = zip(*_sizes(box, scene))
    return (widths[0], sum(heights)) if stacked(scene) else (sum(widths), heights[0])
