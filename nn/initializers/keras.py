"""Initializers as Keras has them: classes, each with a source of its own if it gets a seed."""

from __future__ import annotations

from nn.initializers import distributions
from nn.initializers.distributions import KerasInitializer


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
