"""Weights as arrays: by layer, by node, as a state; all are set or none (B3)."""

import numpy as np
import pytest

import nn

from .small_models import NODES, worked_example


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
        (lambda state: state.update({"layers[1].neurons[0].b": "x"}), "wants an array of numbers"),
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


class Tied(nn.Module):
    """Two lists that share one parameter."""

    def __init__(self, *numbers):
        shared, first, second = map(nn.Value, numbers)
        self.left, self.right = [shared, first], [shared, second]

    def forward(self, x):
        return self.left[0] * x[0] + self.left[1] * x[1] + self.right[1]


def test_what_is_shared_in_part_is_kept_whole():
    source, target = Tied(1.0, 2.0, 3.0), Tied(0.0, 0.0, 0.0)
    target.load_state_dict(source.state_dict())
    assert [p.data for p in target.parameters()] == [1.0, 2.0, 3.0]
    target = Tied(0.0, 0.0, 0.0)
    target.set_weights(source.get_weights())
    assert [p.data for p in target.parameters()] == [1.0, 2.0, 3.0]


def test_the_best_epoch_keeps_what_is_shared_in_part():
    model = Tied(0.5, 0.5, 0.5)
    model.compile(nn.SGD(0.1), "mse")
    history = model.fit([[1.0, 2.0], [0.5, 1.0]], [1.0, 0.0], verbose=0, seed=0)
    assert history.best_state["right"].tolist() == [p.data for p in model.right]


class Matrix(nn.Module):
    """Parameters in an array of NumPy's, and one beside it."""

    def __init__(self):
        self.w = np.array([[nn.Value(1.0), nn.Value(2.0)], [nn.Value(3.0), nn.Value(4.0)]])
        self.b = nn.Value(0.5)

    def forward(self, x):
        return list(self.w @ np.array(x) + self.b)


def test_an_array_of_values_holds_parameters():
    model = Matrix()
    names = [name for name, _ in model.named_parameters()]
    assert names == ["w[0][0]", "w[0][1]", "w[1][0]", "w[1][1]", "b"]
    assert model.state_dict()["w"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    model.set_weights([np.zeros((2, 2)), 0.0])
    model.compile(nn.SGD(0.1), "mse")
    model.fit([[1.0, 1.0]], [[1.0, 2.0]], verbose=0)
    # d/dw = 2 * (0 - target) / 2 outputs, so a step of 0.1 * target
    assert model.get_weights()[0] == pytest.approx(np.array([[0.1, 0.1], [0.2, 0.2]]))


def test_an_array_of_values_is_looked_into_for_changes():
    model = Matrix()
    model.predict([[1.0, 1.0]])
    model.w[0, 0] = nn.Value(-2.0)
    assert model.predict([[1.0, 1.0]]).tolist() == [[0.5, 7.5]]
