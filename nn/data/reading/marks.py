"""Marks: how people write that a cell is missing, and numbers: 1,000, 5 %, $2.50, 0,5, (3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

# what pandas, R, Excel, Stata, databases and UCI's tables write; "none" and "Na" may be words
_MISSING = {
    "", "NA", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "Null",
    "null", "NaN", "nan", "NAN", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "NaT",
    "None", "?", ".", "..", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "#DIV/0!", "#VALUE!", "#REF!",
    "#NUM!", "#NAME?", "#NULL!", "\\N", "(null)", "(blank)", "(empty)",
}  # fmt: skip
_SIGNS = {"-", "--"}  # in a column of + and - they are no missing cells
_UNITS = "%$€£¥₹₽₩₺₴₪"
_CODES = "USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|kr|zł|R\\$"
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"  # as Excel parts thousands in Switzerland
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+\N{{MINUS SIGN}}]?) ?(?P<before>[{_UNITS}]|{_CODES})? ?"
    rf"(?P<inner>[-+]?)(?P<body>\d(?:[\d.,'{_APOSTROPHE} ]*[\d.,])?|[.,]\d+)"
    r"(?P<power>[eE][-+]?\d+)?"
    rf" ?(?P<after>[{_UNITS}]|{_CODES})?(?P<close>\))?"
)
_MEASURE = re.compile(
    r"([-+]?\d[\d.,]*) ?([^\W\d_]{1,9}|[°µ][^\W\d_]{1,3}|[^\W\d_]{1,4}[²³/]\w{0,4})"
)
_OTHER = {".": ",", ",": "."}


def missing(texts: Iterable[str]) -> list[bool]:
    """Return which cells of a column are missing.

    >>> missing(["3", "?", "NA", ""]), missing(["+", "-", "?"])
    ([False, True, True, True], [False, False, True])
    """
    texts = list(texts)
    gone = missing_kinds(texts)
    return [cell in gone for cell in texts]


def missing_kinds(texts: Iterable[str]) -> set[str]:
    """Return those of the different cells of a column that are missing.

    >>> sorted(missing_kinds(["3", "?", "NA", "-", "3"])), missing_kinds(["+", "-"])
    (['-', '?', 'NA'], set())
    """
    kinds = set(texts)
    gone = kinds & _MISSING
    if gone & _SIGNS and any(cell and not cell.strip("+") for cell in kinds):
        gone -= _SIGNS
    return gone


def is_missing(cell: str) -> bool:
    """Return whether a cell of a column of numbers is missing.

    >>> is_missing("NA"), is_missing("0")
    (True, False)
    """
    return cell in _MISSING


@dataclass(frozen=True)
class Notation:
    """How the numbers of a column are written.

    Attributes:
        decimal: The decimal mark; the other of point and comma, a space and ' part thousands.
        unit: What stands before or behind each of them, such as % or $.
    """

    decimal: str = "."
    unit: str = ""

    def parse(self, cell: str) -> float | None:
        """Return the number that a cell holds; None if it holds something else.

        >>> Notation().parse("1,000.5"), Notation(",").parse("1.000,5"), Notation(",").parse("1.5")
        (1000.5, 1000.5, None)
        >>> Notation(unit="%").parse("5 %"), Notation(unit="$").parse("($2.50)")
        (5.0, -2.5)
        >>> Notation(unit="kg").parse("1,200 kg"), Notation(unit="kg").parse("1.2 g")
        (1200.0, None)
        """
        found = _NUMBER.fullmatch(cell)
        if found is None and self.unit:
            amount, unit = _measured(cell)
            return Notation(self.decimal).parse(amount) if unit == self.unit else None
        if found is None:
            return _plain(cell)
        parts = found.groupdict(default="")
        digits = _digits(parts["body"], self.decimal)
        if digits is None or bool(parts["open"]) != bool(parts["close"]):
            return None
        signs = [sign for sign in (parts["sign"], parts["inner"], parts["open"]) if sign]
        if len(signs) > 1:
            return None
        number = float(digits + parts["power"])
        unit = parts["before"] + parts["after"]
        if unit != self.unit and (unit or number):  # a 0 needs no unit
            return None
        return number if signs in ([], ["+"]) else -number


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, in whichever notation.

    >>> [is_number(cell) for cell in ("1,5", "-$3", "1e5", "inf", "a1", "1-2", "")]
    [True, True, True, True, False, False, False]
    """
    return _plain(cell) is not None or any(
        Notation(decimal, _symbol([cell])).parse(cell) is not None for decimal in _OTHER
    )


def unit_of(texts: Sequence[str]) -> str:
    """Return the unit of a column: that of its first number, or of a later one where that is 0.

    A word is a unit where all cells have it.

    >>> unit_of(["0", "5 %"]), unit_of(["0%"]), unit_of(["3", "5 %"])
    ('%', '%', '')
    >>> unit_of(["12 kg", "7.5kg"]), unit_of(["1 year", "2 years"]), unit_of(["1st", "2nd"])
    ('kg', 'year', '')
    """
    return _symbol(texts) or word_of(texts)


def word_of(texts: Sequence[str]) -> str:
    """Return the word that stands behind the number in each cell; "" if there is none."""
    first = _measured(texts[0])[1] if texts else ""
    return first if first and all(_measured(cell)[1] == first for cell in texts) else ""


def _measured(cell: str) -> tuple[str, str]:
    """Return the number and the word behind it, which is not in the plural."""
    found = _MEASURE.fullmatch(cell)
    if found is None:
        return "", ""
    return found[1], found[2].removesuffix("s") if len(found[2]) > 3 else found[2]


def _symbol(texts: Sequence[str]) -> str:
    unit = ""
    for cell in texts:
        found = _NUMBER.fullmatch(cell)
        if found is not None:
            unit = (found["before"] or "") + (found["after"] or "")
            if unit or found["body"].strip("0.,"):
                return unit
    return unit


def decimal_marks(texts: Sequence[str]) -> set[str]:
    """Return which decimal marks the numbers of a column may have: both, one, or none.

    >>> sorted(decimal_marks(["1,000", "2"])), decimal_marks(["0,5"]), decimal_marks(["1,5", "1.5"])
    ([',', '.'], {','}, set())
    """
    unit = unit_of(texts)
    plain = not unit and "," not in (joined := "".join(texts)) and "_" not in joined
    return {
        decimal
        for decimal in _OTHER
        if (plain and decimal == "." and are_floats(texts))
        or all(Notation(decimal, unit).parse(cell) is not None for cell in texts)
    }


def are_floats(texts: Iterable[str]) -> bool:
    """Return whether Python takes all of them for numbers: ten times as fast as a notation.

    >>> are_floats(["1.5", "2e3"]), are_floats(["1,5"]), are_floats(["inf"])
    (True, False, False)
    """
    try:
        return all(map(isfinite, map(float, texts)))
    except ValueError:
        return False


def _plain(cell: str) -> float | None:
    """Return what Python takes for a number, inf included."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _digits(body: str, decimal: str) -> str | None:
    """Return a number's digits as Python writes them; None if the marks are in wrong places."""
    whole, mark, part = body.partition(decimal)
    if part and not part.isdigit():
        return None
    for parting in (_OTHER[decimal], " ", "'", _APOSTROPHE):
        if parting in whole:
            groups = whole.split(parting)
            fits = 1 <= len(groups[0]) <= 3 and groups[0][:1] != "0"
            sizes = {len(group) for group in groups[1:-1]} or {3}  # 1,234,567, or 12,34,567
            fits = fits and sizes in ({3}, {2}) and len(groups[-1]) == 3
            if not fits or not "".join(groups).isdigit():
                return None
            whole = "".join(groups)
    return f"{whole}{'.' if mark else ''}{part}" if whole.isdigit() or not whole else None


def plain_texts(raw: list[str]) -> list[str]:
    """Return cells without white space at their ends, and a blank for what is within."""
    whole = "".join(raw)
    blank = bool(whole) and whole.split(maxsplit=1) != [whole]
    if not blank:
        return raw
    other = {cell: line for cell in set(raw) if (line := one_line(cell)) != cell}
    return [other.get(cell, cell) for cell in raw] if other else raw


def one_line(cell: str) -> str:
    """Return a cell without its ends of lines."""
    return " ".join(cell.split())
