"""Metrics of two classes: precision, recall, f1, and the area under the ROC curve.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nn.metrics.class_numbers import classes, labels, rows


def _counts(targets: ArrayLike, predictions: ArrayLike, threshold: float) -> tuple[int, int, int]:
    same_length(targets, predictions)
    _of_two_classes(targets, predictions)
    true, said = labels(targets) == 1, classes(predictions, threshold) == 1
    return int((true & said).sum()), int((~true & said).sum()), int((true & ~said).sum())


def precision(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return how many of the samples said to be of class 1 are; 0 if none is said to be.

    >>> precision([0, 1, 1], [0.9, 0.8, 0.1])
    0.5
    """
    hit, false_alarm, _ = _counts(targets, predictions, threshold)
    return hit / (hit + false_alarm) if hit else 0.0


def recall(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return how many of the samples of class 1 are said to be; 0 if there is none.

    >>> recall([0, 1, 1, 1], [0.9, 0.8, 0.1, 0.7])
    0.6666666666666666
    """
    hit, _, missed = _counts(targets, predictions, threshold)
    return hit / (hit + missed) if hit else 0.0


def f1(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return the harmonic mean of precision and recall.

    >>> f1([0, 1, 1], [0.9, 0.8, 0.1])
    0.5
    """
    hit, false_alarm, missed = _counts(targets, predictions, threshold)
    return 2.0 * hit / (2 * hit + false_alarm + missed) if hit else 0.0


def auc(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the area under the ROC curve; nan if there is only one class.

    It is the chance that a sample of class 1 scores higher than one of class 0, a tie counting
    half (Hanley & McNeil 1982).

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    same_length(targets, predictions)
    _of_two_classes(targets, predictions)
    true, scores = labels(targets) == 1, rows(predictions)[:, -1]
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places]  # ties share their mean rank
    positive, negative = int(true.sum()), int((~true).sum())
    if not positive or not negative:
        return float("nan")
    return float((ranks[true].sum() - positive * (positive + 1) / 2.0) / (positive * negative))


def same_length(targets: ArrayLike, predictions: ArrayLike) -> None:
    """Raise ValueError if there is not a prediction for every target.

    Raises:
        ValueError: If there is not.
    """
    count, said = len(np.asarray(targets)), len(np.asarray(predictions))
    if count != said:
        raise ValueError(f"a metric got {count} targets and {said} predictions; pass as many")


def _of_two_classes(targets: ArrayLike, predictions: ArrayLike) -> None:
    count = max(rows(predictions).shape[1], int(labels(targets).max(initial=0)) + 1)
    if count > 2:
        raise ValueError(
            f"this metric is of two classes, got {count}; compare one with the rest, or use "
            "accuracy or confusion_matrix"
        )
