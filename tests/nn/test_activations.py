"""Activations against closed forms (walkthrough C1 to C7)."""

import math

import numpy as np
import pytest

import nn
from nn import functional as F
from nn.activations import OF_LAYER
from nn.exchange.parts import parts_of

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


# torch 2.13.0; squareplus and sparse_plus: keras 3.15.1. Values, then slopes, at X.
X = [-4.0, -1.0, -0.5, 0.0, 0.3, 0.5, 1.0, 3.0]
SHRINKS = [
    (lambda x: F.celu(x, 2.0),
     [-1.729329433527, -0.786938680575, -0.442398433857, 0.0, 0.3, 0.5, 1.0, 3.0],
     [0.135335283237, 0.606530659713, 0.778800783071, 1.0, 1.0, 1.0, 1.0, 1.0]),
    (F.hardshrink, [-4.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 3.0], [1, 1, 0, 0, 0, 0, 1, 1]),
    (F.softshrink, [-3.5, -0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 2.5], [1, 1, 0, 0, 0, 0, 1, 1]),
    (F.tanhshrink,
     [-3.000670700261, -0.238405844044, -0.03788284274, 0.0, 0.008687387548, 0.03788284274,
      0.238405844044, 2.004945246313],
     [0.998659049317, 0.580025658386, 0.213552267034, 0.0, 0.084863038173, 0.213552267034,
      0.580025658386, 0.990133962835]),
    (F.hardswish, [0.0, -1 / 3, -1.25 / 6, 0.0, 0.165, 1.75 / 6, 2 / 3, 3.0],
     [0.0, 1 / 6, 1 / 3, 0.5, 0.6, 2 / 3, 5 / 6, 1.0]),
    (lambda x: F.threshold(x, 0.3, -7.0), [-7.0, -7.0, -7.0, -7.0, -7.0, 0.5, 1.0, 3.0],
     [0, 0, 0, 0, 0, 1, 1, 1]),
    (lambda x: F.softplus(x, 3.0, 1.0),
     [2.048064493e-06, 0.016195783857914, 0.067137759327584, 0.231049060186648,
      0.413717958244029, 0.5, 1.0, 3.0],
     [6.144174602e-06, 0.047425873177567, 0.182425523806356, 0.5, 0.710949502625004, 1.0, 1.0,
      1.0]),
    (nn.activations.squareplus,
     [0.2360679775, 0.61803398875, 0.780776406404, 1.0, 1.161187420808, 1.280776406404,
      1.61803398875, 3.302775637732],
     [0.0527864045, 0.27639320225, 0.378732187482, 0.5, 0.574170226465, 0.621267812518,
      0.72360679775, 0.916025147169]),
    (nn.activations.sparse_plus, [0.0, 0.0, 0.0625, 0.25, 0.4225, 0.5625, 1.0, 3.0],
     [0.0, 0.0, 0.25, 0.5, 0.65, 0.75, 1.0, 1.0]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "values", "slopes"), SHRINKS)
def test_shrinks_and_their_relatives_are_pytorchs_and_keras(function, values, slopes):
    assert function(X) == pytest.approx(values, rel=1e-9, abs=1e-12)  # twelve places are recorded
    assert [slope(function, x) for x in X] == pytest.approx(slopes, rel=1e-9, abs=1e-12)
    assert math.isnan(function(math.nan))


def test_a_shrink_is_found_by_its_name_and_saved(tmp_path):
    model = nn.Sequential(nn.Dense(1, "hard_swish", input_dim=1, init="ones"))
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz")([1.5]).data == model([1.5]).data == 1.125
    assert nn.activations.get("squareplus") is nn.activations.squareplus


def test_glu_gates_one_half_of_the_outputs_by_the_other():
    # torch 2.13.0
    assert F.glu([1.0, 2.0, 3.0, 4.0]) == pytest.approx([0.9525741268224334, 1.964027580075817])
    with pytest.raises(ValueError, match="two halves along the last axis, got 1"):
        F.glu([1.0])
    deep = np.arange(8.0).reshape(2, 2, 2) / 4.0
    rows = [[F.glu(row) for row in sample] for sample in deep]
    assert F.glu(deep) == F.glu(deep, 2) == rows
    with pytest.raises(ValueError, match="last axis"):
        F.glu(deep, 1)  # torch halves that axis


def test_activation_layers_take_samples_of_any_shape():
    x = np.arange(12.0).reshape(2, 3, 2) - 6.0
    for layer, wanted in (
        (nn.ReLU(), np.maximum(x, 0.0)),
        (nn.LeakyReLU(0.5), np.where(x > 0, x, x / 2)),
    ):
        assert [[[y.data for y in row] for row in sample] for sample in layer(x)] == wanted.tolist()


def test_softmax_of_samples_of_several_axes_is_refused():
    for layer in (nn.Softmax(dim=1), nn.LogSoftmax()):
        with pytest.raises(ValueError, match="a sample is a row of numbers"):
            layer(np.zeros((2, 3, 2)))


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax])
def test_softmax_goes_over_the_last_axis_however_many_there_are(function):
    deep = np.random.default_rng(0).normal(size=(2, 3, 4))
    rows = [[function(row) for row in sample] for sample in deep]
    assert function(deep) == function(deep, 2) == function(deep.tolist(), -1) == rows
    with pytest.raises(ValueError, match="whose axis is -1 or 1, got 0"):
        function(deep, 1)


def test_a_softplus_with_a_threshold_is_saved_with_it(tmp_path):
    model = nn.Sequential(nn.Dense(1, input_dim=1, init="ones"), nn.Softplus(3.0, threshold=1.0))
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz")([0.5]).data == model([0.5]).data == 0.5


X7 = np.array([-3.0, -0.5, 0.0, 0.5, 2.0, 4.0, 9.0])


@pytest.mark.parametrize(  # keras 3.15.1, keras.activations.relu
    ("options", "wanted"),
    [
        ({"max_value": 6.0}, [0.0, 0.0, 0.0, 0.5, 2.0, 4.0, 6.0]),
        ({"negative_slope": 0.5}, [-1.5, -0.25, 0.0, 0.5, 2.0, 4.0, 9.0]),
        ({"threshold": 1.0}, [0.0, 0.0, 0.0, 0.0, 2.0, 4.0, 9.0]),
        ({"negative_slope": 0.5, "max_value": 3.0, "threshold": 1.0},
         [-2.0, -0.75, -0.5, -0.25, 2.0, 3.0, 3.0]),
    ],
)  # fmt: skip
def test_relu_has_kerass_options_as_function_and_layer(options, wanted):
    assert nn.activations.relu(X7.tolist(), **options) == pytest.approx(wanted)
    layer = nn.layers.ReLU(**options)
    assert [y.data for y in layer(X7)] == pytest.approx(wanted)
    again = nn.layers.ReLU(**layer.config())
    assert [y.data for y in again(X7)] == pytest.approx(wanted)
    assert F.relu([-1.0, 2.0], True) == F.relu([-1.0, 2.0], inplace=True) == [0.0, 2.0]


def test_a_relu_with_options_trains_is_saved_and_refused_where_it_has_no_name(tmp_path):
    model = nn.Sequential([nn.Dense(3, input_dim=1, rng=0), nn.ReLU(6.0), nn.Dense(1, rng=1)])
    model.compile("sgd", "mse")
    model.fit([[1.0], [2.0]], [1.0, 2.0], epochs=1, verbose=0)
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").predict([[3.0]]) == pytest.approx(model.predict([[3.0]]))
    with pytest.raises(TypeError, match="activations that have a name"):
        list(parts_of(model, "to_onnx"))
    assert nn.ReLU().config() == nn.ReLU(True).config() == {}
    with pytest.raises(ValueError, match="max_value must be at least 0"):
        nn.ReLU(-1.0)


def test_gelu_takes_kerass_words_for_its_approximation():
    for function in (nn.gelu, F.gelu, lambda x, **named: nn.GELU(**named)(V(x)).data):
        assert function(1.0, approximate=True) == function(1.0, approximate="tanh")
        assert function(1.0, approximate=False) == function(1.0, approximate="none")
    with pytest.raises(ValueError, match="gelu's approximate is 'none' or 'tanh'"):
        nn.GELU("erf")
