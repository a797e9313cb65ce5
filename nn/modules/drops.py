"""Drops: the random factors of Dropout, drawn one sample after the other or for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from nn.basics import Floats, Number, Source

Choose: TypeAlias = Callable[[int], Sequence[Number]]
"""`choose(count) -> factors`: what to multiply so many inputs with."""


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
            return self._choose(count)
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

    def factors_from(self, choose: Choose | None) -> None:
        """Use `choose` in place of drawing, from now on; None draws again."""
        self._choose = choose

    def reseed(self, rng: Source) -> None:
        """Draw from a new source, which gives the same numbers one by one and many at once."""
        self._rng = np.random.default_rng(rng.getrandbits(64))


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
