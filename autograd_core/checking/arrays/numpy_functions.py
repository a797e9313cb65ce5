"""NumPy functions with a gradient by hand, as problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core.checking.arrays.problem import Arrays, Problem, flat, parts
from autograd_core.derivatives import Tree, opened
from autograd_core.table import Floats

Function = Callable[..., Any]


def numpy_problem(
    f: Function,
    args: Sequence[Tree],
    names: Sequence[str],
    *,
    gradient: Function | None = None,
    jacobian: Function | None = None,
    vjp: Function | None = None,
    jvp: Function | None = None,
) -> Problem:
    """Return the problem of a function of numbers, arrays and trees of them.

    Args:
        f: Takes the arguments, returns an array, a number or a tree of them.
        args: Arrays of integers and truth values are not differentiated by.
        names: Of the arguments.
        gradient: Takes what f takes, returns d f / d argument for each; f gives one number.
        jacobian: Takes what f takes, returns for each argument an array of the output's shape
            followed by the argument's.
        vjp: Takes the arguments and the cotangents of the outputs, returns one gradient each.
        jvp: Takes the arguments and their tangents, returns the tangents of the outputs.

    Raises:
        TypeError: If something is neither a real number nor an array of them.
        ValueError: If a derivative does not have one part for each argument, or changes one.
    """
    leaves = [leaf for arg, name in zip(args, names) for leaf in _leaves(arg, name)]
    moving = [i for i, (_, leaf) in enumerate(leaves) if leaf.dtype.kind == "f"]
    if not moving:
        raise TypeError("gradcheck wants an argument of real numbers to differentiate by")
    dtypes = [leaves[i][1].dtype for i in moving]

    def arguments(inputs: Arrays) -> list[Tree]:
        filled = [leaf.copy() for _, leaf in leaves]
        for i, dtype, array in zip(moving, dtypes, inputs):
            filled[i] = array.astype(dtype)
        source = iter(filled)
        return [_rebuilt(arg, source) for arg in args]

    def value(inputs: Arrays) -> list[Floats]:
        return [a.astype(np.float64) for _, a in _leaves(f(*arguments(inputs)), "the output")]

    def only_moving(found: Tree, what: str) -> list[Any]:
        """Return what belongs to the inputs; None, or nothing at all, may stand for the others."""
        if isinstance(found, tuple | list) and len(found) == len(args):
            trees = list(found)
        else:
            trees = [found] if len(args) == 1 else list(found)
        got = [a for tree in trees for _, a in _leaves(tree, what, keep_none=True)]
        if len(got) == len(leaves):
            got = [got[i] for i in moving]
        if len(got) != len(moving):
            raise ValueError(f"{what} wants {len(moving)} parts, one an argument, got {len(got)}")
        return got

    inputs = [leaves[i][1].astype(np.float64) for i in moving]
    first = f(*arguments(inputs))
    outputs = [a for _, a in _leaves(first, "the output")]
    eps = max(float(np.finfo(d).eps) for d in [*dtypes, *[a.dtype for a in outputs]]
              if d.kind == "f")  # fmt: skip
    outputs = [a.astype(np.float64) for a in outputs]
    if gradient is not None and sum(a.size for a in outputs) != 1:
        shape = outputs[0].shape if len(outputs) == 1 else f"{len(outputs)} arrays"
        raise ValueError(f"gradient= wants a function of one number, got {shape}; use vjp=")

    def kept(rule: Function, given: list[Tree], *more: Tree) -> Tree:
        """Call a rule, and make sure that it left its arguments alone."""
        before = [a.copy() for tree in given for _, a in _leaves(tree, "argument")]
        found = rule(*given, *more)
        after = [a for tree in given for _, a in _leaves(tree, "argument")]
        if any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after)):
            raise ValueError(f"{getattr(rule, '__name__', rule)} changes an argument in place")
        return found

    def pulled(inputs: Arrays, cotangents: Arrays) -> list[Any]:
        if gradient is not None:
            slopes = only_moving(kept(gradient, arguments(inputs)), "the gradient")
            return [g if g is None else float(cotangents[0].ravel()[0]) * g for g in slopes]
        assert vjp is not None
        given = [_cast(u, dtype) for u, dtype in zip(cotangents, out_dtypes)]
        more = [_rebuilt(first, iter(given))]
        more = more[0] if isinstance(first, tuple) else more
        return only_moving(kept(vjp, arguments(inputs), *more), "the vjp")

    def pushed(inputs: Arrays, tangents: Arrays) -> list[Any]:
        assert jvp is not None
        zeros = [np.zeros_like(leaf, dtype=float) for _, leaf in leaves]
        for i, dtype, array in zip(moving, dtypes, tangents):
            zeros[i] = array.astype(dtype)
        source = iter(zeros)
        found = kept(jvp, arguments(inputs), *[_rebuilt(arg, source) for arg in args])
        return [a for _, a in _leaves(found, "the jvp")]

    out_dtypes = [a.dtype for _, a in _leaves(first, "the output")]
    matrix = None
    if jacobian is not None:
        found = only_moving(kept(jacobian, arguments(inputs)), "the jacobian")
        blocks = [np.asarray(block, dtype=np.float64) for block in found]
        matrix = _matrix(blocks, inputs, sum(a.size for a in outputs))

        def by_matrix(inputs: Arrays, cotangents: Arrays) -> list[Any]:
            again = only_moving(jacobian(*arguments(inputs)), "the jacobian")
            m = sum(a.size for a in outputs)
            return parts(flat(cotangents) @ _matrix(again, inputs, m), inputs)

    reverse = by_matrix if jacobian is not None else pulled if gradient or vjp else None
    return Problem(
        names=tuple(leaves[i][0] for i in moving),
        inputs=tuple(inputs),
        value=value,
        outputs=tuple(outputs),
        eps=eps,
        vjp=reverse,
        jvp=pushed if jvp is not None else None,
        matrix=matrix,
    )


def _cast(array: Floats, dtype: Any) -> Any:
    return array.astype(dtype if dtype.kind == "f" else np.float64)


def _matrix(blocks: Sequence[Any], inputs: Arrays, outputs: int) -> Floats:
    """Return the blocks of a Jacobian side by side.

    Raises:
        ValueError: If one has not outputs * inputs numbers, or lies on its side.
    """
    columns = []
    for block, x in zip(blocks, inputs):
        block = np.asarray(block, dtype=np.float64)
        lying = block.shape[:1] == (x.size,) and block.shape[1:] == (outputs,) != (x.size,)
        if block.size != outputs * x.size or lying:
            hint = "; it is transposed" if lying else ""
            raise ShapeFault(
                f"the jacobian has the shape {block.shape} where ({outputs}, {x.size}), outputs "
                f"by inputs, is wanted{hint}"
            )
        columns.append(block.reshape(outputs, x.size))
    return np.concatenate(columns, axis=1)


class ShapeFault(ValueError):
    """A derivative whose shape alone shows that it is wrong."""


def _leaves(tree: Tree, name: str, *, keep_none: bool = False) -> list[tuple[str, Any]]:
    """Return the arrays of a tree, with how Python writes each."""
    if tree is None and keep_none:
        return [(name, None)]
    if isinstance(tree, np.ndarray | np.generic | bool | int | float):
        array = np.asarray(tree)
        if isinstance(tree, int) and not isinstance(tree, bool):
            array = array.astype(np.float64)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} is an array of {array.dtype}, wanted real numbers")
        return [(name, array)]
    if isinstance(tree, list) and tree and all(isinstance(x, int | float) for x in tree):
        return [(name, np.asarray(tree, dtype=np.float64))]
    inner, _ = opened(tree, name)
    keys = tree if isinstance(tree, dict) else range(len(inner))
    return [
        leaf
        for key, part in zip(keys, inner)
        for leaf in _leaves(part, f"{name}[{key!r}]", keep_none=keep_none)
    ]


def _rebuilt(tree: Tree, source: Any) -> Tree:
    """Return the tree with the next arrays of `source` in the place of its own."""
    if isinstance(tree, np.ndarray):
        return next(source)
    if isinstance(tree, np.generic | bool | int | float):
        return next(source)[()]
    if isinstance(tree, list) and tree and all(isinstance(x, int | float) for x in tree):
        return next(source).tolist()
    inner, build = opened(tree)
    return build([_rebuilt(part, source) for part in inner])
