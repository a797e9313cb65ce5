"""Files: write a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

Location = str | os.PathLike[str]


def write_file(path: Location, content: bytes | str) -> Path:
    """Write `content` to a temporary file beside `path`, then move it there in one step.

    A failure leaves an existing file as it was.

    Raises:
        OSError: If the folder does not exist or is not writable; the message names the path.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {target}: it is a folder; name a file in it")
    data = content.encode() if isinstance(content, str) else content
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    except OSError as error:
        raise type(error)(f"cannot write {target}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, _permissions(target))
        os.replace(temporary, target)
    except OSError as error:
        os.unlink(temporary)
        raise type(error)(f"cannot write {target}: {error.strerror}") from error
    return target


def _permissions(target: Path) -> int:
    """Return the mode of the file that is replaced, else that of a newly created file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
