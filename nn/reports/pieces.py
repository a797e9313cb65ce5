"""Pieces: HTML tables and tiles of which a page is made, as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_MAX_NARROW_CLASSES = 5  # a confusion matrix of so many classes fits into half a page


def html_table(
    header: Sequence[str], rows: Sequence[Sequence[object]], marked: Sequence[bool] = ()
) -> str:
    """Return a table; numbers and their headings are aligned right, marked rows highlighted.

    >>> html_table(["a"], [[1]])  # doctest: +ELLIPSIS
    '<div class="scroll" tabindex="0"><table><tr><th class="number">a</th></tr>...
    """
    kinds = rows[0] if rows else header
    head = [_cell("th", name, _is_number(kind)) for name, kind in zip(header, kinds, strict=True)]
    lines = [f"<tr>{''.join(head)}</tr>"]
    for i, row in enumerate(rows):
        mark = ' class="marked"' if i < len(marked) and marked[i] else ""
        cells = [_cell("td", cell, _is_number(cell)) for cell in row]
        lines.append(f"<tr{mark}>{''.join(cells)}</tr>")
    return scrolled(f"<table>{''.join(lines)}</table>")


def scrolled(table: str) -> str:
    """Return a wide element in a box that scrolls, also by keyboard."""
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float)


def _cell(tag: str, cell: object, right: bool) -> str:
    text = number(cell) if isinstance(cell, int | float) else escape(str(cell))
    tag = tag if text else "td"  # accessibility: an empty cell is no heading
    return f'<{tag} class="number">{text}</{tag}>' if right else f"<{tag}>{text}</{tag}>"


def number(value: float) -> str:
    """Return a number as text: whole numbers in full, others with four digits.

    >>> number(768), number(0.697435), number(187512.4), number(231230000.5)
    ('768', '0.6974', '187512', '2.312e+08')
    """
    whole = float(value).is_integer() and abs(value) < 1e9
    return f"{value:.0f}" if whole or 1e3 <= abs(value) < 1e7 else f"{value:.4g}"


def tiles(facts: Sequence[tuple[str, str]]) -> str:
    """Return a row of large numbers, each above its name.

    >>> tiles([("rows", "150")])
    '<div class="tiles"><div><b>150</b><span>rows</span></div></div>'
    """
    made = [
        f"<div><b>{escape(value)}</b><span>{escape(what)}</span></div>" for what, value in facts
    ]
    return f'<div class="tiles">{"".join(made)}</div>'


def confusion_table(classes: Sequence[str], matrix: Sequence[Sequence[int]]) -> str:
    """Return a confusion matrix, true classes by row: counts, and shares of the row.

    Args:
        classes: Their names.
        matrix: `(classes, classes)` counts.

    >>> confusion_table(["no", "yes"], [[3, 1], [0, 4]]).count("wrong")
    2
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in classes)
    lines = [f"<tr><th>true \\ predicted</th>{head}</tr>"]
    for i, (name, row) in enumerate(zip(classes, matrix, strict=True)):
        cells = []
        for j, count in enumerate(row):
            share = round(100 * count / max(sum(row), 1))
            colour = "right" if i == j else "wrong"
            cells.append(
                f'<td class="{colour}" style="--share:{share}%">{count}<small>{share}%</small></td>'
            )
        lines.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    # "many" takes the whole width of the page
    kind = "confusion many" if len(classes) > _MAX_NARROW_CLASSES else "confusion"
    return scrolled(f'<table class="{kind}">{"".join(lines)}</table>')


def side_by_side(*parts: str) -> str:
    """Return parts in columns, as many as fit; empty parts are left out."""
    return f'<div class="cols">{"".join(part for part in parts if part)}</div>'
