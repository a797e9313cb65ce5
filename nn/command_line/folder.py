"""Folder: writes the files of a result to a draft folder, then moves them all to their target."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograd_core.files import draft_name

_STALE_SECONDS = 86_400.0  # an older draft was left by a process that was killed


class Folder:
    """A folder that is written as a draft beside its target, and moved when it is complete.

    Args:
        target: The path of the folder.
        names: The names of its files; an existing folder with other files is refused.

    Raises:
        OSError: If the folder cannot be created, or has other files.
    """

    def __init__(self, target: Path, names: Iterable[str]) -> None:
        self.names = set(names)
        if target.is_dir():
            foreign = sorted(set(os.listdir(target)) - self.names)
            if foreign:
                raise FileExistsError(
                    errno.EEXIST,
                    f"holds {foreign[0]!r}, which is no part of a report; choose another folder",
                    str(target),
                )
        elif (
            target.exists() and not target.is_dir()
        ):  # is_dir again: another process may have created it
            raise NotADirectoryError(
                errno.ENOTDIR, "is a file, not a folder; choose another name", str(target)
            )
        self.target = target
        self.draft = Path(os.path.abspath(target)).with_name(draft_name(target.name))
        try:
            self.draft.mkdir(parents=True)
            self.draft.rmdir()  # only a test; `file` creates it
        except OSError as error:
            inside = any(parent.is_file() for parent in self.draft.parents)
            why = "it would lie inside a file" if inside else error.strerror
            raise OSError(
                error.errno, f"cannot make this folder ({why}); choose another place", str(target)
            ) from None
        for old in self.draft.parent.glob(f".{target.name[:40]}-draft-*"):
            with suppress(FileNotFoundError):  # its own process has moved it meanwhile
                if time.time() - old.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(old, ignore_errors=True)

    def file(self, name: str) -> Path:
        """Return the path for writing a file of that name."""
        self.draft.mkdir(exist_ok=True)
        return self.draft / name

    def finish(self) -> None:
        """Move the files to the target, and remove other files of an earlier result there.

        If several processes write to one target, it has the files of the last one only.
        """
        if not self.target.exists():
            try:
                self.draft.rename(self.target)
                return
            except OSError:  # another process has created it meanwhile
                self.target.mkdir(exist_ok=True)
        with _locked(self.target), _uninterrupted():
            made = os.listdir(self.draft)
            for name in made:
                os.replace(self.draft / name, self.target / name)
            for name in self.names.difference(made):
                (self.target / name).unlink(missing_ok=True)
        self.draft.rmdir()

    def finish_anew(self) -> None:
        """Move the files to the target, or if that exists to the next free of `NAME-2`, ..."""
        place, number = self.target, 1
        while True:
            try:
                if self.target.exists():
                    raise FileExistsError(errno.EEXIST, "is taken", str(self.target))
                self.draft.rename(self.target)  # fails if another process has created it meanwhile
                return
            except OSError:
                if not self.target.exists():
                    raise
                number += 1
                self.target = place.with_name(f"{place.name}-{number}")

    def discard(self) -> None:
        """Remove the draft, if it has not been moved."""
        shutil.rmtree(self.draft, ignore_errors=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C until the end of the `with`: files of two results must not be mixed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pending.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pending:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, on systems that have file locks."""
    try:
        import fcntl
    except ImportError:  # Windows: no lock; each file is still replaced atomically
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
