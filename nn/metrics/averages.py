"""Averages: precision, recall and F1 of several classes, per class and averaged.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, look_up
from nn.metrics.class_numbers import labels, pair, ratio, rows, same_length, sample_weights, shares

_EPSILON = float(np.finfo(np.float64).eps)  # scikit-learn's, to keep logarithms finite


AVERAGES = {"macro": "macro", "micro": "micro", "weighted": "weighted"}


class ByClass(NamedTuple):
    """Counts, or sums of sample weights, per class, in the order of the classes' names.

    Attributes:
        names: The classes that occur among the targets or the predictions.
        true_positives: Samples of the class that are predicted to be of it.
        predicted: Samples that are predicted to be of the class.
        support: Samples of the class.
    """

    names: NDArray[np.generic]
    true_positives: Floats
    predicted: Floats
    support: Floats

    def precision(self) -> Floats:
        """Return true positives / predicted; 0 for a class that is never predicted."""
        return ratio(self.true_positives, self.predicted)

    def recall(self) -> Floats:
        """Return true positives / support; 0 for a class without samples."""
        return ratio(self.true_positives, self.support)

    def f_beta(self, beta: float) -> Floats:
        """Return the F-beta score, in which recall is `beta` times as important as precision.

        (1 + beta^2) * precision * recall / (beta^2 * precision + recall) (van Rijsbergen 1979).
        """
        denominator = self.predicted + beta * beta * self.support
        return ratio((1.0 + beta * beta) * self.true_positives, denominator)

    def f1(self) -> Floats:
        """Return the harmonic mean of precision and recall."""
        return self.f_beta(1.0)


def by_class(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> ByClass:
    """Return the counts per class; arguments are those of `accuracy`.

    >>> by_class([0, 1, 2, 2], [0, 2, 2, 2]).true_positives.tolist()
    [1.0, 0.0, 2.0]
    """
    true, predicted = pair(targets, predictions, threshold)
    counts = sample_weights(sample_weight, len(true))
    names, places = np.unique(np.concatenate([true, predicted]), return_inverse=True)
    of_targets, of_predictions, size = places[: len(true)], places[len(true) :], len(names)
    right = of_targets == of_predictions
    return ByClass(
        names,
        np.bincount(of_targets[right], counts[right], size).astype(np.float64),
        np.bincount(of_predictions, counts, size).astype(np.float64),
        np.bincount(of_targets, counts, size).astype(np.float64),
    )


def averaged(measure: Callable[[ByClass], Floats], average: str, counted: ByClass) -> float:
    """Return the average of a measure over the classes, as scikit-learn does.

    Args:
        measure: The measure per class: `ByClass.precision`, `.recall` or `.f1`.
        average: "macro" is the mean over classes, "weighted" the mean weighted by each class's
            support, "micro" the measure of the counts summed over classes.
        counted: The counts per class.

    >>> averaged(ByClass.recall, "macro", by_class([0, 1, 2, 2], [0, 2, 2, 2]))
    0.6666666666666666
    """
    kind = look_up("average", average, AVERAGES)
    if kind == "micro":
        counted = ByClass(counted.names, *(part.sum(keepdims=True) for part in counted[1:]))
    each = measure(counted)
    if kind != "weighted":
        return float(each.mean())
    return float(ratio(each @ counted.support, counted.support.sum()))


def classification_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    target_names: Sequence[str] | None = None,
    digits: int = 2,
    sample_weight: ArrayLike | None = None,
) -> str:
    """Return a table of precision, recall, F1 and support per class, with averages, as text.

    Args:
        y_true: Targets, as in `accuracy`.
        y_pred: Outputs or class numbers.
        target_names: Names for the classes, in order.
        digits: The number of decimals.
        sample_weight: `(samples,)` the weight of each sample.

    Raises:
        ValueError: If the number of names is not that of the classes.

    >>> print(classification_report([0, 1, 1], [0, 1, 0]))
                  precision    recall  f1-score   support
    <BLANKLINE>
               0       0.50      1.00      0.67         1
               1       1.00      0.50      0.67         2
    <BLANKLINE>
        accuracy                           0.67         3
       macro avg       0.75      0.75      0.67         3
    weighted avg       0.83      0.67      0.67         3
    <BLANKLINE>
    """
    counted = by_class(y_true, y_pred, None, sample_weight)
    known = [
        f"{name:g}" if isinstance(name, float) else str(name) for name in counted.names.tolist()
    ]
    names = known if target_names is None else list(target_names)
    if len(names) != len(known):
        raise ValueError(
            f"target_names wants a name for each class {', '.join(known)}, got {names}"
        )
    width = max(digits, len("weighted avg"), *map(len, names))
    total = counted.support.sum()

    def line(name: str, numbers: Sequence[float | str], support: float) -> str:
        cells = [n if isinstance(n, str) else f"{n:.{digits}f}" for n in numbers]
        return f"{name:>{width}} " + "".join(f"{cell:>10}" for cell in cells) + f"{support:>10g}\n"

    measures = (ByClass.precision, ByClass.recall, ByClass.f1)
    parts = [measure(counted) for measure in measures]
    titles = ("precision", "recall", "f1-score", "support")
    head = f"{'':>{width}} " + "".join(f"{title:>10}" for title in titles)
    text = head + "\n\n"
    for i, name in enumerate(names):
        text += line(name, [float(part[i]) for part in parts], counted.support[i])
    right = averaged(ByClass.recall, "micro", counted)
    text += "\n" + line("accuracy", ["", "", right], total)
    for kind in ("macro", "weighted"):
        text += line(f"{kind} avg", [averaged(m, kind, counted) for m in measures], total)
    return text


def log_loss(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return the mean of -log(p of the true class), in nats: cross-entropy as a metric.

    Args:
        y_true: Class numbers or one-hot rows.
        y_pred: Probabilities `(samples, classes)`, or `(samples,)` of class 1.
        sample_weight: `(samples,)` the weight of each sample.

    >>> round(log_loss([0, 1], [0.1, 0.8]), 6)
    0.164252
    """
    same_length(y_true, y_pred)
    chances = np.clip(shares(rows(y_pred)), _EPSILON, 1.0 - _EPSILON)
    chances = chances / chances.sum(axis=1, keepdims=True)
    true = labels(y_true)
    if true.max() >= chances.shape[1] or true.min() < 0:
        raise ValueError(
            f"log_loss got classes {true.min()} to {true.max()} and probabilities of "
            f"{chances.shape[1]} classes; number the classes from 0"
        )
    each = -np.log(chances[np.arange(len(true)), true])
    return float(np.average(each, weights=sample_weights(sample_weight, len(true))))
