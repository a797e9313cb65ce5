"""Options of optimizers: what all take by name, Keras's names for it, the range of a number."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, TypedDict


class Shared(TypedDict, total=False):
    """What every optimizer takes by name, after its own options."""

    clip_norm: float | None
    """Shrink all gradients together to this Euclidean norm, if they are longer."""
    clip_value: float | None
    """Limit every gradient to +- this."""
    maximize: bool | None
    """Go up the gradient instead of down."""
    # Keras's names: for the two above, then for lr, eps, alpha and betas.
    global_clipnorm: float | None
    clipvalue: float | None
    learning_rate: float | None
    epsilon: float | None
    rho: float | None
    beta_1: float | None
    beta_2: float | None
    clipnorm: float | None


KERAS_NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "rho": "alpha",
    "global_clipnorm": "clip_norm",
    "clipvalue": "clip_value",
}


def renamed(options: Mapping[str, Any], own: Container[str] = ()) -> dict[str, Any]:
    """Return the options that are not None, by PyTorch's names; those in `own` stay as they are.

    Raises:
        ValueError: If `clipnorm` is among them.

    >>> renamed({"learning_rate": 0.1, "clipvalue": None})
    {'lr': 0.1}
    """
    named = {k: k if k in own else KERAS_NAMES.get(k, k) for k in options}
    given = {named[k]: v for k, v in options.items() if v is not None}
    if "clipnorm" in given:  # each weight is a parameter here, so there are no arrays to shrink
        raise ValueError(
            "Keras's clipnorm shrinks the gradient of each weight array by itself; here each "
            "weight is a number: use clip_norm (Keras's global_clipnorm) or clip_value"
        )
    return given
