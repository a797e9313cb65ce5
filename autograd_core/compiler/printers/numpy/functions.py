"""Functions: the function of NumPy that an instruction calls, and the names a source reserves."""

from __future__ import annotations

import inspect
from functools import lru_cache

import numpy as np

from autograd_core.compiler.arrays import COMPARISONS, LOGIC, NOT_ELEMENTWISE
from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.structure import elementary
from autograd_core.table import ARRAY, FLOAT

_NUMPY = COMPARISONS | LOGIC | {"add", "subtract", "multiply", "negative"}
# Names that variables of a source must not have: what it calls, and its own syntax.
RESERVED = frozenset((
    *_NUMPY, *[name for name in dir(FLOAT) if not name.startswith("_")], "aligned", "empty", "full",
    "copyto", "putmask",
    "matmul", "dot", "ones", "total", "bincount", "view", "scatter", "spread", "inf",
    "nan", "B", "run", "build", "outputs", "gradients", "float", "bool",
))  # fmt: skip


def function_of(name: str) -> Function:
    """Return the NumPy function that an instruction calls."""
    return getattr(np, name) if name in _NUMPY else elementary(name, ARRAY)


def is_ufunc(name: str) -> bool:
    """Say whether an instruction calls a ufunc, which may write over its operands."""
    if name in NOT_ELEMENTWISE or name in ("copy", "where") or name.startswith("reduce"):
        return False
    return isinstance(function_of(name), np.ufunc)


@lru_cache(maxsize=1024)
def takes_out(name: str) -> bool:
    """Say whether an elementary function takes `out=`."""
    function = function_of(name)
    if isinstance(function, np.ufunc):
        return True
    try:
        return "out" in inspect.signature(function).parameters
    except (TypeError, ValueError):  # a callable without a signature
        return False
