"""Chunks: a large table file some rows at a time, so that memory holds its numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import numpy as np

from nn.basics import Floats
from nn.data.reading.cells import cells_of, check_rows
from nn.data.reading.columns import Column, check_categories, numbers
from nn.data.reading.dates import cycles_of
from nn.data.reading.marks import missing_kinds, plain_texts
from nn.data.reading.quick import read_quickly
from nn.data.reading.recipe import Recipe
from nn.data.reading.rows import ordered_classes
from nn.data.reading.text import Cells, Later, Row, extent, rows_of, said_of_windows

LARGE = 5_000_000  # bytes, from which a file is read in chunks
ROWS = 20_000  # of a chunk; what a table is made of is decided by the first
_SNIFFED = 1 << 20  # bytes that the encoding is looked for in
_IN_QUOTES = 1000  # lines of one cell at most
_PLAIN = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf")


def large(path: Path, least: int = LARGE) -> bool:
    """Return whether a file is plain text, and so large that it is read in chunks."""
    if not path.is_file() or path.stat().st_size < least:
        return False
    with open(path, "rb") as file:
        start = file.read(_SNIFFED)
    return not start.startswith(_PLAIN) and b"\0" not in start


@dataclass(frozen=True)
class Block:
    """Some lines of a large table.

    Attributes:
        first: The first rows of the table, which say how it is to be read.
        lines: The lines.
        before: How many lines there are before them.
    """

    first: Cells
    lines: list[str]
    before: int

    def cells(self, wanted: Sequence[str] = ()) -> Cells:
        """Return what they hold; with `wanted`, as `read_quickly` takes it, columns at once."""
        found = read_quickly(self.lines, self.first.separator, wanted) if wanted else None
        if found is None:
            return replace(self.first, rows=self._rows(), notes=(), numbers={}, _known={})
        numbers, texts = found
        count = max([*map(len, numbers.values()), *map(len, texts.values())])
        known: dict[object, Any] = {place: plain_texts(cells) for place, cells in texts.items()}
        rows = Later(self._rows, count)
        return replace(self.first, rows=rows, notes=(), numbers=numbers, _known=known)

    def _rows(self) -> list[Row]:
        name, separator, header = self.first.name, self.first.separator, self.first.header
        width = len(header)
        kept = [
            (line, row if len(row) == width or extent(row) > width else row[:width])
            for line, row in rows_of("".join(self.lines), separator, name, self.before)
            if len(row) == width or not row[0].startswith("#")
        ]
        check_rows(name, header, kept, separator)
        return kept


def blocks(
    path: Path, header: bool | None = None, expected: Sequence[str] = (), rows: int = 0
) -> Iterator[Cells | Block]:
    """Yield the first rows of a table file, 20,000 by default, then so many lines at a time.

    The separator, the names and the number of columns are those of the first rows.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: As `read_cells` does.
    """
    rows, encoding = rows or ROWS, _encoding(path)
    notes = [said_of_windows(str(path))] if encoding == "cp1252" else []
    with open(path, encoding=encoding, newline="") as file:
        lines = _some_lines(file, rows)
        first, before = cells_of("".join(lines), notes, str(path), header, expected), len(lines)
        yield first
        while lines := _some_lines(file, rows):
            yield Block(first, lines, before)
            before += len(lines)


def _some_lines(file: Iterator[str], count: int) -> list[str]:
    """Return the next lines of a file, and those that a cell in quotes goes on with."""
    lines = [*islice(file, count)]
    quotes = "".join(lines).count('"')
    for line in islice(file, _IN_QUOTES) if quotes % 2 else ():
        lines.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            break
    return lines


def in_chunks(
    path: Path, header: bool | None = None, expected: Sequence[str] = (), rows: int = 0
) -> Iterator[Cells]:
    """Yield a table file some rows at a time; see `blocks`."""
    for part in blocks(path, header, expected, rows):
        yield part.cells() if isinstance(part, Block) else part


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
        folder: Where numbers are kept; None is in memory.
        found: The numbers of each column, chunk by chunk; of categories and classes their codes.
        kinds: The categories of columns, and the classes, in order of appearance.
        gone: How many cells are missing, by the name of the column.
        rows: How many rows with a target there have been.
        taken: How many of them have been taken.
        untold: How many rows had no target.
    """

    recipe: Recipe
    target: int
    regression: bool
    unit: str = ""
    marking: bool = False
    folder: Path | None = None
    found: dict[int, list[Floats]] = field(default_factory=dict, init=False)
    kinds: dict[int, dict[str, int]] = field(default_factory=dict, init=False)
    gone: dict[str, int] = field(default_factory=dict, init=False)
    rows: int = field(default=0, init=False)
    taken: int = field(default=0, init=False)
    untold: int = field(default=0, init=False)

    def add(self, part: Cells | Block, dropping: bool) -> None:
        """Add a chunk; rows without target are left out, and with `dropping` those with gaps."""
        cells = part.cells(self._wanted(part.first)) if isinstance(part, Block) else part
        gone = cells.gaps(self.target)
        self.untold += int(gone.sum())
        if gone.any():
            cells = cells.rows_where(~gone)
        made: dict[int, Floats] = {}
        taken = np.ones(len(cells.rows), dtype=np.bool_)
        for column in self.recipe.columns:
            place = cells.column(column.name)
            made[place] = self._numbers(cells, place, column)
            gaps = cells.gaps(place)
            if count := int(gaps.sum()):
                self.gone[column.name] = self.gone.get(column.name, 0) + count
                taken &= ~gaps
        made[self.target] = self._numbers(cells, self.target, self._as_column(cells))
        for place, found in made.items():
            self._keep(place, found[taken] if dropping else found)
        self.rows += len(taken)
        self.taken += int(taken.sum()) if dropping else len(taken)

    def _keep(self, place: int, found: Floats) -> None:
        if self.folder is None:
            self.found.setdefault(place, []).append(found)
            return
        with open(self.folder / f"column-{place}.f8", "ab") as file:
            file.write(found.tobytes())

    def _kept(self, place: int) -> Floats:
        if self.folder is None:
            return np.concatenate(self.found[place])
        return np.memmap(self.folder / f"column-{place}.f8", np.float64, "r")

    def _parts(self, places: Sequence[int]) -> Iterator[list[Floats]]:
        """Yield some rows of columns after the other; what was yielded is not kept in memory."""
        if self.folder is None:
            kept = [self.found.pop(place)[::-1] for place in places]
            while kept[0]:
                yield [parts.pop() for parts in kept]
            return
        whole = [self._kept(place) for place in places]
        for start in range(0, self.taken, ROWS):
            yield [numbers[start : start + ROWS] for numbers in whole]

    def _empty(self, shape: tuple[int, int]) -> Floats:
        if self.folder is None:
            return np.empty(shape)
        return np.memmap(self.folder / "table.f8", np.float64, "w+", shape=shape)

    def _as_column(self, cells: Cells) -> Column:
        return Column(cells.header[self.target], None if self.regression else (), self.unit)

    def _wanted(self, cells: Cells) -> list[str]:
        """Return what `read_quickly` is to read of each column."""
        wanted = [""] * len(cells.header)
        for column in (*self.recipe.columns, self._as_column(cells)):
            plain = column.kinds is None and not column.unit and not column.date
            numeric = plain and self.recipe.decimal == "."
            wanted[cells.column(column.name)] = "number" if numeric else "text"
        return wanted

    def _numbers(self, cells: Cells, place: int, column: Column) -> Floats:
        if column.kinds is None:
            return numbers(cells, place, column, self.recipe.decimal, place == self.target)
        return self._codes(cells, place)

    def _codes(self, cells: Cells, place: int) -> Floats:
        known, texts = self.kinds.setdefault(place, {}), cells.texts(place)
        kinds = cells.kinds(place)
        gone = missing_kinds(kinds)
        codes = {k: known.setdefault("?" if k in gone else k, len(known)) for k in kinds}
        return np.fromiter(map(codes.__getitem__, texts), np.float64, len(texts))

    def finished(
        self, cells: Cells, regression: bool | None
    ) -> tuple[Floats, Floats, list[str], Recipe]:
        """Return x, y, the classes and the recipe with all categories.

        Raises:
            TableError: If categories or classes are too many, or there is one class only.
        """
        places = [cells.column(column.name) for column in self.recipe.columns]
        columns = tuple(map(self._whole, repeat(cells), places, self.recipe.columns))
        recipe = replace(self.recipe, columns=columns)
        y = np.array(self._kept(self.target))
        x, start = self._empty((self.taken, len(recipe.titles))), 0
        for parts in self._parts(places):
            rows, at = slice(start, start + len(parts[0])), 0
            for place, column, part in zip(places, columns, parts, strict=True):
                width = len(column.titles)
                x[rows, at : at + width] = self._inputs(place, column, part)
                at += width
            start = rows.stop
        if self.regression:
            return x, y, [], recipe
        known, seen = self.kinds[self.target], self._seen(self.target)
        classes = ordered_classes(cells, self.target, seen, len(y), regression is False)
        place_of = np.empty(len(known))
        place_of[[known[kind] for kind in classes]] = np.arange(len(classes))
        return x, place_of[y.astype(np.intp)], classes, recipe

    def _whole(self, cells: Cells, place: int, column: Column) -> Column:
        """Return what a column becomes, now that all of it has been seen."""
        if column.date:
            return replace(column, cycles=cycles_of(self._kept(place)))
        if column.kinds is None:
            return replace(
                column, marked=column.marked or (self.marking and column.name in self.gone)
            )
        seen = self._seen(place)
        kinds = sorted(seen - {"?"})
        check_categories(cells, place, len(kinds), self.taken)
        return replace(column, kinds=(*kinds, *(["?"] if "?" in seen else [])))

    def _seen(self, place: int) -> set[str]:
        """Return the categories that the taken rows have."""
        codes = set(np.unique(self._kept(place)).tolist())
        return {kind for kind, code in self.kinds[place].items() if code in codes}

    def _inputs(self, place: int, column: Column, numbers: Floats) -> Floats:
        """Return what some rows of a column become, `(rows, inputs)`."""
        if column.kinds is None:
            return column.inputs(numbers)
        known = self.kinds[place]
        place_of = np.full(len(known), -1.0)
        place_of[[known[kind] for kind in column.kinds]] = np.arange(len(column.kinds))
        return column.inputs(place_of[numbers.astype(np.intp)])
