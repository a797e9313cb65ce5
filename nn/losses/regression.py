"""Regression: squared and absolute errors, and Huber's loss."""

from __future__ import annotations

from typing import Unpack

from autograd_core import functional, ops
from nn.basics import Number, number
from nn.losses.loss import Common, Loss


class MeanSquaredError(Loss):
    """(prediction - target)^2, the mean over outputs and samples.

    >>> MeanSquaredError()([1.0, 2.0], [0.0, 0.0]).data
    2.5

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "mse"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the squared error of one output."""
        error = output - target
        return error * error


class SumSquaredError(MeanSquaredError):
    """(prediction - target)^2, the sum over outputs and samples.

    >>> SumSquaredError()([1.0, 2.0], [0.0, 0.0]).data
    5.0

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "sse"
    reduction = "sum"


class MeanAbsoluteError(Loss):
    """|prediction - target|, the mean over outputs and samples.

    >>> MeanAbsoluteError()([1.0, 3.0], [0.0, 0.0]).data
    2.0

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "mae"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the absolute error of one output."""
        return functional.call(ops.ABS, output - target)


class Huber(Loss):
    """error^2 / 2 where |error| <= delta, else delta * (|error| - delta / 2) (Huber 1964).

    Raises:
        ValueError: If `delta` is not above 0.

    >>> Huber(delta=1.0)([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    1.3125

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "huber"
    symmetric = True

    def __init__(self, delta: float = 1.0, **common: Unpack[Common]) -> None:
        super().__init__(**common)
        self.delta = number("huber's delta", delta)
        if not delta > 0.0:
            raise ValueError(f"huber wants delta above 0, got {delta}; 1 is the default")

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        error = output - target
        clipped = functional.call(ops.CLIP, error, -self.delta, self.delta)  # smooth at 0
        return clipped * (error - 0.5 * clipped)
