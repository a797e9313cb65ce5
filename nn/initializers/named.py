"""Named: the initializers by name, and what a layer makes of what it is given."""

from __future__ import annotations

from nn.basics import look_up
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
    "zero": constant(0.0),  # as in older Keras, like "uniform" and "normal"
    "ones": constant(1.0),
    "one": constant(1.0),
}


def get(initializer: str | Initializer) -> Initializer:
    """Return the initializer of that name; anything callable is one already.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.

    >>> from nn.initializers import GLOBAL, Constant
    >>> get("ones")(2, 4, GLOBAL), get(Constant(0.5))(2, 4, GLOBAL)
    (1.0, 0.5)
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
