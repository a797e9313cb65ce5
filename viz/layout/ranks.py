"""Ranks: which layer each node of a drawing belongs to, by the longest path before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Edge: TypeAlias = tuple[int, int]


def ranked(count: int, edges: Sequence[Edge]) -> tuple[list[Edge], list[int]]:
    """Return the edges, none against the ranks and loops left out, and each node's rank.

    A rank is one more than the highest before it; sources are close to their use.
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
    heads, waiting = _heads(count, edges), [0] * count
    for _, head in edges:
        waiting[head] += 1
    place = [-1] * count
    ready = [node for node in range(count) if not waiting[node]][::-1]
    untouched = 0
    for turn in range(count):
        if not ready:  # all that is left lies on or behind a cycle
            while place[untouched] >= 0:
                untouched += 1
            ready.append(untouched)
        node = ready.pop()
        place[node] = turn
        waiting[node] = -1
        for head in heads[node]:
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    return place
