"""Batches: rows of arrays in batches, in a random order or as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import generator, whole
from nn.data.tables import batches, row_order


def minibatches(
    *arrays: ArrayLike,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: int | None = None,
) -> Iterator[tuple[NDArray[np.float64], ...]]:
    """Yield the same rows of every array, batch by batch; every row once.

    Args:
        arrays: Arrays of equal length.
        batch_size: Rows per batch, the last one may have fewer; None for a single batch.
        shuffle: Whether to draw a random order of the rows.
        seed: For that order; None takes the module `random`.

    Raises:
        ValueError: If lengths differ, there are no rows or `batch_size` is below 1.
        TypeError: If `batch_size` is no whole number.

    >>> import numpy as np
    >>> x, y = np.zeros((100, 2)), np.zeros(100)
    >>> [len(yb) for xb, yb in minibatches(x, y, batch_size=32, seed=0)]
    [32, 32, 32, 4]
    """
    tables = [np.asarray(array) for array in arrays]
    lengths = {len(table) for table in tables}
    if len(lengths) != 1:
        raise ValueError(f"minibatches wants arrays of one length, got {sorted(lengths)}")
    (samples,) = lengths
    size = samples if batch_size is None else whole("batch_size", batch_size)
    if samples < 1:
        raise ValueError("minibatches wants at least one row, got none; pass some")
    order = row_order(samples, generator(seed)) if shuffle else np.arange(samples)
    for rows in batches(samples, size):
        yield tuple([table[order[rows]] for table in tables])
