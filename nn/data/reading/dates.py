"""Dates: texts that are dates or times of day, as numbers and as places on a circle."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import compress

import numpy as np

from nn.basics import Floats

_DATES = (
    "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%Y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%b %d, %Y", "%B %d, %Y",
    "%b %d %Y", "%B %d %Y", "%a, %d %b %Y", "%A, %B %d, %Y", "%Y.%m.%d", "%Y-%m-%d",
)  # fmt: skip
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
# Tried in this order; where all cells of a column may be read in two ways, the first is taken.
FORMATS = (
    "iso",
    *(date + time for date in _DATES for time in ("", *(f" {clock}" for clock in _TIMES))),
    *("%b %Y", "%B %Y", "%Y-%m", *_TIMES),
)
_MARKS = {form: {*re.sub("%.", "", form)} for form in FORMATS[1:]}
COMPACT = "%Y%m%d"  # of columns that hold nothing else: they look like numbers
_COMPACT = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_DAY = 86_400.0  # seconds
_START = datetime(1970, 1, 1, tzinfo=UTC)
_LOOKED_AT = 200  # different texts, for the choice of the format
# how long a round is in days, and what a column has to span for it to count
CYCLES = {"day": 1.0, "week": 7.0, "year": 365.2425}
_MONDAY = 4.0  # the days of 1970-01-05


def format_of(texts: Sequence[str]) -> str:
    """Return how the dates of a column are written; "" if they are none.

    >>> format_of(["2024-02-29", "2024-03-01"]), format_of(["13/01/2024", "02/01/2024"])
    ('iso', '%d/%m/%Y')
    >>> format_of(["10:30", "noon"]), format_of([]), format_of(["19580329", "19580405"])
    ('', '', '%Y%m%d')
    """
    if is_compact(texts):
        return COMPACT
    some = texts[:: max(1, len(texts) // _LOOKED_AT)]
    if not some or not any(char.isdigit() for char in some[0]):
        return ""
    fitting = [form for form in _alike(some[0]) if not np.isnan(days(some, form)).any()]
    return next((form for form in fitting if not np.isnan(days(texts, form)).any()), "")


def _alike(text: str) -> list[str]:
    """Return the formats with the marks that a text has: to try all of them takes 0.3 s."""
    marks = {char for char in text if not char.isalnum()}
    return ["iso", *(form for form, held in _MARKS.items() if held == marks)]


def is_compact(texts: Sequence[str]) -> bool:
    """Return whether texts are dates such as 20240229, all of them.

    >>> is_compact(["20240229", "20240301"]), is_compact(["20240230", "20240301"])
    (True, False)
    """
    if len(texts) < 2 or not all(map(_COMPACT.fullmatch, texts)):
        return False
    return not np.isnan(days(texts, COMPACT)).any()


def several_formats(texts: Sequence[str]) -> list[str]:
    """Return a text in each of the formats of a column whose texts are all dates; [] of others.

    >>> several_formats(["2024-02-29", "13/01/2024", "14/01/2024"])
    ['2024-02-29', '13/01/2024']
    """
    left, found = [*texts[:_LOOKED_AT]], []
    for form in dict.fromkeys(form for text in left for form in _alike(text)):
        fits = ~np.isnan(days(left, form))
        found += [*compress(left, fits)][:1]
        left = [*compress(left, ~fits)]
    return [] if left else sorted(found, key=texts.index)


def ambiguous(texts: Sequence[str], form: str) -> bool:
    """Return whether day and month may be meant the other way round.

    >>> ambiguous(["01/02/2024"], "%m/%d/%Y"), ambiguous(["01/20/2024"], "%m/%d/%Y")
    (True, False)
    """
    if not form.startswith("%m/%d"):
        return False
    return not np.isnan(days(texts, form.replace("%m/%d", "%d/%m"))).any()


def is_clock(form: str) -> bool:
    """Return whether a format is of times of day alone.

    >>> is_clock("%H:%M"), is_clock("iso"), is_clock("%b %Y")
    (True, False, False)
    """
    return form.startswith(("%H", "%I"))


def days(texts: Sequence[str], form: str) -> Floats:
    """Return the days since 1970, or the share of the day for times; nan for what is neither.

    >>> days(["1970-01-02", "1970-01-01 12:00", "soon"], "iso"), days(["18:00"], "%H:%M")
    (array([1. , 0.5, nan]), array([0.75]))
    """
    read: Callable[[str], datetime] = datetime.fromisoformat
    start = _START
    if form != "iso":
        read = lambda text: datetime.strptime(text, form)  # noqa: E731
        start = datetime(1900, 1, 1, tzinfo=UTC) if is_clock(form) else _START
    known: dict[str, float] = {}
    for text in dict.fromkeys(texts):
        try:
            if form == "iso" and not ("-" in text[4:5] and text[:4].isdecimal()):
                raise ValueError
            moment = read(text)
        except ValueError:
            known[text] = np.nan
            continue
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        known[text] = (moment - start).total_seconds() / _DAY
    return np.fromiter(map(known.__getitem__, texts), np.float64, len(texts))


def cycles_of(found: Floats) -> tuple[str, ...]:
    """Return the rounds that dates go through: of the day, the week, the year.

    >>> cycles_of(np.array([0.25, 0.5])), cycles_of(np.arange(400.0))
    (('day',), ('week', 'year'))
    """
    found = found[~np.isnan(found)]
    if not len(found):
        return ()
    span = float(np.ptp(found))
    made = {
        "day": len(np.unique(found % 1.0)) > 1,
        "week": len(np.unique(np.floor(found))) > 1 and span >= 7.0,
        "year": span >= 180.0,
    }
    return tuple(cycle for cycle, there in made.items() if there)


def circle(found: Floats, cycle: str) -> tuple[Floats, Floats]:
    """Return the sine and the cosine of the place in a round; 0 where a date is missing.

    >>> [part.round(3).tolist() for part in circle(np.array([0.25, np.nan]), "day")]
    [[1.0, 0.0], [0.0, 0.0]]
    """
    shifted = found - _MONDAY if cycle == "week" else found
    angle = 2.0 * np.pi * (shifted / CYCLES[cycle] % 1.0)
    gone = np.isnan(found)
    return np.where(gone, 0.0, np.sin(angle)), np.where(gone, 0.0, np.cos(angle))
