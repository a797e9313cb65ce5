"""Fuse: which nests run in the same loop, and in what order the loops of a nest run.

Nests are taken in the order of the program. One joins a loop that is there already if all that it
reads is finished before that loop, or made in the very turn that reads it. Then the same question
is asked of what is inside the loop. A sum may go along any of its loops, so that it can be added
up where its terms are made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

import numpy as np

from autograd_core.compiler.arrays import COMPARISONS
from autograd_core.compiler.printers.loops.access import Access
from autograd_core.compiler.printers.loops.nest import Nest
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import Assign, Loop, Spot, Statement, Terms

_FOOTPRINT = 100_000  # positions: of longer walks only those that are plainly alike are compared
_WIDE = 4  # turns of a loop, from which on several numbers at once are worth a loop of their own
_CHEAP = frozenset(("copy", "add", "subtract", "multiply", "divide", "negative", "abs", "sqrt",
                    "maximum", "minimum", "where", "sign", "floor", "ceil", "round",
                    "logical_not", "logical_and", *COMPARISONS))  # fmt: skip
_FAR = 4  # numbers: a stride from which on every number costs a line of memory of its own


def fused(nests: Sequence[Nest]) -> tuple[Statement, ...]:
    """Return the loops that do what the nests say."""
    members = [Member(nest, (None,) * len(nest.dims)) for nest in nests]
    return tuple(_arranged(members, count()))


class Member(NamedTuple):
    """A nest, and which of its loops are settled.

    Attributes:
        nest: The nest.
        loops: For each of its loops, the loop of the tree that it runs in; None if it is open.
        started: Whether what its sum starts with has been written.
    """

    nest: Nest
    loops: tuple[int | None, ...]
    started: bool = False

    @property
    def open(self) -> list[int]:
        """The loops that are open, from the outermost."""
        return [axis for axis, loop in enumerate(self.loops) if loop is None]

    def cut(self, axis: int, inner: int) -> Member:
        """Return the same with a loop in two, of which the inner one is open."""
        loops = (*self.loops[: axis + 1], None, *self.loops[axis + 1 :])
        return self._replace(nest=self.nest.cut(axis, inner), loops=loops)

    def inside(self, axis: int, loop: int) -> Member:
        """Return the same with one of its loops settled."""
        return self._replace(loops=(*self.loops[:axis], loop, *self.loops[axis + 1 :]))

    def axis_of(self, loop: int) -> int:
        """Return which of its loops is that loop of the tree."""
        return self.loops.index(loop)

    def start(self) -> Member:
        """Return what writes the number that a sum starts with, once for each sum."""
        nest = self.nest
        assert nest.start is not None
        bare = replace(
            nest, function="copy", sources=(nest.start,), combine="", start=None, summed=frozenset()
        )
        loops = list(self.loops)
        for axis in sorted(nest.summed, reverse=True):
            bare = bare.without(axis)
            del loops[axis]
        return Member(bare, tuple(loops), True)

    def inner(self, axes: Sequence[int]) -> int:
        """Return which of these loops is best the innermost: the one that goes through memory."""

        def cost(axis: int) -> tuple[int, int]:
            steps = [sum(map(abs, place.along(axis))) for place in self.nest.places]
            return sum(min(step, _FAR) for step in steps), -axis

        return min(axes, key=cost)


@dataclass
class _Group:
    """Members that run in one loop; without a loop it is one assignment."""

    loop: int
    count: int
    members: list[Member] = field(default_factory=list)
    before: list[Member] = field(default_factory=list)


def _arranged(members: Sequence[Member], fresh: Iterator[int]) -> Iterator[Statement]:
    """Yield the statements that do what the members do, in order, in as few loops as can be."""
    groups: list[_Group] = []
    writers: dict[int, int] = {}  # the last group that writes a variable
    for member in members:
        place = _joined(member, groups, writers)
        if place is None:
            place = len(groups)
            groups.append(_new_group(member, next(fresh)))
        writers[member.nest.out.var] = max(place, writers.get(member.nest.out.var, 0))
    for group in groups:
        yield from _arranged(group.before, fresh)
        if group.count == 0:
            yield _assignment(group.members[0])
        else:
            yield Loop(group.loop, group.count, tuple(_arranged(group.members, fresh)))


def _new_group(member: Member, loop: int) -> _Group:
    if not member.open:
        return _Group(loop, 0, [member])
    choices = _outer(member)
    axis = choices[0]
    group = _Group(loop, member.nest.dims[axis])
    _add(group, member.inside(axis, loop))
    return group


def _outer(member: Member) -> list[int]:
    """Return which loops may come next, from the outside."""
    axes = member.open
    if len(axes) == 1 or member.nest.dims[axes[0]] == SAMPLES:
        return axes[:1]
    best = member.inner(axes)
    return [axis for axis in axes if axis != best]


def _add(group: _Group, member: Member) -> None:
    axis = member.axis_of(group.loop)
    if axis in member.nest.summed and not member.started and member.nest.start is not None:
        group.before.append(member.start())
        member = member._replace(started=True)
    group.members.append(member)


def _joined(member: Member, groups: list[_Group], writers: dict[int, int]) -> int | None:
    """Put a member into a group that is there, and return which; None if none will have it."""
    if not member.open:
        return None
    needed = {place.var for place in member.nest.places}
    latest = max((writers.get(var, -1) for var in needed), default=-1)
    for place in range(max(latest, 0), len(groups)):
        group = groups[place]
        if group.count == 0:
            continue
        for candidate in _candidates(member, group, place == latest):
            if _may_join(candidate, group) and not _keeps_apart(candidate, group):
                _add(group, candidate)
                return place
    return None


def _keeps_apart(member: Member, group: _Group) -> bool:
    """Say whether a loop of calls (tanh, say) would get an inner loop beside them.

    Compilers compute such functions of several numbers at once in innermost loops only.
    """
    if group.count == SAMPLES or group.count < _WIDE:
        return False
    if member.open:
        return any(_calls(other) and not other.open for other in group.members)
    return _calls(member) and any(other.open for other in group.members)


def _calls(member: Member) -> bool:
    return member.nest.function not in _CHEAP


def _candidates(member: Member, group: _Group, reads: bool) -> Iterator[Member]:
    """Yield the ways in which a member can run in the loop of a group."""
    for axis in _outer(member):
        size = member.nest.dims[axis]
        if size == group.count:
            yield member.inside(axis, group.loop)
        elif reads and SAMPLES not in (size, group.count) and size % group.count == 0:
            yield member.cut(axis, size // group.count).inside(axis, group.loop)
        elif reads and SAMPLES not in (size, group.count) and group.count % size == 0 and size > 1:
            inside = member.inside(axis, group.loop)
            coarse = _coarser(group, size)
            if _may_join(inside, coarse):
                group.count, group.members = coarse.count, coarse.members
                yield inside


def _coarser(group: _Group, turns: int) -> _Group:
    """Return a group whose loop runs fewer times: what is left of it stays open inside."""
    inner = group.count // turns
    members = [member.cut(member.axis_of(group.loop), inner) for member in group.members]
    return _Group(group.loop, turns, members, group.before)


def _may_join(member: Member, group: _Group) -> bool:
    """Say whether what a member reads is finished before the loop, or made in the same turn."""
    axis = member.axis_of(group.loop)
    starts = not member.started and axis in member.nest.summed
    for writer in group.members:
        own = writer.axis_of(group.loop)
        var = writer.nest.out.var
        for place in member.nest.places:
            if place.var != var:
                continue
            if own in writer.nest.summed or (
                axis in member.nest.summed and place is member.nest.out
            ):
                return False
            if starts and place is member.nest.start:
                return False
            written = _walk(writer, writer.nest.out)
            read = _walk(member, place)
            if written is None or read is None:
                return False
            same_turn = written.stride(own) == read.stride(axis) and read.within(written)
            if not same_turn and not read.apart(written, axis, own):
                return False
    return True


class _Walk(NamedTuple):
    """Where a member reads or writes in one turn of the loops that are settled."""

    access: Access
    dims: tuple[int, ...]
    open: tuple[int, ...]

    def stride(self, axis: int) -> int:
        return self.access.strides[axis]

    def bounds(self, axes: Sequence[int]) -> tuple[int, int]:
        steps = [(self.dims[a] - 1) * self.access.strides[a] for a in axes]
        low, high = (sum(s for s in steps if s < 0), sum(s for s in steps if s > 0))
        return self.access.offset + low, self.access.offset + high

    def positions(self, axes: Sequence[int]) -> np.ndarray:
        found = np.array([self.access.offset])
        for axis in axes:
            stride = self.access.strides[axis]
            if stride:
                found = (found[:, None] + stride * np.arange(self.dims[axis])).ravel()
        return found

    def size(self, axes: Sequence[int]) -> int:
        return math.prod([self.dims[a] for a in axes if self.access.strides[a]])

    def within(self, other: _Walk) -> bool:
        """Say whether all that is visited in a turn the other visits in its turn as well."""
        low, high = other.bounds(other.open)
        first, last = self.bounds(self.open)
        if first < low or last > high:
            return False
        if other.size(other.open) == high - low + 1:  # without gaps
            return True
        if max(self.size(self.open), other.size(other.open)) > _FOOTPRINT:
            return False
        return bool(np.isin(self.positions(self.open), other.positions(other.open)).all())

    def apart(self, other: _Walk, axis: int, own: int) -> bool:
        """Say whether no turn of one visits what some turn of the other does."""
        mine, others = (axis, *self.open), (own, *other.open)
        if SAMPLES in (self.dims[axis], other.dims[own]):  # rows of a batch do not overlap
            same = self.stride(axis) == other.stride(own)
            mine, others = (mine[1:], others[1:]) if same else ((), ())
            if not same:
                return False
        (low, high), (first, last) = self.bounds(mine), other.bounds(others)
        if high < first or last < low:
            return True
        if max(self.size(mine), other.size(others)) > _FOOTPRINT:
            return False
        return not np.isin(self.positions(mine), other.positions(others)).any()


def _walk(member: Member, access: Access) -> _Walk | None:
    """Return where a member goes with an access; None if it looks positions up."""
    if access.table is not None:
        return None
    return _Walk(access, member.nest.dims, tuple(member.open))


def _assignment(member: Member) -> Assign:
    """Return the assignment inside of all loops."""
    nest = member.nest

    def spot(access: Access) -> Spot:
        return Spot(
            access.var,
            access.offset,
            _terms(member, access.strides),
            access.table,
            _terms(member, access.steps),
        )

    sources = tuple([spot(s) if isinstance(s, Access) else s for s in nest.sources])
    return Assign(spot(nest.out), nest.function, sources, nest.combine)


def _terms(member: Member, strides: Sequence[int]) -> Terms:
    pairs = zip(member.loops, strides)
    return tuple([(loop, stride) for loop, stride in pairs if stride and loop is not None])
