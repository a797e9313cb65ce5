"""Memory: arrays aligned to cache lines.

NumPy aligns its own to 16 bytes only, where its loops take up to twice as long, since every second
vector access touches two cache lines (tests/benchmarks/compiler.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
_LINE = 64  # bytes
_LARGE = 2**25  # bytes: above that, glibc always maps each array on its own (mmap)


def aligned(shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Return a new uninitialized array, as `np.empty` does; it takes 2 us longer.

    Args:
        shape: Its shape.
        dtype: Its dtype.

    >>> array = aligned((3, 5))
    >>> array.shape, array.ctypes.data % 64, array.flags.c_contiguous
    ((3, 5), 0, True)
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    raw = np.empty(size * kind.itemsize + _LINE, np.uint8)
    return np.ndarray(shape, kind, raw, -raw.ctypes.data % _LINE)


def adjacent(shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """Return new uninitialized arrays in one block of memory; above 32 MiB, one block each.

    When several large arrays are freed at once, the C library returns their memory to the system
    and must map it again page by page at the next call; that can take as long as the arithmetic.
    A single block is kept.

    Args:
        shapes: Their shapes; each array is aligned to a cache line.

    >>> first, second = adjacent([(2, 3), (4,)])
    >>> first.shape, second.shape, (second.ctypes.data - first.ctypes.data)
    ((2, 3), (4,), 64)
    """
    sizes = [-(-math.prod(shape) * 8 // _LINE) * _LINE // 8 for shape in shapes]
    if sum(sizes) * 8 > _LARGE:
        return [aligned(shape) for shape in shapes]
    block, arrays, start = aligned(sum(sizes)), [], 0
    for shape, size in zip(shapes, sizes):
        arrays.append(block[start : start + math.prod(shape)].reshape(shape))
        start += size
    return arrays
