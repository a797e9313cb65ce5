"""NumPy's functions on Values and arrays of them: np.exp(v), np.maximum(array, 0.0), array * v."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_core.graph.arrays import functions, linear
from autograd_core.graph.node import Node, leaf, number_of
from autograd_core.graph.recording import apply, decide
from autograd_core.table import FLOAT, TABLE, Op, ops

_NO_VALUES = (
    "np.{0} does not take a Value; use value.data for a plain number without gradient, or what "
    "there is in autograd_core.functional"
)
# what NumPy says from the inside of a function that needs numbers of its own types
_ASKS_FOR_NUMBERS = re.compile(
    r"'(Value|float|int)' object has no attribute '(dtype|shape|ndim|astype)'|Cannot cast|"
    r"not supported for the input types|a Value does not turn into a plain number"
)
_ROWS = {"absolute": "abs", "rint": "round"}  # where NumPy's name is not that of the row
_LARGEST = {np.maximum: ops.AMAX, np.minimum: ops.AMIN}  # of many: a tie of three is in thirds
_LOGICAL = (np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
_FALSE_OF: dict[Any, Callable[[Any], object]] = {  # when the plain answer, a bool, is no
    np.isnan: lambda number: number <= number,
    np.isinf: lambda number: not abs(number) >= math.inf,
    np.isfinite: lambda number: not abs(number) < math.inf,
}
_INSTEAD: dict[Any, Callable[..., Any]] = {  # None of them leaves the call to NumPy
    np.array_equal: functions.array_equal,
    np.cov: functions.cov,
    np.gradient: functions.gradient,
    np.interp: functions.interp,
    np.linalg.cholesky: linear.cholesky,
    np.linalg.det: linear.det,
    np.linalg.inv: linear.inv,
    np.linalg.norm: functions.norm,
    np.linalg.slogdet: linear.slogdet,
    np.linalg.solve: linear.solve,
    getattr(np.linalg, "vector_norm", None): functions.vector_norm,  # new in NumPy 2
    np.nan_to_num: functions.nan_to_num,
    np.nanmedian: functions.nanmedian,
    np.nanpercentile: partial(functions.quantiles, functions.ordered, 100.0),
    np.nanquantile: partial(functions.quantiles, functions.ordered, 1.0),
    np.percentile: partial(functions.quantiles, list, 100.0),
    np.quantile: partial(functions.quantiles, list, 1.0),
}
_OF_ONE = (np.mean, np.std, np.var, np.sinc)  # they ask for the type of what lies between
_BY_IDENTITY = (np.isin, np.intersect1d, np.setdiff1d, np.setxor1d, np.array_equiv)


class Values(np.ndarray[Any, Any]):
    """An array of Values and plain numbers on which NumPy's functions keep the gradient.

    `grad` and its relatives hand such arrays to the function. In a plain object array NumPy's
    maximum, clip and where leave numbers that have no `exp()`; here they are numbers to all.
    Operations of one or two operands are methods, and `.grad` is the array of the gradients.

    >>> from autograd_core import Value
    >>> w = np.array([Value(-1.0), Value(2.0)]).view(Values)
    >>> np.exp(np.maximum(w, 0.0)).tolist()
    [Value(data=1.0, grad=0.0), Value(data=7.38905609893065, grad=0.0)]
    >>> w.relu().sum().backward()
    >>> w.grad
    array([0., 1.])
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        op = TABLE.get(name)
        if op is None or op.arity not in (1, 2):
            raise AttributeError(f"'Values' object has no attribute {name!r}")
        return lambda *others, **named: elementwise(op, *op.bind((self, *others), named))

    @property
    def grad(self) -> Any:
        """The gradient of each of the Values; 0 for a plain number."""
        found = [float(number_of(getattr(number, "grad", 0.0))) for number in self.flat]
        return np.reshape(found, self.shape)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if "out" in keywords:
            keywords["out"] = tuple(map(_plain, keywords["out"]))
        return array_ufunc(self, ufunc, method, *inputs, **keywords)

    def astype(self, *args: Any, **keywords: Any) -> Any:
        """Return an array of another type: a plain one, if it is one of plain numbers."""
        result = super().astype(*args, **keywords)
        return result if result.dtype == object else result.view(np.ndarray)

    def clip(self, min: Any = None, max: Any = None, out: Any = None, **named: Any) -> Any:
        """Return np.clip, which calls this: of one end NumPy makes a maximum, where ties share."""
        low, high = -math.inf if min is None else min, math.inf if max is None else max
        return super().clip(low, high, out=out, **named)

    def std(self, *args: Any, **named: Any) -> Any:
        """Return np.std, with slope 0 where all numbers are equal."""
        given = dict(zip(("axis", "dtype", "out", "ddof", "keepdims"), args)) | named
        axis, ddof = given.pop("axis", None), given.pop("ddof", 0)
        keepdims = given.pop("keepdims", False)
        if any(value is not None for value in given.values()):
            return super().std(*args, **named)
        return _wrapped(functions.deviation(self, axis, ddof, keepdims))

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        if function in _INSTEAD:
            result = _INSTEAD[function](*args, **keywords)
            if result is not None:
                return _wrapped(result)
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
        named = dict(zip(("axis", "dtype", "out"), args[1:])) | keywords
        return getattr(value, function.__name__)(**named)
    given, named = [_zero_dimensional(a) for a in args], _zero_dimensional(keywords)
    same = all(new is old for new, old in zip(given, args))
    if same and all(named[name] is keywords[name] for name in named):
        # NumPy has looked into an array that stands for a sequence, as in np.vstack(array)
        given = [_zero_dimensional(list(a)) if isinstance(a, np.ndarray) else a for a in given]
    result = function(*given, **named)
    if isinstance(result, np.ndarray) and result.dtype == object:
        for place, number in enumerate(result.flat):
            if isinstance(number, np.ndarray):  # what np.append, insert and where take as it is
                result.flat[place] = number.item()
        return result if result.ndim else result.item()
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
    whole = "initial" not in keywords and keywords.get("where", True) is True
    if whole and method == "reduce" and ufunc in _LARGEST and np.size(*inputs):
        keywords.pop("where", None)
        return _reduced(_LARGEST[ufunc], *inputs, **keywords)
    op = _row_of(ufunc)
    function: Callable[..., Any] = ufunc
    if op:
        function = _of_objects(partial(_element, op), ufunc.nin)
    elif ufunc in _WRITTEN_OUT:
        function = _WRITTEN_OUT[ufunc]
    elif ufunc in _LOGICAL or ufunc in _FALSE_OF:
        inputs = tuple([_tested(_FALSE_OF.get(ufunc, bool), operand) for operand in inputs])
        function = ufunc if ufunc in _LOGICAL else np.logical_not
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


def _row_of(ufunc: np.ufunc) -> Op | None:
    """Return the row for a function of NumPy's that is no operator of Python's."""
    op = TABLE.get(_ROWS.get(ufunc.__name__, ufunc.__name__))
    return op if op and not op.infix and op.arity == ufunc.nin else None


def _of_objects(function: Callable[..., Any], operands: int) -> Any:
    """Return NumPy's function of a Python one, which reduces several axes in any order."""
    return np.frompyfunc(function, operands, 1, identity=None)


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


def _tested(test: Callable[[Any], object], operand: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.vectorize(test, otypes=[bool])(_plain(operand))


def _reduced(
    op: Op, x: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:  # what ufunc.reduce takes
    axes = functions.axes_of(axis, x)
    found = functions.along(lambda numbers: _element(op, *numbers), _plain(x), axes, keepdims)
    if out is None or out == (None,):
        return _wrapped(found)
    out[0][...] = found
    return out[0]


def _unless_nan(op: Op, a: Any, b: Any) -> Any:
    """Return an operation of two numbers, or the one that is a number (NumPy's fmax and fmin)."""
    if not _equal(a, a):
        return b
    return _element(op, a, b) if _equal(b, b) else a


def _copysign(a: Any, b: Any) -> Any:
    negative = _element(ops.LESS, b + _element(ops.RECIPROCAL, b), 0.0)  # -0.0 and -inf are
    size = _element(ops.ABS, a)
    return _element(ops.WHERE, negative, -size, size)


def _ldexp(a: Any, b: Any) -> Any:
    return a * _element(ops.EXP2, b)


_WRITTEN_OUT: dict[Any, Callable[..., Any]] = {
    np.copysign: np.frompyfunc(_copysign, 2, 1),
    np.float_power: np.power,
    np.fmax: _of_objects(partial(_unless_nan, ops.MAXIMUM), 2),
    np.fmin: _of_objects(partial(_unless_nan, ops.MINIMUM), 2),
    np.ldexp: np.frompyfunc(_ldexp, 2, 1),
}


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
