"""Distributions: what first weights are drawn from, with a seeded source of randomness.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeAlias

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


class _Global:
    """The module `random` as a source that copies and pickles of a model go on to share."""

    uniform = staticmethod(random.uniform)
    gauss = staticmethod(random.gauss)
    getrandbits = staticmethod(random.getrandbits)
    random = staticmethod(random.random)

    def __reduce__(self) -> str:
        return "GLOBAL"


# So `random.seed(n)` governs models that were given no source of their own.
GLOBAL: Source = _Global()

Seed: TypeAlias = "Source | int | None"
"""A source of randomness, or the seed for a new one, or None for the module `random`."""


NumpySource: TypeAlias = "np.random.RandomState | np.random.Generator"


def source(rng: Seed | NumpySource) -> Source:
    """Return the source of randomness that is meant; one of NumPy's gives the seed for a new one.

    Raises:
        TypeError: If it is neither a seed nor such a source.

    >>> source(3).random() == source(3).random()
    True
    """
    if rng is None or rng is random:
        return GLOBAL
    if isinstance(rng, int | np.integer | np.random.RandomState | np.random.Generator):
        return generator(rng)
    if not all(hasattr(rng, name) for name in ("uniform", "gauss", "getrandbits", "random")):
        raise TypeError(
            f"a source of randomness is a seed or a random.Random(seed), got {rng!r:.60}"
        )
    return rng


def generator(
    seed: int | np.integer[Any] | NumpySource | None,
    random_state: int | NumpySource | None = None,
) -> random.Random:
    """Return a generator of its own: from a seed, else from the module `random`.

    Args:
        seed: The seed, or a source of NumPy's that gives one.
        random_state: scikit-learn's name for it, where a function takes both.

    Raises:
        TypeError: If the seed is no whole number.

    >>> generator(3).random() == generator(None, random_state=3).random()
    True
    """
    chosen = seed if random_state is None else random_state
    if chosen is None:
        return random.Random(random.getrandbits(64))
    if isinstance(chosen, np.random.RandomState):
        chosen = chosen.randint(2**31)
    elif isinstance(chosen, np.random.Generator):
        chosen = chosen.integers(2**31)
    if not isinstance(chosen, int | np.integer):
        raise TypeError(f"a seed is a whole number or None, got {chosen!r:.60}")
    return random.Random(int(chosen))


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
    return partial(_uniform, low, high)  # a lambda would keep a model from being pickled


def normal(mean: float = 0.0, std: float = 0.05) -> Initializer:
    """Return the initializer that draws from the normal distribution (Keras's 'normal').

    Raises:
        ValueError: If `std` is negative.
    """
    if not std >= 0.0:
        raise ValueError(f"normal wants a standard deviation of at least 0, got {std}")
    return partial(_normal, mean, std)


def constant(value: float) -> Initializer:
    """Return the initializer that gives every weight the same value."""
    return partial(_constant, value)


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
    normal(mean, std)  # which refuses what makes no sense
    return partial(_truncated, mean, std)


def _uniform(low: float, high: float, fan_in: int, fan_out: int, rng: Source) -> float:
    return rng.uniform(low, high)


def _normal(mean: float, std: float, fan_in: int, fan_out: int, rng: Source) -> float:
    return rng.gauss(mean, std)


def _constant(value: float, fan_in: int, fan_out: int, rng: Source) -> float:
    return value


def _truncated(mean: float, std: float, fan_in: int, fan_out: int, rng: Source) -> float:
    while True:
        weight = rng.gauss(mean, std)
        if abs(weight - mean) < 2.0 * std or not std:
            return weight
