"""Diagnostics: a network that cannot learn is named while it happens, with the cure."""

import numpy as np
import pytest

import nn

from .small_models import QUIET, X, Y, line


def test_c3_a_dead_layer_is_named_while_it_happens():
    model = nn.MLP(2, [3, 1], rng=0)
    model.set_weights([[[-1.0] * 3] * 2, [-5.0] * 3, [[1.0]] * 3, [0.0]])
    model.compile("sgd", "mse")
    with pytest.warns(nn.TrainingWarning, match=r"layers\[0\] is dead: all 3 units .* leaky_relu"):
        model.fit(X, Y, epochs=2, **QUIET)
    assert {p.grad for p in model.layers[0].parameters()} == {0.0}


@pytest.mark.parametrize("backend", ["graph", "numpy"])
def test_c3_a_rate_of_10_kills_the_second_layer_and_the_warning_says_so(backend):
    points, kinds = nn.data.make_moons(80, noise=0.25, seed=2)
    model = nn.MLP(2, [16, 16, 1], output="sigmoid", rng=3)
    model.compile(nn.SGD(lr=10.0), "binary_crossentropy", backend=backend)
    with pytest.warns(nn.TrainingWarning, match=r"layers\[1\] is dead: all 16 units"):
        model.fit(points, kinds, epochs=10, batch_size=16, **QUIET)
    outputs = points
    for weights, biases in zip(*[iter(model.get_weights()[:4])] * 2):
        outputs = np.maximum(outputs @ weights + biases, 0.0)
    assert not outputs.any()


def test_c3_leaky_relu_is_the_cure():
    model = nn.MLP(2, [3, 1], activation="leaky_relu")
    model.set_weights([[[-1.0] * 3] * 2, [-5.0] * 3, [[1.0]] * 3, [0.0]])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=2, **QUIET)  # a warning would be an error here
    assert all(p.grad for p in model.layers[0].parameters())


def test_saturated_outputs_are_named_while_it_happens():
    model = nn.MLP(1, [1], output="sigmoid", init="zeros")
    model.set_weights([[[1000.0]], [0.0]])
    model.compile("sgd", "mse")
    with pytest.warns(nn.TrainingWarning, match=r"layers\[0\] is saturated: no gradient"):
        model.fit([[1.0], [2.0]], [0.0, 0.0], **QUIET)


def test_a_loss_that_is_not_finite_is_reported_with_its_epoch():
    with pytest.warns(nn.TrainingWarning, match=r"the loss is (nan|inf) in epoch \d+"):
        line(1e200).fit([[1.0], [2.0]], [1.0, 2.0], epochs=5, **QUIET)
