"""Tables from CSV files, with errors that name the row and the column."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.data.prepare import encode_labels
from nn.shapes import Floats


class TableError(ValueError):
    """A table that cannot be read; the message says where and why."""


def load_csv(
    path: str | PathLike[str],
    target: str | int | None = None,
    *,
    features: Sequence[str] | None = None,
    regression: bool = False,
) -> Dataset:
    """Return a CSV file as a table: all columns but the target are inputs, unless some are named.

    The first line holds the names, unless it looks like a sample: its cells are numbers, or classes
    that come again further down. Cells may be separated by commas, semicolons or tabs.

    Args:
        path: Where the file is.
        target: The name or the number (from 0) of the target column; the last one by default.
        features: The names of the columns to take as inputs, in order.
        regression: Whether the target is a number to predict, rather than a class.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is empty, has no such column, or a cell is not a finite number; rows are
            counted as an editor does, the line of names being row 1.
    """
    name = str(path)
    header, rows = _read(Path(path), name)
    column = _column(header, target, name)
    places = [i for i in range(len(header)) if i != column]
    if features is not None:
        places = [_column(header, feature, name) for feature in features]
    if not places:
        raise TableError(
            f"{name} has only the target column {header[column]!r}; inputs are missing"
        )
    x = np.array([[_number(row[i], i, line, header, name) for i in places] for line, row in rows])
    names = [header[i] for i in places]
    targets = [(line, row[column].strip()) for line, row in rows]
    if regression:
        y = np.array([_number(cell, column, line, header, name) for line, cell in targets])
        return Dataset(x, y, names, header[column], [])
    labels, classes = _classes(targets, header[column], name)
    return Dataset(x, labels, names, header[column], classes)


def load_columns(path: str | PathLike[str], names: Sequence[str]) -> Floats:
    """Return some columns of a CSV file, by name, as `(samples, columns)`.

    A file without names gives its first columns.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If a column is missing, or a cell is not a finite number.
    """
    header, rows = _read(Path(path), str(path))
    if header[0] == "column_0" and len(header) >= len(names):
        places = list(range(len(names)))
    else:
        places = [_column(header, name, str(path)) for name in names]
    return np.array(
        [[_number(row[i], i, line, header, str(path)) for i in places] for line, row in rows]
    )


Rows = list[tuple[int, list[str]]]


def _read(path: Path, name: str) -> tuple[list[str], Rows]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{name} is not a text file in UTF-8; export it as CSV in UTF-8") from None
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise TableError(f"{name}, row {reader.line_num}: {error}") from None
    if not rows:
        raise TableError(f"{name} is empty; it needs a line of names and one line per sample")
    header = [cell.strip() for cell in rows[0][1]]
    if _is_sample(header, [row for _, row in rows[1:]]):
        header = [f"column_{i}" for i in range(len(header))]
    else:
        rows = rows[1:]
    if not rows:
        raise TableError(f"{name} has a line of names but no rows")
    twice = [title for i, title in enumerate(header) if title in header[:i]]
    if twice:
        raise TableError(f"{name} has two columns named {twice[0]!r}")
    for line, row in rows:
        if len(row) != len(header):
            raise TableError(
                f"{name}, row {line}: {len(row)} cells, but {len(header)} columns "
                f"({', '.join(header)})"
            )
    return header, rows


def _is_sample(first: list[str], others: list[list[str]]) -> bool:
    """Return whether the first line is a sample rather than the names of the columns."""
    texts = [(i, cell) for i, cell in enumerate(first) if not _is_number(cell)]
    if len(texts) == len(first):
        return False
    return all(any(row[i : i + 1] == [cell] for row in others) for i, cell in texts)


def _column(header: list[str], target: str | int | None, name: str) -> int:
    if target is None:
        return len(header) - 1
    if isinstance(target, str) and target in header:
        return header.index(target)
    if isinstance(target, int) and -len(header) <= target < len(header):
        return target % len(header)
    raise TableError(f"{name} has no column {target!r}; it has {', '.join(header)}")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, column: int, line: int, header: list[str], name: str) -> float:
    where = f"{name}, row {line}, column {header[column]!r}"
    if not cell.strip():
        raise TableError(f"{where}: the cell is empty; fill it in or drop the row")
    try:
        number = float(cell)
    except ValueError:
        raise TableError(f"{where}: {cell.strip()!r} is not a number") from None
    if not math.isfinite(number):
        raise TableError(f"{where}: {cell.strip()!r} is not a finite number; drop or fill the row")
    return number


def _classes(
    targets: list[tuple[int, str]], column: str, name: str
) -> tuple[NDArray[np.int64], list[str]]:
    for line, cell in targets:
        if not cell or cell.lower() == "nan":
            raise TableError(f"{name}, row {line}, column {column!r}: the class is missing")
    cells = [cell for _, cell in targets]
    numeric = all(_is_number(cell) for cell in cells)
    labels, classes = encode_labels([float(cell) for cell in cells] if numeric else cells)
    if len(classes) < 2:
        raise TableError(
            f"{name} has only one class in column {column!r}, {classes[0]!r}; two are needed"
        )
    if numeric and len(classes) > max(20, len(cells) // 4):
        raise TableError(
            f"{name}: column {column!r} has {len(classes)} different numbers in {len(cells)} rows; "
            "to predict a number rather than a class, say regression (--regression)"
        )
    return labels, classes
