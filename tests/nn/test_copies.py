"""Copies of models: deepcopy, pickle and save/load give the same model, which goes on alone."""

import copy
import pickle
import random

import numpy as np
import pytest

import nn

X = [[0.3, -0.4], [1.2, 0.5], [-0.7, 0.9]]
Y = [1.0, 0.0, 1.0]


def loaded(model, path):
    model.save(path)
    return nn.load(path)


COPIES = {
    "deepcopy": lambda model, path: copy.deepcopy(model),
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "save": loaded,
    "deepcopy, then save": lambda model, path: loaded(copy.deepcopy(model), path),
}
MODULES = [
    nn.Neuron(2, activation="tanh"), nn.Layer(2, 3), nn.Linear(2, 3), nn.Dense(3),
    nn.Layer(2, 3, activation="exponential"), nn.Layer(2, 3, activation=nn.Softplus(2.0)),
    nn.Dense(3, "softmax", kernel_initializer=nn.initializers.HeNormal(seed=1), input_dim=2),
    nn.Dense(2, kernel_initializer="truncated_normal", bias_initializer="ones"),
    nn.MLP(2, [3, 1]), nn.logic.xor_gate(), nn.Dropout(0.1), nn.Input((2,)),
    nn.ThresholdUnit([1, 2]), nn.PReLU(2), nn.ELU(0.5), nn.GELU("tanh"), nn.SELU(),
    nn.Identity(), nn.LeakyReLU(0.2),
    nn.LogSigmoid(), nn.LogSoftmax(), nn.Mish(), nn.ReLU(), nn.SiLU(), nn.Sigmoid(), nn.Softmax(),
    nn.Softsign(), nn.Step(), nn.Tanh(), nn.Activation("gelu"),
]  # fmt: skip


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("module", MODULES, ids=lambda module: repr(module).split("\n")[0])
def test_a_copy_of_a_module_is_the_same_and_gives_the_same(module, how, tmp_path):
    module = copy.deepcopy(module).eval()
    module(X[0])  # a Dense one is built now
    twin = COPIES[how](module, tmp_path / "m.npz").eval()
    assert [repr(part) for part in twin.modules()] == [repr(part) for part in module.modules()]
    assert np.array(twin.predict(X)).tolist() == module.predict(X).tolist()
    assert not set(twin.parameters()) & set(module.parameters())


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_a_copy_of_a_model_in_training_trains_on_as_the_model_does(how, tmp_path):
    model = nn.Sequential(
        nn.Dense(4, "tanh", rng=3), nn.Dropout(0.2), nn.Dense(1, "sigmoid", rng=4)
    )
    metrics = ["accuracy", nn.metrics.Precision(threshold=0.3)]
    model.compile("adam", "binary_crossentropy", metrics, schedule="cosine")
    model.fit(X, Y, epochs=2, verbose=0, seed=0)
    model.predict(X)
    twin = COPIES[how](model, tmp_path / "m.npz")
    before = model.predict(X)
    after = twin.fit(X, Y, epochs=3, verbose=0, seed=1)
    assert model.predict(X).tolist() == before.tolist()
    assert model.fit(X, Y, epochs=3, verbose=0, seed=1).history == after.history


def test_a_dropout_without_a_seed_is_copied_and_goes_on_drawing_from_the_module_random():
    model = nn.Dropout(0.5)
    twin = copy.deepcopy(model)
    drawn = []
    for layer in (model, twin):
        random.seed(5)
        drawn.append([y.data for y in layer([1.0] * 20)])
    assert drawn[0] == drawn[1]


def test_a_file_keeps_the_names_of_layers_and_which_of_them_are_frozen(tmp_path):
    model = nn.Sequential({"fc": nn.Linear(2, 3), "act": nn.ReLU(), "out": nn.Layer(3, 2)})
    model.trainable = False
    model.get_layer("out").neurons[1].trainable = True
    twin = loaded(model, tmp_path / "m.npz")
    assert [layer.name for layer in twin] == ["fc", "act", "out"]
    assert [m.trainable for m in twin.modules()] == [m.trainable for m in model.modules()]
    assert len(twin.trainable_parameters()) == 4  # three weights and a bias


def test_an_mlp_with_a_layer_added_is_saved(tmp_path):
    model = nn.MLP(2, [3, 1])
    model.add(nn.Dropout(0.2))
    assert repr(loaded(model, tmp_path / "m.npz")) == repr(model)


@pytest.mark.parametrize("how", COPIES)
def test_a_layer_that_is_in_a_model_twice_is_one_in_its_copies_too(how, tmp_path):
    layer = nn.Layer(2, 2, activation=nn.PReLU(2), rng=0)
    model = nn.Sequential(nn.Tanh(), layer, nn.Sequential(layer, nn.Layer(2, 1, rng=1)))
    twin = COPIES[how](model, tmp_path / "m.npz")
    assert len(twin.parameters()) == len(model.parameters()) == 11
    assert twin.predict(X).tolist() == model.predict(X).tolist()
    assert twin.layers[1] is twin.layers[2].layers[0]


def test_a_dense_layer_that_is_not_built_yet_is_built_as_it_was_to_be_after_loading(tmp_path):
    layer = nn.Dense(2, kernel_initializer="ones", bias_initializer="ones")
    assert [y.data for y in loaded(layer, tmp_path / "m.npz")([1.0, 1.0])] == [3.0, 3.0]
    layer = nn.Dense(2, kernel_initializer=lambda fan_in, fan_out, rng: 1.0)
    with pytest.raises(TypeError, match="initializers by name"):
        layer.save(tmp_path / "m.npz")
