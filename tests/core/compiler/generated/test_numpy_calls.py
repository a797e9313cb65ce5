"""NumPy itself: every function that a program calls gives the same on views as on copies.

NumPy 2.2 to 2.4 on AVX-512 compute `negative(a[:, 0], out=b[:, 0])` wrongly where a's stride is 64
bytes. So each function is tested for many lengths and strides, and must write its result only.
"""

import inspect

import numpy as np
import pytest

from autograd_core import compile
from autograd_core.compiler.printers.numpy.functions import _NUMPY, function_of
from autograd_core.table import ARRAY

_NOT_CALLED = {"total", "product", "polygamma"}  # written as sums, products and polygamma0, 1, ...
NAMES = sorted(
    {name for name in vars(ARRAY) if not name.startswith("_")} - _NOT_CALLED
    | {"polygamma0", "polygamma1"}
    | _NUMPY
)
WHOLE = ("negative",)  # called on whole buffers only: elsewhere lines.py multiplies by -1
TRUTHS = ("logical_not", "logical_and")
LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 100)
FULL = (2, 9)
STRIDES = range(-9, 34)
FEW = (-9, -8, -1, 1, 2, 8, 16, 33)  # strides of the operands, while one of them takes all values
NUMBERS = np.random.default_rng(0).uniform(0.1, 0.9, size=(3, 9 + 33 * 101))
CLOSE = 4e-15  # the vector and the scalar loops of a function differ in the last digits
GAP = 77.0  # fills the gaps between results, and must stay


def view(array, length, stride):
    """Return `length` numbers of an array at a stride, in reverse if it is negative."""
    if stride == 0:
        return np.broadcast_to(array[:1], (length,))
    span = array[: (length - 1) * abs(stride) + 1 : abs(stride)]
    return span[::-1] if stride < 0 else span


def count_of(name):
    """Return how many operands a function takes."""
    function = function_of(name)
    if isinstance(function, np.ufunc):
        return function.nin
    if function is np.where:
        return 3
    parameters = inspect.signature(function).parameters.values()
    return sum(p.default is p.empty and p.kind != p.VAR_KEYWORD for p in parameters)


def operands_of(name):
    """Return arrays that the function is defined on, contiguous."""
    arrays = list(NUMBERS[: count_of(name)])
    if name in TRUTHS:
        return [array > 0.5 for array in arrays]
    if name == "arccosh":
        arrays[0] = arrays[0] + 1.0
    if name == "where":
        arrays[0] = (arrays[0] > 0.5) * 1.0
    return arrays


def differs(name, arrays, length, strides, out_stride):
    """Return whether a call on views differs from one on copies, or writes outside its result."""
    function = function_of(name)
    views = [view(array, length, stride) for array, stride in zip(arrays, strides)]
    want = function(*[a.copy() for a in views])
    room = np.full((length - 1) * abs(out_stride) + 1, GAP, dtype=want.dtype)
    out = view(room, length, out_stride)
    if isinstance(function, np.ufunc):
        function(*views, out=out)
    else:
        out[...] = function(*views)
    gaps = room.reshape(-1)[np.arange(room.size) % abs(out_stride) != 0]
    right = out == want if want.dtype == bool else abs(out - want) <= CLOSE * (1.0 + abs(want))
    return not right.all() or bool(gaps.size and (gaps != np.full(1, GAP).astype(want.dtype)).any())


def calls(operands, slow):
    """Yield lengths, strides of the operands, and of the result."""
    for length in (2, 9) if slow else LENGTHS:
        for stride in (-9, 1, 8, 33) if slow else STRIDES:
            # all pairs of strides for some lengths; for the others only one varies
            others = FEW if length in FULL else FEW[(stride + length) % len(FEW) :][:1]
            for other in others:
                yield length, [stride] * operands, other
                if stride:
                    yield length, [other] * operands, stride
                if operands > 1:
                    yield length, [stride, other, 1][:operands], 1
                    yield length, [other, stride, 1][:operands], 2


@pytest.mark.parametrize("name", NAMES)
def test_a_call_on_views_gives_what_it_gives_on_copies(name):
    arrays = operands_of(name)
    slow = not isinstance(function_of(name), np.ufunc)  # some functions are loops in Python
    with np.errstate(all="ignore"):
        found = [call for call in calls(len(arrays), slow)
                 if name not in WHOLE or (call[1] == [1] and call[2] == 1)]  # fmt: skip
        wrong = [call for call in found if differs(name, arrays, *call)]
    assert not wrong, f"{len(wrong)} of the calls, the first: {wrong[:3]}"


def gives_what_it_takes(name):
    """Return whether a function of numbers gives numbers: a comparison gives bools."""
    arrays = operands_of(name)
    return function_of(name)(*[a[:2] for a in arrays]).dtype == arrays[0].dtype


UFUNCS = [name for name in NAMES if isinstance(function_of(name), np.ufunc)]


@pytest.mark.parametrize("name", [name for name in UFUNCS if gives_what_it_takes(name)])
def test_a_call_may_write_over_what_it_reads(name):
    arrays = operands_of(name)
    with np.errstate(all="ignore"):
        for length in (1, 3, 8, 17, 100):
            for stride in (1,) if name in WHOLE else (s for s in STRIDES if s):
                views = [view(a.copy(), length, stride) for a in arrays]
                want = function_of(name)(*[v.copy() for v in views])
                function_of(name)(*views, out=views[0])
                np.testing.assert_allclose(views[0], want, rtol=CLOSE, atol=CLOSE)


def matrix(rows, columns, steps, start=0):
    """Return a view of numbers, `steps` apart in both directions."""
    spans = [abs(step) * (count - 1) for step, count in zip(steps, (rows, columns))]
    base = NUMBERS[0, start : start + sum(spans) + 1]
    first = sum(span for span, step in zip(spans, steps) if step < 0)
    strides = [8 * step for step in steps]
    return np.lib.stride_tricks.as_strided(base[first:], (rows, columns), strides)


STEPS = ((1, 1), (8, 1), (1, 8), (9, 2), (-8, 1), (8, -1), (0, 1), (1, 0), (33, 3), (16, 1))


@pytest.mark.parametrize("inner", [1, 2, 3, 8, 17])
def test_products_of_views_of_matrices(inner):
    for rows, columns in ((1, 1), (8, 5), (1, 9), (9, 1)):
        for steps in STEPS:
            for others in STEPS:
                a, b = matrix(rows, inner, steps), matrix(inner, columns, others, 50)
                want = np.einsum("ij,jk->ik", a.copy(), b.copy())
                room = np.full((rows, 3 * columns), GAP)
                for out in (np.empty((rows, columns)), room[:, ::3], np.empty((columns, rows)).T):
                    np.matmul(a, b, out=out)
                    np.testing.assert_allclose(out, want, rtol=1e-13)  # 17 terms in another order
                assert (room[:, 1::3] == GAP).all()


@pytest.mark.parametrize("function", [np.add, np.maximum, np.minimum], ids=lambda f: f.__name__)
def test_reductions_of_views(function):
    for rows in (1, 2, 7, 8, 9, 33):
        for columns in (1, 2, 8, 17):
            for steps in STEPS:
                a = matrix(rows, columns, steps)
                for axis in (0, 1):
                    if steps[axis] < 0 and function is not np.add:
                        continue  # programs copy it first: NumPy 2.0 reads a wrong first number
                    want = function.reduce(a.copy(), axis)
                    room = np.full((len(want), 3), GAP)
                    function.reduce(a, axis, None, room[:, 1])
                    np.testing.assert_allclose(room[:, 1], want, rtol=1e-13)  # other order
                    assert (room[:, ::2] == GAP).all()


def test_the_negative_of_a_column_64_bytes_apart():
    x, y = NUMBERS[0, :24].reshape(3, 8), NUMBERS[1, :9].reshape(3, 3)
    compiled = compile(lambda x, y: y[0] * y[0] - x[0] * y[1], batch=(0, 0))
    _, (_, slope) = compiled.value_and_grad(x, y, wrt=(0, 1))
    np.testing.assert_array_equal(slope[:, 1], -x[:, 0].copy())
