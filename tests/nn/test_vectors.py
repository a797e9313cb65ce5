"""What goes between modules adds, scales and calls as NumPy's arrays do, and stays a sequence."""

import copy
import math
import operator
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Value
from nn.basics import Rows, as_vector

A, B = [1.0, 4.0, -2.0], [0.5, 2.0, 8.0]


def vector(numbers):
    return Rows([Value(number) for number in numbers])


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
OTHERS = [B, np.array(B), vector(B), 3.0, np.float64(3.0), Value(3.0), [3.0], tuple(B)]


@pytest.mark.parametrize("function", BINARY[:4], ids=lambda function: function.__name__)
@pytest.mark.parametrize("other", OTHERS, ids=lambda other: type(other).__name__)
def test_arithmetic_is_numpys_on_either_side(function, other):
    plain = np.array([o.data for o in other]) if isinstance(other, Rows) else other
    plain = plain.data if isinstance(plain, Value) else np.array(plain)
    a = vector(A)
    np.testing.assert_allclose([v.data for v in function(a, other)], function(np.array(A), plain))
    np.testing.assert_allclose([v.data for v in function(other, a)], function(plain, np.array(A)))
    assert isinstance(function(a, other), Rows)


def test_powers_signs_and_products():
    a = vector(A)
    assert [v.data for v in a**2] == [1.0, 16.0, 4.0]
    assert [v.data for v in 2.0**a] == [2.0, 16.0, 0.25]
    assert [v.data for v in -a] == [-1.0, -4.0, 2.0]
    assert [v.data for v in abs(a)] == [1.0, 4.0, 2.0]
    assert (a @ B).data == pytest.approx(1 * 0.5 + 4 * 2 - 2 * 8)
    assert (a.sum().data, a.mean().data) == (3.0, 1.0)


def test_methods_of_a_value_go_number_by_number():
    a = vector(A)
    assert [v.data for v in a.sin()] == [math.sin(x) for x in A]
    assert [v.data for v in a.relu()] == [1.0, 4.0, 0.0]
    assert [v.data for v in a.maximum(B)] == [1.0, 4.0, 8.0]
    assert [v.data for v in np.tanh(a)] == pytest.approx(np.tanh(A))
    with pytest.raises(AttributeError, match="'spin': this is a list of 3 Values"):
        a.spin()


def test_adding_in_place_adds():
    a = kept = vector(A)
    a += B
    assert [v.data for v in a] == [1.5, 6.0, 6.0]
    assert [v.data for v in kept] == A
    a *= 2
    assert [v.data for v in a] == [3.0, 12.0, 12.0]


def test_it_is_a_list_still():
    a = vector(A)
    assert isinstance(a, list)
    assert len(a) == 3
    assert [v.data for v in [*a, *vector(B)]] == A + B
    assert isinstance(a[1:], Rows)
    assert [v.data for v in a[1:] + a[:2]] == [5.0, 2.0]
    assert [v.data for v in copy.deepcopy(a)] == A
    assert [v.data for v in pickle.loads(pickle.dumps(a))] == A


def test_lengths_that_differ_are_an_error_with_the_way_to_join():
    with pytest.raises(ValueError, match=r"a list of 3 Values and one of 2 .* \[\*a, \*b\] joins"):
        vector(A) + vector(A[:2])


def test_several_samples_broadcast_as_in_numpy():
    rows, row = Rows([vector(A), vector(B)]), vector([1.0, 2.0, 3.0])
    expected = np.add([A, B], [1.0, 2.0, 3.0])
    assert (rows + row).numpy().tolist() == expected.tolist()
    assert (row + rows).numpy().tolist() == expected.tolist()
    assert (rows * 2 + rows).numpy().tolist() == (3 * np.array([A, B])).tolist()
    square = Rows([vector([1.0, 2.0]), vector([3.0, 4.0])])
    assert (square + np.array([10.0, 20.0])).numpy().tolist() == [[11.0, 22.0], [13.0, 24.0]]


def test_the_gradient_flows_through():
    a, b = vector(A), vector(B)
    ((a + b) * a).sum().backward()  # a^2 + a b
    assert [v.grad for v in a] == [2 * x + y for x, y in zip(A, B, strict=True)]
    assert [v.grad for v in b] == A


class Residual(nn.Module):
    def __init__(self):
        self.fc, self.head = nn.Linear(2, 2, rng=0), nn.Dense(1, input_dim=2, rng=1)

    def forward(self, x):
        return self.head(x + 0.5 * self.fc(x).tanh())


class Wave(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(2, 1, rng=0)

    def forward(self, x):
        return self.fc([x[0].sin(), x[1] * 2])


class Called(nn.Module):  # micrograd's way: without forward
    def __init__(self):
        self.fc = nn.Linear(2, 2, rng=0)

    def __call__(self, x):
        return (x * 2 + self.fc(x)).sum()


class ThroughNumPy(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(2, 2, rng=0)

    def forward(self, x):
        return np.tanh(self.fc(x))


def weights(model):
    rows, biases = model.fc.get_weights()
    return np.array(rows), np.array(biases)


X = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])


def expected(model):
    """Return the outputs by NumPy."""
    kernel, biases = weights(model)
    if isinstance(model, Residual):
        head, bias = model.head.get_weights()
        return (X + 0.5 * np.tanh(X @ kernel + biases)) @ head + bias
    if isinstance(model, Wave):
        return np.column_stack([np.sin(X[:, 0]), 2 * X[:, 1]]) @ kernel + biases
    if isinstance(model, Called):
        return (2 * X + X @ kernel + biases).sum(axis=1, keepdims=True)
    return np.tanh(X @ kernel + biases)


@pytest.mark.parametrize("kind", [Residual, Wave, Called, ThroughNumPy])
def test_call_predict_and_fit_compute_the_same(kind):
    model = kind()
    wanted = expected(model)
    called = [[number.data for number in np.atleast_1d(model(row))] for row in X.tolist()]
    np.testing.assert_allclose(called, wanted, rtol=1e-12)
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-12)
    losses = {}
    for backend in ("numpy", "graph"):
        model = kind()
        model.compile("sgd", "mse", backend=backend)
        before = model.evaluate(X, np.zeros_like(wanted))
        assert before == pytest.approx((wanted**2).mean(), rel=1e-12)
        model.fit(X, np.zeros_like(wanted), epochs=3, verbose=0, shuffle=False)
        losses[backend] = model.evaluate(X, np.zeros_like(wanted))
        assert losses[backend] < before
    assert losses["numpy"] == pytest.approx(losses["graph"], rel=1e-12)


def test_activations_of_lists_add_too():
    both = nn.functional.relu([1.0, -1.0]) + nn.functional.softmax([0.0, 0.0])
    assert both == [1.5, 0.5]


def test_a_number_that_is_given_divides_as_a_value_does():
    (given,) = as_vector([1.5])
    value = nn.Value(1.5)
    for made in (
        lambda x: x // 0.0,
        lambda x: x % 0.0,
        lambda x: 5.0 % (x * 0.0),
        lambda x: x // 1.0,
    ):
        assert repr(float(made(given))) == repr(made(value).data)
    assert [float(part) for part in divmod(given, 1.0)] == [1.0, 0.5]
    assert (given % 1.0).sqrt() == 0.5**0.5
