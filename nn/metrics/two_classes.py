"""Metrics of two classes: precision, recall, F1, and the area under the ROC curve.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats
from nn.metrics.averages import ByClass, averaged, by_class
from nn.metrics.class_numbers import (
    is_multilabel,
    labels,
    output_weights,
    pair,
    rows,
    same_length,
    sample_weights,
)

_WRONG_CLASSES = (
    "this metric is of two classes, got {}; compare one with the rest, or say "
    "average='macro', 'micro' or 'weighted'; or use accuracy or confusion_matrix"
)


def _counts(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None,
    each: bool | None,
    sample_weight: ArrayLike | None = None,
) -> tuple[float, float, float]:
    """Return true positives, false positives and false negatives."""
    wanted, outputs, counts, flattened = _flattened(targets, predictions, each, sample_weight)
    threshold = 0.5 if flattened and threshold is None else threshold
    true, predicted = pair(wanted, outputs, threshold)
    _check_two_classes(true, predicted, outputs)
    true, predicted = true == 1, predicted == 1
    tp, fp, fn = (
        float(counts[part].sum())
        for part in (true & predicted, ~true & predicted, true & ~predicted)
    )
    return tp, fp, fn


def _score(
    measure: str,
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None,
    each: bool | None,
    average: str,
    sample_weight: ArrayLike | None,
) -> float:
    """Return precision, recall or F1 of class 1, or the average of several classes."""
    if average != "binary":
        counted = by_class(targets, predictions, threshold, sample_weight)
        return averaged(getattr(ByClass, measure), average, counted)
    tp, fp, fn = _counts(targets, predictions, threshold, each, sample_weight)
    wrong = {"precision": fp, "recall": fn, "f1": (fp + fn) / 2.0}
    return tp / (tp + wrong[measure]) if tp else 0.0


def _flattened(
    targets: ArrayLike,
    predictions: ArrayLike,
    each: bool | None,
    sample_weight: ArrayLike | None,
) -> tuple[Floats, Floats, Floats, bool]:
    """Return targets, outputs, weights, and whether each output has become a row by itself."""
    wanted, outputs = rows(targets), rows(predictions)
    same_length(wanted, outputs)
    comparable = wanted.shape == outputs.shape and outputs.shape[1] > 1
    if not comparable or not (each or is_multilabel(wanted)):
        return wanted, outputs, sample_weights(sample_weight, len(wanted)), False
    counts = output_weights(sample_weight, outputs.shape).ravel()
    return wanted.reshape(-1, 1), outputs.reshape(-1, 1), counts, True


def precision(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    each: bool | None = None,
    *,
    average: str = "binary",
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of samples predicted as class 1 that are of class 1; 0 if there are none.

    Args:
        targets: Class numbers, or a row for each sample: one-hot, or 0 or 1 for each output.
        predictions: Outputs or class numbers, as in `accuracy`.
        threshold: As in `accuracy`.
        each: Whether every output of a row is a prediction by itself, as in Keras; by default if
            targets are not one-hot.
        average: "binary" is the precision of class 1; for more than two classes "macro", "micro" or
            "weighted", as in scikit-learn.
        sample_weight: `(samples,)` the weight of each sample.

    Raises:
        ValueError: If there are more than two classes, or two and neither is 1.

    >>> precision([0, 1, 1], [0.9, 0.8, 0.1])
    0.5
    """
    return _score("precision", targets, predictions, threshold, each, average, sample_weight)


def recall(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    each: bool | None = None,
    *,
    average: str = "binary",
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of samples of class 1 that are predicted as class 1; 0 if there are none.

    Arguments are those of `precision`.

    >>> recall([0, 1, 1, 1], [0.9, 0.8, 0.1, 0.7])
    0.6666666666666666
    """
    return _score("recall", targets, predictions, threshold, each, average, sample_weight)


def f1(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    each: bool | None = None,
    *,
    average: str = "binary",
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the harmonic mean of precision and recall.

    Arguments are those of `precision`.

    >>> f1([0, 1, 1], [0.9, 0.8, 0.1])
    0.5
    """
    return _score("f1", targets, predictions, threshold, each, average, sample_weight)


def auc(
    targets: ArrayLike,
    predictions: ArrayLike,
    each: bool | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the area under the ROC curve; nan if there is only one class, or a prediction is nan.

    Class 1 is the larger of two class numbers (as in scikit-learn); `each` is as in `precision`.

    It is the probability that a sample of class 1 has a higher score than one of class 0, where
    ties count half (Hanley & McNeil 1982).

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    wanted, outputs, weights, _ = _flattened(targets, predictions, each, sample_weight)
    numbers = wanted[:, 0] if wanted.shape[1] == 1 else labels(wanted)
    if max(outputs.shape[1], len(np.unique(numbers))) > 2:
        raise ValueError(_WRONG_CLASSES.format(max(outputs.shape[1], len(np.unique(numbers)))))
    true, scores = numbers == numbers.max(), outputs[:, -1]
    _, places = np.unique(scores, return_inverse=True)
    yes, no = (np.bincount(places, weights * part) for part in (true, ~true))
    if not yes.any() or not no.any() or np.isnan(scores).any():
        return float("nan")
    below = np.cumsum(no) - no / 2.0  # samples of class 0 with a lower score, ties half
    return float(yes @ below / (yes.sum() * no.sum()))


def _check_two_classes(
    true: NDArray[np.generic], predicted: NDArray[np.generic], outputs: Floats
) -> None:
    count = max(outputs.shape[1], len(np.unique(true)))
    if count > 2 or len(found := np.union1d(true, predicted)) > 2:
        raise ValueError(_WRONG_CLASSES.format(max(count, 3)))
    if len(found) == 2 and 1 not in found:
        raise ValueError(
            f"this metric counts class 1, got classes {found[0]:g} and {found[1]:g}; say which is "
            "1, as in targets == 2"
        )
