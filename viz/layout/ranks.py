"""Ranks: the layer of each node of a drawing, by the longest path that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Edge: TypeAlias = tuple[int, int]


def ranked(count: int, edges: Sequence[Edge]) -> tuple[list[Edge], list[int]]:
    """Return the edges, without loops and each from a lower to a higher rank, and all ranks.

    The rank of a node is one more than the highest rank of its predecessors; that of a source is
    one less than the lowest rank of its successors.
    """
    place = _places(count, edges)
    forward = [(a, b) if place[a] < place[b] else (b, a) for a, b in edges if a != b]
    heads = _heads(count, forward)
    ranks = [0] * count
    for node in sorted(range(count), key=place.__getitem__):
        for head in heads[node]:
            ranks[head] = max(ranks[head], ranks[node] + 1)
    for node in {*range(count)} - {head for _, head in forward}:
        if heads[node]:
            ranks[node] = min(ranks[head] for head in heads[node]) - 1
    return forward, ranks


def _heads(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    heads: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        heads[tail].append(head)
    return heads


def _places(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return each node's place in a topological order; a cycle is opened at its first node."""
    edges = [(tail, head) for tail, head in edges if tail != head]
    heads, unplaced_tails = _heads(count, edges), [0] * count
    for _, head in edges:
        unplaced_tails[head] += 1
    place = [-1] * count
    ready = [node for node in range(count) if not unplaced_tails[node]][::-1]
    first_unplaced = 0
    for position in range(count):
        if not ready:  # every node that is left is on or after a cycle
            while place[first_unplaced] >= 0:
                first_unplaced += 1
            ready.append(first_unplaced)
        node = ready.pop()
        place[node] = position
        unplaced_tails[node] = -1
        for head in heads[node]:
            unplaced_tails[head] -= 1
            if not unplaced_tails[head]:
                ready.append(head)
    return place
