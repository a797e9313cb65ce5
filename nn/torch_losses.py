"""Losses under PyTorch's names, with its `reduction`."""

from __future__ import annotations

from autograd_core import functional
from nn.entropy import BinaryCrossentropy, CategoricalCrossentropy
from nn.loss import Loss, Numbers
from nn.losses import Huber, MeanAbsoluteError, MeanSquaredError
from nn.names import look_up
from nn.shapes import Number


class _Reduced(Loss):
    """A loss that is a mean, or a sum over the samples and over their outputs."""

    def reduce(self, reduction: str) -> None:
        """Choose "mean" or "sum"; PyTorch's "none" would be no single number."""
        self.reduction = look_up("reduction", reduction, {"mean": "mean", "sum": "sum"})

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample."""
        if self.reduction == "mean" or self.whole_row:
            return super().sample(outputs, target)
        return functional.total(
            [self.element(output, t) for output, t in zip(outputs, target, strict=True)]
        )


class MSELoss(_Reduced, MeanSquaredError):
    """(prediction - target)^2, the mean or the sum over outputs and samples.

    >>> MSELoss(reduction="sum")([[1.0, 2.0], [3.0, 5.0]], [[0.0, 0.0], [0.0, 0.0]]).data
    39.0

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean") -> None:
        self.reduce(reduction)


class L1Loss(_Reduced, MeanAbsoluteError):
    """|prediction - target|, the mean or the sum over outputs and samples.

    >>> L1Loss()([[1.0, 3.0]], [[0.0, 0.0]]).data
    2.0

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean") -> None:
        self.reduce(reduction)


class HuberLoss(_Reduced, Huber):
    """error^2 / 2 up to `delta`, from there on linear in |error| (Huber 1964).

    >>> HuberLoss(reduction="sum")([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    2.625

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(delta)
        self.reduce(reduction)


class BCELoss(_Reduced, BinaryCrossentropy):
    """Binary cross-entropy of probabilities.

    >>> round(BCELoss()([0.9, 0.1], [1, 0]).data, 6)
    0.105361

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduce(reduction)


class BCEWithLogitsLoss(_Reduced, BinaryCrossentropy):
    """Binary cross-entropy from logits.

    >>> round(BCEWithLogitsLoss()([0.0], [1]).data, 6)
    0.693147

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(from_logits=True)
        self.reduce(reduction)


class CrossEntropyLoss(_Reduced, CategoricalCrossentropy):
    """Categorical cross-entropy from logits.

    >>> round(CrossEntropyLoss()([[1.0, 2.0, 3.0]], [2]).data, 6)
    0.407606

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(from_logits=True)
        self.reduce(reduction)
