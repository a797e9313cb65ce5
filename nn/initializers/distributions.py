"""Distributions: functions that draw the first weights of a layer, and Keras's base class.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias, overload

import numpy as np

from nn.basics import GLOBAL, CheckedConstructor, Floats, Source, look_up, number, source

Initializer: TypeAlias = Callable[[int, int, Source], float]
"""`initializer(fan_in, fan_out, rng) -> weight`: called once for each weight, in order."""


def uniform(low: float = -1.0, high: float = 1.0) -> Initializer:
    """Return the initializer that draws uniformly from low..high; -1..1 is micrograd's.

    Raises:
        ValueError: If `low` is above `high`, or either is not finite.

    >>> import random
    >>> 0.0 <= uniform(0.0, 1.0)(2, 16, random.Random(0)) <= 1.0
    True
    """
    if not -math.inf < number("uniform's low", low) <= number("uniform's high", high) < math.inf:
        raise ValueError(f"uniform wants finite low <= high, got {low} and {high}")
    return partial(_uniform, low, high)  # not a lambda, which cannot be pickled


def normal(mean: float = 0.0, std: float = 0.05) -> Initializer:
    """Return the initializer that draws from the normal distribution (Keras's 'normal').

    Raises:
        ValueError: If `std` is negative.

    >>> from nn.randomness import source
    >>> normal(3.0, 0.0)(2, 4, source(0))
    3.0
    """
    number("normal's mean", mean)
    if not number("normal's standard deviation", std) >= 0.0:
        raise ValueError(f"normal wants a standard deviation of at least 0, got {std}")
    return partial(_normal, mean, std)


def constant(value: float) -> Initializer:
    """Return the initializer that gives every weight the same value.

    >>> from nn.randomness import source
    >>> constant(0.5)(2, 4, source(0))
    0.5
    """
    return partial(_constant, number("the constant", value))


def glorot_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw uniformly within +-sqrt(6 / (fan_in + fan_out)), for tanh and sigmoid.

    (Glorot & Bengio 2010.)

    >>> from nn.randomness import source
    >>> limit = (6.0 / (2 + 4)) ** 0.5
    >>> -limit <= glorot_uniform(2, 4, source(0)) <= limit
    True
    """
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit)


def glorot_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from the normal distribution of variance 2 / (fan_in + fan_out).

    (Glorot & Bengio 2010.)

    >>> from nn.randomness import source
    >>> glorot_normal(2, 4, source(0)) == (2.0 / (2 + 4)) ** 0.5 * source(0).gauss(0.0, 1.0)
    True
    """
    return rng.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out)))


def he_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw uniformly within +-sqrt(6 / fan_in), for ReLU (He et al. 2015).

    >>> from nn.randomness import source
    >>> limit = (6.0 / 2) ** 0.5
    >>> -limit <= he_uniform(2, 4, source(0)) <= limit
    True
    """
    limit = math.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit)


def he_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from the normal distribution of variance 2 / fan_in, for ReLU (He et al. 2015).

    >>> from nn.randomness import source
    >>> he_normal(2, 4, source(0)) == 1.0 * source(0).gauss(0.0, 1.0)
    True
    """
    return rng.gauss(0.0, math.sqrt(2.0 / fan_in))


def lecun_uniform(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw uniformly within +-sqrt(3 / fan_in), for SELU (LeCun et al. 1998).

    >>> from nn.randomness import source
    >>> limit = (3.0 / 2) ** 0.5
    >>> -limit <= lecun_uniform(2, 4, source(0)) <= limit
    True
    """
    limit = math.sqrt(3.0 / fan_in)
    return rng.uniform(-limit, limit)


def lecun_normal(fan_in: int, fan_out: int, rng: Source) -> float:
    """Draw from the normal distribution of variance 1 / fan_in, for SELU (LeCun et al. 1998).

    >>> from nn.randomness import source
    >>> lecun_normal(2, 4, source(0)) == 0.5 ** 0.5 * source(0).gauss(0.0, 1.0)
    True
    """
    return rng.gauss(0.0, math.sqrt(1.0 / fan_in))


def truncated_normal(mean: float = 0.0, std: float = 0.05) -> Initializer:
    """Return the initializer that draws as `normal`, until within two standard deviations.

    Raises:
        ValueError: If `std` is negative.

    >>> from nn.randomness import source
    >>> abs(truncated_normal(0.0, 1.0)(2, 4, source(0))) < 2.0
    True
    """
    normal(mean, std)  # checks the arguments
    return partial(_truncated, mean, std)


def variance_scaling(
    scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal"
) -> Initializer:
    """Return the initializer of variance scale / fan, the general form of Glorot's, He's, LeCun's.

    Args:
        scale: The variance times the fan, above 0.
        mode: The fan: "fan_in", "fan_out", or "fan_avg", the mean of both.
        distribution: "truncated_normal" (or "normal"), a normal distribution truncated at two
            standard deviations and widened to have that variance; "untruncated_normal"; or
            "uniform".

    Raises:
        ValueError: If `scale` is not above 0, or a name is unknown.

    >>> from nn.randomness import source
    >>> glorot = variance_scaling(1.0, "fan_avg", "uniform")
    >>> glorot(2, 4, source(3)) == glorot_uniform(2, 4, source(3))
    True
    """
    if not 0.0 < number("variance_scaling's scale", scale) < math.inf:
        raise ValueError(f"variance_scaling wants a finite scale above 0, got {scale}; 2 is He's")
    share = look_up("mode", mode, {"fan_in": 1.0, "fan_avg": 0.5, "fan_out": 0.0})
    draw = look_up(
        "distribution",
        distribution,
        {
            "truncated_normal": _truncated_of,
            "normal": _truncated_of,
            "untruncated_normal": _normal_of,
            "uniform": _uniform_of,
        },
    )
    return partial(_scaled, scale, share, draw)


def _scaled(
    scale: float,
    share: float,
    draw: Callable[[float, Source], float],
    fan_in: int,
    fan_out: int,
    rng: Source,
) -> float:
    return draw(scale / (share * fan_in + (1.0 - share) * fan_out), rng)


def _uniform_of(variance: float, rng: Source) -> float:
    limit = math.sqrt(3.0 * variance)
    return rng.uniform(-limit, limit)


def _normal_of(variance: float, rng: Source) -> float:
    return rng.gauss(0.0, math.sqrt(variance))


def _truncated_of(variance: float, rng: Source) -> float:
    # 0.8796... is the standard deviation of a standard normal distribution truncated at +-2
    return _truncated(0.0, math.sqrt(variance) / 0.87962566103423978, 1, 1, rng)


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


class KerasInitializer(CheckedConstructor):
    """An initializer by Keras's class name: `HeNormal(seed=3)`.

    Args:
        seed: Each layer draws from a new source with this seed; None draws from the layer's rng.

    >>> from nn.initializers import GLOBAL, HeNormal, source
    >>> HeNormal(seed=3)(2, 4, GLOBAL) == he_normal(2, 4, source(3))
    True
    >>> HeNormal(seed=3)(shape=(2, 4)).shape
    (2, 4)
    """

    draw: Initializer

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    @overload
    def __call__(self, fan_in: int, fan_out: int, rng: Source = ...) -> float: ...
    @overload
    def __call__(self, shape: Sequence[int], dtype: object = ...) -> Floats: ...
    def __call__(self, *sizes: Any, **named: Any) -> float | Floats:
        """Return one weight; for a shape, as in Keras, an array of them, inputs before neurons."""
        if isinstance(shape := named.get("shape", sizes[0] if sizes else None), Sequence):
            return self._array(shape)
        return self._one(*sizes, **named)

    def _one(self, fan_in: int, fan_out: int, rng: Source = GLOBAL) -> float:
        return self.draw(fan_in, fan_out, rng if self.seed is None else source(self.seed))

    def _array(self, shape: Sequence[int]) -> Floats:
        *field, fan_in, fan_out = (*[1] * (2 - len(shape)), *shape)
        if len(shape) == 1:
            fan_in = fan_out
        size, rng = math.prod(field), source(self.seed)  # of the receptive field of a convolution
        drawn = [self.draw(size * fan_in, size * fan_out, rng) for _ in range(math.prod(shape))]
        return np.array(drawn).reshape(shape)

    def started(self) -> Initializer:
        """Return the initializer for one layer; with a seed, its draws share one new source."""
        if self.seed is None:
            return self.draw
        return partial(_drawn, self.draw, source(self.seed))

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if k != "draw")
        return f"{type(self).__name__}({options})"


def _drawn(draw: Initializer, own: Source, fan_in: int, fan_out: int, rng: Source) -> float:
    return draw(fan_in, fan_out, own)
