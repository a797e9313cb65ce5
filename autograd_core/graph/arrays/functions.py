"""Functions of NumPy whose own code loses Values, their gradient or nan; names are NumPy's."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd_core.graph.node import Node

Array: TypeAlias = Any  # Values, numbers or an array of them: NumPy's stubs type no such arithmetic
Axis: TypeAlias = int | tuple[int, ...] | None


def norm(x: Array, ord: object = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return np.linalg.norm; None leaves the call to NumPy's own code.

    Each vector norm is one operation, since the gradient of NumPy's formula is nan at the origin.
    Matrix norms that are a maximum or minimum of sums (orders ±1, ±inf) are here, so that ties
    share the gradient; other matrix norms are None.
    """
    axes = axes_of(axis, x)
    order = 2.0 if ord is None or (ord == "fro" and len(axes) == 2) else ord
    if not isinstance(order, int | float):
        return None
    if ord in (None, "fro") or len(axes) <= 1:
        return along(lambda numbers: _length(float(order), numbers), x, axes, keepdims)
    if len(axes) == 2 and (abs(order) == 1.0 or math.isinf(order)):
        rows, columns = (axis % np.ndim(x) for axis in axes)
        summed, others = (rows, columns) if abs(order) == 1.0 else (columns, rows)
        sums = np.sum(np.abs(x), axis=summed, keepdims=True)
        extremum = (np.max if order > 0 else np.min)(sums, axis=others, keepdims=True)
        return extremum if keepdims else np.squeeze(extremum, axis=(rows, columns))
    return None


def vector_norm(x: Array, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """Return np.linalg.vector_norm: the norm along any number of axes, taken as one vector."""
    return along(lambda numbers: _length(float(ord), numbers), x, axes_of(axis, x), keepdims)


def deviation(a: Array, axis: Axis, ddof: float, keepdims: bool) -> Array:
    """Return np.std; where all numbers are equal its slope is 0 (as in PyTorch), not nan."""
    axes = axes_of(axis, a)
    count = math.prod(np.shape(a)[i] for i in axes)
    lengths = norm(a - np.mean(a, axis=axes, keepdims=True), axis=axes, keepdims=keepdims)
    with np.errstate(divide="ignore"):
        return lengths * float(np.sqrt(np.divide(1.0, max(count - ddof, 0.0))))


def gradient(f: Array, *varargs: Array, axis: Axis = None, edge_order: Literal[1, 2] = 1) -> Array:
    """Return np.gradient, which is linear: its weights are np.gradient of the unit matrix."""
    axes = axes_of(axis, f)
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")  # NumPy's words
    spacings = varargs if len(varargs) == len(axes) else (varargs or (1.0,)) * len(axes)
    found = []
    for axis, spacing in zip(axes, spacings, strict=True):
        rows = np.moveaxis(np.asarray(f, object), axis, 0)
        plain = np.asarray(spacing, np.float64)  # refuses Values
        weights = np.gradient(np.eye(len(rows)), plain, axis=0, edge_order=edge_order)
        places = [np.flatnonzero(row) for row in weights]
        slopes = [np.tensordot(row[at], rows[at], 1) for row, at in zip(weights, places)]
        found.append(np.moveaxis(np.stack(slopes), 0, axis))
    return found[0] if len(found) == 1 else tuple(found)


def interp(
    x: Array, xp: Array, fp: Array, left: Array = None, right: Array = None, period: object = None
) -> Array:
    """Return np.interp: linear interpolation of the points (xp, fp) at x; all three may be Values.

    Raises:
        TypeError: If a period is given.
    """
    if period is not None:
        raise TypeError("np.interp takes no period with Values; wrap x with np.remainder before")
    places, heights = list(np.asarray(xp, object)), list(np.asarray(fp, object))

    def at(place: Array) -> Array:
        if left is not None and place < places[0]:
            return left
        if right is not None and place > places[-1]:
            return right
        if not (places[0] <= place <= places[-1]):  # nan stays nan
            return heights[0] if place < places[0] else heights[-1] + 0.0 * (place - places[-1])
        i = min(bisect_right(places, place), len(places) - 1)
        if i == 0:
            return heights[0]
        step = places[i] - places[i - 1]
        share = (place - places[i - 1]) / step if step else 1.0
        return heights[i - 1] + share * (heights[i] - heights[i - 1])

    return np.frompyfunc(at, 1, 1)(np.asarray(x, object))


def quantiles(
    chosen: Callable[[Array], list[Array]], whole: float, a: Array, q: Array, axis: Axis = None,
    out: object = None, overwrite_input: bool = False, method: str = "linear",
    keepdims: bool = False, **others: object,
) -> Array:  # fmt: skip
    """Return quantiles by linear interpolation; None leaves other methods to NumPy's own code.

    Args:
        chosen: Selects the numbers that count: `list` for all, or `ordered` for those not nan.
        whole: The q of the maximum: 1 for quantiles, 100 for percentiles.
    """
    if out is not None or others or method != "linear":
        return None
    shares = np.asarray(q, np.float64) / whole
    if not np.all((shares >= 0.0) & (shares <= 1.0)):
        raise ValueError("Quantiles must be in the range [0, 1]")  # NumPy's words
    axes = axes_of(axis, a)
    found = [
        along(lambda row, s=s: _quantile(chosen(row), s), a, axes, keepdims)
        for s in shares.ravel().tolist()
    ]
    if not shares.ndim:
        return found[0]
    return np.reshape(np.stack(found), (*shares.shape, *np.shape(found[0])))


def nanmedian(
    a: Array,
    axis: Axis = None,
    out: object = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Array:
    """Return np.nanmedian; NumPy's own code along an axis fails on Values."""
    if out is not None:
        return None
    return along(lambda numbers: np.median(ordered(numbers)), a, axes_of(axis, a), keepdims)


def cov(
    m: Array, y: Array = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
    fweights: object = None, aweights: object = None, **named: Array,
) -> Array:  # fmt: skip
    """Return np.cov with a weight of 1 for each sample: without weights NumPy fails on Values."""
    if fweights is not None or aweights is not None:
        return None
    samples = np.size(m) if np.ndim(m) < 2 else np.shape(m)[1 if rowvar else 0]
    return np.cov(m, y, rowvar, bias, ddof, fweights=np.ones(samples, int), **named)


def nan_to_num(
    x: Array, copy: bool = True, nan: float = 0.0, posinf: float | None = None,
    neginf: float | None = None,
) -> Array:  # fmt: skip
    """Return np.nan_to_num, which leaves arrays of objects as they are."""
    most = np.finfo(np.float64).max
    result = np.where(np.equal(x, x), x, nan)
    result = np.where(np.equal(result, np.inf), most if posinf is None else posinf, result)
    result = np.where(np.equal(result, -np.inf), -most if neginf is None else neginf, result)
    if not copy:
        x[...] = result
        return x
    return result


def array_equal(a1: Array, a2: Array, equal_nan: bool = False) -> bool:
    """Return np.array_equal by value: `==` of two Values compares identity."""
    a, b = map(np.asanyarray, (a1, a2))
    if a.shape != b.shape:
        return False
    both_nan = np.not_equal(a, a) & np.not_equal(b, b) if equal_nan else False
    return bool(np.all(np.equal(a, b) | both_nan))


def axes_of(axis: Axis, x: Array) -> tuple[int, ...]:
    """Return the axes that NumPy means by `axis`: None is all of them."""
    if axis is None:
        return tuple(range(np.ndim(x)))
    return axis if isinstance(axis, tuple) else (axis,)


def along(function: Callable[..., Array], x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    """Return a function applied to the numbers along axes, for each index of the other axes."""
    rows = np.moveaxis(x, axes, range(-len(axes), 0))
    found = np.empty(rows.shape[: rows.ndim - len(axes)], object)
    for place in np.ndindex(found.shape):
        found[place] = function(np.ravel(rows[place]))
    if keepdims:
        return np.expand_dims(found, axes)
    return found if found.ndim else found.item()


def ordered(numbers: Array) -> list[Array]:
    """Return the numbers that are not nan."""
    return [number for number in numbers if number <= number]


def _length(order: float, numbers: Array) -> Array:
    """Return the norm of a vector; its gradient at the origin is 0 (PyTorch's subgradient)."""
    if order == 2.0:
        node = next((number for number in numbers if isinstance(number, Node)), None)
        if node is None:
            return math.hypot(*numbers)
        first, *others = map(node.operand, numbers)
        return first.norm(*others)  # type: ignore[attr-defined]
    if order == 0.0:
        return float(np.count_nonzero(numbers))
    sizes = np.abs(numbers)
    if math.isinf(order):
        return np.max(sizes) if order > 0.0 else np.min(sizes)
    if not np.count_nonzero(numbers):
        return np.sum(sizes)
    return np.sum(sizes**order) ** (1.0 / order)


def _quantile(numbers: Array, share: float) -> Array:
    unordered = [number for number in numbers if not number <= number]
    if unordered:
        return unordered[0]  # nan
    if not numbers:
        return math.nan
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
