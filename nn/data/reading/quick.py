"""Quick: parses plain lines of a table with NumPy, without a Python object per number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.reading.marks import is_missing

LARGEST = 1e150  # its square is finite, so that a deviation can be computed
# Whole numbers of 15 digits and these powers of ten are exact in float64, so that their quotient,
# rounded once, is what `float` returns.
_DIGITS = 15
_POWERS = 10.0 ** np.arange(_DIGITS + 1)

Codes = NDArray[Any]  # the code points of a text
Positions = NDArray[np.intp]


def read_quickly(
    lines: Sequence[str], separator: str, wanted: Sequence[str]
) -> tuple[dict[int, Floats], dict[int, list[str]]] | None:
    """Return the columns of numbers and the columns of texts in some lines, by index.

    Args:
        lines: The lines, with their ends.
        separator: The character between cells.
        wanted: What to read each column as: "number" (nan where a cell is missing), "text", or ""
            to skip it.

    Returns:
        Numbers equal those of `float` for the same cells. None if the lines are not plain enough:
        then the csv module parses them, and reports errors.

    >>> read_quickly(["1.5,a,x\\n", ",b,x\\n"], ",", ["number", "text", ""])
    ({0: array([1.5, nan])}, {1: ['a', 'b']})
    >>> read_quickly(["1.5,a\\n", "many,b\\n"], ",", ["number", "text"])
    """
    text = "".join(lines).replace("\r\n", "\n")
    text += "" if text.endswith("\n") else "\n"
    if separator == " " or "\r" in text or not _quotes_enclose_cells(text, separator):
        return None
    nothing = f'{separator}" \t\r\n'
    if not all(map(str.strip, lines, repeat(nothing))):  # a blank line is no row
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


def _cells(
    codes: Codes, separator: str, width: int, quoted: bool
) -> tuple[Positions, Positions] | None:
    """Return the starts and ends of all cells, each `(columns, rows)`; None if rows are uneven."""
    between = (codes == ord(separator)) | (codes == ord("\n"))
    if quoted:
        between &= np.cumsum(codes == ord('"'), dtype=np.uint8) % 2 == 0
    ends = np.flatnonzero(between)
    if len(ends) % width:
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])
    starts, ends = (np.ascontiguousarray(a.reshape(-1, width).T) for a in (starts, ends))
    closes = codes[ends] == ord("\n")
    if not closes[-1].all() or closes[:-1].any():
        return None
    if quoted:
        in_quotes = codes[starts] == ord('"')
        starts, ends = starts + in_quotes, ends - in_quotes
    return starts, ends


def _numbers(text: str, codes: Codes, starts: Positions, ends: Positions) -> Floats:
    """Return the numbers of a column, parsed digit by digit for all rows at once.

    Raises:
        ValueError: If a cell is neither a number nor missing.
    """
    minus = codes[starts] == ord("-")
    position = starts + minus
    found = np.zeros(len(position))
    points, decimals = np.zeros(len(position), np.uint8), np.zeros(len(position), np.uint8)
    for _ in range(_DIGITS + 1):
        code = codes[position]  # at the end of a cell a separator, where the number stops
        digit = code - codes.dtype.type(ord("0"))  # unsigned: below "0" it wraps to a large number
        is_digit, is_point = digit < 10, code == ord(".")
        in_number = is_digit | is_point
        if not in_number.any():
            break
        np.multiply(found, 10.0, out=found, where=is_digit)
        np.add(found, digit, out=found, where=is_digit)
        decimals += is_digit & (points > 0)
        points += is_point
        position += in_number
    digits = position - starts - minus - points
    plain = (position == ends) & (points <= 1) & (digits > 0) & (digits <= _DIGITS)
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


def _quotes_enclose_cells(text: str, separator: str) -> bool:
    """Return whether quotes only enclose whole cells: then csv would read the same."""
    count = text.count('"')
    if not count:
        return True
    begun = text.count(f'{separator}"') + text.count('\n"') + text.startswith('"')
    ended = text.count(f'"{separator}') + text.count('"\n')
    return count % 2 == 0 and count == begun + ended
