"""JAX's functions, those with custom_vjp and custom_jvp included, as problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core.checking.arrays.problem import Arrays, Problem
from autograd_core.derivatives import Tree
from autograd_core.table import Floats


def jax_problem(
    jax: Any, f: Callable[..., Any], args: Sequence[Tree], names: Sequence[str]
) -> Problem:
    """Return the problem of a function of JAX arrays.

    Args:
        jax: The module `jax`, which the caller has loaded.
        f: Any function that JAX differentiates.
        args: Pytrees; what holds no floating point is not differentiated by.
        names: Of the arguments.

    Raises:
        TypeError: If there is nothing to differentiate by, or a number is complex.
    """
    jnp, tree = jax.numpy, jax.tree_util
    paths, build = tree.tree_flatten_with_path(tuple(args))
    leaves = [leaf for _, leaf in paths]
    labels = [names[path[0].idx] + tree.keystr(path[1:]) for path, _ in paths]
    moving = [i for i, leaf in enumerate(leaves) if _moves(jnp, labels[i], leaf)]
    if not moving:
        raise TypeError("gradcheck wants an array of floating point to differentiate by, got none")
    dtypes = [jnp.result_type(leaves[i]) for i in moving]

    def run(*given: Any) -> list[Any]:
        filled = list(leaves)
        for i, array in zip(moving, given):
            filled[i] = array
        outputs = tree.tree_leaves(f(*tree.tree_unflatten(build, filled)))
        return [y for y in outputs if jnp.issubdtype(jnp.result_type(y), jnp.floating)]

    def arrays(inputs: Arrays) -> list[Any]:
        return [jnp.asarray(a, dtype) for a, dtype in zip(inputs, dtypes)]

    fast = _jitted(jax, run, arrays)

    def value(inputs: Arrays) -> list[Floats]:
        return [np.array(y, dtype=np.float64) for y in fast(inputs)]

    def vjp(inputs: Arrays, cotangents: Arrays) -> list[Any]:
        outputs, pull = jax.vjp(run, *arrays(inputs))
        seeds = [jnp.asarray(u, y.dtype) for u, y in zip(cotangents, outputs)]
        return [np.array(g, dtype=np.float64) for g in pull(seeds)]

    def jvp(inputs: Arrays, tangents: Arrays) -> list[Any]:
        _, found = jax.jvp(run, arrays(inputs), arrays(tangents))
        return [np.array(d, dtype=np.float64) for d in found]

    inputs = tuple(np.array(leaves[i], dtype=np.float64) for i in moving)
    raw = run(*arrays(inputs))
    if not raw:
        raise TypeError("gradcheck wants a function that returns arrays of floating point")
    return Problem(
        names=tuple(labels[i] for i in moving),
        inputs=inputs,
        value=value,
        outputs=tuple(np.array(y, dtype=np.float64) for y in raw),
        eps=max(float(jnp.finfo(d).eps) for d in [*dtypes, *[jnp.result_type(y) for y in raw]]),
        vjp=vjp,
        jvp=jvp if _runs_forward(jvp, inputs) else None,
    )


def _jitted(
    jax: Any, run: Callable[..., list[Any]], arrays: Callable[[Arrays], list[Any]]
) -> Callable[[Arrays], list[Any]]:
    """Return the function compiled, once it has shown that it gives one result twice."""
    calls, fast = 0, run

    def call(inputs: Arrays) -> list[Any]:
        nonlocal calls, fast
        given = arrays(inputs)
        calls += 1
        if calls == 3:  # not before: what is random in Python would be frozen by jit
            try:
                fast = jax.jit(run)
                jax.block_until_ready(fast(*given))
            except Exception:  # whatever cannot be traced runs as it is
                fast = run
        return fast(*given)

    return call


def _runs_forward(jvp: Callable[[Arrays, Arrays], Any], inputs: Arrays) -> bool:
    """Return whether there is a forward mode: not where there is a custom_vjp."""
    try:
        jvp(inputs, [np.zeros_like(x) for x in inputs])
    except TypeError as error:
        if "custom_vjp" in str(error):
            return False
        raise
    return True


def _moves(jnp: Any, name: str, leaf: Any) -> bool:
    dtype = jnp.result_type(leaf)
    if jnp.issubdtype(dtype, jnp.complexfloating):
        raise TypeError(f"{name} is complex; give its real and imaginary parts")
    return bool(jnp.issubdtype(dtype, jnp.floating))
