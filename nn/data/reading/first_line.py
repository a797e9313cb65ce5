"""First line: decides whether it holds the names of the columns, or is a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from nn.data.reading.marks import Notation, are_floats, is_number, missing, unit_of

_SAMPLED = 2000  # rows that decide
_YEAR = re.compile(r"1[89]\d\d|20\d\d")


def is_names(
    first: Sequence[str], others: Sequence[Sequence[str]], expected: Sequence[str] = ()
) -> tuple[bool, str]:
    """Return whether the first line holds names, and a note if that is a guess.

    Names are texts above numbers, or texts that do not occur below in columns whose texts repeat. A
    line with numbers is a sample, unless they are 0, 1, 2, ... or years, and do not occur below.

    Args:
        first: The cells of the first line.
        others: The rows below.
        expected: Names of columns: if the line has one of them, it holds names.

    >>> is_names(["height", "kind"], [["21.5", "fir"], ["17.0", "oak"], ["24.0", "fir"]])
    (True, '')
    >>> is_names(["1.5", "yes"], [["3", "no"], ["5", "yes"]])
    (False, '')
    >>> is_names(["0", "1"], [["0.5", "7"], ["2.5", "8"]])[0]
    True
    """
    if set(first) & set(expected):
        return True, ""
    if not others:
        return not all(map(is_number, first)), ""
    votes = [_vote(cell, place, others) for place, cell in enumerate(first)]
    if "number" in votes:  # there is a text above numbers
        return True, ""
    numbers = [cell for cell in first if is_number(cell)]
    for_names, for_sample = votes.count("names"), votes.count("sample")
    texts = not numbers
    if texts:
        named = for_names >= for_sample
    elif for_names == for_sample:
        named = _are_indices_or_years(numbers) and (len(numbers) > 3 or "again" not in votes)
    else:
        named = for_names > for_sample and _may_be_names(numbers)
        named &= not (for_sample and unit_of(numbers))
    if not named and texts:
        return named, _note(first, "a sample", "names", "True", "yes")
    if named and len(numbers) == len(first):
        return named, _note(first, "names", "a sample", "False", "no")
    return named, ""


def without_titles(
    rows: list[tuple[int, list[str]]],
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the rows below the titles of a report, and those titles.

    A title is a line of one cell above a line of names: of text in each of its cells.

    >>> without_titles([(1, ["Sales 2024", ""]), (2, ["a", "b"]), (3, ["1", "2"])])
    ([(2, ['a', 'b']), (3, ['1', '2'])], ['Sales 2024'])
    """
    count = 0
    while count < len(rows) and not any(map(str.strip, rows[count][1][1:])):
        count += 1
    if not 0 < count < len(rows) - 1:
        return rows, []
    names = rows[count][1]
    while names and not names[-1].strip():  # separators at the end
        names = names[:-1]
    if len(names) < 2 or not all(name.strip() and not is_number(name) for name in names):
        return rows, []
    return rows[count:], [row[0].strip() for _, row in rows[:count]]


def titles_note(titles: Sequence[str]) -> str:
    """Return a note about titles that are left out; "" if there are none."""
    return f"the lines above the names are left out ({', '.join(titles)[:60]})" if titles else ""


def distinct(titles: Sequence[str]) -> tuple[list[str], str]:
    """Return unique names of columns, and a note if some had to be numbered.

    >>> distinct(["a", "b", "a"])
    (['a', 'b', 'a (2)'], "columns of one name are numbered: 'a (2)'")
    """
    made: list[str] = []
    for title in titles:
        number, name = 1, title
        while name in made or (number > 1 and name in titles):
            number += 1
            name = f"{title} ({number})"
        made.append(name)
    new = [name for name, title in zip(made, titles, strict=True) if name != title]
    return made, f"columns of one name are numbered: {', '.join(map(repr, new))}" if new else ""


def _vote(cell: str, place: int, others: Sequence[Sequence[str]]) -> str:
    """Return what a cell of the first line is evidence for, given the cells below it.

    That is "number" (a text above numbers), "names", "sample", "again" (a number that occurs below)
    or "" (nothing).
    """
    below = [" ".join(row[place].split()) for row in others[:_SAMPLED] if place < len(row)]
    texts = [text for text, is_gap in zip(below, missing(below), strict=True) if not is_gap]
    if not texts or any(missing([cell])):
        return ""
    numbers = len(texts) if are_floats(texts) else sum(map(is_number, texts))
    if is_number(cell):
        scale = unit_of([cell]) and not any(unit_of([text]) for text in texts)  # 50% above 0.3
        return "names" if scale or not numbers else "again" * (cell in texts)
    if numbers * 2 >= len(texts):
        return "number"
    if cell in texts:
        return "sample"
    return "names" if len(set(texts)) * 2 <= len(texts) else ""


def _are_indices_or_years(numbers: Sequence[str]) -> bool:
    """Return whether the numbers are 0, 1, 2, ..., or evenly spaced years."""
    if len(numbers) < 2 or not all(cell.isdecimal() for cell in numbers):
        return False
    counted = [int(cell) for cell in numbers]
    steps = {b - a for a, b in pairwise(counted)}
    years = all(map(_YEAR.fullmatch, numbers)) and len(steps) == 1 and min(steps) > 0
    return years or counted == list(range(len(counted)))


def _may_be_names(numbers: Sequence[str]) -> bool:
    """Return whether numbers may be names: different, and whole, with a unit, or a sorted scale."""
    if len(set(numbers)) < len(numbers):
        return False
    if all(cell.isdecimal() for cell in numbers) or all(unit_of([cell]) for cell in numbers):
        return True
    places = [Notation().parse(cell) or 0.0 for cell in numbers]
    return len(places) > 4 and places in (sorted(places), sorted(places, reverse=True))


def _note(first: Sequence[str], taken: str, else_: str, header: str, option: str) -> str:
    shown = ", ".join(first[:5]) + (", ..." if len(first) > 5 else "")
    return (
        f"the first line ({shown}) is taken for {taken}; if it holds {else_}, say header={header} "
        f"(--header {option})"
    )
