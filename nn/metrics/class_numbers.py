"""Class numbers: from a model's outputs, and from targets however they are written."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats
from nn.losses.loss import floats


def classes(outputs: ArrayLike, threshold: float = 0.5) -> NDArray[np.intp]:
    """Return the predicted class of each row: the largest output, or whether one is large enough.

    >>> classes([[0.1, 0.7, 0.2]]), classes([0.2, 0.9])
    (array([1]), array([0, 1]))
    """
    table = rows(outputs)
    if table.shape[1] == 1:
        return (table[:, 0] > threshold).astype(np.intp)
    return _largest(table)


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
