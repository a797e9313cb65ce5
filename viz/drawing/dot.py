"""DOT: a scene as lines in Graphviz's language; pure text, one line per box and per arrow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from viz.layout import Layout
from viz.plain import module_parts, shared_parts
from viz.scene import FONT, Arrow, Box, Scene, text_width

_MARGIN = 0.2  # inches beside a text, enough for one of ordinary length
_EXCESS = 0.26  # a text in DejaVu Sans is up to this fraction of its width wider than in Helvetica
_RECORD = str.maketrans({c: f"\\{c}" for c in "|{}<>"} | {"\\": "\\\\"})
_TEXT = str.maketrans({'"': '\\"', "&": "&amp;", "\n": "\\n"})


@lru_cache(maxsize=4096)
def escape(text: str) -> str:
    r"""Return text that Graphviz shows as it is, for use inside a quoted attribute.

    >>> print(escape('50% "a&b" \\N'))
    50% \"a&amp;b\" \\N
    """
    return text.replace("\\", "\\\\").translate(_TEXT)


@lru_cache(maxsize=4096)
def escape_field(text: str) -> str:
    r"""Return text for one compartment of a record.

    >>> print(escape_field("any | <b>text</b>"))
    any \| \<b\>text\</b\>
    """
    # a record runs several blanks together unless they are escaped
    return text.translate(_RECORD).translate(_TEXT).replace("  ", "\\ \\ ")


def graph_attributes(scene: Scene) -> dict[str, dict[str, str]]:
    """Return the defaults of the graph, of its nodes and of its edges."""
    theme = scene.theme
    font = {"fontname": FONT, "fontcolor": theme.text}
    return {
        "graph_attr": {
            "rankdir": scene.rankdir,
            "bgcolor": theme.background,
            "id": "graph",
            "class": "autograd",
            "nodesep": "0.2",
            "ranksep": "0.35",
            **font,
            "fontsize": "11",
        },
        "node_attr": {
            "shape": "record",
            "style": "filled",
            "color": theme.line,
            "fontsize": "12",
            "height": "0.36",
            "margin": f"{_MARGIN},0.06",
            **font,
        },
        "edge_attr": {
            "color": theme.muted,
            "arrowsize": "0.7",
            "fontsize": "10",
            **font,
        },
    }


def dot_lines(scene: Scene) -> list[str]:
    """Return the body of the graph: its nodes, clusters and edges, one per line.

    >>> from autograd_core import Value
    >>> from viz.scene import build_scene
    >>> from viz.steps import trace
    >>> x = Value(3.0, "x")
    >>> for line in dot_lines(build_scene(trace(x * x)))[-3:]:
    ...     print(line.strip())
    v0 -> v1_op [id="v1_in0" class="operand v0"]
    v0 -> v1_op [id="v1_in1" class="operand v0"]
    v1_op -> v1 [id="v1_out" class="result"]
    """
    if scene.layout:
        lengths = [math.dist(route[0], route[-1]) for route in scene.layout.routes]
        lines = [_weight_line(*pair) for pair in zip(scene.arrows, lengths)]
        return [*_placed(scene, scene.layout), *lines]
    lines = list(_clustered(scene) if scene.clusters else map(_node_line, scene.boxes))
    lines.extend(map(_edge_line, scene.arrows))
    return lines


def _node_line(box: Box) -> str:
    if box.kind == "operation":
        label = escape(box.fields[0])
        shape = ' shape="ellipse" width="0.5"'
    else:
        label = f"{{ {' | '.join(map(escape_field, box.fields))} }}"
        shape = _margin(box)
    note = f' tooltip="{escape(box.note)}"' if box.note else ""
    return (
        f'\t{box.id} [label="{label}"{shape} id="{box.id}" class="{box.classes}" '
        f'fillcolor="{box.fill}" fontcolor="{box.ink}"{note}]\n'
    )


def _margin(box: Box) -> str:
    """Return the margin that keeps a long text inside its box where a wide font is substituted."""
    widest = max(text_width(line) for field in box.fields for line in field.split("\n"))
    inches = _EXCESS * widest / 72.0 / 2.0 + 0.06
    return f' margin="{inches:.2f},0.06"' if inches > _MARGIN else ""


def _edge_line(arrow: Arrow) -> str:
    # blanks on both sides, since engines leave no room between a label and its line
    label = f' label="  {escape(arrow.label)}  "' if arrow.label else ""
    return _edge(arrow, label)


def _weight_line(arrow: Arrow, length: float) -> str:
    label = f' taillabel="{escape(arrow.label)}"' if arrow.label else ""
    # labeldistance counts in tens of points from the circle
    distance = f' labeldistance="{arrow.label_at * length / 10.0:.1f}"' if label else ""
    return _edge(arrow, label, distance)


def _edge(arrow: Arrow, label: str, more: str = "") -> str:
    color = f' color="{arrow.color}"' if arrow.color else ""
    width = f' penwidth="{arrow.width:.3g}"' if arrow.width != 1.0 else ""
    return (
        f"\t{arrow.tail} -> {arrow.head} "
        f'[id="{arrow.id}" class="{arrow.classes}"{label}{color}{width}{more}]\n'
    )


def _placed(scene: Scene, layout: Layout) -> Iterator[str]:
    """Yield circles with their places, in points from the bottom, for `neato -n2`."""
    yield '\tnode [shape="circle" fixedsize="true" width="0.53" fontsize="10"]\n'
    yield '\tedge [dir="none" labelangle="0"]\n'
    for box, (x, y) in zip(scene.boxes, layout.centers):
        line = ' penwidth="0"' if box.kind in ("gap", "name") else ""
        yield (
            f'\t{box.id} [label="{escape(box.fields[0])}" pos="{x:.1f},{layout.height - y:.1f}!" '
            f'id="{box.id}" class="{box.classes}" fillcolor="{box.fill}" fontcolor="{box.ink}" '
            f'tooltip="{escape(box.note)}"{line}]\n'
        )


def _clustered(scene: Scene) -> Iterator[str]:
    """Yield the nodes inside nested subgraphs, one for each part of their module's path."""
    by_module: dict[tuple[str, ...], list[Box]] = {}
    for box in scene.boxes:
        by_module.setdefault(module_parts(box.module), []).append(box)
    open_parts: tuple[str, ...] = ()
    for parts in sorted(by_module):
        shared = shared_parts(open_parts, parts)
        yield from ["\t}\n"] * (len(open_parts) - shared)
        for depth in range(shared, len(parts)):
            path = ".".join(parts[: depth + 1])
            yield f'\tsubgraph "cluster_{escape(path)}" {{\n'
            yield (
                f'\t\tgraph [label="{escape(path)}" id="{escape(path)}" class="module" '
                f'style="filled,rounded" color="{scene.theme.line}" '
                f'fillcolor="{scene.theme.module}"]\n'
            )
        open_parts = parts
        yield from map(_node_line, by_module[parts])
    yield from ["\t}\n"] * len(open_parts)
