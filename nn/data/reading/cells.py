"""Cells: a table file as the names of its columns and rows of text."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats, listed
from nn.data.reading.first_line import distinct, is_names, said_of_titles, without_titles
from nn.data.reading.marks import is_number, missing_kinds
from nn.data.reading.text import Row, TableError, extent, is_frame, read_text, rows_of

# The first that gives all rows the same number of cells, two or more. The comma is late: in a file
# of "1,5;2,5" it is a decimal mark. White space is last: it may be inside names.
_SEPARATORS = "\t;|, "
_LOOKED_AT = 100  # rows, for the choice of the separator
_BORDER = re.compile(r"(?m)^[ \t]*[|+][ |+:=-]*--[ |+:=-]*$")  # of Markdown's and MySQL's tables
_SAID = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # Excel's line about its separator
_UNNAMED = re.compile(r"|Unnamed: \d+(_level_\d+)?")


class Later(Sequence[Row]):
    """So many rows, made when one of them is asked for."""

    def __init__(self, made: Callable[[], Sequence[Row]], count: int) -> None:
        self._made, self._count = made, count

    def __len__(self) -> int:
        return self._count

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The rows."""
        return self._made()

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@dataclass(frozen=True)
class Cells:
    """What a table file holds, as text.

    Attributes:
        name: The file, for messages.
        header: The names of the columns; `column_0`, ... where the file has none.
        rows: For each row the line it ends on, from 1 as an editor counts, and its cells.
        named: Whether the file has a line of names.
        nameless: The places of columns whose names are missing among others.
        separator: What parts its cells.
        notes: What was guessed about the file.
        numbers: Columns that were read as numbers at once, nan where one is missing.
    """

    name: str
    header: list[str]
    rows: Sequence[Row]
    named: bool
    nameless: frozenset[int]
    separator: str
    notes: tuple[str, ...]
    numbers: dict[int, Floats] = field(default_factory=dict, compare=False)
    _known: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

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

    def texts(self, place: int) -> list[str]:
        """Return the cells of a column, white space at the ends left out and else a blank."""
        if place not in self._known:
            if "columns" not in self._known:  # all at once: a third of the time of each by itself
                self._known["columns"] = [*zip(*[row for _, row in self.rows], strict=True)]
            columns = self._known["columns"]
            self._known[place] = plain_texts([*columns[place]] if columns else [])
        known: list[str] = self._known[place]
        return known

    def gaps(self, place: int) -> NDArray[np.bool_]:
        """Return which cells of a column are missing, `(rows,)`."""
        key = (place, "gaps")
        if key not in self._known:
            found = self.numbers.get(place)
            if found is not None:
                self._known[key] = np.isnan(found)
            elif gone := missing_kinds(self.kinds(place)):
                marks = map(gone.__contains__, self.texts(place))
                self._known[key] = np.fromiter(marks, np.bool_, len(self.rows))
            else:
                self._known[key] = np.zeros(len(self.rows), np.bool_)
        known: NDArray[np.bool_] = self._known[key]
        return known

    def kinds(self, place: int) -> list[str]:
        """Return the different cells of a column, in order."""
        key = (place, "kinds")
        if key not in self._known:
            self._known[key] = [*dict.fromkeys(self.texts(place))]
        known: list[str] = self._known[key]
        return known

    def present(self, place: int) -> list[str]:
        """Return the different cells of a column that are not missing, in order."""
        key = (place, "present")
        if key not in self._known:
            gone = missing_kinds(self.kinds(place))
            self._known[key] = [kind for kind in self.kinds(place) if kind not in gone]
        known: list[str] = self._known[key]
        return known

    def rows_where(self, wanted: NDArray[np.bool_]) -> Cells:
        """Return the table with some of its rows."""
        known: dict[object, Any] = {
            place: [*compress(texts, wanted)]
            for place, texts in self._known.items()
            if isinstance(place, int)
        }
        numbers = {place: found[wanted] for place, found in self.numbers.items()}
        rows = Later(lambda: [*compress(self.rows, wanted)], int(wanted.sum()))
        return replace(self, rows=rows, numbers=numbers, _known=known)

    def where(self, row: int, place: int) -> str:
        """Return the words for a place in the file."""
        return f"{self.name}, row {self.rows[row][0]}, column {self.header[place]!r}"


def read_cells(path: Path, header: bool | None = None, expected: Sequence[str] = ()) -> Cells:
    """Read a table file; `read_text` says which packings and encodings there may be.

    Cells may be separated by commas, semicolons, tabs, `|` or white space; numbers may have decimal
    commas where commas do not separate, or in quotes. Lines of comment begin with `#`, and a first
    line may name the separator as Excel does (`sep=;`). A last column without name and cells is
    left out: separators at the ends of lines make one. So are lines of one cell above the names,
    the titles of a report; the second of two columns `a` is called `a (2)`.

    Args:
        path: Where the file is; `-` is standard input.
        header: Whether the first line holds names; None looks at it.
        expected: Names that are looked for: where one is in the first line, that holds names.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is no text, is empty, or a row has more or fewer cells than the first.
    """
    name = str(path)
    if name == "-":
        name, raw = "standard input", sys.stdin.buffer.read()
    else:
        raw = path.read_bytes()
    if is_frame(raw):
        header = True if header is None else header
    text, notes = read_text(raw, name)
    return cells_of(text, notes, name, header, expected)


def cells_of(
    text: str, notes: list[str], name: str, header: bool | None, expected: Sequence[str]
) -> Cells:
    """Return what the text of a table holds; see `read_cells`."""
    text = _BORDER.sub("", text)
    said = _SAID.match(text)
    separator = said[1] if said else _separator(text, name)
    start = text.count("\n", 0, said.end()) if said else 0
    rows = list(rows_of(text[said.end() :] if said else text, separator, name, start))
    rows, comments = _without_comments(rows)
    if not rows:
        raise TableError(f"{name} is empty; it needs a line of names and one line per sample")
    if header is not False:
        rows, above = without_titles(rows)
        notes += [f"{name}: {said_of_titles(above)}"] if above else []
    width = max(extent(row) for _, row in rows)
    rows = [(line, row[:width]) for line, row in rows]
    first, rows, note = _names(rows, comments, header, expected)
    notes += [f"{name}: {note}"] if note else []
    if not rows:
        raise TableError(f"{name} has a line of names but no rows; add one line per sample")
    titles, note = distinct(
        [cell or f"column_{i}" for i, cell in enumerate(first or [""] * len(rows[0][1]))]
    )
    notes += [f"{name}: {note}"] if note else []
    nameless = {i for i, cell in enumerate(first) if _UNNAMED.fullmatch(cell)}
    sizes = {len(row) for _, row in rows}
    if first and len(rows) > 1 and len(sizes) == 1 and sizes != {len(titles)}:
        raise TableError(
            f"{name}: the first line has {len(titles)} cells ({listed(titles)}), all others have "
            f"{sizes.pop()}; give each column a name, or remove the line"
        )
    check_rows(name, titles, rows, separator)
    return Cells(name, titles, rows, bool(first), frozenset(nameless), separator, tuple(notes))


def _names(
    rows: list[Row], comments: list[Row], header: bool | None, expected: Sequence[str]
) -> tuple[list[str], list[Row], str]:
    """Return the names that are in the file, if any, the rows of samples, and a word about it."""
    width = max(len(row) for _, row in rows)
    first = [_one_line(cell) for cell in rows[0][1]]
    if header is not None:
        return (first, rows[1:], "") if header else ([], rows, "")
    named, note = is_names(first, [row for _, row in rows[1:]], expected)
    if named:
        return first, rows[1:], note
    above = [_one_line(cell) for cell in comments[-1][1][:width]] if comments else []
    if len(above) != width:
        return [], rows, note
    above[0] = above[0].lstrip("# ") or above[0]  # "# a,b" above a table of samples
    return above, rows, ""


def check_rows(name: str, titles: Sequence[str], rows: Sequence[Row], separator: str) -> None:
    """Refuse rows of another length."""
    for line, row in rows:
        if len(row) != len(titles):
            cure = "remove the line, if it is no sample"
            if len(row) > 1:
                cure = f"put a cell that holds a {separator!r} in double quotes"
            raise TableError(
                f"{name}, row {line}: {len(row)} cells, but {len(titles)} columns "
                f"({listed(titles)}); {cure}"
            )


def _separator(text: str, name: str) -> str:
    for separator in _SEPARATORS:
        try:
            rows = list(islice(rows_of(text, separator, name), _LOOKED_AT))
        except TableError:
            continue
        plain = [(line, row) for line, row in rows if not row[0].startswith("#")]
        sizes = {len(row) for _, row in without_titles(plain)[0]}
        if len(sizes) == 1 and sizes != {1}:
            firsts = [row[0].split() for _, row in rows] if separator == "\t" else [[]]
            blanks = all(len(cells) > 1 and all(map(is_number, cells)) for cells in firsts)
            return " " if blanks else separator  # one tab, as in UCI's auto-mpg
    first = next((line for line in text.splitlines() if line.strip()[:1] not in ("", "#")), "")
    return max(reversed(_SEPARATORS[:-1]), key=first.count)


def _without_comments(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the table, and the lines of comment above it that have as many cells."""
    plain = [row for _, row in rows if not row[0].startswith("#")]
    if len(plain) == len(rows):
        return rows, []
    width = len(plain[0]) if plain else 0
    above = next((i for i, (_, row) in enumerate(rows) if not row[0].startswith("#")), len(rows))
    table = [
        (line, row)
        for i, (line, row) in enumerate(rows)
        if not row[0].startswith("#") or (i >= above and len(row) == width)
    ]
    return table, [(line, row) for line, row in rows[:above] if len(row) == width]


def plain_texts(raw: list[str]) -> list[str]:
    """Return cells without white space at their ends, and a blank for what is within."""
    whole = "".join(raw)
    blank = bool(whole) and whole.split(maxsplit=1) != [whole]
    if not blank:
        return raw
    other = {cell: line for cell in set(raw) if (line := _one_line(cell)) != cell}
    return [other.get(cell, cell) for cell in raw] if other else raw


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
