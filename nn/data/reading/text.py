"""Text: the bytes of a file, packed or not, in whichever encoding, as text."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Sequence


class TableError(ValueError):
    """A table that cannot be read; the message says where and why."""


_PACKED: dict[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"\x1f\x8b": ("gzip", gzip.decompress),
    b"BZh": ("bz2", bz2.decompress),
    b"\xfd7zXZ\x00": ("xz", lzma.decompress),
}
_FOREIGN = {
    b"PAR1": "a Parquet file; read it with pandas and write it: frame.to_csv(path, index=False)",
    b"\xd0\xcf\x11\xe0": "an Excel file; save it as CSV",
    b"%PDF": "a PDF; export the table as CSV",
    b"SQLite": "a database; export the table as CSV",
}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text(raw: bytes, name: str) -> tuple[str, list[str]]:
    """Return a file's text, and what was guessed about it.

    It may be packed by gzip, bz2, xz or zip, and be UTF-8, UTF-16, or what Windows writes in
    Western Europe, which contains latin-1.

    Raises:
        TableError: If it is damaged, or no text.

    >>> read_text("größe".encode("utf-16"), "t.csv")
    ('größe', [])
    >>> read_text("größe".encode("latin-1"), "t.csv")[1]
    ['t.csv is not UTF-8 and is read as Windows-1252; save it as UTF-8 if letters look wrong']
    """
    raw = _unpacked(raw, name)
    for start, what in _FOREIGN.items():
        if raw.startswith(start):
            raise TableError(f"{name} is {what}")
    if raw.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise TableError(f"{name} is a web page; download the table itself")
    text, notes = _decoded(raw, name)
    if text is None or "\0" in text:
        raise TableError(f"{name} is not a text file; export it as CSV in UTF-8")
    return text, notes


def _unpacked(raw: bytes, name: str) -> bytes:
    for start, (kind, unpack) in _PACKED.items():
        if raw.startswith(start):
            try:
                return unpack(raw)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                raise TableError(f"{name} is a damaged {kind} file; copy it again") from None
    if not raw.startswith(b"PK\x03\x04"):
        return raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = archive.namelist()
            if "[Content_Types].xml" in inside:
                raise TableError(f"{name} is {_FOREIGN[bytes.fromhex('d0cf11e0')]}")
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
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return _try(raw, encoding), []
    text = _try(raw, "utf-8")
    if text is not None and "\0" not in text:
        return text, []
    if b"\0" in raw:  # UTF-16 without a mark: every second byte of plain letters is 0
        halves: Sequence[tuple[bytes, str]] = [(raw[1::2], "utf-16-le"), (raw[::2], "utf-16-be")]
        for half, encoding in halves:
            if half.count(0) > 0.9 * len(half):
                return _try(raw, encoding), []
        return None, []
    windows = f"{name} is not UTF-8 and is read as Windows-1252; save it as UTF-8 if letters look"
    return _try(raw, "cp1252"), [f"{windows} wrong"]


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
