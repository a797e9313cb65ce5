"""Doubts: notes about columns whose meaning was guessed, with what to do if the guess is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nn.basics import listed
from nn.data.reading.columns import Column
from nn.data.reading.dates import ambiguous, is_clock
from nn.data.reading.marks import Notation, decimal_marks, is_number, word_of
from nn.data.reading.text import Cells

_FEW_CLASSES = 10  # so many whole numbers are taken for classes without a note
_CODE = re.compile(r"0\d+|-?\d{17,}")  # zip codes, and numbers with more digits than a float
_POWER = re.compile(r"[1-9]\d*[eE]\d+")  # 1e5
_SHORT = {"y": "yes", "n": "no", "t": "true", "f": "false"}


def doubts(cells: Cells, columns: Sequence[Column], decimal: str) -> list[str]:
    """Return a note about each column that may have another meaning."""
    found = [note for column in columns for note in _column_doubts(cells, column)]
    numeric = [c for c in columns if c.kinds is None and not c.date]
    return [*found, *_decimal_doubts(cells, numeric, decimal)]


def class_doubts(cells: Cells, place: int, classes: Sequence[str]) -> list[str]:
    """Return a note if classes may be numbers to predict: more than 10, or not whole."""
    parsed = [Notation().parse(kind) for kind in classes]
    whole = all(number is not None and number.is_integer() for number in parsed)
    if len(classes) < 3 or None in parsed or (whole and len(classes) <= _FEW_CLASSES):
        return []
    return [
        f"column {cells.header[place]!r} is taken for {len(classes)} classes "
        f"({listed(classes, 3)}); to predict a number say regression=True (--regression)"
    ]


def _column_doubts(cells: Cells, column: Column) -> Iterator[str]:
    texts, name = cells.present(cells.column(column.name)), f"column {column.name!r}"
    if column.date:
        what = "times" if is_clock(column.date) else "dates"
        became = "the share of the day" if what == "times" else "days since 1970"
        rounds = f", and places in the {', the '.join(column.cycles)}" if column.cycles else ""
        unsure = " (month first; write 2024-12-31 if the day is)" * ambiguous(texts, column.date)
        yield f"{name} holds {what} such as {texts[0]}{unsure}: {became}{rounds}"
    elif column.kinds is None:
        if texts and word_of(texts) == column.unit != "":
            yield (
                f"{name} holds numbers in {column.unit}, as {texts[0]}; if they are codes, take "
                "the column as categories (categories=, or --categories)"
            )
        code = next(filter(_CODE.fullmatch, texts), "")
        if texts and all(map(_POWER.fullmatch, texts)):
            code = texts[0]
        if code:
            yield (
                f"{name}: {code} is read as the number {float(code):.12g}; if it is a code, take "
                "the column as categories (categories=, or --categories)"
            )
    else:
        alike: dict[str, list[str]] = {}
        for kind in texts:
            plain = kind.casefold()
            alike.setdefault(_SHORT.get(plain, plain), []).append(kind)
        kinds = next((sorted(some) for some in alike.values() if len(some) > 1), [])
        if kinds:
            shown = ", ".join(map(repr, kinds))
            yield f"{name}: {shown} are different categories; write them alike if they are one"


def _decimal_doubts(cells: Cells, columns: Sequence[Column], decimal: str) -> Iterator[str]:
    """Yield a note if all numbers with a mark may have it for thousands, as 1.250."""
    if cells.separator == ",":  # then a point is decimal, and a quoted comma separates thousands
        return
    first: tuple[Column, str] | None = None
    for column in columns:
        texts = cells.present(cells.column(column.name))
        marked = [cell for cell in texts if ("," in cell or "." in cell) and is_number(cell)]
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
