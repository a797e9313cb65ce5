"""Randomness: sources of random numbers, and how an `rng` or seed argument becomes one."""

from __future__ import annotations

import random
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


class _Global:
    """The module `random` as a source; copies and pickles of a model refer to the same one."""

    uniform = staticmethod(random.uniform)
    gauss = staticmethod(random.gauss)
    getrandbits = staticmethod(random.getrandbits)
    random = staticmethod(random.random)

    def __reduce__(self) -> str:
        return "GLOBAL"


GLOBAL: Source = _Global()  # the default source, so that `random.seed(n)` makes models repeatable

Seed: TypeAlias = Source | int | None
"""A source of randomness, or the seed for a new one, or None for the module `random`."""


NumpySource: TypeAlias = np.random.RandomState | np.random.Generator


def source(rng: Seed | NumpySource) -> Source:
    """Return the source of randomness that an `rng` argument means.

    None is the module `random`; a seed, or a number drawn from a source of NumPy's, seeds a new
    `random.Random`; any other source is returned unchanged.

    Raises:
        TypeError: If it is neither a seed nor a source of randomness.

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
    """Return a new generator with that seed, or with one drawn from the module `random`.

    Args:
        seed: The seed, or a source of NumPy's to draw it from.
        random_state: scikit-learn's name for the seed; it takes precedence.

    Raises:
        TypeError: If the seed is not a whole number.

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
