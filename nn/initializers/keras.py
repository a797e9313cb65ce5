"""Initializers as Keras has them: classes, each with a source of its own if it gets a seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, overload

import numpy as np

from nn.basics import GLOBAL, Floats, Source, source
from nn.initializers import distributions


class KerasInitializer:
    """An initializer by Keras's class name: `HeNormal(seed=3)`.

    Args:
        seed: Each layer draws from a new source with this seed; None leaves it to the layer's rng.

    >>> from nn.initializers import GLOBAL, he_normal, source
    >>> HeNormal(seed=3)(2, 4, GLOBAL) == he_normal(2, 4, source(3))
    True
    >>> HeNormal(seed=3)(shape=(2, 4)).shape
    (2, 4)
    """

    draw: distributions.Initializer

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    @overload
    def __call__(self, fan_in: int, fan_out: int, rng: Source = ...) -> float: ...
    @overload
    def __call__(self, shape: Sequence[int], dtype: object = ...) -> Floats: ...
    def __call__(self, *sizes: Any, **named: Any) -> float | Floats:
        """Return a weight; or, of a shape as in Keras, an array of them, the inputs in its rows."""
        if isinstance(shape := named.get("shape", sizes[0] if sizes else None), Sequence):
            return self._array(shape)
        return self._one(*sizes, **named)

    def _one(self, fan_in: int, fan_out: int, rng: Source = GLOBAL) -> float:
        return self.draw(fan_in, fan_out, rng if self.seed is None else source(self.seed))

    def _array(self, shape: Sequence[int]) -> Floats:
        *field, fan_in, fan_out = (*[1] * (2 - len(shape)), *shape)
        if len(shape) == 1:
            fan_in = fan_out
        many, rng = math.prod(field), source(self.seed)  # many: as in a convolution
        drawn = [self.draw(many * fan_in, many * fan_out, rng) for _ in range(math.prod(shape))]
        return np.array(drawn).reshape(shape)

    def started(self) -> distributions.Initializer:
        """Return the initializer for one layer, whose draws go on from weight to weight."""
        if self.seed is None:
            return self.draw
        return partial(_drawn, self.draw, source(self.seed))

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if k != "draw")
        return f"{type(self).__name__}({options})"


def _drawn(
    draw: distributions.Initializer, own: Source, fan_in: int, fan_out: int, rng: Source
) -> float:
    return draw(fan_in, fan_out, own)


class GlorotUniform(KerasInitializer):
    """Uniform in +-sqrt(6 / (fan_in + fan_out)): `glorot_uniform`."""

    draw = staticmethod(distributions.glorot_uniform)


class GlorotNormal(KerasInitializer):
    """Normal with variance 2 / (fan_in + fan_out): `glorot_normal`, which Keras cuts off."""

    draw = staticmethod(distributions.glorot_normal)


class HeUniform(KerasInitializer):
    """Uniform in +-sqrt(6 / fan_in): `he_uniform`."""

    draw = staticmethod(distributions.he_uniform)


class HeNormal(KerasInitializer):
    """Normal with variance 2 / fan_in: `he_normal`, which Keras cuts off."""

    draw = staticmethod(distributions.he_normal)


class LecunUniform(KerasInitializer):
    """Uniform in +-sqrt(3 / fan_in): `lecun_uniform`."""

    draw = staticmethod(distributions.lecun_uniform)


class LecunNormal(KerasInitializer):
    """Normal with variance 1 / fan_in: `lecun_normal`, which Keras cuts off."""

    draw = staticmethod(distributions.lecun_normal)


class RandomUniform(KerasInitializer):
    """Uniform from `minval` to `maxval`.

    >>> from nn.initializers import GLOBAL
    >>> 1.0 <= RandomUniform(1.0, 2.0, seed=0)(2, 4, GLOBAL) <= 2.0
    True
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(seed)
        self.minval, self.maxval, self.draw = minval, maxval, distributions.uniform(minval, maxval)


class RandomNormal(KerasInitializer):
    """Normal with mean `mean` and standard deviation `stddev`.

    >>> from nn.initializers import GLOBAL
    >>> RandomNormal(mean=3.0, stddev=0.0)(2, 4, GLOBAL)
    3.0
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = mean, stddev, distributions.normal(mean, stddev)


class TruncatedNormal(KerasInitializer):
    """Normal, drawn again where it is two standard deviations off or more.

    >>> from nn.initializers import GLOBAL
    >>> abs(TruncatedNormal(stddev=1.0, seed=0)(2, 4, GLOBAL)) < 2.0
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = (
            mean,
            stddev,
            distributions.truncated_normal(mean, stddev),
        )


class VarianceScaling(KerasInitializer):
    """A distribution whose variance goes by the size of the layer; the others are cases of it.

    Args:
        scale: The variance times the fan, above 0.
        mode: The fan: "fan_in", "fan_out" or "fan_avg", the mean of both.
        distribution: "truncated_normal" (or "normal"), "untruncated_normal" or "uniform".
        seed: As for the others.

    Raises:
        ValueError: If `scale` is not above 0, or a name is unknown.

    >>> from nn.initializers import GLOBAL, he_normal, source
    >>> VarianceScaling(2.0, distribution="untruncated_normal", seed=3)(2, 4, GLOBAL) == he_normal(
    ...     2, 4, source(3)
    ... )
    True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed)
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.draw = distributions.variance_scaling(scale, mode, distribution)


class Constant(KerasInitializer):
    """Every weight `value`.

    >>> from nn.initializers import GLOBAL
    >>> Constant(0.5)(2, 4, GLOBAL)
    0.5
    """

    def __init__(self, value: float = 0.0) -> None:
        super().__init__()
        self.value, self.draw = value, distributions.constant(value)


class Zeros(KerasInitializer):
    """Every weight 0.

    >>> from nn.initializers import GLOBAL
    >>> Zeros()(2, 4, GLOBAL)
    0.0
    """

    draw = staticmethod(distributions.constant(0.0))


class Ones(KerasInitializer):
    """Every weight 1.

    >>> from nn.initializers import GLOBAL
    >>> Ones()(2, 4, GLOBAL)
    1.0
    """

    draw = staticmethod(distributions.constant(1.0))
