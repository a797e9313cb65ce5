"""Rows: what a table holds, and which of its rows a model is most wrong about."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from nn import metrics
from nn.basics import Floats
from nn.data import Dataset
from nn.reports.columns import Predict

_WRONG = 8  # rows that are shown
_SUMMED = 60  # columns whose range is shown
_TOGETHER = 8  # columns that are looked at together: a table on disk is read so much less often
_AT_ONCE = 50_000  # rows


def ranges(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the smallest, the mean and the largest of each input, and how many are 0."""
    few = min(_SUMMED, dataset.x.shape[1])
    return [
        {
            "input": name,
            "smallest": float(column.min()),
            "mean": _mean(column),
            "largest": float(column.max()),
            "zeros": int((column == 0.0).sum()),
            "zero is apart": _apart(column),
        }
        for first in range(0, few, _TOGETHER)
        for name, column in zip(
            dataset.feature_names[first:few],
            np.ascontiguousarray(dataset.x[:, first : min(first + _TOGETHER, few)].T),
            strict=False,
        )
    ]


def _apart(column: Floats) -> bool:
    """Return whether 0 is the smallest and far from the next: it may stand for a missing number."""
    values = np.unique(column)[:12]
    steps = np.diff(values)
    return bool(len(values) == 12 and values[0] == 0.0 and steps[0] > 3.0 * np.median(steps[1:]))


def _mean(column: Floats) -> float:
    """Return the mean; 0 where nothing but rounding is left of it."""
    mean = float(column.mean())
    return mean if abs(mean) > 1e-12 * np.abs(column).max() else 0.0


def target_words(dataset: Dataset) -> str:
    """Return the classes with their rows, or the range of the number."""
    y = np.asarray(dataset.y, dtype=np.float64)
    if not dataset.target_names:
        return f"a number from {y.min():g} to {y.max():g}"
    counts = np.bincount(y.astype(int), minlength=len(dataset.target_names)).tolist()
    return ", ".join(f"{name} {rows}" for name, rows in zip(dataset.target_names, counts))


def wrong(dataset: Dataset, given: Floats, y: Floats, outputs: Floats) -> list[dict[str, Any]]:
    """Return the rows that the model is most wrong about, in the table's own units."""
    classes = dataset.target_names
    if classes:
        shares, true = metrics.shares(outputs), y.astype(int)
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
    edge = 0.05 * (high - low)
    xs, ys = (np.linspace(a - e, b + e, 48) for a, b, e in zip(low, high, edge, strict=True))
    grid = np.array([[a, b] for b in ys for a in xs])
    shares = metrics.shares(metrics.rows(predict(grid)))
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
