"""layer.weight and layer.bias: the parameters of a layer as PyTorch and Keras name them."""

import numpy as np
import pytest

import nn
from autograd_core import Value

W, B = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.5, -0.5]


@pytest.fixture
def layer():
    made = nn.Linear(3, 2, rng=0)
    made.weight, made.bias = W, B
    return made


def test_shapes_are_those_of_the_peers(layer):
    assert (layer.weight.shape, layer.bias.shape, layer.kernel.shape) == ((2, 3), (2,), (3, 2))
    assert layer.kernel.data.tolist() == np.transpose(W).tolist()
    assert layer([1.0, 0.0, -1.0])[0].data == -1.5


def test_they_are_the_parameters_themselves(layer):
    assert layer.weight[1][2] is layer.neurons[1].w[2]
    assert layer.bias[0] is layer.neurons[0].b
    layer([1.0, 2.0, 3.0])[1].backward()
    assert layer.weight.grad.tolist() == [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]
    layer.zero_grad()
    assert layer.weight.grad is None


def test_numbers_are_set_in_every_way_that_tensors_have(layer):
    layer.weight.fill_(2.0)
    layer.bias.zero_()
    assert layer([1.0, 1.0, 1.0])[0].data == 6.0
    layer.weight.copy_(np.array(W))
    layer.bias.data = B
    assert layer.get_weights()[0].T.tolist() == W
    layer.kernel = np.transpose(W) * 2.0
    assert layer.weight.data[1].tolist() == [8.0, 10.0, 12.0]


def test_a_change_that_would_be_lost_is_refused(layer):
    with pytest.raises(ValueError, match="read-only"):
        layer.weight.data[0, 0] = 7.0
    with pytest.raises(ValueError, match=r"have the shape \(2, 3\), got \(3, 2\)"):
        layer.weight = np.zeros((3, 2))
    with pytest.raises(ValueError, match="no biases"):
        nn.Linear(3, 2, bias=False).bias = B


def test_a_layer_without_biases_has_none():
    assert nn.Linear(3, 2, bias=False).bias is None
    assert nn.Dense(3, use_bias=False, input_dim=2).bias is None
    assert nn.Dense(3).weight.shape == (0,)  # its inputs are not known yet


def test_they_are_frozen_together(layer):
    layer.weight.requires_grad = False
    assert not layer.weight.requires_grad
    assert layer.trainable_parameters() == list(layer.bias)


def test_a_penalty_by_hand(layer):  # l2 = sum(p.pow(2).sum()), as in PyTorch's forum
    penalty = (layer.weight**2).sum() + (layer.bias**2).sum()
    assert penalty.data == 91.5
    penalty.backward()
    assert layer.weight.grad.tolist() == (2.0 * np.array(W)).tolist()
    assert layer.weight.abs().sum().data == 21.0
    assert layer.weight.mean().data == 3.5


def test_products_of_matrices_are_those_of_arrays(layer):
    x, M = [1.0, 0.5, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert [y.data for y in layer.weight @ x] == (np.array(W) @ x).tolist()
    assert (layer.weight @ M).numpy().tolist() == (np.array(W) @ M).tolist()
    assert [y.data for y in layer.weight[0] @ np.array(M)] == (np.array(W[0]) @ M).tolist()
    with pytest.raises(ValueError, match="wanted 3 numbers"):
        layer.weight @ [1.0, 2.0]


def test_a_loss_of_both_ways_to_write_it_is_one(layer):
    x = [1.0, 0.5, 2.0]
    by_hand = layer.weight @ x + layer.bias
    assert [y.data for y in by_hand] == pytest.approx([y.data for y in layer(x)], rel=1e-15)


class Cell(nn.Module):
    def __init__(self):
        self.weight, self.factor = nn.Linear(2, 1, rng=0), 1.0

    def forward(self, x, h, scale=1.0):
        return self.weight([x, h]).tanh() * scale


def test_forward_takes_several_arguments_in_order_or_by_name():
    cell = Cell()
    wanted = cell.weight([1.0, 0.5]).tanh().data
    h = Value(0.5)
    assert [cell(1.0, h).data, cell(1.0, h=h).data, cell(h=h, x=1.0).data] == [wanted] * 3
    assert cell(1.0, h, scale=2.0).data == 2.0 * wanted
    cell(1.0, h).backward()
    assert h.grad != 0.0


def test_a_recurrent_network_is_a_loop():
    class Cells(nn.Module):
        def __init__(self):
            self.x, self.h, self.out = (nn.Linear(*s, rng=i) for i, s in enumerate(
                [(1, 3), (3, 3), (3, 1)]))  # fmt: skip

        def step(self, x, h):
            return (self.x([x]) + self.h(h)).tanh()

        def forward(self, xs):
            h = [0.0] * 3
            for x in xs:
                h = self.step(x, h)
            return self.out(h)

    model = Cells()
    model.compile("adam", "mse")
    table = np.random.default_rng(0).normal(size=(8, 4))
    by_hand = [model(list(row)).data for row in table]
    assert model.predict(table).ravel() == pytest.approx(by_hand, rel=1e-12)


def test_batches_of_several_arguments_go_row_by_row():
    class Scaled(nn.Module):
        def forward(self, x, factors):
            return (x * factors).sum()

    xs, factors = np.arange(6.0).reshape(3, 2), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert Scaled()(xs, factors).numpy().tolist() == (xs * factors).sum(axis=1).tolist()
    assert Scaled()(xs, [1.0, 2.0]).numpy().tolist() == (xs @ [1.0, 2.0]).tolist()


class OwnSoftmax(nn.Module):
    """A softmax of the one number that a layer of one neuron gives."""

    def __init__(self):
        self.layer = nn.Linear(2, 1, rng=0)

    def forward(self, x):
        return nn.functional.softmax(self.layer(x))


def functional_model():
    entry = nn.Input((2,))
    return nn.Model(entry, nn.Dense(1, activation="softmax")(entry))


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential([nn.Dense(1, activation="softmax", input_dim=2, rng=0)]),
        lambda: nn.Sequential([nn.Dense(1, activation="log_softmax", input_dim=2, rng=0)]),
        lambda: nn.Sequential([nn.Linear(2, 1, rng=0), nn.layers.Softmax()]),
        lambda: nn.MLP(2, [3, 1], output="softmax", rng=0),
        functional_model,
        OwnSoftmax,
    ],
)
def test_a_softmax_of_one_output_is_warned_of(make):
    model = make()
    with pytest.warns(UserWarning, match="always 1"):
        model([1.0, 2.0])
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="always 1"):
        model.fit([[1.0, 2.0]], [1.0], epochs=1, verbose=0)
