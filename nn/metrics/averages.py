"""Averages: precision, recall and f1 of several classes, class by class and in one number.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, look_up
from nn.metrics.class_numbers import labels, pair, ratio, rows, same_length, sample_weights, shares

_EPSILON = float(np.finfo(np.float64).eps)  # scikit-learn's: how near to 0 and 1 probabilities come


AVERAGES = {"macro": "macro", "micro": "micro", "weighted": "weighted"}


class ByClass(NamedTuple):
    """What is counted of each class, in the order of their names.

    Attributes:
        names: The classes that are among the targets or the predictions.
        true_positives: How many samples of the class are predicted to be.
        predicted: How many samples are predicted to be of the class.
        support: How many samples are of the class.
    """

    names: NDArray[np.generic]
    true_positives: Floats
    predicted: Floats
    support: Floats

    def precision(self) -> Floats:
        """Return true positives / predicted; 0 of a class that is never predicted."""
        return ratio(self.true_positives, self.predicted)

    def recall(self) -> Floats:
        """Return true positives / support; 0 of a class without samples."""
        return ratio(self.true_positives, self.support)

    def f_beta(self, beta: float) -> Floats:
        """Return the mean of both that counts recall `beta` times (van Rijsbergen 1979)."""
        both = self.predicted + beta * beta * self.support
        return ratio((1.0 + beta * beta) * self.true_positives, both)

    def f1(self) -> Floats:
        """Return the harmonic mean of both."""
        return self.f_beta(1.0)


def by_class(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> ByClass:
    """Return what is counted of each class; arguments are those of `accuracy`.

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
    """Return one number for all classes, as scikit-learn does.

    Args:
        measure: Of each class: `ByClass.precision`, `.recall`, `.f1`.
        average: "macro" is the mean over classes, "weighted" that by how many samples each has,
            "micro" counts all of them together.
        counted: What is counted of each class.

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
    """Return precision, recall, f1 and the count of each class, and averages, as a table of text.

    Args:
        y_true: Targets, as in `accuracy`.
        y_pred: Outputs or class numbers.
        target_names: What to call the classes, in order.
        digits: Decimals.
        sample_weight: `(samples,)` what each sample counts.

    Raises:
        ValueError: If there is not a name for each class.

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
    """Return the mean of -log(p of the true class), in nats: cross-entropy as a measure.

    Args:
        y_true: Class numbers or one-hot rows.
        y_pred: Probabilities `(samples, classes)`, or of class 1.
        sample_weight: `(samples,)` what each sample counts.

    >>> round(log_loss([0, 1], [0.1, 0.8]), 6)
    0.164252
    """
    same_length(y_true, y_pred)
    chances = np.clip(shares(rows(y_pred)), _EPSILON, 1.0 - _EPSILON)
    chances = chances / chances.sum(axis=1, keepdims=True)
    true = labels(y_true)
    if true.max() >= chances.shape[1] or true.min() < 0:
        raise ValueError(
            f"log_loss got class {true.max()} and probabilities of {chances.shape[1]} classes"
        )
    each = -np.log(chances[np.arange(len(true)), true])
    return float(np.average(each, weights=sample_weights(sample_weight, len(true))))
