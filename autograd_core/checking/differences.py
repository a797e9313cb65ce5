"""Finite differences: the derivative of a plain function, with an estimate of its error.

Central differences with Ridders' extrapolation to step 0 (Ridders 1982; Press et al., Numerical
Recipes, 5.7). Steps are relative to x and shrink until the estimated error is small. Rounding adds
max(|f| * eps, rounding) / step to that error, where `rounding` is the caller's bound for rounding
inside f. The same points show a kink (the slopes at both sides differ) or a jump.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

EPS = 2.0**-52
SHRINK = 1.7  # not 2: halves of one step can all fall near multiples of a function's period
COLUMNS = 6  # more columns of the tableau amplify rounding and gain nothing
LEVELS = 42  # steps from x / 10 down to 4e-11 of x
GOOD = 1e-11  # relative error that ends the search
TINY = 1e-3  # for |x| below this, steps of order 1 are tried besides those relative to x
SMALLEST = 5e-324  # the smallest float: the error of an underflow
COARSEST = 1e-4  # relative; a function rounded more coarsely is a step function
CONFIRM = 1e-5  # largest relative step at which the plain difference must agree


@dataclass(frozen=True, slots=True)
class Estimate:
    """The derivative of f at x by finite differences.

    Attributes:
        slope: The derivative; nan if there is none.
        error: Estimated absolute error of the slope.
        left: Slope from the left; differs from `right` at a kink.
        right: Slope from the right.
        kind: "smooth", "kink", "jump", or "undefined" (f is not finite at or next to x).
        grain: The spacing of the values of f, if they are rounded (to float32, to some digits) so
            that f is constant around x; then `slope` is from wider steps. Else 0.
    """

    slope: float
    error: float
    left: float
    right: float
    kind: str
    grain: float = 0.0

    def __setstate__(self, state: list[object]) -> None:
        for field, stored in zip(dataclasses.fields(self), [*state, 0.0]):  # old pickles lack grain
            object.__setattr__(self, field.name, stored)


def derivative(f: Callable[[float], float], x: float, rounding: float = 0.0) -> Estimate:
    """Return the derivative of f at x.

    Args:
        f: A function of one float; it may return nan or inf where it is undefined.
        x: A finite point.
        rounding: Bound of the rounding error of f(x), if it exceeds the last place of f(x).

    >>> derivative(math.exp, 1.0).kind, abs(derivative(math.exp, 1.0).slope - math.e) < 1e-10
    ('smooth', True)
    >>> estimate = derivative(abs, 0.0)
    >>> estimate.kind, estimate.left, estimate.right
    ('kink', -1.0, 1.0)
    """
    middle = f(x)
    if not (math.isfinite(x) and math.isfinite(middle)):
        return _UNDEFINED
    grain = _grain(f, x, middle, rounding, abs(x) or 1.0)
    if grain:
        rounded = _at_scale(f, x, middle, grain, abs(x) or 1.0)
        return dataclasses.replace(rounded, grain=grain)
    estimate = _at_scale(f, x, middle, rounding, abs(x) or 1.0)
    if 0.0 < abs(x) < TINY:
        # Rounding inside f may not show in its value: 1 + x is 1 for all steps around x = 1e-20.
        # Steps of order 1 avoid that; their slope is taken if f is smooth on that scale.
        wide = _at_scale(f, x, middle, rounding, 1.0)
        if wide.kind == "smooth" and wide.error <= 1e-7 * abs(wide.slope):
            return wide
    return estimate


def _grain(
    f: Callable[[float], float], x: float, middle: float, rounding: float, scale: float
) -> float:
    """Return the spacing of the values of f, if it is constant over steps that should change it."""
    wide = 0.01 * scale
    if not wide:  # x is subnormal
        return 0.0
    high, low = f(x + wide), f(x - wide)
    size = max(abs(high), abs(low), abs(middle))
    slope = abs(high - low) / (2.0 * wide)
    if not (math.isfinite(size) and math.isfinite(slope) and slope):
        return 0.0

    def is_constant(step: float) -> bool:
        """Return whether f is constant on one side of x, as far as `step`."""
        return any(
            all(f(x + side * step * part) == middle for part in (1.0, 0.6, 0.3)) for side in (1, -1)
        )

    # (a subnormal step need not grow when it is multiplied)
    step = max(4.0 * max(16.0 * EPS * size, rounding) / slope, sys.float_info.min)
    if step >= 0.5 * wide or not is_constant(step):
        return 0.0
    while step < wide and is_constant(1.2 * step):
        step *= 1.2
    grain = 2.4 * step * slope  # x may be in the middle, with half of the plateau on each side
    return grain if grain <= COARSEST * size else 0.0


def _at_scale(
    f: Callable[[float], float], x: float, middle: float, rounding: float, scale: float
) -> Estimate:
    """Return the estimate from steps that start at a tenth of `scale`."""
    best, best_error = math.nan, math.inf
    rows: list[list[float]] = []
    points: list[_Point] = []
    for level in range(LEVELS):
        step = 0.1 * scale * SHRINK**-level
        point = _difference(f, x, middle, rounding, step)
        if point is None:  # outside the domain: start again with smaller steps
            rows, points, best, best_error = [], [], math.nan, math.inf
            continue
        points.append(point)
        rows.append(_extrapolated(rows, point.slope))
        for column in range(1, len(rows[-1])):
            slope = rows[-1][column]
            apart = max(abs(slope - rows[-1][column - 1]), abs(slope - rows[-2][column - 1]))
            if apart + point.noise < best_error:
                best, best_error = slope, apart + point.noise
        good = best_error <= max(GOOD * abs(best), 3.0 * point.noise)
        if len(rows) > 3 and good and _shape(points) == "smooth":
            close = _difference(f, x, middle, rounding, min(CONFIRM * scale, 0.01 * step))
            if close is None or abs(close.slope - best) <= 1e-3 * abs(best) + 100.0 * close.noise:
                break
            rows, best, best_error = [], math.nan, math.inf
    if not points:
        return _UNDEFINED
    kind, last = _shape(points), points[-1]
    if kind == "smooth":
        return Estimate(best, best_error, best, best, kind)
    if kind == "jump":
        return Estimate(math.nan, math.inf, last.left, last.right, kind)
    kinked = [point for point in points if point.noise < 0.01 * abs(point.right - point.left)]
    return Estimate(best, best_error, kinked[-1].left, kinked[-1].right, kind)


_UNDEFINED = Estimate(math.nan, math.inf, math.nan, math.nan, "undefined")


@dataclass(frozen=True, slots=True)
class _Point:
    """The slopes at one step, and the error of `slope` by rounding."""

    slope: float
    left: float
    right: float
    noise: float


def _difference(
    f: Callable[[float], float], x: float, middle: float, rounding: float, step: float
) -> _Point | None:
    above, below = x + step, x - step
    high, low = f(above), f(below)
    if not (math.isfinite(high) and math.isfinite(low) and below < x < above):
        return None
    slope = (high - low) / (above - below)
    last_place = EPS * max(abs(high), abs(low), abs(middle)) + SMALLEST
    noise = max(last_place, rounding) / step + EPS * abs(slope)
    return _Point(slope, (middle - low) / (x - below), (high - middle) / (above - x), noise)


def _extrapolated(rows: list[list[float]], slope: float) -> list[float]:
    """Return the next row of the tableau: errors go with step², step⁴, ..."""
    row = [slope]
    if rows:
        factor = 1.0
        for before in rows[-1][: COLUMNS - 1]:
            factor *= SHRINK * SHRINK
            row.append(row[-1] + (row[-1] - before) / (factor - 1.0))
    return row


def _shape(points: list[_Point]) -> str:
    """Return "smooth", "kink" or "jump", by the gap between the slopes at both sides.

    On a smooth function the gap shrinks with the step; at a kink it stays the same, at a jump (or a
    vertical tangent) it grows. Steps where rounding could hide it do not count.
    """
    widest = max(abs(point.right - point.left) for point in points)
    gaps = [abs(p.right - p.left) for p in points if 100.0 * p.noise < widest]
    if len(gaps) < 4 or gaps[-1] <= 0.8 * gaps[-4]:  # the ratio is 0.2 if smooth, 1 at a kink
        return "smooth"
    return "jump" if gaps[-1] > 2.0 * gaps[-4] else "kink"
