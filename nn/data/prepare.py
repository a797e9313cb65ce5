"""Prepare: splits and standardises tables, encodes class names as numbers and one-hot rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, generator, numeric, one_hot_rows, whole
from nn.data.frames import check_columns, column_names

_ROUNDING = 8 * 2.0**-52  # relative to the largest number of a column
_MIN_POSITIONAL, _MAX_POSITIONAL = 1e-5, 1e16  # numbers outside are written with an exponent

# Of pandas' types for what was of pandas, else arrays; pandas is not required.
SomeRows: TypeAlias = Any


def train_test_split(
    *arrays: ArrayLike,
    test_size: float | None = None,
    train_size: float | None = None,
    random_state: int | None = None,
    shuffle: bool = True,
    stratify: ArrayLike | None = None,
    seed: int | None = None,
) -> list[SomeRows]:
    """Return `[a_train, a_test, b_train, b_test, ...]`, the same rows of every array.

    Args:
        arrays: Arrays of equal length; those of pandas stay pandas.
        test_size: The share of rows for the test part, rounded up, or their number; by default
            what `train_size` leaves, or 0.25.
        train_size: The share of rows for the training part, rounded down, or their number; by
            default what `test_size` leaves.
        random_state: Seed for the order (scikit-learn's name); None takes the module `random`.
        shuffle: Whether to draw the rows at random; else the last ones are the test part.
        stratify: The class of each row; its shares are the same in both parts. A row of several
            numbers, as one-hot or multi-label, is a class too.
        seed: Another name for `random_state`.

    Raises:
        ValueError: If lengths differ, a part would be empty or both together too large, or
            `stratify` is given without `shuffle`.

    >>> import numpy as np
    >>> x_train, x_test, y_train, y_test = train_test_split(np.eye(8), range(8), seed=0)
    >>> len(y_train), len(y_test)
    (6, 2)
    """
    tables = [np.asarray(array) for array in arrays]
    count = _common_length(tables)
    classes = None if stratify is None else _row_classes(np.asarray(stratify), count, shuffle)
    train_rows, test_rows = _sizes(count, train_size, test_size)
    order = list(range(count))
    if shuffle:
        generator(seed, random_state).shuffle(order)
    if train_rows + test_rows < count:  # some rows are in neither part
        used = set(order[: train_rows + test_rows])
        if classes is not None:
            used = set(_stratified(order, train_rows + test_rows, classes))
        order = [i for i in order if i in used]
    test = set(_stratified(order, test_rows, classes))
    parts = [[i for i in order if i not in test], [i for i in order if i in test]]
    return [
        _select_rows(given, table, part) for given, table in zip(arrays, tables) for part in parts
    ]


def _select_rows(given: ArrayLike, table: NDArray[Any], rows: list[int]) -> SomeRows:
    """Return some rows of a table; those of a pandas object as pandas, with names."""
    return given.iloc[rows] if hasattr(given, "iloc") else table[rows]


def _common_length(tables: Sequence[NDArray[Any]]) -> int:
    """Return how many rows every table has."""
    lengths = {len(table) for table in tables if table.ndim}
    if len(lengths) != 1 or not all(table.ndim for table in tables):
        got = f"got lengths {sorted(lengths)}" if lengths else "got none"
        raise ValueError(f"train_test_split wants arrays with one row per sample, {got}")
    return lengths.pop()


def _sizes(count: int, train_size: float | None, test_size: float | None) -> tuple[int, int]:
    """Return how many rows are for training and how many for the test."""
    if train_size is None:
        test_rows = _row_count(
            "test_size", 0.25 if test_size is None else test_size, count, math.ceil
        )
        return count - test_rows, test_rows
    train_rows = _row_count("train_size", train_size, count, math.floor)
    if test_size is None:
        return train_rows, count - train_rows
    test_rows = _row_count("test_size", test_size, count, math.ceil)
    if train_rows + test_rows > count:
        raise ValueError(
            f"train_size={train_size} and test_size={test_size} want {train_rows + test_rows} "
            f"rows, there are {count}; leave one of them out"
        )
    return train_rows, test_rows


def _row_count(name: str, size: float, count: int, rounded: Callable[[float], int]) -> int:
    share = not isinstance(size, int | np.integer)
    rows = rounded(size * count) if share else int(size)
    if not 0 < rows < count:
        raise ValueError(f"{name}={size} of {count} rows leaves a part empty")
    return rows


def _row_classes(classes: NDArray[Any], count: int, shuffle: bool) -> list[object]:
    """Return the class of each row; a row of several numbers as a tuple."""
    if len(classes) != count:
        raise ValueError(f"stratify wants a class for each of the {count} rows, got {len(classes)}")
    if not shuffle:
        raise ValueError("stratify draws rows of every class; leave shuffle=False out")
    rows = classes.reshape(len(classes), -1).tolist()
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def _stratified(order: list[int], wanted: int, classes: list[object] | None) -> list[int]:
    """Return `wanted` rows: the last of `order`, with classes the same share of each."""
    if classes is None:
        return order[len(order) - wanted :]
    by_class: dict[object, list[int]] = {}
    for row in order:
        by_class.setdefault(classes[row], []).append(row)
    rare = [label for label, rows in by_class.items() if len(rows) < 2]
    if rare:
        raise ValueError(f"stratify wants at least 2 rows of every class, {rare[0]!r} has 1")
    ranked = [
        ((place + 0.5) / len(rows), row)
        for rows in by_class.values()
        for place, row in enumerate(rows)
    ]
    return [row for _, row in sorted(ranked)[:wanted]]


@dataclass(frozen=True)
class Standardizer:
    """Scales each column by the mean and the standard deviation that it had in the training part.

    Attributes:
        mean: `(columns,)`.
        scale: `(columns,)` standard deviations; 1 for a column that does not vary.
        names: The column names, if it was a pandas table; other tables must have the same.

    >>> scale = Standardizer.fit([[1.0], [3.0]])
    >>> scale([[5.0]]), scale.undo([[3.0]])
    (array([[3.]]), array([[5.]]))
    """

    mean: Floats
    scale: Floats
    names: tuple[str, ...] = ()

    @classmethod
    def fit(cls, x: ArrayLike) -> Standardizer:
        """Return the scaler for a table `(samples, columns)`.

        Raises:
            ValueError: If it has no rows, or a number is not finite.
        """
        table = numeric(x, "x")
        if not len(table):
            raise ValueError("there is nothing to measure in a table without rows; pass some rows")
        largest = np.abs(table).max(axis=0)
        return cls.of(table.mean(axis=0), table.std(axis=0), largest, column_names(x))

    @classmethod
    def of(
        cls, mean: Floats, spread: Floats, largest: Floats, names: tuple[str, ...] = ()
    ) -> Standardizer:
        """Return the scaler for these means, deviations and largest absolute values of columns.

        A column that varies only by rounding, such as 0.1 + 0.2 and 0.3, gets the scale 1.
        """
        return cls(mean, np.where(spread > _ROUNDING * largest, spread, 1.0), names)

    def __call__(self, x: ArrayLike) -> Floats:
        """Return a table scaled.

        Raises:
            ValueError: If its columns are not those of the table in `fit`, in the same order.
        """
        return (self._fitting(x) - self.mean) / self.scale

    def undo(self, x: ArrayLike) -> Floats:
        """Return a scaled table in the original units."""
        return self._fitting(x) * self.scale + self.mean

    def _fitting(self, x: ArrayLike) -> Floats:
        check_columns("x", self.names, column_names(x))
        table = np.asarray(x, dtype=np.float64)
        flat = table.ndim < 2  # a row of several columns, or one column
        columns = table.shape if flat else table.shape[1:]
        if columns != self.mean.shape and not (flat and self.mean.size == 1):
            raise ValueError(
                f"the table that was measured has {self.mean.size} columns, this one has "
                f"{columns[0] if columns else 1}; pass the same ones, in the same order"
            )
        return table


@overload
def standardize(train: ArrayLike, second: ArrayLike, /, *others: ArrayLike) -> list[Floats]: ...
@overload
def standardize(train: ArrayLike) -> Floats: ...
def standardize(train: ArrayLike, *others: ArrayLike) -> Floats | list[Floats]:
    """Return the table with every column at mean 0 and standard deviation 1.

    Args:
        train: `(samples, columns)`; its means and deviations are used for all.
        others: Further tables, such as the test part.

    Returns:
        The table, or a list of all tables if there are several.

    >>> standardize([[1.0], [3.0]]).tolist()
    [[-1.0], [1.0]]
    """
    scale = Standardizer.fit(train)
    tables = [scale(table) for table in (train, *others)]
    return tables if others else tables[0]


def one_hot(
    labels: ArrayLike, classes: int | None = None, *, num_classes: int | None = None
) -> Floats:
    """Return a row `(classes,)` for each class number, with a 1 in its place.

    Args:
        labels: Class numbers from 0.
        classes: How many classes there are; by default the largest number plus 1.
        num_classes: PyTorch's and Keras's name for `classes`.

    Raises:
        ValueError: If a label is not a whole number from 0 to `classes - 1`.

    >>> one_hot([0, 2]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    numbers = numeric(labels, "labels").reshape(-1)
    classes = num_classes if classes is None else classes
    count = int(numbers.max(initial=-1.0)) + 1 if classes is None else whole("classes", classes)
    wrong = numbers[(numbers != np.floor(numbers)) | (numbers < 0) | (numbers >= count)]
    if len(wrong):
        raise ValueError(f"one_hot wants class numbers 0 to {count - 1}, got {wrong[0]:g}")
    return one_hot_rows(numbers, count)


def encode_labels(labels: Sequence[object] | ArrayLike) -> tuple[NDArray[np.intp], list[str]]:
    """Return the class number of each label, and the names of the classes, sorted.

    Names are unique: a number is written with all its digits.

    Raises:
        ValueError: If a label is missing (None or nan).
        TypeError: If labels cannot be sorted, as texts and numbers together.

    >>> encode_labels(["b", "a", "b"])
    (array([1, 0, 1]), ['a', 'b'])
    >>> encode_labels([1000001.0, 0.1234567])
    (array([1, 0]), ['0.1234567', '1000001'])
    """
    array = np.asarray(labels).reshape(-1)
    items = [*array] if array.dtype.kind == "f" else array.tolist()  # float32 keeps its digits
    missing = [i for i, item in enumerate(items) if item is None or item != item]
    if missing:
        raise ValueError(
            f"encode_labels got {items[missing[0]]} at {missing[0]}; fill it in or drop the row"
        )
    try:
        classes = sorted(set(items))
    except TypeError as error:
        raise TypeError(f"encode_labels wants labels of one kind ({error}); pass text") from None
    number = {label: i for i, label in enumerate(classes)}
    return np.array([number[item] for item in items], dtype=np.intp), [
        _label_name(k) for k in classes
    ]


def _label_name(label: object) -> str:
    if isinstance(label, float | np.floating):
        number = float(label)
        if not number or _MIN_POSITIONAL < abs(number) < _MAX_POSITIONAL:
            return np.format_float_positional(label, trim="-")
    return str(label)
