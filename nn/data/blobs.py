"""Blobs: round clouds of points, one for each class."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import generator, whole
from nn.data.generated import Labelled


def make_blobs(
    n_samples: int = 100,
    n_features: int = 2,
    *,
    centers: int | ArrayLike | None = None,
    cluster_std: float | Sequence[float] = 1.0,
    center_box: Sequence[float] = (-10.0, 10.0),
    shuffle: bool = True,
    random_state: int | None = None,
    seed: int | None = None,
) -> Labelled:
    """Return normally distributed clouds: x `(samples, n_features)`, y the number of the cloud.

    Args:
        n_samples: How many points, as evenly as possible over the clouds.
        n_features: How many coordinates, where `centers` is a number.
        centers: How many clouds, or `(clouds, coordinates)` where they are; None is 3 clouds.
        cluster_std: Standard deviation of every coordinate; or one for each cloud.
        center_box: Where centers are drawn from, low and high.
        shuffle: Whether to mix the clouds; else cloud 0 comes first.
        random_state: Seed (scikit-learn's name); None takes the module `random`.
        seed: Another name for it.

    Raises:
        ValueError: If there is no point or no cloud, `cluster_std` is below 0, or there is not one
            for each cloud.

    >>> x, y = make_blobs(7, centers=[[0.0, 0.0], [9.0, 9.0]], cluster_std=0.0, random_state=0)
    >>> sorted(zip(x.tolist(), y.tolist()))[-1], int(y.sum())
    (([9.0, 9.0], 1), 3)
    """
    rng = generator(seed, random_state)
    places = _places(rng, 3 if centers is None else centers, n_features, center_box)
    spreads = _spreads(cluster_std, len(places))
    labels = sorted(i % len(places) for i in range(whole("n_samples", n_samples)))
    points = [([rng.gauss(at, spreads[label]) for at in places[label]], label) for label in labels]
    if shuffle:
        rng.shuffle(points)
    return np.array([x for x, _ in points]), np.array([label for _, label in points], np.intp)


def _places(
    rng: random.Random, centers: int | ArrayLike, n_features: int, box: Sequence[float]
) -> list[list[float]]:
    """Return where the centers are: drawn, if only their number is given."""
    if not isinstance(centers, int | np.integer):
        given = np.atleast_2d(np.asarray(centers, dtype=np.float64))
        if given.ndim != 2 or not given.size:
            raise ValueError(f"centers wants (clouds, coordinates), got the shape {given.shape}")
        places: list[list[float]] = given.tolist()
        return places
    (low, high), clouds, size = box, whole("centers", centers), whole("n_features", n_features)
    return [[rng.uniform(low, high) for _ in range(size)] for _ in range(clouds)]


def _spreads(cluster_std: float | Sequence[float], clouds: int) -> list[float]:
    """Return the standard deviation of each cloud."""
    spreads = [float(spread) for spread in np.ravel(cluster_std)]
    if len(spreads) not in (1, clouds) or not all(spread >= 0.0 for spread in spreads):
        raise ValueError(
            f"cluster_std wants one number of at least 0, or {clouds}, one for each cloud, "
            f"got {cluster_std}"
        )
    return spreads * clouds if len(spreads) == 1 else spreads
