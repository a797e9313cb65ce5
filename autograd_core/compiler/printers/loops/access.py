"""Access: the positions of a variable that a nest of loops reads or writes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd_core.compiler.arrays import Numbers
from autograd_core.compiler.printers.loops.results import SAMPLES

_COMPARED = 100_000  # positions: larger footprints are compared by their bounds alone


class Access(NamedTuple):
    """Positions `offset + sum(stride * index)` of a variable; each loop of a nest has an index.

    Attributes:
        var: The variable.
        offset: The position when all indices are 0.
        strides: The stride of each loop; of the loop over samples, the size of the variable.
        table: Positions; the one at index `sum(step * index)` is added. None if there is none.
        steps: The stride of each loop in the table.
    """

    var: int
    offset: int
    strides: tuple[int, ...]
    table: Numbers | None = None
    steps: tuple[int, ...] = ()

    def along(self, axis: int) -> tuple[int, int]:
        """Return the strides of a loop in the variable and in the table."""
        return self.strides[axis], self.steps[axis] if self.steps else 0

    def cut(self, axis: int, inner: int) -> Access:
        """Return the same with a loop split in two, of which the inner one runs `inner` times."""
        return self._replace(
            strides=_cut(self.strides, axis, inner), steps=_cut(self.steps, axis, inner)
        )

    def without(self, axis: int) -> Access:
        """Return the same without a loop."""
        strides, steps = self.strides, self.steps
        return self._replace(
            strides=strides[:axis] + strides[axis + 1 :], steps=steps[:axis] + steps[axis + 1 :]
        )


class Footprint(NamedTuple):
    """The positions of an access in one iteration of all loops that are not open.

    Attributes:
        access: The access.
        dims: The count of each loop.
        open: The open loops.
    """

    access: Access
    dims: tuple[int, ...]
    open: tuple[int, ...]

    def stride(self, axis: int) -> int:
        """Return the stride of a loop."""
        return self.access.strides[axis]

    def within(self, other: Footprint) -> bool:
        """Say whether the other footprint contains all positions of this one."""
        low, high = other._bounds(other.open)
        first, last = self._bounds(self.open)
        if first < low or last > high:
            return False
        if other._size(other.open) == high - low + 1:  # without gaps
            return True
        if max(self._size(self.open), other._size(other.open)) > _COMPARED:
            return False
        return bool(np.isin(self._positions(self.open), other._positions(other.open)).all())

    def disjoint(self, other: Footprint, axis: int, other_axis: int) -> bool:
        """Say whether no iteration of `axis` shares a position with one of `other_axis`."""
        mine, others = (axis, *self.open), (other_axis, *other.open)
        if SAMPLES in (self.dims[axis], other.dims[other_axis]):
            if self.stride(axis) != other.stride(other_axis):
                return False
            mine, others = self.open, other.open  # rows of different samples are disjoint
        (low, high), (first, last) = self._bounds(mine), other._bounds(others)
        if high < first or last < low:
            return True
        if max(self._size(mine), other._size(others)) > _COMPARED:
            return False
        return not np.isin(self._positions(mine), other._positions(others)).any()

    def _bounds(self, axes: Sequence[int]) -> tuple[int, int]:
        steps = [(self.dims[a] - 1) * self.access.strides[a] for a in axes]
        low, high = (sum(s for s in steps if s < 0), sum(s for s in steps if s > 0))
        return self.access.offset + low, self.access.offset + high

    def _positions(self, axes: Sequence[int]) -> np.ndarray:
        found = np.array([self.access.offset])
        for axis in axes:
            stride = self.access.strides[axis]
            if stride:
                found = (found[:, None] + stride * np.arange(self.dims[axis])).ravel()
        return found

    def _size(self, axes: Sequence[int]) -> int:
        return math.prod([self.dims[a] for a in axes if self.access.strides[a]])


def _cut(strides: tuple[int, ...], axis: int, inner: int) -> tuple[int, ...]:
    if not strides:
        return ()
    return (*strides[:axis], strides[axis] * inner, *strides[axis:])
