"""A step of training as one call of machine code: the same numbers as in parts with NumPy."""

import numpy as np
import pytest

import nn
from autograd_core.compiler.printers.llvm import in_process
from autograd_core.compiler.printers.native import can_compile
from nn import optimizers
from nn.backends import one_call

pytestmark = pytest.mark.skipif(not can_compile(), reason="neither llvmlite nor a C compiler")

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 2))
CLASSES = RNG.integers(0, 2, 20)
TORCH = {
    "torch SGD": lambda: nn.optim.SGD(lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.1),
    "torch NAG": lambda: nn.optim.SGD(lr=0.05, momentum=0.9, nesterov=True, maximize=True),
    "torch RMSprop": lambda: nn.optim.RMSprop(lr=0.01, centered=True, momentum=0.5),
    "torch Adagrad": lambda: nn.optim.Adagrad(lr=0.1, lr_decay=0.1),
    "torch Adadelta": lambda: nn.optim.Adadelta(),
    "torch Adam": lambda: nn.optim.Adam(lr=0.01, amsgrad=True, weight_decay=0.1),
    "torch AdamW": lambda: nn.optim.AdamW(lr=0.01),
    "torch Adamax": lambda: nn.optim.Adamax(),
    "torch NAdam": lambda: nn.optim.NAdam(),
    "torch RAdam": lambda: nn.optim.RAdam(lr=0.01),
    "torch Rprop": lambda: nn.optim.Rprop(),
    "clipped by value": lambda: nn.optim.Adam(lr=0.01, clip_value=0.02),
    "clipped by norm": lambda: nn.optim.SGD(lr=0.1, clip_norm=0.05),
}
MADE = {name: lambda name=name: optimizers.get(name) for name in optimizers.NAMES} | TORCH


@pytest.fixture
def repeated(monkeypatch):
    """Return a list of how many epochs were one call."""
    found = []

    def noted(*arguments):
        computed = one_call.run_steps(*arguments)
        if arguments[5]:
            found.append(arguments[4])
        return computed

    monkeypatch.setattr("nn.backends.numpy.run_steps", noted)
    return found


@pytest.fixture
def taken(monkeypatch):
    """Return a list with an entry for each step that was one call."""
    found = []

    def noted(*arguments):
        found.extend([1] * arguments[4])
        return one_call.run_steps(*arguments)

    monkeypatch.setattr("nn.backends.numpy.run_steps", noted)
    return found


def model(*layers):
    return nn.Sequential(
        nn.Dense(4, "tanh", input_dim=3, rng=0), *layers, nn.Dense(2, rng=1)
    )  # fmt: skip


def trained(backend, optimizer, made=model, loss="mse", y=Y, **options):
    network = made()
    network.compile(optimizer(), loss, backend=backend)
    options = {"epochs": 4, "batch_size": 10, "seed": 0, "verbose": 0} | options
    history = network.fit(X, y, **options)
    return network, history


def equal(one, other, tolerance=1e-12):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=1e-14)


@pytest.mark.parametrize("name", MADE)
def test_every_optimizer_moves_as_it_does_in_parts(name, taken):
    one, history = trained("native", MADE[name])
    assert len(taken) >= 7  # of 8: the first step of some gives the state its shape
    other, expected = trained("numpy", MADE[name])
    equal(one.get_weights(), other.get_weights())
    equal(history.history["loss"], expected.history["loss"])
    equal(*[[p.grad for p in network.parameters()] for network in (one, other)])
    for mine, theirs in zip(one.optimizer.state, other.optimizer.state, strict=True):
        ((_, mine),), ((_, theirs),) = mine, theirs
        assert mine.keys() == theirs.keys()
        assert mine["step"] == theirs["step"] == 8
        equal(*[[np.asarray(state[name]) for name in mine] for state in (mine, theirs)])


def test_norms_are_of_all_groups_and_rates_of_each(taken):
    def grouped(network):
        one, other = network.layers
        groups = [{"params": one.parameters(), "lr": 0.3}, {"params": other.parameters()}]
        return nn.optim.Adam(groups, lr=0.1, clip_norm=0.1, clip_value=0.08)

    found = []
    for backend in ("native", "numpy"):
        network = model()
        network.compile(grouped(network), "mse", backend=backend)
        network.fit(X, Y, epochs=3, batch_size=10, seed=0, verbose=0)
        found.append(network.get_weights())
    assert taken
    equal(*found)


def test_rates_follow_a_schedule_and_options_that_change_are_seen(taken):
    def change(epoch, logs):
        if epoch == 1:
            network.optimizer.param_groups[0]["weight_decay"] = 0.5

    found = []
    for backend in ("native", "numpy"):
        network = model()
        network.compile("adam", "mse", schedule=lambda epoch: 0.5**epoch, backend=backend)
        network.fit(X, Y, epochs=4, batch_size=10, seed=0, verbose=0, callbacks=[change])
        found.append(network.get_weights())
    assert len(taken) >= 7
    equal(*found)


def test_weights_of_samples_and_classes_and_a_last_batch_of_another_size(taken):
    options = {"batch_size": 8, "class_weight": {0: 1.0, 1: 3.0}, "y": CLASSES}
    options["sample_weight"] = np.linspace(0.5, 2.0, 20)
    one, _ = trained("native", lambda: nn.optim.Adam(), loss="cross_entropy", **options)
    other, _ = trained("numpy", lambda: nn.optim.Adam(), loss="cross_entropy", **options)
    assert len(taken) >= 10
    equal(one.get_weights(), other.get_weights())


@pytest.mark.parametrize("size", [20, 7])
@pytest.mark.parametrize("options", [{"shuffle": False}, {}])
def test_tables_are_taken_as_they_lie_in_memory(size, options, taken):
    x, y, weights = [np.repeat(np.asfortranarray(a), 2, 0)[::2] for a in (X, Y, Y[:, 0] ** 2)]
    found = []
    for backend in ("native", "graph"):
        network = model()
        network.compile("sgd", nn.MSELoss(reduction="sum"), ["mae"], backend=backend)
        options = {"epochs": 3, "batch_size": size, "seed": 0, "verbose": 0} | options
        history = network.fit(x, y, sample_weight=weights, **options)
        found.append((*network.get_weights(), history["loss"], history["mae"]))
    assert taken
    equal(*found)


class Own(nn.optim.SGD):
    def rule(self, group, state, p, g):
        return p - group["lr"] * np.sign(g)


def frozen():
    made = model()
    made.layers[0].trainable = False
    return made


def unused():
    made = model()
    made.spare = nn.Dense(3, input_dim=3, rng=2)
    return made


@pytest.mark.parametrize(
    ("optimizer", "made", "options"),
    [
        (lambda: Own(lr=0.1), model, {}),
        (nn.optim.Adam, unused, {}),
        (nn.optim.Adam, model, {"sample_weight": np.arange(20.0) % 3}),
    ],
    ids=["a rule of one's own", "parameters that take no part", "weights of 0"],
)
def test_what_is_no_plain_step_is_taken_in_parts(optimizer, made, options, taken):
    one, _ = trained("native", optimizer, made, **options)
    other, _ = trained("numpy", optimizer, made, **options)
    assert not taken
    equal(one.get_weights(), other.get_weights())


def test_dropout_draws_the_same(taken):
    one, _ = trained("native", nn.optim.Adam, lambda: model(nn.Dropout(0.5)))
    other, _ = trained("numpy", nn.optim.Adam, lambda: model(nn.Dropout(0.5)))
    assert taken
    equal(one.get_weights(), other.get_weights())


def test_frozen_layers_stay(taken):
    one, _ = trained("native", nn.optim.Adam, frozen)
    other, _ = trained("numpy", nn.optim.Adam, frozen)
    assert taken
    equal(one.get_weights(), other.get_weights())
    equal(one.get_weights()[:2], frozen().get_weights()[:2], 0.0)


class Spare(nn.Module):
    """A model with a frozen layer that takes no part."""

    def __init__(self):
        self.first, self.last = nn.Dense(4, "tanh", input_dim=3, rng=0), nn.Dense(2, rng=1)
        self.spare = nn.Dense(3, input_dim=3, rng=2)
        self.spare.trainable = False

    def forward(self, x):
        return self.last(self.first(x))


def test_what_takes_no_part_and_does_not_move_leaves_a_step_whole(taken):
    one, _ = trained("native", nn.optim.Adam, Spare)
    other, _ = trained("graph", nn.optim.Adam, Spare)
    assert taken
    equal(one.get_weights(), other.get_weights())


def test_auto_goes_over_in_the_middle_of_training(taken, monkeypatch):
    monkeypatch.setattr("autograd_core.compiler.version.calls_until_native", lambda *arguments: 3)
    one, _ = trained("auto", nn.optim.Adam)
    assert len(taken) == 8 - 3 - 1  # one to check, three to count
    other, _ = trained("numpy", nn.optim.Adam)
    equal(one.get_weights(), other.get_weights())


def test_training_goes_on_where_another_backend_was(taken, tmp_path):
    one, _ = trained("native", nn.optim.Adam)
    one.save(tmp_path / "model.npz")
    again = nn.load(tmp_path / "model.npz")
    again.fit(X, Y, epochs=2, batch_size=10, seed=1, verbose=0)
    other, _ = trained("numpy", nn.optim.Adam)
    other.fit(X, Y, epochs=2, batch_size=10, seed=1, verbose=0)
    equal(again.get_weights(), other.get_weights())


def test_without_a_compiler_numpy_takes_the_steps(taken, monkeypatch):
    monkeypatch.setattr(in_process, "available", lambda: False)
    monkeypatch.setattr(
        "autograd_core.compiler.printers.native.c_compiler.available", lambda: False
    )
    one, _ = trained("native", nn.optim.Adam)
    other, _ = trained("numpy", nn.optim.Adam)
    assert not taken
    equal(one.get_weights(), other.get_weights(), 0.0)


@pytest.mark.parametrize("backend", ["numpy", "native"])
@pytest.mark.parametrize("frozen", [False, True])
def test_penalties_and_means_of_batches_beside_what_is_held(backend, frozen):
    # found at random: masks of who took part had one for the moving means, which do not move
    def made():
        first = nn.Dense(3, "relu", input_dim=3, kernel_regularizer="l1", rng=0)
        first.trainable = not frozen
        return nn.Sequential(first, nn.BatchNormalization(), nn.Dense(2, rng=1))

    one, history = trained(backend, lambda: nn.optim.RMSprop(lr=0.01, clip_value=0.05), made)
    other, expected = trained("graph", lambda: nn.optim.RMSprop(lr=0.01, clip_value=0.05), made)
    equal(one.get_weights(), other.get_weights(), 1e-9)
    equal(history.history["loss"], expected.history["loss"], 1e-9)


@pytest.mark.parametrize("name", sorted({*MADE} - {"torch NAG"}))  # it makes the loss grow
def test_epochs_of_one_batch_are_taken_together(name, repeated):
    found = []
    for backend in ("native", "numpy"):
        network, history = trained(backend, MADE[name], epochs=24, batch_size=None)
        state = [[*h.values()] for parameters in network.optimizer.state for _, h in parameters]
        slopes = [p.grad for p in network.parameters()]
        found.append((*network.get_weights(), history["loss"], slopes, *map(np.asarray, *state)))
        assert history.epoch == [*range(24)]
    assert repeated == [10, 3]  # layers are looked at after epochs 10 and 20
    equal(*found)


def test_the_best_of_epochs_taken_together_is_kept(repeated):
    def sgd():
        return nn.optim.SGD(lr=1.2, momentum=0.5)

    _, history = trained("native", sgd, epochs=58, batch_size=20)
    _, expected = trained("numpy", sgd, epochs=58, batch_size=20)
    assert repeated
    assert history.best_epoch == expected.best_epoch
    assert history.best_epoch % 10 not in (0, 7)  # neither the last of a call nor of all
    equal(history.best_state.values(), expected.best_state.values(), 1e-9)


def test_epochs_taken_together_have_metrics_weights_dropout_and_a_bar(repeated, capfd):
    found = []
    for backend in ("native", "numpy"):
        network = model(nn.Dropout(0.3))
        network.compile("adam", "cross_entropy", ["accuracy"], backend=backend)
        counted = {"sample_weight": np.linspace(0.5, 2.0, 20), "class_weight": {0: 1.0, 1: 3.0}}
        history = network.fit(X, CLASSES, epochs=31, seed=0, **counted)
        assert "epoch 31/31" in capfd.readouterr().err
        found.append((*network.get_weights(), history["loss"], history["accuracy"]))
    assert repeated
    equal(*found)


@pytest.mark.parametrize(
    "options",
    [
        {"callbacks": [lambda epoch, logs: None]},
        {"validation_split": 0.5},
        {"batch_size": 10},
        {"sample_weight": np.arange(20.0) % 3},
    ],
    ids=lambda options: next(iter(options)),
)
def test_epochs_that_are_looked_at_are_taken_one_by_one(options, repeated):
    options = {"epochs": 31, "batch_size": 20} | options
    trained("native", nn.optim.Adam, **options)
    assert not repeated
