"""Minimize: scipy's L-BFGS, imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol

from nn.basics import Floats


class Minimum(Protocol):
    """The part of scipy's `OptimizeResult` that is used."""

    x: Floats
    fun: float
    nit: int
    success: bool
    message: str


def minimized(
    objective: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    options: Mapping[str, float],
) -> Minimum:
    """Return the result of scipy's `minimize`.

    Args:
        objective: Returns the value and the gradient at a point.
        start: The first point.
        options: Of the method L-BFGS-B.

    Raises:
        ImportError: If there is no scipy.
    """
    try:
        minimize = import_module("scipy.optimize").minimize
    except ImportError:
        raise ImportError(
            "solver='lbfgs' needs scipy: pip install scipy, or take solver='adam'"
        ) from None
    found: Minimum = minimize(objective, start, jac=True, method="L-BFGS-B", options=dict(options))
    return found
