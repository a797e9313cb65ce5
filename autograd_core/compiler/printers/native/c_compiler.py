"""C compiler: C source as a library, by the compiler of this machine, and a cache of libraries.

The compiler is $CC, else `cc`, `clang` or `gcc`. Libraries are kept in the user's cache folder; the
key is the source, the compiler and its version, the flags and the processor. AUTOGRAD_CORE_CACHE
names another folder, or turns the cache off if it is empty. Files there are written atomically.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np

from autograd_core.compiler.printers.refusal import TooLong
from autograd_core.files import write_whole

_FLAGS = ("-std=c99", "-march=native", "-ffp-contract=off", "-fno-math-errno",
          "-fno-trapping-math", "-fopenmp-simd", "-fPIC", "-shared")  # fmt: skip
_LONGEST_OPTIMIZED = 45_000  # characters of source, which take a second with -O3
_LONGEST = 70_000  # and with -O1
_TIMEOUT = 60.0  # seconds for one run of the compiler
_FLOAT64 = np.dtype(np.float64)
_CHECKSUM = 64  # bytes
_WANTED = "wanted floats and contiguous arrays of float64 like those it was bound with"


class CompilerFailed(RuntimeError):
    """The C compiler did not make a library; the message has the first line of its output."""


@cache
def available() -> bool:
    """Say whether there is a C compiler."""
    return bool(_command())


def compiled(
    source: str, sizes: Sequence[tuple[int, bool]], small: bool = False
) -> Callable[..., None]:
    """Return `call(context, *objects)`, which takes floats and contiguous arrays of float64.

    The context is an array: the number of samples, then the addresses that the program is given
    after those of the objects.

    Args:
        source: C source of `entry(addresses, samples)`.
        sizes: The number of elements of each object, and whether that is for each sample.
        small: Whether the loops are so short that NumPy's calls take longer; then longer sources
            are compiled too, with -O1.

    Raises:
        CompilerFailed: If the compiler fails, or takes too long.
        TooLong: If compiling the source would take too long.
    """
    if len(source) > (most := _LONGEST if small else _LONGEST_OPTIMIZED):
        raise TooLong(f"{len(source):,} characters of C are more than the {most:,} to compile")
    entry, objects = _library(source).entry, len(sizes)
    entry.argtypes, entry.restype = (ctypes.c_void_p, ctypes.c_longlong), None

    def call(context: np.ndarray, *given: object) -> None:
        samples, *fixed = context.tolist()
        pointers = (ctypes.c_void_p * (objects + len(fixed)))()
        kept = []
        for place, (item, (size, batched)) in enumerate(zip(given, sizes)):
            array = np.array([item]) if isinstance(item, float) else item
            if (
                not isinstance(array, np.ndarray)
                or array.dtype != _FLOAT64
                or not array.flags.c_contiguous
                or array.size != size * (samples if batched else 1)
            ):
                raise TypeError(_WANTED)
            kept.append(array)
            pointers[place] = array.ctypes.data
        pointers[objects:] = fixed
        entry(ctypes.addressof(pointers), samples)

    return call


def _command() -> list[str]:
    """Return the compiler's command; empty if there is none."""
    wanted = os.environ.get("CC")
    if wanted is not None:
        parts = shlex.split(wanted)
        return parts if parts and shutil.which(parts[0]) else []
    return next(([found] for name in ("cc", "clang", "gcc") if (found := shutil.which(name))), [])


@cache
def _version(command: tuple[str, ...]) -> str:
    return _run([*command, "--version"])


def _run(command: Sequence[str]) -> str:
    """Return the standard output of a command.

    Raises:
        CompilerFailed: If it fails or takes too long.
    """
    import subprocess  # here, as hashlib and tempfile below: few users call a C compiler

    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CompilerFailed(f"{command[0]} took more than {_TIMEOUT:.0f} s") from None
    except OSError as error:
        raise CompilerFailed(f"{command[0]}: {error}") from None
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise CompilerFailed(f"{command[0]}: {lines[0] if lines else 'it failed'}")
    return done.stdout


@cache
def _library(source: str) -> ctypes.CDLL:
    """Return the library of a source, from the cache if it is there."""
    import tempfile

    command = _command()
    flags = (*_FLAGS, "-O3" if len(source) <= _LONGEST_OPTIMIZED else "-O1")
    key = "\n".join([source, *command, _version(tuple(command)), *flags, _processor()])
    name = f"{_sha256(key.encode())}.so"
    folder = _cache_folder()
    if folder is not None and (found := _loaded(folder / name, checked=True)) is not None:
        return found
    with tempfile.TemporaryDirectory(prefix="autograd-core-") as scratch:
        text, made = Path(scratch, "program.c"), Path(scratch, name)
        text.write_text(source)
        _run([*command, *flags, str(text), "-o", str(made), "-lm"])
        stored = folder is not None and _stored(made, folder / name)
        found = _loaded(folder / name, checked=True) if folder and stored else None
        found = found or _loaded(made, checked=False)
    if found is None:
        raise CompilerFailed(f"{command[0]} made a file that is no library")
    return found


def _loaded(path: Path, checked: bool) -> ctypes.CDLL | None:
    """Return a library; None if there is none, or a damaged one, which is removed.

    Args:
        path: The file.
        checked: Whether the file has a checksum at its end, which has to be right.
    """
    try:
        if checked:
            content = path.read_bytes()
            if content[-_CHECKSUM:] != _checksum(content[:-_CHECKSUM]):
                raise OSError("damaged")
        library = ctypes.CDLL(str(path))
        library.entry  # noqa: B018
    except (OSError, AttributeError):
        with suppress(OSError):  # a read-only folder
            path.unlink(missing_ok=True)
        return None
    return library


def _checksum(content: bytes) -> bytes:
    """Return the bytes that are appended to a library in the cache; loaders ignore them."""
    return _sha256(content).encode()


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _stored(made: Path, path: Path) -> bool:
    """Write a library with its checksum into the cache; say whether that succeeded."""
    content = made.read_bytes()
    try:
        write_whole(path, content + _checksum(content))
    except OSError:
        return False
    return True


def _cache_folder() -> Path | None:
    """Return the folder of the cache, which is made if missing; None if there is no cache."""
    wanted = os.environ.get("AUTOGRAD_CORE_CACHE")
    if wanted == "":
        return None
    try:
        if wanted is not None:
            folder = Path(wanted)
        elif sys.platform == "darwin":
            folder = Path.home() / "Library" / "Caches" / "autograd_core"
        else:
            home = os.environ.get("XDG_CACHE_HOME")
            folder = (Path(home) if home else Path.home() / ".cache") / "autograd_core"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return None  # the folder of another user, whose code must not be run
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None
    return folder


@cache
def _processor() -> str:
    """Return a description that differs between kinds of processors."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    lines = [line for line in text.splitlines() if line.startswith(("model name", "flags"))]
    return "\n".join(sorted(set(lines)))
