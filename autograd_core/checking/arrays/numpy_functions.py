"""Problems made of NumPy functions with a hand-written gradient."""

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
        args: Only arrays of floating point in them are inputs of the problem, not int and bool.
        names: The names of the arguments.
        gradient: Takes the arguments, returns d f / d argument for each; f returns one number.
        jacobian: Takes the arguments, returns for each an array of the output's shape followed
            by the argument's.
        vjp: Takes the arguments and the cotangents of the outputs, returns one gradient each.
        jvp: Takes the arguments and their tangents, returns the tangents of the outputs.

    Raises:
        TypeError: If something is neither a real number nor an array of them.
        ValueError: If a derivative does not have one part for each argument, or modifies one.
    """
    arguments = _Arguments(args, names)
    inputs = [arguments.leaves[i][1].astype(np.float64) for i in arguments.floating]
    first = f(*arguments.at(inputs))
    found = [a for _, a in _leaves(first, "the output")]
    outputs = [a.astype(np.float64) for a in found]
    size = sum(a.size for a in outputs)
    if gradient is not None and size != 1:
        shape = outputs[0].shape if len(outputs) == 1 else f"{len(outputs)} arrays"
        raise ValueError(f"gradient= wants a function of one number, got {shape}; use vjp=")

    def value(inputs: Arrays) -> list[Floats]:
        return [a.astype(np.float64) for _, a in _leaves(f(*arguments.at(inputs)), "the output")]

    def pulled(inputs: Arrays, cotangents: Arrays) -> list[Any]:
        if gradient is not None:
            slopes = arguments.floating_of(
                _call_checked(gradient, arguments.at(inputs)), "the gradient"
            )
            return [g if g is None else float(cotangents[0].ravel()[0]) * g for g in slopes]
        assert vjp is not None
        given = [_cast(u, a.dtype) for u, a in zip(cotangents, found)]
        seed = _rebuilt(first, iter(given))
        more = seed if isinstance(first, tuple) else [seed]
        return arguments.floating_of(_call_checked(vjp, arguments.at(inputs), *more), "the vjp")

    def by_matrix(inputs: Arrays, cotangents: Arrays) -> list[Any]:
        assert jacobian is not None
        again = arguments.floating_of(jacobian(*arguments.at(inputs)), "the jacobian")
        return parts(flat(cotangents) @ _matrix(again, inputs, size), inputs)

    def pushed(inputs: Arrays, tangents: Arrays) -> list[Any]:
        assert jvp is not None
        tangent = _call_checked(jvp, arguments.at(inputs), *arguments.tangents(tangents))
        return [a for _, a in _leaves(tangent, "the jvp")]

    matrix = None
    if jacobian is not None:
        blocks = arguments.floating_of(
            _call_checked(jacobian, arguments.at(inputs)), "the jacobian"
        )
        matrix = _matrix(blocks, inputs, size)
    reverse = pulled if gradient or vjp else None
    dtypes = [*arguments.dtypes, *[a.dtype for a in found]]
    return Problem(
        names=tuple(arguments.leaves[i][0] for i in arguments.floating),
        inputs=tuple(inputs),
        value=value,
        outputs=tuple(outputs),
        eps=max(float(np.finfo(d).eps) for d in dtypes if d.kind == "f"),
        vjp=by_matrix if jacobian is not None else reverse,
        jvp=pushed if jvp is not None else None,
        matrix=matrix,
    )


class _Arguments:
    """The arguments of a function.

    Attributes:
        leaves: Each array in them with its Python expression.
        floating: The positions of those of floating point, which are the inputs of the problem.
        dtypes: Their dtypes.
    """

    def __init__(self, args: Sequence[Tree], names: Sequence[str]) -> None:
        self.args = args
        self.leaves = [leaf for arg, name in zip(args, names) for leaf in _leaves(arg, name)]
        self.floating = [i for i, (_, leaf) in enumerate(self.leaves) if leaf.dtype.kind == "f"]
        if not self.floating:
            raise TypeError("gradcheck wants an argument of real numbers to differentiate by")
        self.dtypes = [self.leaves[i][1].dtype for i in self.floating]

    def at(self, inputs: Arrays) -> list[Tree]:
        """Return the arguments with these inputs."""
        return self._with(inputs, [leaf.copy() for _, leaf in self.leaves])

    def tangents(self, tangents: Arrays) -> list[Tree]:
        """Return trees of tangents like the arguments, 0 for arrays that are no inputs."""
        return self._with(tangents, [np.zeros_like(leaf, dtype=float) for _, leaf in self.leaves])

    def _with(self, arrays: Arrays, filled: list[Any]) -> list[Tree]:
        for i, dtype, array in zip(self.floating, self.dtypes, arrays):
            filled[i] = array.astype(dtype)
        source = iter(filled)
        return [_rebuilt(arg, source) for arg in self.args]

    def floating_of(self, found: Tree, what: str) -> list[Any]:
        """Return the parts of a derivative that belong to inputs.

        For the other arrays `found` has any part, such as None, or no parts at all.
        """
        one = len(self.args) == 1 and not (isinstance(found, tuple | list) and len(found) == 1)
        trees = [found] if one else list(found)
        got = [a for tree in trees for _, a in _leaves(tree, what, keep_none=True)]
        if len(got) == len(self.leaves):
            got = [got[i] for i in self.floating]
        wanted = len(self.floating)
        if len(got) != wanted:
            raise ValueError(f"{what} wants {wanted} parts, one for each input, got {len(got)}")
        return got


def _call_checked(rule: Function, given: list[Tree], *more: Tree) -> Tree:
    """Return what a rule returns.

    Raises:
        ValueError: If it modifies its arguments.
    """
    before = [a.copy() for tree in given for _, a in _leaves(tree, "argument")]
    found = rule(*given, *more)
    after = [a for tree in given for _, a in _leaves(tree, "argument")]
    if any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after)):
        raise ValueError(f"{getattr(rule, '__name__', rule)} changes an argument in place")
    return found


def _cast(array: Floats, dtype: Any) -> Any:
    return array.astype(dtype if dtype.kind == "f" else np.float64)


def _matrix(blocks: Sequence[Any], inputs: Arrays, outputs: int) -> Floats:
    """Return the blocks of a Jacobian side by side.

    Raises:
        ShapeFault: If a block does not have outputs * inputs numbers, or is transposed.
    """
    columns = []
    for block, x in zip(blocks, inputs):
        block = np.asarray(block, dtype=np.float64)
        transposed = block.shape[:1] == (x.size,) and block.shape[1:] == (outputs,) != (x.size,)
        if block.size != outputs * x.size or transposed:
            hint = "; it is transposed" if transposed else ""
            raise ShapeFault(
                f"the jacobian has the shape {block.shape} where ({outputs}, {x.size}), outputs "
                f"by inputs, is wanted{hint}"
            )
        columns.append(block.reshape(outputs, x.size))
    return np.concatenate(columns, axis=1)


class ShapeFault(ValueError):
    """A derivative has a wrong shape."""


def _leaves(tree: Tree, name: str, *, keep_none: bool = False) -> list[tuple[str, Any]]:
    """Return the arrays of a tree, each with its Python expression."""
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
    """Return the tree with its arrays replaced by the next ones of `source`."""
    if isinstance(tree, np.ndarray):
        return next(source)
    if isinstance(tree, np.generic | bool | int | float):
        return next(source)[()]
    if isinstance(tree, list) and tree and all(isinstance(x, int | float) for x in tree):
        return next(source).tolist()
    inner, build = opened(tree)
    return build([_rebuilt(part, source) for part in inner])
