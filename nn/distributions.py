"""Distributions: what first weights are drawn from, with a seeded source of randomness.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np


class Source(Protocol):
    """A source of randomness: `random.Random(seed)`, or the module `random` itself."""

    def uniform(self, a: float, b: float) -> float:
        """Return a number between a and b."""
        ...

    def gauss(self, mu: float, sigma: float) -> float:
        """Return a number from the normal distribution."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Return a whole number of `k` random bits."""
        ...

    def random(self) -> float:
        """Return a number from 0 (included) to 1 (excluded)."""
        ...


Initializer: TypeAlias = Callable[[int, int, Source], float]
"""`initializer(fan_in, fan_out, rng) -> weight`: called once for each weight, in order."""

# The module `random`: so `random.seed(n)` governs models that were given no source of their own.
GLOBAL: Source = random

Seed: TypeAlias = "Source | int | None"
"""A source of randomness, or the seed for a new one, or None for the module `random`."""


def source(rng: Seed) -> Source:
    """Return the source of randomness that is meant.

    >>> source(3).random() == source(3).random()
    True
    """
    if rng is None:
        return GLOBAL
    return random.Random(int(rng)) if isinstance(rng, int | np.integer) else rng


def generator(seed: int | None, random_state: int | None = None) -> random.Random:
    """Return a generator of its own: from a seed, else from the module `random`.

    Args:
        seed: The seed.
        random_state: scikit-learn's name for it, where a function takes both.

    >>> generator(3).random() == generator(None, random_state=3).random()
    True
    """
    chosen = seed if random_state is None else random_state
    return random.Random(random.getrandbits(64) if chosen is None else chosen)


def uniform(low: float = -1.0, high: float = 1.0) -> Initializer:
    """Return the initializer that draws from low..high; by default micrograd's, -1..1.

    Raises:
        ValueError: If `low` is above `high`, or one is not finite.

    >>> import random
    >>> 0.0 <= uniform(0.0, 1.0)(2, 16, random.Random(0)) <= 1.0
    True
    """
    if not -math.inf < low <= high < math.inf:
        raise ValueError(f"uniform wants finite low <= high, got {low} and {high}")
    return lambda fan_in, fan_out, rng: rng.uniform(low, high)


def normal(mean: float = 0.0, std: float = 0.05) -> Initializer:
    """Return the initializer that draws from the normal distribution (Keras's 'normal').

    Raises:
        ValueError: If `std` is negative.
    """
    if not std >= 0.0:
        raise ValueError(f"normal wants a standard deviation of at least 0, got {std}")
    return lambda fan_in, fan_out, rng: rng.gauss(mean, std)


def constant(value: float) -> Initializer:
    """Return the initializer that gives every weight the same value."""
    return lambda fan_in, fan_out, rng: value


def glorot_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from +-sqrt(6 / (fan_in + fan_out)), for tanh and sigmoid (Glorot & Bengio 2010)."""
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit)


def glorot_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    return rng.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out)))


def he_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from +-sqrt(6 / fan_in), for ReLU (He et al. 2015)."""
    limit = math.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit)


def he_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw with variance 2 / fan_in, for ReLU (He et al. 2015)."""
    return rng.gauss(0.0, math.sqrt(2.0 / fan_in))


def lecun_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from +-sqrt(3 / fan_in), for SELU (LeCun et al. 1998)."""
    limit = math.sqrt(3.0 / fan_in)
    return rng.uniform(-limit, limit)


def lecun_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw with variance 1 / fan_in, for SELU (LeCun et al. 1998)."""
    return rng.gauss(0.0, math.sqrt(1.0 / fan_in))


def truncated_normal(mean: float = 0.0, std: float = 0.05) -> Initializer:
    """Return the initializer that draws as `normal` does, again if two deviations off or more.

    Raises:
        ValueError: If `std` is negative.
    """
    draw = normal(mean, std)

    def near(fan_in: int, fan_out: int, rng: Source) -> float:
        while True:
            weight = draw(fan_in, fan_out, rng)
            if abs(weight - mean) < 2.0 * std or not std:
                return weight

    return near
