"""backend="numpy" (the default) does what backend="graph" does: numbers, History, errors, words."""

import copy
import warnings

import numpy as np
import pytest

import nn
from autograd_core import functional
from nn import Value, callbacks

from .compiled_models import CLASSES, CLOSE, SIGNS, X, frozen, mlp, stack


class Squared(nn.Module):
    """Written by a user, in scalars, with a parameter in a dict and one used twice."""

    def __init__(self):
        self.w = [Value(0.3), Value(-0.2), Value(0.1)]
        self.more = {"shift": Value(0.05)}

    def forward(self, x):
        total = sum(w * a for w, a in zip(self.w, x)) + self.more["shift"]
        return [
            total * total,
            functional.where(functional.greater(total, 0.0), total.tanh(), self.w[0]),
        ]


def grouped(model):
    first, *rest = model.parameters()
    return nn.AdamW([{"params": [first], "lr": 0.1}, {"params": rest}], lr=0.01)


def penalised(outputs, target):  # outputs is a Value, target a number
    error = outputs - target
    return error * error + abs(error)


def of_rows(outputs, target):
    return functional.total([((o - t) ** 2 + 1.0).log() for o, t in zip(outputs, target)])


# name: (model, optimizer, loss, targets, options of fit)
CASES = {
    "sigmoid": (mlp, "adam", "binary_crossentropy", SIGNS, {}),
    "softmax": (
        lambda: mlp((5, 4), "softmax"), "rmsprop", "categorical_crossentropy", CLASSES, {},
    ),
    "logits": (lambda: mlp((4,), "linear"), "sgd", "cross_entropy", CLASSES, {}),
    "probabilities through another layer": (
        lambda: stack(nn.Dense(1, "sigmoid", rng=1), nn.Activation("linear"), nn.Input(1)),
        "adam", "binary_crossentropy", SIGNS, {},
    ),
    "hinge and relu": (
        lambda: mlp((4, 1), "linear", "relu"), "adagrad", "hinge", SIGNS, {},
    ),
    "perceptron": (lambda: mlp((1,), "linear"), "sgd", "perceptron", SIGNS, {}),
    "several outputs": (lambda: mlp((4, 3), "linear"), "adam", "huber", X, {}),
    "a sum over samples": (lambda: mlp((4, 3), "linear"), nn.SGD(0.001), "sse", X, {}),
    "prelu": (
        lambda: stack(nn.PReLU(6), nn.Dense(2, nn.PReLU(), rng=1), nn.ELU(), nn.Dense(1, rng=2)),
        "adam", "mse", SIGNS, {},
    ),
    "dropout": (
        lambda: stack(nn.Dropout(0.5), nn.Dense(6, "relu", rng=1), nn.Dropout(0.2),
                      nn.Dense(1, rng=2)),
        "adam", "mse", SIGNS, {},
    ),
    "frozen": (frozen, "adam", "mse", SIGNS, {}),
    "groups": (mlp, grouped, "mse", SIGNS, {}),
    "momentum": (
        mlp, nn.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01), "mse", SIGNS, {},
    ),
    "clipped norm": (mlp, nn.Adam(0.01, clip_norm=0.01), "mse", SIGNS, {}),
    "clipped values": (mlp, nn.SGD(0.5, clip_value=0.01), "mse", SIGNS, {}),
    "sample weights": (mlp, "adam", "mse", SIGNS, {"sample_weight": np.arange(23) % 3}),
    "nothing counts": (mlp, "adam", "mse", SIGNS, {"sample_weight": np.zeros(23)}),
    "class weights": (
        mlp, "adam", "binary_crossentropy", SIGNS, {"class_weight": {0: 0.5, 1: 3.0}},
    ),
    "own loss": (mlp, "adam", penalised, SIGNS, {}),
    "own module": (Squared, nn.SGD(0.01), of_rows, X[:, :2], {}),
    "schedule": (mlp, nn.SGD(0.3), "mse", SIGNS, {"callbacks": [
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)]}),
    "in order": (mlp, "adam", "mse", SIGNS, {"shuffle": False}),
    "full batch": (mlp, "adam", "mse", SIGNS, {"batch_size": None}),
    "one by one": (mlp, "adam", "mse", SIGNS, {"batch_size": 1}),
}  # fmt: skip


def run(backend, name):
    make, optimizer, loss, y, options = CASES[name]
    model = make()
    optimizer = optimizer(model) if optimizer is grouped else copy.deepcopy(optimizer)
    metrics = ["mae", "accuracy"] if y is SIGNS else ["mae"] if y.ndim == 2 else ["accuracy"]
    model.compile(optimizer, loss, metrics, backend=backend)
    options = {"batch_size": 5, "validation_split": 0.3, **options}
    if "sample_weight" in options or "class_weight" in options:
        options["validation_split"] = 0.0
    history = model.fit(X, y, epochs=4, verbose=0, seed=3, **options)
    numbers = {name: list(values) for name, values in history.history.items()}
    numbers |= {key: array.ravel() for key, array in model.state_dict().items()}
    numbers |= {f"best {key}": a.ravel() for key, a in history.best_state.items()}
    numbers["gradients"] = [p.grad for p in model.parameters()]
    numbers["scores"] = model.evaluate(X, y)
    numbers["outputs"] = model.predict(X).ravel()
    numbers["batch"] = model.train_on_batch(X[:4], y[:4])
    numbers["after"] = [p.data for p in model.parameters()]
    return numbers, history.best_epoch


@pytest.mark.parametrize("name", CASES)
def test_both_backends_give_the_same_numbers(name):
    (wanted, best), (found, best_found) = run("graph", name), run("numpy", name)
    assert list(found) == list(wanted)
    assert best_found == best
    for key, numbers in wanted.items():
        assert found[key] == pytest.approx(numbers, **CLOSE), key


@pytest.mark.parametrize("name", ["dropout", "softmax", "own module"])
def test_one_seed_gives_the_same_bits(name):
    first, second = run("numpy", name)[0], run("numpy", name)[0]
    for key, numbers in first.items():
        assert np.array_equal(second[key], numbers), key


def test_numpy_is_the_default_and_runs_a_program_not_the_graph():
    calls = []

    class Counting(Squared):
        def forward(self, x):
            calls.append(len(x))
            return super().forward(x)

    model = Counting()
    model.compile("sgd", of_rows)
    model.fit(np.tile(X, (40, 1)), np.tile(X[:, :2], (40, 1)), epochs=3, verbose=0, seed=0)
    assert len(calls) < 50  # 2760 samples were trained on


@pytest.mark.parametrize("output", ["relu", "sigmoid"])
def test_both_backends_warn_of_the_same_layers(output):
    def said(backend):
        model = nn.MLP(3, [3, 4, 1], output=output, rng=0)
        model.set_weights(
            [np.zeros((3, 3)), [-1.0] * 3, np.ones((3, 4)), [-5.0] * 4, np.ones((4, 1)), [900.0]]
        )
        model.compile("sgd", "mse", backend=backend)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(X, SIGNS, epochs=3, verbose=0, seed=0)
        return [str(warning.message) for warning in caught]

    assert said("numpy") == said("graph") != []


@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_ctrl_c_between_batches_keeps_the_steps_that_were_taken(backend, capsys):
    model = mlp()

    def interrupt(batch, logs):
        if batch == 2:
            raise KeyboardInterrupt

    model.compile(nn.SGD(0.1), "mse", backend=backend)
    stop = callbacks.LambdaCallback(on_train_batch_end=interrupt)
    model.fit(X, SIGNS, batch_size=5, verbose=0, callbacks=stop, shuffle=False)
    other = mlp()
    other.compile(nn.SGD(0.1), "mse")
    other.fit(X[:15], SIGNS[:15], batch_size=5, verbose=0, shuffle=False)
    wanted = [p.data for p in other.parameters()]
    assert [p.data for p in model.parameters()] == pytest.approx(wanted, **CLOSE)


def test_callbacks_after_each_batch_see_and_change_the_weights():
    seen = []

    def clip(batch, logs):
        for parameter in model.parameters():
            seen.append(parameter.data)
            parameter.data = min(parameter.data, 0.25)

    model = mlp()
    model.compile(nn.SGD(0.1), "mse")
    told = callbacks.LambdaCallback(on_train_batch_end=clip)
    model.fit(X, SIGNS, batch_size=5, verbose=0, callbacks=told)
    assert max(p.data for p in model.parameters()) <= 0.25
    assert len(set(seen)) > len(model.parameters()) * 3


def test_a_trained_model_that_is_saved_and_loaded_predicts_the_same_bits(tmp_path):
    model = stack(nn.Dropout(0.3), nn.Dense(4, "softmax", rng=1))
    model.compile("adam", "categorical_crossentropy")
    model.fit(X, CLASSES, epochs=2, verbose=0, seed=0)
    wanted = model.predict(X)
    model.save(tmp_path / "m.npz")
    assert (nn.load(tmp_path / "m.npz").predict(X) == wanted).all()


def test_dropout_outside_of_fit_draws_from_its_own_source():
    def step(backend):
        model = stack(nn.Dropout(0.5, rng=4), nn.Dense(5, rng=1), nn.Dropout(0.5, rng=4),
                      nn.Dense(1, rng=2))  # fmt: skip
        shared = model.layers[1]._rng
        model.layers[3]._rng = shared  # both take turns with one source
        model.compile("sgd", "mse", backend=backend)
        return [model.train_on_batch(X, SIGNS) for _ in range(2)]

    assert step("numpy") == pytest.approx(step("graph"), **CLOSE)


class Strided(nn.optimizers.Optimizer):
    """Somebody's own rule, whose result is every second number of another kind of array."""

    def __init__(self, kind):
        super().__init__(None, 0.1, {})
        self.kind = kind

    def rule(self, group, state, p, g):
        moved = np.empty((len(p), 2), self.kind)
        moved[:, 0] = p - group["lr"] * g
        return moved[:, 0]


@pytest.mark.parametrize("kind", [np.float64, np.float32, object])
def test_an_optimizer_may_return_any_array_of_numbers(kind):
    weights = []
    for optimizer, backend in ((Strided(kind), "numpy"), (nn.SGD(0.1), "graph")):
        model = mlp()
        model.compile(optimizer, "mse", backend=backend)
        model.fit(X, SIGNS, epochs=2, verbose=0, seed=0)
        assert {type(parameter.data) for parameter in model.parameters()} == {float}
        weights.append([parameter.data for parameter in model.parameters()])
    assert weights[0] == pytest.approx(weights[1], rel=1e-4 if kind is np.float32 else 1e-12)
