"""The table goes on: rows that are asked for less often, written as those of ops.py are."""

from __future__ import annotations

import math
from typing import Any

from autograd_core.table.op import REAL, row

_POSITIVE = (0.0, math.inf)
_LN2 = math.log(2.0)
_HALF_SQRT_PI = 0.5 * math.sqrt(math.pi)


def _truncated(m: Any, a: Any) -> Any:
    return m.sign(a) * m.floor(m.abs(a))


def _entropy_log(m: Any, a: Any, b: Any) -> Any:
    return m.log(m.where(m.equal(a, 0.0) * m.less_equal(b, 0.0), 1.0, b))


def _sinc(m: Any, t: Any) -> Any:
    """Return sin(t) / t, which is 1 at 0."""
    return m.where(m.equal(t, 0.0), 1.0, m.divide(m.sin(t), m.where(m.equal(t, 0.0), 1.0, t)))


# The series of the derivative of sin(t) / t, the highest power first: 2n / (2n + 1)!
_SINC_SLOPE = tuple([(-1.0) ** n * 2.0 * n / math.factorial(2 * n + 1) for n in range(8, 0, -1)])


def _sinc_slope(m: Any, t: Any) -> Any:
    """Return (cos(t) - sin(t) / t) / t, which cancels next to 0: a series there."""
    near = m.less(m.abs(t), 0.5)
    small, large = m.where(near, t, 0.0), m.where(near, 1.0, t)
    series = 0.0
    for coefficient in _SINC_SLOPE:
        series = series * (small * small) + coefficient
    quotient = m.divide(m.cos(large) - m.divide(m.sin(large), large), large)
    return m.where(near, series * small, quotient)


# fmt: off
# a row reads as mathematics when it stays in one piece
RSQRT = row("rsqrt", lambda m, a: m.divide(1.0, m.sqrt(a)),
            lambda m, y, a: (-0.5 * m.divide(y, a),), domain=(_POSITIVE,), doc="1 / sqrt(x).")
TRUNC = row("trunc", lambda m, a: _truncated(m, a), lambda m, y, a: (0.0,),
            doc="Rounded towards 0.")
FRAC = row("frac", lambda m, a: a - _truncated(m, a), lambda m, y, a: (1.0,),
           doc="What trunc leaves, with the sign of x.")
FMOD = row("fmod", lambda m, a, b: m.sign(a) * m.remainder(m.abs(a), m.abs(b)),
           lambda m, y, a, b: (1.0, -_truncated(m, m.divide(a, b))), arity=2,
           domain=(REAL, _POSITIVE), doc="a - b * trunc(a / b), with the sign of a.")
LOGADDEXP2 = row("logaddexp2",
                 lambda m, a, b: m.maximum(a, b) + (1.0 / _LN2) * m.log1p(
                     m.exp2(-m.abs(m.where(m.equal(a, b), 0.0, a - b)))),
                 lambda m, y, a, b: (m.sigmoid(_LN2 * (a - b)), m.sigmoid(_LN2 * (b - a))),
                 arity=2, doc="log2(2^a + 2^b) without overflow.")
LOGIT = row("logit", lambda m, a: m.log(m.divide(a, 1.0 - a)),
            lambda m, y, a: (m.divide(1.0, a * (1.0 - a)),), domain=((0.0, 1.0),),
            doc="The inverse of sigmoid.")
XLOGY = row("xlogy",
            lambda m, a, b: m.where(m.equal(a, 0.0), m.where(m.equal(b, b), 0.0, b),
                                    a * _entropy_log(m, a, b)),
            lambda m, y, a, b: (
                m.where(m.equal(a, 0.0) * m.less_equal(b, 0.0), 0.0, _entropy_log(m, a, b)),
                m.where(m.equal(a, 0.0), 0.0, m.divide(a, b))),
            arity=2, domain=(REAL, _POSITIVE), doc="a * log(b), 0 where a is 0: entropies.")
SINC = row("sinc", lambda m, a: _sinc(m, math.pi * a),
           lambda m, y, a: (math.pi * _sinc_slope(m, math.pi * a),),
           doc="sin(pi x) / (pi x), 1 at 0.")
ERFINV = row("erfinv", lambda m, a: m.erfinv(a),
             lambda m, y, a: (_HALF_SQRT_PI * m.exp(y * y),), domain=((-1.0, 1.0),),
             doc="The inverse of erf.")
GAMMA = row("gamma", lambda m, a: m.gamma(a), lambda m, y, a: (y * m.polygamma(0, a),),
            domain=(_POSITIVE,), doc="(x - 1)! for whole numbers.")
