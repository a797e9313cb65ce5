"""Trial: does a program give what the graph gives? Asked where other people's code takes part.

A graph is captured once, so code that reads `.data`, draws random numbers or looks at something
that changes would be compiled into something else than what it does.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import numpy as np

from autograd_core import Value
from nn.backends.backend import TrainingWarning
from nn.backends.graph import GraphBackend
from nn.basics import Floats
from nn.modules.statistics import Drops, factors_from

_COMPARED = 20_000  # parameters times samples
_ROUNDING = 1e-7  # of the largest number; programs add up in another order, with errors near 1e-13


class Disagreement(Exception):
    """The program gives something else than the graph."""

    def __init__(self) -> None:
        super().__init__(
            "it gives other numbers than the graph; does forward() or the loss read .data, draw "
            "random numbers or decide by something that changes? With Values alone, "
            "autograd_core.functional.where(condition, a, b) and nn.Dropout it can be compiled"
        )


def say_slow(model: object, why: Exception) -> str:
    """Warn that a model runs on the graph, and return why."""
    reason = str(why) or type(why).__name__
    warnings.warn(
        f"{type(model).__name__} runs sample by sample on the graph, since its program cannot be "
        f"used: {reason}. The numbers are right, but slow to come by; compile(backend='graph') "
        "does the same without this warning",
        TrainingWarning,
        stacklevel=2,
    )
    return reason


def read(group: Sequence[Value]) -> Floats:
    """Return the numbers of parameters."""
    return np.fromiter([parameter.data for parameter in group], np.float64, len(group))


def changed(numbers: Sequence[Floats]) -> list[Floats]:
    """Return parameters near these, so that those count that a program has taken for constants."""
    rng = np.random.default_rng(0)
    moved = []
    for array in numbers:
        noise = 0.01 * rng.uniform(0.5, 1.0, array.shape)
        moved.append(np.where(array == 0.0, noise, array * (1.0 + noise)))
    return moved


def pick(targets: Floats, count: int) -> list[int]:
    """Return the rows of samples whose targets differ as much as they can.

    >>> pick(np.array([[1.0], [0.0], [1.0], [2.0]]), 3)
    [1, 0, 3]
    """
    order = np.lexsort(targets.T)
    places = np.linspace(0, len(order) - 1, min(count, len(order))).astype(int)
    return [int(row) for row in order[places]]


def agree(found: Sequence[Floats], wanted: Sequence[Floats]) -> bool:
    """Return whether arrays are the same but for rounding; a training that diverges is let be."""
    if not all(np.isfinite(array).all() for array in wanted):
        return True
    return all(map(_close, found, wanted))


def _close(found: Floats, wanted: Floats) -> bool:
    if found.shape != wanted.shape:
        return False
    size = float(np.abs(wanted).max(initial=0.0))
    return bool(np.allclose(found, wanted, rtol=0.0, atol=_ROUNDING * size))


@contextmanager
def holding(groups: Sequence[Sequence[Value]], numbers: Sequence[Floats]) -> Iterator[None]:
    """Give parameters other numbers for a while; their gradients stay as they are, too."""
    before = [[(p, p.data, p.grad) for p in group] for group in groups]
    try:
        for group, array in zip(groups, numbers, strict=True):
            for parameter, number in zip(group, array.tolist(), strict=True):
                parameter.data = number
        yield
    finally:
        for rows in before:
            for parameter, number, gradient in rows:
                parameter.data, parameter.grad = number, gradient


def given(drops: Sequence[Drops], factors: Floats | None) -> AbstractContextManager[None]:
    """Let the graph drop by these factors `(samples, all)`, in the order in which it asks."""
    if factors is None:
        return nullcontext()
    waiting = iter(factors.ravel().tolist())
    return factors_from(drops, lambda layer, count: [next(waiting) for _ in range(count)])


class Tried(Protocol):
    """A program that is held against the graph."""

    training: bool

    def trial(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table, and while training gradients by the first groups; nothing moves."""
        ...

    def forget(self) -> None:
        """Capture the model anew when it is run the next time."""


class Trials:
    """Comparisons of programs with the graph, and which of them have come out well.

    Args:
        graph: What gives the right numbers.
        held: Groups of parameters, at first those that are differentiated by.
        drops: The Dropouts.
    """

    def __init__(
        self, graph: GraphBackend, held: Sequence[Sequence[Value]], drops: Sequence[Drops]
    ) -> None:
        self.graph, self.held, self.drops = graph, held, drops
        # the moving means and variances of the model's layers
        self.moving = {value for module in graph.modules for value in module.fixed_values()}
        self._passed: set[Tried] = set()
        self._since_load: set[Tried] = set()

    def begin(self) -> None:
        """Let each program be compared again: the model may have changed."""
        self._since_load.clear()

    def compare(
        self, program: Tried, numbers: list[Floats], columns: Sequence[Floats], least: int = 2
    ) -> None:
        """Compare a program with the graph, on one sample if it has come out well before.

        Args:
            program: The program.
            numbers: The parameters of each group.
            columns: What it is run on.
            least: How many samples at least, the first time.

        Raises:
            Disagreement: If it gives something else.
        """
        if program in self._since_load:
            return
        if program in self._passed:
            if self._agrees(program, numbers, [column[:1] for column in columns]):
                self._since_load.add(program)
                return
            program.forget()  # something has changed since it was captured
            self._passed.discard(program)
        size = sum(map(len, self.held))
        rows = pick(columns[1], min(8, max(least, _COMPARED // max(1, size))))
        if not self._agrees(program, changed(numbers), [column[rows] for column in columns]):
            raise Disagreement
        self._passed.add(program)
        self._since_load.add(program)

    def _agrees(self, program: Tried, numbers: list[Floats], columns: Sequence[Floats]) -> bool:
        x, y, _, *masks = columns
        ones, before = np.ones(len(x)), [(value, value.data) for value in self.moving]
        with holding(self.held, numbers), given(self.drops, masks[0] if masks else None):
            if program.training:
                wanted, by_hand = self.graph.batch(x, y, ones)
            else:
                wanted, by_hand = self.graph.evaluate(x, y), []
            for value, data in before:
                value.data = data
            count = len(self.graph.groups)
            table, gradients = program.trial(count, numbers, (x, y, ones, *masks))
        # losses and outputs have sizes of their own
        found, known = [table[:, :1], table[:, 1:]], [wanted[:, :1], wanted[:, 1:]]
        return agree([*found, *gradients], [*known, *by_hand])
