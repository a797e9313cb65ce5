"""Kinds: tells functions of PyTorch, JAX and NumPy apart, without importing PyTorch or JAX."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.checking.arrays.jax_functions import jax_problem
from autograd_core.checking.arrays.numpy_functions import numpy_problem
from autograd_core.checking.arrays.problem import Problem
from autograd_core.checking.arrays.torch_functions import torch_problem
from autograd_core.derivatives import Function, Tree

BY_HAND = ("gradient", "jacobian", "vjp", "jvp")


def of_arrays(f: object, args: Sequence[Tree], by_hand: dict[str, Function | None]) -> bool:
    """Return whether gradcheck has to treat f as a function of arrays.

    It does for functions of torch and JAX, and for those with a hand-written gradient of arrays.

    >>> of_arrays(abs, [1.0], {"gradient": abs}), of_arrays(abs, [1.0], {"vjp": abs})
    (False, True)
    """
    given = {name for name in BY_HAND if by_hand.get(name) is not None}
    if given & {"jacobian", "vjp", "jvp"}:
        return True
    if "gradient" in given:
        return any(
            isinstance(leaf, np.ndarray) and leaf.ndim for arg in args for leaf in _leaves(arg)
        )
    return _framework(f, args) != "numpy"


def problem_of(
    f: Function, args: Sequence[Tree], names: Sequence[str], by_hand: dict[str, Function | None]
) -> Problem:
    """Return the problem of a function of any framework.

    Raises:
        TypeError: If a gradient is given by hand for a function of torch or JAX.
    """
    framework = _framework(f, args)
    given = [name for name in BY_HAND if by_hand.get(name) is not None]
    if framework == "numpy":
        return numpy_problem(f, args, names, **by_hand)
    if given:
        raise TypeError(
            f"gradcheck of a {framework} function checks the gradient that {framework} makes; "
            f"leave {given[0]}= out, or give NumPy arrays and a function of them"
        )
    make = torch_problem if framework == "torch" else jax_problem
    return make(sys.modules[framework], f, args, names)


def _framework(f: object, args: Sequence[Tree]) -> str:
    """Return "torch", "jax" or "numpy", by the classes of the function and of its arguments."""
    for thing in (f, *[leaf for arg in args for leaf in _leaves(arg)]):
        kinds = thing.__mro__ if isinstance(thing, type) else type(thing).__mro__
        homes = {kind.__module__.partition(".")[0] for kind in kinds}
        for framework, packages in (("torch", {"torch"}), ("jax", {"jax", "jaxlib"})):
            if homes & packages and framework in sys.modules:
                return framework
    return "numpy"


def _leaves(tree: Tree) -> list[Any]:
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in _leaves(part)]
    if isinstance(tree, list | tuple):
        return [leaf for part in tree for leaf in _leaves(part)]
    return [tree]
