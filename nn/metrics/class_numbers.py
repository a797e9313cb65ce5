"""Class numbers: from outputs, and from targets however they are written; what a sample counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, floats, is_text, number

_EXACT = 2**53 - 1


def classes(outputs: ArrayLike, threshold: float = 0.5) -> NDArray[np.intp]:
    """Return the predicted class of each row: the largest output, or whether one is large enough.

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
    """Return the true and the predicted class of each sample; names are compared as they are.

    Predictions are class numbers, compared as they are, if they are whole numbers and no threshold
    is given, or if the targets have more than two classes: one output cannot score those.

    Raises:
        ValueError: If there is not a prediction for every target.

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
        numbered = threshold is None and bool((outputs == np.rint(outputs)).all())
        if numbered or labels(wanted).max() > 1:
            return wanted[:, 0] if wanted.shape[1] == 1 else labels(wanted), outputs[:, 0]
    return labels(wanted), classes(outputs, 0.5 if threshold is None else threshold)


def _are_names(classes: ArrayLike) -> bool:
    """Return whether classes are text, or whole numbers that floats might not tell apart."""
    try:
        array = np.asarray(classes)
    except ValueError:  # rows of different lengths, of which `rows` says it
        return False
    if array.dtype.kind in "iu":
        return bool((array > _EXACT).any() or (array < -_EXACT).any())
    items = array.ravel().tolist() if array.dtype.kind == "O" else []
    large = any(isinstance(item, int) and abs(item) > _EXACT for item in items)
    return array.dtype.kind == "U" or large or (bool(items) and is_text(array))


def of_each_output(targets: Floats) -> bool:
    """Return whether rows of targets are a yes or no for each output, not one class in one-hot.

    >>> of_each_output(np.eye(2)), of_each_output(np.array([[1.0, 1.0], [0.0, 1.0]]))
    (False, True)
    """
    flags = ((targets == 0.0) | (targets == 1.0)).all()
    return bool(targets.shape[1] > 1 and flags and (targets.sum(axis=1) != 1.0).any())


def same_length(targets: ArrayLike, predictions: ArrayLike) -> None:
    """Raise ValueError if there is not a prediction for every target."""
    count, given = len(np.asarray(targets)), len(np.asarray(predictions))
    if count != given:
        raise ValueError(f"a metric got {count} targets and {given} predictions; pass as many")


def shares(outputs: ArrayLike) -> Floats:
    """Return the probability of each class; one output is that of class 1.

    >>> shares([[0.25]])
    array([[0.75, 0.25]])
    """
    table = rows(outputs)
    return np.hstack([1.0 - table, table]) if table.shape[1] == 1 else table


def labels(targets: ArrayLike) -> NDArray[np.intp]:
    """Return the class number of each target: numbers as they are, one-hot rows by their 1.

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
    """Return `(samples, outputs)`; nan and inf, of a training that diverged, may be among them.

    Raises:
        ValueError: If there are no samples, or something is no number.

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
    """Return what each sample counts: 1 where nothing is given.

    Raises:
        ValueError: If there is not a number of at least 0 for each, or all are 0.

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
    """Return what each output of each sample counts, `(samples, outputs)`.

    Raises:
        ValueError: As `sample_weights`, which also says what one for each sample may be.

    >>> output_weights([1.0, 2.0], (2, 2)).tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    if sample_weight is not None and np.shape(sample_weight) == shape:
        counts = np.ravel(np.asarray(sample_weight))
        return sample_weights(counts, len(counts)).reshape(shape)
    return np.repeat(sample_weights(sample_weight, shape[0])[:, None], shape[1], axis=1)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where that is 0 / 0.

    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([0.5, 0. ])
    """
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0.0)
