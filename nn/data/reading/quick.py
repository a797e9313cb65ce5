"""Quick: plain lines of a table by NumPy, which makes no Python object of a number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.reading.marks import is_missing

LARGEST = 1e150  # its square is a number still, so that a deviation can be measured
_DIGITS = 15  # they and a power of ten are exact, so that their quotient is what `float` makes
_POWERS = 10.0 ** np.arange(_DIGITS + 1)

Codes = NDArray[Any]  # a text as the numbers of its letters
Places = NDArray[np.intp]


def read_quickly(
    lines: Sequence[str], separator: str, wanted: Sequence[str]
) -> tuple[dict[int, Floats], dict[int, list[str]]] | None:
    """Return the numbers and the texts of lines by the place of their column.

    Args:
        lines: Each with its end.
        separator: What parts cells.
        wanted: For each column "number" (nan where a cell is missing), "text", or "".

    Returns:
        None if the lines are not so plain: they are for the csv module then, and what is wrong with
        them is for others to say. Numbers are those that `float` makes of the same cells.

    >>> read_quickly(["1.5,a,x\\n", ",b,x\\n"], ",", ["number", "text", ""])
    ({0: array([1.5, nan])}, {1: ['a', 'b']})
    >>> read_quickly(["1.5,a\\n", "many,b\\n"], ",", ["number", "text"])
    """
    text = "".join(lines).replace("\r\n", "\n")
    text += "" if text.endswith("\n") else "\n"
    if separator == " " or "\r" in text or not _quotes_are_whole(text, separator):
        return None
    nothing = f'{separator}" \t\r\n'
    if not all(map(str.strip, lines, repeat(nothing))):  # such a line is no row
        return None
    codes = _codes(text)
    found = _cells(codes, separator, len(wanted), '"' in text)
    if found is None:
        return None
    numbers, texts = {}, {}
    for place, (kind, starts, ends) in enumerate(zip(wanted, *found, strict=True)):
        if kind == "number":
            try:
                numbers[place] = _numbers(text, codes, starts, ends)
            except ValueError:
                return None
        elif kind:
            spans = map(slice, starts.tolist(), ends.tolist())
            texts[place] = [*map(text.__getitem__, spans)]
    return numbers, texts


def _codes(text: str) -> Codes:
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _cells(codes: Codes, separator: str, width: int, quoted: bool) -> tuple[Places, Places] | None:
    """Return where the cells of each column start and end, each `(columns, rows)`."""
    between = (codes == ord(separator)) | (codes == ord("\n"))
    if quoted:
        between &= np.cumsum(codes == ord('"'), dtype=np.uint8) % 2 == 0
    ends = np.flatnonzero(between)
    if len(ends) % width:
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])
    starts, ends = (np.ascontiguousarray(at.reshape(-1, width).T) for at in (starts, ends))
    closes = codes[ends] == ord("\n")
    if not closes[-1].all() or closes[:-1].any():
        return None
    if quoted:
        around = codes[starts] == ord('"')
        starts, ends = starts + around, ends - around
    return starts, ends


def _numbers(text: str, codes: Codes, starts: Places, ends: Places) -> Floats:
    """Return the numbers of a column: digit by digit, all rows at once.

    Raises:
        ValueError: If a cell is neither a number nor missing.
    """
    minus = codes[starts] == ord("-")
    at = starts + minus
    found = np.zeros(len(at))
    points, decimals = np.zeros(len(at), np.uint8), np.zeros(len(at), np.uint8)
    for _ in range(_DIGITS + 1):
        code = codes[at]  # what ends a cell is neither digit nor point, so that nobody goes on
        digit = code - codes.dtype.type(ord("0"))  # below 0 it is a large number
        is_digit, is_point = digit < 10, code == ord(".")
        goes_on = is_digit | is_point
        if not goes_on.any():
            break
        np.multiply(found, 10.0, out=found, where=is_digit)
        np.add(found, digit, out=found, where=is_digit)
        decimals += is_digit & (points > 0)
        points += is_point
        at += goes_on
    digits = at - starts - minus - points
    plain = (at == ends) & (points <= 1) & (digits > 0) & (digits <= _DIGITS)
    found /= _POWERS[np.minimum(decimals, _DIGITS)]
    np.negative(found, out=found, where=minus)
    found[starts == ends] = np.nan
    others = np.flatnonzero(~plain & (starts < ends))
    spans = map(slice, starts[others].tolist(), ends[others].tolist())
    found[others] = [*map(_number, map(text.__getitem__, spans))]
    if not (np.isnan(found) | (np.abs(found) <= LARGEST)).all():
        raise ValueError
    return found


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
    ended = text.count(f'"{separator}') + text.count('"\n')
    return count % 2 == 0 and count == begun + ended
