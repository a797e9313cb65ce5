"""Doubts: what in a table may mean something else than it is taken for, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nn.basics import listed
from nn.data.reading.columns import Column
from nn.data.reading.dates import ambiguous, is_clock
from nn.data.reading.marks import Notation, decimal_marks, is_number, word_of
from nn.data.reading.text import Cells

_FEW = 10  # whole numbers, which are classes without a doubt
_CODE = re.compile(r"0\d+|-?\d{17,}")  # zip codes, and more digits than floats tell apart
_POWER = re.compile(r"[1-9]\d*[eE]\d+")  # 1e5
_SHORT = {"y": "yes", "n": "no", "t": "true", "f": "false"}


def doubts(cells: Cells, columns: Sequence[Column], decimal: str) -> list[str]:
    """Return a word about each column that may be meant otherwise, with what to do then."""
    found = [note for column in columns for note in _of_column(cells, column)]
    numeric = [c for c in columns if c.kinds is None and not c.date]
    return [*found, *_of_marks(cells, numeric, decimal)]


def of_classes(cells: Cells, place: int, classes: Sequence[str]) -> list[str]:
    """Return a word about classes that may be meant as numbers: many, or with decimals."""
    parsed = [Notation().parse(kind) for kind in classes]
    whole = all(number is not None and number.is_integer() for number in parsed)
    if len(classes) < 3 or None in parsed or (whole and len(classes) <= _FEW):
        return []
    return [
        f"column {cells.header[place]!r} is taken for {len(classes)} classes "
        f"({listed(classes, 3)}); to predict a number say regression=True (--regression)"
    ]


def _of_column(cells: Cells, column: Column) -> Iterator[str]:
    held, name = cells.present(cells.column(column.name)), f"column {column.name!r}"
    if column.date:
        what = "times" if is_clock(column.date) else "dates"
        became = "the share of the day" if what == "times" else "days since 1970"
        rounds = f", and places in the {', the '.join(column.cycles)}" if column.cycles else ""
        unsure = " (month first; write 2024-12-31 if the day is)" * ambiguous(held, column.date)
        yield f"{name} holds {what} such as {held[0]}{unsure}: {became}{rounds}"
    elif column.kinds is None:
        if held and word_of(held) == column.unit != "":
            yield (
                f"{name} holds numbers in {column.unit}, as {held[0]}; if they are codes, take the "
                "column as categories (categories=, or --categories)"
            )
        code = next(filter(_CODE.fullmatch, held), "")
        if held and all(map(_POWER.fullmatch, held)):
            code = held[0]
        if code:
            yield (
                f"{name}: {code} is read as the number {float(code):.12g}; if it is a code, take "
                "the column as categories (categories=, or --categories)"
            )
    else:
        alike: dict[str, list[str]] = {}
        for kind in held:
            plain = kind.casefold()
            alike.setdefault(_SHORT.get(plain, plain), []).append(kind)
        kinds = next((sorted(some) for some in alike.values() if len(some) > 1), [])
        if kinds:
            shown = ", ".join(map(repr, kinds))
            yield f"{name}: {shown} are different categories; write them alike if they are one"


def _of_marks(cells: Cells, columns: Sequence[Column], decimal: str) -> Iterator[str]:
    """Say so where all numbers with a mark may have it between thousands: 1.250."""
    if cells.separator == ",":  # then a point is decimal, and a comma in quotes parts thousands
        return
    first: tuple[Column, str] | None = None
    for column in columns:
        held = cells.present(cells.column(column.name))
        marked = [cell for cell in held if ("," in cell or "." in cell) and is_number(cell)]
        if marked and len(decimal_marks(marked)) != 2:
            return
        if marked and first is None:
            first = column, marked[0]
    if first:
        column, cell = first
        number, other = Notation(decimal, column.unit).parse(cell), "," if decimal == "." else "."
        yield (
            f"column {column.name!r}: {cell} is read as {number:.12g}; if it is "
            f"{Notation(other, column.unit).parse(cell):.12g}, say decimal={other!r} "
            f"(--decimal {other})"
        )
