"""Build: the scene of a trace: a box for each value, a circle for each operation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from viz.colors import Theme, diverging, ink_on, theme_named
from viz.plain import format_number, largest_size
from viz.scene.shapes import RANKDIRS, Arrow, Box, Rankdir, Scene
from viz.steps import Node, Trace

_LONGEST_LABEL = 60  # characters; a longer one is cut and ends in "..."
_KEPT = "\n\u200c\u200d"  # not printable, but drawn: the joiners shape emoji and Persian words


def build_scene(
    trace: Trace,
    *,
    rankdir: Rankdir = "LR",
    partials: bool = False,
    color: Literal["grad", "data"] | None = None,
    clusters: bool = False,
    theme: str = "light",
) -> Scene:
    """Return the scene of a whole graph: a box per value, a circle per operation.

    Args:
        trace: The graph.
        rankdir: Direction of the graph: "LR" from left to right, "TB" from top to bottom.
        partials: Write d output / d operand on each operand's arrow.
        color: Fill the values by the sign and size of "grad" or "data".
        clusters: Draw a frame around each neuron and layer.
        theme: "light" or "dark".

    Raises:
        ValueError: If an option is none of these.
    """
    if rankdir not in RANKDIRS:
        raise ValueError(f"rankdir is one of {', '.join(RANKDIRS)}, got {rankdir!r}")
    if color not in (None, "grad", "data"):
        raise ValueError(f"color is 'grad', 'data' or None, got {color!r}")
    colors = theme_named(theme)
    limit = largest_size(getattr(node, color) for node in trace.nodes) if color else 0.0
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    root = trace.root.id
    for node in trace.nodes:
        label = node.label  # a frame shows the path of its module, so labels inside leave it out
        label = label.removeprefix(f"{node.module}.") if clusters and node.module else label
        boxes.append(_value_box(node, label, node.id == root, colors, color, limit))
        if node.op is None:
            continue
        operation = f"{node.id}_op"
        boxes.append(
            Box(
                operation,
                "operation",
                (node.symbol,),
                f"operation {node.op.name}",
                colors.operation,
                colors.text,
                node.module,
                node.op.doc,
            )
        )
        for position, operand in enumerate(node.operands):
            local = f"× {format_number(node.partials[position])}" if partials else ""
            arrow = f"{node.id}_in{position}"
            side = _twin_side(position, operand, node.operands)
            arrows.append(
                Arrow(arrow, operand, operation, f"operand {operand}", local, label_side=side)
            )
        arrows.append(Arrow(f"{node.id}_out", operation, node.id, "result"))
    return Scene(tuple(boxes), tuple(arrows), rankdir, colors, clusters)


def _twin_side(position: int, operand: str, operands: Sequence[str]) -> int:
    """Return -1 for the first arrow of an operand that is used twice, as in x * x, else 1 or 0."""
    if operands.count(operand) == 1:
        return 0
    return -1 if operands.index(operand) == position else 1


def _value_box(
    node: Node, label: str, is_root: bool, theme: Theme, color: str | None, limit: float
) -> Box:
    role = "leaf" if node.op is None else "output" if is_root else "result"
    ink, fill = theme.text, getattr(theme, "value" if role == "result" else role)
    if color:
        fill = diverging(getattr(node, color), limit, theme)
        ink = ink_on(fill, theme)
    data = f"data {format_number(node.data, signed=color == 'data')}"
    grad = f"grad {format_number(node.grad, signed=color == 'grad')}"
    label = shorten(label)
    fields = (label, data, grad) if label else (data, grad)
    finite = math.isfinite(node.data) and math.isfinite(node.grad)
    classes = f"value {role}" if finite else f"value {role} nonfinite"
    note = f"{label or node.id}: data {node.data!r}, grad {node.grad!r}"
    return Box(node.id, "value", fields, classes, fill, ink, node.module, note)


def shorten(label: str, most: int = _LONGEST_LABEL) -> str:
    """Return a label without control characters, cut to a length that can be drawn.

    >>> shorten("a\\tb\\x00"), shorten("a long label", 9)
    ('a b\ufffd', 'a long...')
    """
    clean = label if label.isprintable() else "".join(map(_drawable, label))
    return clean if len(clean) <= most else f"{clean[: most - 3]}..."


def _drawable(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    return " " if character.isspace() else "\ufffd"


def between(scene: Scene, start: str, end: str) -> Scene:
    """Return the part of a scene that is on a path from the box `start` to the box `end`.

    Raises:
        ValueError: If there is no such path.
    """
    after_start = _reachable(start, ((arrow.tail, arrow.head) for arrow in scene.arrows))
    before_end = _reachable(end, ((arrow.head, arrow.tail) for arrow in scene.arrows))
    kept = after_start & before_end
    if start not in kept or end not in kept:
        raise ValueError(
            f"no path leads from {start} to {end}; give the input first, then the output"
        )
    return replace(
        scene,
        boxes=tuple(box for box in scene.boxes if box.id in kept),
        arrows=tuple(a for a in scene.arrows if a.tail in kept and a.head in kept),
    )


def _reachable(start: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    following: dict[str, list[str]] = {}
    for tail, head in pairs:
        following.setdefault(tail, []).append(head)
    seen, stack = {start}, [start]
    while stack:
        for head in following.get(stack.pop(), ()):
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return seen
