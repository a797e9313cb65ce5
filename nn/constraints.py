"""Constraints: what weights are made to keep to after each step of `fit`, by Keras's names.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

import numpy as np

from nn.basics import Floats, chosen, look_up, number

Constrain: TypeAlias = Callable[[Floats], Floats]
"""`constrain(weights) -> weights`, an array `(inputs, neurons)` or `(neurons,)`."""
_EPSILON = 1e-7  # Keras's


class Constraint:
    """What all constraints share; `constraint(weights)` returns weights that keep to it."""

    def __call__(self, weights: Floats) -> Floats:
        """Return the weights as they may be."""
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
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
        """Return the weights as they may be."""
        return np.maximum(weights, 0.0)


class MinMaxNorm(Constraint):
    """The length of a neuron's weights is kept between two numbers.

    Args:
        min_value: The least length.
        max_value: The largest length.
        rate: How much of the way weights go there at each step, 0 to 1.
        axis: 0 for the weights of a neuron, 1 for those of an input.

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
        """Return the weights as they may be."""
        norms = np.sqrt(np.sum(weights * weights, axis=self.axis, keepdims=True))
        wanted = np.clip(norms, self.min_value, self.max_value)
        wanted = self.rate * wanted + (1.0 - self.rate) * norms
        return cast(Floats, weights * wanted / (_EPSILON + norms))


class MaxNorm(Constraint):
    """The weights of a neuron are no longer than that (Srivastava et al. 2014).

    Args:
        max_value: The largest length.
        axis: 0 for the weights of a neuron, 1 for those of an input.

    >>> MaxNorm(1.0)(np.array([[3.0], [4.0]])).round(5).tolist()
    [[0.6], [0.8]]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, max_value: float = 2.0, axis: int = 0) -> None:
        self.max_value = number("MaxNorm's max_value", max_value)
        self.axis = int(number("MaxNorm's axis", axis))

    def __call__(self, weights: Floats) -> Floats:
        """Return the weights as they may be."""
        return MinMaxNorm(0.0, self.max_value, axis=self.axis)(weights)


class UnitNorm(Constraint):
    """The weights of a neuron have length 1.

    Args:
        axis: 0 for the weights of a neuron, 1 for those of an input.

    >>> UnitNorm()(np.array([[3.0], [4.0]])).round(5).tolist()
    [[0.6], [0.8]]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, axis: int = 0) -> None:
        self.axis = int(number("UnitNorm's axis", axis))

    def __call__(self, weights: Floats) -> Floats:
        """Return the weights as they may be."""
        return MinMaxNorm(1.0, 1.0, axis=self.axis)(weights)


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # as they were called in 2015
NAMES: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}
Choice: TypeAlias = "str | Constrain | Mapping[str, Any] | None"


def get(constraint: Choice) -> Constrain | None:
    """Return the constraint of that name; a function of an array is one.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is something else.

    >>> get("unit_norm"), get(MaxNorm(3.0))
    (UnitNorm(axis=0), MaxNorm(max_value=3.0, axis=0))
    """
    if isinstance(constraint, Mapping):
        given = dict(constraint)
        return look_up("constraint", given.pop("kind"), NAMES)(**given)
    made = chosen("constraint", constraint, NAMES)
    if made is None or callable(made):
        return cast("Constrain | None", made)
    raise TypeError(
        f"a constraint is a name or a function of an array, got {constraint!r:.60}; "
        "nn.constraints.MaxNorm(3.0), say"
    )


def saved(constraint: Constrain | None) -> object:
    """Return a constraint as a file can hold it; a function of one's own as it is."""
    return constraint.config() if isinstance(constraint, Constraint) else constraint


__all__ = [
    "NAMES", "Constrain", "Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "get",
    "max_norm", "maxnorm", "min_max_norm", "non_neg", "nonneg", "saved", "unit_norm", "unitnorm",
]  # fmt: skip
