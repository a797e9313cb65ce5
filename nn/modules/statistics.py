"""Statistics: what layers need besides their sample: batch mean and variance, Dropout's factors.

A model is a function of one sample, and its code runs row by row. The statistics of a batch are
found by running all rows several times: the first pass collects the inputs of the first layer that
asks for statistics; the second pass, with their mean and variance known, collects the inputs of the
second such layer, and so on. Dropout's factors are drawn sample by sample, or for many at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, TypeVar

import numpy as np

from autograd_core import Value, functional
from autograd_core.graph import number_of
from nn.basics import Floats, Number, Source
from nn.modules.internals import temporarily_set
from nn.modules.tree import Tree

T = TypeVar("T")
Choose: TypeAlias = Callable[["Drops", int], Sequence[Number]]
"""`choose(layer, count) -> factors`: the factors of the `count` inputs of a layer."""
Pair: TypeAlias = tuple[Sequence[Number], Sequence[Number]]
"""The means and the variances of a layer's inputs, `(inputs,)` each."""
Ask: TypeAlias = Callable[["Normalizes", list[Value]], Pair]
"""`ask(layer, inputs) -> (means, variances)`: the statistics of the batch for a layer."""


class Drops:
    """A layer that draws factors: 0 with probability `rate`, else 1 / (1 - rate).

    Attributes:
        rate: The share of inputs to drop, 0 to below 1.
        seeded: Whether it was given a seed or a source of its own.
    """

    rate: float
    seeded: bool = False
    _rng: Source | np.random.Generator
    _choose: Choose | None = None

    def factors(self, count: int) -> Sequence[Number]:
        """Return the factor of each of `count` inputs of a sample."""
        if self._choose is not None:
            return self._choose(self, count)
        scale, draw = 1.0 / (1.0 - self.rate), self._rng.random
        return [scale if draw() >= self.rate else 0.0 for _ in range(count)]

    def rows(self, samples: int, count: int) -> Floats:
        """Return `(samples, count)` factors, equal to those of `samples` calls of `factors`."""
        if isinstance(self._rng, np.random.Generator):
            draws = self._rng.random((samples, count))
        else:
            flat = [self._rng.random() for _ in range(samples * count)]
            draws = np.array(flat).reshape(samples, count)
        return np.where(draws >= self.rate, 1.0 / (1.0 - self.rate), 0.0)

    def reseed(self, rng: Source) -> None:
        """Draw from a new source, whose numbers are the same drawn one by one or many at once."""
        self._rng = np.random.default_rng(rng.getrandbits(64))

    def start(self, rng: Source, seeded: bool) -> None:
        """Take the source of a training, unless only the layer was given a seed."""
        if seeded or not self.seeded:
            self.reseed(rng)
        elif not isinstance(self._rng, np.random.Generator):
            self.reseed(self._rng)  # many at once, and equal for all backends


def factors_from(drops: Sequence[Drops], choose: Choose | None) -> AbstractContextManager[None]:
    """Inside the block, let layers take their factors from `choose`; with None they draw."""
    return temporarily_set(drops, "_choose", choose)


def draw(calls: Sequence[tuple[Drops, int]], samples: int) -> Floats:
    """Return the factors of all samples, `(samples, sum of counts)`.

    They equal those that the layers would draw if, for each sample, they were called in this order.

    Args:
        calls: `(layer, count)` for each call of a layer on one sample.
        samples: The number of samples.

    >>> import random
    >>> layer = Drops()
    >>> layer.rate, layer._rng = 0.5, random.Random(0)
    >>> draw([(layer, 2), (layer, 1)], 2)
    array([[2., 2., 0.],
           [0., 2., 0.]])
    """
    layers = list(dict.fromkeys(layer for layer, _ in calls))
    total = sum(count for _, count in calls)
    if len({id(layer._rng) for layer in layers}) < len(layers):  # layers draw from one source
        rows = [[f for layer, count in calls for f in layer.factors(count)] for _ in range(samples)]
        return np.array(rows, dtype=np.float64).reshape(samples, total)
    factors = np.empty((samples, total))
    for layer in layers:
        places: list[int] = []
        start = 0
        for caller, count in calls:
            if caller is layer:
                places += range(start, start + count)
            start += count
        factors[:, places] = layer.rows(samples, len(places))
    return factors


class Normalizes(Tree):
    """A module that normalises by the mean and the variance of a batch while it trains.

    Attributes:
        moving_mean: The mean for inference, `(inputs,)`; no optimizer moves it.
        moving_variance: The variance for inference, likewise.
    """

    moving_mean: Sequence[Value] = ()
    moving_variance: Sequence[Value] = ()
    _ask: Ask | None = None

    @property
    def of_batch(self) -> bool:
        """Whether it uses the statistics of the batch; a frozen layer does not, as in Keras."""
        return self.training and self.trainable

    def statistics(self, x: list[Value]) -> Pair:
        """Return the means and variances to normalise one sample with."""
        if self._ask is not None and self.of_batch:
            return self._ask(self, x)
        return self.moving_mean, self.moving_variance

    def fixed_values(self) -> list[Value]:
        """Return the parameters that no gradient step changes."""
        return [*self.moving_mean, *self.moving_variance]

    def move(self, means: Sequence[float], variances: Sequence[float], samples: int) -> None:
        """Update the moving statistics with those of a batch of so many samples."""
        raise NotImplementedError


def statistics_from(layers: Sequence[Normalizes], ask: Ask) -> AbstractContextManager[None]:
    """Inside the block, let layers get the statistics of the batch from `ask`."""
    return temporarily_set(layers, "_ask", ask)


def run_rows(modules: Sequence[object], rows: Sequence[Callable[[], T]]) -> list[T]:
    """Return the output of each row of a batch; see above for layers that use its statistics.

    Args:
        modules: All modules of the model.
        rows: Functions, each of which runs the model on one row.
    """
    layers = [m for m in modules if isinstance(m, Normalizes) and m.of_batch]
    if not layers:
        return [row() for row in rows]
    known: list[tuple[Normalizes, Pair]] = []
    tapes = [list[Sequence[Number]]() for _ in rows]  # Dropout's factors in the first pass
    drops = [module for module in modules if isinstance(module, Drops)]
    while True:
        found, asked = list[T](), list[tuple[Normalizes, list[Value]]]()
        for row, tape in zip(rows, tapes, strict=True):
            with _recorded_draws(drops, tape), statistics_from(layers, _ask_from(known, asked)):
                found.append(row())
        if not asked:
            break
        known.append((asked[0][0], _column_moments([x for _, x in asked])))
    for layer, (means, variances) in known:
        layer.move([*map(number_of, means)], [*map(number_of, variances)], len(rows))
    return found


def _ask_from(
    known: Sequence[tuple[Normalizes, Pair]], asked: list[tuple[Normalizes, list[Value]]]
) -> Ask:
    """Return a function that answers the layers of one row, in the order in which they ask.

    The first `len(known)` layers get known statistics. The next one is appended to `asked` with its
    inputs; it and those after it get their moving statistics for now.
    """
    turn = itertools.count()

    def ask(layer: Normalizes, x: list[Value]) -> Pair:
        place = next(turn)
        if place < len(known):
            return known[place][1]
        if place == len(known):
            asked.append((layer, x))
        return layer.moving_mean, layer.moving_variance

    return ask


def _column_moments(rows: Sequence[Sequence[Value]]) -> Pair:
    """Return the mean and the variance of each column."""
    columns = list(zip(*rows, strict=True))
    means = [functional.total(column) / len(rows) for column in columns]
    variances = [
        functional.total([(x - mean) * (x - mean) for x in column]) / len(rows)
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, variances


def _recorded_draws(drops: Sequence[Drops], tape: list[Any]) -> AbstractContextManager[None]:
    """Inside the block, record Dropout's factors on an empty tape, or replay a recorded one."""
    former = {layer: layer._choose for layer in drops}
    replay = iter(list(tape)) if tape else None

    def choose(layer: Drops, count: int) -> Any:
        if replay is not None:
            return next(replay)
        with factors_from([layer], former[layer]):
            tape.append(layer.factors(count))
        return tape[-1]

    return factors_from(drops, choose)
