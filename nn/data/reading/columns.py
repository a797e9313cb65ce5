"""Columns: whether each holds numbers, dates or categories, and its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.reading.dates import circle, cycles_of, days, format_of, is_compact, several_formats
from nn.data.reading.marks import Notation, are_floats, decimal_marks, is_number, unit_of, word_of
from nn.data.reading.quick import LARGEST
from nn.data.reading.text import Cells, TableError

RULES = ("mean", "category", "drop", "error")
_MAX_CATEGORIES = 100  # of one column: each becomes an input


@dataclass(frozen=True)
class Column:
    """How one column is converted to inputs.

    Attributes:
        name: Its name.
        kinds: Its categories, one input each, `?` for a missing cell; None for numbers and dates.
        unit: The text before or after each number, such as %.
        marked: Whether a further input is 1 where a number is missing.
        fill: Replaces a missing number; nan if not known yet.
        date: The format of its dates, one of `dates.FORMATS`; "" if it has none. Dates become days
            since 1970, times of day a fraction of the day.
        cycles: Keys of `dates.CYCLES`; each becomes a sine and a cosine.
    """

    name: str
    kinds: tuple[str, ...] | None = None
    unit: str = ""
    marked: bool = False
    fill: float = math.nan
    date: str = ""
    cycles: tuple[str, ...] = ()

    @property
    def titles(self) -> list[str]:
        """The names of its inputs."""
        if self.kinds is not None:
            return [f"{self.name}={kind}" for kind in self.kinds]
        whole = [f"{self.name} (days)"] if self.date else [self.name]
        rounds = [f"{self.name} ({c}, {of})" for c in self.cycles for of in ("sine", "cosine")]
        return [*whole, *rounds, *([f"{self.name}=?"] if self.marked else [])]

    def inputs(self, found: Floats) -> Floats:
        """Return the inputs `(rows, inputs)` for numbers, days, or indices of categories."""
        if self.kinds is not None:
            return np.asarray(found[:, None] == np.arange(len(self.kinds)), np.float64)
        rounds = [part for cycle in self.cycles for part in circle(found, cycle)]
        return np.column_stack([found, *rounds, *([np.isnan(found)] if self.marked else [])])

    @property
    def fills(self) -> list[float]:
        """The value of each of its inputs where a number is missing."""
        return [self.fill if self.kinds is None else 0.0] + [0.0] * (len(self.titles) - 1)


def columns_of(
    cells: Cells, places: Sequence[int], rule: str, as_text: Sequence[str], decimal: str
) -> tuple[list[Column], str]:
    """Return how columns are converted, and the decimal mark of their numbers.

    Args:
        cells: The table.
        places: The indices of the columns.
        rule: How missing cells are treated, one of `RULES`.
        as_text: Names of columns that hold categories, even if they are numbers.
        decimal: The decimal mark if numbers can be read both ways.

    Raises:
        TableError: If one has too many different texts for categories, or columns have different
            decimal marks.
    """
    numeric = {}
    for place in places:
        texts = cells.present(place)
        numeric[place] = any(map(is_number, texts)) or bool(word_of(texts))
        numeric[place] &= cells.header[place] not in as_text and not is_compact(texts)
    decimal = decimal_mark(cells, [place for place in places if numeric[place]], decimal)
    columns = []
    for place in places:
        name, has_gaps = cells.header[place], bool(cells.gaps(place).any())
        if numeric[place]:
            marked = has_gaps and rule == "category"
            columns.append(Column(name, None, unit_of(cells.present(place)), marked))
        elif name not in as_text and (form := format_of(cells.present(place))):
            cycles = cycles_of(day_numbers(cells, place, form))
            columns.append(
                Column(name, None, "", has_gaps and rule == "category", math.nan, form, cycles)
            )
        else:
            kinds = categories(cells, place)
            columns.append(Column(name, (*kinds, "?") if has_gaps else kinds))
    return columns, decimal


def decimal_mark(cells: Cells, places: Sequence[int], default: str = "") -> str:
    """Return the decimal mark of these columns; `default` if both are possible.

    Raises:
        TableError: If some numbers have a decimal point and others a decimal comma.
    """
    sure, seen = dict[str, str](), set[str]()
    for place in places:
        texts = _with_marks(cells.present(place))
        seen |= {mark for mark in ".," if any(mark in cell for cell in texts)}
        marks = decimal_marks(texts)
        if len(marks) == 1:
            sure.setdefault(*_example(cells, place, texts, *marks))
    if len(sure) == 2:
        raise TableError(
            f"{cells.name} has decimal points ({sure['.']}) and decimal commas ({sure[',']}); "
            "write all numbers one way"
        )
    if sure:
        return next(iter(sure))
    return default or ("," if cells.separator == ";" and seen == {","} else ".")


def _with_marks(texts: Sequence[str]) -> list[str]:
    """Return those texts that are numbers with a point or a comma."""
    marked = [cell for cell in texts if "," in cell or "." in cell]
    return marked if are_floats(marked) or word_of(marked) else [*filter(is_number, marked)]


def _example(cells: Cells, place: int, texts: Sequence[str], mark: str) -> tuple[str, str]:
    """Return a decimal mark, and a description of a cell that can have no other."""
    other = Notation("," if mark == "." else ".", unit_of(texts))
    shown = next(cell for cell in texts if other.parse(cell) is None)
    row = cells.rows[cells.texts(place).index(shown)][0]
    return mark, f"{shown} in row {row}, column {cells.header[place]!r}"


def categories(cells: Cells, place: int) -> tuple[str, ...]:
    """Return the categories of a column, sorted.

    Raises:
        TableError: If there are too many.
    """
    kinds = sorted(cells.present(place))
    check_categories(cells, place, len(kinds), len(cells.rows))
    return tuple(kinds)


def check_categories(cells: Cells, place: int, kinds: int, rows: int) -> None:
    """Check the number of categories of a column.

    Raises:
        TableError: If it is more than 100, or than a quarter of the rows (but 20 are accepted), or
            each row has its own.
    """
    if kinds > min(max(20, rows // 4), _MAX_CATEGORIES, rows - 1):
        if examples := several_formats(cells.present(place)):
            raise TableError(
                f"{cells.where(0, place)}: dates are written in several ways "
                f"({', '.join(examples)}); write all as 2024-12-31, or leave the column out "
                "(drop=, or --drop)"
            )
        raise TableError(
            f"{cells.where(0, place)}: {cells.texts(place)[0]!r} is not a number, and "
            f"{kinds} different texts in {rows} rows are too many for categories; leave the "
            "column out (drop=, or --drop), or write numbers"
        )


def numbers(cells: Cells, place: int, column: Column, decimal: str, strict: bool) -> Floats:
    """Return the numbers or days of a column, `(rows,)`; nan where a cell is missing.

    Raises:
        TableError: If a cell is not a finite number, or with `strict` one is missing.
    """
    if column.date:
        return day_numbers(cells, place, column.date)
    gaps = cells.gaps(place)
    if strict and gaps.any():
        raise missing_cell_error(cells, place)
    if place in cells.numbers:
        return cells.numbers[place]
    texts = cells.texts(place)
    found = _parse_floats(texts, gaps, decimal) if not column.unit else None
    if found is not None:
        return found
    notation = Notation(decimal_mark(cells, [place], decimal), column.unit)
    return np.array(
        [
            np.nan if none else _number(cells, row, place, cell, notation)
            for row, (cell, none) in enumerate(zip(texts, gaps.tolist(), strict=True))
        ]
    )


def _parse_floats(texts: list[str], gaps: NDArray[np.bool_], decimal: str) -> Floats | None:
    """Return the numbers if `float` reads all of them, 20 times as fast as Notation; else None."""
    found = np.full(len(texts), np.nan)
    present = texts if not gaps.any() else [*compress(texts, ~gaps)]
    whole = "\n".join(present)
    if decimal == "," and "." not in whole:
        present = whole.replace(",", ".").split("\n")
    elif decimal == "," or "_" in whole:
        return None
    try:
        found[~gaps] = np.fromiter(map(float, present), np.float64, len(present))
    except ValueError:  # Notation reads it, or names the wrong cell
        return None
    return found if (np.abs(found[~gaps]) <= LARGEST).all() else None


def day_numbers(cells: Cells, place: int, form: str) -> Floats:
    """Return the dates of a column as days, nan where one is missing.

    Raises:
        TableError: If a cell is not a date in this format.
    """
    texts = cells.texts(place)
    found = days(texts, form)
    wrong = np.isnan(found) & ~cells.gaps(place)
    if wrong.any():
        row = int(wrong.argmax())
        shown = "2024-12-31" if form == "iso" else datetime(2024, 12, 31).strftime(form)
        raise TableError(
            f"{cells.where(row, place)}: {texts[row]!r} is no date written as the others, "
            f"{shown}; write it so, drop the row, or leave the column out (drop=, or --drop)"
        )
    return found


def missing_cell_error(cells: Cells, place: int) -> TableError:
    """Return the error for the first missing cell of a column."""
    row = int(cells.gaps(place).argmax())
    cell = cells.texts(place)[row]
    what = f"{cell!r} stands for a missing cell" if cell else "the cell is empty"
    return TableError(
        f"{cells.where(row, place)}: {what}; fill it in, drop the row, or choose another rule "
        "(missing=, or --missing)"
    )


def _number(cells: Cells, row: int, place: int, cell: str, notation: Notation) -> float:
    number = notation.parse(cell)
    if number is not None and abs(number) <= LARGEST:
        return number
    where = cells.where(row, place)
    if number is None and is_number(cell):
        unit = f", and {notation.unit}" if notation.unit else ", and no unit"
        raise TableError(
            f"{where}: {cell!r} is written in another way than the numbers of the column: with "
            f"decimal {notation.decimal!r}{unit}; write all of them one way"
        )
    if number is None:
        raise TableError(
            f"{where}: {cell!r} is not a number; write one, drop the row, or take the column as "
            "categories (categories=, or --categories)"
        )
    if math.isfinite(number):
        raise TableError(f"{where}: {cell!r} is larger than 1e150; use another unit")
    raise TableError(f"{where}: {cell!r} is not a finite number; drop or fill the row")
