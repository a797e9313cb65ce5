"""Rows: what a table holds, which come again or go by date, which a model is most wrong about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data import Dataset
from nn.metrics import rows as rows_of
from nn.metrics import shares as shares_of
from nn.reports.measures import Predict

_WRONG = 8  # rows that are shown
_DIFFERENT = 12  # numbers of a column of measurements at least
_MARKS = {0.0, 1.0, 9.0, 99.0, 999.0, 9999.0, 99999.0}  # with either sign
_SUMMED = 60  # columns whose range is shown
_TOGETHER = 8  # columns that are looked at together: a table on disk is read so much less often
_AT_ONCE = 50_000  # rows


def ranges(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the smallest, the mean and the largest of each input, and what may be no number."""
    few = min(_SUMMED, dataset.x.shape[1])
    return [
        {
            "input": name,
            "smallest": float(column.min()),
            "mean": _mean(column),
            "largest": float(column.max()),
            "apart": _apart(column),
        }
        for first in range(0, few, _TOGETHER)
        for name, column in zip(
            dataset.feature_names[first:few],
            np.ascontiguousarray(dataset.x[:, first : min(first + _TOGETHER, few)].T),
            strict=False,
        )
    ]


def again(known: Sequence[Floats], test: Floats) -> NDArray[np.bool_]:
    """Return which rows to test by have the inputs of one that was known before.

    >>> again([np.array([[1.0, 2.0], [0.0, 0.0]])], np.array([[-0.0, 0.0], [2.0, 1.0]]))
    array([ True, False])
    """
    seen = {row for part in known for row in _hashes(part)}
    return np.fromiter(map(seen.__contains__, _hashes(test)), np.bool_, len(test))


def _hashes(x: Floats) -> Iterator[int]:
    for start in range(0, len(x), _AT_ONCE):
        some = np.asarray(x[start : start + _AT_ONCE]) + 0.0  # of which -0.0 is 0.0
        yield from map(hash, map(np.ndarray.tobytes, some))


def dated(dataset: Dataset) -> str:
    """Return the column of dates by which the rows are ordered; "" if there is none."""
    columns = dataset.recipe.columns if dataset.recipe else ()
    for column in columns:
        if column.date and (title := column.titles[0]) in dataset.feature_names:
            days = np.asarray(dataset.x[:, dataset.feature_names.index(title)])
            steps = np.diff(days)
            if len(np.unique(days)) >= _DIFFERENT and ((steps >= 0).all() or (steps <= 0).all()):
                return column.name
    return ""


def _apart(column: Floats) -> tuple[float, int] | None:
    """Return a number that may stand for a missing one, and how often it is there.

    That is 0, -1, 99, -999 and the like: the smallest or the largest, and far from the next.
    """
    values, counts = np.unique(column, return_counts=True)
    if len(values) < _DIFFERENT:
        return None
    for ends, often in ((values[:_DIFFERENT], counts), (-values[::-1][:_DIFFERENT], counts[::-1])):
        steps = np.diff(ends)
        marks = abs(ends[0]) in _MARKS and often[0] > 1
        if marks and steps[0] > 3.0 * np.median(steps[1:]):
            return float(ends[0] if often is counts else -ends[0]), int(often[0])
    return None


def _mean(column: Floats) -> float:
    """Return the mean; 0 where nothing but rounding is left of it."""
    mean = float(column.mean())
    return mean if abs(mean) > 1e-12 * np.abs(column).max() else 0.0


def wrong(dataset: Dataset, given: Floats, y: Floats, outputs: Floats) -> list[dict[str, Any]]:
    """Return the rows that the model is most wrong about, in the table's own units."""
    classes = dataset.target_names
    if classes:
        shares, true = shares_of(outputs), y.astype(int)
        said = shares.argmax(axis=1)
        order = np.argsort(shares[np.arange(len(y)), true], kind="stable")[:_WRONG]
        made: list[dict[str, Any]] = [
            {
                "true": classes[true[i]],
                "answer": classes[said[i]],
                "sure": float(shares[i, said[i]]),
                "wrong": bool(said[i] != true[i]),
            }
            for i in order
        ]
    else:
        errors = outputs[:, 0] - y
        order = np.argsort(-np.abs(errors), kind="stable")[:_WRONG]
        made = [
            {"true": float(y[i]), "answer": float(outputs[i, 0]), "error": float(errors[i])}
            for i in order
        ]
    names = dataset.feature_names
    for one, i in zip(made, order, strict=True):
        one["inputs"] = dict(zip(names[:12], given[i].tolist(), strict=False))
    return made


def plane(dataset: Dataset, given: Floats, y: Floats, predict: Predict) -> dict[str, Any] | None:
    """Return the answers over the plane of two inputs, for classes; None of another table."""
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
    """Return what tells a table from others: SHA-256 of its names and numbers."""
    made = hashlib.sha256("\n".join(dataset.feature_names).encode())
    for first in range(0, len(dataset), _AT_ONCE):
        made.update(np.ascontiguousarray(dataset.x[first : first + _AT_ONCE]).tobytes())
    made.update(np.ascontiguousarray(dataset.y, dtype=np.float64).tobytes())
    return made.hexdigest()
