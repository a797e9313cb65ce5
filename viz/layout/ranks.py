"""Ranks: which layer each node of a drawing belongs to, by the longest path before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Edge: TypeAlias = tuple[int, int]


def without_cycles(count: int, edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges, those that would close a cycle turned round, loops left out."""
    heads: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for tail, head in edges:
        if tail != head:
            heads[tail].append(head)
            waiting[head] += 1
    place = [-1] * count
    ready = [node for node in range(count) if not waiting[node]][::-1]
    untouched = 0
    for turn in range(count):
        if not ready:  # all that is left lies on or behind a cycle: open it at the first node
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
    return [(a, b) if place[a] < place[b] else (b, a) for a, b in edges if a != b]


def longest_path_ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return each node's rank: one more than the highest before it; sources close to their use."""
    heads: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for tail, head in edges:
        heads[tail].append(head)
        waiting[head] += 1
    sources = [node for node in range(count) if not waiting[node]]
    ranks = [0] * count
    order = list(sources)
    for node in order:  # grows while it is walked
        for head in heads[node]:
            ranks[head] = max(ranks[head], ranks[node] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                order.append(head)
    for node in sources:
        if heads[node]:
            ranks[node] = min(ranks[head] for head in heads[node]) - 1
    return ranks
