"""Clipping: limit gradients by their norm or by their values; names as in PyTorch."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from autograd_core import Value
from autograd_core.graph import has_gradient, plain_gradient
from autograd_core.table import FLOAT
from nn.optimizers.rule import shrink


def clip_grad_norm_(
    parameters: Iterable[Value] | Value,
    max_norm: float,
    norm_type: float | str = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients so that their joint norm is at most `max_norm`.

    Args:
        parameters: The parameters whose gradients to scale.
        max_norm: The largest norm, at least 0.
        norm_type: The p of the norm (sum of |g|^p)^(1/p), above 0; inf or "inf" is the largest
            |g|.
        error_if_nonfinite: Whether a norm of inf or nan is an error; else the gradients become 0 or
            nan.

    Raises:
        ValueError: If `max_norm` is below 0, `norm_type` is not above 0, or the norm is not finite
            and `error_if_nonfinite` is True.
        TypeError: If a parameter is not a Value.

    Returns:
        The norm before.

    >>> w = Value(0.0)
    >>> w.grad = 4.0
    >>> clip_grad_norm_([w], 1.0), round(w.grad, 5)
    (4.0, 1.0)

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """
    norm_type = float(norm_type)
    if not norm_type > 0.0:
        raise ValueError(
            f"norm_type must be above 0, got {norm_type}; 2 is the length, inf the largest |g|"
        )
    _check_limit("max_norm", max_norm)
    items = _with_gradient(parameters)
    gradients = np.array([plain_gradient(parameter.grad) for parameter in items] or [0.0])
    with np.errstate(all="ignore"):  # IEEE throughout: the square of 1e200 is inf
        norm = float(np.linalg.norm(gradients, norm_type))
    if error_if_nonfinite and not math.isfinite(norm):
        raise ValueError(f"the norm of the gradients is {norm}; detect_anomaly() names its origin")
    for parameter in items:
        parameter.grad *= shrink(FLOAT, norm, max_norm)
    return norm


def clip_grad_value_(parameters: Iterable[Value] | Value, clip_value: float) -> None:
    """Limit every gradient to +-`clip_value`.

    Raises:
        ValueError: If `clip_value` is below 0.
        TypeError: If a parameter is not a Value.

    >>> w = Value(0.0)
    >>> w.grad = -4.0
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    -1.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    _check_limit("clip_value", clip_value)
    for parameter in _with_gradient(parameters):
        # in this order of arguments nan stays nan
        parameter.grad = min(max(parameter.grad, -clip_value), clip_value)


def _check_limit(name: str, limit: float) -> None:
    if not limit >= 0.0:
        raise ValueError(f"{name} must be at least 0, got {limit}; gradients would be reversed")


def _with_gradient(parameters: Iterable[Value] | Value) -> list[Value]:
    """Return the parameters that have a gradient."""
    items = [parameters] if isinstance(parameters, Value) else list(parameters)
    for item in items:
        if not isinstance(item, Value):
            raise TypeError(f"clipping takes Values, got {item!r:.60}; pass model.parameters()")
    return [item for item in items if has_gradient(item.grad)]
