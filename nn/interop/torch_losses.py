"""Losses under PyTorch's names, with its arguments in its order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value, functional, ops
from nn.basics import Number, Rows, is_batch, look_up, number, numeric
from nn.losses import BinaryCrossentropy, Huber, MeanAbsoluteError, MeanSquaredError
from nn.losses.loss import Loss, Numbers, Predictions, Targets

_MIN_PROBABILITY = math.exp(-100.0)  # so that logarithms are at least -100, as in PyTorch


class Reduced(Loss):
    """Base of losses with PyTorch's `reduction`: a mean, a sum, or the loss of each output."""

    def __call__(
        self, predictions: Predictions, targets: Targets, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Return the loss as one Value; with reduction="none" one for each output or sample."""
        if self.reduction != "none" or self.whole_row:
            return super().__call__(predictions, targets, sample_weight)
        rows = self._rows(predictions)
        weights = self._weights(1.0 if sample_weight is None else sample_weight, rows)
        each = [
            Rows([Value.operand(loss * weight) for loss in self.elements(row, target)])
            for row, target, weight in zip(rows, self._targets(targets, rows), weights, strict=True)
        ]
        if is_batch(predictions):
            return Rows(each)
        flat = Rows([number for row in each for number in row])
        return flat if isinstance(predictions, Sequence | np.ndarray) else flat[0]

    def choose_reduction(
        self,
        reduction: str,
        size_average: object = None,
        reduce: object = None,
        weight: object = None,
    ) -> None:
        """Set the reduction, "mean", "sum" or "none".

        Raises:
            ValueError: If the reduction is unknown, or any other argument is not None.
        """
        name = type(self).__name__
        if size_average is not None or reduce is not None:
            raise ValueError(
                f"{name} takes no size_average and no reduce, which PyTorch has deprecated; say "
                "reduction='mean' or reduction='sum'"
            )
        if weight is not None:
            raise ValueError(
                f"{name} takes no weight; give samples theirs when it is called: "
                "loss(predictions, targets, sample_weight=[...])"
            )
        known = {name: name for name in ("mean", "sum", "none")}
        self.reduction = look_up("reduction", reduction, known)


class _WithReduction(Reduced):
    """A loss that has no arguments besides its reduction."""

    def __init__(
        self, size_average: None = None, reduce: None = None, reduction: str = "mean"
    ) -> None:
        self.choose_reduction(reduction, size_average, reduce)


class MSELoss(_WithReduction, MeanSquaredError):
    """(prediction - target)^2, the mean or the sum over outputs and samples.

    Args:
        size_average: None; deprecated in PyTorch in favour of `reduction`.
        reduce: The same.
        reduction: "mean", "sum" or "none", which `fit` does not take.

    >>> MSELoss(reduction="sum")([[1.0, 2.0], [3.0, 5.0]], [[0.0, 0.0], [0.0, 0.0]]).data
    39.0

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """


class L1Loss(_WithReduction, MeanAbsoluteError):
    """|prediction - target|, the mean or the sum over outputs and samples.

    Arguments are those of `MSELoss`.

    >>> L1Loss()([[1.0, 3.0]], [[0.0, 0.0]]).data
    2.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """


class HuberLoss(Reduced, Huber):
    """error^2 / 2 where |error| <= delta, else delta * (|error| - delta / 2) (Huber 1964).

    >>> HuberLoss(reduction="sum")([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    2.625

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(delta)
        self.choose_reduction(reduction)


class SmoothL1Loss(Reduced, Huber):
    """HuberLoss / delta, with delta called `beta`: its slope far from 0 is 1 (Girshick 2015).

    Raises:
        ValueError: If `beta` is not above 0.

    >>> SmoothL1Loss(beta=2.0)([1.0, 3.0], [0.0, 0.0]).data  # 0.25 and 2
    1.125

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    name = "smooth_l1"

    def __init__(
        self,
        size_average: None = None,
        reduce: None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        if not number("SmoothL1Loss's beta", beta) > 0.0:
            raise ValueError(f"SmoothL1Loss wants beta above 0, got {beta}; at 0 it is L1Loss")
        super().__init__(beta)
        self.choose_reduction(reduction, size_average, reduce)

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return super().element(output, target) / self.delta


class BCELoss(Reduced, BinaryCrossentropy):
    """Binary cross-entropy of probabilities, with logarithms of at least -100.

    Args:
        weight: None; pass `sample_weight` when calling the loss.
        size_average: None; deprecated in PyTorch in favour of `reduction`.
        reduce: The same.
        reduction: "mean", "sum" or "none", which `fit` does not take.

    >>> round(BCELoss()([0.9, 0.1], [1, 0]).data, 6)
    0.105361

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        weight: None = None,
        size_average: None = None,
        reduce: None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.choose_reduction(reduction, size_average, reduce, weight)

    def logs(self, p: Number) -> tuple[Number, Number]:
        """Return log(p) and log(1 - p), both at least -100."""
        clipped = [functional.call(ops.MAXIMUM, q, _MIN_PROBABILITY) for q in (p, 1.0 - p)]
        return functional.call(ops.LOG, clipped[0]), functional.call(ops.LOG, clipped[1])


class BCEWithLogitsLoss(Reduced, BinaryCrossentropy):
    """Binary cross-entropy from logits: w * t * softplus(-z) + (1 - t) * softplus(z).

    Args:
        weight: None; pass `sample_weight` when calling the loss.
        size_average: None; deprecated in PyTorch in favour of `reduction`.
        reduce: The same.
        reduction: "mean", "sum" or "none", which `fit` does not take.
        pos_weight: The w above, the weight of targets of 1: a number, or one for each output.

    >>> round(BCEWithLogitsLoss()([0.0], [1]).data, 6)
    0.693147
    >>> round(BCEWithLogitsLoss(pos_weight=3.0)([0.0], [1]).data, 6)
    2.079442

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        weight: None = None,
        size_average: None = None,
        reduce: None = None,
        reduction: str = "mean",
        pos_weight: ArrayLike | None = None,
    ) -> None:
        super().__init__(from_logits=True)
        self.choose_reduction(reduction, size_average, reduce, weight)
        self.pos_weight: list[float] | None = None
        if pos_weight is not None:
            self.pos_weight = numeric(pos_weight, "pos_weight").reshape(-1).tolist()

    def elements(self, outputs: Numbers, target: Numbers) -> Numbers:
        """Return the loss of each output of one sample.

        Raises:
            ValueError: If `pos_weight` has neither one number nor one for each output.
        """
        if self.pos_weight is None:
            return super().elements(outputs, target)
        if len(self.pos_weight) not in (1, len(outputs)):
            raise ValueError(
                f"pos_weight wants one number or {len(outputs)}, one for each output, "
                f"got {len(self.pos_weight)}; leave it out for 1"
            )
        weights = self.pos_weight * (len(outputs) if len(self.pos_weight) == 1 else 1)
        return [
            weight * t * functional.call(ops.SOFTPLUS, -z)
            + (1.0 - t) * functional.call(ops.SOFTPLUS, z)
            for weight, z, t in zip(weights, outputs, target, strict=True)
        ]
