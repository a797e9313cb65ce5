"""Training on the tables that ship: Pima, iris and generated points (walkthrough D1, D2, D6)."""

import math
import random
import time

import numpy as np
import pytest

import nn
from nn import data

from .small_models import QUIET


def pima_model(seed):
    rng = random.Random(seed)
    return nn.Sequential(
        [
            nn.Dense(12, input_dim=8, init="uniform", activation="relu", rng=rng),
            nn.Dense(8, init="uniform", activation="relu", rng=rng),
            nn.Dense(1, init="uniform", activation="sigmoid", rng=rng),
        ]
    )


def test_d1_kerass_five_steps():
    x, y = data.load_pima()
    model = pima_model(0)
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x[:100], y[:100], epochs=1, batch_size=10, **QUIET)
    loss, accuracy = model.evaluate(x[:100], y[:100])
    assert len(model.parameters()) == 221
    said = np.ravel(model.predict(x[:100])) > 0.5
    assert accuracy == pytest.approx(np.mean(said == y[:100]))
    assert math.isfinite(loss)
    assert np.mean(y == 0) == pytest.approx(0.651, abs=5e-4)


def pima_dense(seed, init="glorot_uniform"):
    rng = random.Random(seed)
    return nn.Sequential(
        nn.Dense(12, "relu", input_dim=8, init=init, rng=rng),
        nn.Dense(8, "relu", init=init, rng=rng),
        nn.Dense(1, "sigmoid", init=init, rng=rng),
    )


def pima_accuracy(seed, init, standardised, epochs=150, backend="numpy"):
    x, y = data.load_pima()
    x = data.standardize(x) if standardised else x
    model = pima_dense(seed, init)
    model.compile("adam", "binary_crossentropy", ["accuracy"], backend=backend)
    model.fit(x, y, epochs=epochs, batch_size=10, verbose=0, seed=seed)
    return model.evaluate(x, y)[1]


# The same training in PyTorch, 24 seeds each: raw inputs and init='uniform' 0.771..0.802;
# standardised 0.790..0.823 (median 0.807) with init='uniform', 0.814..0.854 with Dense's default,
# Glorot's (Keras: 0.824..0.842). So 0.80 holds for each seed there, and for the median otherwise.


def test_d1_pima_raw_for_150_epochs():
    found = [pima_accuracy(seed, "uniform", standardised=False) for seed in range(3)]
    assert 0.70 <= np.median(found) <= 0.80, found


def test_d1_pima_standardised_for_150_epochs():
    found = [pima_accuracy(seed, "glorot_uniform", standardised=True) for seed in range(3)]
    assert min(found) > 0.80, found


@pytest.mark.slow
def test_d1_pima_standardised_with_uniform_weights():
    found = [pima_accuracy(seed, "uniform", standardised=True) for seed in range(9)]
    assert np.median(found) > 0.80, found


@pytest.mark.slow
def test_d1_pima_on_the_graph(capsys):
    begin = time.perf_counter()
    found = pima_accuracy(0, "glorot_uniform", standardised=True, backend="graph")
    seconds = time.perf_counter() - begin
    with capsys.disabled():
        print(f"\nPima on the scalar graph, 150 epochs: accuracy {found:.3f}, {seconds:.0f} s")
    wanted = pima_accuracy(0, "glorot_uniform", standardised=True)
    assert found == pytest.approx(wanted, abs=0.02)  # 11,550 steps make rounding visible


def test_d2_no_seed_of_twenty_is_stuck_on_raw_inputs():
    x, y = data.load_pima()
    for seed in range(20):
        model = pima_dense(seed)
        model.compile("adam", "binary_crossentropy", ["accuracy"])
        history = model.fit(x, y, epochs=3, batch_size=10, verbose=0, seed=seed)
        # Accuracy is anything yet: PyTorch's 24 seeds have 0.396..0.658, losses 0.66..3.1.
        assert history["loss"][-1] < history["loss"][0]
        assert history["loss"][-1] < 5.0  # a stuck one stays at 10.379
        assert len(set(model.predict(x).ravel().tolist())) > 1  # or says 1 to everybody
        assert any(parameter.grad for parameter in model.parameters())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*is dead")  # in one of nine, ReLUs die on inputs of 800
def test_d2_raw_inputs_and_glorot_weights_learn():
    found = [pima_accuracy(seed, "glorot_uniform", standardised=False) for seed in range(9)]
    assert 0.70 <= np.median(found) <= 0.80, found


def test_d2_logits_near_69_still_have_a_gradient():
    model = nn.MLP(1, [1], output="sigmoid", init="zeros")
    model.set_weights([[[69.0]], [0.0]])
    model.compile(nn.SGD(1.0), "binary_crossentropy")
    model.fit([[1.0]], [0.0], **QUIET)
    assert model.get_weights()[0].item() == 68.0  # the gradient is sigmoid(69) - 0 = 1


def held_out_accuracy(x, y, sizes, output, loss, epochs, rate=0.02):
    x_train, x_test, y_train, y_test = data.train_test_split(x, y, seed=0, stratify=y)
    x_train, x_test = data.standardize(x_train, x_test)
    model = nn.MLP(x.shape[1], sizes, activation="tanh", output=output, init="glorot", rng=0)
    model.compile(nn.Adam(rate), loss, ["accuracy"])
    model.fit(x_train, y_train, epochs=epochs, batch_size=16, **QUIET)
    return model.evaluate(x_test, y_test)[1]


def test_d6_iris_by_softmax():
    x, y = data.load_iris()
    found = held_out_accuracy(x, y, [6, 3], "softmax", "sparse_categorical_crossentropy", 30)
    assert found >= 0.9


@pytest.mark.parametrize(
    ("make", "sizes", "epochs"),
    [(data.make_moons, [8, 1], 60), (data.make_circles, [8, 1], 40), (data.make_xor, [4, 1], 40),
     (data.make_spirals, [12, 6, 1], 120)],
)  # fmt: skip
def test_d6_generated_points(make, sizes, epochs):
    x, y = make(160, seed=1)
    found = held_out_accuracy(x, y, sizes, "sigmoid", "binary_crossentropy", epochs, 0.05)
    assert found >= 0.9


def test_d6_data_of_the_size_of_digits_runs():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 1, (8, 64)), np.arange(8) % 10
    model = nn.MLP(64, [16, 10], output="softmax", init="glorot", rng=0)
    model.compile("adam", "categorical_crossentropy", ["accuracy"])
    history = model.fit(x, y, batch_size=4, epochs=2, **QUIET)
    assert history["loss"][1] < history["loss"][0]
