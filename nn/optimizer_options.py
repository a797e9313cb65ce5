"""Options of optimizers: what all take by name, Keras's names for it, the range of a number."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from typing import Any, TypedDict

import numpy as np


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
    """
    named = {k: k if k in own else KERAS_NAMES.get(k, k) for k in options}
    given = {named[k]: v for k, v in options.items() if v is not None}
    if "clipnorm" in given:  # each weight is a parameter here, so there are no arrays to shrink
        raise ValueError(
            "Keras's clipnorm shrinks the gradient of each weight array by itself; here each "
            "weight is a number: use clip_norm (Keras's global_clipnorm) or clip_value"
        )
    return given


def check_range(what: str, number: object, low: float, high: float) -> None:
    """Refuse a number that is not from `low` to below `high`.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is out of range.

    >>> check_range("SGD's lr", 0.1, 0.0, math.inf)
    """
    if not isinstance(number, int | float | np.number):
        raise TypeError(
            f"{what} must be a number, got {number!r:.60}; a schedule goes to compile(schedule=...)"
        )
    if not low <= number < high:
        end = f"below {high:g}" if high < math.inf else "finite"
        raise ValueError(f"{what} must be at least {low:g} and {end}, got {number}")
