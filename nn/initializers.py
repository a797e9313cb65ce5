"""Initializers: how a neuron draws its first weights, by name, as a function or as a class.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from __future__ import annotations

from functools import partial

from nn.distributions import (
    GLOBAL,
    Initializer,
    NumpySource,
    Seed,
    Source,
    constant,
    generator,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    source,
    truncated_normal,
    uniform,
)
from nn.names import look_up


class KerasInitializer:
    """An initializer by Keras's class name: `HeNormal(seed=3)`.

    Args:
        seed: Each layer draws from a new source with this seed; None leaves it to the layer's rng.

    >>> HeNormal(seed=3)(2, 4, GLOBAL) == he_normal(2, 4, source(3))
    True
    """

    draw: Initializer

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, fan_in: int, fan_out: int, rng: Source) -> float:
        """Return a weight."""
        return self.draw(fan_in, fan_out, rng if self.seed is None else source(self.seed))

    def started(self) -> Initializer:
        """Return the initializer for one layer, whose draws go on from weight to weight."""
        if self.seed is None:
            return self.draw
        return partial(_drawn, self.draw, source(self.seed))

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if k != "draw")
        return f"{type(self).__name__}({options})"


def _drawn(draw: Initializer, own: Source, fan_in: int, fan_out: int, rng: Source) -> float:
    return draw(fan_in, fan_out, own)


class GlorotUniform(KerasInitializer):
    """`glorot_uniform`."""

    draw = staticmethod(glorot_uniform)


class GlorotNormal(KerasInitializer):
    """`glorot_normal`; not cut off at two standard deviations, as Keras's is."""

    draw = staticmethod(glorot_normal)


class HeUniform(KerasInitializer):
    """`he_uniform`."""

    draw = staticmethod(he_uniform)


class HeNormal(KerasInitializer):
    """`he_normal`; not cut off at two standard deviations, as Keras's is."""

    draw = staticmethod(he_normal)


class LecunUniform(KerasInitializer):
    """`lecun_uniform`."""

    draw = staticmethod(lecun_uniform)


class LecunNormal(KerasInitializer):
    """`lecun_normal`; not cut off at two standard deviations, as Keras's is."""

    draw = staticmethod(lecun_normal)


class RandomUniform(KerasInitializer):
    """`uniform`, from `minval` to `maxval`."""

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(seed)
        self.minval, self.maxval, self.draw = minval, maxval, uniform(minval, maxval)


class RandomNormal(KerasInitializer):
    """`normal`."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = mean, stddev, normal(mean, stddev)


class TruncatedNormal(KerasInitializer):
    """`truncated_normal`."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev, self.draw = mean, stddev, truncated_normal(mean, stddev)


class Constant(KerasInitializer):
    """`constant`."""

    def __init__(self, value: float = 0.0) -> None:
        super().__init__()
        self.value, self.draw = value, constant(value)


class Zeros(KerasInitializer):
    """Every weight 0."""

    draw = staticmethod(constant(0.0))


class Ones(KerasInitializer):
    """Every weight 1."""

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
    "lecun_normal": lecun_normal,
    "zeros": constant(0.0),
    "zero": constant(0.0),  # as in older Keras, like "uniform" and "normal"
    "ones": constant(1.0),
    "one": constant(1.0),
}


def get(initializer: str | Initializer) -> Initializer:
    """Return the initializer of that name; anything callable is one already.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.
    """
    if isinstance(initializer, str):
        return look_up("initializer", initializer, NAMES)
    made: object = initializer() if isinstance(initializer, type) else initializer
    if isinstance(made, KerasInitializer):
        return made.started()
    if not callable(initializer):
        raise TypeError(
            "an initializer is a name or a function (fan_in, fan_out, rng) -> weight, "
            f"got {initializer!r:.60}"
        )
    return initializer


__all__ = [
    "GLOBAL",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "KerasInitializer",
    "LecunNormal",
    "LecunUniform",
    "NumpySource",
    "Ones",
    "RandomNormal",
    "RandomUniform",
    "Seed",
    "Source",
    "TruncatedNormal",
    "Zeros",
    "constant",
    "generator",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "source",
    "truncated_normal",
    "uniform",
]
