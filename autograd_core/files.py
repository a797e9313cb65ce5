"""Files: write one whole, with the rights of any other; read JSON that anybody may have written."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

Location: TypeAlias = str | os.PathLike[str]
JSON: TypeAlias = Any  # what a text says: nested dicts and lists of texts, numbers and None
_DEEPEST = 900  # brackets in brackets: Python's own limit is 1,000 in 3.11; a browser has none
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def write_whole(path: Location, content: bytes | str) -> Path:
    """Write a file by way of a draft beside it, so that a failure leaves the old file as it was.

    A new file has the rights that the process's umask leaves, an old one keeps its own; where
    `path` is a symbolic link, the file that it points to is written and the link stays.

    Raises:
        OSError: If the folder does not exist or cannot be written to, or if `path` is a folder,
            a device or a pipe; the message names the path.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    draft = target.with_name(draft_name(target.name))
    try:
        kept = _mode(path)
        # the system applies the umask: to ask for it is to set it, for all threads
        handle = os.open(draft, _CREATE, 0o666 if kept is None else kept)
        try:
            with open(handle, "wb") as file:
                if kept is not None:
                    os.chmod(draft, kept)
                file.write(data)
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        why = f"cannot write it ({error.strerror or error})"
        raise OSError(error.errno, why, str(path)) from error
    return Path(path)


_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def draft_name(name: str) -> str:
    """Return a hidden name that nobody else uses, for what becomes `name` when it is complete."""
    return f".{name[:40]}-draft-{os.urandom(8).hex()}"


def _mode(path: Location) -> int | None:
    """Return the rights of the file that is there, None if there is none."""
    try:
        found = os.stat(path).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file in it")
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "it is a device or a pipe; name an ordinary file")
    return stat.S_IMODE(found)


def json_of(text: str | bytes) -> JSON:
    """Return what JSON says, as `json.loads` does.

    In a browser too deep a nesting would end the interpreter, elsewhere it is a RecursionError.

    Raises:
        ValueError: If it is none, or is nested too deeply.

    >>> json_of('{"a": [1, "[["]}')
    {'a': [1, '[[']}
    >>> json_of("[" * 100_000)
    Traceback (most recent call last):
    ValueError: brackets more than 900 deep
    """
    written = text if isinstance(text, str) else text.decode()
    if written.count("[") + written.count("{") > _DEEPEST:
        marks = re.sub(r"[^][{}]+", "", _STRING.sub("", written))
        if max(accumulate([1 if mark in "[{" else -1 for mark in marks])) > _DEEPEST:
            raise ValueError(f"brackets more than {_DEEPEST} deep")
    return json.loads(written)
