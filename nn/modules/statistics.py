"""Statistics: layers that ask for the mean and the variance of a batch, and rows run together.

A model is a function of one sample, and its code is run row by row. What a layer needs to know of
the other rows is found by running them again: the first pass shows what the first such layer gets
from each row, the next one, with its mean and variance known, what the second gets, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from autograd_core import Value, functional
from autograd_core.graph import number_of
from nn.basics import Number
from nn.modules.drops import Drops
from nn.modules.tree import Tree

T = TypeVar("T")
Pair: TypeAlias = tuple[Sequence[Number], Sequence[Number]]
"""The means and the variances of the numbers that a layer is given."""
Ask: TypeAlias = "Callable[[Normalizes, list[Value]], Pair]"


class Normalizes(Tree):
    """A module that takes the mean and the variance of a batch while it trains.

    Attributes:
        moving_mean: What inference takes, `(inputs,)`; no optimizer moves it.
        moving_variance: The same.
    """

    moving_mean: list[Value]
    moving_variance: list[Value]
    _ask: Ask | None = None

    @property
    def of_batch(self) -> bool:
        """Whether it asks for those of the batch; a frozen one does not, as in Keras."""
        return self.training and self.trainable

    def statistics(self, x: list[Value]) -> Pair:
        """Return the means and variances to normalise one sample with."""
        if self._ask is not None and self.of_batch:
            return self._ask(self, x)
        return self.moving_mean, self.moving_variance

    def fixed_values(self) -> list[Value]:
        """Return the parameters that no training moves by a gradient."""
        return [*self.moving_mean, *self.moving_variance]

    def move(self, means: Sequence[float], variances: Sequence[float], samples: int) -> None:
        """Move what inference takes towards the statistics of a batch of so many samples."""
        raise NotImplementedError


@contextmanager
def statistics_from(layers: Sequence[Normalizes], ask: Ask) -> Iterator[None]:
    """Let layers get statistics from `ask`."""
    before = [layer._ask for layer in layers]
    for layer in layers:
        layer._ask = ask
    try:
        yield
    finally:
        for layer, former in zip(layers, before, strict=True):
            layer._ask = former


def run_rows(modules: Sequence[Tree], rows: Sequence[Callable[[], T]]) -> list[T]:
    """Return what all rows give, those of a batch for layers that ask for its statistics.

    Args:
        modules: All modules that take part.
        rows: Functions that run the model on a row each.
    """
    layers = [m for m in modules if isinstance(m, Normalizes) and m.of_batch]
    if not layers:
        return [row() for row in rows]
    known: list[tuple[Normalizes, Pair]] = []
    tapes = [list[Sequence[Number]]() for _ in rows]  # what Dropout did in the first pass
    drops = [module for module in modules if isinstance(module, Drops)]
    while True:
        seen: list[list[Value]] = []
        asked: list[Normalizes] = []

        def ask(layer: Normalizes, x: list[Value], turn: Iterator[int]) -> Pair:
            place = next(turn)
            if place < len(known):
                return known[place][1]
            if place == len(known):
                seen.append(x)  # noqa: B023 - of this pass
                asked.append(layer)  # noqa: B023
            return layer.moving_mean, layer.moving_variance

        found = []
        for row, tape in zip(rows, tapes, strict=True):
            turn = iter(range(1_000_000))
            with _taped(drops, tape), statistics_from(layers, lambda n, x, t=turn: ask(n, x, t)):  # type: ignore[misc]
                found.append(row())
        if not seen:
            break
        known.append((asked[0], _of_columns(seen)))
    for layer, (means, variances) in known:
        layer.move([*map(number_of, means)], [*map(number_of, variances)], len(rows))
    return found


def _of_columns(rows: Sequence[Sequence[Value]]) -> Pair:
    """Return mean and variance of each column."""
    count = len(rows)
    columns = list(zip(*rows, strict=True))
    means = [functional.total(column) / count for column in columns]
    variances = [
        functional.total([(x - mean) * (x - mean) for x in column]) / count
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, variances


@contextmanager
def _taped(drops: Sequence[Drops], tape: list[Any]) -> Iterator[None]:
    """Let Dropout draw and note it; once there is something on the tape, do the same again."""
    before = [layer._choose for layer in drops]
    again = iter(list(tape)) if tape else None

    def chooser(layer: Drops, former: Any) -> Any:
        def choose(count: int) -> Any:
            if again is not None:
                return next(again)
            layer.factors_from(former)
            tape.append(layer.factors(count))
            layer.factors_from(choose)
            return tape[-1]

        return choose

    for layer, former in zip(drops, before, strict=True):
        layer.factors_from(chooser(layer, former))
    try:
        yield
    finally:
        for layer, former in zip(drops, before, strict=True):
            layer.factors_from(former)
