"""Parts: selects and transforms rows of a table; those of a table on disk block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data import Recipe, Standardizer

Rows = NDArray[np.intp]
_AT_ONCE = 50_000  # rows of a block of a table on disk


def part(x: Floats, rows: Rows, change: Callable[[Floats], Floats], name: str) -> Floats:
    """Return some rows of a table, transformed; for a `numpy.memmap` as a file beside it.

    Args:
        x: `(rows, inputs)`.
        rows: The row numbers.
        change: Transforms rows to rows of the same shape.
        name: The name of the file, without suffix.

    >>> part(np.eye(3), np.array([2, 0]), lambda x: 2.0 * x, "").tolist()
    [[0.0, 0.0, 2.0], [2.0, 0.0, 0.0]]
    """
    if not isinstance(x, np.memmap):
        return change(x[rows])
    if not len(rows):
        return np.empty((0, x.shape[1]))
    place = Path(str(x.filename)).with_name(f"{name}.f8")
    made = np.memmap(place, np.float64, "w+", shape=(len(rows), x.shape[1]))
    for start, block in _blocks(x, rows):
        made[start : start + len(block)] = change(block)
    return made


def filling(recipe: Recipe, x: Floats, rows: Rows) -> Recipe:
    """Return the recipe with the means of these rows as `fill` of its columns."""
    if not isinstance(x, np.memmap):
        return recipe.filling(x[rows])
    total, count = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for _, block in _blocks(x, rows):
        missing = np.isnan(block)
        total += np.where(missing, 0.0, block).sum(axis=0)
        count += (~missing).sum(axis=0)
    return recipe.filling((total / np.maximum(count, 1.0))[None])


def scale_of(x: Floats, rows: Rows) -> Standardizer:
    """Return the scaler that takes these rows to mean 0 and standard deviation 1."""
    if not isinstance(x, np.memmap):
        return Standardizer.fit(x[rows])
    mean = sum(block.sum(axis=0) for _, block in _blocks(x, rows)) / len(rows)
    square = sum(((block - mean) ** 2).sum(axis=0) for _, block in _blocks(x, rows)) / len(rows)
    largest = np.max([np.abs(block).max(axis=0) for _, block in _blocks(x, rows)], axis=0)
    return Standardizer.of(mean, np.sqrt(square), largest)


def _blocks(x: Floats, rows: Rows) -> Iterator[tuple[int, Floats]]:
    """Yield blocks of these rows in memory, each with the position of its first row."""
    for start in range(0, len(rows), _AT_ONCE):
        yield start, np.asarray(x[rows[start : start + _AT_ONCE]])
