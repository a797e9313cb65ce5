"""Measures: how good predictions are, `measure(targets, predictions)`.

The value of each output or sample is a function by itself, with `m` for numpy or jax.numpy, so that
a device that trains can sum it as it goes (each.py).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, number
from nn.metrics.class_numbers import labels, output_weights, pair, rows, same_length, sample_weights
from nn.metrics.metric import Array


def accuracy(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float | None = None,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of samples whose predicted class is the true one.

    Args:
        targets: Class numbers, one-hot rows, or names.
        predictions: Probabilities or scores `(samples, classes)`, one output per sample, or class
            numbers, which may be any whole numbers.
        threshold: The limit above which a single output means class 1; by default 0.5, unless all
            outputs are whole numbers, which are class numbers.
        sample_weight: `(samples,)` the weight of each sample, here and below.

    >>> accuracy([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.1]), accuracy([1, 2, 2], [1, 2, 1])
    (0.75, 0.6666666666666666)
    """
    true, predicted = pair(targets, predictions, threshold)
    if sample_weight is not None:
        return _mean(true == predicted, sample_weight)
    right = np.count_nonzero(true == predicted)  # np.mean of bools takes 30 us more
    return float(right) / len(true)


def binary_accuracy(
    targets: ArrayLike,
    predictions: ArrayLike,
    threshold: float = 0.5,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of correct outputs, each a yes-or-no answer by itself (as in Keras).

    >>> binary_accuracy([[1, 0], [1, 1]], [[0.9, 0.2], [0.8, 0.1]])
    0.75
    """
    wanted, outputs = _same_shape(targets, predictions)
    if (np.abs(wanted) == 1.0).all():  # targets -1 and 1 mean 0 and 1
        wanted = np.maximum(wanted, 0.0)
    right = right_answers(np, wanted, outputs, number("a metric's threshold", threshold))
    return _mean(right, sample_weight)


def right_answers(m: ModuleType, wanted: Array, outputs: Array, threshold: float) -> Array:
    """Return which outputs are on the right side of the threshold."""
    return m.where(outputs > threshold, 1.0, 0.0) == wanted


def top_k_accuracy(
    targets: ArrayLike,
    predictions: ArrayLike,
    k: int = 5,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the share of samples whose true class is among the `k` largest outputs.

    >>> top_k_accuracy([0, 2], [[0.2, 0.3, 0.5], [0.1, 0.5, 0.4]], k=2)
    0.5
    """
    same_length(targets, predictions)
    true, outputs = labels(targets), rows(predictions)
    if not number("k", k) >= 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if true.max() >= outputs.shape[1] or true.min() < 0:
        raise ValueError(
            f"classes must be from 0 to {outputs.shape[1] - 1}, one for each output, got "
            f"{true.min()} to {true.max()}"
        )
    return _mean(among_largest(np, true[:, None], outputs, k), sample_weight)


def among_largest(m: ModuleType, wanted: Array, outputs: Array, k: float) -> Array:
    """Return for which samples fewer than `k` outputs are larger than that of the true class."""
    own = m.take_along_axis(outputs, wanted.astype(int), 1)
    return (outputs > own).sum(1) < k


def mean_squared_error(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean of the squared errors.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    wanted, outputs = _same_shape(targets, predictions)
    return _mean(squares(np, wanted, outputs), sample_weight)


def squares(m: ModuleType, wanted: Array, outputs: Array, _: float = 0.0) -> Array:
    """Return the squared error of each output."""
    return (outputs - wanted) ** 2


def root_mean_squared_error(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the square root of the mean squared error.

    >>> root_mean_squared_error([1.0, 2.0], [4.0, 5.0])
    3.0
    """
    return float(np.sqrt(mean_squared_error(targets, predictions, sample_weight=sample_weight)))


def mean_absolute_error(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean of the absolute errors.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    wanted, outputs = _same_shape(targets, predictions)
    return _mean(distances(np, wanted, outputs), sample_weight)


def distances(m: ModuleType, wanted: Array, outputs: Array, _: float = 0.0) -> Array:
    """Return the absolute error of each output."""
    return m.abs(outputs - wanted)


def equality(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the share of numbers that are equal to their targets (Keras's Accuracy).

    >>> equality([[1, 0], [0, 1]], [[1, 0], [1, 1]])
    0.75
    """
    wanted, outputs = _same_shape(targets, predictions)
    return _mean(wanted == outputs, sample_weight)


def cosine_similarity(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean cosine of the angle between prediction and target; 0 if one is all zeros.

    The loss of that name is its negative (both as in Keras).

    >>> cosine_similarity([[3.0, 4.0]], [[6.0, 8.0]])
    1.0
    """
    wanted, outputs = _same_shape(targets, predictions)
    return _mean(cosines(np, wanted, outputs), sample_weight)


def cosines(m: ModuleType, wanted: Array, outputs: Array, _: float = 0.0) -> Array:
    """Return the cosine of the angle between output and target of each sample."""
    sizes = m.linalg.norm(wanted, axis=1) * m.linalg.norm(outputs, axis=1)
    return (wanted * outputs).sum(1) / m.where(sizes == 0.0, 1.0, sizes)


def r2(
    targets: ArrayLike, predictions: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the share of the targets' variance that the predictions explain.

    1 is perfect, 0 is no better than the mean. It is the mean over several outputs; for targets
    that do not vary it is 1 if the prediction is perfect, else 0 (as in scikit-learn).

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    1.0
    """
    wanted, outputs = _same_shape(targets, predictions)
    weights = sample_weights(sample_weight, len(wanted))[:, None]
    middle = (weights * wanted).sum(axis=0) / weights.sum()
    spread = np.sum(weights * (wanted - middle) ** 2, axis=0)
    left = np.sum(weights * (wanted - outputs) ** 2, axis=0)
    unexplained = np.where(spread > 0.0, left / np.where(spread > 0.0, spread, 1.0), left > 0.0)
    return float(np.mean(1.0 - unexplained))


def confusion_matrix(
    targets: ArrayLike, predictions: ArrayLike, threshold: float | None = None
) -> NDArray[np.intp]:
    """Return how often each true class (row) was predicted as each class (column).

    For predictions that are outputs there is a row for each class that they can mean; for class
    numbers, one for each class that occurs, in order, as in scikit-learn. Arguments are those of
    `accuracy`.

    >>> confusion_matrix([0, 0, 1], [0.1, 0.8, 0.9])
    array([[1, 1],
           [0, 1]])
    >>> confusion_matrix([-1, 5, 5], [-1, 5, -1])
    array([[1, 0],
           [1, 1]])
    """
    true, predicted = pair(targets, predictions, threshold)
    known: list[NDArray[np.generic]] = [true, predicted]
    if predicted.dtype == np.intp:
        known.append(np.arange(max(rows(predictions).shape[1], 2)))
    names = np.unique(np.concatenate(known))
    matrix = np.zeros((len(names), len(names)), dtype=np.intp)
    np.add.at(matrix, (np.searchsorted(names, true), np.searchsorted(names, predicted)), 1)
    return matrix


def _mean(values: NDArray[Any], sample_weight: ArrayLike | None) -> float:
    """Return the mean over samples and their outputs, weighted per sample or per output."""
    if sample_weight is None:
        return float(np.mean(values))
    if np.ndim(sample_weight) == 2:
        return float(np.average(values, weights=output_weights(sample_weight, values.shape)))
    means = values.reshape(len(values), -1).mean(axis=1)
    return float(np.average(means, weights=sample_weights(sample_weight, len(means))))


def _same_shape(targets: ArrayLike, predictions: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as arrays of one shape, `(samples, outputs)`."""
    wanted, outputs = rows(targets), rows(predictions)
    if wanted.shape != outputs.shape:
        raise ValueError(
            f"a metric wants a prediction for every target, got targets of shape "
            f"{np.shape(targets)} and predictions of shape {np.shape(predictions)}; pass equal "
            "shapes"
        )
    return wanted, outputs


def mean(
    targets: ArrayLike, predictions: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean of the predictions, whatever the targets are."""
    values = rows(predictions)[:, 0]
    weights = _weights(values, sample_weight)
    return float(weights @ values / weights.sum())


def total(
    targets: ArrayLike, predictions: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Return the sum of the predictions, whatever the targets are."""
    values = rows(predictions)[:, 0]
    return float(_weights(values, sample_weight) @ values)


def _weights(values: Floats, sample_weight: ArrayLike | None) -> Floats:
    return np.ones(len(values)) if sample_weight is None else np.asarray(sample_weight)
