"""Special functions that `math` lacks or guards with exceptions: gamma's family and erfinv."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from math import inf, nan

# Bernoulli numbers B2, B4, ... B24 (Abramowitz & Stegun, table 23.2): for x >= 15 + order the
# truncated asymptotic series is accurate to one unit in the last place.
_FRACTIONS = (
    (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
    (43867, 798), (-174611, 330), (854513, 138), (-236364091, 2730),
)  # fmt: skip
_BERNOULLI = tuple([above / below for above, below in _FRACTIONS])


# Polynomials, the highest power first, with error 6e-17 for |t| <= 1/2 (tests/core/record_gamma.py)
# digamma(1.5 + t) / (1.5 + t - root), where the root is the sum of two floats
_ROOT, _ROOT_REST = 1.4616321449683622, 9.549995429965697e-17
_DIGAMMA = (
    -8.153978973309418e-05, 0.00012230983055406747, -6.11554261750751e-05,
    9.173383289174792e-05, -0.0002178682145501451, 0.0003268068044141764,
    -0.0004599625144612576, 0.0006899717801166841, -0.001042261556504223,
    0.0015635679757533885, -0.002344650082351321, 0.0035180800751066694, -0.00528001782089874,
    0.007927024067961237, -0.011908215172584002, 0.017907248195969127, -0.02697579684427536,
    0.04076083394462657, -0.06192213327165706, 0.09498872445283, -0.14840492305391761,
    0.24054248424078736, -0.42362742128146047, 0.9510558760318328,
)  # fmt: skip
# lgamma(1.5 + t) / ((t + 0.5) * (t - 0.5))
_LGAMMA = (
    -3.3634106716698643e-06, 5.243347943772127e-06, -3.141701075555155e-06,
    4.939312310674292e-06, -1.1093831935230702e-05, 1.7455601766662794e-05,
    -2.628414257610881e-05, 4.159729145290115e-05, -6.633218881329272e-05,
    0.00010565261976836096, -0.00016889233273334643, 0.00027127400224009565,
    -0.0004379952605342461, 0.0007115224750426455, -0.0011644144679247021,
    0.0019229161306902386, -0.0032120740773551953, 0.005446457844800713,
    -0.009425622448467657, 0.01679709863118352, -0.03130848750101101, 0.06291140107456496,
    -0.14595989591430608, 0.4831289505409809,
)  # fmt: skip
_CANCELLED = 0.3  # a difference smaller than this share of a term is recomputed with more digits

_ASYMPTOTIC = tuple([b / (2 * k) for k, b in enumerate(_BERNOULLI, start=1)])[::-1]


def lgamma(x: float) -> float:
    """Return log|gamma(x)|; +inf at 0, -1, -2, ... and at both infinities.

    >>> round(lgamma(5.0), 12) == round(math.log(24.0), 12), lgamma(-1.0)
    (True, inf)
    """
    if -5.0 < x < 7.0 and x != 0.0:
        return _lgamma(x)
    try:
        result = math.lgamma(x)
    except (ValueError, OverflowError):
        return inf
    if -25.0 < x < 0.0 and abs(result) < _CANCELLED * math.lgamma(1.0 - x):
        return _exact_lgamma(x)
    return result


def _lgamma(x: float) -> float:
    """Return log|gamma(x)| for -5 < x < 7; math.lgamma loses all digits next to the zeros 1, 2."""
    factors, z = 1.0, x - 1.0  # lgamma(x) = lgamma(1 + z) + log(factors), then 0 <= z <= 1
    if x >= 1.0:
        while z > 1.0:
            factors *= z
            z -= 1.0
        return z * (z - 1.0) * _polynomial(_LGAMMA, z - 0.5) + math.log(factors)
    factors = z = x  # lgamma(x) = lgamma(1 + z) - log|factors|
    while z < 0.0:
        z += 1.0
        factors *= z
    if factors == 0.0:
        return inf
    result = z * (z - 1.0) * _polynomial(_LGAMMA, z - 0.5) - math.log(abs(factors))
    return _exact_lgamma(x) if x < 0.0 and abs(result) < 0.1 else result


def gamma(x: float) -> float:
    """Return gamma(x); inf with the sign of x at 0, nan at -1, -2, ... and at -inf.

    >>> gamma(5.0), gamma(-0.0), gamma(1e3), gamma(-1.0)
    (24.0, -inf, inf, nan)
    """
    try:
        return math.gamma(x)
    except ValueError:
        return math.copysign(inf, x) if x == 0.0 else nan
    except OverflowError:
        return inf


def erfinv(x: float) -> float:
    """Return the number whose erf is x; infinite at -1 and 1, nan beyond.

    A first guess with three right digits (Winitzki 2008), refined by Halley's method on erf, or in
    the tail, where erf has lost the digits, on erfc.

    >>> erfinv(0.5), erfinv(1.0), erfinv(2.0)
    (0.4769362762044699, inf, nan)
    """
    size = abs(x)
    if not size < 1.0:
        return math.copysign(inf, x) if size == 1.0 else nan
    if size < 1e-8:  # sqrt(pi) / 2 x (1 + pi x^2 / 12)
        return 0.5 * math.sqrt(math.pi) * x
    log = math.log1p(-size) + math.log1p(size)
    middle = 2.0 / (math.pi * 0.147) + 0.5 * log
    y = math.sqrt(max(math.hypot(middle, math.sqrt(-log / 0.147)) - middle, 0.0))
    for _ in range(3):
        error = math.erf(y) - size if size < 0.5 else (1.0 - size) - math.erfc(y)
        step = error / (2.0 / math.sqrt(math.pi) * math.exp(-y * y))
        y -= step / (1.0 + y * step)
    return math.copysign(y, x)


def polygamma(order: int, x: float) -> float:
    """Return the derivative of digamma at x; `order` 0 is digamma itself.

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
        there = sign * polygamma(order, 1.0 - x)
        result = there - math.pi * _cot_derivative(order, x)
        if order == 0 and abs(result) < _CANCELLED * max(1.0, abs(there)):
            return _exact_digamma(x)
        return result
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


def _polynomial(coefficients: Sequence[float], t: float) -> float:
    result = 0.0
    for coefficient in coefficients:
        result = result * t + coefficient
    return result


def _digamma(x: float) -> float:
    result = 0.0
    if x < 1.0:
        result -= 1.0 / x
        x += 1.0
    if x < 10.0:
        while x > 2.0:
            x -= 1.0
            result += 1.0 / x
        return result + ((x - _ROOT) - _ROOT_REST) * _polynomial(_DIGAMMA, x - 1.5)
    square = 1.0 / (x * x)
    return math.log(x) - 0.5 / x - square * _polynomial(_ASYMPTOTIC, square)


# Next to a zero at negative x the terms of the reflection formula cancel: here it has 45 digits.


def _exact_digamma(x: float) -> float:
    """Return digamma(1 - x) - pi cot(pi x), x < 0."""
    with localcontext(prec=45):
        place = 1 - Decimal(x)
        result = Decimal(0)
        while place < 30:
            result -= 1 / place
            place += 1
        result += place.ln() - 1 / (2 * place)
        square = 1 / (place * place)
        for k, (above, below) in enumerate(_FRACTIONS, start=1):
            result -= square**k * above / (below * 2 * k)
        sine, cosine = _sine_and_cosine(x)
        return float(result - _PI * cosine / sine)


def _exact_lgamma(x: float) -> float:
    """Return log(pi / |sin(pi x)|) - lgamma(1 - x), x < 0."""
    with localcontext(prec=45):
        place, product = 1 - Decimal(x), Decimal(1)
        while place < 30:
            product *= place
            place += 1
        result = (place - Decimal("0.5")) * place.ln() - place + (2 * _PI).ln() / 2
        square = 1 / (place * place)
        for k, (above, below) in enumerate(_FRACTIONS, start=1):
            result += place * square**k * above / (below * 2 * k * (2 * k - 1))
        sine, _ = _sine_and_cosine(x)
        return float((_PI / abs(sine)).ln() - (result - product.ln()))


_PI = Decimal("3.14159265358979323846264338327950288419716939937510582")


def _sine_and_cosine(x: float) -> tuple[Decimal, Decimal]:
    """Return sin(pi x) and cos(pi x), both up to the same sign."""
    angle = _PI * Decimal(math.remainder(x, 1.0))
    term, sums, n = Decimal(1), [Decimal(0), Decimal(0)], 0
    while abs(term) > Decimal("1e-45"):
        sums[n % 2] += -term if n % 4 > 1 else term
        n += 1
        term *= angle / n
    return sums[1], sums[0]


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
