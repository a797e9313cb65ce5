"""NumPy's functions on Values and arrays of them: np.exp(v), np.maximum(array, 0.0), array * v."""

from __future__ import annotations

import math
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
_WITHOUT_NAN = {np.fmax: ops.MAXIMUM, np.fmin: ops.MINIMUM}
_OF_ONE = (np.mean, np.std, np.var, np.sinc)  # they ask for the type of what lies between
_BY_IDENTITY = (np.isin, np.intersect1d, np.setdiff1d, np.setxor1d, np.array_equiv)


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
        if function in _INSTEAD:
            return _INSTEAD[function](*args, **keywords)
        if function in _BY_IDENTITY:  # to them Values are equal if they are one object
            raise TypeError(_NO_VALUES.format(function.__name__))
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


def array_function(value: Any, function: Any, types: Any, args: Any, keywords: Any) -> Any:
    """Return NumPy's function of single Values, each an array without dimensions to it.

    NumPy calls it, by the name `__array_function__`.

    >>> from autograd_core import Value
    >>> np.sinc(Value(0.0)), np.linalg.norm(Value(-3.0))
    (Value(data=1.0, grad=0.0), Value(data=3.0, grad=0.0))
    """
    if function in _OF_ONE and args and args[0] is value:
        return getattr(value, function.__name__)(*args[1:], **keywords)
    result = function(*_zero_dimensional(args), **_zero_dimensional(keywords))
    if isinstance(result, np.ndarray) and result.dtype == object and not result.ndim:
        return result.item()
    return result


def _zero_dimensional(given: Any) -> Any:
    if isinstance(given, Node):
        return np.array(given, object).view(Values)
    if type(given) in (list, tuple):
        return type(given)(map(_zero_dimensional, given))
    return {k: _zero_dimensional(v) for k, v in given.items()} if type(given) is dict else given


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
    if op and not op.infix and op.arity == ufunc.nin:  # None: several axes in any order
        function = np.frompyfunc(partial(_element, op), ufunc.nin, 1, identity=None)
    elif ufunc in _WITHOUT_NAN:
        function = np.frompyfunc(partial(_unless_nan, _WITHOUT_NAN[ufunc]), 2, 1, identity=None)
    elif ufunc in (np.equal, np.not_equal) and method == "__call__":
        wanted = ufunc is np.equal  # `==` of two Values asks whether they are the same node
        function = np.vectorize(lambda a, b: _equal(a, b) is wanted, otypes=[bool])
        keywords.pop("dtype", None)  # it is bool; nansum says so
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
    """Return the lengths of vectors as our operations, since NumPy's are nan at the origin.

    None for a norm of matrices that is no length.
    """
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    order = 2.0 if ord is None or (ord == "fro" and len(axes) == 2) else ord
    if not isinstance(order, int | float) or not (ord in (None, "fro") or len(axes) == 1):
        return None
    rows = np.moveaxis(x, axes, range(-len(axes), 0))
    kept = rows.shape[: x.ndim - len(axes)]
    found = np.empty(kept, object)
    for place in np.ndindex(kept):
        found[place] = _length(float(order), np.ravel(rows[place]))
    if keepdims:
        found = np.expand_dims(found, axes)
    return _wrapped(found) if found.ndim else found.item()


def _length(order: float, numbers: Any) -> Any:
    """Return the length of a vector; at the origin its slope is 0 (PyTorch's subgradient)."""
    if order == 2.0:
        return _element(ops.NORM, *numbers)
    if order == 0.0:
        return float(np.count_nonzero(numbers))
    sizes = np.abs(numbers)
    if math.isinf(order):
        return np.max(sizes) if order > 0.0 else np.min(sizes)
    if not np.count_nonzero(numbers):
        return np.sum(sizes)
    return np.sum(sizes**order) ** (1.0 / order)


def _unless_nan(op: Op, a: Any, b: Any) -> Any:
    """Return an operation of two numbers, or the one that is a number (NumPy's fmax and fmin)."""
    if not _equal(a, a):
        return b
    return _element(op, a, b) if _equal(b, b) else a


def _without_nan(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: float | None = None,
    neginf: float | None = None,
) -> Any:  # fmt: skip  # NumPy's names
    """Return np.nan_to_num, which leaves arrays of objects as they are."""
    most = np.finfo(np.float64).max
    result = np.where(np.equal(x, x), x, nan)
    result = np.where(np.equal(result, np.inf), most if posinf is None else posinf, result)
    result = np.where(np.equal(result, -np.inf), -most if neginf is None else neginf, result)
    if not copy:
        x[...] = result
        return x
    return result


def _all_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:  # NumPy's names
    a, b = map(np.asanyarray, (a1, a2))
    if a.shape != b.shape:
        return False
    both_nan = np.not_equal(a, a) & np.not_equal(b, b) if equal_nan else False
    return bool(np.all(np.equal(a, b) | both_nan))


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


_INSTEAD: dict[Any, Callable[..., Any]] = {
    np.nan_to_num: _without_nan,
    np.array_equal: _all_equal,
}
