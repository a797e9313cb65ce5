"""Places: where boxes and arrows are, in pixels; what every layout returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Point: TypeAlias = tuple[float, float]


class Frame(NamedTuple):
    """The rectangle around the boxes of a module, from its upper left corner."""

    path: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, in pixels; x to the right, y down, from (0, 0) to (width, height).

    Attributes:
        centers: One point per node.
        routes: The points of each edge, from the tail's border to the head's.
        width: Of the whole picture.
        height: Of the whole picture.
        frames: Around modules, outer ones first.
    """

    centers: list[Point]
    routes: list[list[Point]]
    width: float
    height: float
    frames: list[Frame] = field(default_factory=list)
