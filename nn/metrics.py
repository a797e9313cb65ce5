"""Metrics: plain numbers that say how good predictions are, `metric(targets, predictions)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.names import look_up
from nn.shapes import Floats

Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""


def classes(outputs: ArrayLike, threshold: float = 0.5) -> NDArray[np.intp]:
    """Return the predicted class of each row: the largest output, or whether one is large enough.

    >>> classes([[0.1, 0.7, 0.2]]), classes([0.2, 0.9])
    (array([1]), array([0, 1]))
    """
    rows = _rows(outputs)
    if rows.shape[1] == 1:
        return (rows[:, 0] > threshold).astype(np.intp)
    return _largest(rows)


def labels(targets: ArrayLike) -> NDArray[np.intp]:
    """Return the class number of each target: numbers as they are, one-hot rows by their 1.

    Targets -1 and 1 are the classes 0 and 1.
    """
    rows = _rows(targets)
    if rows.shape[1] > 1:
        return _largest(rows)
    column = rows[:, 0]
    return (np.maximum(column, 0.0) if np.isin(column, (-1.0, 1.0)).all() else column).astype(
        np.intp
    )


def accuracy(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return the share of samples whose predicted class is the true one.

    Args:
        targets: Class numbers, or one-hot rows.
        predictions: Probabilities or scores `(samples, classes)`, or one output per sample.
        threshold: From where on one output means class 1.

    >>> accuracy([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.1])
    0.75
    """
    return float(np.mean(labels(targets) == classes(predictions, threshold)))


def mean_squared_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean of the squared errors."""
    return float(np.mean((_rows(predictions) - _rows(targets)) ** 2))


def root_mean_squared_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the square root of the mean squared error."""
    return float(np.sqrt(mean_squared_error(targets, predictions)))


def mean_absolute_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean of the absolute errors."""
    return float(np.mean(np.abs(_rows(predictions) - _rows(targets))))


def r2(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of the targets' variance that the predictions explain.

    1 is perfect, 0 is no better than the mean; nan where the targets do not vary.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    1.0
    """
    wanted = _rows(targets)
    spread = float(np.sum((wanted - wanted.mean(axis=0)) ** 2))
    left = float(np.sum((wanted - _rows(predictions)) ** 2))
    return 1.0 - left / spread if spread else float("nan")


def _counts(targets: ArrayLike, predictions: ArrayLike, threshold: float) -> tuple[int, int, int]:
    true, said = labels(targets) == 1, classes(predictions, threshold) == 1
    return int((true & said).sum()), int((~true & said).sum()), int((true & ~said).sum())


def precision(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return how many of the samples said to be of class 1 are; 0 if none is said to be."""
    hit, false_alarm, _ = _counts(targets, predictions, threshold)
    return hit / (hit + false_alarm) if hit else 0.0


def recall(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return how many of the samples of class 1 are said to be; 0 if there is none."""
    hit, _, missed = _counts(targets, predictions, threshold)
    return hit / (hit + missed) if hit else 0.0


def f1(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return the harmonic mean of precision and recall."""
    hit, false_alarm, missed = _counts(targets, predictions, threshold)
    return 2.0 * hit / (2 * hit + false_alarm + missed) if hit else 0.0


def confusion_matrix(
    targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5
) -> NDArray[np.intp]:
    """Return how often each true class (row) was taken for each class (column).

    >>> confusion_matrix([0, 0, 1], [0.1, 0.8, 0.9])
    array([[1, 1],
           [0, 1]])
    """
    true, said = labels(targets), classes(predictions, threshold)
    count = max(_rows(predictions).shape[1], int(true.max()) + 1, 2)
    matrix = np.zeros((count, count), dtype=np.intp)
    np.add.at(matrix, (true, said), 1)
    return matrix


def _largest(rows: Floats) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.argmax(rows, axis=1)
    return places


def _rows(numbers: ArrayLike) -> Floats:
    array = np.asarray(numbers, dtype=np.float64)
    return array.reshape(len(array), -1)


NAMES: dict[str, Callable[..., float]] = {
    "accuracy": accuracy,
    "acc": accuracy,
    "binary_accuracy": accuracy,
    "categorical_accuracy": accuracy,
    "sparse_categorical_accuracy": accuracy,
    "mse": mean_squared_error,
    "mean_squared_error": mean_squared_error,
    "rmse": root_mean_squared_error,
    "root_mean_squared_error": root_mean_squared_error,
    "mae": mean_absolute_error,
    "mean_absolute_error": mean_absolute_error,
    "r2": r2,
    "precision": precision,
    "recall": recall,
    "f1": f1,
}
_WITH_THRESHOLD = (accuracy, precision, recall, f1)


def get(metric: str | Metric, threshold: float = 0.5) -> tuple[str, Metric]:
    """Return the name and the function of a metric; `threshold` is for those on classes.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.
    """
    if isinstance(metric, str):
        name, function = metric, look_up("metric", metric, NAMES)
    elif callable(metric):
        name, function = getattr(metric, "__name__", type(metric).__name__), metric
    else:
        raise TypeError(f"a metric is a name or a function, got {metric!r:.60}")
    if function in _WITH_THRESHOLD:
        return name, lambda targets, predictions: function(targets, predictions, threshold)
    return name, function


def get_all(
    metrics: str | Metric | Sequence[str | Metric] | None, threshold: float = 0.5
) -> dict[str, Metric]:
    """Return the metrics by name, in order."""
    if metrics is None:
        return {}
    several = [metrics] if isinstance(metrics, str) or callable(metrics) else metrics
    return dict(get(metric, threshold) for metric in several)
