"""Files: atomic writes with ordinary permissions, and reading of JSON from any source."""

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
JSON: TypeAlias = Any  # nested dicts and lists of str, numbers, bools and None
_MAX_DEPTH = 900  # nested brackets: Python's own limit is 1,000 in 3.11; a browser has none
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def write_whole(path: Location, content: bytes | str) -> Path:
    """Write a file atomically: a draft in the same folder replaces it when it is complete.

    A new file gets the permissions that the umask allows, an old one keeps its own; where `path`
    is a symbolic link, the file that it points to is written and the link stays.

    Raises:
        OSError: If the folder does not exist or cannot be written to, or if `path` is a folder,
            a device or a pipe; the message names the path.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    draft = target.with_name(draft_name(target.name))
    try:
        kept = _mode(path)
        # the system applies the umask; Python can read it only by setting it, for all threads
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
    """Return a unique hidden name for a file or folder that is renamed to `name` when complete."""
    return f".{name[:40]}-draft-{os.urandom(8).hex()}"


def _mode(path: Location) -> int | None:
    """Return the permissions of an existing file, None if there is none."""
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
    """Return the object that a JSON text describes, as `json.loads` does, but limit its depth.

    Deeply nested text raises RecursionError in `json.loads`, and crashes Python in a browser.

    Raises:
        ValueError: If it is not JSON, or is nested more than 900 deep.

    >>> json_of('{"a": [1, "[["]}')
    {'a': [1, '[[']}
    >>> json_of("[" * 100_000)
    Traceback (most recent call last):
    ValueError: JSON is nested more than 900 deep; wanted at most 900 brackets in one another
    """
    written = text if isinstance(text, str) else text.decode()
    if written.count("[") + written.count("{") > _MAX_DEPTH:
        marks = re.sub(r"[^][{}]+", "", _STRING.sub("", written))
        if max(accumulate([1 if mark in "[{" else -1 for mark in marks])) > _MAX_DEPTH:
            raise ValueError(
                f"JSON is nested more than {_MAX_DEPTH} deep; wanted at most {_MAX_DEPTH} brackets "
                "in one another"
            )
    return json.loads(written)
