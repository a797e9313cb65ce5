"""Files: write one, or a whole folder, so that it appears complete or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from os import PathLike
from pathlib import Path


def write_whole(path: str | PathLike[str], content: bytes) -> None:
    """Write a file by way of a temporary one beside it: a crash leaves the old one as it was.

    Raises:
        OSError: If the folder does not exist or cannot be written to.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:  # name the file that was asked for, not the temporary one
        raise OSError(error.errno, error.strerror, str(target)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)  # mkstemp's own rights are the owner's only
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


class Folder:
    """A folder that is written beside its place and put there when it is complete.

    Args:
        target: Its place.
        names: The files it may hold: a folder there with others in it is somebody else's.

    Raises:
        OSError: If it cannot be made there, or the one there is somebody else's.
    """

    def __init__(self, target: Path, names: Iterable[str]) -> None:
        if target.is_dir():
            foreign = sorted(set(os.listdir(target)) - set(names))
            if foreign:
                raise FileExistsError(
                    errno.EEXIST,
                    f"holds {foreign[0]!r}, which is no part of a report; choose another folder",
                    str(target),
                )
        elif target.exists():
            raise NotADirectoryError(
                errno.ENOTDIR, "is a file, not a folder; choose another name", str(target)
            )
        self.target = target
        parent = Path(os.path.abspath(target)).parent
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self.draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=parent))
        except OSError as error:
            inside = isinstance(error, FileExistsError | NotADirectoryError)
            why = "it would lie inside a file" if inside else error.strerror
            raise OSError(
                error.errno, f"cannot make this folder ({why}); choose another place", str(target)
            ) from None
        self.draft.chmod(0o755)  # mkdtemp's own rights are the owner's only

    def file(self, name: str) -> Path:
        """Return where to write a file of that name."""
        return self.draft / name

    def finish(self) -> None:
        """Put the folder into its place; the old one there is replaced."""
        old = self.draft.with_name(self.draft.name + "-old")
        if self.target.exists():
            self.target.rename(old)
        try:
            self.draft.rename(self.target)
        except OSError:
            if old.exists():
                old.rename(self.target)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Remove what has been written, unless it is in its place."""
        shutil.rmtree(self.draft, ignore_errors=True)
