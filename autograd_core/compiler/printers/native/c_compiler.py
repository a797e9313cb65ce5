"""C compiler: a program of loops as a library that the machine's own compiler makes, and its cache.

The compiler is $CC, `cc`, `clang` or `gcc`. What it made is kept in the user's cache folder, by the
text, the compiler and its version, the flags and the processor; AUTOGRAD_CORE_CACHE moves the
folder, and turns the cache off if it is empty. A file there is written whole or not at all.
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
_OPTIMIZED = 45_000  # characters of a text that takes a second with -O3
_MADE = 70_000  # and with -O1
_SECONDS = 60.0  # that a compiler may take
_CHECKED = np.dtype(np.float64)
_SEAL = 64  # bytes
_WORDS = "wanted floats and contiguous arrays of float64 like those it was bound with"


class CompilerFailed(RuntimeError):
    """The C compiler did not make a library; the message has its first line."""


@cache
def available() -> bool:
    """Say whether there is a C compiler."""
    return bool(_command())


def compiled(
    source: str, sizes: Sequence[tuple[int, bool]], small: bool = False
) -> Callable[..., None]:
    """Return `call(context, *objects)`, which wants floats and contiguous arrays of float64.

    Args:
        source: A library with `entry(addresses, samples)`.
        sizes: How many numbers each object has, and whether that is for each sample.
        small: Whether it does so little in each loop that NumPy's calls take longer.

    Raises:
        CompilerFailed: If the compiler fails, or takes too long.
        TooLong: If the text is too long for it to try.
    """
    if len(source) > (_MADE if small else _OPTIMIZED):
        raise TooLong(f"{len(source):,} characters of C are too many")
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
                or array.dtype != _CHECKED
                or not array.flags.c_contiguous
                or array.size != size * (samples if batched else 1)
            ):
                raise TypeError(_WORDS)
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
    """Return what a command prints.

    Raises:
        CompilerFailed: If it fails or takes too long.
    """
    import subprocess  # here, as hashlib and tempfile below: few ever call a compiler of C

    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CompilerFailed(f"{command[0]} took more than {_SECONDS:.0f} s") from None
    except OSError as error:
        raise CompilerFailed(f"{command[0]}: {error}") from None
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise CompilerFailed(f"{command[0]}: {lines[0] if lines else 'it failed'}")
    return done.stdout


@cache
def _library(source: str) -> ctypes.CDLL:
    import tempfile

    command = _command()
    flags = (*_FLAGS, "-O3" if len(source) <= _OPTIMIZED else "-O1")
    key = "\n".join([source, *command, _version(tuple(command)), *flags, _processor()])
    name = f"{_sha256(key.encode())}.so"
    folder = _cache_folder()
    if folder is not None and (found := _loaded(folder / name, sealed=True)) is not None:
        return found
    with tempfile.TemporaryDirectory(prefix="autograd-core-") as scratch:
        text, made = Path(scratch, "program.c"), Path(scratch, name)
        text.write_text(source)
        _run([*command, *flags, str(text), "-o", str(made), "-lm"])
        kept = folder is not None and _kept(made, folder / name)
        found = _loaded(folder / name, sealed=True) if folder and kept else None
        found = found or _loaded(made, sealed=False)
    if found is None:
        raise CompilerFailed(f"{command[0]} made a file that is no library")
    return found


def _loaded(path: Path, sealed: bool) -> ctypes.CDLL | None:
    """Return a library; None if it is not there, or damaged: that is removed, to be made anew."""
    try:
        if sealed:
            content = path.read_bytes()
            if content[-_SEAL:] != _seal(content[:-_SEAL]):
                raise OSError("damaged")
        library = ctypes.CDLL(str(path))
        library.entry  # noqa: B018
    except (OSError, AttributeError):
        with suppress(OSError):  # a folder that is only to be read
            path.unlink(missing_ok=True)
        return None
    return library


def _seal(content: bytes) -> bytes:
    """Return what is put behind a library, where no loader reads, to know it by."""
    return _sha256(content).encode()


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _kept(made: Path, path: Path) -> bool:
    """Put a library into the cache, whole or not at all; say whether it is there."""
    content = made.read_bytes()
    try:
        write_whole(path, content + _seal(content))
    except OSError:
        return False
    return True


def _cache_folder() -> Path | None:
    """Return the folder of the cache, made if need be; None if there is to be none."""
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
            return None  # somebody else's: what is in it is not to be run
    except (OSError, RuntimeError):  # the latter: a user without a home
        return None
    return folder


@cache
def _processor() -> str:
    """Return what tells processors apart."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    lines = [line for line in text.splitlines() if line.startswith(("model name", "flags"))]
    return "\n".join(sorted(set(lines)))
