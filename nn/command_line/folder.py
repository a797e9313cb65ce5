"""Files: a folder of results, put into its place file by file once all of them are written."""

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

_STALE = 86_400.0  # seconds; a draft this old was left by a process that was killed


class Folder:
    """A folder that is written beside its place and put there when it is complete.

    Args:
        target: Its place.
        names: The files it may hold: a folder there with others in it is somebody else's.

    Raises:
        OSError: If it cannot be made there, or the one there is somebody else's.
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
        elif target.exists() and not target.is_dir():  # it may have come since
            raise NotADirectoryError(
                errno.ENOTDIR, "is a file, not a folder; choose another name", str(target)
            )
        self.target = target
        self.draft = Path(os.path.abspath(target)).with_name(draft_name(target.name))
        try:
            self.draft.mkdir(parents=True)
            self.draft.rmdir()  # tried now, made when there is something to write
        except OSError as error:
            inside = any(parent.is_file() for parent in self.draft.parents)
            why = "it would lie inside a file" if inside else error.strerror
            raise OSError(
                error.errno, f"cannot make this folder ({why}); choose another place", str(target)
            ) from None
        for old in self.draft.parent.glob(f".{target.name[:40]}-draft-*"):
            with suppress(FileNotFoundError):  # its own process has put it into place by now
                if time.time() - old.stat().st_mtime > _STALE:
                    shutil.rmtree(old, ignore_errors=True)

    def file(self, name: str) -> Path:
        """Return where to write a file of that name."""
        self.draft.mkdir(exist_ok=True)
        return self.draft / name

    def finish(self) -> None:
        """Put the files into place and remove those of the results before, if there are any.

        Where several processes write into one folder, the last one's files stay, all of them.
        """
        if not self.target.exists():
            try:
                self.draft.rename(self.target)
                return
            except OSError:  # somebody else was quicker
                self.target.mkdir(exist_ok=True)
        with _alone_in(self.target), _uninterrupted():
            made = os.listdir(self.draft)
            for name in made:
                os.replace(self.draft / name, self.target / name)
            for name in self.names.difference(made):
                (self.target / name).unlink(missing_ok=True)
        self.draft.rmdir()

    def finish_anew(self) -> None:
        """Put the files where nothing is: its place, or the next free one, `NAME-2` and so on."""
        place, number = self.target, 1
        while True:
            try:
                if self.target.exists():
                    raise FileExistsError(errno.EEXIST, "is taken", str(self.target))
                self.draft.rename(self.target)  # refused where somebody else was quicker
                return
            except OSError:
                if not self.target.exists():
                    raise
                number += 1
                self.target = place.with_name(f"{place.name}-{number}")

    def discard(self) -> None:
        """Remove what has been written, unless it is in its place."""
        shutil.rmtree(self.draft, ignore_errors=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until files of two results no longer lie side by side."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes that ask for it out of a folder, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows: files are still replaced one by one
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
