"""Accuracy: the worst error of each row of the table, in units in the last place.

    python tests/benchmarks/accuracy.py > docs/accuracy.md   # needs mpmath and a C compiler

It takes four minutes.

The rules themselves run on mpmath's numbers, one more kind, with as many digits as it takes until
they agree; so what is measured is what rounding does to a rule. Whether the rule is right is for
gradcheck (tests/core/test_mutations.py).
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from autograd_core import Value, compile
from autograd_core.graph import apply
from autograd_core.table import ARRAY, FLOAT, TABLE, Op, polygamma_constant, power_constant

sys.modules["llvmlite"] = None  # type: ignore[assignment]  # machine code is then of C
TINY, HUGE = sys.float_info.min, sys.float_info.max
VALUE_LIMIT, PARTIAL_LIMIT = 4.0, 16.0
POINTS = 800
_mp = mpmath.mp


class Exact:
    """Elementary functions on mpmath's numbers."""

    words = ()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return getattr(_mp, _NAMES.get(name, name))

    divide = staticmethod(lambda a, b: a / b)
    floor_divide = staticmethod(lambda a, b: _mp.floor(_mp.mpf(a) / b))
    remainder = staticmethod(lambda a, b: a - b * _mp.floor(_mp.mpf(a) / b))
    exp2 = staticmethod(lambda a: _mp.mpf(2) ** a)
    log2 = staticmethod(lambda a: _mp.log(a) / _mp.log(2))
    sigmoid = staticmethod(lambda a: 1 / (1 + _mp.exp(-a)))
    logaddexp = staticmethod(lambda a, b: _mp.log(_mp.exp(a) + _mp.exp(b)))
    cbrt = staticmethod(lambda a: _mp.sign(a) * _mp.cbrt(abs(a)))
    hypot = staticmethod(lambda *xs: _mp.sqrt(sum(_mp.mpf(x) ** 2 for x in xs)))
    lgamma = staticmethod(lambda a: _mp.log(abs(_mp.gamma(a))))
    polygamma = staticmethod(lambda order, a: _mp.polygamma(order, a))
    maximum, minimum = staticmethod(max), staticmethod(min)
    less = staticmethod(lambda a, b: _mp.mpf(a < b))
    less_equal = staticmethod(lambda a, b: _mp.mpf(a <= b))
    greater = staticmethod(lambda a, b: _mp.mpf(a > b))
    greater_equal = staticmethod(lambda a, b: _mp.mpf(a >= b))
    equal = staticmethod(lambda a, b: _mp.mpf(a == b))
    where = staticmethod(lambda condition, a, b: a if condition else b)
    total = staticmethod(lambda *xs: _mp.fsum(xs))
    product = staticmethod(lambda *xs: _mp.fprod(xs))
    abs, round = staticmethod(abs), staticmethod(_mp.nint)


_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
          "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh"}  # fmt: skip
EXACT = Exact()

# Where the constants in a rule are rounded and the function enlarges that, the exact function.
_HALF = mpmath.mpf(0.5)


def _gelu_angle(a: Any) -> tuple[Any, Any]:
    scale, cubic = _mp.sqrt(2 / _mp.pi), _mp.mpf(0.044715)
    return scale * a * (1 + cubic * a * a), scale * (1 + 3 * cubic * a * a)


def _gelu_tanh_slope(a: Any) -> Any:
    angle, slope = _gelu_angle(a)
    return (1 + _mp.tanh(angle)) / 2 + a / 2 * _mp.sech(angle) ** 2 * slope


REFERENCES: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "gelu": (lambda a: a * _mp.ncdf(a), lambda a: _mp.ncdf(a) + a * _mp.npdf(a)),
    "gelu_tanh": (lambda a: a / 2 * (1 + _mp.tanh(_gelu_angle(a)[0])), _gelu_tanh_slope),
    "log10": (_mp.log10, lambda a: 1 / (a * _mp.log(10))),
}


def points(op: Op, rng: random.Random) -> Iterator[tuple[float, ...]]:
    """Yield operands over all magnitudes, between the ends of the domain, and next to them."""
    count = op.arity or (4 if op.name == "dot" else 3)
    for k in range(POINTS):
        wide = k % 3
        xs = [_point(rng, wide, interval) for interval in op.intervals(count)]
        if count == 2 and k % 5 == 0:  # of about one size
            xs[1] = xs[0] * rng.uniform(0.5, 2.0)
        if op.defaults:
            xs[-len(op.defaults) :] = op.defaults
        if op.name in ("softmax", "log_softmax"):
            xs[0] = xs[1]
        given = xs[: count - len(op.defaults)]
        if all(low < x < high for x, (low, high) in zip(given, op.intervals(count))):
            yield tuple(xs)


def _point(rng: random.Random, wide: int, interval: tuple[float, float]) -> float:
    low, high = interval
    sign = rng.choice([1.0, -1.0]) if low < 0.0 else 1.0
    if wide == 0:
        return sign * 10.0 ** rng.uniform(-300.0, 300.0)
    if wide == 1:
        return rng.uniform(max(low, -40.0), min(high, 40.0))
    special = rng.choice([0.0, 1.0, -1.0, 2.0, *SPECIAL])
    return special + rng.choice([1.0, -1.0]) * 10.0 ** rng.uniform(-16.0, 0.0)


SPECIAL = (0.5, math.pi / 2, 1.4616321449683623, -0.5040830082644554, -1.2784645427610738)


def exact(op: Op, xs: Sequence[float]) -> tuple[Any, tuple[Any, ...]]:
    """Return the value and the partials, with so many digits that twice as many change nothing."""
    digits = 60
    before = _with_digits(op, xs, digits)
    while digits < 2_000:
        digits *= 2
        now = _with_digits(op, xs, digits)
        if all(abs(a - b) <= abs(b) * 1e-25 and (b or digits > 900) for a, b in zip(before, now)):
            break
        before = now
    return now[0], tuple(now[1:])


def _with_digits(op: Op, xs: Sequence[float], digits: int) -> list[Any]:
    with _mp.workdps(digits):
        numbers = [_mp.mpf(x) for x in xs]
        if op.name in REFERENCES:
            return [_mp.mpf(f(*numbers)) for f in REFERENCES[op.name]]
        y = op.value(EXACT, *numbers)
        return [_mp.mpf(z) for z in (y, *op.partials(EXACT, y, *numbers))]


def ulps(got: float, wanted: Any) -> float | None:
    """Return the error in units in the last place; None where no normal number is wanted."""
    if not _mp.isfinite(wanted) or not TINY <= abs(wanted) <= HUGE:
        return None
    if not math.isfinite(got):
        return math.inf
    return float(abs(_mp.mpf(got) - wanted) / math.ulp(float(wanted)))


class Worst:
    """The largest error of a column, and where it was."""

    def __init__(self) -> None:
        self.error, self.at = 0.0, ()

    def see(self, error: float | None, at: tuple[float, ...]) -> None:
        """Take note of an error."""
        if error is not None and error > self.error:
            self.error, self.at = error, at

    def __str__(self) -> str:
        return f"{self.error:.1f}" if self.error < 1e4 else f"{self.error:.0e}"


Column = NDArray[np.float64]


def on_arrays(op: Op, columns: Sequence[Column]) -> tuple[Column, list[Column]]:
    """Return the values and the partials by each operand, by NumPy."""
    with np.errstate(all="ignore"):
        values = op.value(ARRAY, *columns)
        partials = op.partials(ARRAY, values, *columns)
    return values, [np.broadcast_to(p, values.shape) for p in partials]


def in_c(op: Op, columns: Sequence[Column]) -> tuple[Column, list[Column]]:
    """Return the same by a compiled program in C."""

    def program(*xs: Value) -> Value:
        return apply(op, *xs)

    operands = range(len(columns))
    compiled = compile(program, batch=[0] * len(columns), backend="native")
    values, partials = compiled.value_and_grad(*columns, wrt=tuple(operands))
    return values, list(partials)


def measured(op: Op, seed: int = 0) -> list[Worst]:
    """Return the worst errors of values and of partials: on floats, on arrays, in C."""
    places = [*points(op, random.Random(f"{op.name}{op.symbol}{seed}"))]
    columns = [np.array(column) for column in zip(*places)]
    together = [on_arrays(op, columns), in_c(op, columns)]
    worst = [Worst() for _ in range(6)]
    for i, xs in enumerate(places):
        try:
            wanted, partials = exact(op, xs)
        except (ZeroDivisionError, ValueError, OverflowError, TypeError):
            continue
        y = op.value(FLOAT, *xs)
        worst[0].see(ulps(y, wanted), xs)
        for partial, got in zip(partials, op.partials(FLOAT, y, *xs)):
            worst[1].see(ulps(got, partial), xs)
        for k, (values, slopes) in enumerate(together, start=1):
            worst[2 * k].see(ulps(float(values[i]), wanted), xs)
            for partial, slope in zip(partials, slopes):
                worst[2 * k + 1].see(ulps(float(slope[i]), partial), xs)
    return worst


HEADER = f"""\
# Accuracy

Written by `python tests/benchmarks/accuracy.py > docs/accuracy.md`: the worst error of each row of
the table over {POINTS:,} points, in units in the last place (0.5 is a correct rounding), against
mpmath. Points lie at all magnitudes from 1e-300 to 1e300, and next to zeros, ends and kinks;
results that are not normal numbers (below 2e-308) do not count. The limits are {VALUE_LIMIT:g} for
values and {PARTIAL_LIMIT:g} for partials; the last column says why one is exceeded.

| operation | value | partial | value, arrays | partial | value, C | partial | worst at | why |
|---|---|---|---|---|---|---|---|---|
"""

_ZERO = "next to a zero its terms cancel; the absolute error stays below 2e-16"
_SATURATED = (
    "from the output alone, which is rounded to 1 there; from the operand it takes 15 times as long"
)
_SQUARE = "exp multiplies the rounding of a * a; exact to 16 while the size of a is below 5"
_DIFFERENCE = "exp multiplies the rounding of a difference"
_SUM = "terms cancel, or leave the range before others bring them back"

REASONS: dict[str, str] = {
    "power": "b - 1 is rounded, which a base of 1e-263 multiplies",
    "logaddexp": f"{_ZERO}; partial: {_DIFFERENCE}",
    "logsumexp": f"{_ZERO}; partial: {_DIFFERENCE}",
    "arctan2": "a * a + b * b leaves the range beyond 1e154; by hypot arrays take 5 times as long",
    "tanh": _SATURATED,
    "sigmoid": _SATURATED,
    "erf": _SQUARE,
    "erfc": _SQUARE,
    "gelu": f"{_SQUARE}; partial: {_ZERO}",
    "gelu_tanh": "exp multiplies the rounding of the angle",
    "silu": _ZERO,
    "mish": _ZERO,
    "total": _SUM,
    "mean": _SUM,
    "dot": _SUM,
    "product": _SUM,
    "softmax": _DIFFERENCE,
    "log_softmax": "the largest by itself is the logarithm of 1 and a little",
    "norm": "the squares leave the range beyond 1e154; scaled, compiled sums take 4 times as long",
    "digamma": _ZERO,
    "logit": _ZERO,
    "xlogy": _ZERO,
    "logaddexp2": f"{_ZERO}; partial: {_DIFFERENCE}",
    "sinc": _ZERO,
    "gamma": "so is Python's math.gamma",
    "erfinv": "exp multiplies the rounding of y * y",
}


def main(names: Sequence[str] = ()) -> None:
    """Print the page."""
    rows = [*TABLE.values(), power_constant(3.0), power_constant(-0.5), polygamma_constant(1.0)]
    print(HEADER, end="")
    for op in rows:
        if names and op.name not in names:
            continue
        worst = measured(op)
        limits = (VALUE_LIMIT, PARTIAL_LIMIT) * 3
        over = [w for w, limit in zip(worst, limits) if w.error > limit]
        at = "; ".join(dict.fromkeys(", ".join(f"{x:.4g}" for x in w.at) for w in over))
        cells = [f"`{op.symbol if op.constants else op.name}`", *map(str, worst), at]
        print("|", " | ".join([*cells, REASONS.get(op.name, "") if over else ""]), "|", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
