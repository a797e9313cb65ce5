"""Chunks: a large table file some rows at a time, so that memory holds its numbers alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.reading.cells import Cells, cells_of, check_rows, extent, read_cells
from nn.data.reading.columns import (
    Column,
    check_categories,
    day_numbers,
    numbers,
    ordered_classes,
)
from nn.data.reading.dates import circle, cycles_of
from nn.data.reading.marks import missing
from nn.data.reading.recipe import Recipe
from nn.data.reading.text import TableError

ROWS = 20_000  # of a chunk; what a table is made of is decided by the first
_SNIFFED = 1 << 20  # bytes that the encoding is looked for in
_PLAIN = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf")


def large(path: Path, least: int = 5_000_000) -> bool:
    """Return whether a file is plain text, and so large that it is read in chunks."""
    if not path.is_file() or path.stat().st_size < least:
        return False
    with open(path, "rb") as file:
        start = file.read(_SNIFFED)
    return not start.startswith(_PLAIN) and b"\0" not in start


def in_chunks(
    path: Path, header: bool | None = None, expected: Sequence[str] = (), rows: int = 0
) -> Iterator[Cells]:
    """Yield a table file some rows at a time, 20,000 by default; see `read_cells`.

    The separator, the names and the number of columns are those of the first rows.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: As `read_cells` does.
    """
    name, rows = str(path), rows or ROWS
    with open(path, encoding=_encoding(path), newline="") as file:
        head = "".join(islice(file, rows))
        while head.count('"') % 2 and (more := next(file, "")):  # inside a quoted cell
            head += more
        first = cells_of(head, [], name, header, expected)
        if first.separator == " ":  # columns between blanks are no CSV
            yield read_cells(path, header, expected)
            return
        yield first
        line = head.count("\n")
        reader = csv.reader(file, delimiter=first.separator, skipinitialspace=True, strict=True)
        width = len(first.header)
        try:
            while some := list(islice(_numbered(reader, line), rows)):
                kept = [
                    (at, row if len(row) == width or extent(row) > width else row[:width])
                    for at, row in some
                    if len(row) == width or not row[0].startswith("#")
                ]
                check_rows(name, first.header, kept, first.separator)
                yield replace(first, rows=kept, notes=(), _known={})
        except csv.Error as error:
            raise TableError(
                f"{name}, row {line + reader.line_num}: {error}; see whether a double quote is "
                "left open above"
            ) from None


def _numbered(reader: object, line: int) -> Iterator[tuple[int, list[str]]]:
    rows: Iterator[list[str]] = reader  # type: ignore[assignment]
    for row in rows:
        if row and (row[0].strip() or any(cell.strip() for cell in row)):
            yield line + reader.line_num, row  # type: ignore[attr-defined]


def _encoding(path: Path) -> str:
    """Return utf-8, or what Windows writes in Western Europe where the file is not."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            while file.read(_SNIFFED):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


@dataclass
class Gathered:
    """What the chunks of a large table have become so far.

    Attributes:
        recipe: What each column becomes, categories as the first rows have them.
        target: The place of the target.
        regression: Whether it is a number.
        unit: What stands before or behind the numbers of the target.
        marking: Whether a column with gaps becomes a second input that says where.
        found: The numbers of each column, chunk by chunk; of categories and classes their codes.
        kinds: The categories of columns, and the classes, in order of appearance.
        gone: How many cells are missing, by the name of the column.
        rows: How many rows there have been, and how many have been taken.
    """

    recipe: Recipe
    target: int
    regression: bool
    unit: str = ""
    marking: bool = False
    found: dict[int, list[Floats]] = field(default_factory=dict)
    kinds: dict[int, dict[str, int]] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    rows: tuple[int, int] = (0, 0)

    def add(self, cells: Cells, dropping: bool) -> None:
        """Add a chunk; rows without target are left out, and with `dropping` those with gaps."""
        there = ~np.array(missing(cells.texts(self.target)))
        if not there.all():
            cells = cells.rows_where(there.tolist())
        made: dict[int, Floats] = {}
        taken = np.ones(len(cells.rows), dtype=np.bool_)
        for column in self.recipe.columns:
            place = cells.column(column.name)
            made[place] = self._numbers(cells, place, column)
            gap = self.kinds[place].get("?", -1) if column.kinds is not None else np.nan
            gone = np.isnan(made[place]) if np.isnan(gap) else made[place] == gap
            if count := int(gone.sum()):
                self.gone[column.name] = self.gone.get(column.name, 0) + count
                taken &= ~gone
        if self.regression:
            unit = Column(cells.header[self.target], None, self.unit)
            made[self.target] = numbers(cells, self.target, unit, self.recipe.decimal, True)
        else:
            made[self.target] = self._codes(cells, self.target)
        for place, found in made.items():
            self.found.setdefault(place, []).append(found[taken] if dropping else found)
        self.rows = (
            self.rows[0] + len(there),
            self.rows[1] + int(taken.sum() if dropping else len(taken)),
        )

    def _numbers(self, cells: Cells, place: int, column: Column) -> Floats:
        if column.date:
            return day_numbers(cells, place, column.date)
        if column.kinds is None:
            return numbers(cells, place, column, self.recipe.decimal, False)
        return self._codes(cells, place)

    def _codes(self, cells: Cells, place: int) -> Floats:
        known, texts = self.kinds.setdefault(place, {}), cells.texts(place)
        gone = missing(texts)
        if any(gone):
            texts = ["?" if none else text for text, none in zip(texts, gone, strict=True)]
        for text in set(texts).difference(known):
            known[text] = len(known)
        return np.array([known[text] for text in texts], dtype=np.float64)

    def finished(
        self, cells: Cells, regression: bool | None
    ) -> tuple[Floats, Floats, list[str], Recipe]:
        """Return x, y, the classes and the recipe with all categories.

        Raises:
            TableError: If categories or classes are too many, or there is one class only.
        """
        whole = {place: np.concatenate(found) for place, found in self.found.items()}
        self.found.clear()
        columns = tuple(
            self._whole(cells, cells.column(column.name), column, whole)
            for column in self.recipe.columns
        )
        recipe, at = replace(self.recipe, columns=columns), 0
        x = np.empty((self.rows[1], len(recipe.titles)))
        for column in columns:
            for made in self._inputs(cells.column(column.name), column, whole):
                x[:, at], at = made, at + 1
        y = whole[self.target]
        if self.regression:
            return x, y, [], recipe
        known, seen = self.kinds[self.target], self._seen(self.target, whole)
        classes = ordered_classes(cells, self.target, seen, len(y), regression is False)
        place_of = np.empty(len(known))
        place_of[[known[kind] for kind in classes]] = np.arange(len(classes))
        return x, place_of[y.astype(np.intp)], classes, recipe

    def _whole(
        self, cells: Cells, place: int, column: Column, whole: Mapping[int, Floats]
    ) -> Column:
        """Return what a column becomes, now that all of it has been seen."""
        if column.date:
            return replace(column, cycles=cycles_of(whole[place]))
        if column.kinds is None:
            return replace(
                column, marked=column.marked or (self.marking and self._gaps(cells, place))
            )
        seen = self._seen(place, whole)
        kinds = sorted(seen - {"?"})
        check_categories(cells, place, len(kinds), self.rows[1])
        return replace(column, kinds=(*kinds, *(["?"] if "?" in seen else [])))

    def _seen(self, place: int, whole: Mapping[int, Floats]) -> set[str]:
        """Return the categories that the taken rows have."""
        codes = set(np.unique(whole[place]).tolist())
        return {kind for kind, code in self.kinds[place].items() if code in codes}

    def _gaps(self, cells: Cells, place: int) -> bool:
        return cells.header[place] in self.gone

    def _inputs(
        self, place: int, column: Column, whole: dict[int, Floats]
    ) -> Iterator[Floats | NDArray[np.bool_]]:
        numbers = whole.pop(place)
        if column.kinds is not None:
            yield from (numbers == self.kinds[place].get(kind, -1) for kind in column.kinds)
            return
        yield numbers
        for cycle in column.cycles:
            yield from circle(numbers, cycle)
        if column.marked:
            yield np.isnan(numbers)
