"""Helpers: functions that JAX lacks, or has with other conventions; importing them needs JAX."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import special
from numpy.typing import DTypeLike

from autograd_core.compiler.printers.definitions import DEFINITIONS

Array = Any  # a jax.Array or a tracer
_WINDOWS = 32  # overlapping windows that are sliced one by one; more are gathered by index


def maximum(a: Array, b: Array) -> Array:
    """Return the larger operand; nan if either is nan, and of 0.0 and -0.0 the second one."""
    return jnp.maximum(a, b) if _takes_second_zero(b, 1.0) else jnp.where((a > b) | (a != a), a, b)


def minimum(a: Array, b: Array) -> Array:
    """Return the smaller operand; nan if either is nan, and of 0.0 and -0.0 the second one."""
    return jnp.minimum(a, b) if _takes_second_zero(b, -1.0) else jnp.where((a < b) | (a != a), a, b)


def _takes_second_zero(b: Array, sign: float) -> bool:
    """Say whether XLA's maximum (sign 1) or minimum (-1) returns the second of two zeros.

    For XLA 0.0 is larger than -0.0, so it does if the second operand is a constant that is not the
    zero of the other sign.
    """
    return isinstance(b, float) and (b != 0.0 or math.copysign(1.0, b) == sign)


def _defined(name: str) -> Callable[..., Array]:
    """Return a function of `DEFINITIONS` on arrays of JAX."""
    rule, _ = DEFINITIONS[name]

    def function(*operands: Array) -> Array:
        return rule(_call, _keep, *operands).astype(jnp.result_type(*operands))

    return function


def _call(name: str, *operands: Array) -> Array:
    return getattr(jnp, name)(*operands)


def _keep(array: Array) -> Array:
    return array


sign, sigmoid, remainder, floor_divide = map(
    _defined, ("sign", "sigmoid", "remainder", "floor_divide")
)


def digamma(a: Array) -> Array:
    """Return the derivative of lgamma, with its pole at 0, where JAX says nan."""
    return jnp.where(a == 0.0, jnp.divide(-1.0, a), special.digamma(a))


def trigamma(a: Array) -> Array:
    """Return the derivative of digamma, also below 0, where JAX's is wrong (0.10.2).

    There it is pi^2 / sin(pi a)^2 - trigamma(1 - a) (Abramowitz & Stegun 6.4.7).
    """
    above = special.polygamma(1, jnp.where(a > 0.0, a, 1.0 - a))
    turn = jnp.pi / jnp.sin(jnp.pi * (a - jnp.rint(a)))
    return jnp.where(a == jnp.inf, 0.0, jnp.where(a > 0.0, above, turn * turn - above))


def view(a: Array, offset: int, dims: Sequence[int], strides: Sequence[int]) -> Array:
    """Return nested loops over the last axis of an array, as `(..., *dims)`.

    The printer writes loops that do not move with size 1.
    """
    moving, offset, turned = _longest_first(offset, dims, strides)
    steps = [abs(step) for step in strides]
    lead = a.ndim - 1
    if _apart([dims[i] for i in moving], [steps[i] for i in moving]):
        found = _cut(a, offset, [dims[i] for i in moving], [steps[i] for i in moving])
        order = [lead + moving.index(i) for i in sorted(moving)]
        found = found.transpose(*range(lead), *order).reshape(*a.shape[:-1], *dims)
    else:
        shortest = min(moving, key=lambda i: dims[i])
        if dims[shortest] > _WINDOWS:
            found = a[..., _positions(offset, dims, steps)]
        else:
            rest = [1 if i == shortest else n for i, n in enumerate(dims)]
            starts = [offset + k * steps[shortest] for k in range(dims[shortest])]
            windows = [view(a, start, rest, steps) for start in starts]
            found = jnp.concatenate(windows, lead + shortest)
    return jnp.flip(found, [lead + i for i in turned]) if turned else found


def put(a: Array, size: int, offset: int, strides: Sequence[int], empty: float = -0.0) -> Array:
    """Return `(..., size)` with an array at the positions of loops, and `empty` elsewhere.

    By default that is -0.0: added to any number, 0.0 and -0.0 included, it changes nothing.
    """
    lead = a.ndim - len(strides)
    dims = a.shape[lead:]
    moving, offset, turned = _longest_first(offset, dims, strides)
    a = jnp.flip(a, [lead + i for i in turned]) if turned else a
    still = [i for i, n in enumerate(dims) if n == 1]
    a = a.transpose(*range(lead), *[lead + i for i in [*still, *moving]])
    sizes, steps = [dims[i] for i in moving], [abs(strides[i]) for i in moving]
    filler = jnp.asarray(empty, a.dtype)
    if not _apart(sizes, steps):
        found = jnp.full((*a.shape[:lead], size), filler)
        at = _positions(offset, sizes, steps)
        return found.at[..., at].set(a.reshape(*a.shape[:lead], *sizes))
    a = a.reshape(*a.shape[:lead], *sizes, 1)
    for step in reversed(steps):  # rows of the inner loop, padded to the stride of this one
        a = lax.pad(a, filler, [(0, 0, 0)] * (a.ndim - 1) + [(0, step - a.shape[-1], 0)])
        a = a.reshape(*a.shape[:-2], a.shape[-2] * step)
    edges = [(0, 0, 0)] * lead + [(offset, size - offset - a.shape[-1], 0)]
    return lax.pad(a, filler, edges)


def collect(a: Array, size: int, offset: int, dims: Sequence[int], strides: Sequence[int]) -> Array:
    """Return `(..., size)` zeros plus numbers at the positions of loops, which may overlap."""
    a = a.reshape(*a.shape[:-1], *dims)
    lead = a.ndim - len(dims)
    moving, _, _ = _longest_first(0, dims, strides)
    if _apart([dims[i] for i in moving], [abs(strides[i]) for i in moving]):
        return 0.0 + put(a, size, offset, strides)
    shortest = min(moving, key=lambda i: (strides[i] != 0, dims[i]))
    if strides[shortest] == 0:
        rest = [1 if i == shortest else n for i, n in enumerate(dims)]
        a = a.sum(lead + shortest).reshape(*a.shape[:lead], math.prod(rest))
        return collect(a, size, offset, rest, strides)
    if dims[shortest] > _WINDOWS:
        at = _positions(offset, dims, strides)
        return jnp.zeros((*a.shape[:lead], size), a.dtype).at[..., at].add(a)
    dims = [n for i, n in enumerate(dims) if i != shortest]
    steps = [s for i, s in enumerate(strides) if i != shortest]
    total: Array = 0.0
    for k in range(a.shape[lead + shortest]):
        window = lax.index_in_dim(a, k, lead + shortest, False)
        window = window.reshape(*a.shape[:lead], math.prod(dims))
        total = total + collect(window, size, offset + k * strides[shortest], dims, steps)
    return total


def _longest_first(
    offset: int, dims: Sequence[int], strides: Sequence[int]
) -> tuple[list[int], int, list[int]]:
    """Return the moving loops by descending stride, the lowest position, and the reversed loops."""
    moving = sorted([i for i, n in enumerate(dims) if n > 1], key=lambda i: -abs(strides[i]))
    turned = sorted([i for i in moving if strides[i] < 0])
    return moving, offset + sum((dims[i] - 1) * strides[i] for i in turned), turned


def _apart(dims: Sequence[int], steps: Sequence[int]) -> bool:
    """Say whether loops, the longest strides first, visit each position once, in rising order."""
    reach = 1
    for count, step in zip(reversed(dims), reversed(steps)):
        if reach > step:
            return False
        reach += (count - 1) * step
    return True


def _positions(offset: int, dims: Sequence[int], steps: Sequence[int]) -> np.ndarray[Any, Any]:
    at = np.array(offset)
    for count, step in zip(dims, steps):
        at = at[..., None] + (step * np.arange(count) if count > 1 else np.zeros(1, int))
    return at


def _cut(a: Array, offset: int, dims: Sequence[int], steps: Sequence[int]) -> Array:
    """Return loops for which `_apart` holds, by slices, padding and reshapes."""
    if not dims:
        return a[..., offset]
    if len(dims) == 1:
        return a[..., offset : offset + (dims[0] - 1) * steps[0] + 1 : steps[0]]
    end = offset + dims[0] * steps[0]
    edges = [(0, 0, 0)] * (a.ndim - 1) + [(-offset, end - a.shape[-1], 0)]
    rows = lax.pad(a, jnp.zeros((), a.dtype), edges).reshape(*a.shape[:-1], dims[0], steps[0])
    return _cut(rows, 0, dims[1:], steps[1:])


def check_precision(dtype: DTypeLike) -> None:
    """Raise if JAX would compute in 32 bits without a warning.

    Raises:
        RuntimeError: If `dtype` is float64 and JAX is set to 32 bits.
    """
    if np.dtype(dtype) == np.float64 and not jax.config.jax_enable_x64:
        raise RuntimeError(
            "JAX is set to 32 bits, and this function was made for float64; call "
            "jax.config.update('jax_enable_x64', True) first, or ask for dtype='float32'"
        )
