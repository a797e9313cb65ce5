"""Archive: reads a model file safely: checks the header and all sizes before any array."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from os import PathLike, fstat
from typing import IO, Any, NamedTuple

import numpy as np

from autograd_core.files import json_of
from nn.basics import Floats

ADVICE = "write it with model.save(path)"
_HEADER_BYTES = 16 << 20  # limit; a model of 10,000 layers has a header of 5 MB
_MAX_RATIO = 20  # unpacked / packed size; weights compress less


class Declared(NamedTuple):
    """The shape and type in an array's own header."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class Archive:
    """A `.npz` file of a header in JSON and arrays of numbers; sizes are checked before reading.

    Attributes:
        header: The parsed JSON.
        declared: The shape and type of every array by name.

    Raises:
        ValueError: If the file is not such an archive, or is damaged.
        FileNotFoundError: If there is no such file.
    """

    def __init__(self, path: str | PathLike[str], file: IO[bytes]) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(file)
            self._check_unpacked_size(fstat(file.fileno()).st_size)
            self.header = self._read_header()
            self.declared = {
                name.removesuffix(".npy"): self._declaration(name)
                for name in self._zip.namelist()
                if name != "header.npy"
            }
        except Exception as error:
            raise self._damaged(error) from None

    def array(self, name: str) -> Floats:
        """Read an array of numbers.

        Raises:
            ValueError: If it is damaged.
        """
        try:
            with self._zip.open(f"{name}.npy") as member:
                read: Floats = np.lib.format.read_array(member, allow_pickle=False)
                return read
        except Exception as error:
            raise self._damaged(error) from None

    def size(self) -> int:
        """Return the total number of numbers in all arrays."""
        return sum(prod(array.shape) for array in self.declared.values())

    def _damaged(self, error: Exception) -> ValueError:
        return ValueError(
            f"{self._path} is not a model file, or it is damaged ({type(error).__name__}"
            f"{_short(error)}); {ADVICE}"
        )

    def _check_unpacked_size(self, size: int) -> None:
        """Raise if the archive would unpack to far more than a file of weights, as a zip bomb."""
        names = self._zip.namelist()
        if len(set(names)) != len(names):
            raise ValueError("two members of one name")
        unpacked = sum(member.file_size for member in self._zip.infolist())
        if unpacked > _MAX_RATIO * size + _HEADER_BYTES:
            raise ValueError(f"{size} bytes that unpack to {unpacked}")

    def _read_header(self) -> Any:
        if self._zip.getinfo("header.npy").file_size > _HEADER_BYTES:
            raise ValueError("a header of more than 16 MB")
        self._declaration("header.npy", "U")
        return json_of(str(self.array("header")))

    def _declaration(self, name: str, kinds: str = "fiub") -> Declared:
        """Return the declared shape and type of an array, which have to match its stored size."""
        with self._zip.open(name) as member:
            shape, dtype, start = _declared(member)
        stored = self._zip.getinfo(name).file_size
        if dtype.kind not in kinds or start + prod(shape) * dtype.itemsize != stored:
            raise ValueError(f"{name} declares shape {shape} of {dtype}, in {stored} bytes")
        return Declared(shape, dtype)


@contextmanager
def opened(path: str | PathLike[str]) -> Iterator[Archive]:
    """Open a file as an Archive; raises what that raises."""
    with open(path, "rb") as file:
        yield Archive(path, file)


def _declared(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Return the shape and type in an array's header, and the offset of its numbers."""
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(member)
    return shape, dtype, member.tell()


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f": {text:.80}" if text else ""
