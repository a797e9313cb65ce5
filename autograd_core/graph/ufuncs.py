"""NumPy's functions on Values and arrays of them: np.exp(v), np.maximum(array, 0.0), array * v."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_core.graph.arrays import functions, linear
from autograd_core.graph.arrays.functions import Array, Axis
from autograd_core.graph.node import AnyNode, Node, leaf, number_of
from autograd_core.graph.recording import apply, decide
from autograd_core.table import FLOAT, TABLE, Floats, Op, ops

Option: TypeAlias = Any  # an argument of a NumPy function, passed on unchanged

_NOT_SUPPORTED = (
    "np.{0} does not take a Value; use value.data for a plain number without gradient, or a "
    "function of autograd_core.functional"
)
# NumPy's errors from inside a function that needs numbers of its own types
_NEEDS_PLAIN_NUMBERS = re.compile(
    r"'(Value|float|int)' object has no attribute '(dtype|shape|ndim|astype)'|Cannot cast|"
    r"not supported for the input types|a Value does not turn into a plain number"
)
_ROWS = {"absolute": "abs", "rint": "round"}  # where NumPy's name is not that of the row
# reductions as one node: of a tie of three each gets a third, where pairs would give 1/4, 1/4, 1/2
_EXTREMA = {np.maximum: ops.AMAX, np.minimum: ops.AMIN}
_LOGICAL = (np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
_NEGATED_TESTS: dict[Any, Callable[[Any], object]] = {  # each function's negation, by comparisons
    np.isnan: lambda number: number <= number,
    np.isinf: lambda number: not abs(number) >= math.inf,
    np.isfinite: lambda number: not abs(number) < math.inf,
}
_REPLACEMENTS: dict[Any, Callable[..., Any]] = {  # where one returns None, NumPy's own code runs
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
_METHODS = (np.mean, np.std, np.var, np.sinc)  # NumPy's own code asks the result for its dtype
_BY_IDENTITY = (np.isin, np.intersect1d, np.setdiff1d, np.setxor1d, np.array_equiv)


class Values(np.ndarray[Any, Any]):
    """An array of Values and plain numbers on which NumPy's functions keep the gradient.

    `grad` and its relatives call functions with such arrays. In a plain object array NumPy's
    maximum, clip and where can leave plain numbers, on which np.exp then fails; here it does not.
    Operations of one or two operands are methods, and `.grad` is the array of the gradients.

    >>> from autograd_core import Value
    >>> w = np.array([Value(-1.0), Value(2.0)]).view(Values)
    >>> np.exp(np.maximum(w, 0.0)).tolist()
    [Value(data=1.0, grad=0.0), Value(data=7.38905609893065, grad=0.0)]
    >>> w.relu().sum().backward()
    >>> w.grad
    array([0., 1.])
    """

    def __getattr__(self, name: str) -> Callable[..., Array]:
        op = TABLE.get(name)
        if op is None or op.arity not in (1, 2):
            raise AttributeError(f"'Values' object has no attribute {name!r}")
        return lambda *others, **named: elementwise(op, *op.bind((self, *others), named))

    @property
    def grad(self) -> Floats:
        """The gradient of each Value; 0 for a plain number."""
        found = [float(number_of(getattr(number, "grad", 0.0))) for number in self.flat]
        return np.reshape(found, self.shape)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Array, **keywords: Option
    ) -> Array:
        if "out" in keywords:
            keywords["out"] = tuple(map(_as_objects, keywords["out"]))
        return array_ufunc(self, ufunc, method, *inputs, **keywords)

    def astype(self, *args: Option, **keywords: Option) -> Array:
        """Return an array of another dtype: a plain NumPy array unless that is object."""
        result = super().astype(*args, **keywords)
        return result if result.dtype == object else result.view(np.ndarray)

    def clip(
        self, min: Array = None, max: Array = None, out: Option = None, **named: Option
    ) -> Array:
        """Return np.clip; with one limit NumPy would call maximum, which shares ties equally."""
        low, high = -math.inf if min is None else min, math.inf if max is None else max
        return super().clip(low, high, out=out, **named)

    def std(self, *args: Option, **named: Option) -> Array:
        """Return np.std, with slope 0 where all numbers are equal."""
        given = dict(zip(("axis", "dtype", "out", "ddof", "keepdims"), args)) | named
        axis, ddof = given.pop("axis", None), given.pop("ddof", 0)
        keepdims = given.pop("keepdims", False)
        if any(value is not None for value in given.values()):
            return super().std(*args, **named)
        return _as_values(functions.deviation(self, axis, ddof, keepdims))

    def __array_function__(
        self,
        function: Callable[..., Array],
        types: Iterable[type],
        args: Iterable[Option],
        keywords: Mapping[str, Option],
    ) -> Array:
        if function in _REPLACEMENTS:
            result = _REPLACEMENTS[function](*args, **keywords)
            if result is not None:
                return _as_values(result)
        if function in _BY_IDENTITY:  # they would compare Values by identity
            raise TypeError(_NOT_SUPPORTED.format(function.__name__))
        try:
            return _as_values(super().__array_function__(function, types, args, keywords))
        except (AttributeError, TypeError) as error:
            if not _NEEDS_PLAIN_NUMBERS.search(str(error)):
                raise
            raise TypeError(_NOT_SUPPORTED.format(function.__name__)) from error


def array(cls: type[Node], numbers: npt.ArrayLike) -> Values:
    """Return an array of Values, of one dimension or more, a new leaf for each plain number.

    NumPy's functions keep the gradient of all its elements. `np.array([Value(1.0)])` is a plain
    array of objects instead: np.maximum, np.clip and np.where can leave plain numbers among its
    Values, on which np.exp fails.

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


def array_function(
    value: AnyNode,
    function: Callable[..., Array],
    types: object,
    args: Sequence[Option],
    keywords: dict[str, Option],
) -> Array:
    """Return NumPy's function of single Values, passed to it as arrays without dimensions.

    This is `Value.__array_function__`, which NumPy calls.

    >>> from autograd_core import Value
    >>> np.sinc(Value(0.0)), np.linalg.norm(Value(-3.0))
    (Value(data=1.0, grad=0.0), Value(data=3.0, grad=0.0))
    """
    if function in _METHODS and args and args[0] is value:
        named = dict(zip(("axis", "dtype", "out"), args[1:])) | keywords
        return getattr(value, function.__name__)(**named)
    given, named = [_zero_dimensional(a) for a in args], _zero_dimensional(keywords)
    same = all(new is old for new, old in zip(given, args))
    if same and all(named[name] is keywords[name] for name in named):
        # no argument is a Value: NumPy found one in an array used as a sequence, np.vstack(array)
        given = [_zero_dimensional(list(a)) if isinstance(a, np.ndarray) else a for a in given]
    result = function(*given, **named)
    if isinstance(result, np.ndarray) and result.dtype == object:
        for place, number in enumerate(result.flat):
            if isinstance(number, np.ndarray):  # np.append, insert and where copy the arrays in
                result.flat[place] = number.item()
        return result if result.ndim else result.item()
    return result


def _zero_dimensional(given: Array) -> Array:
    if isinstance(given, Node):
        return np.array(given, object).view(Values)
    if type(given) in (list, tuple):
        return type(given)(map(_zero_dimensional, given))
    return {k: _zero_dimensional(v) for k, v in given.items()} if type(given) is dict else given


def array_ufunc(
    value: AnyNode, ufunc: np.ufunc, method: str, *inputs: Array, **keywords: Option
) -> Array:
    """Return a ufunc of operands of which one is a Value: a Value, or an array of them.

    This is `Value.__array_ufunc__`, which NumPy calls. A ufunc with a row in the table is that
    operation, element by element. The others run on objects, by Python's operators.

    Raises:
        TypeError: If the ufunc cannot run on objects, as `np.nextafter`.

    >>> from autograd_core import Value
    >>> np.hypot(3.0, Value(4.0))
    Value(data=5.0, grad=0.0)
    >>> np.maximum([-1.0, 2.0], Value(0.0)).tolist()
    [Value(data=0.0, grad=0.0), Value(data=2.0, grad=0.0)]
    """
    whole = "initial" not in keywords and keywords.get("where", True) is True
    if whole and method == "reduce" and ufunc in _EXTREMA and np.size(*inputs):
        keywords.pop("where", None)
        return _reduce(_EXTREMA[ufunc], *inputs, **keywords)
    op = _row_of(ufunc)
    function: Callable[..., Any] = ufunc
    if op:
        function = _object_ufunc(partial(_element, op), ufunc.nin)
    elif ufunc in _IMPLEMENTATIONS:
        function = _IMPLEMENTATIONS[ufunc]
    elif ufunc in _LOGICAL or ufunc in _NEGATED_TESTS:
        inputs = tuple([_bools(_NEGATED_TESTS.get(ufunc, bool), operand) for operand in inputs])
        function = ufunc if ufunc in _LOGICAL else np.logical_not
    elif ufunc in (np.equal, np.not_equal) and method == "__call__":
        wanted = ufunc is np.equal  # by value: `==` of two Values compares identity
        function = np.vectorize(lambda a, b: _equal(a, b) is wanted, otypes=[bool])
        keywords.pop("dtype", None)  # np.nansum passes dtype=bool, as the result is anyway
    elif not any("O" in types for types in ufunc.types):
        raise TypeError(_NOT_SUPPORTED.format(ufunc.__name__))
    if method != "__call__":
        function = getattr(function, method)
    with np.errstate(all="ignore"):  # IEEE's inf and nan, and no warning, as everywhere here
        return _as_values(function(*map(_as_objects, inputs), **keywords))


def _row_of(ufunc: np.ufunc) -> Op | None:
    """Return the row for a ufunc, unless it is one of Python's operators."""
    op = TABLE.get(_ROWS.get(ufunc.__name__, ufunc.__name__))
    return op if op and not op.infix and op.arity == ufunc.nin else None


def _object_ufunc(function: Callable[..., Array], operands: int) -> Array:
    """Return the ufunc of a Python function; `identity` lets it reduce several axes at once."""
    return np.frompyfunc(function, operands, 1, identity=None)


def elementwise(op: Op, *operands: Array) -> Array:
    """Return an operation of numbers and arrays, element by element.

    >>> elementwise(ops.HYPOT, np.array([3.0, 6.0]), np.array([4.0, 8.0])).tolist()
    [5.0, 10.0]
    """
    results = np.frompyfunc(partial(_element, op), len(operands), 1)(*map(_as_objects, operands))
    if not isinstance(results, np.ndarray):  # of arrays without dimensions: one number
        return results
    plain = not any(isinstance(number, Node) for number in results.flat)
    return results.astype(float) if plain else _as_values(results)


def _element(op: Op, *operands: Array) -> Array:
    if any(isinstance(number, Node) for number in operands):
        return apply(op, *operands)
    return op.value(FLOAT, *map(float, operands))


def _bools(test: Callable[[Array], object], operand: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.vectorize(test, otypes=[bool])(_as_objects(operand))


def _reduce(
    op: Op,
    x: Array,
    axis: Axis = 0,
    dtype: object = None,
    out: Option = None,
    keepdims: bool = False,
) -> Array:  # the arguments of ufunc.reduce
    axes = functions.axes_of(axis, x)
    found = functions.along(lambda numbers: _element(op, *numbers), _as_objects(x), axes, keepdims)
    if out is None or out == (None,):
        return _as_values(found)
    out[0][...] = found
    return out[0]


def _unless_nan(op: Op, a: Array, b: Array) -> Array:
    """Return an operation of two numbers, or of one nan the other number (np.fmax, np.fmin)."""
    if not _equal(a, a):
        return b
    return _element(op, a, b) if _equal(b, b) else a


def _copysign(a: Array, b: Array) -> Array:
    # b + 1 / b has the sign of b for -0.0 and -inf too
    negative = _element(ops.LESS, b + _element(ops.RECIPROCAL, b), 0.0)
    size = _element(ops.ABS, a)
    return _element(ops.WHERE, negative, -size, size)


def _ldexp(a: Array, b: Array) -> Array:
    return a * _element(ops.EXP2, b)


_IMPLEMENTATIONS: dict[Any, Callable[..., Any]] = {  # of ufuncs without a row
    np.copysign: np.frompyfunc(_copysign, 2, 1),
    np.float_power: np.power,
    np.fmax: _object_ufunc(partial(_unless_nan, ops.MAXIMUM), 2),
    np.fmin: _object_ufunc(partial(_unless_nan, ops.MINIMUM), 2),
    np.ldexp: np.frompyfunc(_ldexp, 2, 1),
}


def _equal(a: Array, b: Array) -> bool:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Node):
            return decide(
                ops.EQUAL, one, other if isinstance(other, Node) else leaf(one.__class__, other)
            )
    return bool(a == b)


def _as_objects(operand: Array) -> Array:
    """Return an operand for NumPy's own loops: no Value and no array of class Values."""
    if isinstance(operand, Node):
        return np.array(operand, object)
    return operand.view(np.ndarray) if isinstance(operand, Values) else operand


def _as_values(result: Array) -> Array:
    """Return a result with each array of objects in it as an array of class Values."""
    if isinstance(result, list | tuple):
        return type(result)(map(_as_values, result)) if type(result) in (list, tuple) else result
    if isinstance(result, np.ndarray) and result.dtype == object and result.ndim:
        return result.view(Values)
    return result
