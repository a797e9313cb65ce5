"""Access: where a nest of loops reads or writes."""

from __future__ import annotations

from typing import NamedTuple

from autograd_core.compiler.arrays import Numbers


class Access(NamedTuple):
    """Where a nest reads or writes: `offset + sum(stride * index)`, an index for each of its loops.

    Attributes:
        var: The variable.
        offset: The first position.
        strides: How far each loop steps; for the samples, the size of the variable.
        table: Positions that are looked up, and added; None if there are none.
        steps: How far each loop steps in the table.
    """

    var: int
    offset: int
    strides: tuple[int, ...]
    table: Numbers | None = None
    steps: tuple[int, ...] = ()

    def along(self, axis: int) -> tuple[int, int]:
        """Return how far a loop steps, and how far it does so in the table."""
        return self.strides[axis], self.steps[axis] if self.steps else 0

    def cut(self, axis: int, inner: int) -> Access:
        """Return the same with a loop in two, of which the inner one runs `inner` times."""
        return self._replace(
            strides=_cut(self.strides, axis, inner), steps=_cut(self.steps, axis, inner)
        )

    def without(self, axis: int) -> Access:
        """Return the same without a loop: one that runs once, or that another one goes through."""
        strides, steps = self.strides, self.steps
        return self._replace(
            strides=strides[:axis] + strides[axis + 1 :], steps=steps[:axis] + steps[axis + 1 :]
        )


def _cut(strides: tuple[int, ...], axis: int, inner: int) -> tuple[int, ...]:
    if not strides:
        return ()
    return (*strides[:axis], strides[axis] * inner, *strides[axis:])
