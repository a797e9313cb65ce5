"""Statistics: what layers ask for beside their sample: mean and variance, random factors.

A model is a function of one sample, and its code is run row by row. What a layer needs to know of
the other rows is found by running them again: the first pass shows what the first such layer gets
from each row, the next one, with its mean and variance known, what the second gets, and so on. The
factors of Dropout are drawn one sample after the other, or for many at once.
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
from nn.modules.ours import set_for_now
from nn.modules.tree import Tree

T = TypeVar("T")
Choose: TypeAlias = "Callable[[Drops, int], Sequence[Number]]"
"""`choose(layer, count) -> factors`: what to multiply so many inputs of a layer with."""
Pair: TypeAlias = tuple[Sequence[Number], Sequence[Number]]
"""The means and the variances of the numbers that a layer is given."""
Ask: TypeAlias = "Callable[[Normalizes, list[Value]], Pair]"


class Drops:
    """Draws factors: 0 with probability `rate`, else 1 / (1 - rate).

    Attributes:
        rate: The share of inputs to drop, 0 to below 1.
    """

    rate: float
    _rng: Source | np.random.Generator
    _choose: Choose | None = None

    def factors(self, count: int) -> Sequence[Number]:
        """Return what to multiply each of `count` inputs of a sample with."""
        if self._choose is not None:
            return self._choose(self, count)
        scale, draw = 1.0 / (1.0 - self.rate), self._rng.random
        return [scale if draw() >= self.rate else 0.0 for _ in range(count)]

    def rows(self, samples: int, count: int) -> Floats:
        """Return `(samples, count)` factors, the same as from so many calls of `factors`."""
        if isinstance(self._rng, np.random.Generator):
            draws = self._rng.random((samples, count))
        else:
            flat = [self._rng.random() for _ in range(samples * count)]
            draws = np.array(flat).reshape(samples, count)
        return np.where(draws >= self.rate, 1.0 / (1.0 - self.rate), 0.0)

    def reseed(self, rng: Source) -> None:
        """Draw from a new source, which gives the same numbers one by one and many at once."""
        self._rng = np.random.default_rng(rng.getrandbits(64))


def factors_from(drops: Sequence[Drops], choose: Choose | None) -> AbstractContextManager[None]:
    """Let layers use `choose` in place of drawing; with None they draw."""
    return set_for_now(drops, "_choose", choose)


def draw(calls: Sequence[tuple[Drops, int]], samples: int) -> Floats:
    """Return `(samples, all)` factors for calls that are made in this order for each sample.

    They are the draws that the calls themselves would make, sample by sample.

    >>> import random
    >>> layer = Drops()
    >>> layer.rate, layer._rng = 0.5, random.Random(0)
    >>> draw([(layer, 2), (layer, 1)], 2)
    array([[2., 2., 0.],
           [0., 2., 0.]])
    """
    layers = list(dict.fromkeys(layer for layer, _ in calls))
    total = sum(count for _, count in calls)
    if len({id(layer._rng) for layer in layers}) < len(layers):  # they take turns with one source
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
    """A module that takes the mean and the variance of a batch while it trains.

    Attributes:
        moving_mean: What inference takes, `(inputs,)`; no optimizer moves it.
        moving_variance: The same.
    """

    moving_mean: Sequence[Value] = ()
    moving_variance: Sequence[Value] = ()
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


def statistics_from(layers: Sequence[Normalizes], ask: Ask) -> AbstractContextManager[None]:
    """Let layers get statistics from `ask`."""
    return set_for_now(layers, "_ask", ask)


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
        found, asked = list[T](), list[tuple[Normalizes, list[Value]]]()
        for row, tape in zip(rows, tapes, strict=True):
            with _taped(drops, tape), statistics_from(layers, _answers(known, asked)):
                found.append(row())
        if not asked:
            break
        known.append((asked[0][0], _of_columns([x for _, x in asked])))
    for layer, (means, variances) in known:
        layer.move([*map(number_of, means)], [*map(number_of, variances)], len(rows))
    return found


def _answers(
    known: Sequence[tuple[Normalizes, Pair]], asked: list[tuple[Normalizes, list[Value]]]
) -> Ask:
    """Return what gives a row known statistics in turn, and notes who asks next, and of what."""
    turn = itertools.count()

    def ask(layer: Normalizes, x: list[Value]) -> Pair:
        place = next(turn)
        if place < len(known):
            return known[place][1]
        if place == len(known):
            asked.append((layer, x))
        return layer.moving_mean, layer.moving_variance

    return ask


def _of_columns(rows: Sequence[Sequence[Value]]) -> Pair:
    """Return mean and variance of each column."""
    columns = list(zip(*rows, strict=True))
    means = [functional.total(column) / len(rows) for column in columns]
    variances = [
        functional.total([(x - mean) * (x - mean) for x in column]) / len(rows)
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, variances


def _taped(drops: Sequence[Drops], tape: list[Any]) -> AbstractContextManager[None]:
    """Let Dropout draw and note it; once there is something on the tape, do the same again."""
    former = {layer: layer._choose for layer in drops}
    again = iter(list(tape)) if tape else None

    def choose(layer: Drops, count: int) -> Any:
        if again is not None:
            return next(again)
        with factors_from([layer], former[layer]):
            tape.append(layer.factors(count))
        return tape[-1]

    return factors_from(drops, choose)
