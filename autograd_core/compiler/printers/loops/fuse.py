"""Fuse: nests that run in a common loop, and the order of the loops of each nest.

Nests are taken in the order of the program. A nest joins an existing loop if everything that it
reads is complete before that loop, or computed in the same iteration. The statements inside each
loop are then fused in the same way. The loops of a sum may run in any order, so that terms can be
added where they are computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from autograd_core.compiler.arrays import COMPARISONS
from autograd_core.compiler.printers.loops.access import Access, Footprint
from autograd_core.compiler.printers.loops.nest import Nest
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import Assign, Loop, Spot, Statement, Terms

_VECTORIZED = 4  # iterations, from which on a loop that can be vectorized is worth keeping apart
# Functions that need no call of the mathematical library.
_CHEAP = frozenset(("copy", "add", "subtract", "multiply", "divide", "negative", "abs", "sqrt",
                    "maximum", "minimum", "where", "sign", "floor", "ceil", "round",
                    "logical_not", "logical_and", *COMPARISONS))  # fmt: skip
_FAR = 4  # numbers: longer strides cost no more, since each number is in a cache line of its own


def fused(nests: Sequence[Nest]) -> tuple[Statement, ...]:
    """Return loops with the meaning of the nests, done one after the other."""
    members = [Member(nest, (None,) * len(nest.dims)) for nest in nests]
    return tuple(_grouped(members, count()))


class Member(NamedTuple):
    """A nest, some of whose loops have been assigned to loops of the tree.

    Attributes:
        nest: The nest.
        loops: For each of its loops, the number of the loop of the tree; None if it is open.
        started: Whether the start value of its sum is written by another member.
    """

    nest: Nest
    loops: tuple[int | None, ...]
    started: bool = False

    @property
    def open(self) -> list[int]:
        """The loops that are not assigned yet, from the outermost."""
        return [axis for axis, loop in enumerate(self.loops) if loop is None]

    def cut(self, axis: int, inner: int) -> Member:
        """Return the same with a loop split in two, of which the inner one is open."""
        loops = (*self.loops[: axis + 1], None, *self.loops[axis + 1 :])
        return self._replace(nest=self.nest.cut(axis, inner), loops=loops)

    def inside(self, axis: int, loop: int) -> Member:
        """Return the same with one of its loops assigned to a loop of the tree."""
        return self._replace(loops=(*self.loops[:axis], loop, *self.loops[axis + 1 :]))

    def axis_of(self, loop: int) -> int:
        """Return which of its loops is assigned to that loop of the tree."""
        return self.loops.index(loop)

    def start(self) -> Member:
        """Return a member that writes the start value of each sum."""
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
        """Return the best innermost loop: the one with the shortest strides in memory."""

        def cost(axis: int) -> tuple[int, int]:
            steps = [sum(map(abs, place.along(axis))) for place in self.nest.places]
            return sum(min(step, _FAR) for step in steps), -axis

        return min(axes, key=cost)


@dataclass
class _Group:
    """Members that run in one loop, or one member without open loops: an assignment.

    Attributes:
        loop: The number of the loop.
        count: The count of the loop; 0 for an assignment.
        members: The members.
        before: Members that run before the loop: they write start values.
    """

    loop: int
    count: int
    members: list[Member] = field(default_factory=list)
    before: list[Member] = field(default_factory=list)


def _grouped(members: Sequence[Member], fresh: Iterator[int]) -> Iterator[Statement]:
    """Yield statements with the meaning of the members, done in order, in few loops."""
    groups: list[_Group] = []
    writers: dict[int, int] = {}  # by variable, the index of the last group that writes it
    for member in members:
        index = _join(member, groups, writers)
        if index is None:
            index = len(groups)
            groups.append(_new_group(member, next(fresh)))
        writers[member.nest.out.var] = max(index, writers.get(member.nest.out.var, 0))
    for group in groups:
        yield from _grouped(group.before, fresh)
        if group.count == 0:
            yield _assignment(group.members[0])
        else:
            yield Loop(group.loop, group.count, tuple(_grouped(group.members, fresh)))


def _new_group(member: Member, loop: int) -> _Group:
    if not member.open:
        return _Group(loop, 0, [member])
    axis = _outer_choices(member)[0]
    group = _Group(loop, member.nest.dims[axis])
    _add(group, member.inside(axis, loop))
    return group


def _outer_choices(member: Member) -> list[int]:
    """Return the open loops that may be the next outer one, in order of preference."""
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


def _join(member: Member, groups: list[_Group], writers: dict[int, int]) -> int | None:
    """Add a member to an existing group, and return its index; None if it fits in none."""
    if not member.open:
        return None
    needed = {place.var for place in member.nest.places}
    latest = max((writers.get(var, -1) for var in needed), default=-1)
    for index in range(max(latest, 0), len(groups)):
        group = groups[index]
        if group.count == 0:
            continue
        for candidate in _candidates(member, group, index == latest):
            if _may_join(candidate, group) and not _hinders_vectorization(candidate, group):
                _add(group, candidate)
                return index
    return None


def _hinders_vectorization(member: Member, group: _Group) -> bool:
    """Say whether a loop would have both an inner loop and a call of a function such as tanh.

    Compilers vectorize such calls in innermost loops only.
    """
    if group.count == SAMPLES or group.count < _VECTORIZED:
        return False
    if member.open:
        return any(_calls(other) and not other.open for other in group.members)
    return _calls(member) and any(other.open for other in group.members)


def _calls(member: Member) -> bool:
    """Say whether a member calls a function of the mathematical library."""
    return member.nest.function not in _CHEAP


def _candidates(member: Member, group: _Group, reads: bool) -> Iterator[Member]:
    """Yield the ways in which a member can run in the loop of a group.

    If one count is a multiple of the other, the longer loop is split, that of the group for good;
    that pays only where the member `reads` what the group writes.
    """
    for axis in _outer_choices(member):
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
    """Return the group with its loop split: the outer one runs `turns` times, the inner is open."""
    inner = group.count // turns
    members = [member.cut(member.axis_of(group.loop), inner) for member in group.members]
    return _Group(group.loop, turns, members, group.before)


def _may_join(member: Member, group: _Group) -> bool:
    """Say whether a member may run in the loop of a group.

    What it reads and writes must be complete before the loop, or written in the same iteration.
    """
    axis = member.axis_of(group.loop)
    needs_start = not member.started and axis in member.nest.summed
    for writer in group.members:
        writer_axis = writer.axis_of(group.loop)
        var = writer.nest.out.var
        for place in member.nest.places:
            if place.var != var:
                continue
            if writer_axis in writer.nest.summed:  # complete only after the loop
                return False
            if axis in member.nest.summed and place is member.nest.out:
                return False
            if needs_start and place is member.nest.start:
                return False
            written = _footprint(writer, writer.nest.out)
            read = _footprint(member, place)
            if written is None or read is None:
                return False
            same_iteration = written.stride(writer_axis) == read.stride(axis) and read.within(
                written
            )
            if not same_iteration and not read.disjoint(written, axis, writer_axis):
                return False
    return True


def _footprint(member: Member, access: Access) -> Footprint | None:
    """Return the positions of an access of a member; None if they come from a table."""
    if access.table is not None:
        return None
    return Footprint(access, member.nest.dims, tuple(member.open))


def _assignment(member: Member) -> Assign:
    """Return the assignment of a member whose loops are all assigned."""
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
