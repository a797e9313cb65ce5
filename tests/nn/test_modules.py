"""Modules: parts, names, state, switches; layers and models (walkthrough B1 to B7, B11)."""

import math
import random

import numpy as np
import pytest

import nn
from nn import initializers

# B2: inputs (2, 3), hidden weights [1, 1] and [-1, 1], output weights [2, -1]
NODES = {"node_0": [1.0, 1.0], "node_1": [-1.0, 1.0], "output": [2.0, -1.0]}


def worked_example(activation="linear"):
    model = nn.MLP(2, [2, 1], activation=activation, bias=False)
    model.set_node_weights(NODES)
    return model


class Line(nn.Module):
    def __init__(self):
        self.slope, self.offset = nn.Value(2.0), nn.Value(1.0)

    def forward(self, x):
        return self.slope * x[0] + self.offset


class Micro(nn.Module):
    """Written as for micrograd: only __call__."""

    def __init__(self):
        self.w = [nn.Value(0.5), nn.Value(-0.5)]

    def __call__(self, x):
        return sum(w * value for w, value in zip(self.w, x))


# B1


@pytest.mark.parametrize(("sizes", "count"), [((2, [16, 16, 1]), 337), ((8, [12, 8, 1]), 221),
                                              ((4, [5, 1]), 31)])  # fmt: skip
def test_b1_the_number_of_parameters(sizes, count):
    model = nn.MLP(*sizes)
    assert len(model.parameters()) == count
    assert f"total {count} parameters" in model.summary()


def test_b1_every_neuron_sees_every_unit_below_and_has_one_bias():
    model = nn.MLP(3, [4, 2])
    assert [len(neuron.w) for layer in model.layers for neuron in layer.neurons] == [3] * 4 + [
        4
    ] * 2
    assert all(isinstance(n.b, nn.Value) for layer in model.layers for n in layer.neurons)


def test_b1_the_input_layer_passes_through_and_has_no_parameters():
    layer = nn.Input(2)
    assert [x.data for x in layer([2.0, 3.0])] == [2.0, 3.0]
    assert layer.parameters() == []


def test_b1_summary_lists_the_layers_from_the_input_up():
    lines = str(nn.MLP(2, [16, 1]).summary()).splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["input", "layers[0]", "layers[1]"]


# B2


def test_b2_forward():
    model = worked_example()
    assert [h.data for h in model.layers[0]([2.0, 3.0])] == [5.0, 1.0]
    assert model([2.0, 3.0]).data == 9.0
    assert [h.data for h in model.layers[0]([3.0, 4.0])] == [7.0, 1.0]
    assert model([3.0, 4.0]).data == 13.0


def test_b2_gradients():
    model, x = worked_example(), [nn.Value(2.0), nn.Value(3.0)]
    model(x).backward()
    first, second, output = [n for layer in model.layers for n in layer.neurons]
    assert [w.grad for w in output.w] == [5.0, 1.0]
    assert [w.grad for w in first.w] == [4.0, 6.0]
    assert [w.grad for w in second.w] == [-2.0, -3.0]
    assert [value.grad for value in x] == [3.0, 1.0]


def test_b2_with_relu_a_negative_unit_gives_0():
    assert worked_example("relu")([4.0, 2.0]).data == 12.0
    assert worked_example()([4.0, 2.0]).data == 14.0


# B3


def test_b3_weights_by_node_round_trip():
    weights = worked_example().node_weights()
    assert {name: array.tolist() for name, array in weights.items()} == NODES


def test_b3_nodes_of_several_hidden_layers_have_two_numbers():
    names = list(nn.MLP(2, [2, 1, 2]).node_weights())
    assert names == ["node_0_0", "node_0_1", "node_1_0", "output_0", "output_1"]


def test_b3_a_node_given_without_a_bias_gets_0():
    model = nn.MLP(2, [1])
    model.set_node_weights({"output": [1.0, 2.0, 3.0]})
    model.set_node_weights({"output": [1.0, 2.0]})
    assert [p.data for p in model.parameters()] == [1.0, 2.0, 0.0]


@pytest.mark.parametrize("get", ["get_weights", "state_dict", "node_weights", "named_weights"])
def test_b3_what_one_model_gives_another_takes(get):
    source, target = nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=1)
    put = {"state_dict": "load_state_dict", "node_weights": "set_node_weights"}
    getattr(target, put.get(get, "set_weights"))(getattr(source, get)())
    assert [p.data for p in target.parameters()] == [p.data for p in source.parameters()]


def test_b3_weights_are_shaped_as_keras_shapes_them():
    assert [array.shape for array in nn.MLP(2, [3, 1]).get_weights()] == [
        (2, 3), (3,), (3, 1), (1,),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda state: state.pop("layers[0].neurons[1].w"),
            r"neurons\[1\].w is missing",
        ),
        (lambda state: state.update(extra=1.0), "extra is unexpected"),
        (
            lambda state: state.update({"layers[1].neurons[0].b": [1.0]}),
            r"\(1,\), wanted \(\)",
        ),
        (lambda state: state.update({"layers[1].neurons[0].b": "x"}), "not an array of numbers"),
    ],
)
def test_b3_a_state_that_does_not_fit_is_an_error_and_changes_nothing(change, message):
    model = nn.MLP(2, [3, 1], rng=0)
    before = [p.data for p in model.parameters()]
    state = nn.MLP(2, [3, 1], rng=1).state_dict()
    change(state)
    with pytest.raises(ValueError, match=message):
        model.load_state_dict(state)
    assert [p.data for p in model.parameters()] == before


def test_b3_the_wrong_number_of_arrays_is_an_error():
    with pytest.raises(ValueError, match="4 weight arrays, got 1"):
        nn.MLP(2, [3, 1]).set_weights([[1.0]])


# B5


def test_b5_one_pass_back_gives_every_parameters_gradient_as_differences_do():
    model, x, target = nn.MLP(3, [4, 2], activation="tanh", rng=1), [0.3, -0.8, 1.5], [1.0, -1.0]
    nn.mse(model(x), target).backward()
    h = 1e-6
    for parameter in model.parameters():
        value, sides = parameter.data, []
        for side in (h, -h):
            parameter.data = value + side
            sides.append(nn.mse(model(x), target).data)
        parameter.data = value
        difference = (sides[0] - sides[1]) / (2 * h)
        assert parameter.grad == pytest.approx(difference, rel=1e-5, abs=1e-9)  # h**2, and rounding


# B7


def test_b7_fifty_layers_work():
    model = nn.MLP(2, [2] * 50 + [1], activation="tanh", init="glorot", rng=0)
    model([0.5, -0.5]).backward()
    assert any(p.grad for p in model.layers[0].parameters())


# B11


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("micrograd", 1.0),
        ("uniform", 0.05),
        ("glorot_uniform", (6 / (9 + 16)) ** 0.5),
        ("he_uniform", (6 / 9) ** 0.5),
        ("zeros", 0.0),
    ],
)
def test_b11_every_draw_is_in_range(name, limit):
    weights = nn.Layer(9, 16, init=name, rng=0).get_weights()[0]
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() >= 0.9 * limit


def test_b11_uniform_from_0_to_1():
    weights = nn.Layer(9, 16, init="uniform_0_1", rng=0).get_weights()[0]
    assert 0.0 <= weights.min() < 0.1
    assert 0.9 < weights.max() <= 1.0


@pytest.mark.parametrize(("name", "variance"), [("he_normal", 2 / 30), ("glorot_normal", 2 / 70),
                                                ("lecun_normal", 1 / 30)])  # fmt: skip
def test_b11_normal_draws_have_their_variance(name, variance):
    weights = nn.Layer(30, 40, init=name, rng=0).get_weights()[0]
    # 1200 draws: the standard error of a variance is sqrt(2 / 1200), 4 per cent; 5 of them
    assert weights.var() == pytest.approx(variance, rel=0.2)


@pytest.mark.parametrize("name", initializers.NAMES)
def test_b11_a_seed_gives_the_same_weights(name):
    first, second = (nn.MLP(3, [4, 1], init=name, rng=7).get_weights() for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_b11_an_unknown_initializer_gets_the_list_of_names():
    with pytest.raises(ValueError, match=r"no initializer named 'gloro'; choose from .*glorot"):
        nn.Layer(2, 2, init="gloro")


# Module


def test_parameters_are_named_by_their_path():
    names = [name for name, _ in nn.MLP(1, [1, 1]).named_parameters()]
    assert names == [
        "layers[0].neurons[0].w[0]",
        "layers[0].neurons[0].b",
        "layers[1].neurons[0].w[0]",
        "layers[1].neurons[0].b",
    ]


def test_labels_are_the_paths_of_parameters_and_of_neurons():
    model = nn.MLP(2, [2, 1])
    assert all(p.label == name for name, p in model.named_parameters())
    assert [h.label for h in model.layers[0]([1.0, 2.0])] == [
        "layers[0].neurons[0]",
        "layers[0].neurons[1]",
    ]


def test_a_users_own_label_stays():
    class Labelled(nn.Module):
        def __init__(self):
            self.w = nn.Value(1.0, label="the slope")

    assert nn.Sequential(Labelled()).parameters()[0].label == "the slope"


def test_a_shared_module_counts_once():
    layer = nn.Layer(2, 2)
    assert len(nn.Sequential(layer, layer).parameters()) == 6


def test_modules_children_and_apply():
    model, seen = nn.MLP(1, [1]), []
    assert model.children() == model.layers
    assert [type(m).__name__ for m in model.modules()] == ["MLP", "Layer", "Neuron"]
    assert model.apply(seen.append) is model
    assert seen == model.modules()[::-1]


def test_zero_grad_sets_every_gradient_to_0():
    model = nn.MLP(2, [2, 1])
    nn.mse(model([1.0, 2.0]), 0.0).backward()
    model.zero_grad()
    assert {p.grad for p in model.parameters()} == {0.0}


def test_the_tree_shows_every_layer():
    text = repr(nn.Sequential(nn.Dense(3, input_dim=2), nn.Dropout(0.5), nn.MLP(3, [1])))
    assert text.splitlines() == [
        "Sequential(",
        "  (layers[0]): Dense(2 -> 3, linear)",
        "  (layers[1]): Dropout(0.5)",
        "  (layers[2]): MLP(",
        "    (layers[0]): Layer(3 -> 1, linear)",
        "  )",
        ")",
    ]


def test_frozen_layers_get_no_gradient_and_do_not_move():
    model = nn.MLP(2, [3, 1], activation="tanh", rng=0)
    model.layers[0].requires_grad_(False)
    before = [p.data for p in model.parameters()]
    model.compile(nn.SGD(lr=0.1, weight_decay=0.1), "mse")
    model.fit([[1.0, 2.0]], [3.0], epochs=3, verbose=0)
    after = [p.data for p in model.parameters()]
    assert after[:9] == before[:9]
    assert all(a != b for a, b in zip(after[9:], before[9:], strict=True))
    nn.mse(model([1.0, 2.0]), 0.0).backward()
    assert {p.grad for p in model.layers[0].parameters()} == {0.0}
    assert "4 trainable" in model.summary()


def test_freed_layers_move_again():
    model = nn.MLP(1, [1, 1], activation="tanh", rng=0)
    model.compile(nn.SGD(lr=0.1), "mse")
    model.requires_grad_(False)
    model.layers[1].requires_grad_()
    model.fit([[1.0]], [3.0], verbose=0)
    model.requires_grad_()
    before = model.layers[0].neurons[0].w[0].data
    model.fit([[1.0]], [3.0], verbose=0)
    assert model.layers[0].neurons[0].w[0].data != before


@pytest.mark.parametrize("kind", [Line, Micro])
def test_a_users_own_module_can_be_compiled_and_fitted(kind):
    model = kind()
    model.compile(nn.SGD(lr=0.05), "mse", ["mae"])
    x = [[i / 4, 1.0] for i in range(8)]
    history = model.fit(x, [3.0 * a - 1.0 for a, _ in x], epochs=200, verbose=0, seed=0)
    assert history["loss"][-1] < 1e-3 < history["loss"][0]
    assert model.predict([[1.0, 1.0]]).shape == (1, 1)


def test_a_users_own_module_may_be_a_layer():
    model = nn.Sequential(Line(), nn.Dense(2, init="ones"))
    assert [y.data for y in model([3.0])] == [7.0, 7.0]
    assert [name for name, _ in model.named_parameters()][:2] == [
        "layers[0].slope",
        "layers[0].offset",
    ]


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="defines neither forward nor __call__"):
        nn.Module()([1.0])


# Inputs and outputs


@pytest.mark.parametrize("x", [[1.0, 2.0], (1, 2), np.array([1.0, 2.0]), [nn.Value(1.0), 2]])
def test_one_sample_may_be_a_list_a_tuple_an_array_or_values(x):
    assert nn.Layer(2, 1, init="ones")(x).data == 3.0


def test_a_batch_gives_one_row_per_sample():
    layer = nn.Layer(2, 3, init="ones")
    for batch in ([[1.0, 2.0], [3.0, 4.0]], np.array([[1.0, 2.0], [3.0, 4.0]])):
        assert [[y.data for y in row] for row in layer(batch)] == [[3.0] * 3, [7.0] * 3]


def test_backward_on_several_outputs_is_a_clear_error():
    with pytest.raises(TypeError, match="backward\\(\\) starts from one Value"):
        nn.Layer(2, 3)([1.0, 2.0]).backward()
    with pytest.raises(TypeError, match="list of 2; reduce it"):
        nn.Layer(2, 1)([[1.0, 2.0], [3.0, 4.0]]).backward()


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: nn.Layer(0, 2), ValueError, "at least 1"),
        (lambda: nn.Layer(2, 2.5), TypeError, "whole number"),
        (lambda: nn.MLP(2, []), ValueError, "at least one layer"),
        (lambda: nn.Dropout(1.0), ValueError, "below 1"),
        (lambda: nn.softmax([0.0], dim=1), ValueError, "axis is -1 or 0, got 1"),
        (lambda: nn.Softmax(dim=0), ValueError, "the last axis: -1 or 1, got 0"),
        (lambda: nn.Layer(2, 2, activation="rleu"), ValueError, "did you mean 'relu'"),
        (lambda: nn.Neuron(2, activation="softmax"), ValueError, "all outputs of a layer"),
        (lambda: nn.Sequential(len), TypeError, "takes modules"),
    ],
)
def test_bad_arguments_are_clear_errors(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


# Dense, Dropout


def test_dense_learns_its_inputs_from_the_layer_before_it():
    model = nn.Sequential([nn.Dense(12, input_dim=8), nn.Dense(8), nn.Dense(1)])
    assert len(model.parameters()) == 221


def test_dense_learns_its_inputs_from_the_first_sample():
    model = nn.Sequential([nn.Dense(3), nn.Dropout(0.1), nn.Dense(1)])
    model([1.0, 2.0])
    assert len(model.parameters()) == 13
    assert model.parameters()[0].label == "layers[0].neurons[0].w[0]"


def test_denses_biases_have_their_own_initializer():
    layer = nn.Dense(2, bias_initializer="ones", input_dim=1)
    assert layer.get_weights()[1].tolist() == [1.0, 1.0]


def test_softmax_goes_over_the_whole_layer():
    row = nn.Dense(3, activation="softmax", input_dim=2, rng=0)([1.0, 2.0])
    assert sum(p.data for p in row) == pytest.approx(1.0)


def test_dropout_drops_its_share_and_keeps_the_mean():
    layer = nn.Dropout(0.3, rng=0)
    kept = [y.data for y in layer([1.0] * 10_000)]
    # 10,000 draws: the standard error of the share is 0.0046; 5 of them
    assert kept.count(0.0) / 10_000 == pytest.approx(0.3, abs=0.023)
    assert set(kept) == {0.0, 1.0 / 0.7}


def test_dropout_does_nothing_outside_training():
    model = nn.Sequential(nn.Layer(1, 4, init="ones"), nn.Dropout(0.9, rng=0))
    assert model.predict([[1.0]]).tolist() == [[1.0] * 4]
    assert model.training


def test_the_module_random_is_the_default_source():
    random.seed(3)
    first = nn.Neuron(2).get_weights()
    random.seed(3)
    assert (nn.Neuron(2).get_weights()[0] == first[0]).all()


# Names that users of Keras and PyTorch expect


def test_count_params_and_get_layer_as_in_keras():
    model = nn.Sequential([nn.Dense(12, input_dim=8, name="first"), nn.Dense(1)])
    assert model.count_params() == 12 * 9 + 13
    assert model.get_layer("first") is model.get_layer(index=0) is model.layers[0]
    with pytest.raises(ValueError, match=r"no layer 'second'; there are first, layers\[1\]"):
        model.get_layer("second")


def test_linear_draws_as_pytorch_does():
    layer = nn.Linear(25, 40, rng=0)
    numbers = np.concatenate([array.ravel() for array in layer.get_weights()])
    assert np.abs(numbers).max() <= 0.2  # 1 / sqrt(25), weights and biases alike
    assert layer.get_weights()[1].std() == pytest.approx(0.2 / math.sqrt(3), rel=0.3)  # 40 draws


def test_metrics_names_are_what_evaluate_returns():
    model = nn.Sequential(nn.Dense(1, input_dim=2, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", metrics=["accuracy", "auc"])
    assert model.metrics_names == ["loss", "accuracy", "auc"]
    assert len(model.evaluate([[0.0, 1.0], [1.0, 0.0]], [0, 1])) == 3


def test_dropout_takes_pytorchs_and_kerass_names():
    assert nn.Dropout(p=0.2).rate == nn.Dropout(rate=0.2).rate == nn.Dropout(0.2).rate == 0.2
    assert nn.Dropout().rate == 0.5  # PyTorch's default
    ours, theirs = nn.Dropout(0.5, rng=3), nn.Dropout(0.5, seed=3)
    assert [y.data for y in ours([1.0] * 9)] == [y.data for y in theirs([1.0] * 9)]


def test_softmax_takes_pytorchs_and_kerass_names_for_the_last_axis():
    rows = [[0.0, 1.0], [2.0, 2.0]]
    wanted = [[p.data for p in row] for row in nn.Softmax()(rows)]
    assert wanted[1] == [0.5, 0.5]
    for layer in (nn.Softmax(dim=1), nn.Softmax(-1), nn.Softmax(axis=-1)):
        assert [[p.data for p in row] for row in layer(rows)] == wanted
    assert [nn.softmax(row, dim=-1) for row in rows] == wanted
