"""Scene: what a picture of a graph shows, as plain data: boxes, arrows and their colours.

`dot.py` writes a scene as DOT text, `svg.py` as SVG; both with the same ids and classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from viz.colors import LIGHT, Theme, diverging, ink_on, theme_named
from viz.layout import Layout
from viz.nodes import Node
from viz.steps import Trace

Rankdir = Literal["LR", "TB", "RL", "BT"]
RANKDIRS = ("LR", "TB", "RL", "BT")
_LONGEST_LABEL = 60  # characters; the rest is cut and "..." put in its place
_DRAWN = "\n\u200c\u200d"  # the joiners shape emoji and Persian words


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
        note: What hovering shows; may be empty.
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
    """One edge, from a box to another one; its label stands `label_at` of the way along it.

    Where labels stand beside upright arrows, it is to the left (-1), to the right (1), or where
    the arrow leaves room (0).
    """

    id: str
    tail: str
    head: str
    classes: str
    label: str = ""
    color: str = ""
    width: float = 1.0
    label_at: float = 0.42  # where a curve and its neighbour into the same box are still apart
    label_side: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """Boxes and arrows in drawing order, with the direction and the colours of the picture.

    With a `layout` of its own everything stays where that says, and arrows are plain lines.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    rankdir: Rankdir = "LR"
    theme: Theme = LIGHT
    clusters: bool = False
    layout: Layout | None = None


def module_parts(path: str) -> tuple[str, ...]:
    """Return the parts of a module's path, outermost first.

    >>> module_parts("layers[0].neurons[2]")
    ('layers[0]', 'neurons[2]')
    """
    return tuple(path.split(".")) if path else ()


def format_number(number: float, signed: bool = False) -> str:
    """Return a number with four decimals, or in powers of ten where those would not do.

    >>> format_number(2.0), format_number(3.9e-07), format_number(0.5, signed=True)
    ('2.0000', '3.900e-07', '+0.5000')
    """
    size = abs(number)
    sign = "+" if signed and number > 0.0 else ""
    if size == 0.0 or 1e-4 <= size < 1e6:
        return f"{sign}{number + 0.0:.4f}"  # + 0.0 turns -0.0 into 0.0
    return f"{sign}{number:.3e}" if math.isfinite(number) else f"{sign}{number}"


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
        rankdir: Where the graph runs to: "LR" from left to right, "TB" from top to bottom.
        partials: Write d output / d operand on each operand's arrow.
        color: Fill the values by the sign and size of "grad" or "data".
        clusters: Draw a frame around each neuron and layer.
        theme: "light" or "dark".

    Raises:
        ValueError: If an option has none of the values above.
    """
    if rankdir not in RANKDIRS:
        raise ValueError(f"rankdir is one of {', '.join(RANKDIRS)}, got {rankdir!r}")
    if color not in (None, "grad", "data"):
        raise ValueError(f"color is 'grad', 'data' or None, got {color!r}")
    colors = theme_named(theme)
    limit = _limit(getattr(node, color) for node in trace.nodes) if color else 0.0
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    root = trace.root.id
    for node in trace.nodes:
        label = node.label  # inside a frame the module's path is written on the frame
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


def shorten(label: str) -> str:
    """Return a label without control characters, cut to a length that can be drawn.

    >>> shorten("a\\tb\\x00")
    'a b\ufffd'
    """
    clean = label if label.isprintable() else "".join(map(_drawn, label))
    return clean if len(clean) <= _LONGEST_LABEL else f"{clean[: _LONGEST_LABEL - 3]}..."


def _drawn(character: str) -> str:
    if character.isprintable() or character in _DRAWN:
        return character
    return " " if character.isspace() else "\ufffd"


def between(scene: Scene, start: str, end: str) -> Scene:
    """Return what lies on the ways from the box `start` to the box `end`.

    Raises:
        ValueError: If no way leads from the one to the other.
    """
    below = _reached(start, ((arrow.tail, arrow.head) for arrow in scene.arrows))
    above = _reached(end, ((arrow.head, arrow.tail) for arrow in scene.arrows))
    kept = below & above
    if start not in kept or end not in kept:
        raise ValueError(
            f"no path leads from {start} to {end}; give the input first, then the output"
        )
    return replace(
        scene,
        boxes=tuple(box for box in scene.boxes if box.id in kept),
        arrows=tuple(a for a in scene.arrows if a.tail in kept and a.head in kept),
    )


def _reached(start: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
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


def _limit(numbers: Iterable[float]) -> float:
    """Return the largest finite size: the end of the colour scale."""
    return max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
