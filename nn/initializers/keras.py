"""Keras's initializers: its classes, and all initializers by name."""

from __future__ import annotations

from typing import cast

from nn.basics import resolve
from nn.initializers.distributions import (
    Initializer,
    KerasInitializer,
    constant,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    truncated_normal,
    uniform,
    variance_scaling,
)


class GlorotUniform(KerasInitializer):
    """Uniform within +-sqrt(6 / (fan_in + fan_out)): `glorot_uniform`."""

    draw = staticmethod(glorot_uniform)


class GlorotNormal(KerasInitializer):
    """Normal with variance 2 / (fan_in + fan_out): `glorot_normal`; Keras's is truncated."""

    draw = staticmethod(glorot_normal)


class HeUniform(KerasInitializer):
    """Uniform within +-sqrt(6 / fan_in): `he_uniform`."""

    draw = staticmethod(he_uniform)


class HeNormal(KerasInitializer):
    """Normal with variance 2 / fan_in: `he_normal`; Keras's is truncated."""

    draw = staticmethod(he_normal)


class LecunUniform(KerasInitializer):
    """Uniform within +-sqrt(3 / fan_in): `lecun_uniform`."""

    draw = staticmethod(lecun_uniform)


class LecunNormal(KerasInitializer):
    """Normal with variance 1 / fan_in: `lecun_normal`; Keras's is truncated."""

    draw = staticmethod(lecun_normal)


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
        self.minval, self.maxval, self.draw = minval, maxval, uniform(minval, maxval)


class RandomNormal(KerasInitializer):
    """Normal with mean `mean` and standard deviation `stddev`.

    >>> from nn.initializers import GLOBAL
    >>> RandomNormal(mean=3.0, stddev=0.0)(2, 4, GLOBAL)
    3.0
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = mean, stddev, normal(mean, stddev)


class TruncatedNormal(KerasInitializer):
    """Normal, truncated at two standard deviations: `truncated_normal`.

    >>> from nn.initializers import GLOBAL
    >>> abs(TruncatedNormal(stddev=1.0, seed=0)(2, 4, GLOBAL)) < 2.0
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = mean, stddev, truncated_normal(mean, stddev)


class VarianceScaling(KerasInitializer):
    """Variance scale / fan, the general form of Glorot's, He's and LeCun's: `variance_scaling`.

    Args:
        scale: The variance times the fan, above 0.
        mode: The fan: "fan_in", "fan_out" or "fan_avg", the mean of both.
        distribution: "truncated_normal" (or "normal"), "untruncated_normal" or "uniform".
        seed: As for every initializer.

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
        self.draw = variance_scaling(scale, mode, distribution)


class Constant(KerasInitializer):
    """Every weight is `value`.

    >>> from nn.initializers import GLOBAL
    >>> Constant(0.5)(2, 4, GLOBAL)
    0.5
    """

    def __init__(self, value: float = 0.0) -> None:
        super().__init__()
        self.value, self.draw = value, constant(value)


class Zeros(KerasInitializer):
    """Every weight is 0.

    >>> from nn.initializers import GLOBAL
    >>> Zeros()(2, 4, GLOBAL)
    0.0
    """

    draw = staticmethod(constant(0.0))


class Ones(KerasInitializer):
    """Every weight is 1.

    >>> from nn.initializers import GLOBAL
    >>> Ones()(2, 4, GLOBAL)
    1.0
    """

    draw = staticmethod(constant(1.0))


NAMES: dict[str, Initializer] = {
    "micrograd": uniform(-1.0, 1.0),
    "uniform": uniform(-0.05, 0.05),  # Keras's 'uniform' is random_uniform: +-0.05
    "random_uniform": uniform(-0.05, 0.05),
    "uniform_0_1": uniform(0.0, 1.0),
    "normal": normal(),
    "random_normal": normal(),
    "truncated_normal": truncated_normal(),
    "glorot": glorot_uniform,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "xavier": glorot_uniform,
    "xavier_uniform": glorot_uniform,
    "xavier_normal": glorot_normal,
    "he": he_uniform,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "kaiming_uniform": he_uniform,
    "kaiming_normal": he_normal,
    "lecun_uniform": lecun_uniform,
    "variance_scaling": variance_scaling(),
    "lecun_normal": lecun_normal,
    "zeros": constant(0.0),
    "zero": constant(0.0),  # older Keras's name, like "uniform" and "normal"
    "ones": constant(1.0),
    "one": constant(1.0),
}


def get(initializer: str | Initializer) -> Initializer:
    """Return the initializer of that name; a callable is returned unchanged.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> from nn.initializers import GLOBAL
    >>> get("ones")(2, 4, GLOBAL), get(Constant(0.5))(2, 4, GLOBAL)
    (1.0, 0.5)
    """
    made = resolve("initializer", initializer, NAMES)
    if isinstance(made, KerasInitializer):
        return made.started()
    if not callable(made):
        raise TypeError(
            "an initializer is a name or a function (fan_in, fan_out, rng) -> weight, "
            f"got {initializer!r:.60}"
        )
    return cast(Initializer, made)
