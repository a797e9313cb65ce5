"""Layered: the built-in layout of boxes and arrows, in plain Python.

Sugiyama's method: ranks by longest path, order inside a rank by barycentres, places by least
squares with a distance between neighbours (Gansner et al., A Technique for Drawing Directed
Graphs, 1993, sections 2 to 4). Long edges have bends, points in the ranks that they pass.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from viz.layout.places import Layout, Point
from viz.layout.ranks import Edge, ranked

Neighbours: TypeAlias = list[list[int]]
Layers: TypeAlias = list[list[int]]

_SWEEPS = 8  # more hardly ever improve the picture; half as many for a large graph
_LARGE = 3_000  # nodes
_BEND_SIZE = 6.0  # the room that a passing edge takes up in a rank
_BENDS_PER_NODE = 20  # else the longest edges run straight: bends at a hub take quadratic time


def layered_layout(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    rankdir: str = "LR",
    *,
    gap: float = 14.0,
    rank_gap: float = 34.0,
    label_gaps: Sequence[float] = (),
) -> Layout:
    """Place nodes in layers, so that edges point along `rankdir`.

    Args:
        sizes: Width and height of each node.
        edges: Pairs (tail, head) of indices into `sizes`; repeats and cycles are fine.
        rankdir: "LR", "RL", "TB" or "BT".
        gap: Smallest distance between neighbours in a layer.
        rank_gap: Smallest distance between layers.
        label_gaps: For each edge the distance that its label needs before the layer it ends in.

    >>> layered_layout([(20.0, 10.0), (20.0, 10.0)], [(0, 1)]).centers
    [(10.0, 5.0), (64.0, 5.0)]
    """
    upright = rankdir in ("TB", "BT")
    # "along" is a size in the direction of the edges, "across" one in the direction of a rank
    along = [height if upright else width for width, height in sizes]
    across = [width if upright else height for width, height in sizes]
    forward, ranks = ranked(len(sizes), edges)
    bends = _Bends(ranks, forward, across)
    layers = _layers(bends.ranks)
    before, after = bends.neighbours()
    _order(layers, before, after)
    places = _places(layers, before, after, bends.across, gap)
    gaps = [rank_gap] * len(layers)
    for (tail, head), room in zip(edges, label_gaps):
        later = max(ranks[tail], ranks[head])
        gaps[later - 1] = max(gaps[later - 1], room)
    depths = _depths(layers, along, gaps)

    last = len(depths) - 1
    total = depths[last] + _thickness(layers[last], along) / 2.0 if layers else 0.0
    spread = max((place + size / 2.0 for place, size in zip(places, bends.across)), default=0.0)

    def point(depth: float, place: float) -> Point:
        if rankdir in ("RL", "BT"):
            depth = total - depth
        return (place, depth) if upright else (depth, place)

    centers = [point(depths[ranks[node]], places[node]) for node in range(len(sizes))]
    routes = []
    for tail, head in edges:
        sign = 1.0 if ranks[tail] < ranks[head] else -1.0
        start = point(depths[ranks[tail]] + sign * along[tail] / 2.0, places[tail])
        end = point(depths[ranks[head]] - sign * along[head] / 2.0, places[head])
        passed = [point(depths[bends.ranks[b]], places[b]) for b in bends.on_the_way(tail, head)]
        routes.append([start, *passed, end])
    return Layout(centers, routes, *((spread, total) if upright else (total, spread)))


class _Bends:
    """The nodes, and after them the points at which long edges pass the ranks in between.

    All edges from one tail share their bends, so that a bundle is drawn as one line.
    """

    def __init__(self, ranks: list[int], edges: Sequence[Edge], across: list[float]) -> None:
        self.ranks, self.across = list(ranks), list(across)
        self._chains: list[list[int]] = [[] for _ in ranks]
        reach, cost = list(ranks), [0] * len(ranks)
        for tail, head in edges:
            reach[tail] = max(reach[tail], ranks[head])
            cost[tail] += ranks[head] - ranks[tail] - 1
        room = _BENDS_PER_NODE * len(ranks)
        for tail in sorted(range(len(ranks)), key=cost.__getitem__):
            if 0 < cost[tail] <= room:
                room -= cost[tail]
                between = range(ranks[tail] + 1, reach[tail])
                start = len(self.ranks)
                self._chains[tail] = list(range(start, start + len(between)))
                self.ranks += between
                self.across += [_BEND_SIZE] * len(between)
        self._edges = edges

    def on_the_way(self, tail: int, head: int) -> list[int]:
        """Return the bends of one edge, in the order in which it passes them."""
        if self.ranks[tail] > self.ranks[head]:
            return self.on_the_way(head, tail)[::-1]
        return self._chains[tail][: max(0, self.ranks[head] - self.ranks[tail] - 1)]

    def neighbours(self) -> tuple[Neighbours, Neighbours]:
        """Return the nodes or bends before and after each node and bend, one rank away."""
        before: Neighbours = [[] for _ in self.ranks]
        after: Neighbours = [[] for _ in self.ranks]
        links: dict[Edge, None] = {}
        for tail, head in self._edges:
            passed = [tail, *self.on_the_way(tail, head), head]
            links.update(dict.fromkeys(itertools.pairwise(passed)))
        for tail, head in links:
            after[tail].append(head)
            before[head].append(tail)
        return before, after


def _layers(ranks: Sequence[int]) -> Layers:
    layers: Layers = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    return layers


def _order(layers: Layers, before: Neighbours, after: Neighbours) -> None:
    """Sort each layer by the mean place of its neighbours, in sweeps; keep the best order."""
    place = [0.0] * len(before)
    for layer in layers:
        _number(layer, place)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, after, place)
    for passed, neighbours in _sweeps(layers, before, after):
        if not fewest:
            break
        for layer in passed:
            means = {node: _mean_place(node, neighbours[node], place) for node in layer}
            layer.sort(key=means.__getitem__)
            _number(layer, place)
        crossings = _crossings(layers, after, place)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _sweeps(
    layers: Layers, before: Neighbours, after: Neighbours
) -> Iterator[tuple[Layers, Neighbours]]:
    """Yield for each sweep, forward and back in turn, its layers and the neighbours before them."""
    for sweep in range(_SWEEPS // 2 if len(before) > _LARGE else _SWEEPS):
        yield (layers[-2::-1], after) if sweep % 2 else (layers[1:], before)


def _number(layer: Sequence[int], place: list[float]) -> None:
    for index, node in enumerate(layer):
        place[node] = float(index)


def _mean_place(node: int, neighbours: Sequence[int], place: Sequence[float]) -> float:
    if not neighbours:
        return place[node]
    return sum([place[other] for other in neighbours]) / len(neighbours)


def _crossings(layers: Sequence[Sequence[int]], after: Neighbours, place: list[float]) -> int:
    """Return how many pairs of edges between neighbouring layers cross."""
    count = 0
    for layer in layers:
        passed: list[float] = []
        for node in layer:
            ends = sorted([place[head] for head in after[node]])
            count += sum([len(passed) - bisect_right(passed, end) for end in ends])
            for end in ends:
                insort(passed, end)
    return count


def _places(
    layers: Layers, before: Neighbours, after: Neighbours, across: Sequence[float], gap: float
) -> list[float]:
    """Return each node's place in its layer: close to its neighbours' mean, without overlap."""
    places = [0.0] * len(across)
    for layer in layers:
        _settle(layer, [0.0] * len(layer), across, gap, places)
    for passed, neighbours in _sweeps(layers, before, after):
        for layer in passed:
            wanted = []
            for node in layer:
                others = neighbours[node] or before[node] or after[node]
                pull = sum([places[other] for other in others])
                wanted.append(pull / len(others) if others else places[node])
            _settle(layer, wanted, across, gap, places)
    lowest = min((place - size / 2.0 for place, size in zip(places, across)), default=0.0)
    return [place - lowest for place in places]


def _settle(
    layer: Sequence[int],
    wanted: Sequence[float],
    across: Sequence[float],
    gap: float,
    places: list[float],
) -> None:
    """Set the places of a layer: least squares from the wanted ones, with the distances kept.

    Without the distances this is isotonic regression, solved by pooling adjacent violators.
    """
    offsets = [0.0]
    for left, right in itertools.pairwise(layer):
        offsets.append(offsets[-1] + (across[left] + across[right]) / 2.0 + gap)
    pools: list[tuple[float, int]] = []  # sum of the wanted places, number of members
    for want, offset in zip(wanted, offsets):
        total, count = want - offset, 1
        while pools and pools[-1][0] * count >= total * pools[-1][1]:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    means = [total / count for total, count in pools for _ in range(count)]
    for node, mean, offset in zip(layer, means, offsets):
        places[node] = mean + offset


def _depths(
    layers: Sequence[Sequence[int]], along: Sequence[float], gaps: Sequence[float]
) -> list[float]:
    depths: list[float] = []
    edge = 0.0
    for layer, gap in zip(layers, gaps):
        thickness = _thickness(layer, along)
        depths.append(edge + thickness / 2.0)
        edge += thickness + gap
    return depths


def _thickness(layer: Sequence[int], along: Sequence[float]) -> float:
    return max((along[node] for node in layer if node < len(along)), default=0.0)
