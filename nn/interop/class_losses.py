"""Losses on classes under PyTorch's names, with class weights and a class to ignore."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import functional, ops
from nn.basics import Floats, Mask, Number, numeric, whole
from nn.interop.torch_losses import Reduced
from nn.losses import CategoricalCrossentropy
from nn.losses.loss import Numbers, Predictions, Targets


class _ClassLoss(Reduced, CategoricalCrossentropy):
    """Base of both: class weights, a class to ignore, and PyTorch's mean.

    For targets that are class numbers the mean is sum(w[y] * loss) / sum(w[y]) over the samples
    that are not ignored; for rows of probabilities it is over all samples. `fit` divides by the
    number of samples that are not ignored in both cases, as with Keras's `class_weight`; metrics
    leave ignored samples out.
    """

    def __init__(
        self,
        weight: ArrayLike | None = None,
        size_average: None = None,
        ignore_index: int = -100,
        reduce: None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(from_logits=True, label_smoothing=label_smoothing)
        self.ignore_index = whole("ignore_index", ignore_index, -sys.maxsize)
        self.weight: list[float] | None = None
        if weight is not None:
            self.weight = numeric(weight, "weight").reshape(-1).tolist()
        self.choose_reduction(reduction, size_average, reduce)

    def __call__(
        self, predictions: Predictions, targets: Targets, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Return the loss of one sample or of a batch, as one Value; see `Loss`."""
        loss = super().__call__(predictions, targets, sample_weight)
        if self.reduction == "none":
            return loss
        rows = self._rows(predictions)
        labels = np.asarray(targets, dtype=object).reshape(-1)
        if self.reduction == "sum" or len(labels) != len(rows):
            return loss
        counted = [label for label in labels.tolist() if label != self.ignore_index]
        count = sum(1.0 if self.weight is None else self.weight[int(label)] for label in counted)
        if not count:
            return loss * 0.0 + math.nan  # a mean of no samples: nan, with gradient 0 as in PyTorch
        return loss if count == len(rows) else loss * (len(rows) / count)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as one-hot rows; a row of zeros for the class to ignore.

        Raises:
            ValueError: If a class number is out of range, rows do not sum to 1, or there is not
                one weight for each class.
        """
        if self.weight is not None and len(self.weight) != outputs:
            raise ValueError(
                f"weight wants {outputs} numbers, one for each output of the model, got "
                f"{len(self.weight)}; give every class one, 1 where it counts as it is"
            )
        array = numeric(targets, self.name)
        ignored = array.reshape(-1) == self.ignore_index
        if array.size != len(array) or not ignored.any():
            return super().prepare(targets, outputs)
        rows = super().prepare(np.where(ignored, 0.0, array.reshape(-1)), outputs)
        rows[ignored] = 0.0
        return rows

    def known(self, targets: Floats) -> Mask | None:
        """Return which samples are not of the class to ignore; None if all of them count."""
        mask = np.asarray(targets.any(axis=1))
        return None if mask.all() else mask

    counted = known

    def target_weights(self, target: Numbers) -> Numbers:
        """Return the factor of each class's -log(p): its target probability times its weight."""
        if self.label_smoothing:
            factor, share = 1.0 - self.label_smoothing, self.label_smoothing / len(target)
            # 0 for the row of zeros of an ignored sample, which is not smoothed, 1 for any other
            counts = functional.call(ops.SIGN, functional.total(target))
            target = [t * factor + counts * share for t in target]
        if self.weight is not None:
            target = [t * w for t, w in zip(target, self.weight, strict=True)]
        return target


class CrossEntropyLoss(_ClassLoss):
    """Categorical cross-entropy from logits.

    Args:
        weight: `(classes,)` the weight of the samples of each class.
        size_average: None; deprecated in PyTorch in favour of `reduction`.
        ignore_index: A class number whose samples are ignored.
        reduce: None, as `size_average`.
        reduction: "mean", divided by the sum of the weights of the samples that are not ignored,
            "sum", or "none", which `fit` does not take.
        label_smoothing: The s of targets t * (1 - s) + s / K for K classes, 0 to 1.

    >>> round(CrossEntropyLoss()([[1.0, 2.0, 3.0]], [2]).data, 6)
    0.407606

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample; `target` is one-hot (or probabilities)."""
        self._warn_if_squashed(outputs)
        wanted = self.target_weights(target)
        return functional.total(wanted) * functional.logsumexp(outputs) - functional.dot(
            wanted, outputs
        )


class NLLLoss(_ClassLoss):
    """-log of the probability of the true class, from log-probabilities (after `log_softmax`).

    Arguments are those of `CrossEntropyLoss`, without `label_smoothing`.

    >>> from nn import log_softmax
    >>> round(NLLLoss()([log_softmax([1.0, 2.0, 3.0])], [2]).data, 6)
    0.407606

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        weight: ArrayLike | None = None,
        size_average: None = None,
        ignore_index: int = -100,
        reduce: None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, ignore_index, reduce, reduction)
        self.name = "nll"

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample; `target` is one-hot (or probabilities)."""
        return -functional.dot(self.target_weights(target), outputs)
