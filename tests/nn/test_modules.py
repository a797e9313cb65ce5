"""Modules: parts, names, switches, a user's own; what goes in and what comes out."""

import numpy as np
import pytest

import nn


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


@pytest.mark.parametrize("x", [np.float32(2.0), np.int64(2), np.float64(2.0), 2, nn.Value(2.0)])
def test_one_number_may_be_one_of_numpys(x):
    assert nn.Layer(1, 1, init="ones")(x).data == 2.0
    assert nn.ReLU()(x).data == nn.PReLU()(x).data == 2.0


def test_a_sample_that_is_a_table_is_a_clear_error():
    for call in (nn.Layer(4, 1), nn.Dropout()):
        with pytest.raises(ValueError, match=r"a row of numbers, got one of shape \(2, 2\)"):
            call(np.zeros((3, 2, 2)))
    with pytest.raises(ValueError, match=r"got 0; pass 4 numbers per sample$"):
        nn.Layer(4, 1)([])


def test_a_dict_of_tables_of_different_lengths_is_refused():
    """What was longer was cut off in silence."""

    class Both(nn.Module):
        def forward(self, a, b):
            return a[0] + b[0]

    with pytest.raises(ValueError, match="a 3, b 2"):
        Both()({"a": [[1.0], [2.0], [3.0]], "b": [[1.0], [2.0]]})
