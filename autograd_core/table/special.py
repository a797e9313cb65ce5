"""Special functions that `math` lacks or guards with exceptions: lgamma and polygamma."""

from __future__ import annotations

import math
from math import inf, nan

# Bernoulli numbers B2, B4, ... B24 (Abramowitz & Stegun, table 23.2): past x = 15 + order the
# asymptotic series ends below one unit in the last place.
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6,
    -3617 / 510, 43867 / 798, -174611 / 330, 854513 / 138, -236364091 / 2730,
)  # fmt: skip


def lgamma(x: float) -> float:
    """Return log|gamma(x)|; +inf at 0, -1, -2, ... and at both infinities.

    >>> round(lgamma(5.0), 12) == round(math.log(24.0), 12), lgamma(-1.0)
    (True, inf)
    """
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return inf


def polygamma(order: int, x: float) -> float:
    """Return the derivative of order `order` >= 0 of digamma, itself order 0, at x.

    At the poles 0, -1, -2, ...: digamma is nan (at 0, infinite with the sign of -x), an odd
    order is inf, an even one nan. Recurrence upward, then the asymptotic series
    (Abramowitz & Stegun 6.3.18, 6.4.11); a negative x by reflection (6.3.7, 6.4.7).

    >>> round(polygamma(0, 1.0), 12), round(polygamma(1, 1.0), 12)
    (-0.577215664902, 1.644934066848)
    """
    if x != x or x == -inf:
        return nan
    if x == inf:
        return inf if order == 0 else 0.0
    if x <= 0.0 and x == math.floor(x):
        if order % 2:
            return inf
        return math.copysign(inf, -x) if x == 0.0 and order == 0 else nan
    if x < 0.0:
        sign = -1.0 if order % 2 else 1.0
        return sign * polygamma(order, 1.0 - x) - math.pi * _cot_derivative(order, x)
    return _digamma(x) if order == 0 else _polygamma(order, x)


def _cot_derivative(order: int, x: float) -> float:
    """Return d^order/dx^order of cot(pi x), as a polynomial in c = cot(pi x): c' = -pi (1 + c²)."""
    coefficients = [0.0, 1.0]
    for _ in range(order):
        slopes = [-math.pi * k * c for k, c in enumerate(coefficients)][1:]
        coefficients = [a + b for a, b in zip([*slopes, 0.0, 0.0], [0.0, 0.0, *slopes])]
    cot = 1.0 / math.tan(math.pi * math.remainder(x, 1.0))
    try:
        result = math.fsum(c * cot**k for k, c in enumerate(coefficients))
    except OverflowError:
        result = nan
    if result == result:
        return result
    # x is next to a pole: the highest power decides
    return math.copysign(inf, coefficients[-1]) * math.copysign(1.0, cot) ** (order + 1)


def _digamma(x: float) -> float:
    result = 0.0
    while x < 15.0:
        result -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = sum(b / (2 * k) * square**k for k, b in enumerate(_BERNOULLI, start=1))
    return result + math.log(x) - 0.5 / x - series


def _polygamma(order: int, x: float) -> float:
    factorial = float(math.factorial(order))
    result = 0.0
    try:
        while x < 15.0 + order:
            result += factorial * x ** -(order + 1)
            x += 1.0
    except OverflowError:  # x is next to the pole at 0
        return inf if order % 2 else -inf
    result += factorial / order * x**-order + 0.5 * factorial * x ** -(order + 1)
    rising = factorial * (order + 1) / 2.0  # (2k + order - 1)! / (2k)! at k = 1
    term = x ** -(order + 2)
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        result += bernoulli * rising * term
        rising *= (2 * k + order) * (2 * k + order + 1) / ((2 * k + 1) * (2 * k + 2))
        term /= x * x
    return result if order % 2 else -result
