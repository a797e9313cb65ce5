"""Rows: ranges of columns, repeated and dated rows, the worst predictions, a hash of a table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autograd_core.files import JSON
from nn.basics import Floats
from nn.data import Dataset
from nn.metrics import rows as rows_of
from nn.metrics import shares as shares_of
from nn.reports.measures import Predict

_WORST = 8  # rows that are shown
_MIN_DIFFERENT = 12  # different numbers in a column, for it to hold measurements
_PLACEHOLDERS = {0.0, 1.0, 9.0, 99.0, 999.0, 9999.0, 99999.0}  # absolute values
_MAX_COLUMNS = 60  # columns whose range is shown
_COLUMNS_AT_ONCE = 8  # a table on disk is read once per 8 columns
_ROWS_AT_ONCE = 50_000  # rows


def ranges(dataset: Dataset) -> list[dict[str, JSON]]:
    """Return the smallest, mean and largest number of each input, and a likely placeholder."""
    count = min(_MAX_COLUMNS, dataset.x.shape[1])
    return [
        {
            "input": name,
            "smallest": float(column.min()),
            "mean": _mean(column),
            "largest": float(column.max()),
            "apart": _placeholder(column),
        }
        for first in range(0, count, _COLUMNS_AT_ONCE)
        for name, column in zip(
            dataset.feature_names[first:count],
            np.ascontiguousarray(dataset.x[:, first : min(first + _COLUMNS_AT_ONCE, count)].T),
            strict=False,
        )
    ]


def rows_seen_before(known: Sequence[Floats], test: Floats) -> NDArray[np.bool_]:
    """Return which test rows have the same inputs as one of the known rows.

    >>> rows_seen_before([np.array([[1.0, 2.0], [0.0, 0.0]])], np.array([[-0.0, 0.0], [2.0, 1.0]]))
    array([ True, False])
    """
    seen = {row for part in known for row in _hashes(part)}
    return np.fromiter(map(seen.__contains__, _hashes(test)), np.bool_, len(test))


def _hashes(x: Floats) -> Iterator[int]:
    for start in range(0, len(x), _ROWS_AT_ONCE):
        some = np.asarray(x[start : start + _ROWS_AT_ONCE]) + 0.0  # makes -0.0 equal 0.0
        yield from map(hash, map(np.ndarray.tobytes, some))


def dated(dataset: Dataset) -> str:
    """Return the column of dates by which the rows are ordered; "" if there is none."""
    columns = dataset.recipe.columns if dataset.recipe else ()
    for column in columns:
        if column.date and (title := column.titles[0]) in dataset.feature_names:
            days = np.asarray(dataset.x[:, dataset.feature_names.index(title)])
            steps = np.diff(days)
            if len(np.unique(days)) >= _MIN_DIFFERENT and (
                (steps >= 0).all() or (steps <= 0).all()
            ):
                return column.name
    return ""


def _placeholder(column: Floats) -> tuple[float, int] | None:
    """Return a number that may stand for a missing one, and its count; None if there is none.

    That is 0, -1, 99, -999 and the like, if it is the smallest or largest number of the column, and
    far from the next.
    """
    values, counts = np.unique(column, return_counts=True)
    if len(values) < _MIN_DIFFERENT:
        return None
    # from the smallest, and mirrored from the largest
    low = 1.0, values[:_MIN_DIFFERENT], counts[0]
    high = -1.0, -values[::-1][:_MIN_DIFFERENT], counts[-1]
    for sign, ends, often in (low, high):
        steps = np.diff(ends)
        if abs(ends[0]) in _PLACEHOLDERS and often > 1 and steps[0] > 3.0 * np.median(steps[1:]):
            return float(sign * ends[0]), int(often)
    return None


def _mean(column: Floats) -> float:
    """Return the mean; 0 if it is only a rounding error."""
    mean = float(column.mean())
    return mean if abs(mean) > 1e-12 * np.abs(column).max() else 0.0


def worst_rows(
    dataset: Dataset, given: Floats, y: Floats, outputs: Floats
) -> list[dict[str, JSON]]:
    """Return the rows with the worst predictions, in the table's units."""
    classes = dataset.target_names
    if classes:
        shares, true = shares_of(outputs), y.astype(int)
        predicted = shares.argmax(axis=1)
        order = np.argsort(shares[np.arange(len(y)), true], kind="stable")[:_WORST]
        made: list[dict[str, JSON]] = [
            {
                "true": classes[true[i]],
                "answer": classes[predicted[i]],
                "sure": float(shares[i, predicted[i]]),
                "wrong": bool(predicted[i] != true[i]),
            }
            for i in order
        ]
    else:
        errors = outputs[:, 0] - y
        order = np.argsort(-np.abs(errors), kind="stable")[:_WORST]
        made = [
            {"true": float(y[i]), "answer": float(outputs[i, 0]), "error": float(errors[i])}
            for i in order
        ]
    names = dataset.feature_names
    for one, i in zip(made, order, strict=True):
        one["inputs"] = dict(zip(names[:12], given[i].tolist(), strict=False))
    return made


def plane(dataset: Dataset, given: Floats, y: Floats, predict: Predict) -> dict[str, JSON] | None:
    """Return predictions on a grid of two inputs, for up to 10 classes; None for other tables."""
    if not dataset.target_names or dataset.x.shape[1] != 2 or len(dataset.target_names) > 10:
        return None
    low, high = dataset.x.min(axis=0), dataset.x.max(axis=0)
    edge = np.where(high > low, 0.05 * (high - low), np.maximum(0.5, 1e-6 * np.abs(low)))
    xs, ys = (np.linspace(a - e, b + e, 48) for a, b, e in zip(low, high, edge, strict=True))
    grid = np.array([[a, b] for b in ys for a in xs])
    shares = shares_of(rows_of(predict(grid)))
    return {
        "x": [float(xs[0]), float(xs[-1])],
        "y": [float(ys[0]), float(ys[-1])],
        "answers": shares.argmax(axis=1).reshape(48, 48).tolist(),
        "points": [[*map(float, point), int(label)] for point, label in zip(given[:300], y[:300])],
    }


def hash_of(dataset: Dataset) -> str:
    """Return the SHA-256 of a table's names and numbers."""
    made = hashlib.sha256("\n".join(dataset.feature_names).encode())
    for first in range(0, len(dataset), _ROWS_AT_ONCE):
        made.update(np.ascontiguousarray(dataset.x[first : first + _ROWS_AT_ONCE]).tobytes())
    made.update(np.ascontiguousarray(dataset.y, dtype=np.float64).tobytes())
    return made.hexdigest()
