"""NumPy's functions on Values: np.exp(v), np.hypot(1.0, v), np.logaddexp(v, array), array * v."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_core.graph.node import Node
from autograd_core.graph.recording import apply
from autograd_core.table import TABLE

_ROWS = {"absolute": "abs", "rint": "round"}  # where NumPy's name is not that of the row


def array_ufunc(value: Node, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
    """Return NumPy's function of operands of which one is a Value: a Value, or an array of them.

    NumPy calls it, by the name `__array_ufunc__`. A function with a row in the table is that
    operation, element by element. The others run on objects, by Python's operators.

    Raises:
        TypeError: If NumPy has no such function of objects, as for `np.isnan`.

    >>> from autograd_core import Value
    >>> np.hypot(3.0, Value(4.0))
    Value(data=5.0, grad=0.0)
    >>> np.maximum([-1.0, 2.0], Value(0.0)).tolist()
    [Value(data=0.0, grad=0.0), Value(data=2.0, grad=0.0)]
    """
    op = TABLE.get(_ROWS.get(ufunc.__name__, ufunc.__name__))
    function: Callable[..., Any] = ufunc
    if op and not op.infix and op.arity == ufunc.nin:
        function = np.frompyfunc(partial(apply, op), ufunc.nin, 1)
    elif not any("O" in types for types in ufunc.types):
        raise TypeError(
            f"np.{ufunc.__name__} does not take a Value; use value.data for a plain number without "
            "gradient, or what there is in autograd_core.functional"
        )
    operands = [np.array(x, object) if isinstance(x, Node) else x for x in inputs]
    with np.errstate(all="ignore"):  # IEEE's inf and nan, and no warning, as everywhere here
        return getattr(function, method)(*operands, **keywords)
