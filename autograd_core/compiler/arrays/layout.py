"""Layout: regular tables of positions as nested loops: slices, reshapes, transposes, windows.

There is a loop for each dimension, and each has a constant stride: 0 for broadcasting, less than
the extent of the loops inside it for overlapping windows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


class Loops(NamedTuple):
    """Positions `offset + sum(stride * i)`, in nested loops, the outermost first.

    Attributes:
        offset: The first position.
        dims: The number of turns of each loop.
        strides: The step of each loop.
    """

    offset: int
    dims: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of positions, repeats included."""
        return math.prod(self.dims)

    def positions(self) -> Numbers:
        """Return all positions in order."""
        found = np.array([self.offset], dtype=np.int64)
        for count, stride in zip(self.dims, self.strides):
            found = (found[:, None] + stride * np.arange(count)).ravel()
        return found

    def merged(self) -> Loops:
        """Return the same positions in as few loops as possible.

        >>> Loops(4, (2, 3, 1, 2), (0, 2, 7, 1)).merged()
        Loops(offset=4, dims=(2, 6), strides=(0, 1))
        """
        dims: list[int] = []
        strides: list[int] = []
        for count, stride in zip(self.dims, self.strides):
            if count == 1:
                continue
            if dims and strides[-1] == stride * count:
                dims[-1] *= count
                strides[-1] = stride
            else:
                dims.append(count)
                strides.append(stride)
        return Loops(self.offset, tuple(dims), tuple(strides))

    def split(self, dims: Sequence[int]) -> Loops | None:
        """Return the same positions in the same order, in loops of these dims; None if impossible.

        >>> Loops(0, (6,), (1,)).split((2, 3))
        Loops(offset=0, dims=(2, 3), strides=(3, 1))
        >>> Loops(0, (4, 2), (2, 1)).split((2, 4))
        Loops(offset=0, dims=(2, 4), strides=(4, 1))
        """
        # After merging no two loops can be joined, so that each has to be cut into some of `dims`.
        strides = []
        merged = self.merged()
        rest = list(zip(merged.dims, merged.strides))
        count, stride = rest.pop() if rest else (1, 0)
        for wanted in reversed(dims):
            if wanted == 1:
                strides.append(0)
                continue
            if count == 1 and rest:
                count, stride = rest.pop()
            if count % wanted:
                return None
            strides.append(stride)
            count, stride = count // wanted, stride * wanted
        if count != 1 or rest:
            return None
        return Loops(self.offset, tuple(dims), tuple(reversed(strides)))

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest position.

        >>> Loops(5, (3, 2), (-2, 1)).bounds
        (1, 6)
        """
        steps = [(count - 1) * stride for count, stride in zip(self.dims, self.strides)]
        return (
            self.offset + sum(step for step in steps if step < 0),
            self.offset + sum(step for step in steps if step > 0),
        )

    @property
    def injective(self) -> bool:
        """Whether no position occurs twice.

        >>> Loops(0, (2, 2), (1, 1)).injective
        False
        """
        moving = sorted(
            [(abs(s), n) for n, s in zip(self.dims, self.strides) if n > 1], reverse=True
        )
        reach = 0  # the extent of the loops inside
        for stride, count in reversed(moving):
            if stride <= reach:
                break
            reach += (count - 1) * stride
        else:
            return True
        if any(stride == 0 for stride, _ in moving):
            return False
        positions = self.positions()
        return len(np.unique(positions)) == positions.size


def loops(positions: Numbers) -> Loops | None:
    """Return positions as nested loops, as few as possible; None if they are not regular.

    >>> loops(np.array([4, 5, 4, 5, 8, 9, 8, 9]))
    Loops(offset=4, dims=(2, 2, 2), strides=(4, 0, 1))
    """
    dims: list[int] = []
    strides: list[int] = []
    rest = positions
    while len(rest) > 1:
        if len(dims) > 4:
            return None
        steps = np.diff(rest)
        stride = int(steps[0])
        breaks = np.flatnonzero(steps != stride) + 1
        count = int(np.gcd.reduce(breaks, initial=len(rest)))
        if count == 1:
            return None
        rest = rest.reshape(-1, count)
        if breaks.size and (np.diff(rest, axis=1) != stride).any():
            return None
        dims.append(count)
        strides.append(stride)
        rest = rest[:, 0]
    return Loops(int(positions[0]), tuple(dims[::-1]), tuple(strides[::-1]))


def axes_of(loops: Loops, axes: Sequence[int]) -> Loops:
    """Return the loops over some axes only.

    >>> axes_of(Loops(1, (2, 3), (3, 1)), [1])
    Loops(offset=1, dims=(3,), strides=(1,))
    """
    return Loops(
        loops.offset,
        tuple([loops.dims[i] for i in axes]),
        tuple([loops.strides[i] for i in axes]),
    )


def common_dims(size: int, walks: Sequence[Loops | None], *inner: int) -> tuple[int, ...]:
    """Return loops that every walk over `size` positions can be split into, if possible.

    Args:
        size: The number of positions of each walk.
        walks: The walks; those that do not fit the ones before them are ignored.
        inner: Extents at which there must be a boundary between loops.
    """
    bounds = {1, size, *inner}
    for walk in walks:
        if walk is None:
            continue
        extents = set()
        extent = 1
        for count in reversed(walk.dims):
            extent *= count
            extents.add(extent)
        if _nested(bounds | extents):
            bounds |= extents
    ordered = sorted(bounds)
    return tuple([b // a for a, b in pairwise(ordered)][::-1])


def inner_axes(dims: Sequence[int], inner: int) -> tuple[int, ...]:
    """Return the last loops that together make `inner` turns.

    >>> inner_axes((4, 2, 3), 6)
    (1, 2)
    """
    axis, extent = len(dims), 1
    while extent < inner:
        axis -= 1
        extent *= dims[axis]
    return tuple(range(axis, len(dims)))


def _nested(bounds: set[int]) -> bool:
    """Return whether each extent divides the next larger one."""
    ordered = sorted(bounds)
    return all(b % a == 0 for a, b in pairwise(ordered))


def distinct_rows(table: Numbers) -> tuple[Numbers, Numbers] | None:
    """Return the distinct rows of a table in order of appearance, and for each row its index there.

    None if two different rows have the same hash, which is too rare to be worth another way.
    """
    weights = np.random.default_rng(0).integers(1, 2**62, size=table.shape[1], dtype=np.int64) | 1
    hashes = ((table + 1) * weights).sum(axis=1)
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    rows, which = table[first[order]], rank[inverse.ravel()]
    return (rows, which) if np.array_equal(rows[which], table) else None
