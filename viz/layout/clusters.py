"""Clusters: the built-in layout with a frame around the boxes of each neuron and layer.

Each module is laid out by itself, innermost first, and stands as one box in the module around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from viz.layout.layered import layered_layout
from viz.layout.places import Frame, Layout, Point
from viz.layout.ranks import Edge
from viz.plain import shared_parts

Path: TypeAlias = tuple[str, ...]
Item: TypeAlias = int | Path  # a box, or a module with all that is in it

_PADDING, _HEADING = 12.0, 20.0  # between a frame and its boxes; room for the name at its top


@dataclass
class _Module:
    """The boxes and modules directly inside one module, and their layout once it is known."""

    items: dict[Item, None] = field(default_factory=dict)
    links: dict[tuple[Item, Item], list[Point]] = field(default_factory=dict)
    layout: Layout | None = None


def clustered_layout(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    modules: Sequence[Path],
    rankdir: str = "LR",
    *,
    gap: float = 14.0,
    rank_gap: float = 34.0,
) -> Layout:
    """Place boxes in layers inside the frames of their modules.

    Args:
        sizes: Width and height of each box.
        edges: Pairs (tail, head) of indices into `sizes`.
        modules: For each box the parts of its module's path, outermost first.
        rankdir: "LR", "RL", "TB" or "BT".
        gap: Smallest distance between neighbours in a layer.
        rank_gap: Distance between layers.

    >>> one = clustered_layout([(20.0, 10.0), (20.0, 10.0)], [(0, 1)], [("a",), ("a",)])
    >>> one.frames
    [Frame(path='a', x=0.0, y=0.0, width=98.0, height=42.0)]
    """
    tree = _tree(modules)
    links = [_link(tree, modules, tail, head) for tail, head in edges]
    for path in sorted(tree, key=len, reverse=True):
        module = tree[path]
        items = list(module.items)
        places = {item: place for place, item in enumerate(items)}
        module.layout = layered_layout(
            [sizes[item] if isinstance(item, int) else _framed_size(tree[item]) for item in items],
            [(places[a], places[b]) for a, b in module.links],
            rankdir,
            gap=gap,
            rank_gap=rank_gap,
        )
        for link, route in zip(module.links, module.layout.routes):
            module.links[link] = route
    centers: list[Point] = [(0.0, 0.0)] * len(sizes)
    frames: list[Frame] = []
    origins: dict[Path, Point] = {(): (0.0, 0.0)}
    for path in sorted(tree, key=len):
        module, (left, top) = tree[path], origins[path]
        assert module.layout  # each has one by now
        for item, (x, y) in zip(module.items, module.layout.centers):
            if isinstance(item, int):
                centers[item] = (left + x, top + y)
                continue
            width, height = _framed_size(tree[item])
            frame = Frame(".".join(item), left + x - width / 2, top + y - height / 2, width, height)
            frames.append(frame)
            origins[item] = (frame.x + _PADDING, frame.y + _HEADING)
    routes = [
        _route(tree, sizes, centers, rankdir, edge, origins[path], path, link)
        for edge, (path, link) in zip(edges, links)
    ]
    whole = tree[()].layout
    assert whole
    return Layout(centers, routes, whole.width, whole.height, frames)


def _tree(modules: Sequence[Path]) -> dict[Path, _Module]:
    tree: dict[Path, _Module] = {(): _Module()}
    for index, parts in enumerate(modules):
        for depth in range(len(parts)):
            tree[parts[:depth]].items[parts[: depth + 1]] = None
            tree.setdefault(parts[: depth + 1], _Module())
        tree[parts].items[index] = None
    return tree


def _link(
    tree: dict[Path, _Module], modules: Sequence[Path], tail: int, head: int
) -> tuple[Path, tuple[Item, Item]]:
    """Add an edge to the innermost module around both ends; return that module and its link.

    An end of the link is a box directly inside that module, or the module inside it with the box.
    """
    a, b = modules[tail], modules[head]
    depth = shared_parts(a, b)
    link: tuple[Item, Item] = (
        tail if len(a) == depth else a[: depth + 1],
        head if len(b) == depth else b[: depth + 1],
    )
    tree[a[:depth]].links.setdefault(link, [])
    return a[:depth], link


def _framed_size(module: _Module) -> tuple[float, float]:
    assert module.layout  # inner modules come first
    width, height = module.layout.width, module.layout.height
    return width + 2.0 * _PADDING, height + _HEADING + _PADDING


def _route(
    tree: dict[Path, _Module],
    sizes: Sequence[tuple[float, float]],
    centers: Sequence[Point],
    rankdir: str,
    edge: Edge,
    origin: Point,
    path: Path,
    link: tuple[Item, Item],
) -> list[Point]:
    """Return the points from border to border, past the bends of the link in its module."""
    bends = [(origin[0] + x, origin[1] + y) for x, y in tree[path].links[link][1:-1]]
    sign = -1.0 if rankdir in ("RL", "BT") else 1.0
    ends = []
    for node, side in zip(edge, (sign, -sign)):
        (x, y), (width, height) = centers[node], sizes[node]
        upright = rankdir in ("TB", "BT")
        ends.append((x, y + side * height / 2.0) if upright else (x + side * width / 2.0, y))
    return [ends[0], *bends, ends[1]]
