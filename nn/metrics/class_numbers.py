"""Class numbers: of outputs, and of targets in any form; sample weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, floats, is_text, number

_EXACT = 2**53 - 1  # the largest whole number up to which floats represent all of them


def classes(outputs: ArrayLike, threshold: float = 0.5) -> NDArray[np.intp]:
    """Return the predicted class of each row: the largest output, or 0 or 1 by the threshold.

    >>> classes([[0.1, 0.7, 0.2]]), classes([0.2, 0.9])
    (array([1]), array([0, 1]))
    """
    table, threshold = rows(outputs), number("a metric's threshold", threshold)
    if table.shape[1] == 1:
        return (table[:, 0] > threshold).astype(np.intp)
    return _largest(table)


def pair(
    targets: ArrayLike, predictions: ArrayLike, threshold: float | None
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """Return the true and the predicted class of each sample; names are returned unchanged.

    A single column of predictions is taken as class numbers if all are whole numbers and no
    threshold is given, or if the targets have more than two classes, which one output cannot score.

    Raises:
        ValueError: If the numbers of targets and predictions differ.

    >>> pair([-1, 0, 1], [-1, 0, 0], None)
    (array([-1.,  0.,  1.]), array([-1.,  0.,  0.]))
    >>> pair([-1, 1], [0.2, 0.9], None)
    (array([0, 1]), array([0, 1]))
    """
    same_length(targets, predictions)
    if _are_names(targets) and _are_names(predictions):
        return np.ravel(np.asarray(targets, object)), np.ravel(np.asarray(predictions, object))
    wanted, outputs = rows(targets), rows(predictions)
    if outputs.shape[1] == 1:
        whole = threshold is None and bool((outputs == np.rint(outputs)).all())
        if whole or labels(wanted).max() > 1:
            return wanted[:, 0] if wanted.shape[1] == 1 else labels(wanted), outputs[:, 0]
    return labels(wanted), classes(outputs, 0.5 if threshold is None else threshold)


def _are_names(classes: ArrayLike) -> bool:
    """Return whether classes are text, or whole numbers too large for floats to distinguish."""
    try:
        array = np.asarray(classes)
    except ValueError:  # rows of different lengths, which `rows` refuses
        return False
    if array.dtype.kind in "iu":
        return bool((array > _EXACT).any() or (array < -_EXACT).any())
    items = array.ravel().tolist() if array.dtype.kind == "O" else []
    large = any(isinstance(item, int) and abs(item) > _EXACT for item in items)
    return array.dtype.kind == "U" or large or (bool(items) and is_text(array))


def is_multilabel(targets: Floats) -> bool:
    """Return whether rows of targets are several labels of 0 and 1 each, rather than one-hot.

    >>> is_multilabel(np.eye(2)), is_multilabel(np.array([[1.0, 1.0], [0.0, 1.0]]))
    (False, True)
    """
    flags = ((targets == 0.0) | (targets == 1.0)).all()
    return bool(targets.shape[1] > 1 and flags and (targets.sum(axis=1) != 1.0).any())


def same_length(targets: ArrayLike, predictions: ArrayLike) -> None:
    """Raise ValueError if the numbers of targets and predictions differ."""
    count, given = len(np.asarray(targets)), len(np.asarray(predictions))
    if count != given:
        raise ValueError(f"a metric got {count} targets and {given} predictions; pass as many")


def shares(outputs: ArrayLike) -> Floats:
    """Return the probability of each class, `(samples, classes)`; one output is that of class 1.

    >>> shares([[0.25]])
    array([[0.75, 0.25]])
    """
    table = rows(outputs)
    return np.hstack([1.0 - table, table]) if table.shape[1] == 1 else table


def labels(targets: ArrayLike) -> NDArray[np.intp]:
    """Return the class number of each target, given as class numbers or one-hot rows.

    Targets -1 and 1 are the classes 0 and 1.

    >>> labels([[0, 1], [1, 0]]), labels([-1, 1])
    (array([1, 0]), array([0, 1]))
    """
    table = rows(targets)
    if table.shape[1] > 1:
        return _largest(table)
    column = table[:, 0]
    signs = (np.abs(column) == 1.0).all()
    return (np.maximum(column, 0.0) if signs else column).astype(np.intp)


def rows(numbers: ArrayLike) -> Floats:
    """Return an array `(samples, outputs)`; it may have nan and inf, if training diverged.

    Raises:
        ValueError: If there are no samples, or an entry is not a number.

    >>> rows([1.0, 2.0]).shape, rows([[1.0, 2.0]]).shape
    ((2, 1), (1, 2))
    """
    array = np.atleast_1d(floats(numbers, "a metric"))
    if not len(array):
        raise ValueError("a metric wants at least one sample, got none")
    return array.reshape(len(array), -1)


def _largest(table: Floats) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.argmax(table, axis=1)
    return places


def sample_weights(sample_weight: ArrayLike | None, samples: int) -> Floats:
    """Return the weight of each sample, `(samples,)`: 1 by default.

    Raises:
        ValueError: If the shape is not `(samples,)`, a weight is below 0, or all are 0.

    >>> sample_weights(None, 2)
    array([1., 1.])
    """
    if sample_weight is None:
        return np.ones(samples)
    counts = np.asarray(sample_weight, np.float64)
    if counts.shape != (samples,) or not (counts >= 0.0).all() or not counts.any():
        raise ValueError(
            f"sample_weight wants {samples} numbers of at least 0, not all of them 0, got shape "
            f"{counts.shape}"
        )
    return counts


def output_weights(sample_weight: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    """Return the weight of each output of each sample, `(samples, outputs)`.

    Args:
        sample_weight: `(samples,)`, `(samples, outputs)` or None.
        shape: `(samples, outputs)`.

    Raises:
        ValueError: As in `sample_weights`.

    >>> output_weights([1.0, 2.0], (2, 2)).tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    if sample_weight is not None and np.shape(sample_weight) == shape:
        counts = np.ravel(np.asarray(sample_weight))
        return sample_weights(counts, len(counts)).reshape(shape)
    return np.repeat(sample_weights(sample_weight, shape[0])[:, None], shape[1], axis=1)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, and 0 where whole is 0.

    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([0.5, 0. ])
    """
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0.0)
