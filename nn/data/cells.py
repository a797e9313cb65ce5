"""Cells: a CSV file as the names of its columns and rows of text."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nn.basics import listed

# The first that gives all rows the same number of cells, two or more. The comma is last: in a file
# of "1,5;2,5" it is a decimal mark.
_SEPARATORS = "\t;|,"
_LOOKED_AT = 100  # rows, for the choice of the separator
_GZIP = b"\x1f\x8b"


class TableError(ValueError):
    """A table that cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Cells:
    """What a CSV file holds, as text.

    Attributes:
        name: The file, for messages.
        header: The names of the columns; `column_0`, ... where the file has none.
        rows: For each row the line it ends on, from 1 as an editor counts, and its cells.
        named: Whether the file has a line of names.
        decimal: The decimal mark of its numbers, a point or a comma.
    """

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    named: bool
    decimal: str

    def column(self, target: str | int | None) -> int:
        """Return the place of a column by its name or number; None is the last one.

        Raises:
            TableError: If there is none.
        """
        if target is None:
            return len(self.header) - 1
        if isinstance(target, str) and target in self.header:
            return self.header.index(target)
        if isinstance(target, int) and -len(self.header) <= target < len(self.header):
            return target % len(self.header)
        raise TableError(f"{self.name} has no column {target!r}; it has {listed(self.header)}")

    def where(self, line: int, column: int) -> str:
        """Return the words for a place in the file."""
        return f"{self.name}, row {line}, column {self.header[column]!r}"

    def parse(self, cell: str) -> float | None:
        """Return the number that a cell holds; None if it holds something else."""
        return _parse(cell, self.decimal)


def read_cells(path: Path) -> Cells:
    """Read a CSV file, which may be gzipped.

    Cells may be separated by commas, semicolons, tabs or `|`. Where semicolons do it, numbers may
    have decimal commas. A last column without name and cells is left out: separators at the ends
    of lines make one.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is no text, is empty, has two columns of one name, or a row has more or
            fewer cells than the first.
    """
    name = str(path)
    text = _text(path.read_bytes(), name)
    separator = _separator(text, name)
    rows = list(_rows(text, separator, name))
    if not rows:
        raise TableError(f"{name} is empty; it needs a line of names and one line per sample")
    width = max(_extent(row) for _, row in rows)
    rows = [(line, row[:width]) for line, row in rows]
    header = rows[0][1]
    decimal = "," if separator == ";" and not _has_points(rows) else "."
    named = not _is_sample(header, [row for _, row in rows[1:]], decimal)
    if named:
        rows = rows[1:]
    header = [cell if named and cell else f"column_{i}" for i, cell in enumerate(header)]
    if not rows:
        raise TableError(f"{name} has a line of names but no rows; add one line per sample")
    twice = [title for i, title in enumerate(header) if title in header[:i]]
    if twice:
        raise TableError(f"{name} has two columns named {twice[0]!r}; rename one of them")
    for line, row in rows:
        if len(row) != len(header):
            raise TableError(
                f"{name}, row {line}: {len(row)} cells, but {len(header)} columns "
                f"({listed(header)}); put a cell that holds a {separator!r} in double quotes"
            )
    return Cells(name, header, rows, named, decimal)


def _text(raw: bytes, name: str) -> str:
    try:
        text = (gzip.decompress(raw) if raw.startswith(_GZIP) else raw).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    except (OSError, EOFError, zlib.error):
        raise TableError(f"{name} is a damaged gzip file; copy it again") from None
    if "\0" in text:
        raise TableError(f"{name} is not a text file in UTF-8; export it as CSV in UTF-8")
    return text


def _separator(text: str, name: str) -> str:
    for separator in _SEPARATORS:
        try:
            sizes = {len(row) for _, row in islice(_rows(text, separator, name), _LOOKED_AT)}
        except TableError:
            continue
        if len(sizes) == 1 and sizes != {1}:
            return separator
    first = text.lstrip().split("\n", 1)[0]
    return max(reversed(_SEPARATORS), key=first.count)


def _rows(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")  # the lines of a quoted cell stay as they are
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]  # a name is one line
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise TableError(
            f"{name}, row {reader.line_num}: {error}; see whether a double quote is left open above"
        ) from None


def _extent(row: list[str]) -> int:
    """Return how many cells there are up to the last that holds something."""
    if row[-1]:  # as in nearly all rows
        return len(row)
    return max((i + 1 for i, cell in enumerate(row) if cell), default=0)


def _has_points(rows: list[tuple[int, list[str]]]) -> bool:
    return any("." in cell and _parse(cell, ".") is not None for _, row in rows for cell in row)


def _is_sample(first: list[str], others: list[list[str]], decimal: str) -> bool:
    """Return whether the first line is a sample rather than the names of the columns."""
    texts = [(i, cell) for i, cell in enumerate(first) if _parse(cell, decimal) is None]
    if len(texts) == len(first):
        return False
    return all(any(row[i : i + 1] == [cell] for row in others) for i, cell in texts)


def _parse(cell: str, decimal: str) -> float | None:
    try:
        return None if "_" in cell else float(cell.replace(decimal, "."))
    except ValueError:
        return None
