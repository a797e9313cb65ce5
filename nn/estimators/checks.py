"""Checks: validates an estimator's tables, with the errors that scikit-learn's tools expect."""

from __future__ import annotations

import sys
import warnings
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats
from nn.data.tables import column_names


class Fitted(Protocol):
    """An estimator; it has `n_features_in_` once it is fitted."""

    n_features_in_: int


def feature_names(X: object) -> NDArray[Any] | None:
    """Return the names of a table's columns; None if there are none, or not all are text."""
    names = column_names(X)
    return np.array(names, dtype=object) if names else None


def check_table(X: ArrayLike, estimator: Fitted, *, fitted: bool = False) -> Floats:
    """Return inputs as `(samples, inputs)`.

    Raises:
        ValueError: If they are not a table of finite real numbers, or with `fitted` have another
            number of columns than in `fit`.
        TypeError: If they are sparse.
    """
    name = type(estimator).__name__
    if hasattr(X, "toarray"):
        raise TypeError(
            f"Sparse data was passed for X, but dense data is required by {name}; use X.toarray()"
        )
    if fitted:
        _check_names(X, estimator)
    raw = np.asarray(X)
    if np.iscomplexobj(raw):
        raise ValueError("Complex data not supported: X must be real numbers")
    if raw.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {'scalar' if raw.ndim == 0 else f'{raw.ndim}D'} array instead."
            " Reshape your data either using array.reshape(-1, 1) if it has a single feature or "
            "array.reshape(1, -1) if it is a single sample"
        )
    try:
        table = raw.astype(np.float64)
    except (TypeError, ValueError) as error:  # scikit-learn's tools check the type
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name} wants numbers: {error}") from None
    if table.shape[0] == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={table.shape}); 1 is required")
    if table.shape[1] == 0:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={table.shape}) while a minimum of 1 is required."
        )
    if not np.isfinite(table).all():
        what = "NaN" if np.isnan(table).any() else "infinity"
        raise ValueError(f"Input X contains {what}; {name} wants finite numbers")
    if fitted and table.shape[1] != estimator.n_features_in_:
        raise ValueError(
            f"X has {table.shape[1]} features, but {name} is expecting "
            f"{estimator.n_features_in_} features as input"
        )
    return table


def _check_names(X: object, estimator: object) -> None:
    known, there = getattr(estimator, "feature_names_in_", None), feature_names(X)
    if known is None or there is None or list(known) == list(there):
        return
    unseen = sorted(set(there) - set(known))
    missing = sorted(set(known) - set(there))
    lines = ["The feature names should match those that were passed during fit."]
    if unseen:
        lines += ["Feature names unseen at fit time:", *(f"- {name}" for name in unseen)]
    if missing:
        lines += ["Feature names seen at fit time, yet now missing:"]
        lines += [f"- {name}" for name in missing]
    if not unseen and not missing:
        lines.append("Feature names must be in the same order as they were in fit.")
    raise ValueError("\n".join(lines) + "\n")


def check_target(
    y: ArrayLike | None, samples: int, estimator: Fitted
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the classes, sorted, and the class number of each sample.

    Raises:
        ValueError: If there is no target, or it is not one class per sample.
    """
    labels = _checked_targets(y, samples, estimator, 1)
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise ValueError("Input y contains NaN or infinity")
        if (labels != np.floor(labels)).any():
            raise ValueError("Unknown label type: continuous; y must be classes, not measurements")
    classes, numbers = np.unique(labels, return_inverse=True)
    return classes, numbers


def is_one_hot(y: ArrayLike | None) -> bool:
    """Return whether classes are rows with a single 1, as `to_categorical` makes them.

    >>> is_one_hot([[0, 1], [1, 0]]), is_one_hot([0, 1]), is_one_hot([[0.5, 0.5]])
    (True, False, False)
    """
    rows = np.asarray(y)
    if rows.ndim != 2 or rows.shape[1] < 2 or rows.dtype.kind not in "biuf":
        return False
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())


def check_numbers(y: ArrayLike | None, samples: int, estimator: object) -> Floats:
    """Return the targets of a regression, `(samples,)` or `(samples, outputs)`.

    Raises:
        ValueError: If there are none, not one row for each sample, or not finite real numbers.
    """
    numbers = _checked_targets(y, samples, estimator, 2).astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("Input y contains NaN or infinity")
    return numbers


def _checked_targets(
    y: ArrayLike | None, samples: int, estimator: object, dimensions: int
) -> NDArray[Any]:
    """Return targets as an array of 1 to `dimensions` axes, with one row per sample."""
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None"
        )
    found = np.asarray(y)
    if np.iscomplexobj(found):
        raise ValueError("Complex data not supported: y must be classes or real numbers")
    if found.ndim == 2 and found.shape[1] == 1:
        found = _raveled(found)
    if not 1 <= found.ndim <= dimensions:
        wanted = "1d" if dimensions == 1 else "1d or 2d"
        raise ValueError(f"y should be a {wanted} array, got an array of shape {found.shape}")
    if len(found) != samples:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{samples}, {len(found)}]"
        )
    return found


def _raveled(labels: NDArray[Any]) -> NDArray[Any]:
    theirs = sys.modules.get("sklearn.exceptions")
    warnings.warn(
        "A column-vector y was passed when a 1d array was expected; use y.ravel()",
        getattr(theirs, "DataConversionWarning", UserWarning),
        stacklevel=4,
    )
    return labels.ravel()
