"""Arrays: ARRAY, the elementary functions on NumPy arrays, as floats.py has them on floats."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autograd_core.table import error_functions, special


def _vectorize(function: Callable[..., float]) -> Callable[..., Any]:
    """Return `function` applied element by element: slower than NumPy's own loops."""
    return np.vectorize(function, otypes=[float])


def _compare(function: np.ufunc) -> Callable[[Any, Any], Any]:
    """Return a comparison that gives 1.0 or 0.0, since `+` on NumPy's bools is a logical or."""
    return lambda a, b: function(a, b) * 1.0


def _array_sigmoid(a: Any) -> Any:
    small = np.exp(-np.abs(a))
    return np.where(np.greater_equal(a, 0.0), 1.0, small) / (1.0 + small)


class ARRAY:
    """Elementary functions on NumPy arrays of float64, elementwise and broadcasting.

    Run the rules under `np.errstate(all="ignore")`: NumPy warns where IEEE gives inf or nan.

    >>> [float(x) for x in ARRAY.greater(np.array([1.0, 3.0]), 2.0)]
    [0.0, 1.0]
    """

    divide = np.divide
    floor_divide = np.floor_divide
    remainder = np.remainder
    power = np.power
    abs = np.abs
    exp, exp2, expm1 = np.exp, np.exp2, np.expm1
    log, log2, log10, log1p = np.log, np.log2, np.log10, np.log1p
    sqrt, cbrt = np.sqrt, np.cbrt
    sin, cos, tan = np.sin, np.cos, np.tan
    arcsin, arccos, arctan, arctan2 = np.arcsin, np.arccos, np.arctan, np.arctan2
    sinh, cosh, tanh = np.sinh, np.cosh, np.tanh
    arcsinh, arccosh, arctanh = np.arcsinh, np.arccosh, np.arctanh
    hypot = np.hypot
    erf = staticmethod(error_functions.erf)
    erfc = staticmethod(error_functions.erfc)
    erfinv = staticmethod(_vectorize(special.erfinv))
    gamma = staticmethod(_vectorize(special.gamma))
    lgamma = staticmethod(_vectorize(special.lgamma))
    polygamma = staticmethod(_vectorize(special.polygamma))
    floor, ceil, round = np.floor, np.ceil, np.rint
    sigmoid = staticmethod(_array_sigmoid)
    logaddexp = np.logaddexp
    less, less_equal = staticmethod(_compare(np.less)), staticmethod(_compare(np.less_equal))
    greater = staticmethod(_compare(np.greater))
    greater_equal = staticmethod(_compare(np.greater_equal))
    equal = staticmethod(_compare(np.equal))
    where = staticmethod(np.where)
    maximum, minimum = np.maximum, np.minimum
    sign = staticmethod(lambda a: np.greater(a, 0.0) * 1.0 - np.less(a, 0.0))
    total = staticmethod(lambda *xs: reduce(np.add, xs, 0.0))
    product = staticmethod(lambda *xs: reduce(np.multiply, xs, 1.0))
