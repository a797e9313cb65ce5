"""Floats: FLOAT, the elementary functions on Python's floats, in IEEE arithmetic.

A rule of ops.py takes a kind of number as its first argument `m`: a namespace whose functions have
the names of the rows of the table. FLOAT here and ARRAY (arrays.py) are two of them; Values
(`adjoints.VALUE`) and text (`text.TEXT`) are two more. No function raises for any number: 1/0 is
inf, log(-1) is nan (IEEE 754-2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import inf, nan

from autograd_core.table import special


def _ieee(
    function: Callable[[float], float],
    poles: dict[float, float] | None = None,
    overflow: Callable[[float], float] = lambda a: inf,
) -> Callable[[float], float]:
    """Return `function` with IEEE results where `math` raises: poles, domain errors, overflow."""

    def ieee(a: float) -> float:
        try:
            return function(a)
        except ValueError:
            return poles.get(a, nan) if poles else nan
        except OverflowError:
            return overflow(a)

    return ieee


def _integral(function: Callable[[float], int]) -> Callable[[float], float]:
    """Return a rounding function that returns inf and nan as they are and keeps the sign of 0."""
    return lambda a: math.copysign(function(a), a) if math.isfinite(a) else a


def _float_divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0.0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)


def _float_floor_divide(a: float, b: float) -> float:
    try:
        return a // b
    except ZeroDivisionError:
        return _float_divide(a, b)


def _float_remainder(a: float, b: float) -> float:
    try:
        return a % b
    except ZeroDivisionError:
        return nan


def _float_power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except ValueError:  # 0 to a negative power, or a negative base with a fractional exponent
        if a != 0.0:
            return nan
        return math.copysign(inf, a) if b % 2.0 == 1.0 else inf
    except OverflowError:
        return -inf if a < 0.0 and b % 2.0 == 1.0 else inf


def _float_logaddexp(a: float, b: float) -> float:
    if a == b:  # also inf, inf and -inf, -inf, whose difference is nan
        return a + math.log(2.0)
    small: float = FLOAT.exp(-abs(a - b))
    return max(a, b) + math.log1p(small)


def _float_sigmoid(a: float) -> float:
    if a >= 0.0:
        return 1.0 / (1.0 + math.exp(-a))
    small = math.exp(a)
    return small / (1.0 + small)


class FLOAT:
    """Elementary functions on Python floats.

    >>> FLOAT.divide(1.0, 0.0), FLOAT.log(-1.0), FLOAT.exp(1000.0)
    (inf, nan, inf)
    """

    divide = staticmethod(_float_divide)
    floor_divide = staticmethod(_float_floor_divide)
    remainder = staticmethod(_float_remainder)
    power = staticmethod(_float_power)
    abs = staticmethod(math.fabs)
    exp = staticmethod(_ieee(math.exp))
    exp2 = staticmethod(_ieee(math.exp2))
    expm1 = staticmethod(_ieee(math.expm1))
    log = staticmethod(_ieee(math.log, {0.0: -inf}))
    log2 = staticmethod(_ieee(math.log2, {0.0: -inf}))
    log10 = staticmethod(_ieee(math.log10, {0.0: -inf}))
    log1p = staticmethod(_ieee(math.log1p, {-1.0: -inf}))
    sqrt = staticmethod(_ieee(math.sqrt))
    cbrt = staticmethod(math.cbrt)
    sin = staticmethod(_ieee(math.sin))
    cos = staticmethod(_ieee(math.cos))
    tan = staticmethod(_ieee(math.tan))
    arcsin = staticmethod(_ieee(math.asin))
    arccos = staticmethod(_ieee(math.acos))
    arctan = staticmethod(math.atan)
    arctan2 = staticmethod(math.atan2)
    sinh = staticmethod(_ieee(math.sinh, overflow=lambda a: math.copysign(inf, a)))
    cosh = staticmethod(_ieee(math.cosh))
    tanh = staticmethod(math.tanh)
    arcsinh = staticmethod(math.asinh)
    arccosh = staticmethod(_ieee(math.acosh))
    arctanh = staticmethod(_ieee(math.atanh, {1.0: inf, -1.0: -inf}))
    hypot = staticmethod(math.hypot)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    erfinv = staticmethod(special.erfinv)
    gamma = staticmethod(special.gamma)
    lgamma = staticmethod(special.lgamma)
    polygamma = staticmethod(special.polygamma)
    floor = staticmethod(_integral(math.floor))
    ceil = staticmethod(_integral(math.ceil))
    round = staticmethod(_integral(round))
    sigmoid = staticmethod(_float_sigmoid)
    logaddexp = staticmethod(_float_logaddexp)

    less = staticmethod(lambda a, b: 1.0 if a < b else 0.0)
    less_equal = staticmethod(lambda a, b: 1.0 if a <= b else 0.0)
    greater = staticmethod(lambda a, b: 1.0 if a > b else 0.0)
    greater_equal = staticmethod(lambda a, b: 1.0 if a >= b else 0.0)
    equal = staticmethod(lambda a, b: 1.0 if a == b else 0.0)
    where = staticmethod(lambda condition, a, b: a if condition else b)
    # nan wins, and of 0.0 and -0.0 the second, as in NumPy on x86
    maximum = staticmethod(lambda a, b: a if a > b or a != a else b)
    minimum = staticmethod(lambda a, b: a if a < b or a != a else b)
    sign = staticmethod(lambda a: 1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0)
    total = staticmethod(lambda *xs: sum(xs, 0.0))
    product = staticmethod(lambda *xs: math.prod(xs, start=1.0))
