"""Columns: whether one holds numbers, categories or a name for each row."""

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
_CATEGORIES = 100  # inputs that one column of text may become


@dataclass(frozen=True)
class Column:
    """What one column becomes.

    Attributes:
        name: What it is called.
        kinds: Its categories, each of which becomes an input, `?` for a missing cell; None for
            numbers.
        unit: What its numbers have before or behind them, such as %.
        marked: Whether a second input says where a number is missing.
        fill: What stands where a number is missing; nan where that is not known yet.
        date: How its dates are written, as `dates.FORMATS`; "" for what is no date. They become
            days since 1970, or the share of the day for times.
        cycles: The rounds that they go through; each becomes a sine and a cosine.
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
        """Return what numbers, days or the places of categories become, `(rows, inputs)`."""
        if self.kinds is not None:
            return np.asarray(found[:, None] == np.arange(len(self.kinds)), np.float64)
        rounds = [part for cycle in self.cycles for part in circle(found, cycle)]
        return np.column_stack([found, *rounds, *([np.isnan(found)] if self.marked else [])])

    @property
    def fills(self) -> list[float]:
        """What stands in each of its inputs where a number is missing."""
        return [self.fill if self.kinds is None else 0.0] + [0.0] * (len(self.titles) - 1)


def columns_of(
    cells: Cells, places: Sequence[int], rule: str, as_text: Sequence[str], decimal: str
) -> tuple[list[Column], str]:
    """Return what columns become, and the decimal mark of their numbers: `decimal` where unsure.

    Raises:
        TableError: If one has texts that are too many for categories, or columns have different
            decimal marks.
    """
    numeric = {}
    for place in places:
        held = cells.present(place)
        numeric[place] = any(map(is_number, held)) or bool(word_of(held))
        numeric[place] &= cells.header[place] not in as_text and not is_compact(held)
    decimal = decimal_mark(cells, [place for place in places if numeric[place]], decimal)
    columns = []
    for place in places:
        name, gone = cells.header[place], bool(cells.gaps(place).any())
        if numeric[place]:
            marked = gone and rule == "category"
            columns.append(Column(name, None, unit_of(cells.present(place)), marked))
        elif name not in as_text and (form := format_of(cells.present(place))):
            cycles = cycles_of(day_numbers(cells, place, form))
            columns.append(
                Column(name, None, "", gone and rule == "category", math.nan, form, cycles)
            )
        else:
            kinds = categories(cells, place)
            columns.append(Column(name, (*kinds, "?") if gone else kinds))
    return columns, decimal


def decimal_mark(cells: Cells, places: Sequence[int], default: str = "") -> str:
    """Return the decimal mark that all columns of numbers can have.

    Raises:
        TableError: If some can only have a point and others only a comma.
    """
    sure, seen = dict[str, str](), set[str]()
    for place in places:
        held = _marked(cells.present(place))
        seen |= {mark for mark in ".," if any(mark in cell for cell in held)}
        marks = decimal_marks(held)
        if len(marks) == 1:
            sure.setdefault(*_example(cells, place, held, *marks))
    if len(sure) == 2:
        raise TableError(
            f"{cells.name} has decimal points ({sure['.']}) and decimal commas ({sure[',']}); "
            "write all numbers one way"
        )
    if sure:
        return next(iter(sure))
    return default or ("," if cells.separator == ";" and seen == {","} else ".")


def _marked(texts: Sequence[str]) -> list[str]:
    """Return the numbers with a point or a comma."""
    held = [cell for cell in texts if "," in cell or "." in cell]
    return held if are_floats(held) or word_of(held) else [*filter(is_number, held)]


def _example(cells: Cells, place: int, held: Sequence[str], mark: str) -> tuple[str, str]:
    """Return a decimal mark, and a cell with its place that can have no other."""
    other = Notation("," if mark == "." else ".", unit_of(held))
    shown = next(cell for cell in held if other.parse(cell) is None)
    row = cells.rows[cells.texts(place).index(shown)][0]
    return mark, f"{shown} in row {row}, column {cells.header[place]!r}"


def categories(cells: Cells, place: int) -> tuple[str, ...]:
    """Return the categories of a column.

    Raises:
        TableError: If there are too many.
    """
    kinds = sorted(cells.present(place))
    check_categories(cells, place, len(kinds), len(cells.rows))
    return tuple(kinds)


def check_categories(cells: Cells, place: int, kinds: int, rows: int) -> None:
    """Refuse a column of so many different texts in so many rows.

    Raises:
        TableError: If they are too many for categories.
    """
    if kinds > min(max(20, rows // 4), _CATEGORIES, rows - 1):
        if some := several_formats(cells.present(place)):
            raise TableError(
                f"{cells.where(0, place)}: dates are written in several ways ({', '.join(some)}); "
                "write all as 2024-12-31, or leave the column out (drop=, or --drop)"
            )
        raise TableError(
            f"{cells.where(0, place)}: {cells.texts(place)[0]!r} is not a number, and "
            f"{kinds} different texts in {rows} rows are too many for categories; leave the "
            "column out (drop=, or --drop), or write numbers"
        )


def numbers(cells: Cells, place: int, column: Column, decimal: str, strict: bool) -> Floats:
    """Return the numbers of a column, or its days, nan where one is missing.

    Raises:
        TableError: If a cell is not a finite number, or one is missing and that is an error.
    """
    if column.date:
        return day_numbers(cells, place, column.date)
    gone = cells.gaps(place)
    if strict and gone.any():
        raise refused(cells, place)
    if place in cells.numbers:
        return cells.numbers[place]
    texts = cells.texts(place)
    found = _at_once(texts, gone, decimal) if not column.unit else None
    if found is not None:
        return found
    notation = Notation(decimal_mark(cells, [place], decimal), column.unit)
    return np.array(
        [
            np.nan if none else _number(cells, row, place, cell, notation)
            for row, (cell, none) in enumerate(zip(texts, gone.tolist(), strict=True))
        ]
    )


def _at_once(texts: list[str], gone: NDArray[np.bool_], decimal: str) -> Floats | None:
    """Return numbers that Python reads as they are, a twentieth of the time of a notation."""
    found = np.full(len(texts), np.nan)
    there = texts if not gone.any() else [*compress(texts, ~gone)]
    whole = "\n".join(there)
    if decimal == "," and "." not in whole:
        there = whole.replace(",", ".").split("\n")
    elif decimal == "," or "_" in whole:
        return None
    try:
        found[~gone] = np.fromiter(map(float, there), np.float64, len(there))
    except ValueError:  # another notation, or a mistake to be named
        return None
    return found if (np.abs(found[~gone]) <= LARGEST).all() else None


def day_numbers(cells: Cells, place: int, form: str) -> Floats:
    """Return the dates of a column as days, nan where one is missing.

    Raises:
        TableError: If a cell is no date that is written so.
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


def refused(cells: Cells, place: int) -> TableError:
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
