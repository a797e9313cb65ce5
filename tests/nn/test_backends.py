"""backend="numpy" (the default) does what backend="graph" does: numbers, History, errors, words."""

import copy
import warnings

import numpy as np
import pytest

import nn
from autograd_core import detect_anomaly, functional, no_grad
from nn import Value, callbacks
from nn.survey import Survey

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3))
SIGNS = (X[:, 0] * X[:, 1] > 0).astype(float)
CLASSES = RNG.integers(0, 4, 23)
CLOSE = {"rel": 1e-9, "abs": 1e-12}  # programs add up in another order: 1e-15 for each of the steps


def mlp(sizes=(5, 1), output="sigmoid", activation="tanh"):
    return nn.MLP(3, list(sizes), activation=activation, output=output, init="glorot", rng=0)


def stack(*layers):
    return nn.Sequential(nn.Dense(6, "tanh", input_dim=3, rng=0), *layers)


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


def frozen():
    model = stack(nn.Dense(4, "relu", rng=1), nn.Dense(1, rng=2))
    model.layers[0].requires_grad_(False)
    return model


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


# What a program takes in at each call


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


# What cannot be compiled


class Branching(nn.Module):
    def __init__(self):
        self.w = Value(0.5)

    def forward(self, x):
        return self.w * x[0] if x[1] > 0.0 else self.w * self.w * x[2]


class Peeking(nn.Module):
    def __init__(self):
        self.w = [Value(0.5), Value(0.2)]

    def forward(self, x):
        first = self.w[0] * x[0]
        return first * Value.operand(x[1]).data + self.w[1]


class Noisy(nn.Module):
    def __init__(self):
        self.w, self.rng = Value(0.5), np.random.default_rng(0)

    def forward(self, x):
        return self.w * (x[0] + self.rng.normal())


class Lookup(nn.Module):
    def __init__(self):
        self.w = [Value(0.5), Value(0.2)]

    def forward(self, x):
        return self.w[int(x[0] > 0.0)] * float(x[1])


def by_class(output, target):
    return (output - 1.0) ** 2 if target == 1 else abs(output)


@pytest.mark.parametrize(
    ("make", "loss", "why"),
    [
        (Branching, "mse", r"different ways at `greater` in .*test_backends.py.*where"),
        (Peeking, "mse", r"reads? \.data"),
        (Lookup, "mse", r"different ways|does not turn into a plain number"),
        (lambda: mlp((2, 1), "linear"), by_class, r"different ways at `equal`.*where"),
    ],
)
def test_what_cannot_be_compiled_trains_on_the_graph_and_says_why(make, loss, why):
    def trained(backend):
        model = make()
        model.compile(nn.SGD(0.1), loss, backend=backend)
        history = model.fit(X, SIGNS, epochs=3, batch_size=6, verbose=0, seed=1)
        return history["loss"], [p.data for p in model.parameters()], model.evaluate(X, SIGNS)

    with pytest.warns(nn.TrainingWarning, match=why) as said:
        found = trained("numpy")
    assert len(said) == 1
    for numbers, wanted in zip(found, trained("graph"), strict=True):
        assert numbers == pytest.approx(wanted, **CLOSE)


def test_randomness_in_forward_is_noticed():
    model = Noisy()
    model.compile(nn.SGD(0.1), "mse")
    with pytest.warns(nn.TrainingWarning, match="random"):
        model.fit(X, SIGNS, verbose=0)


def test_a_branch_that_cannot_be_predicted_in_one_program_is_predicted_on_the_graph():
    model = Branching()
    with pytest.warns(nn.TrainingWarning, match="different ways"):
        outputs = model.predict(X)
    assert outputs[:, 0].tolist() == [model(row).data for row in X.tolist()]


def test_a_branch_on_parameters_alone_is_followed():
    class Switching(nn.Module):
        def __init__(self):
            self.w = Value(1.0)

        def forward(self, x):
            return self.w * x[0] if self.w > 0.5 else 2.0 * self.w * x[0]

    def history(backend):
        model = Switching()
        model.compile(nn.SGD(0.2), "mse", backend=backend)
        return model.fit(X, np.zeros(23), epochs=6, verbose=0, seed=0)["loss"]

    assert history("numpy") == pytest.approx(history("graph"), **CLOSE)


def test_an_error_in_the_users_code_comes_out_as_it_is():
    def broken(output, target):
        raise ZeroDivisionError("mine")

    model = mlp()
    model.compile("adam", broken)
    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(X, SIGNS, verbose=0)


def test_detect_anomaly_sees_the_graph():
    model = mlp((1,), "linear")
    model.compile("sgd", lambda output, target: (output * 0.0).log())
    with detect_anomaly(), pytest.raises(FloatingPointError, match="log"):
        model.fit(X, SIGNS, verbose=0)


def test_predicting_without_recording_captures_all_the_same():
    model = mlp()
    with no_grad():
        found = model.predict(X)
    assert len(set(found.ravel().tolist())) == len(X)
    assert found[:, 0] == pytest.approx([model(row).data for row in X], **CLOSE)


# The rest


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


def test_a_copy_of_a_trained_model_goes_its_own_way():
    model = mlp()
    model.compile("adam", "mse")
    model.fit(X, SIGNS, verbose=0, seed=0)
    before = model.predict(X)
    twin = copy.deepcopy(model)
    twin.fit(X, SIGNS, epochs=3, verbose=0, seed=0)
    assert (model.predict(X) == before).all()
    assert (twin.predict(X) != before).any()


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


def test_compiling_leaves_what_is_frozen_as_it_is():
    model = nn.MLP(2, [3, 1], rng=0)
    model.compile("sgd", "mse")
    first = model.layers[0]
    first.trainable = False
    first.neurons[1].trainable = True
    before = [module.trainable for module in model.modules()]
    model.fit([[1.0, 2.0]], [1.0], verbose=0)
    assert [module.trainable for module in model.modules()] == before
