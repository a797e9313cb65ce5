"""Dates: reads dates and times of day as numbers of days, and as angles in a cycle."""

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
# Tried in this order: the first that reads all cells of a column is taken.
FORMATS = (
    "iso",
    *(date + time for date in _DATES for time in ("", *(f" {clock}" for clock in _TIMES))),
    *("%b %Y", "%B %Y", "%Y-%m", *_TIMES),
)
_MARKS = {form: {*re.sub("%.", "", form)} for form in FORMATS[1:]}
COMPACT = "%Y%m%d"  # only if all cells of a column match: they look like numbers
_COMPACT = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_DAY = 86_400.0  # seconds
_START = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLED = 200  # different texts that decide about the format
# the length of each cycle in days
CYCLES = {"day": 1.0, "week": 7.0, "year": 365.2425}
_MONDAY = 4.0  # 1970-01-05 in days since 1970


def format_of(texts: Sequence[str]) -> str:
    """Return the format of the dates in a column; "" if not all are dates in one format.

    >>> format_of(["2024-02-29", "2024-03-01"]), format_of(["13/01/2024", "02/01/2024"])
    ('iso', '%d/%m/%Y')
    >>> format_of(["10:30", "noon"]), format_of([]), format_of(["19580329", "19580405"])
    ('', '', '%Y%m%d')
    """
    if is_compact(texts):
        return COMPACT
    some = texts[:: max(1, len(texts) // _SAMPLED)]
    if not some or not any(char.isdigit() for char in some[0]):
        return ""
    fitting = [form for form in _candidate_formats(some[0]) if not np.isnan(days(some, form)).any()]
    return next((form for form in fitting if not np.isnan(days(texts, form)).any()), "")


def _candidate_formats(text: str) -> list[str]:
    """Return the formats with the same punctuation as a text; trying all formats takes 0.3 s."""
    marks = {char for char in text if not char.isalnum()}
    return ["iso", *(form for form, held in _MARKS.items() if held == marks)]


def is_compact(texts: Sequence[str]) -> bool:
    """Return whether all texts, at least two, are dates such as 20240229.

    >>> is_compact(["20240229", "20240301"]), is_compact(["20240230", "20240301"])
    (True, False)
    """
    if len(texts) < 2 or not all(map(_COMPACT.fullmatch, texts)):
        return False
    return not np.isnan(days(texts, COMPACT)).any()


def several_formats(texts: Sequence[str]) -> list[str]:
    """Return an example of each format in a column of dates; [] if not all texts are dates.

    >>> several_formats(["2024-02-29", "13/01/2024", "14/01/2024"])
    ['2024-02-29', '13/01/2024']
    """
    unmatched, examples = [*texts[:_SAMPLED]], []
    for form in dict.fromkeys(form for text in unmatched for form in _candidate_formats(text)):
        fits = ~np.isnan(days(unmatched, form))
        examples += [*compress(unmatched, fits)][:1]
        unmatched = [*compress(unmatched, ~fits)]
    return [] if unmatched else sorted(examples, key=texts.index)


def ambiguous(texts: Sequence[str], form: str) -> bool:
    """Return whether the texts are dates with day and month exchanged, too.

    >>> ambiguous(["01/02/2024"], "%m/%d/%Y"), ambiguous(["01/20/2024"], "%m/%d/%Y")
    (True, False)
    """
    if not form.startswith("%m/%d"):
        return False
    return not np.isnan(days(texts, form.replace("%m/%d", "%d/%m"))).any()


def is_clock(form: str) -> bool:
    """Return whether a format has a time of day only.

    >>> is_clock("%H:%M"), is_clock("iso"), is_clock("%b %Y")
    (True, False, False)
    """
    return form.startswith(("%H", "%I"))


def days(texts: Sequence[str], form: str) -> Floats:
    """Return days since 1970, fractions of a day for times; nan where a text has another format.

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


def cycles_of(day_numbers: Floats) -> tuple[str, ...]:
    """Return the cycles that matter for these days: times differ; a week or half a year is spanned.

    >>> cycles_of(np.array([0.25, 0.5])), cycles_of(np.arange(400.0))
    (('day',), ('week', 'year'))
    """
    day_numbers = day_numbers[~np.isnan(day_numbers)]
    if not len(day_numbers):
        return ()
    span = float(np.ptp(day_numbers))
    made = {
        "day": len(np.unique(day_numbers % 1.0)) > 1,
        "week": len(np.unique(np.floor(day_numbers))) > 1 and span >= 7.0,
        "year": span >= 180.0,
    }
    return tuple(cycle for cycle, there in made.items() if there)


def circle(day_numbers: Floats, cycle: str) -> tuple[Floats, Floats]:
    """Return the sine and the cosine of the phase in a cycle; 0 where a date is missing.

    >>> [part.round(3).tolist() for part in circle(np.array([0.25, np.nan]), "day")]
    [[1.0, 0.0], [0.0, 0.0]]
    """
    shifted = day_numbers - _MONDAY if cycle == "week" else day_numbers
    angle = 2.0 * np.pi * (shifted / CYCLES[cycle] % 1.0)
    missing = np.isnan(day_numbers)
    return np.where(missing, 0.0, np.sin(angle)), np.where(missing, 0.0, np.cos(angle))
