"""Constraints: functions that `fit` applies to weights after each step, by Keras's names.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import numpy as np

from nn.basics import Config, Floats, look_up, number, resolve

Constrain: TypeAlias = Callable[[Floats], Floats]
"""`constrain(weights) -> weights`, an array `(inputs, neurons)` or `(neurons,)`."""
_EPSILON = 1e-7  # Keras's; keeps the division by a norm of 0 finite


class Constraint:
    """Base of all constraints; `constraint(weights)` returns weights that satisfy it."""

    def __call__(self, weights: Floats) -> Floats:
        """Return the constrained weights."""
        raise NotImplementedError

    def config(self) -> dict[str, object]:
        """Return the class and its arguments."""
        return {"kind": type(self).__name__, **vars(self)}

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={option!r}" for name, option in vars(self).items())
        return f"{type(self).__name__}({options})"


class NonNeg(Constraint):
    """Weights below 0 become 0.

    >>> NonNeg()(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __call__(self, weights: Floats) -> Floats:
        """Return the constrained weights."""
        return np.maximum(weights, 0.0)


class MinMaxNorm(Constraint):
    """The Euclidean norm of a neuron's weights is kept between two limits.

    Args:
        min_value: The lower limit of the norm.
        max_value: The upper limit of the norm.
        rate: The share of the correction that each step applies, 0 to 1.
        axis: The axis to sum over: 0 for a norm per neuron, 1 for a norm per input.

    >>> MinMaxNorm(1.0, 2.0)(np.array([[3.0], [4.0]])).round(5).tolist()
    [[1.2], [1.6]]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: int = 0
    ) -> None:
        what = type(self).__name__
        self.min_value = number(f"{what}'s min_value", min_value)
        self.max_value = number(f"{what}'s max_value", max_value)
        self.rate, self.axis = number(f"{what}'s rate", rate), int(number(f"{what}'s axis", axis))

    def __call__(self, weights: Floats) -> Floats:
        """Return the constrained weights."""
        norms = np.sqrt(np.sum(weights * weights, axis=self.axis, keepdims=True))
        wanted = np.clip(norms, self.min_value, self.max_value)
        wanted = self.rate * wanted + (1.0 - self.rate) * norms
        return cast(Floats, weights * wanted / (_EPSILON + norms))


class MaxNorm(Constraint):
    """The Euclidean norm of a neuron's weights is at most `max_value` (Srivastava et al. 2014).

    Args:
        max_value: The upper limit of the norm.
        axis: The axis to sum over: 0 for a norm per neuron, 1 for a norm per input.

    >>> MaxNorm(1.0)(np.array([[3.0], [4.0]])).round(5).tolist()
    [[0.6], [0.8]]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, max_value: float = 2.0, axis: int = 0) -> None:
        self.max_value = number("MaxNorm's max_value", max_value)
        self.axis = int(number("MaxNorm's axis", axis))

    def __call__(self, weights: Floats) -> Floats:
        """Return the constrained weights."""
        return MinMaxNorm(0.0, self.max_value, axis=self.axis)(weights)


class UnitNorm(Constraint):
    """The weights of a neuron have Euclidean norm 1.

    Args:
        axis: The axis to sum over: 0 for a norm per neuron, 1 for a norm per input.

    >>> UnitNorm()(np.array([[3.0], [4.0]])).round(5).tolist()
    [[0.6], [0.8]]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, axis: int = 0) -> None:
        self.axis = int(number("UnitNorm's axis", axis))

    def __call__(self, weights: Floats) -> Floats:
        """Return the constrained weights."""
        return MinMaxNorm(1.0, 1.0, axis=self.axis)(weights)


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # Keras's names of 2015
NAMES: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}
Choice: TypeAlias = str | Constrain | Config | None


def get(constraint: Choice) -> Constrain | None:
    """Return the constraint of that name; a function of an array is returned unchanged.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> get("unit_norm"), get(MaxNorm(3.0))
    (UnitNorm(axis=0), MaxNorm(max_value=3.0, axis=0))
    """
    if isinstance(constraint, Mapping):
        given = dict(constraint)
        return look_up("constraint", given.pop("kind"), NAMES)(**given)
    made = resolve("constraint", constraint, NAMES)
    if made is None or callable(made):
        return cast("Constrain | None", made)
    raise TypeError(
        f"a constraint is a name or a function of an array, got {constraint!r:.60}; "
        "nn.constraints.MaxNorm(3.0), say"
    )


def saved(constraint: Constrain | None) -> object:
    """Return a constraint as a saved model stores it; a user's function is returned unchanged."""
    return constraint.config() if isinstance(constraint, Constraint) else constraint


__all__ = [
    "NAMES", "Constrain", "Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "get",
    "max_norm", "maxnorm", "min_max_norm", "non_neg", "nonneg", "saved", "unit_norm", "unitnorm",
]  # fmt: skip
