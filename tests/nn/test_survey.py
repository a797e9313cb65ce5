"""Surveys: whether a model or its loss has changed in anything but its numbers."""

import pytest

import nn
from nn.backends import Survey


class Odd(nn.Module):
    """Parameters and parts mixed in lists, dicts and tuples, as nothing in nn has them."""

    def __init__(self):
        self.mixed = [nn.Value(1.0), [nn.Value(2.0), nn.Value(3.0)], nn.Layer(2, 1, rng=0)]
        self.named = {"scale": nn.Value(1.0), "drop": (nn.Dropout(0.5), [nn.Value(0.5)])}
        self.shared = self.mixed[2]

    def forward(self, x):
        shift, slopes, layer = self.mixed
        moved = [slope * item + shift for slope, item in zip(slopes, x, strict=True)]
        return layer(self.named["drop"][0](moved)) * self.named["scale"]


def test_a_survey_holds_until_something_changes():
    model = nn.MLP(2, [3, 1])
    model.compile("sgd", "mse")
    neuron = model.layers[0].neurons[0]
    changes = [
        lambda: neuron.w.__setitem__(0, nn.Value(1.0)),
        lambda: neuron.w.append(nn.Value(1.0)),
        lambda: setattr(neuron, "b", nn.Value(1.0)),
        lambda: setattr(neuron, "extra", 1),
        lambda: delattr(neuron, "extra"),
        lambda: model.layers[0].neurons.pop(),
        lambda: model.layers.reverse(),
        lambda: setattr(neuron, "trainable", False),
        lambda: setattr(model.loss, "threshold", 0.25),
    ]
    for change in changes:
        survey = Survey(model, model.loss)
        for parameter in model.parameters():  # training moves numbers, and switches modes
            parameter.data += 1.0
        model.train()
        assert survey.holds()
        assert survey == Survey(model, model.loss)
        change()
        assert not survey.holds()
        assert survey != Survey(model, model.loss)


def test_a_survey_that_does_not_hold_may_be_equal():
    layer = nn.Dropout(0.5)
    survey = Survey(layer)
    layer.rate = float("0.5")
    assert not survey.holds()
    assert survey == Survey(layer)


@pytest.mark.parametrize("change", [
    lambda odd: odd.mixed[1].__setitem__(0, nn.Value(2.0)),
    lambda odd: odd.mixed[1].reverse(),
    lambda odd: odd.mixed.append(1),
    lambda odd: odd.mixed[2].neurons[0].w.reverse(),
    lambda odd: setattr(odd.mixed[2].neurons[0], "b", None),
    lambda odd: odd.named.update(scale=nn.Value(1.0)),
    lambda odd: odd.named.pop("scale"),
    lambda odd: odd.named["drop"][1].append(nn.Value(1.0)),
    lambda odd: setattr(odd.named["drop"][0], "rate", 0.25),
    lambda odd: setattr(odd, "shared", nn.Layer(2, 1)),
])  # fmt: skip
def test_a_survey_sees_a_change_anywhere_in_nested_lists_dicts_and_tuples(change):
    odd = Odd()
    survey = Survey(odd)
    assert survey.holds()
    change(odd)
    assert not survey.holds()
    assert survey != Survey(odd)


def test_a_survey_finds_the_modules_that_the_model_has():
    odd = Odd()
    assert set(Survey(odd).modules) == set(odd.modules())


def test_a_module_beside_a_parameter_in_a_list_is_trained_and_switched_like_any_other():
    odd = Odd()
    odd.compile("sgd", "mse")
    before = [parameter.data for parameter in odd.parameters()]
    odd.fit([[1.0, 2.0], [0.5, -1.0]], [1.0, 0.0], epochs=8, verbose=0, seed=0)
    moved = [p.data != old for p, old in zip(odd.parameters(), before, strict=True)]
    assert moved.count(False) == 1  # the one in named["drop"] that forward does not use
    assert not any(module.training for module in odd.modules())


def test_a_model_with_a_way_back_to_the_whole_has_each_parameter_once():
    class Part(nn.Module):
        def __init__(self):
            self.weight, self.whole = nn.Value(1.0), None

    part = Part()
    whole = nn.Sequential(nn.Neuron(2), part)
    part.whole = whole
    whole.name_parts()
    assert len(whole.parameters()) == 4
    assert [name for name, _ in whole.named_parameters()][-1] == "layers[1].weight"
