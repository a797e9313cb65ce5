"""Generated data: moons, circles, spirals, XOR and blobs, seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, generator, whole

Labelled = tuple[Floats, NDArray[np.intp]]


def make_moons(
    n_samples: int | tuple[int, int] = 100,
    noise: float | None = 0.1,
    seed: int | None = None,
    *,
    random_state: int | None = None,
    shuffle: bool = True,
) -> Labelled:
    """Return two interleaving half circles: x `(samples, 2)`, y 0 or 1.

    Args:
        n_samples: How many points, half of each class; or a tuple: how many of each class.
        noise: Standard deviation of the normal noise on every coordinate; None is 0.
        seed: For the noise and the order; None takes the module `random`.
        random_state: Another name for the seed, as in scikit-learn.
        shuffle: Whether to mix the classes; else class 0 comes first.

    Raises:
        ValueError: If there are fewer than two points, or `noise` is below 0.

    >>> x, y = make_moons(10, seed=0)
    >>> x.shape, int(y.sum())
    ((10, 2), 5)
    """
    outer, inner = _class_sizes(n_samples)
    upper = [(math.cos(t), math.sin(t), 0) for t in _angles(outer, math.pi)]
    lower = [(1.0 - math.cos(t), 0.5 - math.sin(t), 1) for t in _angles(inner, math.pi)]
    return _noisy(upper + lower, noise, generator(seed, random_state), shuffle)


def make_circles(
    n_samples: int | tuple[int, int] = 100,
    noise: float | None = 0.05,
    factor: float = 0.5,
    seed: int | None = None,
    *,
    random_state: int | None = None,
    shuffle: bool = True,
) -> Labelled:
    """Return a circle of radius 1 (class 0) around one of radius `factor` (class 1).

    Args:
        n_samples: How many points, half of each class; or a tuple: how many of each class.
        noise: Standard deviation of the normal noise on every coordinate; None is 0.
        factor: Radius of the inner circle, 0 to below 1.
        seed: For the noise and the order; None takes the module `random`.
        random_state: Another name for the seed, as in scikit-learn.
        shuffle: Whether to mix the classes; else class 0 comes first.

    Raises:
        ValueError: If there are fewer than two points, `factor` is out of range, or `noise` is
            below 0.

    >>> x, y = make_circles(4, noise=None, shuffle=False)
    >>> np.round(np.hypot(*x.T), 6).tolist(), y.tolist()
    ([1.0, 1.0, 0.5, 0.5], [0, 0, 1, 1])
    """
    if not 0.0 <= factor < 1.0:
        raise ValueError(f"make_circles wants a factor from 0 to below 1, got {factor}")
    outer, inner = _class_sizes(n_samples)
    points = [
        (radius * math.cos(2 * math.pi * i / n), radius * math.sin(2 * math.pi * i / n), label)
        for n, radius, label in ((outer, 1.0, 0), (inner, factor, 1))
        for i in range(n)
    ]
    return _noisy(points, noise, generator(seed, random_state), shuffle)


def make_spirals(
    n_samples: int = 200,
    noise: float = 0.05,
    classes: int = 2,
    turns: float = 1.0,
    seed: int | None = None,
    *,
    random_state: int | None = None,
) -> Labelled:
    """Return arms that wind around each other, one for each class.

    Args:
        n_samples: How many points, as evenly as possible over the classes.
        noise: Standard deviation of the normal noise on every coordinate.
        classes: How many arms.
        turns: How many turns each arm makes.
        seed: For the noise and the order; None takes the module `random`.
        random_state: Another name for the seed, as in scikit-learn.

    Raises:
        ValueError: If there are no points, fewer than two arms, or `noise` is below 0.

    >>> x, y = make_spirals(9, classes=3, seed=0)
    >>> x.shape, np.bincount(y).tolist()
    ((9, 2), [3, 3, 3])
    """
    whole("classes", classes, 2)
    whole("n_samples", n_samples)
    points = []
    for label in range(classes):
        count = n_samples // classes + (label < n_samples % classes)
        for i in range(count):
            radius = 0.05 + 0.95 * i / max(count - 1, 1)
            angle = 2 * math.pi * (turns * radius + label / classes)
            points.append((radius * math.cos(angle), radius * math.sin(angle), label))
    return _noisy(points, noise, generator(seed, random_state))


def make_xor(
    n_samples: int = 100,
    noise: float = 0.1,
    seed: int | None = None,
    *,
    random_state: int | None = None,
) -> Labelled:
    """Return points around (0,0), (0,1), (1,0), (1,1), of class 1 where one coordinate is 1.

    Args:
        n_samples: How many points, as evenly as possible over the corners; 4 gives the truth table.
        noise: Standard deviation of the normal noise on every coordinate.
        seed: For the noise and the order; None takes the module `random`.
        random_state: Another name for the seed, as in scikit-learn.

    >>> x, y = make_xor(4, noise=0.0, seed=0)
    >>> sorted(zip(x.tolist(), y.tolist()))
    [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    """
    corners = [(0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)]
    whole("n_samples", n_samples)
    return _noisy(
        [corners[i % 4] for i in range(n_samples)],
        noise,
        generator(seed, random_state),
    )


def _class_sizes(n_samples: int | tuple[int, int]) -> tuple[int, int]:
    if isinstance(n_samples, tuple):
        if len(n_samples) != 2:
            raise ValueError(f"n_samples is a number or one for each class, got {n_samples}")
        return whole("n_samples[0]", n_samples[0]), whole("n_samples[1]", n_samples[1])
    whole("n_samples", n_samples, 2)
    return n_samples // 2, n_samples - n_samples // 2


def _angles(count: int, end: float) -> list[float]:
    return [end * i / max(count - 1, 1) for i in range(count)]


def _noisy(
    points: list[tuple[float, float, int]],
    noise: float | None,
    rng: random.Random,
    shuffle: bool = True,
) -> Labelled:
    noise = 0.0 if noise is None else noise
    if not noise >= 0.0:
        raise ValueError(f"noise must be at least 0, got {noise}; it is a standard deviation")
    moved = [(x + noise * rng.gauss(0, 1), y + noise * rng.gauss(0, 1), c) for x, y, c in points]
    if shuffle:
        rng.shuffle(moved)
    table = np.array(moved)
    return table[:, :2], table[:, 2].astype(np.intp)


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
        centers: How many clouds, or their centers `(clouds, coordinates)`; None for 3 clouds.
        cluster_std: Standard deviation of every coordinate; or one for each cloud.
        center_box: Lower and upper bound of each coordinate of a drawn center.
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
    means = _centers(rng, 3 if centers is None else centers, n_features, center_box)
    spreads = _standard_deviations(cluster_std, len(means))
    labels = sorted(i % len(means) for i in range(whole("n_samples", n_samples)))
    points = [([rng.gauss(at, spreads[label]) for at in means[label]], label) for label in labels]
    if shuffle:
        rng.shuffle(points)
    return np.array([x for x, _ in points]), np.array([label for _, label in points], np.intp)


def _centers(
    rng: random.Random, centers: int | ArrayLike, n_features: int, box: Sequence[float]
) -> list[list[float]]:
    """Return the centers, drawn at random if only their number is given."""
    if not isinstance(centers, int | np.integer):
        given = np.atleast_2d(np.asarray(centers, dtype=np.float64))
        if given.ndim != 2 or not given.size:
            raise ValueError(f"centers wants (clouds, coordinates), got the shape {given.shape}")
        means: list[list[float]] = given.tolist()
        return means
    (low, high), clouds, size = box, whole("centers", centers), whole("n_features", n_features)
    return [[rng.uniform(low, high) for _ in range(size)] for _ in range(clouds)]


def _standard_deviations(cluster_std: float | Sequence[float], clouds: int) -> list[float]:
    """Return the standard deviation of each cloud."""
    spreads = [float(spread) for spread in np.ravel(cluster_std)]
    if len(spreads) not in (1, clouds) or not all(spread >= 0.0 for spread in spreads):
        raise ValueError(
            f"cluster_std wants one number of at least 0, or {clouds}, one for each cloud, "
            f"got {cluster_std}"
        )
    return spreads * clouds if len(spreads) == 1 else spreads
