"""Cells: parses a table file into column names and rows of text."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from nn.basics import listed
from nn.data.reading.first_line import distinct, is_names, titles_note, without_titles
from nn.data.reading.marks import is_number, one_line
from nn.data.reading.text import Cells, Row, TableError, extent, is_frame, read_text, rows_of

# In order of preference: the first that gives all rows the same number of cells, two or more. The
# comma is late, as it is a decimal mark in "1,5;2,5"; white space is last, as names may contain it.
_SEPARATORS = "\t;|, "
_SAMPLED = 100  # rows that decide about the separator
_BORDER = re.compile(
    r"(?m)^[ \t]*[|+][ |+:=-]*--[ |+:=-]*$"
)  # rules in tables of Markdown and MySQL
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # Excel's line about its separator
_UNNAMED = re.compile(r"|Unnamed: \d+(_level_\d+)?")


def read_cells(path: Path, header: bool | None = None, expected: Sequence[str] = ()) -> Cells:
    """Read a table file; see `read_text` for compressions and encodings.

    Cells may be separated by commas, semicolons, tabs, `|` or white space. Numbers may have decimal
    commas if these are quoted or not the separator. Comment lines begin with `#`. A first line may
    name the separator, as Excel does (`sep=;`). An empty last column, from separators at the ends
    of lines, is left out, and so are titles: lines of one cell above the names. The second of two
    columns `a` is renamed to `a (2)`.

    Args:
        path: The path of the file; `-` is standard input.
        header: Whether the first line holds names; None to guess.
        expected: Names of columns: if one is in the first line, that line holds names.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is not text, is empty, or a row has more or fewer cells than the names.
    """
    name = str(path)
    if name == "-":
        name, raw = "standard input", sys.stdin.buffer.read()
    else:
        raw = path.read_bytes()
    if is_frame(raw):
        header = True if header is None else header
    text, notes = read_text(raw, name)
    return cells_of(text, notes, name, header, expected)


def cells_of(
    text: str, notes: list[str], name: str, header: bool | None, expected: Sequence[str]
) -> Cells:
    """Parse the text of a table; see `read_cells`."""
    separator, rows = _separated(_BORDER.sub("", text), name)
    rows, comments = _without_comments(rows)
    if not rows:
        raise TableError(f"{name} is empty; it needs a line of names and one line per sample")
    above = list[str]()
    if header is not False:
        rows, above = without_titles(rows)
    width = max(extent(row) for _, row in rows)
    rows = [(line, row[:width]) for line, row in rows]
    first, rows, guess = _names(rows, comments, header, expected)
    if not rows:
        raise TableError(f"{name} has a line of names but no rows; add one line per sample")
    named = first or [""] * len(rows[0][1])
    titles, alike = distinct([cell or f"column_{i}" for i, cell in enumerate(named)])
    _check_names(name, titles if first else [], rows)
    check_rows(name, titles, rows, separator)
    notes_of_names = [f"{name}: {note}" for note in (titles_note(above), guess, alike) if note]
    nameless = frozenset(i for i, cell in enumerate(first) if _UNNAMED.fullmatch(cell))
    return Cells(name, titles, rows, bool(first), nameless, separator, (*notes, *notes_of_names))


def _separated(text: str, name: str) -> tuple[str, list[Row]]:
    """Return the separator and the rows; a first line `sep=;` decides, as in Excel."""
    declared = _SEP_LINE.match(text)
    if declared is None:
        separator = _separator(text, name)
        return separator, [*rows_of(text, separator, name)]
    start = text.count("\n", 0, declared.end())
    return declared[1], [*rows_of(text[declared.end() :], declared[1], name, start)]


def _check_names(name: str, titles: Sequence[str], rows: Sequence[Row]) -> None:
    """Raise if the line of names has another length than all other rows; [] means no names."""
    sizes = {len(row) for _, row in rows}
    if titles and len(rows) > 1 and len(sizes) == 1 and sizes != {len(titles)}:
        raise TableError(
            f"{name}: the first line has {len(titles)} cells ({listed(titles)}), all others have "
            f"{sizes.pop()}; give each column a name, or remove the line"
        )


def _names(
    rows: list[Row], comments: list[Row], header: bool | None, expected: Sequence[str]
) -> tuple[list[str], list[Row], str]:
    """Return the names in the file ([] if none), the rows of samples, and a note if guessed."""
    width = max(len(row) for _, row in rows)
    first = [one_line(cell) for cell in rows[0][1]]
    if header is not None:
        return (first, rows[1:], "") if header else ([], rows, "")
    named, note = is_names(first, [row for _, row in rows[1:]], expected)
    if named:
        return first, rows[1:], note
    above = [one_line(cell) for cell in comments[-1][1][:width]] if comments else []
    if len(above) != width:
        return [], rows, note
    above[0] = above[0].lstrip("# ") or above[0]  # "# a,b" above a table of samples
    return above, rows, ""


def check_rows(name: str, titles: Sequence[str], rows: Sequence[Row], separator: str) -> None:
    """Raise if a row has not one cell per column."""
    for line, row in rows:
        if len(row) != len(titles):
            cure = "remove the line, if it is no sample"
            if len(row) > 1:
                cure = f"put a cell that holds a {separator!r} in double quotes"
            raise TableError(
                f"{name}, row {line}: {len(row)} cells, but {len(titles)} columns "
                f"({listed(titles)}); {cure}"
            )


def _separator(text: str, name: str) -> str:
    for separator in _SEPARATORS:
        try:
            rows = list(islice(rows_of(text, separator, name), _SAMPLED))
        except TableError:
            continue
        plain = [(line, row) for line, row in rows if not row[0].startswith("#")]
        sizes = {len(row) for _, row in without_titles(plain)[0]}
        if len(sizes) == 1 and sizes != {1}:
            firsts = [row[0].split() for _, row in rows] if separator == "\t" else [[]]
            # UCI's auto-mpg: numbers separated by blanks, then one tab before a name
            blanks = all(len(cells) > 1 and all(map(is_number, cells)) for cells in firsts)
            return " " if blanks else separator
    first = next((line for line in text.splitlines() if line.strip()[:1] not in ("", "#")), "")
    return max(reversed(_SEPARATORS[:-1]), key=first.count)


def _without_comments(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the table, and comment lines above it with as many cells (names?)."""
    plain = [row for _, row in rows if not row[0].startswith("#")]
    if len(plain) == len(rows):
        return rows, []
    width = len(plain[0]) if plain else 0
    above = next((i for i, (_, row) in enumerate(rows) if not row[0].startswith("#")), len(rows))
    table = [
        (line, row)
        for i, (line, row) in enumerate(rows)
        if not row[0].startswith("#") or (i >= above and len(row) == width)
    ]
    return table, [(line, row) for line, row in rows[:above] if len(row) == width]
