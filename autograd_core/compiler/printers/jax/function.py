"""Function: a program as a JAX function on the user's structures, with our own gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.capture import Function, Tree, tree
from autograd_core.compiler.printers.jax.loading import jax_text, loaded


def jax_function(
    name: str,
    program: Program,
    derivative: Program | None,
    structures: Sequence[Tree],
    outputs: Tree,
    wrt: Sequence[int] | int | None,
    live: Sequence[float],
    dtype: str,
) -> Function:
    """Return a pure function of arrays, or of lists, tuples and dicts of them.

    Args:
        name: The name of the function.
        program: The array program, with the gradients that the function returns.
        derivative: The program with gradients by all arguments, which JAX uses as its derivative;
            None if JAX differentiates the lines of the program.
        structures: The structure of each argument; of batched ones, that of one sample.
        outputs: The structure of the result.
        wrt: The arguments whose gradients are returned after the value; an int for a single
            gradient that is not in a tuple.
        live: The current numbers of Values outside of the function.
        dtype: The type in which it computes.

    Raises:
        NoCompiler: If JAX is not installed, or lacks a function that the program calls.
    """
    text = jax_text(program)
    run = loaded(text, dtype)
    if derivative is not None:
        run = _with_derivative(run, loaded(jax_text(derivative), dtype))
    arguments = program.arguments[: len(structures)]
    width = tree.size(outputs)

    def function(*args: Any) -> Any:
        import jax.numpy as jnp

        from autograd_core.compiler.printers.jax.helpers import check_precision

        check_precision(dtype)
        if len(args) != len(structures):
            raise TypeError(f"{name} takes {len(structures)} arguments, got {len(args)}")
        flats = []
        for number, (arg, structure, argument) in enumerate(zip(args, structures, arguments)):
            parts = list(_leaves(structure, arg, argument.batched, f"argument {number} of {name}"))
            rows = parts[0].shape[:1] if argument.batched else ()
            flat = [part.reshape(*rows, math.prod(part.shape[len(rows) :])) for part in parts]
            whole = flat[0] if len(flat) == 1 else jnp.concatenate(flat, -1)
            flats.append(whole.astype(dtype).reshape(*rows, *argument.shape))
        found, gradients = run(*flats, jnp.asarray(live, dtype))
        value, _ = _filled(outputs, found[..., :width], 0)
        if wrt is None:
            return value
        by = [wrt] if isinstance(wrt, int) else wrt
        filled = [
            _as_given(structures[place], gradient, arguments[place].batched)
            for place, gradient in zip(by, gradients)
        ]
        return value, filled[0] if isinstance(wrt, int) else tuple(filled)

    function.__name__ = name
    function.__doc__ = text.source
    return function


def _with_derivative(run: Function, gradient: Function) -> Function:
    """Return `run`, which has one output, with the gradients that `gradient` returns as its jvp."""
    import jax
    import jax.numpy as jnp

    def jvp(flats: Any, tangents: Any) -> Any:
        found, gradients = gradient(*flats)
        tangent = sum(jnp.vdot(g, t) for g, t in zip(gradients, tangents))
        return found, jnp.reshape(tangent, (1,))

    value = jax.custom_jvp(lambda *flats: run(*flats)[0])
    value.defjvp(jvp)
    return lambda *flats: (value(*flats), [])


def _leaves(structure: Tree, arg: Any, batched: bool, name: str) -> Any:
    """Yield the arrays of an argument, in order.

    Raises:
        ValueError: If its structure or a shape is not that of the compiled function.
    """
    import jax.numpy as jnp

    shape = tree.shape(structure)
    if shape is not None and (not isinstance(arg, (list, tuple, dict)) or batched):
        array = jnp.asarray(arg)
        if array.shape[batched:] != shape or array.ndim != len(shape) + batched:
            rows = "(samples, ...) of " if batched else ""
            raise ValueError(
                f"{name} wants {rows}the shape {shape} with which it was compiled, got "
                f"{array.shape}; call the compiled function with the new shape and take to_jax anew"
            )
        yield array
        return
    assert not isinstance(structure, str)
    mapping = structure.is_mapping
    same = isinstance(arg, dict) == mapping and len(arg) == len(structure.items)
    if not same or (mapping and set(arg) != set(structure.keys)):
        raise ValueError(
            f"{name} wants a {structure}, with which it was compiled, got {arg!r:.80}; call the "
            "compiled function with the new structure and take to_jax anew"
        )
    items = [arg[key] for key in structure.keys] if mapping else arg
    for item, inner in zip(items, structure.items):
        yield from _leaves(inner, item, batched, name)


def _filled(structure: Tree, array: Any, start: int) -> tuple[Any, int]:
    """Return a structure filled from the last axis of an array, from position `start`.

    Also returns the position after the last one that it takes.
    """
    if isinstance(structure, str):
        return array[..., start], start + 1
    stop = start + tree.size(structure)
    if structure.kind is np.ndarray:
        return array[..., start:stop].reshape(*array.shape[:-1], *structure.keys), stop
    sizes = [tree.size(item) for item in structure.items]
    places = [*accumulate(sizes, initial=start)]
    filled = [_filled(item, array, at)[0] for item, at in zip(structure.items, places)]
    if structure.is_mapping:
        return dict(zip(structure.keys, filled)), stop
    named = hasattr(structure.kind, "_fields")
    return (structure.kind(*filled) if named else structure.kind(filled)), stop


def _as_given(structure: Tree, gradient: Any, batched: bool) -> Any:
    """Return a gradient in the structure of its argument, for each sample of a batch."""
    rows = gradient.shape[:1] if batched else ()
    flat = gradient.reshape(*rows, tree.size(structure))
    return _filled(structure, flat, 0)[0]
