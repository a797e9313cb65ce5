"""Trial: comparison of a program with the graph, for models with code from outside this package.

A graph is captured once, so the program of code that reads `.data`, draws random numbers or depends
on changing state would give other numbers than the code.
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

_MAX_WORK = 20_000  # parameters times samples of a comparison
_ROUNDING = 1e-7  # relative to the largest number; another order of sums gives errors near 1e-13


class Disagreement(Exception):
    """The program gives other numbers than the graph."""

    def __init__(self) -> None:
        super().__init__(
            "it gives other numbers than the graph; does forward() or the loss read .data, draw "
            "random numbers or decide by something that changes? With Values alone, "
            "autograd_core.functional.where(condition, a, b) and nn.Dropout it can be compiled"
        )


def warn_slow(model: object, why: Exception) -> str:
    """Warn that a model runs on the graph, and return the reason."""
    reason = str(why) or type(why).__name__
    warnings.warn(
        f"{type(model).__name__} runs sample by sample on the graph, since its program cannot be "
        f"used: {reason}. The numbers are the same, but training is slow; compile(backend='graph') "
        "does the same without this warning",
        TrainingWarning,
        stacklevel=2,
    )
    return reason


def numbers_of(group: Sequence[Value]) -> Floats:
    """Return the numbers of a group of parameters."""
    return np.fromiter([parameter.data for parameter in group], np.float64, len(group))


def perturbed(numbers: Sequence[Floats]) -> list[Floats]:
    """Return parameters 0.5 to 1% away, so that a program that holds the old ones disagrees."""
    rng = np.random.default_rng(0)
    moved = []
    for array in numbers:
        noise = 0.01 * rng.uniform(0.5, 1.0, array.shape)
        moved.append(np.where(array == 0.0, noise, array * (1.0 + noise)))
    return moved


def spread_rows(targets: Floats, count: int) -> list[int]:
    """Return `count` row numbers, evenly spaced in the order of the targets.

    >>> spread_rows(np.array([[1.0], [0.0], [1.0], [2.0]]), 3)
    [1, 0, 3]
    """
    order = np.lexsort(targets.T)
    places = np.linspace(0, len(order) - 1, min(count, len(order))).astype(int)
    return [int(row) for row in order[places]]


def agree(found: Sequence[Floats], wanted: Sequence[Floats]) -> bool:
    """Return whether arrays are equal up to rounding; True if training diverges."""
    if not all(np.isfinite(array).all() for array in wanted):
        return True
    return all(map(_close, found, wanted))


def _close(found: Floats, wanted: Floats) -> bool:
    if found.shape != wanted.shape:
        return False
    size = float(np.abs(wanted).max(initial=0.0))
    return bool(np.allclose(found, wanted, rtol=0.0, atol=_ROUNDING * size))


@contextmanager
def temporarily(groups: Sequence[Sequence[Value]], numbers: Sequence[Floats]) -> Iterator[None]:
    """Give parameters these numbers inside the `with`, then restore numbers and gradients."""
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


def dropout_factors(drops: Sequence[Drops], factors: Floats | None) -> AbstractContextManager[None]:
    """Make Dropout on the graph use these factors `(samples, units)`, in the order of the calls."""
    if factors is None:
        return nullcontext()
    waiting = iter(factors.ravel().tolist())
    return factors_from(drops, lambda layer, count: [next(waiting) for _ in range(count)])


class Verifiable(Protocol):
    """A program that can be compared with the graph."""

    training: bool

    def table_and_gradients(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table, and in training mode the gradients of the first `count` groups."""
        ...

    def forget(self) -> None:
        """Capture the model again at the next run."""


class Verifier:
    """Compares programs with the graph, and remembers which of them agreed.

    Args:
        graph: Gives the right numbers.
        groups: Groups of parameters; the first are `graph.groups`, which have gradients.
        drops: The Dropout layers.
    """

    def __init__(
        self, graph: GraphBackend, groups: Sequence[Sequence[Value]], drops: Sequence[Drops]
    ) -> None:
        self.graph, self.groups, self.drops = graph, groups, drops
        # the moving means and variances of the model's layers
        self.moving_statistics = {
            value for module in graph.modules for value in module.fixed_values()
        }
        self._verified: set[Verifiable] = set()
        self._verified_since_load: set[Verifiable] = set()

    def recheck_all(self) -> None:
        """Have each program compared again: the model may have changed."""
        self._verified_since_load.clear()

    def compare(
        self,
        program: Verifiable,
        numbers: list[Floats],
        columns: Sequence[Floats],
        min_samples: int = 2,
    ) -> None:
        """Compare a program with the graph; on one sample only if it has agreed before.

        Args:
            program: The program.
            numbers: The parameters of each group.
            columns: x, targets, weights, and Dropout's factors.
            min_samples: How many samples to compare, at least, the first time.

        Raises:
            Disagreement: If the numbers differ.
        """
        if program in self._verified_since_load:
            return
        if program in self._verified:
            if self._agrees(program, numbers, [column[:1] for column in columns]):
                self._verified_since_load.add(program)
                return
            program.forget()  # the code does something else now: capture it again
            self._verified.discard(program)
        size = sum(map(len, self.groups))
        rows = spread_rows(columns[1], min(8, max(min_samples, _MAX_WORK // max(1, size))))
        if not self._agrees(program, perturbed(numbers), [column[rows] for column in columns]):
            raise Disagreement
        self._verified.add(program)
        self._verified_since_load.add(program)

    def _agrees(
        self, program: Verifiable, numbers: list[Floats], columns: Sequence[Floats]
    ) -> bool:
        x, y, _, *masks = columns
        ones, before = np.ones(len(x)), [(value, value.data) for value in self.moving_statistics]
        with (
            temporarily(self.groups, numbers),
            dropout_factors(self.drops, masks[0] if masks else None),
        ):
            if program.training:
                wanted, wanted_gradients = self.graph.batch(x, y, ones)
            else:
                wanted, wanted_gradients = self.graph.evaluate(x, y), []
            for value, data in before:
                value.data = data
            count = len(self.graph.groups)
            table, gradients = program.table_and_gradients(count, numbers, (x, y, ones, *masks))
        # apart, since the tolerance is relative to the largest number of an array
        found, known = [table[:, :1], table[:, 1:]], [wanted[:, :1], wanted[:, 1:]]
        return agree([*found, *gradients], [*known, *wanted_gradients])
