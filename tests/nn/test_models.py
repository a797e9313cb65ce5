"""Models of fully connected layers: the walkthrough's numbers (B1, B2, B5, B7)."""

import pytest

import nn

from .small_models import worked_example

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


def test_a_slice_of_a_model_is_a_model_that_shares_its_layers():
    model = nn.MLP(2, [3, 2, 1], rng=0)
    front, back = model[:2], model[2:]
    assert back(front([1.0, 2.0])).data == model([1.0, 2.0]).data
    assert front.layers == model.layers[:2]
    assert [p.label for p in back.parameters()][-1] == "layers[2].neurons[0].b"
    assert back.layers[0].path == "layers[2]"


def test_sizes_that_are_no_list_are_a_clear_error():
    with pytest.raises(TypeError, match=r"neurons of each layer, as \[16, 16, 1\], got 3"):
        nn.MLP(2, 3)


def test_a_model_without_layers_has_none_to_pop():
    with pytest.raises(IndexError, match="no layers to pop"):
        nn.Sequential().pop()
