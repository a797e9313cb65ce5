"""Tables: turns what a user passes as x, y and weights into checked arrays."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, in_range, is_text, numeric
from nn.data.frames import check_columns
from nn.data.frames import column_names as column_names  # for estimators
from nn.data.prepare import encode_labels
from nn.losses.loss import Loss
from nn.metrics import labels

_GATHERED_BYTES = 1 << 19  # of rows that are gathered at once


@dataclass(frozen=True)
class Data:
    """Samples with their targets and weights.

    Attributes:
        x: `(samples, inputs)`.
        y: `(samples, ...)` targets as the user gave them.
        weights: `(samples,)` weight of each sample in the loss.
        targets: `(samples, outputs)` targets as the loss takes them; y before `prepared`.
        columns: The names of the columns of x, if it was a pandas table.
        sizes: The size of each batch, if a stream gave batches of different sizes; else ().
    """

    x: Floats
    y: Floats
    weights: Floats
    targets: Floats
    columns: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.x)

    def rows(self, which: slice | NDArray[np.intp] | list[int]) -> Data:
        """Return some of the samples."""
        x = np.ascontiguousarray(self.x[which])  # programs take contiguous rows without a copy
        y, weights = self.y[which], self.weights[which]
        return Data(x, y, weights, self.targets[which], self.columns)

    def prepared(
        self, loss: Loss, outputs: int, class_weight: Mapping[int, float] | str | None = None
    ) -> Data:
        """Return the samples with their targets as the loss takes them.

        Raises:
            ValueError: If targets are outside the loss's range, or a class has no weight.
            TypeError: If `class_weight` is neither a dict nor "balanced".
        """
        targets, weights = loss.prepare(self.y, outputs), self.weights
        if class_weight is not None:
            known = loss.known(targets)
            some = np.flatnonzero(np.ones(len(targets)) if known is None else known)
            if len(some):  # a sample of no class has no weight of one
                counts = np.ones(len(targets))
                counts[some] = _class_weights(labels(targets[some]), class_weight)
                weights = weights * counts
        return replace(self, weights=weights, targets=targets)


def inputs(x: ArrayLike, size: int | None = None) -> Floats:
    """Return `(samples, inputs)`; a flat list is one sample, or several of one input.

    Args:
        x: The table.
        size: How many inputs a sample has, if that is known.

    Raises:
        ValueError: If it is not a table of finite numbers.

    >>> inputs([1.0, 2.0]).shape, inputs([1.0, 2.0], size=1).shape
    ((1, 2), (2, 1))
    """
    array = numeric(x, "x")
    return array[:, None] if array.ndim == 1 and size == 1 else _rows(array)


def check_names(known: Sequence[str], x: object) -> None:
    """Check that a pandas table has the columns of the one in `fit`.

    Raises:
        ValueError: If columns are missing, unexpected or in another order.
    """
    check_columns("x", known, column_names(x))


def encoded_classes(y: ArrayLike, known: Sequence[str]) -> tuple[ArrayLike, list[str]]:
    """Return classes that are text as numbers, and their names; other targets as they are.

    Args:
        y: Targets.
        known: The names of the classes from an earlier call, in order; [] if there was none.

    Raises:
        ValueError: If a class is not in `known`.

    >>> encoded_classes(["b", "a"], []), encoded_classes(["b"], ["a", "b"])[0]
    ((array([1, 0]), ['a', 'b']), array([1]))
    """
    if not is_text(y):
        return y, [*known]
    labels, names = encode_labels(y)
    if not known:
        return labels, names
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(
            f"y has the class {unknown[0]!r}, the model was fitted with {', '.join(known)}; "
            "compile it again to train it for other classes"
        )
    return np.array([known.index(name) for name in names])[labels], [*known]


def table(x: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Data:
    """Return samples with targets and weights.

    Raises:
        ValueError: If lengths differ, the table is empty or a number is not finite.

    >>> data = table([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    >>> data.x.shape, data.y.tolist(), data.weights.tolist()
    ((2, 2), [0.0, 1.0], [1.0, 1.0])
    """
    rows, targets = numeric(x, "x"), numeric(y, "y")
    if rows.ndim == 1 and len(rows) == len(targets):  # one input per sample
        rows = rows[:, None]
    rows = _rows(rows)
    if not len(rows):
        raise ValueError("x has no samples; pass at least one row")
    if len(rows) != len(targets):
        raise ValueError(
            f"x has {len(rows)} samples and y has {len(targets)}; pass one target for each row"
        )
    return Data(rows, targets, weights(sample_weight, len(rows)), targets, column_names(x))


def weights(sample_weight: ArrayLike | None, samples: int) -> Floats:
    """Return the weight of each sample, `(samples,)`; 1 if `sample_weight` is None.

    Raises:
        ValueError: If there is not one finite number of at least 0 for each sample.

    >>> weights(None, 2), weights([0.5, 2.0], 2)
    (array([1., 1.]), array([0.5, 2. ]))
    """
    if sample_weight is None:
        return np.ones(samples)
    found = numeric(sample_weight, "sample_weight")
    if found.shape != (samples,):
        raise ValueError(
            f"sample_weight wants {samples} numbers, one for each sample, got shape {found.shape}"
        )
    if (found < 0.0).any():
        place = int(np.argmax(found < 0.0))
        raise ValueError(
            f"sample_weight wants numbers of at least 0, got {found[place]:g} at [{place}]; 0 "
            "leaves a sample out"
        )
    return found


def held_out(
    data: Data, split: float, given: Sequence[ArrayLike] | None
) -> tuple[Data, Data | None]:
    """Return the samples to train on and those to validate with (None if there are none).

    Args:
        data: The table.
        split: The share of its rows, at the end, to validate with, 0 to below 1.
        given: `(x, y)` or `(x, y, sample_weight)` to validate with instead.

    Raises:
        ValueError: If `split` is out of range, a part would be empty, or the tables have different
            columns.

    >>> train, kept = held_out(table([[1.0]] * 10, [0.0] * 10), 0.2, None)
    >>> len(train), len(kept)
    (8, 2)
    """
    if given is not None:
        if not 2 <= len(given) <= 3:
            raise ValueError(
                f"validation_data is (x, y) or (x, y, sample_weight), got {len(given)} items"
            )
        kept = table(*given)
        if kept.x.shape[1] != data.x.shape[1]:
            raise ValueError(
                f"validation_data has {kept.x.shape[1]} inputs per sample, x has "
                f"{data.x.shape[1]}; pass the same columns in both"
            )
        check_columns("validation_data's x", data.columns, kept.columns)
        return data, kept
    in_range("validation_split", split, 0.0, 1.0, "0.2 keeps a fifth")
    if split == 0.0:
        return data, None
    first = int(len(data) * (1.0 - split))
    if first in (0, len(data)):
        raise ValueError(
            f"validation_split={split} of {len(data)} samples leaves a part empty; pass more "
            "samples, or validation_data"
        )
    return data.rows(slice(first)), data.rows(slice(first, None))


def _rows(array: Floats) -> Floats:
    array = array[None] if array.ndim == 1 else array
    if array.ndim != 2:
        raise ValueError(f"x wants shape (samples, inputs), got {array.shape}; reshape it first")
    return array


def _class_weights(labels: NDArray[np.intp], class_weight: Mapping[int, float] | str) -> Floats:
    if class_weight == "balanced":
        kinds, counts = np.unique(labels, return_counts=True)
        class_weight = dict(zip(kinds.tolist(), len(labels) / (len(kinds) * counts), strict=True))
    if not isinstance(class_weight, Mapping):
        raise TypeError(
            "class_weight is a dict by class number, as {0: 1.0, 1: 2.5}, or 'balanced', got "
            f"{class_weight!r:.60}"
        )
    missing = sorted(set(labels.tolist()) - set(class_weight))
    if missing:
        raise ValueError(
            f"class_weight has no weight for class {missing[0]}, only for {sorted(class_weight)}; "
            "give each class one, 1.0 for no change"
        )
    return np.array([class_weight[label] for label in labels.tolist()], dtype=np.float64)


def batches(samples: int, size: int, sizes: Sequence[int] = ()) -> list[slice]:
    """Return the rows of each batch: `size` each, or as `sizes` says for each batch.

    >>> batches(3, 2)
    [slice(0, 2, None), slice(2, 3, None)]
    """
    if not sizes:
        return [slice(first, min(first + size, samples)) for first in range(0, samples, size)]
    return [slice(end - count, end) for count, end in zip(sizes, accumulate(sizes), strict=True)]


def row_order(samples: int, rng: random.Random) -> NDArray[np.intp]:
    """Return the row numbers in a random order."""
    # NumPy's permutation is 40 times as fast as rng.shuffle
    return np.random.default_rng(rng.getrandbits(64)).permutation(samples)


def gathered(
    rows: NDArray[np.float64], order: NDArray[np.intp] | None, size: int
) -> Iterator[NDArray[np.float64]]:
    """Yield the rows of a table in this order, several whole batches at a time, a smaller one last.

    This takes fewer calls than one per batch, and the rows fit into the cache, unlike a copy of the
    whole table (tests/benchmarks/training.py).

    Args:
        rows: `(samples, columns)`.
        order: Row numbers; None for all, as they are.
        size: Rows per batch.

    >>> [some.ravel().tolist() for some in gathered(np.eye(3)[:, :1], np.array([2, 1, 0]), 2)]
    [[0.0, 0.0], [1.0]]
    """
    whole = len(rows) // size * size
    some = size * max(1, _GATHERED_BYTES // max(1, size * rows.shape[1] * rows.itemsize))
    ends = [*range(some, whole, some), whole, len(rows)]
    for first, end in zip([0, *ends], ends):
        if first < end:
            yield rows[first:end] if order is None else rows.take(order[first:end], 0)
