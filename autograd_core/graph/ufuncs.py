"""NumPy's functions on Values and arrays of them: np.exp(v), np.maximum(array, 0.0), array * v."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_core.graph.node import Node, leaf
from autograd_core.graph.recording import apply, decide
from autograd_core.table import FLOAT, TABLE, Op, ops

_NO_VALUES = (
    "np.{0} does not take a Value; use value.data for a plain number without gradient, or what "
    "there is in autograd_core.functional"
)
# what NumPy says from the inside of a function that needs numbers of its own types
_ASKS_FOR_NUMBERS = re.compile(
    r"'(Value|float|int)' object has no attribute '(dtype|shape|ndim|astype)'|Cannot cast|"
    r"not supported for the input types"
)
_ROWS = {"absolute": "abs", "rint": "round"}  # where NumPy's name is not that of the row


class Values(np.ndarray[Any, Any]):
    """An array of Values and plain numbers on which NumPy's functions keep the gradient.

    `grad` and its relatives hand such arrays to the function. In a plain object array NumPy's
    maximum, clip and where leave numbers that have no `exp()`; here they are numbers to all.

    >>> from autograd_core import Value
    >>> a = np.array([Value(-1.0), Value(2.0)]).view(Values)
    >>> np.exp(np.maximum(a, 0.0)).tolist()
    [Value(data=1.0, grad=0.0), Value(data=7.38905609893065, grad=0.0)]
    """

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if "out" in keywords:
            keywords["out"] = tuple(map(_plain, keywords["out"]))
        return array_ufunc(self, ufunc, method, *inputs, **keywords)

    def astype(self, *args: Any, **keywords: Any) -> Any:
        """Return an array of another type: a plain one, if it is one of plain numbers."""
        result = super().astype(*args, **keywords)
        return result if result.dtype == object else result.view(np.ndarray)

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        if function is np.linalg.norm:
            lengths = _lengths(*args, **keywords)
            if lengths is not None:
                return lengths
        try:
            return _wrapped(super().__array_function__(function, types, args, keywords))
        except (AttributeError, TypeError) as error:
            if not _ASKS_FOR_NUMBERS.search(str(error)):
                raise
            raise TypeError(_NO_VALUES.format(function.__name__)) from error


def array(cls: type[Node], numbers: Any) -> Values:
    """Return an array of Values, of one dimension or more, a new leaf for each plain number.

    NumPy's functions keep the gradient of all its elements. To NumPy `np.array([Value(1.0)])` is
    an array of any objects: of that np.maximum, np.clip and np.where make one with plain numbers
    among the Values, which np.exp cannot take.

    >>> from autograd_core import Value
    >>> w = Value.array([-1.0, 2.0])
    >>> np.exp(np.maximum(w, 0.0)).sum().backward()
    >>> [round(x.grad, 4) for x in w]
    [0.0, 7.3891]
    """
    given = np.array(numbers, object)
    made = np.empty(given.shape, object)
    made.reshape(-1)[:] = [cls.operand(number) for number in given.flat]
    return made.view(Values)


def array_ufunc(value: Any, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
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
        function = np.frompyfunc(partial(_element, op), ufunc.nin, 1)
    elif ufunc in (np.equal, np.not_equal) and method == "__call__":
        wanted = ufunc is np.equal  # `==` of two Values asks whether they are the same node
        function = np.vectorize(lambda a, b: _equal(a, b) is wanted, otypes=[bool])
    elif not any("O" in types for types in ufunc.types):
        raise TypeError(_NO_VALUES.format(ufunc.__name__))
    if method != "__call__":
        function = getattr(function, method)
    with np.errstate(all="ignore"):  # IEEE's inf and nan, and no warning, as everywhere here
        return _wrapped(function(*map(_plain, inputs), **keywords))


def elementwise(op: Op, *operands: Any) -> Any:
    """Return an operation of numbers and arrays, element by element.

    >>> elementwise(ops.HYPOT, np.array([3.0, 6.0]), np.array([4.0, 8.0])).tolist()
    [5.0, 10.0]
    """
    results = np.frompyfunc(partial(_element, op), len(operands), 1)(*map(_plain, operands))
    if not isinstance(results, np.ndarray):  # of arrays without dimensions: one number
        return results
    plain = not any(isinstance(number, Node) for number in results.flat)
    return results.astype(float) if plain else _wrapped(results)


def _element(op: Op, *operands: Any) -> Any:
    if any(isinstance(number, Node) for number in operands):
        return apply(op, *operands)
    return op.value(FLOAT, *map(float, operands))


def _lengths(
    x: Any, ord: object = None, axis: Any = None, keepdims: bool = False
) -> Any | None:  # NumPy's names
    """Return Euclidean lengths as our operation, since NumPy's sqrt is nan at the origin.

    None for another order, and for the norm of a matrix that is no length.
    """
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not (ord is None or (ord == 2 and len(axes) == 1) or ord == "fro"):
        return None
    rows = np.moveaxis(x, axes, range(-len(axes), 0))
    kept = rows.shape[: x.ndim - len(axes)]
    found = np.empty(kept, object)
    for place in np.ndindex(kept):
        found[place] = _element(ops.NORM, *rows[place].ravel())
    if keepdims:
        found = np.expand_dims(found, axes)
    return _wrapped(found) if found.ndim else found.item()


def _equal(a: Any, b: Any) -> bool:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Node):
            return decide(
                ops.EQUAL, one, other if isinstance(other, Node) else leaf(one.__class__, other)
            )
    return bool(a == b)


def _plain(operand: Any) -> Any:
    """Return what NumPy's own loops take."""
    if isinstance(operand, Node):
        return np.array(operand, object)
    return operand.view(np.ndarray) if isinstance(operand, Values) else operand


def _wrapped(result: Any) -> Any:
    if isinstance(result, list | tuple):
        return type(result)(map(_wrapped, result)) if type(result) in (list, tuple) else result
    if isinstance(result, np.ndarray) and result.dtype == object and result.ndim:
        return result.view(Values)
    return result
