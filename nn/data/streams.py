"""Streams: collects batches from generators, loaders and data sets into one table per epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from nn.basics import numeric, whole
from nn.basics.structure import Unchecked


class Table(NamedTuple):
    """One epoch's samples, in their order.

    Attributes:
        x: `(samples, inputs)`; for several inputs a list or a dict of tables.
        y: Targets; None if the stream has none.
        weights: `(samples,)` weight of each sample; None if the stream has none.
        size: Samples per batch; the last one may have fewer.
        sizes: The size of each batch, if not only the last differs; else ().
        single: Whether the stream gave single samples, so that they may be shuffled.
    """

    x: Any
    y: Any
    weights: Any
    size: int
    sizes: tuple[int, ...] = ()
    single: bool = False


class Stream:
    """Batches `(x, y)` or `(x, y, weights)` from a generator, loader or data set, by epochs.

    A generator continues where it was; a loader, or a Keras `Sequence`, starts again each epoch.
    Single samples of a data set, as PyTorch's, are grouped into batches.

    Args:
        source: The generator, loader or data set.
        steps: How many batches make an epoch; by default all there are.
        size: How many single samples make a batch.

    >>> stream = Stream(iter([([[1.0]], [2.0]), ([[3.0]], [4.0])]))
    >>> stream.epoch().x.tolist(), stream.epoch()
    ([[1.0], [3.0]], None)
    """

    def __init__(self, source: object, steps: int | None = None, size: int = 32) -> None:
        if not is_stream(source):
            raise ValueError(
                "y wants numbers, got None; pass a list or an array, or as x an object that yields "
                "batches (x, y)"
            )
        self.source, self.size = source, whole("Stream's size", size)
        self.steps = None if steps is None else whole("Stream's steps", steps)
        self.is_iterator = hasattr(source, "__next__")
        self._endless_batches: Iterator[object] = iter(()) if steps is None else self._cycle()

    def epoch(self) -> Table | None:
        """Return the samples of the next epoch; None if there are no more.

        Raises:
            ValueError: If only some batches have weights.
        """
        begin = self._batches() if self.steps is None else islice(self._endless_batches, self.steps)
        batches = [_batch_parts(batch) for batch in begin]
        on_epoch_end = getattr(self.source, "on_epoch_end", None)
        if on_epoch_end is not None:
            on_epoch_end()
        if not batches:
            return None
        if self._gives_samples(batches[0][0]):
            columns = [np.array([np.asarray(part) for part in column]) for column in zip(*batches)]
            return _table(columns, self.size)._replace(single=True)
        sizes = [_rows(_joined([x])) for x, *_ in batches]
        if len({len(batch) for batch in batches}) > 1:
            raise ValueError("some batches are (x, y) and some (x, y, weights); give all the same")
        even = all(size == sizes[0] for size in sizes[:-1]) and sizes[-1] <= sizes[0]
        found = _table([_joined(column) for column in zip(*batches)], sizes[0])
        return found if even else found._replace(sizes=tuple(sizes))

    def _gives_samples(self, first: Any) -> bool:
        """Return whether the source gives single samples; `first` is the x of the first item."""
        table = not isinstance(first, Mapping | list | tuple) and np.ndim(first) < 2
        return table and not self.is_iterator and hasattr(self.source, "__getitem__")

    def first(self) -> Table:
        """Return the samples of the first epoch.

        Raises:
            ValueError: If there are none, or they have no targets.
        """
        found = self.epoch()
        if found is None or found.y is None:
            what = "nothing" if found is None else "inputs alone"
            raise ValueError(
                "fit wants x and y, or an object that yields batches (x, y); this "
                f"{type(self.source).__name__} yields {what}"
            )
        return found

    def _batches(self) -> Iterator[object]:
        if self.is_iterator or hasattr(self.source, "__iter__"):
            return iter(self.source)  # type: ignore[call-overload, no-any-return]
        return (self.source[i] for i in range(len(self.source)))  # type: ignore[index, arg-type]

    def _cycle(self) -> Iterator[object]:
        while True:
            empty = True
            for batch in self._batches():
                empty = False
                yield batch
            if empty or self.is_iterator:
                return


def is_stream(x: object) -> bool:
    """Return whether an object yields batches, rather than being a table.

    >>> is_stream(iter([])), is_stream([[1.0]]), is_stream(np.eye(2))
    (True, False, False)
    """
    if isinstance(x, str | bytes | list | tuple | dict | np.ndarray) or hasattr(x, "__array__"):
        return False
    if hasattr(x, "to_numpy") or hasattr(x, "columns"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__iter__") or _is_indexable(x)


def validation_rows(given: object, steps: int | None, size: int | None) -> Unchecked:
    """Return validation data as `(x, y)` or `(x, y, weights)`; a stream as one table."""
    if given is None or not is_stream(given):
        return given
    x, y, weights, *_ = Stream(given, steps, size or 32).first()
    return (x, y) if weights is None else (x, y, weights)


def _is_indexable(x: object) -> bool:
    return hasattr(x, "__getitem__") and hasattr(x, "__len__")


def _batch_parts(batch: object) -> Sequence[object]:
    """Return the one to three parts of a batch: x, y, weights."""
    if isinstance(batch, tuple | list) and 1 <= len(batch) <= 3:
        return batch
    if isinstance(batch, np.ndarray) or hasattr(batch, "__array__"):
        return [batch]
    raise ValueError(
        f"x wants numbers, got an object that yields {batch!r:.60}; pass a list or an array, or an "
        "object that yields batches (x, y) or (x, y, sample_weight)"
    )


def _joined(column: Sequence[Any]) -> Any:
    """Return one part of all batches joined; a list or dict of tables table by table."""
    first = column[0]
    if isinstance(first, Mapping):
        return {name: _joined([part[name] for part in column]) for name in first}
    listed = isinstance(first, list | tuple) and len(first) > 0
    if listed and all(hasattr(part, "__array__") and np.ndim(part) > 0 for part in first):
        return [_joined([part[i] for part in column]) for i in range(len(first))]
    return np.concatenate([np.atleast_1d(np.asarray(part)) for part in column])


def _table(columns: Sequence[Any], size: int) -> Table:
    x, y, weights, *_ = (*columns, None, None)
    if isinstance(x, Mapping | list):
        return Table(x, y, weights, size)
    rows = numeric(x, "x")
    return Table(rows[:, None] if rows.ndim == 1 else rows, y, weights, size)


def _rows(x: Any) -> int:
    parts = [*x.values()] if isinstance(x, Mapping) else x if isinstance(x, list) else [x]
    return len(parts[0])
