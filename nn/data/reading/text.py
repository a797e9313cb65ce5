"""Text: decompresses and decodes a file, splits its lines, and holds its cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from itertools import compress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats, listed
from nn.data.reading.marks import missing_kinds, plain_texts

Made = TypeVar("Made")
Row = tuple[int, list[str]]  # the number of its last line, and its cells


class TableError(ValueError):
    """A table that cannot be read; the message says where and why."""


# First bytes of a compressed file: its name, and the module for it (a browser may lack some).
_PACKED = {
    b"\x1f\x8b": ("gzip", "gzip"),
    b"BZh": ("bz2", "bz2"),
    b"\xfd7zXZ\x00": ("xz", "lzma"),
}
_PARQUET, _OLD_EXCEL, _ZIP = b"PAR1", b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_OTHER_FORMATS = {
    _OLD_EXCEL: "an old Excel file; save it as CSV, or as .xlsx",
    b"%PDF": "a PDF; export the table as CSV",
    b"SQLite": "a database; export the table as CSV",
}
_OTHER_TEXT_FORMATS = {
    rb"<!doctype html|<html": "a web page; download the table itself",
    rb'\[\s*[\[{]|\{\s*"': "JSON; write it as CSV, as pandas.read_json and to_csv do",
    rb"@relation": "an ARFF file; put a line of names in place of those up to @data",
}
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_QUOTED_OR_BLANKS = re.compile(r'("[^"]*")|[ \t]+')  # a quoted cell, or blanks between cells


def read_text(raw: bytes, name: str) -> tuple[str, list[str]]:
    """Return a file's text, and a note if its encoding was guessed.

    It may be compressed by gzip, bz2, xz or zip, and be encoded as UTF-8, UTF-16, or Windows-1252,
    which contains latin-1.

    Raises:
        TableError: If it is damaged, or not text.

    >>> read_text("größe".encode("utf-16"), "t.csv")
    ('größe', [])
    >>> read_text("größe".encode("latin-1"), "t.csv")[1]
    ['t.csv is not UTF-8 and is read as Windows-1252; save it as UTF-8 if letters look wrong']
    """
    raw = _unpacked(raw, name)
    if is_frame(raw):
        return _csv_by_pandas(raw, name), []
    for start, what in _OTHER_FORMATS.items():
        if raw.startswith(start):
            raise TableError(f"{name} is {what}")
    start = raw[:200].lstrip().lower()
    for pattern, what in _OTHER_TEXT_FORMATS.items():
        if re.match(pattern, start):
            raise TableError(f"{name} is {what}")
    text, notes = _decoded(raw, name)
    if text is None or "\0" in text:
        raise TableError(f"{name} is not a text file; export it as CSV in UTF-8")
    return text, notes


def is_frame(raw: bytes) -> bool:
    """Return whether a file is Parquet or Excel, whose columns have names."""
    if not raw.startswith(_ZIP):
        return raw.startswith(_PARQUET)
    return b"[Content_Types].xml" in raw[:4096] or b"xl/workbook.xml" in raw


def _csv_by_pandas(raw: bytes, name: str) -> str:
    """Return the first sheet of an Excel file, or a Parquet file, as CSV."""
    kind, needs = ("a Parquet", "pyarrow") if raw.startswith(_PARQUET) else ("an Excel", "openpyxl")
    try:
        pandas = import_module("pandas")
        read = pandas.read_parquet if needs == "pyarrow" else pandas.read_excel
        return str(read(io.BytesIO(raw)).to_csv(index=False))
    except ImportError:
        raise TableError(
            f"{name} is {kind} file, which pandas reads: pip install pandas {needs}, or save it as "
            "CSV"
        ) from None
    except Exception as error:  # each library has its own
        why = " ".join(str(error).split())[:200]
        raise TableError(f"{name} is {kind} file that cannot be read: {why}") from error


def _unpacked(raw: bytes, name: str) -> bytes:
    for start, (kind, module) in _PACKED.items():
        if raw.startswith(start):
            try:
                unpacker = import_module(module)
            except ImportError:
                raise TableError(
                    f"{name} is a {kind} file, and this Python has no module {module}; unpack it"
                ) from None
            damaged = getattr(unpacker, "LZMAError", zlib.error)
            try:
                unpacked: bytes = unpacker.decompress(raw)
                return unpacked
            except (OSError, EOFError, ValueError, zlib.error, damaged):
                raise TableError(f"{name} is a damaged {kind} file; copy it again") from None
    if not raw.startswith(_ZIP) or is_frame(raw):
        return raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = archive.namelist()
            files = [
                file for file in inside if not file.endswith("/") and not file.startswith("__")
            ]
            if len(files) != 1:
                raise TableError(
                    f"{name} holds {len(files)} files ({', '.join(files[:5])}); unpack it, and "
                    "name the one that is the table"
                )
            return archive.read(files[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error):
        raise TableError(f"{name} is a damaged or encrypted zip file; copy it again") from None


def _decoded(raw: bytes, name: str) -> tuple[str | None, list[str]]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return _try(raw, encoding), []
    text = _try(raw, "utf-8")
    if text is not None and "\0" not in text:
        return text, []
    if b"\0" in raw:  # UTF-16 without a byte order mark: every second byte of ASCII is 0
        halves: Sequence[tuple[bytes, str]] = [(raw[1::2], "utf-16-le"), (raw[::2], "utf-16-be")]
        for half, encoding in halves:
            if half.count(0) > 0.9 * len(half):
                return _try(raw, encoding), []
        return None, []
    return _try(raw, "cp1252"), [windows_note(name)]


def windows_note(name: str) -> str:
    """Return a note about a file that is read as Windows-1252."""
    return (
        f"{name} is not UTF-8 and is read as Windows-1252; save it as UTF-8 if letters look wrong"
    )


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def rows_of(text: str, separator: str, name: str, start: int = 0) -> Iterator[Row]:
    """Yield the rows that are not blank; a quoted cell may have several lines.

    Args:
        text: The text.
        separator: The character between cells; " " stands for any white space.
        name: The name of the file, for messages.
        start: The number of lines before the text.
    """
    if separator == " ":
        lines = re.split(r"\r\n?|\n", text)
        text = "\n".join(
            _QUOTED_OR_BLANKS.sub(lambda m: m[1] or "\t", line.strip()) for line in lines
        )
        separator = "\t"
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                yield start + reader.line_num, row
    except csv.Error as error:
        raise TableError(
            f"{name}, row {start + reader.line_num}: {error}; see whether a double quote is left "
            "open above"
        ) from None


def extent(row: list[str]) -> int:
    """Return the number of cells without blank ones at the end."""
    if row[-1].strip():  # as in nearly all rows
        return len(row)
    return max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)


class LazyRows(Sequence[Row]):
    """A sequence of `count` rows, made when the first one is read."""

    def __init__(self, made: Callable[[], Sequence[Row]], count: int) -> None:
        self._made, self._count = made, count

    def __len__(self) -> int:
        return self._count

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The rows."""
        return self._made()

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@dataclass(frozen=True)
class Cells:
    """A table as text.

    Attributes:
        name: The name of the file, for messages.
        header: The names of the columns; `column_0`, ... if the file has none.
        rows: For each row the number of its last line, from 1, and its cells.
        named: Whether the file has a line of names.
        nameless: Indices of columns that have no name in the line of names.
        separator: The character between cells.
        notes: Messages about what was guessed.
        numbers: Columns by index that were parsed as numbers already, nan where one is missing.
    """

    name: str
    header: list[str]
    rows: Sequence[Row]
    named: bool
    nameless: frozenset[int]
    separator: str
    notes: tuple[str, ...]
    numbers: dict[int, Floats] = field(default_factory=dict, compare=False)
    _known: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def column(self, target: str | int | None) -> int:
        """Return the index of a column, by name or number; None is the last one.

        Raises:
            TableError: If there is no such column.
        """
        if target is None:
            return len(self.header) - 1
        if isinstance(target, str) and target in self.header:
            return self.header.index(target)
        if isinstance(target, int) and -len(self.header) <= target < len(self.header):
            return target % len(self.header)
        raise TableError(f"{self.name} has no column {target!r}; it has {listed(self.header)}")

    def texts(self, place: int) -> list[str]:
        """Return the cells of a column, stripped, with single blanks inside; see `plain_texts`."""
        return self._cached(place, lambda: plain_texts([*self._raw(place)]))

    def _raw(self, place: int) -> Sequence[str]:
        # all columns at once takes a third of the time of one by one
        columns = self._cached(
            "columns", lambda: [*zip(*[row for _, row in self.rows], strict=True)]
        )
        return columns[place] if columns else ()

    def gaps(self, place: int) -> NDArray[np.bool_]:
        """Return which cells of a column are missing: a mask `(rows,)`."""
        return self._cached((place, "gaps"), lambda: self._gaps(place))

    def _gaps(self, place: int) -> NDArray[np.bool_]:
        if place in self.numbers:
            return np.isnan(self.numbers[place])
        if missing := missing_kinds(self.kinds(place)):
            marks = map(missing.__contains__, self.texts(place))
            return np.fromiter(marks, np.bool_, len(self.rows))
        return np.zeros(len(self.rows), np.bool_)

    def kinds(self, place: int) -> list[str]:
        """Return the different cells of a column, in order of appearance."""
        return self._cached((place, "kinds"), lambda: [*dict.fromkeys(self.texts(place))])

    def present(self, place: int) -> list[str]:
        """Return the different cells of a column that are not missing, in order of appearance."""
        return self._cached((place, "present"), lambda: self._present(place))

    def _present(self, place: int) -> list[str]:
        missing = missing_kinds(self.kinds(place))
        return [kind for kind in self.kinds(place) if kind not in missing]

    def _cached(self, key: object, make: Callable[[], Made]) -> Made:
        """Return `make()`, called once for each key."""
        if key not in self._known:
            self._known[key] = make()
        found: Made = self._known[key]
        return found

    def rows_where(self, wanted: NDArray[np.bool_]) -> Cells:
        """Return the table with some of its rows."""
        known: dict[object, Any] = {
            place: [*compress(texts, wanted)]
            for place, texts in self._known.items()
            if isinstance(place, int)
        }
        numbers = {place: found[wanted] for place, found in self.numbers.items()}
        rows = LazyRows(lambda: [*compress(self.rows, wanted)], int(wanted.sum()))
        return replace(self, rows=rows, numbers=numbers, _known=known)

    def where(self, row: int, place: int) -> str:
        """Return a description of a cell's position, for messages."""
        return f"{self.name}, row {self.rows[row][0]}, column {self.header[place]!r}"
