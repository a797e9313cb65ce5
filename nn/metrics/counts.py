"""Counts: true and false positives and negatives at each of many thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats
from nn.metrics.class_numbers import labels, output_weights, ratio, rows, same_length

Thresholds: TypeAlias = float | Sequence[float] | None


class Counts(NamedTuple):
    """Counts, or sums of sample weights, `(thresholds,)` each.

    Attributes:
        true_positives: Targets of 1 that are predicted to be 1.
        false_positives: Targets of 0 that are predicted to be 1.
        false_negatives: Targets of 1 that are predicted to be 0.
        true_negatives: Targets of 0 that are predicted to be 0.
    """

    true_positives: Floats
    false_positives: Floats
    false_negatives: Floats
    true_negatives: Floats

    def precision(self) -> Floats:
        """Return true positives / predicted positives."""
        return ratio(self.true_positives, self.true_positives + self.false_positives)

    def sensitivity(self) -> Floats:
        """Return true positives / positives (recall)."""
        return ratio(self.true_positives, self.true_positives + self.false_negatives)

    def specificity(self) -> Floats:
        """Return true negatives / negatives."""
        return ratio(self.true_negatives, self.true_negatives + self.false_positives)


def count(
    targets: ArrayLike,
    predictions: ArrayLike,
    thresholds: Thresholds,
    class_id: int | None = None,
    top_k: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> Counts:
    """Return the counts at each threshold.

    Args:
        targets: 0 or 1 for each output, or class numbers.
        predictions: Outputs.
        thresholds: One or several; None is 0.5, or no threshold if `top_k` is given.
        class_id: The number of the only output to count.
        top_k: Only the so many largest outputs of a row can be positive.
        sample_weight: `(samples,)` the weight of each sample, or `(samples, outputs)`.

    Raises:
        ValueError: If the shapes differ, `class_id` is not the number of an output, or `top_k` is
            given for a single output.

    >>> count([0, 1, 1], [0.2, 0.4, 0.9], [0.3, 0.5]).true_positives
    array([2., 1.])
    """
    wanted, outputs = yes_or_no(targets, predictions)
    weights = output_weights(sample_weight, outputs.shape)
    if top_k is not None:
        if outputs.shape[1] == 1:
            raise ValueError("top_k is for several outputs per sample, got one; leave it out")
        order = np.argsort(-outputs, axis=1, kind="stable")
        np.put_along_axis(outputs := outputs.copy(), order[:, int(top_k) :], -np.inf, axis=1)
    if class_id is not None:
        if not 0 <= class_id < outputs.shape[1]:
            raise ValueError(
                f"class_id must be the number of an output, 0 to {outputs.shape[1] - 1}, got "
                f"{class_id}"
            )
        wanted, outputs, weights = (table[:, [class_id]] for table in (wanted, outputs, weights))
    default = 0.5 if top_k is None else -np.finfo(np.float64).max
    limits = np.atleast_1d(np.asarray(default if thresholds is None else thresholds, np.float64))
    scores = np.where(np.isnan(outputs), -np.inf, outputs).ravel()  # nan is never positive
    order = np.argsort(scores, kind="stable")
    places = np.searchsorted(scores[order], limits, side="right")
    positives, negatives = (  # how many of the targets 1 and 0 have one of the n lowest scores
        np.concatenate([[0.0], np.cumsum((weights * part).ravel()[order])])
        for part in (wanted, 1.0 - wanted)
    )
    return Counts(
        true_positives=positives[-1] - positives[places],
        false_positives=negatives[-1] - negatives[places],
        false_negatives=positives[places],
        true_negatives=negatives[places],
    )


def yes_or_no(targets: ArrayLike, predictions: ArrayLike) -> tuple[Floats, Floats]:
    """Return targets of 0 and 1, and outputs, both `(samples, outputs)`.

    Class numbers become one-hot rows if there are several outputs, targets of -1 become 0.

    >>> yes_or_no([1, 0], [[0.1, 0.9], [0.8, 0.2]])[0].tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    same_length(targets, predictions)
    wanted, outputs = rows(targets), rows(predictions)
    if wanted.shape[1] == 1 < outputs.shape[1]:
        wanted = (labels(wanted)[:, None] == np.arange(outputs.shape[1])).astype(np.float64)
    if wanted.shape != outputs.shape:
        raise ValueError(
            f"this metric wants a target of 0 or 1 for each output, got targets of shape "
            f"{wanted.shape} and predictions of shape {outputs.shape}; pass equal shapes"
        )
    return (wanted > 0.0).astype(np.float64), outputs
