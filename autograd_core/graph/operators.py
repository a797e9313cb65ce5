"""Operators: the operators and methods of a Value, one line per operation of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autograd_core.graph.node import N, Node
from autograd_core.graph.recording import (
    apply,
    comparison,
    documented,
    infix,
    method,
    named_as,
    reflected,
    unary,
    variadic,
)
from autograd_core.table import NUMBERS, ops, polygamma_constant

# Methods whose arguments differ from the operands of their row.


@named_as(ops.POWER)
def _power(self: N, exponent: N | float) -> N:
    """Return the power; a plain number as exponent makes a node with one parent."""
    if isinstance(exponent, NUMBERS):
        return apply(ops.power_constant(float(exponent)), self)
    if hasattr(exponent, "flat"):  # a NumPy array: its __rpow__ is next
        return NotImplemented  # type: ignore[no-any-return]
    return apply(ops.POWER, self, exponent)


def _add(self: N, b: N | float, *, alpha: N | float = 1.0) -> N:
    return apply(ops.ADD, self, _times(self, alpha, b))


def _subtract(self: N, b: N | float, *, alpha: N | float = 1.0) -> N:
    return apply(ops.SUBTRACT, self, _times(self, alpha, b))


def _times(node: N, alpha: N | float, b: N | float) -> N | float:
    return b if alpha == 1.0 else apply(ops.MULTIPLY, node.operand(alpha), b)


def _divide(self: N, b: N | float, *, rounding_mode: str | None = None) -> N:
    if rounding_mode == "floor":
        return apply(ops.FLOOR_DIVIDE, self, b)
    quotient = apply(ops.DIVIDE, self, b)
    if rounding_mode not in (None, "trunc"):
        raise ValueError(f"rounding_mode is None, 'trunc' or 'floor', got {rounding_mode!r}")
    return apply(ops.TRUNC, quotient) if rounding_mode else quotient


def _logit(self: N, eps: float | None = None) -> N:
    """Return the inverse of sigmoid; `eps` (PyTorch) limits the number to eps..1 - eps before."""
    return apply(ops.LOGIT, self if eps is None else apply(ops.CLIP, self, eps, 1.0 - eps))


@named_as(ops.WHERE)
def _where(self: N, condition: N | float, other: N | float) -> N:
    """Return this number where the condition is not 0, else the other (as in PyTorch)."""
    return apply(ops.WHERE, condition, self, other)


@named_as(ops.GELU)
def _gelu(self: N, approximate: str | bool = "none") -> N:
    """Return x * Phi(x), Phi the normal distribution; or its approximation by tanh.

    Raises:
        ValueError: If `approximate` is no word of `ops.gelu_row`.
    """
    return apply(ops.gelu_row(approximate), self)


def _polygamma(self: N, n: int) -> N:
    """Return the derivative of order n of digamma (PyTorch's argument)."""
    return apply(polygamma_constant(float(n)), self)


def _divmod(self: N, other: N | float) -> tuple[N, N]:
    """Return quotient rounded down and remainder, as divmod does."""
    return apply(ops.FLOOR_DIVIDE, self, other), apply(ops.REMAINDER, self, other)


def _reflected_divmod(self: N, other: N | float) -> tuple[N, N]:
    return apply(ops.FLOOR_DIVIDE, other, self), apply(ops.REMAINDER, other, self)


def _rounded(self: N, decimals: int | None = None, out: None = None) -> N:
    """Return the number rounded, ties to even; its derivative is 0.

    >>> from autograd_core import Value
    >>> round(Value(3.14159), 2)
    Value(data=3.14, grad=0.0)
    """
    if decimals is None:
        return apply(ops.ROUND, self)
    if abs(decimals) > 308:  # 10 ** decimals is no float
        return self if decimals > 0 else apply(ops.MULTIPLY, self, 0.0)
    scale = 10.0**decimals
    scaled = apply(ops.MULTIPLY, self, scale)
    rounded = apply(ops.DIVIDE, apply(ops.ROUND, scaled), scale)
    # beyond 2**52 floats have no such digits: the number is returned as it is
    coarse = apply(ops.GREATER_EQUAL, apply(ops.ABS, scaled), 2.0**52)
    return apply(ops.WHERE, coarse, apply(ops.STOP_GRADIENT, self), rounded)


def _radians(self: N) -> N:
    """Return an angle in degrees in radians (NumPy's deg2rad)."""
    return apply(ops.MULTIPLY, self, math.pi / 180.0)


def _degrees(self: N) -> N:
    """Return an angle in radians in degrees (NumPy's rad2deg)."""
    return apply(ops.MULTIPLY, self, 180.0 / math.pi)


def _clip(self: N, *limits: N | float, out: object = None, **named: N | float) -> N:
    # np.clip(value, low, high) calls this with out=None; if it raised, NumPy would compare plain
    # objects and return the limit itself, an int without gradient
    if out is not None:
        raise TypeError(f"clip returns a new Value, got out={out!r:.60}; call it without out=")
    return apply(ops.CLIP, self, *limits, **named)


_mean_of = variadic(ops.MEAN)


def _mean(self: N, *others: N | float, **numpy_options: object) -> N:
    # np.mean(value) calls this with axis, dtype and out
    _refuse_options(numpy_options)
    return _mean_of.__get__(self, type(self))(*others)


def _var(self: N, *, ddof: float = 0, **numpy_options: object) -> N:
    """Return the variance of one number, for np.var: 0, or nan for ddof=1."""
    _refuse_options(numpy_options)
    off = apply(ops.SUBTRACT, self, self)
    return apply(ops.DIVIDE, apply(ops.SQUARE, off), 1.0 - ddof)


def _std(self: N, *, ddof: float = 0, **numpy_options: object) -> N:
    """Return the standard deviation of one number, for np.std."""
    # the variance is 0 or nan, so its norm equals its square root, but has slope 0 at 0
    return apply(ops.NORM, _var(self, ddof=ddof, **numpy_options))


def _refuse_options(numpy_options: Mapping[str, object]) -> None:
    given = [n for n, option in numpy_options.items() if option is not None and option is not False]
    if given:
        raise TypeError(f"a Value is one number and takes no {', '.join(given)}=; leave it out")


class Operators(Node):
    """The operators and methods of Value; the mathematics of each is the row of ops.py it names."""

    __slots__ = ()

    __add__, __radd__ = infix(ops.ADD), reflected(ops.ADD)
    __sub__, __rsub__ = infix(ops.SUBTRACT), reflected(ops.SUBTRACT)
    __mul__, __rmul__ = infix(ops.MULTIPLY), reflected(ops.MULTIPLY)
    __truediv__, __rtruediv__ = infix(ops.DIVIDE), reflected(ops.DIVIDE)
    __floordiv__, __rfloordiv__ = infix(ops.FLOOR_DIVIDE), reflected(ops.FLOOR_DIVIDE)
    __mod__, __rmod__ = infix(ops.REMAINDER), reflected(ops.REMAINDER)
    __pow__, __rpow__ = _power, reflected(ops.POWER)
    __divmod__, __rdivmod__ = _divmod, _reflected_divmod

    __neg__ = negative = neg = unary(ops.NEGATIVE)
    __pos__ = positive = unary(ops.POSITIVE)
    stop_gradient = unary(ops.STOP_GRADIENT)
    __abs__ = abs = fabs = unary(ops.ABS)
    __lt__, __le__ = comparison(ops.LESS), comparison(ops.LESS_EQUAL)
    __gt__, __ge__ = comparison(ops.GREATER), comparison(ops.GREATER_EQUAL)

    # second names are PyTorch's, those of Python's math, and SciPy's
    add = documented(_add, ops.ADD)
    subtract = sub = documented(_subtract, ops.SUBTRACT)
    multiply = mul = method(ops.MULTIPLY)
    divide = div = documented(_divide, ops.DIVIDE)
    floor_divide = method(ops.FLOOR_DIVIDE)
    remainder = method(ops.REMAINDER)
    fmod = method(ops.FMOD)
    power = method(ops.POWER)
    pow = _power
    square = unary(ops.SQUARE)
    reciprocal = unary(ops.RECIPROCAL)
    sqrt = unary(ops.SQRT)
    rsqrt = unary(ops.RSQRT)
    cbrt = unary(ops.CBRT)

    less = lt = method(ops.LESS)
    less_equal = le = method(ops.LESS_EQUAL)
    greater = gt = method(ops.GREATER)
    greater_equal = ge = method(ops.GREATER_EQUAL)
    equal = eq = method(ops.EQUAL)
    maximum = method(ops.MAXIMUM)
    minimum = method(ops.MINIMUM)
    clip = clamp = documented(_clip, ops.CLIP)
    where = _where

    exp = unary(ops.EXP)
    exp2 = unary(ops.EXP2)
    expm1 = unary(ops.EXPM1)
    log = unary(ops.LOG)
    log2 = unary(ops.LOG2)
    log10 = unary(ops.LOG10)
    log1p = unary(ops.LOG1P)
    logaddexp = method(ops.LOGADDEXP)
    logaddexp2 = method(ops.LOGADDEXP2)
    xlogy = method(ops.XLOGY)
    logit = documented(_logit, ops.LOGIT)

    sin = unary(ops.SIN)
    cos = unary(ops.COS)
    tan = unary(ops.TAN)
    arcsin = asin = unary(ops.ARCSIN)
    arccos = acos = unary(ops.ARCCOS)
    arctan = atan = unary(ops.ARCTAN)
    arctan2 = atan2 = method(ops.ARCTAN2)
    hypot = method(ops.HYPOT)
    sinh = unary(ops.SINH)
    cosh = unary(ops.COSH)
    tanh = unary(ops.TANH)
    arcsinh = asinh = unary(ops.ARCSINH)
    arccosh = acosh = unary(ops.ARCCOSH)
    arctanh = atanh = unary(ops.ARCTANH)
    sinc = unary(ops.SINC)
    radians = deg2rad = _radians
    degrees = rad2deg = _degrees

    erf = unary(ops.ERF)
    erfc = unary(ops.ERFC)
    erfinv = unary(ops.ERFINV)
    gamma = unary(ops.GAMMA)
    lgamma = gammaln = unary(ops.LGAMMA)
    digamma = psi = unary(ops.DIGAMMA)
    polygamma = _polygamma

    __trunc__ = trunc = unary(ops.TRUNC)
    frac = unary(ops.FRAC)
    __floor__ = floor = unary(ops.FLOOR)
    __ceil__ = ceil = unary(ops.CEIL)
    rint = unary(ops.ROUND)
    __round__ = round = _rounded
    sign = unary(ops.SIGN)
    heaviside = method(ops.HEAVISIDE)
    step = unary(ops.STEP)

    relu = unary(ops.RELU)
    leaky_relu = method(ops.LEAKY_RELU)
    elu = method(ops.ELU)
    selu = unary(ops.SELU)
    sigmoid = expit = unary(ops.SIGMOID)
    softplus = unary(ops.SOFTPLUS)
    log_sigmoid = unary(ops.LOG_SIGMOID)
    silu = unary(ops.SILU)
    gelu = _gelu
    gelu_tanh = unary(ops.GELU_TANH)
    mish = unary(ops.MISH)
    softsign = unary(ops.SOFTSIGN)

    total = method(ops.TOTAL)
    mean = documented(_mean, ops.MEAN)
    var, std = _var, _std
    dot = method(ops.DOT)
    product = method(ops.PRODUCT)
    amax, amin = variadic(ops.AMAX), variadic(ops.AMIN)
    logsumexp = variadic(ops.LOGSUMEXP)
    softmax = variadic(ops.SOFTMAX)
    log_softmax = variadic(ops.LOG_SOFTMAX)
    norm = variadic(ops.NORM)
