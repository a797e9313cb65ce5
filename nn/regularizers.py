"""Regularizers: penalties on weights that `fit` adds to the loss, by Keras's names.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value, functional, ops
from nn.basics import Number, look_up, number

Penalty: TypeAlias = Callable[[Sequence[Value]], Number]
"""`penalty(weights) -> number`, arithmetic on Values."""


class L1L2:
    """l1 * sum(|w|) + l2 * sum(w^2).

    Args:
        l1: The factor of the absolute values, at least 0.
        l2: The factor of the squares, at least 0.

    Raises:
        ValueError: If a factor is below 0.

    >>> L1L2(l1=0.5, l2=2.0)([Value(-1.0), Value(2.0)]).data
    11.5

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        name = type(self).__name__
        self.l1, self.l2 = number(f"{name}'s l1", l1), number(f"{name}'s l2", l2)
        if self.l1 < 0.0 or self.l2 < 0.0:
            raise ValueError(f"{name} wants numbers of at least 0, got {l1} and {l2}")

    def __call__(self, weights: Sequence[Value] | NDArray[Any]) -> Value:
        """Return the penalty of a sequence of Values, or of an array of any shape."""
        if isinstance(weights, np.ndarray):
            weights = weights.ravel().tolist()
        total: Number = 0.0
        if self.l1:
            total = self.l1 * functional.total([functional.call(ops.ABS, w) for w in weights])
        if self.l2:
            total = total + self.l2 * functional.total([w * w for w in weights])
        return Value.operand(total)

    def config(self) -> dict[str, float]:
        """Return the arguments to make such a regularizer again."""
        return {"l1": self.l1, "l2": self.l2}

    def __repr__(self) -> str:
        return f"L1L2(l1={self.l1}, l2={self.l2})"


class L1(L1L2):
    """l1 * sum(|w|), which makes many weights 0 (lasso).

    >>> L1(0.5)([Value(-1.0), Value(2.0)]).data
    1.5

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """l2 * sum(w^2), which keeps weights small (ridge).

    >>> L2(0.5)([Value(-1.0), Value(2.0)]).data
    2.5

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


l1, l2 = L1, L2  # functions in older versions of Keras


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Return `L1L2` with the defaults of older versions of Keras.

    >>> l1_l2()
    L1L2(l1=0.01, l2=0.01)

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """
    return L1L2(l1, l2)


NAMES: dict[str, Callable[[], L1L2]] = {"l1": L1, "l2": L2, "l1_l2": l1_l2}
Choice: TypeAlias = str | Penalty | Mapping[str, float] | None


def get(regularizer: Choice) -> Penalty | None:
    """Return the regularizer of that name, or of a dict of `l1` and `l2`.

    A function of weights is returned unchanged, a class is instantiated.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor a dict nor callable.

    >>> get("l2"), get({"l1": 0.5})
    (L1L2(l1=0.0, l2=0.01), L1L2(l1=0.5, l2=0.0))
    """
    if isinstance(regularizer, str):
        return look_up("regularizer", regularizer, NAMES)()
    if isinstance(regularizer, Mapping):
        return L1L2(**regularizer)
    made: object = regularizer() if isinstance(regularizer, type) else regularizer
    if made is None or callable(made):
        return cast("Penalty | None", made)
    raise TypeError(
        f"a regularizer is a name or a function of weights, got {regularizer!r:.60}; "
        "nn.regularizers.L2(0.01), say"
    )


def saved(regularizer: Penalty | None) -> object:
    """Return a regularizer as a saved model stores it; a user's function is returned unchanged."""
    return regularizer.config() if isinstance(regularizer, L1L2) else regularizer


__all__ = ["L1", "L1L2", "L2", "NAMES", "Penalty", "get", "l1", "l1_l2", "l2", "saved"]
