"""Quick: plain lines of a table by NumPy's reader, which makes no Python object of a number."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.reading.marks import is_missing

LARGEST = 1e150  # its square is a number still, so that a deviation can be measured


def read_quickly(
    lines: Sequence[str], separator: str, wanted: Sequence[str]
) -> tuple[dict[int, Floats], dict[int, list[str]]] | None:
    """Return the numbers and the texts of lines by the place of their column.

    Args:
        lines: Each with its end.
        separator: What parts cells.
        wanted: For each column "number", "gaps" (a number, or a missing cell), "text", or "".

    Returns:
        None if the lines are not so plain: they are for the csv module then, and what is wrong with
        them is for others to say. Numbers are those that `float` makes of the same cells.

    >>> read_quickly(["1.5,a,x\\n", ",b,x\\n"], ",", ["gaps", "text", ""])
    ({0: array([1.5, nan])}, {1: ['a', 'b']})
    >>> read_quickly(["1.5,a\\n", "many,b\\n"], ",", ["number", "text"])
    """
    text = "".join(lines)
    plain = separator != " " and _quotes_are_whole(text, separator)
    if not plain or not text.strip():  # of nothing at all NumPy warns
        return None
    gaps = "gaps" in wanted
    table = _table(_filled(text, separator) if gaps else text, separator, wanted, {})
    if table is None and gaps:
        table = _table(text, separator, wanted, dict.fromkeys(_places("gaps", wanted), _number))
    if table is None:
        return None
    numbers, texts = {}, {}
    for place, kind in enumerate(wanted):
        if kind == "text":
            texts[place] = table[str(place)].tolist()
        elif kind:
            found = np.ascontiguousarray(table[str(place)])
            fits = np.abs(found) <= LARGEST
            if not (fits | np.isnan(found) if kind == "gaps" else fits).all():
                return None
            numbers[place] = found
    return numbers, texts


_TYPES = {"number": "f8", "gaps": "f8", "text": "O", "": "U1"}


def _table(
    text: str,
    separator: str,
    wanted: Sequence[str],
    converters: Mapping[int | str, Callable[[str], float]],
) -> NDArray[Any] | None:
    try:
        return np.loadtxt(
            io.StringIO(text, newline=""),
            dtype=[(str(place), _TYPES[kind]) for place, kind in enumerate(wanted)],
            delimiter=separator,
            comments=None,
            quotechar='"',
            converters=dict(converters),
            ndmin=1,
        )
    except ValueError:
        return None


def _places(kind: str, wanted: Sequence[str]) -> list[int | str]:
    return [place for place, other in enumerate(wanted) if other == kind]


def _filled(text: str, separator: str) -> str:
    """Return lines with nan in empty cells, which is as much a missing cell, and a number."""
    if '"' in text:  # where a separator may be part of a text
        return text
    text = f"\n{text}"
    for _ in range(2):  # of three separators the second is taken once
        text = text.replace(separator * 2, f"{separator}nan{separator}")
    for end in ("\r", "\n") if "\r" in text else ("\n",):
        text = text.replace(f"{separator}{end}", f"{separator}nan{end}")
    return text.replace(f"\n{separator}", f"\nnan{separator}")[1:]


def _number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = np.nan
    if "_" in cell or (number != number and not is_missing(cell.strip())):
        raise ValueError
    return number


def _quotes_are_whole(text: str, separator: str) -> bool:
    """Return whether quotes stand around cells alone, where both readers read them alike."""
    count = text.count('"')
    if not count:
        return True
    begun = text.count(f'{separator}"') + text.count('\n"') + text.startswith('"')
    ended = text.count(f'"{separator}') + text.count('"\n') + text.count('"\r') + text.endswith('"')
    return count % 2 == 0 and count == begun + ended
