"""What a compiled program takes in at each call, and when it is compiled anew."""

import copy

import numpy as np
import pytest

import nn
from autograd_core import no_grad
from nn import Value

from .compiled_models import CLOSE, SIGNS, X, frozen, mlp, stack


def test_weights_that_are_set_between_calls_count():
    model = mlp()
    model.compile(nn.SGD(0.0), "mse")
    for change in (
        lambda: model.set_weights([w + 0.5 for w in model.get_weights()]),
        lambda: model.load_state_dict({k: a * 0.5 for k, a in model.state_dict().items()}),
        lambda: setattr(model.parameters()[0], "data", 3.0),
    ):
        model.fit(X, SIGNS, verbose=0)
        model.evaluate(X, SIGNS)
        model.predict(X)
        change()
        outputs = [model(row).data for row in X]
        wanted = np.mean((np.array(outputs) - SIGNS) ** 2)
        assert model.predict(X)[:, 0] == pytest.approx(outputs, **CLOSE)
        assert model.evaluate(X, SIGNS) == pytest.approx(wanted, **CLOSE)
        assert model.train_on_batch(X, SIGNS) == pytest.approx(wanted, **CLOSE)


def test_frozen_weights_that_are_set_count():
    model = frozen()
    model.compile("adam", "mse")
    model.fit(X, SIGNS, verbose=0)
    model.layers[0].neurons[0].w[0].data = 7.0
    wanted = np.mean([(model(row).data - y) ** 2 for row, y in zip(X, SIGNS)])
    assert model.evaluate(X, SIGNS) == pytest.approx(wanted, **CLOSE)


def test_a_layer_that_is_frozen_while_training_stays_as_it_is():
    model, kept = mlp(), []

    def freeze(epoch, logs):
        if epoch == 1:
            model.layers[0].requires_grad_(False)
            kept.extend(p.data for p in model.layers[0].parameters())

    model.compile("adam", "mse")
    last = model.layers[1].neurons[0].w[0]
    model.fit(X, SIGNS, epochs=2, verbose=0, callbacks=freeze, seed=0)
    before = last.data
    model.fit(X, SIGNS, epochs=3, verbose=0, seed=0)
    assert [p.data for p in model.layers[0].parameters()] == kept
    assert last.data != before


def test_a_model_that_is_rebuilt_between_calls_is_compiled_anew():
    model = stack(nn.Dense(1, rng=1))
    model.compile("sgd", "mse")
    model.fit(X, SIGNS, verbose=0)
    model.predict(X)
    model.layers[0].activation = model.layers[0].neurons[0].activation
    for neuron in model.layers[0].neurons:
        neuron.activation = Value.relu
    model.add(nn.Dense(1, "sigmoid", rng=2))
    outputs = [model(row).data for row in X]
    assert model.predict(X)[:, 0] == pytest.approx(outputs, **CLOSE)
    assert model.evaluate(X, SIGNS) == pytest.approx(np.mean((outputs - SIGNS) ** 2), **CLOSE)


def test_a_number_outside_the_model_may_change_between_epochs():
    factor = [1.0]

    def annealed(output, target):
        return factor[0] * (output - target) ** 2

    def anneal(epoch, logs):
        factor[0] *= 0.5

    def losses(backend):
        factor[0] = 1.0
        model = mlp()
        model.compile(nn.SGD(0.1), annealed, backend=backend)
        options = {"epochs": 4, "verbose": 0, "seed": 0, "callbacks": anneal}
        return model.fit(X, SIGNS, **options)["loss"]

    assert losses("numpy") == pytest.approx(losses("graph"), **CLOSE)


def test_a_parameter_outside_the_model_is_trained_too():
    def losses(backend):
        model, scale = mlp(), Value(1.0)
        optimizer = nn.SGD([*model.parameters(), scale], 0.1)
        model.compile(optimizer, lambda out, t: (scale * out - t) ** 2, backend=backend)
        model.fit(X, SIGNS, verbose=0, epochs=3, seed=0)
        return scale.data

    assert losses("numpy") == pytest.approx(losses("graph"), **CLOSE) != 1.0


def test_a_penalty_on_the_models_own_parameters_has_its_gradient():
    def weights(backend):
        model = mlp()

        def ridge(output, target):
            return (output - target) ** 2 + 0.1 * sum(p * p for p in model.parameters())

        model.compile(nn.SGD(0.1), ridge, backend=backend)
        model.fit(X, SIGNS, verbose=0, epochs=3, seed=0)
        return [p.data for p in model.parameters()]

    assert weights("numpy") == pytest.approx(weights("graph"), **CLOSE)


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (3000, 3)])
def test_any_number_of_samples(shape):
    x = np.random.default_rng(1).normal(size=shape)
    model = mlp()
    model.compile("adam", "mse")
    model.fit(x, x[:, 0] > 0, verbose=0, seed=0)
    assert model.predict(x).shape == (len(x), 1)
    assert model.predict(x[0])[0, 0] == pytest.approx(model(x[0]).data, **CLOSE)


def test_no_samples_have_no_outputs():
    assert mlp((2,)).predict(np.empty((0, 3))).shape == (0, 2)


def test_predicting_without_recording_captures_all_the_same():
    model = mlp()
    with no_grad():
        found = model.predict(X)
    assert len(set(found.ravel().tolist())) == len(X)
    assert found[:, 0] == pytest.approx([model(row).data for row in X], **CLOSE)


def test_a_copy_of_a_trained_model_goes_its_own_way():
    model = mlp()
    model.compile("adam", "mse")
    model.fit(X, SIGNS, verbose=0, seed=0)
    before = model.predict(X)
    twin = copy.deepcopy(model)
    twin.fit(X, SIGNS, epochs=3, verbose=0, seed=0)
    assert (model.predict(X) == before).all()
    assert (twin.predict(X) != before).any()


def test_compiling_leaves_what_is_frozen_as_it_is():
    model = nn.MLP(2, [3, 1], rng=0)
    model.compile("sgd", "mse")
    first = model.layers[0]
    first.trainable = False
    first.neurons[1].trainable = True
    before = [module.trainable for module in model.modules()]
    model.fit([[1.0, 2.0]], [1.0], verbose=0)
    assert [module.trainable for module in model.modules()] == before


@pytest.mark.parametrize("make", [
    lambda: nn.MLP(1, [3, 2], rng=0),
    lambda: nn.Sequential(nn.Input(1), nn.Dense(2, rng=0)),
    lambda: nn.Sequential(nn.Linear(1, 2, rng=0)),
    lambda: nn.Neuron(1),
])  # fmt: skip
def test_a_model_of_one_input_predicts_a_list_of_numbers(make):
    model = make()
    wanted = model.predict([[1.0], [2.0], [3.0]])
    assert (model.predict([1.0, 2.0, 3.0]) == wanted).all()
    assert (model.predict([2.0]) == wanted[1:2]).all()
    assert len(model.predict([])) == 0


def test_a_list_of_numbers_is_one_sample_of_several_inputs():
    assert nn.MLP(3, [2]).predict([1.0, 2.0, 3.0]).shape == (1, 2)


def linear(seed=0):
    return nn.Sequential(nn.Linear(2, 1, rng=seed))


def numbers(model):
    return [parameter.data for parameter in model.parameters()]


X2, Y2 = [[1.0, 2.0], [0.5, -1.0]], [1.0, 2.0]


@pytest.mark.parametrize("train", [
    lambda model: model.fit(X2, Y2, verbose=0),
    lambda model: model.train_on_batch(X2, Y2),
])  # fmt: skip
@pytest.mark.parametrize("made", [
    lambda first: nn.Adam(first.parameters()),
    lambda first: used(nn.Adam(), first),
    lambda first: used(nn.SGD(), first),
])  # fmt: skip
def test_an_optimizer_of_another_model_is_refused(made, train):
    first, second = linear(), linear(1)
    second.compile(made(first), "mse")
    with pytest.raises(ValueError, match=r"parameters of another model.*make a new optimizer"):
        train(second)


def used(optimizer, model):
    model.compile(optimizer, "mse")
    model.fit(X2, Y2, verbose=0)
    return optimizer


def test_evaluating_a_second_model_takes_nothing_from_the_first():
    optimizer, first, second = nn.SGD(lr=0.1, momentum=0.9), linear(), linear(1)
    used(optimizer, first)
    second.compile(optimizer, "mse")
    second.evaluate(X2, Y2)
    assert optimizer.param_groups[0]["params"] == first.parameters()


def test_an_optimizer_goes_on_with_its_model_after_compiling_again():
    twice, once = linear(), linear()
    optimizer = used(nn.SGD(lr=0.1, momentum=0.9), twice)
    used(optimizer, twice)
    once.compile(nn.SGD(lr=0.1, momentum=0.9), "mse")
    once.fit(X2, Y2, epochs=2, verbose=0, shuffle=False)
    assert numbers(twice) == pytest.approx(numbers(once), rel=1e-12)


def test_an_optimizer_takes_the_layers_that_its_model_has_got_since():
    model = linear()
    optimizer = used(nn.SGD(lr=0.1), model)
    model.add(nn.Linear(1, 1, rng=3))
    before = numbers(model)
    used(optimizer, model)
    assert all(now != then for now, then in zip(numbers(model), before))


def test_an_optimizer_of_one_layer_leaves_the_others_alone():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1))
    before = numbers(model)
    used(nn.SGD(model[1].parameters(), lr=0.1), model)
    assert [now != then for now, then in zip(numbers(model), before)] == [False] * 6 + [True] * 3


def test_an_optimizer_may_move_what_belongs_to_the_loss():
    class Scaled(nn.losses.Loss):
        def __init__(self):
            self.temperature = Value(2.0)

        def element(self, output, target):
            return (output * self.temperature - target) ** 2

    loss, model = Scaled(), linear()
    before = numbers(model)
    model.compile(nn.SGD([loss.temperature], lr=0.1), loss)
    model.fit(X2, Y2, verbose=0)
    assert loss.temperature.data != 2.0
    assert numbers(model) == before
