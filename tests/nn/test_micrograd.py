"""Networks against micrograd 0.1.0: the same weights, the same numbers, to the bit."""

import random

import numpy as np
import pytest

import nn

# Recorded with micrograd 0.1.0: random.seed(42); MLP(2, [3, 1]); m([0.5, -0.25]); loss backward.
WEIGHTS = [
    0.2788535969157675, -0.9499784895546661, 0.0, -0.4499413632617615, -0.5535785237023545, 0.0,
    0.4729424283280248, 0.3533989748458226, 0.0, 0.7843591354096908, -0.8261223347411677,
    -0.15615636062945915, 0.0,
]  # fmt: skip


def seeded(nouts):
    random.seed(42)
    return nn.MLP(2, nouts)


def test_random_seed_gives_the_weights_that_micrograd_gives():
    assert [p.data for p in seeded([3, 1]).parameters()] == WEIGHTS


def test_forward_equals_sums_in_micrograds_order_to_the_bit():
    w, x = WEIGHTS, (0.5, -0.25)
    hidden = [max(0.0, 0.0 + w[i] * x[0] + w[i + 1] * x[1]) for i in (0, 3, 6)]
    output = 0.0 + w[9] * hidden[0] + w[10] * hidden[1] + w[11] * hidden[2]
    assert seeded([3, 1])(x).data == output


@pytest.mark.parametrize("sizes", [[16, 16, 1], [4, 2], [1]])
def test_every_parameter_and_output_equals_micrograds_and_so_do_the_gradients(sizes):
    micrograd = pytest.importorskip("micrograd.nn", reason="micrograd is not installed")
    ours = seeded(sizes)
    random.seed(42)
    theirs = micrograd.MLP(2, sizes)
    for x in ([0.3, -1.7], [2.0, 0.1]):
        y, z = ours(x), theirs(x)
        assert [v.data for v in np.ravel(y)] == [v.data for v in np.ravel(z)]
        (sum(y) if isinstance(y, list) else y).backward()
        (sum(z) if isinstance(z, list) else z).backward()
    assert [p.data for p in ours.parameters()] == [p.data for p in theirs.parameters()]
    # micrograd adds gradients up in the order of a set, so the last bits are not its own choice
    gradients = [p.grad for p in theirs.parameters()]
    assert [p.grad for p in ours.parameters()] == pytest.approx(gradients, rel=1e-12, abs=1e-12)


def test_one_output_is_a_value_and_several_are_a_list():
    assert isinstance(seeded([1])([1, 2]), nn.Value)
    assert [type(y) for y in seeded([2])([1, 2])] == [nn.Value, nn.Value]


def test_a_hidden_layer_of_one_neuron_works():
    assert isinstance(seeded([1, 1])([1.0, 2.0]), nn.Value)


def test_micrograds_training_loop_lowers_the_loss():
    model, xs, ys = seeded([4, 1]), [[0.0, 1.0], [1.0, 0.0]], [1.0, -1.0]

    def loss():
        return sum((model(x) - y) ** 2 for x, y in zip(xs, ys))

    before = loss().data
    for _ in range(20):
        model.zero_grad()
        loss().backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
    assert loss().data < 0.2 * before


def test_a_wrong_number_of_inputs_is_an_error_that_names_the_layer_and_the_cure():
    with pytest.raises(ValueError, match=r"layers\[0\] expected 2 inputs, got 3; .*build"):
        seeded([3, 1])([1.0, 2.0, 3.0])


def test_layers_that_do_not_fit_are_an_error_that_names_the_second():
    model = nn.Sequential(nn.Layer(2, 3), nn.Layer(4, 1))
    with pytest.raises(ValueError, match=r"layers\[1\] expected 4 inputs, got 3; give the layer"):
        model([1.0, 2.0])
