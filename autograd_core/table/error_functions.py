"""Error functions: erf and erfc on NumPy arrays; NumPy itself has neither."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from autograd_core.table.memory import Floats, aligned

# Coefficients, the constant first, of minimax rational approximations: their relative error is
# below a rounding. All are positive, so that no digits cancel (Cody 1969, Rational Chebyshev
# Approximations for the Error Function). tests/core/record_erf.py computes them.

# P(x) / Q(x) = exp(x^2) erfc(x) for 0 <= x <= 28, to 8e-18 (1 + x^2 / 4)
_ERFC_P = (
    1.0, 2.1512110576950816, 2.293548149712407, 1.5534863259880989, 0.7289275107839226,
    0.24457592719253649, 0.05864085879864673, 0.009714398239281006, 0.0010154478612847088,
    5.1654267611214286e-05,
)  # fmt: skip
_ERFC_Q = (
    1.0, 3.2795902247905917, 4.994169435976317, 4.6614656277597355, 2.961739634835855,
    1.3430594327616245, 0.44206293535569957, 0.10483813292426657, 0.017264099979930687,
    0.0017998344719804388, 9.155480554432182e-05,
)  # fmt: skip
_ERFC_END = 28.0  # erfc(27.3) is 0 in floats
_ERFC_TAIL = 2.0  # beyond it the rounding of x^2 is the largest error
# P(x^2) / Q(x^2) = erf(x) / x for |x| <= 5.93, to 3e-17
_ERF_P = (
    1.1283791670955126, 0.22016117061783583, 0.06611954711939011, 0.006888944823144421,
    0.0008556039862824442, 5.6936847268769296e-05, 3.900037451481156e-06,
    1.6945689893828373e-07, 6.759153233761397e-09, 1.7195742970151242e-10,
    3.3364305016493182e-12, 2.2270776822978715e-14, 1.5715821514045778e-17,
)  # fmt: skip
_ERF_Q = (
    1.0, 0.5284460906740556, 0.1347456198473307, 0.021985289747950665, 0.0025645473702261288,
    0.0002260742373986158, 1.5496967514384844e-05, 8.349240046365101e-07, 3.515106654302513e-08,
    1.124439699361947e-09, 2.54919472189071e-11, 3.319314530793034e-13, 8.852182704495818e-16,
)  # fmt: skip
_ERF_END = 6.1  # P / Q is 2e-14 too large there and clipped to 1; erf rounds to 1 from 5.93 on

# Each row is a polynomial. Its product with the matrix of rows ..., x^4, x^2, 1 costs as much as
# two steps of Horner's rule. The constant comes last, so that for small x the small terms are added
# first. P and Q of erfc are split: the first two rows are their odd powers, the others the even.
_ERFC = np.array([
    [0.0, *_ERFC_P[::-2]], [0.0, *_ERFC_Q[-2::-2]], [0.0, *_ERFC_P[-2::-2]], [*_ERFC_Q[::-2]],
])  # fmt: skip
_ERF = np.array([_ERF_P[::-1], _ERF_Q[::-1]])

_BLOCK = 12_288  # numbers a block: more do not fit a core's cache, fewer cost more calls
_PADDING = 8  # numbers between rows: else all rows start in the same set of the cache


class _Scratch:
    """Buffers of one thread for one function: allocating them costs as much as the arithmetic.

    Attributes:
        powers: `(terms, n)`: ..., x^4, x^2, 1.
        squares: Its rows x^2, x^4, ...
        sums: `(polynomials, n)`: the values of the polynomials.
    """

    def __init__(self, coefficients: Floats) -> None:
        self._terms = coefficients.shape[1]
        self._all = aligned((sum(coefficients.shape), _BLOCK + _PADDING))
        self._all[self._terms - 1] = 1.0
        self._size = 0

    def resize(self, n: int) -> None:
        """Set the length of the rows to n."""
        if n != self._size:
            rows = self._all[:, :n]
            self.powers, self.sums, self._size = rows[: self._terms], rows[self._terms :], n
            self.squares = [*self.powers[-2::-1]]

    def fill(self, x: Floats) -> None:
        """Compute the powers of x."""
        squares = self.squares
        np.multiply(x, x, out=squares[0])
        for k in range(1, len(squares)):
            np.multiply(squares[(k - 1) // 2], squares[k // 2], out=squares[k])


class _ThreadScratch(threading.local):
    def __init__(self) -> None:
        self.erfc, self.erf = _Scratch(_ERFC), _Scratch(_ERF)


_scratch = _ThreadScratch()


def erfc(a: npt.ArrayLike, out: Floats | None = None) -> Floats:
    """Return 1 - erf(a), elementwise, with a relative error below 2e-15.

    Args:
        a: Any shape.
        out: Array for the result; `a` broadcasts to its shape.

    >>> erfc(np.array([0.0, np.inf, -np.inf])).tolist()
    [1.0, 0.0, 2.0]
    """
    return _in_blocks(_erfc_block, _scratch.erfc, a, out)


def erf(a: npt.ArrayLike, out: Floats | None = None) -> Floats:
    """Return 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to a, elementwise.

    The relative error is below 1e-15, and |erf| never exceeds 1. Arguments as for `erfc`.

    >>> erf(np.array([0.0, np.inf, -np.inf])).tolist()
    [0.0, 1.0, -1.0]
    """
    return _in_blocks(_erf_block, _scratch.erf, a, out)


def _in_blocks(
    block: Callable[[Floats, Floats, _Scratch], None],
    scratch: _Scratch,
    a: npt.ArrayLike,
    out: Floats | None,
) -> Floats:
    """Return an elementwise function of an array, computed block by block.

    Args:
        block: Takes `(n,)` numbers, an `(n,)` array for the result, and the scratch.
        scratch: The buffers of this thread for that function.
        a: Any shape; only read, unless it is `out`.
        out: Array for the result; None for a new one.
    """
    a = np.asarray(a, np.float64)
    if out is not None and (
        a.shape != out.shape or not out.flags.c_contiguous or np.may_share_memory(a, out)
    ):
        out[...] = _in_blocks(block, scratch, a, None)
        return out
    result = np.empty(a.shape) if out is None else out
    given, found = a.reshape(-1), result.reshape(-1)
    blocks = max(1, -(-a.size // _BLOCK))
    size = max(1, -(-a.size // (8 * blocks))) * 8  # all about equal, and in whole cache lines
    for start in range(0, a.size, size):
        numbers = given[start : start + size]
        scratch.resize(len(numbers))
        block(numbers, found[start : start + size], scratch)
    return result


def _erfc_block(a: Floats, out: Floats, scratch: _Scratch) -> None:
    """Write erfc(a): exp(-x^2) P(x) / Q(x) with x = |a|, or 2 minus that where a < 0."""
    x = np.abs(a, out=out)
    largest = x.max()
    if not largest <= _ERFC_END:  # or nan; `minimum` takes four times as long as this test
        np.minimum(x, _ERFC_END, out=x)
    scratch.fill(x)
    np.matmul(_ERFC, scratch.powers, out=scratch.sums)
    odd, even = scratch.sums[:2], scratch.sums[2:]
    odd *= x
    odd += even
    result, denominator = odd
    result /= denominator
    square = scratch.squares[0]
    if not largest <= _ERFC_TAIL:
        _store_rounding_of_square(x, square, scratch)
    np.negative(square, out=square)
    result *= np.exp(square, out=square)
    if not largest <= _ERFC_TAIL:
        lost = scratch.powers[0]
        lost *= result
        result -= lost
    np.less(a, 0.0, out=out)  # |0 - result| or |2 - result|: `where` costs more
    out *= 2.0
    out -= result
    np.abs(out, out=out)


def _store_rounding_of_square(x: Floats, square: Floats, scratch: _Scratch) -> None:
    """Write x^2 - square, the rounding error that exp amplifies, into the first row of powers."""
    lost, high, low = scratch.powers[:3]
    high[...] = x.astype(np.float32)  # its own square is exact
    np.multiply(high, high, out=lost)
    lost -= square
    np.subtract(x, high, out=low)  # x^2 = high^2 + (x - high) (x + high)
    high += x
    low *= high
    lost += low


def _erf_block(a: Floats, out: Floats, scratch: _Scratch) -> None:
    """Write erf(a): a P(a^2) / Q(a^2)."""
    np.clip(a, -_ERF_END, _ERF_END, out=out)
    scratch.fill(out)
    np.matmul(_ERF, scratch.powers, out=scratch.sums)
    out *= scratch.sums[0]
    out /= scratch.sums[1]
    np.clip(out, -1.0, 1.0, out=out)
