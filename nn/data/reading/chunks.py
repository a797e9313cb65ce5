"""Chunks: reads a large table file some rows at a time, so that memory holds only its numbers."""

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
from nn.data.reading.text import Cells, LazyRows, Row, extent, rows_of, windows_note

LARGE = 5_000_000  # bytes: larger files are read in chunks
ROWS = 20_000  # rows of a chunk; the first chunk decides the kinds of columns
_SNIFF_BYTES = 1 << 20  # bytes that are read at once to detect the encoding
_MAX_CELL_LINES = 1000  # lines of a quoted cell
_NOT_PLAIN = (  # how packed files, Parquet, Excel and UTF-16 begin
    b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf",
)  # fmt: skip


def large(path: Path, least: int = LARGE) -> bool:
    """Return whether a file is uncompressed text of at least `least` bytes."""
    if not path.is_file() or path.stat().st_size < least:
        return False
    with open(path, "rb") as file:
        start = file.read(_SNIFF_BYTES)
    return not start.startswith(_NOT_PLAIN) and b"\0" not in start


@dataclass(frozen=True)
class Block:
    """Some lines of a large table.

    Attributes:
        first: The first rows of the table, with its separator and names.
        lines: The lines.
        before: The number of lines before them.
    """

    first: Cells
    lines: list[str]
    before: int

    def cells(self, wanted: Sequence[str] = ()) -> Cells:
        """Parse the lines; with `wanted`, as for `read_quickly`, by whole columns if possible."""
        found = read_quickly(self.lines, self.first.separator, wanted) if wanted else None
        if found is None:
            return replace(self.first, rows=self._rows(), notes=(), numbers={}, _known={})
        numbers, texts = found
        count = max([*map(len, numbers.values()), *map(len, texts.values())])
        known: dict[object, Any] = {place: plain_texts(cells) for place, cells in texts.items()}
        rows = LazyRows(self._rows, count)
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
    """Yield the first rows of a table file as Cells, then blocks of as many lines (20,000).

    Separator, names and the number of columns are those of the first rows.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: As `read_cells` does.
    """
    rows, encoding = rows or ROWS, _encoding(path)
    notes = [windows_note(str(path))] if encoding == "cp1252" else []
    with open(path, encoding=encoding, newline="") as file:
        lines = _next_lines(file, rows)
        first, before = cells_of("".join(lines), notes, str(path), header, expected), len(lines)
        yield first
        while lines := _next_lines(file, rows):
            yield Block(first, lines, before)
            before += len(lines)


def _next_lines(file: Iterator[str], count: int) -> list[str]:
    """Return the next lines of a file, and further ones until a quoted cell is closed."""
    lines = [*islice(file, count)]
    quotes = "".join(lines).count('"')
    for line in islice(file, _MAX_CELL_LINES) if quotes % 2 else ():
        lines.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            break
    return lines


def in_chunks(
    path: Path, header: bool | None = None, expected: Sequence[str] = (), rows: int = 0
) -> Iterator[Cells]:
    """Yield a table file as Cells of some rows at a time; see `blocks`."""
    for part in blocks(path, header, expected, rows):
        yield part.cells() if isinstance(part, Block) else part


def _encoding(path: Path) -> str:
    """Return utf-8-sig, or cp1252 (Windows in Western Europe) if the file is not UTF-8."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            while file.read(_SNIFF_BYTES):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


@dataclass
class Gathered:
    """Collects the columns of a large table, chunk by chunk.

    Attributes:
        recipe: How each column is converted, with the categories of the first chunk.
        target: The index of the target column.
        regression: Whether the target is a number.
        unit: The unit of the target's numbers.
        marking: Whether a column with gaps gets a second input that is 1 where a cell is missing.
        folder: The folder for the numbers; None keeps them in memory.
        found: By column the numbers of each chunk; of categories and classes their codes.
        kinds: By column the code of each category or class, in order of appearance.
        gap_counts: The number of missing cells, by the name of the column.
        rows: The number of rows with a target.
        taken: The number of rows that are used.
        rows_without_target: The number of rows without a target.
    """

    recipe: Recipe
    target: int
    regression: bool
    unit: str = ""
    marking: bool = False
    folder: Path | None = None
    found: dict[int, list[Floats]] = field(default_factory=dict, init=False)
    kinds: dict[int, dict[str, int]] = field(default_factory=dict, init=False)
    gap_counts: dict[str, int] = field(default_factory=dict, init=False)
    rows: int = field(default=0, init=False)
    taken: int = field(default=0, init=False)
    rows_without_target: int = field(default=0, init=False)

    def add(self, part: Cells | Block, dropping: bool) -> None:
        """Add a chunk, without rows that lack the target or, with `dropping`, any cell."""
        cells = part.cells(self._kinds_to_read(part.first)) if isinstance(part, Block) else part
        no_target = cells.gaps(self.target)
        self.rows_without_target += int(no_target.sum())
        if no_target.any():
            cells = cells.rows_where(~no_target)
        made: dict[int, Floats] = {}
        taken = np.ones(len(cells.rows), dtype=np.bool_)
        for column in self.recipe.columns:
            place = cells.column(column.name)
            made[place] = self._numbers(cells, place, column)
            gaps = cells.gaps(place)
            if count := int(gaps.sum()):
                self.gap_counts[column.name] = self.gap_counts.get(column.name, 0) + count
                taken &= ~gaps
        made[self.target] = self._numbers(cells, self.target, self._target_column(cells))
        for place, found in made.items():
            self._store(place, found[taken] if dropping else found)
        self.rows += len(taken)
        self.taken += int(taken.sum()) if dropping else len(taken)

    def _store(self, place: int, found: Floats) -> None:
        if self.folder is None:
            self.found.setdefault(place, []).append(found)
            return
        with open(self.folder / f"column-{place}.f8", "ab") as file:
            file.write(found.tobytes())

    def _stored(self, place: int) -> Floats:
        if self.folder is None:
            return np.concatenate(self.found[place])
        return np.memmap(self.folder / f"column-{place}.f8", np.float64, "r")

    def _parts(self, places: Sequence[int]) -> Iterator[list[Floats]]:
        """Yield these columns, some rows at a time; parts that were yielded are freed."""
        if self.folder is None:
            kept = [self.found.pop(place)[::-1] for place in places]
            while kept[0]:
                yield [parts.pop() for parts in kept]
            return
        whole = [self._stored(place) for place in places]
        for start in range(0, self.taken, ROWS):
            yield [numbers[start : start + ROWS] for numbers in whole]

    def _allocate(self, shape: tuple[int, int]) -> Floats:
        if self.folder is None:
            return np.empty(shape)
        return np.memmap(self.folder / "table.f8", np.float64, "w+", shape=shape)

    def _target_column(self, cells: Cells) -> Column:
        return Column(cells.header[self.target], None if self.regression else (), self.unit)

    def _kinds_to_read(self, cells: Cells) -> list[str]:
        """Return what `read_quickly` reads each column as: "number", "text" or ""."""
        wanted = [""] * len(cells.header)
        for column in (*self.recipe.columns, self._target_column(cells)):
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
        missing = missing_kinds(kinds)
        codes = {k: known.setdefault("?" if k in missing else k, len(known)) for k in kinds}
        return np.fromiter(map(codes.__getitem__, texts), np.float64, len(texts))

    def finished(
        self, cells: Cells, regression: bool | None
    ) -> tuple[Floats, Floats, list[str], Recipe]:
        """Return x, y, the names of the classes, and the recipe with the categories of all chunks.

        Raises:
            TableError: If there are too many categories or classes, or a single class.
        """
        places = [cells.column(column.name) for column in self.recipe.columns]
        columns = tuple(map(self._complete, repeat(cells), places, self.recipe.columns))
        recipe = replace(self.recipe, columns=columns)
        y = np.array(self._stored(self.target))
        x, start = self._allocate((self.taken, len(recipe.titles))), 0
        for parts in self._parts(places):
            rows, at = slice(start, start + len(parts[0])), 0
            for place, column, part in zip(places, columns, parts, strict=True):
                width = len(column.titles)
                x[rows, at : at + width] = self._inputs(place, column, part)
                at += width
            start = rows.stop
        if self.regression:
            return x, y, [], recipe
        known, seen = self.kinds[self.target], self._kinds_in_use(self.target)
        classes = ordered_classes(cells, self.target, seen, len(y), regression is False)
        place_of = np.empty(len(known))
        place_of[[known[kind] for kind in classes]] = np.arange(len(classes))
        return x, place_of[y.astype(np.intp)], classes, recipe

    def _complete(self, cells: Cells, place: int, column: Column) -> Column:
        """Return a column with the cycles, mark or categories that all of its rows give it."""
        if column.date:
            return replace(column, cycles=cycles_of(self._stored(place)))
        if column.kinds is None:
            return replace(
                column, marked=column.marked or (self.marking and column.name in self.gap_counts)
            )
        seen = self._kinds_in_use(place)
        kinds = sorted(seen - {"?"})
        check_categories(cells, place, len(kinds), self.taken)
        return replace(column, kinds=(*kinds, *(["?"] if "?" in seen else [])))

    def _kinds_in_use(self, place: int) -> set[str]:
        """Return the categories or classes that occur in the rows that are used."""
        codes = set(np.unique(self._stored(place)).tolist())
        return {kind for kind, code in self.kinds[place].items() if code in codes}

    def _inputs(self, place: int, column: Column, numbers: Floats) -> Floats:
        """Return the inputs `(rows, inputs)` of some rows of a column."""
        if column.kinds is None:
            return column.inputs(numbers)
        known = self.kinds[place]
        place_of = np.full(len(known), -1.0)
        place_of[[known[kind] for kind in column.kinds]] = np.arange(len(column.kinds))
        return column.inputs(place_of[numbers.astype(np.intp)])
