"""Marks: recognises missing cells, and numbers in many notations: 1,000, 5 %, $2.50, 0,5, (3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

# as pandas, R, Excel, Stata, databases and UCI write them; not "none" and "Na", which may be words
_MISSING = {
    "", "NA", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "Null",
    "null", "NaN", "nan", "NAN", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "NaT",
    "None", "?", ".", "..", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "#DIV/0!", "#VALUE!", "#REF!",
    "#NUM!", "#NAME?", "#NULL!", "\\N", "(null)", "(blank)", "(empty)",
}  # fmt: skip
_SIGNS = {"-", "--"}  # not missing in a column of + and -
_UNITS = "%$€£¥₹₽₩₺₴₪"
_CODES = "USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|kr|zł|R\\$"
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"  # separates thousands in Swiss Excel
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+\N{{MINUS SIGN}}]?) ?(?P<before>[{_UNITS}]|{_CODES})? ?"
    rf"(?P<inner>[-+]?)(?P<body>\d(?:[\d.,'{_APOSTROPHE} ]*[\d.,])?|[.,]\d+)"
    r"(?P<power>[eE][-+]?\d+)?"
    rf" ?(?P<after>[{_UNITS}]|{_CODES})?(?P<close>\))?"
)
_MEASURE = re.compile(
    r"([-+]?\d[\d.,]*) ?([^\W\d_]{1,9}|[°µ][^\W\d_]{1,3}|[^\W\d_]{1,4}[²³/]\w{0,4})"
)
_OTHER_MARK = {".": ",", ",": "."}


def missing(texts: Iterable[str]) -> list[bool]:
    """Return for each cell of a column whether it is missing.

    >>> missing(["3", "?", "NA", ""]), missing(["+", "-", "?"])
    ([False, True, True, True], [False, False, True])
    """
    texts = list(texts)
    found = missing_kinds(texts)
    return [cell in found for cell in texts]


def missing_kinds(texts: Iterable[str]) -> set[str]:
    """Return the different texts of a column that stand for a missing cell.

    >>> sorted(missing_kinds(["3", "?", "NA", "-", "3"])), missing_kinds(["+", "-"])
    (['-', '?', 'NA'], set())
    """
    kinds = set(texts)
    found = kinds & _MISSING
    if found & _SIGNS and any(cell and not cell.strip("+") for cell in kinds):
        found -= _SIGNS
    return found


def is_missing(cell: str) -> bool:
    """Return whether a cell in a column of numbers is missing.

    >>> is_missing("NA"), is_missing("0")
    (True, False)
    """
    return cell in _MISSING


@dataclass(frozen=True)
class Notation:
    """The notation of the numbers in a column.

    Attributes:
        decimal: The decimal mark, "." or ","; the other one, a space or ' may separate thousands.
        unit: The text before or after each number, such as % or $.
    """

    decimal: str = "."
    unit: str = ""

    def parse(self, cell: str) -> float | None:
        """Return the number in a cell; None if it is not a number in this notation.

        >>> Notation().parse("1,000.5"), Notation(",").parse("1.000,5"), Notation(",").parse("1.5")
        (1000.5, 1000.5, None)
        >>> Notation(unit="%").parse("5 %"), Notation(unit="$").parse("($2.50)")
        (5.0, -2.5)
        >>> Notation(unit="kg").parse("1,200 kg"), Notation(unit="kg").parse("1.2 g")
        (1200.0, None)
        """
        found = _NUMBER.fullmatch(cell)
        if found is None and self.unit:
            amount, unit = _split_measure(cell)
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
    """Return whether a cell is a number in any notation.

    >>> [is_number(cell) for cell in ("1,5", "-$3", "1e5", "inf", "a1", "1-2", "")]
    [True, True, True, True, False, False, False]
    """
    return _plain(cell) is not None or any(
        Notation(decimal, _symbol_unit([cell])).parse(cell) is not None for decimal in _OTHER_MARK
    )


def unit_of(texts: Sequence[str]) -> str:
    """Return the unit of a column: that of its first number that has one or is not 0.

    A word is a unit only if all cells have it.

    >>> unit_of(["0", "5 %"]), unit_of(["0%"]), unit_of(["3", "5 %"])
    ('%', '%', '')
    >>> unit_of(["12 kg", "7.5kg"]), unit_of(["1 year", "2 years"]), unit_of(["1st", "2nd"])
    ('kg', 'year', '')
    """
    return _symbol_unit(texts) or word_of(texts)


def word_of(texts: Sequence[str]) -> str:
    """Return the word that follows the number in all cells; "" if there is none."""
    first = _split_measure(texts[0])[1] if texts else ""
    return first if first and all(_split_measure(cell)[1] == first for cell in texts) else ""


def _split_measure(cell: str) -> tuple[str, str]:
    """Return a cell's number and the word after it, without a plural s; "", "" for other cells."""
    found = _MEASURE.fullmatch(cell)
    if found is None:
        return "", ""
    return found[1], found[2].removesuffix("s") if len(found[2]) > 3 else found[2]


def _symbol_unit(texts: Sequence[str]) -> str:
    unit = ""
    for cell in texts:
        found = _NUMBER.fullmatch(cell)
        if found is not None:
            unit = (found["before"] or "") + (found["after"] or "")
            if unit or found["body"].strip("0.,"):
                return unit
    return unit


def decimal_marks(texts: Sequence[str]) -> set[str]:
    """Return the decimal marks with which all texts of a column are numbers: both, one, or none.

    >>> sorted(decimal_marks(["1,000", "2"])), decimal_marks(["0,5"]), decimal_marks(["1,5", "1.5"])
    ([',', '.'], {','}, set())
    """
    unit = unit_of(texts)
    plain = not unit and "," not in (joined := "".join(texts)) and "_" not in joined
    return {
        decimal
        for decimal in _OTHER_MARK
        if (plain and decimal == "." and are_floats(texts))
        or all(Notation(decimal, unit).parse(cell) is not None for cell in texts)
    }


def are_floats(texts: Iterable[str]) -> bool:
    """Return whether `float` reads all texts, and they are finite; 10 times as fast as Notation.

    >>> are_floats(["1.5", "2e3"]), are_floats(["1,5"]), are_floats(["inf"])
    (True, False, False)
    """
    try:
        return all(map(isfinite, map(float, texts)))
    except ValueError:
        return False


def _plain(cell: str) -> float | None:
    """Return the number that `float` reads, inf included; None if it reads none."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _digits(body: str, decimal: str) -> str | None:
    """Return a number's digits as Python writes them; None if a mark is misplaced."""
    whole, mark, part = body.partition(decimal)
    if part and not part.isdigit():
        return None
    for thousands_mark in (_OTHER_MARK[decimal], " ", "'", _APOSTROPHE):
        if thousands_mark in whole:
            groups = whole.split(thousands_mark)
            fits = 1 <= len(groups[0]) <= 3 and groups[0][:1] != "0"
            sizes = {len(group) for group in groups[1:-1]} or {3}  # 1,234,567, or 12,34,567
            fits = fits and sizes in ({3}, {2}) and len(groups[-1]) == 3
            if not fits or not "".join(groups).isdigit():
                return None
            whole = "".join(groups)
    return f"{whole}{'.' if mark else ''}{part}" if whole.isdigit() or not whole else None


def plain_texts(raw: list[str]) -> list[str]:
    """Return cells stripped, and with a single blank for any white space inside."""
    whole = "".join(raw)
    blank = bool(whole) and whole.split(maxsplit=1) != [whole]
    if not blank:
        return raw
    other = {cell: line for cell in set(raw) if (line := one_line(cell)) != cell}
    return [other.get(cell, cell) for cell in raw] if other else raw


def one_line(cell: str) -> str:
    """Return a cell stripped, and with a single blank for any white space inside."""
    return " ".join(cell.split())
