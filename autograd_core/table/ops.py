"""The table of primitives: the only place where a derivative is written.

A row is `row(name, value, partials, ...)`. Both rules take a kind of number `m` first (see
floats.py); `partials` takes the output `y` next and returns d y / d operand, one per operand.
So one rule serves floats, arrays, Values (higher derivatives) and text (pictures). Two rules
keep that true: division, powers and comparisons go through `m`, since Python's own raise or give
a bool; and where a branch is chosen, the other one must not overflow (0 * inf is nan).

Conventions: IEEE arithmetic, and PyTorch's subgradients at kinks.
"""

from __future__ import annotations

import math
from functools import lru_cache, reduce
from typing import Any

from autograd_core.table.op import FAMILIES, REAL, Op, row

_POSITIVE = (0.0, math.inf)
_UNIT = (-1.0, 1.0)
_LN2, _LN10 = math.log(2.0), math.log(10.0)
_SQRT_HALF = math.sqrt(0.5)
_TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
_HALF_SQRT_PI = 0.5 * math.sqrt(math.pi)
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
_GELU_SCALE, _GELU_CUBIC = math.sqrt(2.0 / math.pi), 0.044715


def _or_one(m: Any, a: Any) -> Any:
    """Return a, or 1 where a is 0: a divisor that is never 0."""
    return m.where(m.equal(a, 0.0), 1.0, a)


def _direction(m: Any, length: Any, xs: Any) -> tuple[Any, ...]:
    """Return each x / length; at the origin `length`, a 0 whose own derivative is 0 there too."""
    origin, divisor = m.equal(length, 0.0), _or_one(m, length)
    return tuple([m.where(origin, length, m.divide(x, divisor)) for x in xs])


def _or_zero(m: Any, square: Any, a: Any) -> Any:
    """Return a / square, or 0 where `square` is 0; that 0 is computed, not literal (choices.py)."""
    return m.where(m.equal(square, 0.0), square, m.divide(a, square))


def _one_minus_square(m: Any, a: Any) -> Any:
    """Return 1 - a²; for 0.5 < |a| < 1 as (1 - a) (1 + a), exact factors where a * a is rounded.

    Elsewhere not: their derivatives cancel next to 0, and give 0 * inf at 1 under a root.
    """
    next_to_1 = m.less(m.abs(m.abs(a) - 0.75), 0.25)
    return m.where(next_to_1, (1.0 - a) * (1.0 + a), 1.0 - a * a)


def _truncated(m: Any, a: Any) -> Any:
    return m.sign(a) * m.floor(m.abs(a))


def _no_entropy(m: Any, a: Any, b: Any) -> Any:
    """Return whether a * log(b) is 0 times an undefined or infinite logarithm."""
    return m.equal(a, 0.0) * m.less_equal(b, 0.0)


def _entropy_base(m: Any, a: Any, b: Any) -> Any:
    return m.where(_no_entropy(m, a, b), 1.0, b)


def _half_turns(m: Any, a: Any) -> tuple[Any, Any]:
    """Return s and t with sin(pi a) = s sin(t) and |t| <= pi / 2, exact for large a too."""
    whole = m.round(a)
    return 1.0 - 2.0 * m.remainder(whole, 2.0), math.pi * (a - whole)


def _sinc(m: Any, a: Any) -> Any:
    """Return sin(pi a) / (pi a), which is 1 at 0."""
    sign, angle = _half_turns(m, a)
    at_zero = m.equal(a, 0.0)
    return m.where(at_zero, 1.0, m.divide(sign * m.sin(angle), math.pi * m.where(at_zero, 1.0, a)))


# The series of the derivative of sin(t) / t, the highest power first: 2n / (2n + 1)!
_SINC_SLOPE = tuple([(-1.0) ** n * 2.0 * n / math.factorial(2 * n + 1) for n in range(8, 0, -1)])


def _sinc_slope(m: Any, a: Any) -> Any:
    """Return (cos(pi a) - sinc(a)) / a; next to 0, where that cancels, by a series."""
    near = m.less(m.abs(a), 0.16)
    small, large = math.pi * m.where(near, a, 0.1), m.where(near, 1.0, a)  # see choices.py
    series = 0.0
    for coefficient in _SINC_SLOPE:
        series = series * (small * small) + coefficient
    sign, angle = _half_turns(m, large)
    quotient = m.divide(sign * m.cos(angle) - _sinc(m, large), large)
    return m.where(near, math.pi * series * small, quotient)


# fmt: off
# a row reads as mathematics when it stays in one piece
# ---- arithmetic ---------------------------------------------------------------------------

ADD = row("add", lambda m, a, b: a + b, lambda m, y, a, b: (1.0, 1.0), arity=2, infix="+")
SUBTRACT = row("subtract", lambda m, a, b: a - b, lambda m, y, a, b: (1.0, -1.0),
               arity=2, infix="-")
MULTIPLY = row("multiply", lambda m, a, b: a * b, lambda m, y, a, b: (b, a), arity=2, infix="*")
DIVIDE = row("divide", lambda m, a, b: m.divide(a, b),
             lambda m, y, a, b: (m.divide(1.0, b), -m.divide(y, b)),
             arity=2, infix="/", domain=(REAL, _POSITIVE))
FLOOR_DIVIDE = row("floor_divide", lambda m, a, b: m.floor_divide(a, b),
                   lambda m, y, a, b: (0.0, 0.0), arity=2, infix="//",
                   domain=(REAL, _POSITIVE), doc="Quotient rounded down.")
REMAINDER = row("remainder", lambda m, a, b: m.remainder(a, b),
                lambda m, y, a, b: (1.0, -m.floor_divide(a, b)), arity=2, infix="%",
                domain=(REAL, _POSITIVE), doc="a - b * floor(a / b), with the sign of b.")
FMOD = row("fmod", lambda m, a, b: m.sign(a) * m.remainder(m.abs(a), m.abs(b)),
           lambda m, y, a, b: (1.0, -_truncated(m, m.divide(a, b))), arity=2,
           domain=(REAL, _POSITIVE), doc="a - b * trunc(a / b), with the sign of a.")
POWER = row("power", lambda m, a, b: m.power(a, b),
            lambda m, y, a, b: (
                m.where(m.equal(b, 0.0) * (1.0 - m.greater(m.abs(a), 0.0)), 0.0,
                        b * m.power(a, b - 1.0)),
                y * m.log(m.where(m.equal(a, 0.0) * m.greater_equal(b, 0.0), 1.0, a))),
            arity=2, infix="**", domain=(_POSITIVE, REAL))


def _power(m: Any, a: Any, exponent: float) -> Any:
    """Return a power: x**0.5 is the square root at -inf and -0.0 too, as in NumPy and PyTorch."""
    return m.sqrt(a) if exponent == 0.5 else m.power(a, exponent)


@lru_cache(maxsize=4096)
def power_constant(exponent: float) -> Op:
    """Return the one-operand primitive `x ** exponent`: a negative base never meets log.

    >>> from autograd_core.table import FLOAT
    >>> power_constant(3.0).partials(FLOAT, -8.0, -2.0)
    (12.0,)
    """
    return Op(
        "power_constant",
        lambda m, a: _power(m, a, exponent),
        lambda m, y, a: (exponent * _power(m, a, exponent - 1.0) if exponent else 0.0,),
        symbol=f"**{exponent:g}",
        domain=(REAL if exponent >= 1.0 and exponent.is_integer() else _POSITIVE,),
        doc="x to a constant power.",
        constants=(exponent,),
    )


NEGATIVE = row("negative", lambda m, a: -a, lambda m, y, a: (-1.0,), symbol="neg")
POSITIVE = row("positive", lambda m, a: +a, lambda m, y, a: (1.0,), symbol="pos")
STOP_GRADIENT = row("stop_gradient", lambda m, a: +a, lambda m, y, a: (0.0,),
                    doc="The number; no gradient flows through it (JAX's name).")
ABS = row("abs", lambda m, a: m.abs(a), lambda m, y, a: (m.sign(a),))
SQUARE = row("square", lambda m, a: a * a, lambda m, y, a: (2.0 * a,))
RECIPROCAL = row("reciprocal", lambda m, a: m.divide(1.0, a), lambda m, y, a: (-y * y,),
                 domain=(_POSITIVE,))
SQRT = row("sqrt", lambda m, a: m.sqrt(a), lambda m, y, a: (m.divide(0.5, y),),
           domain=(_POSITIVE,))
RSQRT = row("rsqrt", lambda m, a: m.divide(1.0, m.sqrt(a)),
            lambda m, y, a: (-0.5 * m.divide(y, a),), domain=(_POSITIVE,), doc="1 / sqrt(x).")
CBRT = row("cbrt", lambda m, a: m.cbrt(a), lambda m, y, a: (m.divide(1.0, 3.0 * y * y),),
           domain=(_POSITIVE,))

# ---- comparison and choice: 1 for true, 0 for false, derivative 0 --------------------------

LESS = row("less", lambda m, a, b: m.less(a, b), lambda m, y, a, b: (0.0, 0.0),
           arity=2, infix="<")
LESS_EQUAL = row("less_equal", lambda m, a, b: m.less_equal(a, b),
                 lambda m, y, a, b: (0.0, 0.0), arity=2, infix="<=")
GREATER = row("greater", lambda m, a, b: m.greater(a, b), lambda m, y, a, b: (0.0, 0.0),
              arity=2, infix=">")
GREATER_EQUAL = row("greater_equal", lambda m, a, b: m.greater_equal(a, b),
                    lambda m, y, a, b: (0.0, 0.0), arity=2, infix=">=")
EQUAL = row("equal", lambda m, a, b: m.equal(a, b), lambda m, y, a, b: (0.0, 0.0),
            arity=2, infix="==")
WHERE = row("where", lambda m, condition, a, b: m.where(condition, a, b),
            lambda m, y, condition, a, b: (
                0.0, m.where(condition, 1.0, 0.0), m.where(condition, 0.0, 1.0)),
            arity=3, doc="a where the condition is not 0, else b.")
MAXIMUM = row("maximum", lambda m, a, b: m.maximum(a, b),
              lambda m, y, a, b: (m.where(m.equal(a, b), 0.5, 1.0 - m.less(a, b)),
                                  m.where(m.equal(a, b), 0.5, 1.0 - m.less(b, a))),
              arity=2, doc="The larger; a tie shares the gradient equally.")
MINIMUM = row("minimum", lambda m, a, b: m.minimum(a, b),
              lambda m, y, a, b: (m.where(m.equal(a, b), 0.5, 1.0 - m.greater(a, b)),
                                  m.where(m.equal(a, b), 0.5, 1.0 - m.greater(b, a))),
              arity=2, doc="The smaller; a tie shares the gradient equally.")
CLIP = row("clip", lambda m, a, min, max: m.minimum(m.maximum(a, min), max),
           lambda m, y, a, min, max: (
               m.greater_equal(a, min) * m.less_equal(a, max),
               m.less(a, min) * m.less(min, max),
               1.0 - (1.0 - m.greater(a, max)) * (1.0 - m.less(max, min))),
           arity=3, defaults=(-math.inf, math.inf),
           doc="a limited to min..max; both ends count as inside.")

# ---- exponentials and logarithms -----------------------------------------------------------

EXP = row("exp", lambda m, a: m.exp(a), lambda m, y, a: (y,))
EXP2 = row("exp2", lambda m, a: m.exp2(a), lambda m, y, a: (y * _LN2,))
EXPM1 = row("expm1", lambda m, a: m.expm1(a), lambda m, y, a: (m.exp(a),),
            doc="exp(x) - 1, exact near 0.")
LOG = row("log", lambda m, a: m.log(a), lambda m, y, a: (m.divide(1.0, a),), domain=(_POSITIVE,))
LOG2 = row("log2", lambda m, a: m.log2(a), lambda m, y, a: (m.divide(1.0, a * _LN2),),
           domain=(_POSITIVE,))
LOG10 = row("log10", lambda m, a: m.log10(a), lambda m, y, a: (m.divide(1.0, a * _LN10),),
            domain=(_POSITIVE,))
LOG1P = row("log1p", lambda m, a: m.log1p(a), lambda m, y, a: (m.divide(1.0, 1.0 + a),),
            domain=((-1.0, math.inf),), doc="log(1 + x), exact near 0.")
LOGADDEXP = row("logaddexp", lambda m, a, b: m.logaddexp(a, b),
                lambda m, y, a, b: (m.sigmoid(a - b), m.sigmoid(b - a)),
                arity=2, doc="log(exp(a) + exp(b)) without overflow.")
LOGADDEXP2 = row("logaddexp2",
                 lambda m, a, b: m.maximum(a, b) + (1.0 / _LN2) * m.log1p(
                     m.exp2(-m.abs(m.where(m.equal(a, b), 0.0, a - b)))),
                 lambda m, y, a, b: (m.sigmoid(_LN2 * (a - b)), m.sigmoid(_LN2 * (b - a))),
                 arity=2, doc="log2(2^a + 2^b) without overflow.")
LOGIT = row("logit", lambda m, a: m.log(m.divide(a, 1.0 - a)),
            lambda m, y, a: (m.divide(1.0, a) + m.divide(1.0, 1.0 - a),), domain=((0.0, 1.0),),
            doc="The inverse of sigmoid.")
XLOGY = row("xlogy",
            lambda m, a, b: m.where(m.equal(a, 0.0), m.where(m.equal(b, b), 0.0, b),
                                    a * m.log(_entropy_base(m, a, b))),
            lambda m, y, a, b: (
                m.where(_no_entropy(m, a, b), 0.0, m.log(_entropy_base(m, a, b))),
                m.where(_no_entropy(m, a, b), 0.0, m.divide(a, _entropy_base(m, a, b)))),
            arity=2, domain=(REAL, _POSITIVE), doc="a * log(b), 0 where a is 0: entropies.")

# ---- trigonometric and hyperbolic ----------------------------------------------------------

SIN = row("sin", lambda m, a: m.sin(a), lambda m, y, a: (m.cos(a),))
COS = row("cos", lambda m, a: m.cos(a), lambda m, y, a: (-m.sin(a),))
TAN = row("tan", lambda m, a: m.tan(a), lambda m, y, a: (1.0 + y * y,),
          domain=((-math.pi / 2, math.pi / 2),))
ARCSIN = row("arcsin", lambda m, a: m.arcsin(a),
             lambda m, y, a: (m.divide(1.0, m.sqrt(_one_minus_square(m, a))),), domain=(_UNIT,))
ARCCOS = row("arccos", lambda m, a: m.arccos(a),
             lambda m, y, a: (-m.divide(1.0, m.sqrt(_one_minus_square(m, a))),), domain=(_UNIT,))
ARCTAN = row("arctan", lambda m, a: m.arctan(a), lambda m, y, a: (m.divide(1.0, 1.0 + a * a),))
ARCTAN2 = row("arctan2", lambda m, a, b: m.arctan2(a, b),
              lambda m, y, a, b: (
                  _or_zero(m, a * a + b * b, b), -_or_zero(m, a * a + b * b, a)),
              arity=2, domain=(REAL, _POSITIVE), doc="Angle of the point (x=b, y=a), in radians.")
HYPOT = row("hypot", lambda m, a, b: m.hypot(a, b),
            lambda m, y, a, b: (m.divide(a, y), m.divide(b, y)), arity=2, domain=(_POSITIVE, REAL))
SINH = row("sinh", lambda m, a: m.sinh(a), lambda m, y, a: (m.cosh(a),))
COSH = row("cosh", lambda m, a: m.cosh(a), lambda m, y, a: (m.sinh(a),))
TANH = row("tanh", lambda m, a: m.tanh(a), lambda m, y, a: (1.0 - y * y,))
ARCSINH = row("arcsinh", lambda m, a: m.arcsinh(a),
              lambda m, y, a: (m.divide(1.0, m.hypot(a, 1.0)),))
ARCCOSH = row("arccosh", lambda m, a: m.arccosh(a),
              lambda m, y, a: (m.divide(m.divide(1.0, m.sqrt(a - 1.0)), m.sqrt(a + 1.0)),),
              domain=((1.0, math.inf),))
ARCTANH = row("arctanh", lambda m, a: m.arctanh(a),
              lambda m, y, a: (m.divide(1.0, _one_minus_square(m, a)),), domain=(_UNIT,))
SINC = row("sinc", lambda m, a: _sinc(m, a), lambda m, y, a: (_sinc_slope(m, a),),
           doc="sin(pi x) / (pi x), 1 at 0.")

# ---- special functions ---------------------------------------------------------------------

ERF = row("erf", lambda m, a: m.erf(a), lambda m, y, a: (_TWO_OVER_SQRT_PI * m.exp(-a * a),),
          doc="Error function (Abramowitz & Stegun 7.1.1).")
ERFC = row("erfc", lambda m, a: m.erfc(a), lambda m, y, a: (-_TWO_OVER_SQRT_PI * m.exp(-a * a),),
           doc="1 - erf(x), exact for large x.")
ERFINV = row("erfinv", lambda m, a: m.erfinv(a),
             lambda m, y, a: (_HALF_SQRT_PI * m.exp(y * y),), domain=((-1.0, 1.0),),
             doc="The inverse of erf.")


@lru_cache(maxsize=64)
def polygamma_constant(order: float) -> Op:
    """Return the primitive polygamma(order, x): its derivative is the next order.

    >>> power_constant(2.0).symbol, polygamma_constant(1.0).symbol
    ('**2', 'polygamma1')
    """
    return Op(
        "polygamma",
        lambda m, a: m.polygamma(int(order), a),
        lambda m, y, a: (m.polygamma(int(order) + 1, a),),
        symbol=f"polygamma{order:g}",
        domain=(_POSITIVE,),
        doc="Derivative of digamma (Abramowitz & Stegun 6.4.1).",
        constants=(order,),
    )


GAMMA = row("gamma", lambda m, a: m.gamma(a), lambda m, y, a: (y * m.polygamma(0, a),),
            domain=(_POSITIVE,), doc="(x - 1)! for whole numbers.")
LGAMMA = row("lgamma", lambda m, a: m.lgamma(a), lambda m, y, a: (m.polygamma(0, a),),
             domain=(_POSITIVE,), doc="log|gamma(x)|.")
DIGAMMA = row("digamma", lambda m, a: m.polygamma(0, a), lambda m, y, a: (m.polygamma(1, a),),
              domain=(_POSITIVE,), doc="Derivative of lgamma (Abramowitz & Stegun 6.3.1).")

# ---- rounding: derivative 0 ----------------------------------------------------------------

FLOOR = row("floor", lambda m, a: m.floor(a), lambda m, y, a: (0.0,))
CEIL = row("ceil", lambda m, a: m.ceil(a), lambda m, y, a: (0.0,))
ROUND = row("round", lambda m, a: m.round(a), lambda m, y, a: (0.0,),
            doc="Ties to even.")
TRUNC = row("trunc", lambda m, a: _truncated(m, a), lambda m, y, a: (0.0,),
            doc="Rounded towards 0.")
FRAC = row("frac", lambda m, a: a - _truncated(m, a), lambda m, y, a: (1.0,),
           doc="x - trunc(x), with the sign of x.")
SIGN = row("sign", lambda m, a: m.sign(a), lambda m, y, a: (0.0,),
           doc="-1, 0 or 1; 0 for nan.")
HEAVISIDE = row("heaviside",
                lambda m, a, at_zero: m.where(m.equal(a, 0.0), at_zero, m.greater(a, 0.0)),
                lambda m, y, a, at_zero: (0.0, m.equal(a, 0.0)), arity=2, defaults=(1.0,),
                doc="0 below 0, 1 above, and at_zero at 0.")
STEP = row("step", lambda m, a: m.greater_equal(a, 0.0), lambda m, y, a: (0.0,),
           doc="Threshold unit: 1 from 0 on, else 0 (McCulloch & Pitts 1943).")

# ---- activation functions ------------------------------------------------------------------

RELU = row("relu", lambda m, a: m.maximum(a, 0.0), lambda m, y, a: (1.0 - m.less_equal(a, 0.0),),
           symbol="ReLU", doc="max(x, 0) (Glorot, Bordes & Bengio 2011).")
LEAKY_RELU = row("leaky_relu",
                 lambda m, a, negative_slope: m.where(m.greater(a, 0.0), a, negative_slope * a),
                 lambda m, y, a, negative_slope: (
                     m.where(m.greater(a, 0.0), 1.0, negative_slope),
                     m.where(m.greater(a, 0.0), 0.0, a)), arity=2, defaults=(0.01,),
                 doc="x above 0, negative_slope * x below (Maas et al. 2013; learned: PReLU).")


def _below(m: Any, a: Any) -> Any:
    """Return a where it is below 0, else 0, so that its exp cannot overflow."""
    return m.where(m.less(a, 0.0), a, 0.0)


ELU = row("elu",
          lambda m, a, alpha: m.where(m.less(a, 0.0), alpha * m.expm1(_below(m, a)), a),
          lambda m, y, a, alpha: (
              m.where(m.less_equal(a, 0.0), alpha * m.exp(_below(m, a)), 1.0),
              m.expm1(m.where(m.less_equal(a, 0.0), a, 0.0))),
          arity=2, defaults=(1.0,),
          doc="x above 0, alpha * (exp(x) - 1) below (Clevert et al. 2016).")
SELU = row("selu",
           lambda m, a: _SELU_SCALE * m.where(
               m.less(a, 0.0), _SELU_ALPHA * m.expm1(_below(m, a)), a),
           lambda m, y, a: (_SELU_SCALE * m.where(
               m.less_equal(a, 0.0), _SELU_ALPHA * m.exp(_below(m, a)), 1.0),),
           doc="ELU scaled to keep mean 0 and variance 1 (Klambauer et al. 2017).")
SIGMOID = row("sigmoid", lambda m, a: m.sigmoid(a), lambda m, y, a: (y * (1.0 - y),),
              doc="1 / (1 + exp(-x)).")
SOFTPLUS = row("softplus",
               lambda m, a: m.maximum(a, 0.0) + m.log1p(m.exp(-m.abs(a))),
               lambda m, y, a: (m.sigmoid(a),), doc="log(1 + exp(x)) without overflow.")
LOG_SIGMOID = row("log_sigmoid",
                  lambda m, a: m.minimum(a, 0.0) - m.log1p(m.exp(-m.abs(a))),
                  lambda m, y, a: (m.sigmoid(-a),), doc="log(sigmoid(x)) without underflow.")
SILU = row("silu", lambda m, a: a * m.sigmoid(a),
           lambda m, y, a: (m.sigmoid(a) * (1.0 + a * m.sigmoid(-a)),),
           doc="x * sigmoid(x), also swish (Elfwing et al. 2018).")
GELU = row("gelu", lambda m, a: 0.5 * a * m.erfc(-_SQRT_HALF * a),
           lambda m, y, a: (0.5 * m.erfc(-_SQRT_HALF * a)
                            + a * (0.5 * _GELU_SCALE * m.exp(-0.5 * a * a)),),
           doc="x * Phi(x), Phi the normal distribution (Hendrycks & Gimpel 2016).")


def _gelu_near(m: Any, a: Any) -> Any:
    """Return a limited to -40..40; beyond, `_gelu_share` is 0 or 1, and a * a may overflow."""
    return m.minimum(m.maximum(a, -40.0), 40.0)


def _gelu_share(m: Any, a: Any) -> Any:
    """Return (1 + tanh(u)) / 2 as sigmoid(2u), which keeps its digits where tanh rounds to -1."""
    return m.sigmoid(2.0 * _GELU_SCALE * a * (1.0 + _GELU_CUBIC * a * a))


def _gelu_tanh_slope(m: Any, a: Any) -> Any:
    share = _gelu_share(m, a)
    slope = 2.0 * _GELU_SCALE * (1.0 + 3.0 * _GELU_CUBIC * a * a)  # of 2u
    return share * (1.0 + a * (1.0 - share) * slope)


GELU_TANH = row("gelu_tanh", lambda m, a: a * _gelu_share(m, _gelu_near(m, a)),
                lambda m, y, a: (_gelu_tanh_slope(m, _gelu_near(m, a)),),
                doc="GELU by tanh (Hendrycks & Gimpel 2016, section 2).")


def gelu_row(approximate: str | bool) -> Op:
    """Return GELU for "none" (PyTorch's word) or False (Keras's), its approximation for the others.

    Raises:
        ValueError: If it is neither "none" nor "tanh", True nor False.

    >>> gelu_row("tanh").name, gelu_row(False).name
    ('gelu_tanh', 'gelu')
    """
    for op, words in ((GELU, ("none", False)), (GELU_TANH, ("tanh", True))):
        if approximate in words:
            return op
    raise ValueError(f"gelu's approximate is 'none' or 'tanh', False or True, got {approximate!r}")


def _mish_gate(m: Any, a: Any) -> tuple[Any, Any]:
    """Return t = tanh(softplus(a)) and 1 - t², without |a|, which has no derivative at 0.

    Beyond 350, where exp(2a) overflows, they are 1 and 0.
    """
    power = m.exp(m.minimum(a, 350.0))
    above = power * (power + 2.0)
    below = above + 2.0
    return m.divide(above, below), m.divide(above + 1.0, below) * m.divide(4.0, below)


def _mish_slope(m: Any, a: Any) -> Any:
    gate, rest = _mish_gate(m, a)
    return gate + m.minimum(a, 350.0) * m.sigmoid(a) * rest


MISH = row("mish", lambda m, a: a * _mish_gate(m, a)[0], lambda m, y, a: (_mish_slope(m, a),),
           doc="x * tanh(softplus(x)) (Misra 2019).")
SOFTSIGN = row("softsign", lambda m, a: m.divide(a, 1.0 + m.abs(a)),
               lambda m, y, a: (m.divide(1.0, (1.0 + m.abs(a)) * (1.0 + m.abs(a))),),
               doc="x / (1 + |x|).")

# ---- any number of operands ----------------------------------------------------------------


def _others(m: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return, for each x, the product of the others: of those before it times of those after."""
    before, after = [1.0], [1.0]
    for x in xs[:-1]:
        before.append(before[-1] * x)
    for x in xs[:0:-1]:
        after.append(after[-1] * x)
    return tuple(left * right for left, right in zip(before, reversed(after), strict=True))


def _largest(m: Any, xs: tuple[Any, ...]) -> Any:
    """Return the largest x: the shift that keeps exp in range."""
    return reduce(m.maximum, xs)


def _ties(m: Any, y: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return, for each x, 0 if it differs from y, else 1 / (number of operands equal to y)."""
    equal = [m.equal(x, y) for x in xs]
    count = m.total(*equal)
    share, none = m.divide(1.0, count), m.divide(0.0, count)  # both nan where there is nan
    return tuple([m.where(same, share, none) for same in equal])


def _exponentials(m: Any, xs: tuple[Any, ...], shift: Any) -> Any:
    return m.total(*(m.exp(x - shift) for x in xs))


def _softmax(m: Any, numerators: tuple[Any, ...], xs: tuple[Any, ...]) -> list[Any]:
    if "softmax" in getattr(m, "words", ()):  # a text of the formula would be too long to read
        return [m.softmax(a) for a in numerators]
    largest = _largest(m, xs)
    powers = [m.exp(x - largest) for x in xs]
    shares = powers if numerators is xs else [m.exp(a - largest) for a in numerators]
    total = m.total(*powers)
    return [m.divide(share, total) for share in shares]


def _log_softmax(m: Any, a: Any, xs: tuple[Any, ...]) -> Any:
    largest = _largest(m, xs)
    return (a - largest) - m.log(_exponentials(m, xs, largest))


def _logsumexp(m: Any, xs: tuple[Any, ...]) -> Any:
    largest = _largest(m, xs)
    result = largest + m.log(_exponentials(m, xs, largest))  # the same sum as in softmax
    return m.where(m.equal(result, result), result, largest)  # nan where the largest is infinite


TOTAL = row("total", lambda m, *xs: m.total(*xs), lambda m, y, *xs: (1.0,) * len(xs),
            arity=None, symbol="sum", doc="Sum of all operands.")
MEAN = row("mean", lambda m, *xs: m.total(*xs) * (1.0 / len(xs)),
           lambda m, y, *xs: (1.0 / len(xs),) * len(xs), arity=None)
DOT = row("dot",
          lambda m, *xs: m.total(
              *(a * b for a, b in zip(xs[: len(xs) // 2], xs[len(xs) // 2 :], strict=True))),
          lambda m, y, *xs: (*xs[len(xs) // 2 :], *xs[: len(xs) // 2]),
          arity=None, doc="Sum of products: the operands are x1..xn, then y1..yn.")
PRODUCT = row("product", lambda m, *xs: m.product(*xs), lambda m, y, *xs: _others(m, xs),
              arity=None, doc="Product of all operands; right when some are 0.")
AMAX = row("amax", lambda m, *xs: reduce(m.maximum, xs), lambda m, y, *xs: _ties(m, y, xs),
           arity=None, doc="The largest; a tie of several shares the gradient equally.")
AMIN = row("amin", lambda m, *xs: reduce(m.minimum, xs), lambda m, y, *xs: _ties(m, y, xs),
           arity=None, doc="The smallest; a tie of several shares the gradient equally.")
LOGSUMEXP = row("logsumexp", lambda m, *xs: _logsumexp(m, xs),
                lambda m, y, *xs: tuple(_softmax(m, xs, xs)), arity=None,
                doc="log(sum(exp(x))), shifted by max(x) so that exp cannot overflow.")
SOFTMAX = row("softmax", lambda m, a, *xs: _softmax(m, (a,), xs)[0],
              lambda m, y, a, *xs: (y, *(-y * p for p in _softmax(m, xs, xs))), arity=None,
              doc="exp(a) / sum(exp(x)): the operands are one of the x, then all of them.")
LOG_SOFTMAX = row("log_softmax", lambda m, a, *xs: _log_softmax(m, a, xs),
                  lambda m, y, a, *xs: (1.0, *(-p for p in _softmax(m, xs, xs))), arity=None,
                  doc="log(softmax): the operands are one of the x, then all of them.")
NORM = row("norm", lambda m, *xs: m.sqrt(m.total(*(x * x for x in xs))),
           lambda m, y, *xs: _direction(m, y, xs),
           arity=None, doc="Euclidean length; subgradient 0 at the origin.")

FAMILIES["power_constant"] = power_constant
FAMILIES["polygamma"] = polygamma_constant
