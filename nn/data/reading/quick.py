"""Quick: plain lines of a table by NumPy's reader, which makes no Python object of a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn.basics import Floats
from nn.data.reading.marks import missing

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
    if separator == " " or not _quotes_are_whole(lines, separator):
        return None
    kinds = {"number": "f8", "gaps": "f8", "text": "O", "": "U1"}
    try:
        table = np.loadtxt(
            lines,
            dtype=[(str(place), kinds[kind]) for place, kind in enumerate(wanted)],
            delimiter=separator,
            comments=None,
            quotechar='"',
            converters={i: _number for i, kind in enumerate(wanted) if kind == "gaps"},
            ndmin=1,
        )
    except ValueError:
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


def _number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = np.nan
    if "_" in cell or (number != number and not missing([cell.strip()])[0]):
        raise ValueError
    return number


def _quotes_are_whole(lines: Sequence[str], separator: str) -> bool:
    """Return whether quotes stand around cells alone, where both readers read them alike."""
    text = "".join(lines)
    count = text.count('"')
    if not count:
        return True
    begun = text.count(f'{separator}"') + text.count('\n"') + text.startswith('"')
    ended = text.count(f'"{separator}') + text.count('"\n') + text.count('"\r') + text.endswith('"')
    return count % 2 == 0 and count == begun + ended
