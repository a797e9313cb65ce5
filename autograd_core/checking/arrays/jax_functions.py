"""Problems made of JAX's functions, including those with custom_vjp and custom_jvp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograd_core.checking.arrays.problem import Arrays, Problem
from autograd_core.derivatives import Function, Tree
from autograd_core.table import Floats


def jax_problem(
    jax: ModuleType, f: Function, args: Sequence[Tree], names: Sequence[str]
) -> Problem:
    """Return the problem of a function of JAX arrays.

    Args:
        jax: The module `jax`, which the caller has loaded.
        f: Any function that JAX differentiates.
        args: Pytrees; only leaves of floating point are inputs of the problem.
        names: The names of the arguments.

    Raises:
        TypeError: If no leaf or no output is of floating point, or one is complex.
    """
    jnp, tree = jax.numpy, jax.tree_util
    paths, build = tree.tree_flatten_with_path(tuple(args))
    leaves = [leaf for _, leaf in paths]
    labels = [names[path[0].idx] + tree.keystr(path[1:]) for path, _ in paths]
    floating = [i for i, leaf in enumerate(leaves) if _is_floating(jnp, labels[i], leaf)]
    if not floating:
        raise TypeError("gradcheck wants an array of floating point to differentiate by, got none")
    dtypes = [jnp.result_type(leaves[i]) for i in floating]

    def run(*given: Any) -> list[Any]:
        filled = list(leaves)
        for i, array in zip(floating, given):
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

    inputs = tuple(np.array(leaves[i], dtype=np.float64) for i in floating)
    raw = run(*arrays(inputs))
    if not raw:
        raise TypeError("gradcheck wants a function that returns arrays of floating point")
    return Problem(
        names=tuple(labels[i] for i in floating),
        inputs=inputs,
        value=value,
        outputs=tuple(np.array(y, dtype=np.float64) for y in raw),
        eps=max(float(jnp.finfo(d).eps) for d in [*dtypes, *[jnp.result_type(y) for y in raw]]),
        vjp=vjp,
        jvp=jvp if _runs_forward(jvp, inputs) else None,
    )


def _jitted(
    jax: ModuleType, run: Callable[..., list[Any]], arrays: Callable[[Arrays], list[Any]]
) -> Callable[[Arrays], list[Any]]:
    """Return the function, compiled from the third call on."""
    calls, fast = 0, run

    def call(inputs: Arrays) -> list[Any]:
        nonlocal calls, fast
        given = arrays(inputs)
        calls += 1
        # the first two calls test whether f is deterministic; jit would freeze Python's randomness
        if calls == 3:
            try:
                fast = jax.jit(run)
                jax.block_until_ready(fast(*given))
            except Exception:  # it cannot be traced
                fast = run
        return fast(*given)

    return call


def _runs_forward(jvp: Callable[[Arrays, Arrays], Any], inputs: Arrays) -> bool:
    """Return whether the function has a forward mode; one with a custom_vjp does not."""
    try:
        jvp(inputs, [np.zeros_like(x) for x in inputs])
    except TypeError as error:
        if "custom_vjp" in str(error):
            return False
        raise
    return True


def _is_floating(jnp: Any, name: str, leaf: Any) -> bool:
    dtype = jnp.result_type(leaf)
    if jnp.issubdtype(dtype, jnp.complexfloating):
        raise TypeError(f"{name} is complex; give its real and imaginary parts")
    return bool(jnp.issubdtype(dtype, jnp.floating))
