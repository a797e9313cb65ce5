"""Tables from CSV files, with errors that name the row and the column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.cells import Cells, TableError, read_cells
from nn.data.dataset import Dataset
from nn.data.prepare import encode_labels

_LARGEST = 1e150  # its square is a number still, so that a deviation can be measured
_CATEGORIES = 100  # columns that one column of text may become


def load_csv(
    path: str | PathLike[str],
    target: str | int | None = None,
    *,
    features: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    regression: bool = False,
) -> Dataset:
    """Return a CSV file as a table: all columns but the target are inputs, unless some are named.

    The first line holds the names, unless it looks like a sample: its cells are numbers, or texts
    that come again further down. `nn.data.cells.read_cells` says which kinds of file there may be.

    A column without any number holds categories: it becomes an input for each, such as
    `colour=red`, which is 1 where the cell says so and else 0.

    Args:
        path: Where the file is; it may be gzipped.
        target: The name or the number (from 0) of the target column; the last one by default.
        features: The names of the columns to take as inputs, in order.
        drop: The names of columns to leave out, such as an id.
        regression: Whether the target is a number to predict, rather than a class.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is empty, has no such column, a cell is not a finite number, or texts
            are too many for categories; rows are counted as an editor does, the line of names
            being row 1.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trees.csv"
    >>> _ = path.write_text("height,kind\\n21.5,fir\\n17.0,oak\\n24.0,fir\\n")
    >>> table = load_csv(path)
    >>> table.x.tolist(), table.y.tolist(), table.target_names
    ([[21.5], [17.0], [24.0]], [0, 1, 0], ['fir', 'oak'])
    """
    cells = read_cells(Path(path))
    name, header = cells.name, cells.header
    column = cells.column(target)
    dropped = {*map(cells.column, _names(drop))}
    if column in dropped:
        raise TableError(
            f"{name}: {header[column]!r} is to be dropped, but it is the target; name another "
            "(target=, or --target)"
        )
    wanted = [title for i, title in enumerate(header) if i not in {column, *dropped}]
    if features is not None:
        wanted = _names(features)
    elif not wanted and dropped:
        raise TableError(f"{name}: all inputs are to be dropped; keep at least one")
    elif not wanted:
        raise TableError(
            f"{name} has only the target column {header[column]!r} and no inputs; separate cells "
            "by commas, semicolons, tabs or |"
        )
    x, names = _inputs(cells, wanted, categories=True)
    if regression:
        y = _numbers(cells, column)
        return Dataset(x, y, names, header[column], [])
    labels, classes = _classes(cells, column)
    return Dataset(x, labels, names, header[column], classes)


def load_columns(path: str | PathLike[str], names: Sequence[str]) -> Floats:
    """Return some columns of a CSV file, by name, as `(samples, columns)`.

    A file without names that has no such columns gives its first ones.

    Args:
        path: Where the file is.
        names: Columns of numbers, or categories such as `colour=red`.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If a column is missing, a cell is not a finite number, or is another category.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "new.csv"
    >>> _ = path.write_text("leaf,height\\nbroad,17.0\\n")
    >>> load_columns(path, ["height", "leaf=broad", "leaf=needle"])
    array([[17.,  1.,  0.]])
    """
    cells, names = read_cells(Path(path)), _names(names)
    if not cells.named:
        found = [_source(cells, name) is not None for name in names]
        sources = list(dict.fromkeys(name.rsplit("=", 1)[0] for name in names))
        if not all(found) and len(sources) <= len(cells.header):
            cells = replace(cells, header=sources + cells.header[len(sources) :])
    return _inputs(cells, names, categories=False)[0]


def _inputs(cells: Cells, names: Sequence[str], *, categories: bool) -> tuple[Floats, list[str]]:
    """Return columns and what they are called; `categories` allows one to become several."""
    if not names:
        raise TableError(f"{cells.name}: no columns are asked for; name at least one")
    columns: list[Floats] = []
    titles: list[str] = []
    for name in names:
        source = _source(cells, name)
        if source is None:
            cells.column(name)  # raises
        elif source != name:
            columns.append(_category(cells, source, name, names))
            titles.append(name)
        else:
            place = cells.column(name)
            texts = [row[place] for _, row in cells.rows]
            if categories and _is_text(cells, texts):
                kinds = _kinds(cells, place, texts)
                columns += [np.array([float(cell == kind) for cell in texts]) for kind in kinds]
                titles += [f"{name}={kind}" for kind in kinds]
            else:
                columns.append(_numbers(cells, place))
                titles.append(name)
    return np.column_stack(columns), titles


def _names(names: Sequence[str]) -> list[str]:
    """Return the names; a bare one is not a list of letters."""
    return [names] if isinstance(names, str) else list(names)


def _source(cells: Cells, name: str) -> str | None:
    """Return the column that an input comes from: itself, or `colour` for `colour=red`."""
    if name in cells.header:
        return name
    fitting = [title for title in cells.header if name.startswith(f"{title}=")]
    return max(fitting, key=len, default=None)


def _category(cells: Cells, source: str, name: str, names: Sequence[str]) -> Floats:
    """Return 1 where a cell is the category of that name, and else 0."""
    place, start = cells.column(source), len(source) + 1
    known = [other[start:] for other in names if other.startswith(f"{source}=")]
    for line, row in cells.rows:
        if row[place] not in known:
            raise TableError(
                f"{cells.where(line, place)}: {row[place]!r} is not one of the known categories "
                f"{', '.join(known)}; drop the row"
            )
    return np.array([float(row[place] == name[start:]) for _, row in cells.rows])


def _is_text(cells: Cells, texts: list[str]) -> bool:
    """Return whether a column holds something, and no number."""
    there = [cell for cell in texts if not _is_missing(cell)]
    return bool(there) and all(cells.parse(cell) is None for cell in there)


def _is_missing(cell: str) -> bool:
    return not cell or cell.lower() == "nan"


def _kinds(cells: Cells, place: int, texts: list[str]) -> list[str]:
    for (line, _), cell in zip(cells.rows, texts, strict=True):
        if _is_missing(cell):
            raise TableError(
                f"{cells.where(line, place)}: the category is missing; fill it in or drop the row"
            )
    kinds = sorted(set(texts))
    most = min(max(20, len(texts) // 4), _CATEGORIES, len(texts) - 1)
    if len(kinds) > most:
        line, row = cells.rows[0]
        raise TableError(
            f"{cells.where(line, place)}: {row[place]!r} is not a number, and {len(kinds)} "
            f"different texts in {len(texts)} rows are too many for categories; leave the column "
            "out (drop=, or --drop), or write numbers"
        )
    return kinds


def _numbers(cells: Cells, place: int) -> Floats:
    texts = [row[place] for _, row in cells.rows]
    try:  # in one go: a third of the time of a cell at a time
        column = np.array([*map(float, texts)])
    except ValueError:  # a decimal comma, or a mistake to be named
        column = np.array([np.nan])
    if (np.abs(column) <= _LARGEST).all() and not any("_" in cell for cell in texts):
        return column
    return np.array([_number(cells, line, place, row[place]) for line, row in cells.rows])


def _number(cells: Cells, line: int, place: int, cell: str) -> float:
    number = cells.parse(cell)
    if number is not None and abs(number) <= _LARGEST:
        return number
    where = cells.where(line, place)
    if not cell:
        raise TableError(f"{where}: the cell is empty; fill it in or drop the row")
    if number is None:
        raise TableError(f"{where}: {cell!r} is not a number; write one or drop the row")
    if math.isfinite(number):
        raise TableError(f"{where}: {cell!r} is larger than 1e150; use another unit")
    raise TableError(f"{where}: {cell!r} is not a finite number; drop or fill the row")


def _classes(cells: Cells, place: int) -> tuple[NDArray[np.int64], list[str]]:
    texts = [row[place] for _, row in cells.rows]
    for (line, _), cell in zip(cells.rows, texts, strict=True):
        if _is_missing(cell):
            raise TableError(
                f"{cells.where(line, place)}: the class is missing; fill it in or drop the row"
            )
    column = cells.header[place]
    numbers = [number for number in map(cells.parse, texts) if number is not None]
    numeric = len(numbers) == len(texts)
    labels, classes = encode_labels(numbers if numeric else texts)
    if len(classes) < 2:
        raise TableError(
            f"{cells.name} has only one class in column {column!r}, {classes[0]!r}; two are "
            "needed. Choose another target (--target), or add rows"
        )
    if numeric and len(classes) > max(20, len(texts) // 4):
        raise TableError(
            f"{cells.name}: column {column!r} has {len(classes)} different numbers in "
            f"{len(texts)} rows; to predict a number rather than a class, say regression "
            "(--regression)"
        )
    return labels, classes
