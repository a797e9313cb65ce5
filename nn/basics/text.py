"""Text: tables of text, and numbers and names in messages."""

from __future__ import annotations

from collections.abc import Sequence


class Printed(str):
    """Text that has been printed; a notebook cell that ends with it does not show it again."""

    __slots__ = ()

    def __repr__(self) -> str:
        return ""

    def _ipython_display_(self) -> None:
        """Leave the output of a notebook cell empty."""


def text_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return the lines of a table: text aligned to the left, numbers to the right.

    >>> print("\\n".join(text_table(["name", "count"], [["a", 7], ["bb", 12]])))
    name  count
    -----------
    a         7
    bb       12
    """
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    numeric = [
        bool(rows) and all(isinstance(row[column], int | float) for row in rows)
        for column in range(len(header))
    ]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in cells
    ]
    return [lines[0], "-" * max(len(line) for line in lines), *lines[1:]]


def figure(number: float) -> str:
    """Return a number with four decimals, or with four digits if below 1e-3 or from 1e9 on.

    >>> figure(0.97368), figure(2.5e-9), figure(0.0), figure(1e30)
    ('0.9737', '2.5e-09', '0.0000', '1e+30')
    """
    plain = number == 0.0 or 1e-3 <= abs(number) < 1e9
    return f"{number:.4f}" if plain else f"{number:.4g}"


def listed(names: Sequence[str], most: int = 20) -> str:
    """Return names in a line; of more than `most` the first ones, and the count.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... 3 in all'
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])}, ... {len(names)} in all"
