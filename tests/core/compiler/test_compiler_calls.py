"""How compiled functions are called: repeated calls, higher derivatives, interrupts, processes."""

import base64
import json
import multiprocessing
import pickle
import warnings
import weakref
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Value, compile, compile_graph, grad, hessian, paused_gc
from autograd_core.compiler.arrays.layout import Loops
from autograd_core.compiler.capture import arguments
from autograd_core.compiler.printers import can_compile
from autograd_core.compiler.printers.numpy import runtime
from autograd_core.compiler.printers.numpy.views import view_source
from autograd_core.functional import dot, exp, total

from .record_compiled import FUNCTIONS


def cube_sum(x):
    return total([a * a * a for a in x])


def test_the_gradient_of_a_gradient_compiles():
    second = compile(grad(grad(lambda x: exp(2.0 * x))))
    assert second(0.5) == pytest.approx(4.0 * np.exp(1.0), rel=1e-14)


def test_a_gradient_by_a_list_compiles():
    f = compile(grad(lambda x: total([a * a * b for a, b in pairwise(x)])))
    # d/dx of x0² x1 + x1² x2 at (1, 2, 3)
    assert f([1.0, 2.0, 3.0]) == [4.0, 13.0, 4.0]


def test_a_hessian_compiles():
    f = compile(hessian(lambda p: (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2))
    assert f([1.0, 1.0]) == [[802.0, -400.0], [-400.0, 200.0]]  # Rosenbrock's minimum


def test_a_hessian_over_a_batch():
    f = compile(hessian(cube_sum), batch=[0])
    found = f(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(found[:, 0, 0], [6.0, 18.0], rtol=1e-14)
    np.testing.assert_allclose(found[:, 1, 1], [12.0, 24.0], rtol=1e-14)


def test_calls_after_the_first_are_not_checked_again(monkeypatch):
    f = compile(lambda w, x: dot(w, x).tanh(), batch=(None, 0))
    w, x = np.ones(3), np.full((4, 3), 0.1)
    want = f.value_and_grad(w, x)
    monkeypatch.setattr(arguments.Arguments, "flatten", None)
    got = f.value_and_grad(w, x)
    assert np.array_equal(got[0], want[0])
    assert np.array_equal(got[1], want[1])


OTHERS = [
    np.ones(4), np.ones((3, 1)), np.ones(3, dtype=np.float32), np.ones(6)[::2],
    np.ones(3, dtype=int), [1.0, 1.0, 1.0],
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_a_call_of_another_kind_is_a_call_of_its_own(other):
    f = compile(lambda x: total([a * a for a in np.ravel(x)]))
    f(np.ones(3))
    f(np.ones(3))
    assert f(other) == float(np.size(other))


def test_a_float_and_an_array_are_told_apart():
    f = compile(lambda x, y: x * y)
    assert f(2.0, 3.0) == 6.0
    assert f(2.0, 3.0) == 6.0
    assert f(2, 3.0) == 6.0
    assert f(np.float64(2.0), 3.0) == 6.0
    with pytest.raises(TypeError, match="argument 1"):
        f(2.0, "3")


def test_wrt_may_be_a_list_and_comes_in_its_order():
    f = compile(lambda x, y: x * x * y)
    assert f.grad(2.0, 3.0, wrt=[1, 0]) == (4.0, 12.0)
    assert f.grad(2.0, 3.0, wrt=(1, 0)) == (4.0, 12.0)


def test_a_gradient_belongs_to_the_caller():
    f = compile(lambda x: cube_sum(x), batch=[0])
    x = np.ones((40, 3))
    first = f.grad(x)
    first += 1.0
    second = f.grad(x)
    assert (second == 3.0).all()
    assert not np.shares_memory(first, second)


def test_an_argument_is_never_written_to():
    f = compile(lambda w, x: (dot(w, x) * 2.0).exp(), batch=(None, 0))
    w, x = np.linspace(0.1, 0.5, 3), np.linspace(0.0, 1.0, 12).reshape(4, 3)
    before = w.copy(), x.copy()
    f.value_and_grad(w, x, wrt=(0, 1))
    assert np.array_equal(w, before[0])
    assert np.array_equal(x, before[1])


def test_a_graph_takes_an_array_where_it_has_nested_lists():
    xs = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    f = compile_graph(xs[0][0] * xs[1][1], [xs])
    assert f(np.array([[5.0, 0.0], [0.0, 6.0]])) == 30.0


def test_an_interrupt_leaves_no_partial_result(monkeypatch):
    f = compile(lambda w, x: total([(a * w).exp() for a in x]), batch=(None, 0))
    monkeypatch.setattr(runtime, "_BLOCK_BYTES", 8192)
    x = np.linspace(0.0, 1.0, 2000 * 3).reshape(-1, 3)
    want = f.value_and_grad(0.5, x, wrt=(0, 1))
    blocks = []
    bound = runtime.ArrayProgram.bound

    def interrupted(self, samples):
        blocks.append(samples)
        if len(blocks) == 2:
            raise KeyboardInterrupt
        return bound(self, samples)

    monkeypatch.setattr(runtime.ArrayProgram, "bound", interrupted)
    with pytest.raises(KeyboardInterrupt):
        f.value_and_grad(0.5, x, wrt=(0, 1))
    got = f.value_and_grad(0.5, x, wrt=(0, 1))
    assert np.array_equal(got[0], want[0])
    assert got[1][0] == want[1][0]
    assert np.array_equal(got[1][1], want[1][1])


def test_an_error_inside_the_function_leaves_the_last_program():
    def f(x):
        if x > 1.0:
            raise ArithmeticError("mine")
        return x * 2.0

    compiled = compile(f)
    assert compiled(0.5) == 1.0
    with pytest.raises(ArithmeticError, match="mine"):
        compiled(2.0)
    assert compiled(0.25) == 0.5


def test_no_warning_for_ieee_results():
    f = compile(lambda x: (1.0 / x).log(), batch=[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f([0.0, 1.0]).tolist() == [np.inf, 0.0]


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_straight_line_division_by_zero_is_ieee(x):
    assert compile(lambda x: 1.0 / x)(x) == np.copysign(np.inf, x)


@pytest.mark.slow
def test_worker_processes_take_a_compiled_function():
    f = compile(cube_sum, batch=[0])
    x = np.arange(6.0).reshape(2, 3)
    f(x)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for value in pool.map(pickle.loads(pickle.dumps(f)), [x, x]):
            assert value.tolist() == [9.0, 216.0]


LOOPS = st.tuples(
    st.sampled_from([(), (1,), (12,), (24,), (4, 6), (6, 4), (2, 3, 4), (1, 5), (3, 1, 4)]),
    st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, 6]), st.integers(0, 12)), max_size=3),
    st.integers(0, 23),
    st.booleans(),
)


@given(LOOPS)
def test_the_source_of_a_view_reads_the_positions_of_its_loops(case):
    shape, pairs, offset, samples = case
    pairs = [(n, s if n > 1 else 0) for n, s in pairs]
    strides = [s for _, s in pairs if s]
    size = int(np.prod(shape, dtype=int))
    if len(set(strides)) < len(strides) or offset + sum((n - 1) * s for n, s in pairs) >= size:
        return
    walk = Loops(offset, tuple(n for n, _ in pairs), tuple(s for _, s in pairs))
    rows = (5,) if samples else ()
    array = np.arange(size * (5 if samples else 1)).reshape(rows + shape)
    found = eval(view_source("x", shape, walk, samples),
                 {"x": array, "B": 5, "view": runtime._view})  # fmt: skip
    inner = tuple(n if s else 1 for n, s in pairs)
    positions = Loops(offset, inner, walk.strides).positions().reshape(inner)
    assert np.array_equal(found, array.reshape((*rows, size))[..., positions])
    assert np.shares_memory(found, array)


def test_a_bound_call_gives_what_a_checked_one_gives():
    f = compile(lambda w, x: (dot(w, x).exp(), total(x)), batch=(None, 0))
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=3), rng.normal(size=(5, 3))
    call = f.bind(w, x, wrt=(0, 1), has_aux=True)
    for _ in range(2):
        w, x = rng.normal(size=3), rng.normal(size=(5, 3))
        (value, aux), (dw, dx) = call(w, x)
        (value_, aux_), (dw_, dx_) = f.value_and_grad(w, x, wrt=(0, 1), has_aux=True)
        for got, want in ((value, value_), (aux, aux_), (dw, dw_), (dx, dx_)):
            np.testing.assert_array_equal(got, want)


def test_a_bound_call_still_looks_at_branches():
    def f(x):
        return x * x if x > 0.0 else -x

    call = compile(f).bind(2.0, wrt=0)
    assert call(3.0) == (9.0, 6.0)
    assert call(-3.0) == (3.0, -1.0)
    assert compile(f).bind(2.0)(-5.0) == 5.0


def test_a_bound_call_leaves_warnings_to_its_caller():
    f = compile(lambda x: x.log(), batch=(0,))
    zeros = np.zeros(3)
    call = f.bind(np.ones(3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(zeros).tolist() == [-np.inf] * 3
        with np.errstate(all="ignore"):
            assert call(zeros).tolist() == [-np.inf] * 3
    with warnings.catch_warnings(record=True) as numpys:
        warnings.simplefilter("always")
        np.log(zeros)  # in a browser it does not warn
    with warnings.catch_warnings(record=True) as ours:
        warnings.simplefilter("always")
        call(zeros)
    assert [str(warning.message) for warning in ours] == [str(w.message) for w in numpys]


def test_results_are_freed_at_once():
    f = compile(lambda x: [x + 1.0, {"twice": 2.0 * x}], batch=(0,))
    with paused_gc():
        for _ in range(2):  # first with checks, then without
            numbers = f(np.ones(3))
            kept = weakref.ref(numbers[0].base)
            del numbers
            assert kept() is None


def test_a_compiled_function_inside_another_or_inside_grad_goes_on_with_the_graph():
    area = compile(lambda x, y: x * y)
    outer = compile(lambda x: x + area(x, 2.0))
    assert [outer(1.0), outer(5.0), outer.grad(5.0)] == [3.0, 15.0, 3.0]
    assert grad(lambda x: x * area(x, 2.0))(5.0) == 20.0
    w = Value(5.0)
    area(w, 2.0).backward()
    assert w.grad == 2.0


def test_of_values_that_nobody_differentiates_by_the_numbers_are_read():
    w = [Value(3.0), Value(2.0)]
    f = compile(lambda w, n: w[0] ** n * w[1], static="n")
    assert f.value_and_grad(w, 2) == (18.0, [12.0, 9.0])
    assert compile_graph(w[0] * w[1], [w]).grad(w) == [2.0, 3.0]
    assert compile(lambda x: x * x, batch=(0,))(np.array(w)).tolist() == [9.0, 4.0]


def test_where_a_program_would_lose_the_gradient_of_a_value_it_is_refused():
    square = compile(lambda x: x * x)
    each = compile(lambda x: x * x, batch=(0,))
    for f in (lambda x: x * square.grad(x), lambda x: each([x])[0]):
        for way in (grad(f), compile(f)):
            with pytest.raises(TypeError, match=r"holds a Value.*value\.data"):
                way(1.0)


def test_a_captured_graph_takes_lists_and_arrays_in_turns():
    w = [Value(1.0), Value(2.0)]
    scale = Value(10.0)
    f = compile_graph(scale * w[0] * w[1], [w])
    for weights in ([3.0, 4.0], np.array([3.0, 4.0]), np.array([3.0, 4.0]), (3.0, 4.0)):
        assert f.value_and_grad(weights) == (120.0, [40.0, 30.0])
    scale.data = 1.0
    assert f(np.array([3.0, 4.0])) == 12.0
    with pytest.raises(ValueError, match="argument 0"):
        f(np.array([3.0, 4.0, 5.0]))


def test_second_derivatives_that_are_all_0_are_compiled_too():
    assert compile(hessian(lambda p: 0.25 * p[0]))([1.0]) == [[0.0]]
    assert compile(grad(lambda x, y: 2.0 * x, argnums=1))(1.0, 2.0) == 0.0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_an_earlier_version_pickled_runs(name):
    if name == "machine code" and not can_compile():
        pytest.skip("wants llvmlite or a C compiler")
    written = json.loads((Path(__file__).parent / "compiled.json").read_text())[name]
    function, arguments, options = FUNCTIONS[name]
    earlier = pickle.loads(zlib.decompress(base64.b64decode(written)))
    found = earlier.value_and_grad(*arguments)
    wanted = compile(function, **options).value_and_grad(*arguments)
    for one, other in zip(found, wanted):
        np.testing.assert_allclose(one, other, rtol=1e-13)
