"""Memory: arrays that begin where a cache line does.

NumPy's own begin at any multiple of 16 bytes, and its loops take up to twice as long there, since
every second access of a vector unit touches two lines (tests/benchmarks/compiler.py).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_LINE = 64  # bytes


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


def rows_like(array: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Return a new array like this one but with so many rows, laid out in the same order.

    >>> rows_like(np.empty((2, 3)).T, 5).T.flags.c_contiguous
    True
    """
    shape = (count, *array.shape[1:])
    in_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    return aligned(shape[::-1], array.dtype).T if in_columns else aligned(shape, array.dtype)
