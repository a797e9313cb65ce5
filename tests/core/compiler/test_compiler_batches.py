"""Programs over a batch: any number of samples, in blocks, gradients of each or their sum."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import compile, custom_op, grad
from autograd_core.functional import (
    dot,
    log_softmax,
    where,
)

from .compiler_graphs import (
    STEPS,
    agrees,
    arrays,
    assert_same,
    build,
    eager,
    random,
)


def test_a_small_network_with_softmax_over_a_batch():
    def loss(w1, w2, x, target):
        hidden = [dot(row, x).tanh() for row in w1]
        return -dot(target, log_softmax([dot(row, hidden) for row in w2]))

    w1, w2, x = random(5, 3), random(4, 5), random(9, 3)
    targets = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3, 0]]
    compiled = compile(loss, batch=(None, None, 0, 0))
    values, (d1, d2, dx) = compiled.value_and_grad(w1, w2, x, targets, wrt=(0, 1, 2))

    def whole(w1, w2, x):
        return sum(loss(w1, w2, row, target) for row, target in zip(x, targets))

    many = arrays(whole).value_and_grad(w1, w2, x, wrt=(0, 1, 2))
    assert values.sum() == pytest.approx(many[0], rel=1e-12)
    for got, want in zip((d1, d2, dx), many[1]):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-15)
    agrees(whole, w1, w2, x)


def test_weights_shared_within_a_sample_over_a_batch():
    def f(k, x):
        return sum(dot(k[j], x[i : i + 3]).tanh() for i in range(6) for j in range(2))

    k, x = random(2, 3), random(5, 8)
    values, (dk, dx) = compile(f, batch=(None, 0)).value_and_grad(k, x, wrt=(0, 1))
    rows = [arrays(f).value_and_grad(k, row, wrt=(0, 1)) for row in x]
    np.testing.assert_allclose(values, [value for value, _ in rows], rtol=1e-12)
    np.testing.assert_allclose(dk, sum(g[0] for _, g in rows), rtol=1e-12)
    np.testing.assert_allclose(dx, [g[1] for _, g in rows], rtol=1e-12)


def test_any_batch_size_runs_without_a_new_trace():
    calls = []

    def f(w, x):
        calls.append(1)
        return dot(w, x).sigmoid()

    compiled = compile(f, batch=(None, 0))
    w = random(3)
    for samples in (1, 2, 7, 5000):
        x = random(samples, 3, seed=samples)
        values, gradient = compiled.value_and_grad(w, x)
        y = 1.0 / (1.0 + np.exp(-x @ w))
        np.testing.assert_allclose(values, y, rtol=1e-12)
        np.testing.assert_allclose(gradient, (y * (1.0 - y)) @ x, rtol=1e-12)
    assert len(calls) == 1


def test_large_batches_run_in_blocks():
    compiled = compile(lambda a, x: sum((v * a).sin() for v in x), batch=(None, 0))
    x = random(30_000, 10)
    values, (da, dx) = compiled.value_and_grad(2.0, x, wrt=(0, 1))
    np.testing.assert_allclose(values, np.sin(2.0 * x).sum(axis=1), rtol=1e-12)
    assert da == pytest.approx((x * np.cos(2.0 * x)).sum(), rel=1e-12)
    np.testing.assert_allclose(dx, 2.0 * np.cos(2.0 * x), rtol=1e-12)


def test_an_output_that_does_not_depend_on_the_sample():
    values, gradient = compile(lambda a, x: a * 2.0, batch=(None, 0)).value_and_grad(
        3.0, [1.0, 2.0]
    )
    assert values.tolist() == [6.0, 6.0]
    assert gradient == 4.0


def test_a_parameter_that_is_added_as_it_is():
    values, gradient = compile(lambda a, x: a + x, batch=(None, 0)).value_and_grad(3.0, [1.0, 2.0])
    assert values.tolist() == [4.0, 5.0]
    assert gradient == 2.0


def test_several_outputs_over_a_batch_keep_their_structure():
    f = compile(lambda x: {"sum": x[0] + x[1], "both": (x[0], 1.0)}, batch=[0])
    result = f(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert result["sum"].tolist() == [3.0, 7.0]
    assert result["both"][0].tolist() == [1.0, 3.0]
    assert result["both"][1].tolist() == [1.0, 1.0]


def test_dicts_may_be_batched():
    f = compile(lambda p: p["a"] * p["b"][1], batch=[0])
    values, gradient = f.value_and_grad({"a": np.arange(3.0), "b": random(3, 2)})
    np.testing.assert_allclose(gradient["b"][:, 1], np.arange(3.0))
    np.testing.assert_allclose(values, gradient["a"] * np.arange(3.0))


def test_samples_that_take_different_ways_are_told_about_where():
    f = compile(lambda x: x if x > 0.0 else -x, batch=[0])
    assert f([1.0, 2.0]).tolist() == [1.0, 2.0]
    assert f([-1.0, -2.0]).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match=r"`greater` .* use where\(condition, a, b\)"):
        f([1.0, -2.0])


def test_where_chooses_for_each_sample():
    f = compile(lambda x: where(x.greater(0.0), x, -2.0 * x), batch=[0])
    values, gradient = f.value_and_grad([1.0, -2.0])
    assert values.tolist() == [1.0, 4.0]
    assert gradient.tolist() == [1.0, -2.0]


def test_arguments_with_different_numbers_of_samples_are_named():
    f = compile(lambda x, y: x * y, batch=(0, 0))
    with pytest.raises(ValueError, match="argument 1 of <lambda> has 3 samples"):
        f([1.0, 2.0], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("x", [1.0, [[1.0], [1.0, 2.0]]])
def test_a_batch_needs_a_leading_axis(x):
    with pytest.raises(ValueError, match="argument 0"):
        compile(lambda x: x, batch=[0])(x)


def test_no_samples_have_no_values_and_no_gradient():
    value, (by_x, by_w) = compile(lambda x, w: dot(x, w), batch=(0, None)).value_and_grad(
        np.zeros((0, 3)), np.ones(3), wrt=(0, 1)
    )
    assert (value.shape, by_x.shape, by_w.tolist()) == ((0,), (0, 3), [0.0, 0.0, 0.0])


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_no_samples_of_rows_that_are_walked_backwards(backend):
    def f(a, x):
        h = [dot(row, x) for row in a]
        h = [p * p + q for p, q in zip(h, h[::-1])][::-1]
        return sum(p * q for p, q in zip(h, x[::-1])) * x[0]

    a = random(4, 4)
    compiled = compile(f, batch=(None, 0), backend=backend)
    value, (by_a, by_x) = compiled.value_and_grad(a, np.zeros((0, 4)), wrt=(0, 1))
    assert (value.shape, by_x.shape) == ((0,), (0, 4))
    np.testing.assert_array_equal(by_a, np.zeros((4, 4)))


@pytest.mark.parametrize("batch", [[1], [None], ["x"]])
def test_batch_marks_arguments_with_0(batch):
    with pytest.raises(ValueError, match="batch"):
        compile(lambda x: x, batch=batch)


@settings(max_examples=500, deadline=None)
@given(STEPS, st.lists(st.integers(-12, 12).map(lambda n: n / 4), min_size=12, max_size=12))
def test_generated_graphs_over_a_batch(steps, numbers):
    points = np.array(numbers).reshape(4, 3)
    values, gradients = compile(lambda x: build(steps, list(x)), batch=[0]).value_and_grad(points)
    for row, value, gradient in zip(points.tolist(), values, gradients):
        want, wanted = eager(lambda *x: build(steps, list(x)), *row)
        assert value == pytest.approx(want, rel=1e-12, abs=1e-13, nan_ok=True)
        assert_same(gradient, wanted)


@pytest.mark.parametrize("samples", [20, 200_000])  # at once, and in blocks
def test_equal_gradients_are_arrays_of_their_own(samples):
    f = compile(lambda a, b: (a + b) ** 2, batch=(0, 0))
    _, (da, db) = f.value_and_grad(np.ones(samples), np.ones(samples), wrt=(0, 1))
    assert not np.shares_memory(da, db)
    np.testing.assert_array_equal(da, np.full(samples, 4.0))
    np.testing.assert_array_equal(db, da)


@pytest.mark.parametrize("backend", ["auto", "numpy", "native"])
@pytest.mark.parametrize("samples", [1, 3])
def test_numbers_that_run_sample_by_sample_do_so_at_every_call(backend, samples):
    """A choice among any number of operands has no array program."""
    largest = custom_op(
        "largest_of_all",
        lambda m, *xs: reduce(m.maximum, xs),
        lambda m, y, *xs: tuple(m.where(m.equal(x, y), 1.0, 0.0) for x in xs),
        arity=None,
    )
    a, b, c = np.array([1.0, 2.0, 3.0])[:samples], np.array([4.0, 0.1, 0.2])[:samples], 2.5

    def f(a, b, c):
        return largest(a, b * c, c) * a

    compiled = compile(f, batch=(0, 0, None), backend=backend)
    bound = compiled.bind(a, b, c, wrt=(0, 1, 2))
    wanted = [grad(f, (0, 1, 2))(x, y, c) for x, y in zip(a.tolist(), b.tolist())]
    for call in [lambda *x: compiled.value_and_grad(*x, wrt=(0, 1, 2)), bound] * 2:
        values, (da, db, dc) = call(a, b, c)
        np.testing.assert_array_equal(values, [10.0, 5.0, 9.0][:samples])
        np.testing.assert_allclose(np.array([da, db]).T, [w[:2] for w in wanted], rtol=1e-15)
        assert dc == pytest.approx(sum(w[2] for w in wanted))
        np.testing.assert_array_equal(compiled(a, b, c), values)
