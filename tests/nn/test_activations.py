"""Activations against closed forms (walkthrough C1 to C7)."""

import math

import numpy as np
import pytest

import nn
from nn import functional as F
from nn.activations import OF_LAYER

V = nn.Value


def slope(function, x):
    value = V(x)
    function(value).backward()
    return value.grad


def test_c1_the_step_has_no_gradient_and_sigmoid_replaced_it():
    assert slope(nn.step, 0.5) == 0.0
    assert (nn.sigmoid(0.0), slope(nn.sigmoid, 0.0)) == (0.5, 0.25)
    assert nn.sigmoid(10.0) == 0.9999546021312976
    assert slope(nn.sigmoid, 10.0) == pytest.approx(4.5395807735907655e-05, rel=1e-11)
    assert (nn.sigmoid(1000.0), nn.sigmoid(-1000.0)) == (1.0, 0.0)


def test_c2_tanh_is_centred_on_0():
    assert nn.tanh(1.0) == 0.7615941559557649
    assert slope(nn.tanh, 1.0) == pytest.approx(0.41997434161402614, rel=1e-15)
    assert nn.tanh(0.7) == pytest.approx(2.0 * nn.sigmoid(1.4) - 1.0, rel=1e-15)


def test_c3_relu_has_slope_0_at_0_and_leaky_relu_a_slope_below():
    assert slope(nn.relu, 0.0) == 0.0
    assert slope(nn.leaky_relu, -3.0) == 0.01
    assert nn.LeakyReLU(0.2)(V(-3.0)).data == pytest.approx(-0.6)


def test_c4_prelu_learns_its_alpha():
    layer = nn.PReLU()
    assert [name for name, _ in layer.named_parameters()] == ["alpha[0]"]
    for x, wanted in ((-2.0, -2.0), (3.0, 0.0)):
        layer.zero_grad()
        layer(V(x)).backward()
        assert layer.alpha[0].grad == wanted


def test_c4_prelu_is_trained_as_a_layers_activation():
    model = nn.Sequential(nn.Dense(2, activation=nn.PReLU(), input_dim=1, init="ones"))
    assert len(model.parameters()) == 5
    model.compile(nn.SGD(lr=0.1), "mse")
    model.fit([[-1.0]], [[-2.0, -2.0]], verbose=0)
    assert model.layers[0].activation.alpha[0].data != 0.25


def test_c4_prelu_may_have_an_alpha_per_unit():
    layer = nn.Dense(2, activation=nn.PReLU(2, init=0.5), input_dim=1, init="ones")
    assert [y.data for y in layer([-1.0])] == [-0.5, -0.5]


def test_c5_elu():
    assert nn.elu(-1.0) == -0.6321205588285577
    assert slope(nn.elu, -1.0) == pytest.approx(0.36787944117144233, rel=1e-15)
    assert nn.elu(-40.0) == -1.0
    assert nn.ELU(alpha=2.0)(V(-40.0)).data == -2.0


def test_c6_softmax_is_stable():
    wanted = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]
    assert nn.softmax([1.0, 2.0, 3.0]) == pytest.approx(wanted, rel=1e-15)
    assert nn.softmax([1001.0, 1002.0, 1003.0]) == nn.softmax([1.0, 2.0, 3.0])


def test_c7_gradients_vanish_in_ten_nested_sigmoids():
    x = V(0.0)
    y = x
    for _ in range(10):
        y = nn.sigmoid(y)
    y.backward()
    assert y.data == pytest.approx(0.6590458288354719, rel=1e-15)
    assert x.grad == pytest.approx(3.875220232083259e-07, rel=1e-12)


@pytest.mark.parametrize("name", [n for n in nn.activations.NAMES if n not in ("identity",)])
def test_an_activation_by_name_works_in_a_layer(name):
    assert isinstance(nn.Layer(1, 1, activation=name, init="ones")([0.5]), V)


@pytest.mark.parametrize("name", OF_LAYER)
def test_an_activation_over_a_layer_works_by_name(name):
    assert len(nn.Layer(1, 3, activation=name)([0.5])) == 3


@pytest.mark.parametrize(
    "kind",
    [nn.ReLU, nn.Sigmoid, nn.Tanh, nn.SELU, nn.Softplus, nn.Softsign, nn.SiLU, nn.GELU, nn.Mish,
     nn.Step, nn.Identity, nn.LeakyReLU, nn.ELU, nn.PReLU],
)  # fmt: skip
def test_an_activation_module_takes_one_number_or_a_list(kind):
    module = kind()
    assert [y.data for y in module([0.5, -0.5])] == [module(V(0.5)).data, module(V(-0.5)).data]


@pytest.mark.parametrize("function", [F.hardsigmoid, F.hardtanh, F.relu6, F.softsign])
def test_a_function_takes_a_number_a_list_and_an_array(function):
    wanted = [function(V(x)).data for x in (-9.0, 0.25, 9.0)]
    assert [function(x) for x in (-9.0, 0.25, 9.0)] == wanted
    assert function([-9.0, V(0.25), 9.0])[1].data == wanted[1]
    assert function(np.array([-9.0, 0.25, 9.0])) == wanted
    assert function(np.array(0.25)) == wanted[1]


# torch 2.13.0 in float64: value and gradient at the ends and beside them
@pytest.mark.parametrize(
    ("function", "x", "value", "gradient"),
    [
        (F.relu6, 0.0, 0.0, 0.0),
        (F.relu6, 2.5, 2.5, 1.0),
        (F.relu6, 6.0, 6.0, 0.0),
        (F.hardtanh, -1.0, -1.0, 0.0),
        (F.hardtanh, 0.5, 0.5, 1.0),
        (F.hardtanh, 1.5, 1.0, 0.0),
        (F.hardsigmoid, -3.0, 0.0, 0.0),
        (F.hardsigmoid, 1.5, 0.75, 1.0 / 6.0),
        (F.hardsigmoid, 3.0, 1.0, 0.0),
    ],
)
def test_activations_of_straight_lines_are_pytorchs(function, x, value, gradient):
    assert function(x) == value
    assert slope(function, x) == pytest.approx(gradient, rel=1e-15)


@pytest.mark.parametrize("function", [F.hardsigmoid, F.hardtanh, F.relu6])
def test_activations_of_straight_lines_let_nan_through(function):
    assert math.isnan(function(math.nan))


def test_options_come_in_pytorchs_order_and_inplace_changes_nothing():
    x = V(-2.0)
    assert F.leaky_relu(x, 0.2).data == -0.4
    assert F.elu([-40.0], 2.0) == [-2.0]
    assert F.relu(x, inplace=True).data == 0.0
    assert x.data == -2.0


def test_an_activation_may_be_given_as_its_class():
    for layer in (nn.Layer(1, 2, activation=nn.Tanh), nn.Dense(2, nn.PReLU, input_dim=1)):
        assert len(layer([0.5])) == 2
    assert len(layer.parameters()) == 5  # the alpha among them


def test_hardtanh_keeps_its_ends_when_saved(tmp_path):
    model = nn.Sequential(nn.Dense(1, input_dim=1, init="ones"), nn.Hardtanh(-0.5, 2.0))
    model.save(tmp_path / "m.npz")
    assert nn.load(tmp_path / "m.npz").predict([[-3.0], [3.0]]).tolist() == [[-0.5], [2.0]]
    with pytest.raises(ValueError, match="min_val below max_val, got 1 and 1"):
        nn.Hardtanh(1, 1)


def test_prelu_says_how_many_alphas_it_wants():
    with pytest.raises(ValueError, match=r"3 alphas.*got 2 inputs; make it PReLU\(2\)"):
        nn.PReLU(3)([1.0, 2.0])
