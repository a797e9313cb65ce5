"""Array programs give the numbers of the eager engine, and are the programs one would write."""

import pickle
import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import Value, compile
from autograd_core.functional import (
    call,
    dot,
    log_softmax,
    logsumexp,
    maximum,
    norm,
    softmax,
)
from autograd_core.table import TABLE

from .compiler_graphs import (
    EDGES,
    ROWS,
    STEPS,
    agrees,
    arrays,
    assert_same,
    build,
    eager,
    operands,
    random,
)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_table_on_arrays(name):
    op = TABLE[name]
    points = random(operands(op), 5) + (1.0 if name == "arccosh" else 0.0)
    agrees(lambda x: sum(call(op, *x[:, i]) * x[0, i] for i in range(5)), points)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_table_over_a_batch(name):
    op = TABLE[name]
    count = operands(op)

    def f(x, scale):
        return call(op, *x) * scale

    points = random(7, count) + (1.0 if name == "arccosh" else 0.0)
    values, (dx, dscale) = compile(f, batch=(0, None)).value_and_grad(points, 1.5, wrt=(0, 1))
    rows = [eager(lambda *x: f(x[:-1], x[-1]), *row, 1.5) for row in points]
    np.testing.assert_allclose(values, [value for value, _ in rows], rtol=1e-12)
    np.testing.assert_allclose(dx, [g[:-1] for _, g in rows], rtol=1e-12, atol=1e-15)
    assert dscale == pytest.approx(sum(g[-1] for _, g in rows), rel=1e-12)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_the_eager_values_at_the_edges(name):
    op = TABLE[name]
    points = np.array([[a, b, 1.0, -2.0][: operands(op)] for a in EDGES for b in EDGES])
    got = compile(lambda x: call(op, *x), batch=[0])(points)
    want = [call(op, *row) for row in points.tolist()]
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_the_eager_gradients_at_kinks(name):
    op = TABLE[name]
    grid = [0.0, 1.0, -1.0, 0.5, 2.0]
    points = np.array([[a, b, 1.0, -2.0][: operands(op)] for a in grid for b in grid])
    got = compile(lambda x: call(op, *x), batch=[0]).grad(points)
    want = [eager(lambda *x: call(op, *x), *row)[1] for row in points.tolist()]
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-15)


def test_a_layer_on_a_whole_batch_is_a_matrix_product():
    def layer(w, b, x):
        return sum((dot(row, sample) + bias).tanh() for sample in x for row, bias in zip(w, b))

    compiled = agrees(layer, random(4, 3), random(4), random(6, 3))
    assert "3 of them matrix products" in compiled.report
    assert "take" not in compiled.source


@pytest.mark.parametrize("order", ["sample first", "neuron first", "shuffled"])
def test_matrix_products_are_found_in_any_order(order):
    pairs = [(i, j) for i in range(5) for j in range(4)]
    if order == "neuron first":
        pairs = [(i, j) for j in range(4) for i in range(5)]
    elif order == "shuffled":
        np.random.default_rng(0).shuffle(pairs)

    def f(x, w):
        return sum(dot(x[i], w[j]).sin() for i, j in pairs)

    assert "matrix products" in agrees(f, random(5, 3), random(4, 3)).report


def test_parameters_between_which_others_lie_are_read_in_place():
    def f(p, x):
        neurons = [p[4 * j : 4 * j + 4] for j in range(5)]
        return sum((dot(n[:3], row) + n[3]).exp() for row in x for n in neurons)

    assert "take" not in agrees(f, random(20), random(6, 3)).source


def test_shifted_slices_are_views():
    def rosenbrock(x):
        return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))

    source = agrees(rosenbrock, random(50)).source
    assert "take" not in source
    assert "x[1:50]" in source


def test_windows_are_views():
    def convolution(x, kernel):
        return sum(dot(kernel, x[i : i + 4]).tanh() for i in range(17))

    assert "take" not in agrees(convolution, random(20), random(4)).source


def test_windows_that_are_read_backwards():
    agrees(lambda x: sum((x[i + 1] + x[i]).sin() * x[0] for i in range(2)), random(3))
    agrees(lambda x: sum(dot(x[i : i + 4][::-1], x[:4]).sin() for i in range(9)), random(12))


def test_dilated_and_two_dimensional_windows():
    def dilated(x, k):
        return sum(dot(k, x[i : i + 5 : 2]) ** 2 for i in range(12))

    def image(x, k):
        return sum(
            dot(k.ravel(), x[i : i + 3, j : j + 2].ravel()).tanh()
            for i in range(4)
            for j in range(5)
        )

    agrees(dilated, random(20), random(3))
    agrees(image, random(6, 6), random(3, 2))


def test_outer_products_and_broadcasts():
    agrees(lambda a, b: sum((x * y + x).sin() for x in a for y in b), random(5), random(7))
    agrees(lambda a, b: sum((x - y) ** 2 for y in b for x in a), random(5), random(7))


def test_pairs_that_follow_no_pattern_are_gathered():
    pairs = np.random.default_rng(3).integers(0, 9, size=(40, 2)).tolist()
    agrees(lambda x: sum((x[i] * x[j] - x[i]).cos() for i, j in pairs), random(9))


def test_pairs_of_particles():
    def energy(x):
        pairs = [(i, j) for i in range(8) for j in range(i)]
        squares = [sum((a - b) ** 2 for a, b in zip(x[i], x[j])) for i, j in pairs]
        return sum(4.0 * (1.0 / s**6 - 1.0 / s**3) for s in squares)

    agrees(energy, random(8, 3, seed=4) * 4.0, rel=1e-11)  # s**-7 amplifies the last bit


def test_repeated_operands_and_constants():
    agrees(lambda x: sum(a * a + a * 3.0 - 1.5 + a + a for a in x), random(9))
    agrees(lambda x: sum(2.0 * a * i for i, a in enumerate(x)), random(9))


def test_matrix_times_itself():
    agrees(lambda a: sum((a @ a).ravel().tolist(), 0.0), random(4, 4))
    agrees(lambda a: ((a.T @ a) ** 2).sum(), random(5, 4))


def test_subtracted_products():
    agrees(lambda a, b, c: sum(dot(r, c) - dot(r, b) - s for r, s in zip(a, b)),
           random(3, 3), random(3), random(3))  # fmt: skip


@pytest.mark.parametrize(
    "f", [logsumexp, norm, lambda r: softmax(r)[1], lambda r: log_softmax(r)[2]]
)
def test_rows_on_any_number_of_operands(f):
    agrees(lambda x: sum(f(list(row)) * (i + 1.0) for i, row in enumerate(x)), random(6, 4))


def test_results_are_not_overwritten_by_the_next_call():
    f = arrays(lambda x: sum(a * a for a in x))
    first = f.grad(np.ones(20))
    f.grad(np.zeros(20))
    assert first.tolist() == [2.0] * 20


def test_an_interrupted_call_leaves_nothing_behind():
    f = compile(lambda w, x: dot(w, x).tanh(), batch=(None, 0))
    x = random(4, 3)
    want = f.value_and_grad(np.ones(3), x)
    with pytest.raises(TypeError):
        f.value_and_grad(np.array(["a"]), x)
    got = f.value_and_grad(np.ones(3), x)
    assert np.array_equal(got[0], want[0])
    assert np.array_equal(got[1], want[1])


def test_threads_have_their_own_buffers():
    f = compile(lambda w, x: dot(w, x).tanh(), batch=(None, 0))
    inputs = [random(400, 3, seed=i) for i in range(4)]
    wanted = [f.grad(np.ones(3), x) for x in inputs]
    wrong = []

    def work(i):
        for _ in range(200):
            if not np.array_equal(f.grad(np.ones(3), inputs[i]), wanted[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_array_program_pickles():
    f = compile(lambda w, x: dot(w, x).tanh(), batch=(None, 0))
    want = f.grad(np.ones(3), random(5, 3))
    loaded = pickle.loads(pickle.dumps(f))
    assert np.array_equal(loaded.grad(np.ones(3), random(5, 3)), want)


def test_weights_from_outside_are_read_at_each_call():
    w = [Value(1.0), Value(2.0)]
    f = compile(lambda x: dot(w, x), batch=[0])
    assert f([[1.0, 1.0]]).tolist() == [3.0]
    w[0].data = 10.0
    assert f([[1.0, 1.0]]).tolist() == [12.0]


def test_a_large_regular_graph_is_an_array_program_by_itself():
    f = compile(lambda x: sum((a * a).sin() for a in x))
    f(np.ones(500))
    assert "sin(" in f.source
    assert "array operations" in f.report


def test_a_running_maximum():
    def f(x):
        return sum(maximum(a, b) * (i + 1.0) for i, (a, b) in enumerate(pairwise(x)))

    agrees(f, np.array([1.0, 1.0, 2.0, 0.5, 0.5, 3.0]))


@settings(max_examples=500, deadline=None)
@given(STEPS, st.lists(st.integers(-12, 12).map(lambda n: n / 4), min_size=3, max_size=3))
def test_generated_graphs_as_arrays(steps, point):
    value, gradients = arrays(lambda *x: build(steps, list(x))).value_and_grad(
        *point, wrt=(0, 1, 2)
    )
    want, wanted = eager(lambda *x: build(steps, list(x)), *point)
    assert value == pytest.approx(want, rel=1e-12, abs=1e-13, nan_ok=True)
    assert_same(gradients, wanted)
