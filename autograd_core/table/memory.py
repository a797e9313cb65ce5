"""Memory: arrays that begin where a cache line does.

NumPy's own begin at any multiple of 16 bytes, and its loops take up to twice as long there, since
every second access of a vector unit touches two lines (tests/benchmarks/compiler.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
_LINE = 64  # bytes
_LARGE = 2**25  # bytes: from there on glibc maps each array by itself whatever happens


def aligned(shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Return a new array without numbers in it yet, as `np.empty` does; it takes 2 us longer.

    Args:
        shape: Its shape.
        dtype: Of what.

    >>> array = aligned((3, 5))
    >>> array.shape, array.ctypes.data % 64, array.flags.c_contiguous
    ((3, 5), 0, True)
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    raw = np.empty(size * kind.itemsize + _LINE, np.uint8)
    return np.ndarray(shape, kind, raw, -raw.ctypes.data % _LINE)


def adjacent(shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """Return new arrays one after the other in one piece of memory, unless that is large.

    Where several large arrays are freed at once, the C library returns their memory to the system
    and gets it back page by page at the next call; that can take as long as the arithmetic. One
    piece it keeps.

    Args:
        shapes: Their shapes; each begins where a cache line does.

    >>> first, second = adjacent([(2, 3), (4,)])
    >>> first.shape, second.shape, (second.ctypes.data - first.ctypes.data)
    ((2, 3), (4,), 64)
    """
    sizes = [-(-math.prod(shape) * 8 // _LINE) * _LINE // 8 for shape in shapes]
    if sum(sizes) * 8 > _LARGE:
        return [aligned(shape) for shape in shapes]
    piece, found, start = aligned(sum(sizes)), [], 0
    for shape, size in zip(shapes, sizes):
        found.append(piece[start : start + math.prod(shape)].reshape(shape))
        start += size
    return found
