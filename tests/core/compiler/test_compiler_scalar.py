"""Straight-line code gives the numbers of the eager engine."""

import math
import pickle
import threading
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import Value, grad
from autograd_core.compiler import compile, compile_graph
from autograd_core.functional import call, dot, logsumexp, softmax
from autograd_core.table import TABLE

from .compiler_graphs import EDGES, POINTS, ROWS, STEPS, assert_same, build, eager, operands


def test_gradient_of_a_product_is_the_other_factor():
    assert compile(lambda x, y: x * y).value_and_grad(3.0, 5.0, wrt=(0, 1)) == (15.0, (5.0, 3.0))


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_table_has_the_eager_value_and_gradient(name):
    op = TABLE[name]
    points = POINTS[: operands(op)]
    if name == "arccosh":
        points = [1.5]

    def f(*xs):
        return call(op, *xs) * xs[0]

    value, gradients = compile(f).value_and_grad(*points, wrt=tuple(range(len(points))))
    want, wanted = eager(f, *points)
    assert value == pytest.approx(want, rel=1e-12)
    assert list(gradients) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_the_eager_value_at_the_edges(name):
    op = TABLE[name]
    compiled = compile(lambda *xs: call(op, *xs))
    for a in EDGES:
        for b in EDGES:
            points = [a, b, 1.0, -2.0][: operands(op)]
            want = call(op, *points)
            assert compiled(*points) == pytest.approx(want, rel=1e-12, nan_ok=True), points


def test_nested_arguments_come_back_as_nested_gradients():
    f = compile(lambda p: p["w"][0] * p["w"][1] + p["b"][0, 1])
    gradient = f.grad({"w": [2.0, 3.0], "b": np.zeros((1, 2))})
    assert gradient["w"] == [3.0, 2.0]
    assert gradient["b"].tolist() == [[0.0, 1.0]]


def test_several_outputs_keep_their_structure():
    f = compile(lambda xs: {"softmax": softmax(xs), "sum": (sum(xs), 1.0)})
    result = f([1.0, 2.0])
    assert result["sum"] == (3.0, 1.0)
    assert sum(result["softmax"]) == pytest.approx(1.0, rel=1e-15)


def test_an_object_array_of_values_is_what_the_function_receives():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    f = compile(lambda a, x: (a @ x).sum())
    assert f.grad(matrix, np.array([1.0, 1.0]), wrt=1).tolist() == [4.0, 6.0]


def test_values_from_outside_are_read_at_each_call():
    w = Value(2.0)
    f = compile(lambda x: x * w + 1.0)
    assert f(3.0) == 7.0
    w.data = 10.0
    assert f(3.0) == 31.0


def test_a_branch_that_goes_the_other_way_is_captured_again():
    f = compile(lambda x: x * 2.0 if x > 0.0 else x * x)
    assert [f(3.0), f(-3.0), f(4.0)] == [6.0, 9.0, 8.0]
    assert f.grad(-3.0) == -6.0


def test_too_many_ways_through_the_branches_name_the_comparison():
    def f(x):
        n = 0
        while x > n:
            n += 1
        return x * n

    compiled = compile(f)
    for i in range(8):
        compiled(i + 0.5)
    with pytest.raises(RuntimeError, match=r"`greater` in .*test_compiler_scalar.py:\d+ \(f\)"):
        compiled(8.5)


def test_a_static_argument_is_handed_over_as_it_is():
    f = compile(lambda x, how: x.sin() if how == "sin" else x.cos(), static="how")
    assert f(0.0, "sin") == 0.0
    assert f(0.0, "cos") == 1.0
    assert f.grad(0.0, how="sin") == 1.0


def test_a_static_argument_has_no_gradient():
    with pytest.raises(TypeError, match=r"argument 1 .* static"):
        compile(lambda x, n: x * n, static=1).grad(1.0, 2, wrt=1)


def test_a_new_structure_is_captured_anew():
    f = compile(lambda xs: sum(xs))
    assert f([1.0, 2.0]) == 3.0
    assert f([1.0, 2.0, 3.0]) == 6.0


@pytest.mark.parametrize("bad", ["text", None, 1j, ["a"], np.array(["a"]), np.array([1j])])
def test_arguments_that_are_no_numbers_are_named(bad):
    identity = compile(lambda x: x)
    with pytest.raises(TypeError, match="argument 0 of <lambda>"):
        identity(bad)


@pytest.mark.parametrize("result", [None, "text", 1.0, [1.0, 2.0], [], True])
def test_a_function_must_return_values(result):
    with pytest.raises(TypeError, match="must return"):
        compile(lambda x: result)(1.0)


def test_a_gradient_is_that_of_one_number():
    with pytest.raises(TypeError, match="gradient is that of one number"):
        compile(lambda x: [x, x]).grad(1.0)


def test_wrt_out_of_range_is_an_index_error():
    with pytest.raises(IndexError, match="wrt=2"):
        compile(lambda x: x).grad(1.0, wrt=2)
    with pytest.raises(IndexError, match="wrt=-2"):
        compile(lambda x: x).grad(1.0, wrt=-2)


def test_wrt_takes_negative_positions_and_any_integers():
    f = compile(lambda x, y: x * x * y)
    assert f.grad(3.0, 2.0, wrt=-1) == 9.0
    assert f.grad(3.0, 2.0, wrt=[np.int64(1), -2]) == (9.0, 12.0)


@pytest.mark.parametrize("batch", [None, (0, None)])
def test_wrt_names_each_argument_once(batch):
    f = compile(lambda x, y: x * x * y, batch=batch)
    x = 3.0 if batch is None else np.ones(4)
    for twice in ((0, 0), (1, -1)):
        with pytest.raises(ValueError, match="twice"):
            f.grad(x, 2.0, wrt=twice)


@pytest.mark.parametrize("wrt", ["x", 1.0, (0, "y")])
def test_wrt_is_a_position_or_several(wrt):
    with pytest.raises(TypeError, match="wrt wants the position"):
        compile(lambda x, y: x * y).grad(3.0, 2.0, wrt=wrt)


def test_a_graph_that_exists_takes_changed_leaves():
    x, w = Value(3.0), Value(2.0)
    f = compile_graph(x * w, [x])
    w.data = 7.0
    assert f.value_and_grad(1.0) == (7.0, 7.0)


def test_a_graph_wants_as_many_numbers_as_it_has_inputs():
    xs = [Value(1.0), Value(2.0)]
    f = compile_graph(dot(xs, xs), [xs])
    assert f(np.array([3.0, 4.0])) == 25.0
    with pytest.raises(ValueError, match=r"argument 0 .*wants list of .*got array of shape \(3,\)"):
        f(np.zeros(3))


def test_an_interior_node_can_be_an_input():
    x = Value(3.0)
    h = x * x
    assert compile_graph(h * 2.0, [h]).value_and_grad(5.0) == (10.0, 2.0)


def test_a_pickled_program_runs_without_its_function():
    f = compile(lambda x, y: logsumexp([x, y]))
    want = f.value_and_grad(1.0, 2.0)
    loaded = pickle.loads(pickle.dumps(f))
    assert loaded.value_and_grad(1.0, 2.0) == want
    with pytest.raises(RuntimeError, match="without its function"):
        loaded([1.0], 2.0)


def test_deep_chains_share_chunks_and_agree_with_the_loop():
    def chain(x, a, b):
        for _ in range(20_000):
            x = x.sin() * a + b
        return x

    f = compile(chain)
    value, gradients = f.value_and_grad(0.1, 0.5, 0.2, wrt=(0, 1, 2))
    want, wanted = eager(chain, 0.1, 0.5, 0.2)
    assert value == want
    assert list(gradients) == pytest.approx(wanted, rel=1e-12)
    assert f.source.count("def run") <= 3


def test_threads_share_a_compiled_function():
    f = compile(lambda x: (x * x).sin() / x)
    wanted = [f(float(i)) for i in range(1, 50)]
    results = {}

    def work(name):
        results[name] = [f(float(i)) for i in range(1, 50) for _ in range(20)][::20]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results[n] == wanted for n in range(4))


def test_source_before_the_first_call_says_what_to_do():
    with pytest.raises(RuntimeError, match="call it once"):
        _ = compile(lambda x: x).source


@settings(max_examples=500, deadline=None)
@given(STEPS, st.lists(st.integers(-12, 12).map(lambda n: n / 4), min_size=3, max_size=3))
def test_generated_graphs_have_the_eager_value_and_gradient(steps, point):
    def f(*xs):
        return build(steps, list(xs))

    value, gradients = compile(f).value_and_grad(*point, wrt=(0, 1, 2))
    want, wanted = eager(f, *point)
    assert value == pytest.approx(want, rel=1e-12, nan_ok=True)
    assert_same(gradients, wanted)


def test_what_only_a_branch_looks_at_has_no_part_in_the_gradient():
    def f(x):
        y = x
        for _ in range(1000):  # more instructions than one function holds
            y = (y * 0.5).sqrt()  # its derivative at 0 is infinite
        return 2.0 * x if y >= 0.0 else x

    compiled = compile(f)
    assert compiled.value_and_grad(0.0) == (0.0, 2.0)
    assert len(compiled._entries.latest.programs[0,].chunks) > 1


@pytest.mark.parametrize(("first_check", "as_arrays"), [(5_000, True), (100, False)])
def test_a_graph_is_given_up_when_its_first_part_has_no_structure(
    monkeypatch, first_check, as_arrays
):
    module = import_module("autograd_core.compiler.structure.reroll")  # not the function
    monkeypatch.setattr(module, "_CHECKS", ((first_check, 2),))

    def function(x):
        start = x[0]
        for _ in range(60):  # each has a group of its own
            start = start.sin() * 0.9 + 0.1
        return sum((start * a).tanh() for a in x)

    compiled = compile(function)
    x = np.random.default_rng(0).uniform(size=3000)
    start = x[0]
    for _ in range(60):
        start = math.sin(start) * 0.9 + 0.1
    assert compiled(x) == pytest.approx(np.tanh(start * x).sum(), rel=1e-12)
    assert ("aligned" in compiled.source) == as_arrays


def test_what_is_computed_twice_is_computed_once_also_where_its_gradient_is_infinite():
    def f(a):
        return a * a * 0.7 - a * a * 0.5

    assert math.isnan(grad(f)(math.inf))  # inf - inf
    assert compile(f).grad(math.inf) == math.inf  # 0.2 * inf
