"""Compile, fit, evaluate, predict, callbacks and diagnostics (walkthrough B9, B10, B12, C3, D)."""

import csv
import math
import random
import time
import warnings

import numpy as np
import pytest

import nn
from nn import callbacks, data

QUIET = {"verbose": 0, "seed": 0}
X = [[i / 10, (i % 3) / 2] for i in range(20)]
Y = [float(i > 9) for i in range(20)]


def classifier(seed=0, optimizer=None, metrics=("accuracy",)):
    model = nn.MLP(2, [4, 1], activation="tanh", output="sigmoid", init="glorot", rng=seed)
    model.compile(optimizer or nn.Adam(0.05), "binary_crossentropy", list(metrics))
    return model


def line(rate=0.05):
    model = nn.MLP(1, [1], init="zeros")
    model.compile(nn.SGD(rate), "mse")
    return model


def numbers(model):
    return [p.data for p in model.parameters()]


# B9


def test_b9_batches_of_32_of_100_samples():
    batches = list(data.minibatches(np.arange(100), batch_size=32, seed=0))
    assert [len(rows) for (rows,) in batches] == [32, 32, 32, 4]
    assert sorted(np.concatenate([rows for (rows,) in batches])) == list(range(100))


def test_b9_fit_takes_each_sample_once_per_epoch_in_steps_of_the_batch_size():
    seen = []

    class Recorder(nn.Module):
        def __init__(self):
            self.w = nn.Value(0.0)

        def forward(self, x):
            seen.append(x[0])
            return self.w * x[0]

    model, steps = Recorder(), []
    model.compile(nn.SGD(1e-6), "mse", backend="graph")  # a program runs forward() only once
    counter = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    x = [[float(i)] for i in range(1, 101)]
    model.fit(x, [0.0] * 100, batch_size=32, callbacks=counter, **QUIET)
    assert steps == [0, 1, 2, 3]
    assert all(seen.count(row[0]) >= 1 for row in x)


def test_b9_batch_size_none_is_one_full_batch():
    steps = []
    counter = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    classifier().fit(X, Y, batch_size=None, epochs=3, callbacks=counter, **QUIET)
    assert steps == [0, 0, 0]


# B10


def test_b10_a_linear_neuron_fitted_by_gradient_descent_equals_least_squares():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (20, 2))
    y = x @ [1.5, -2.0] + 0.5 + 0.1 * rng.normal(size=20)
    model = nn.MLP(2, [1], init="zeros")
    model.compile(nn.SGD(0.5), "mse")
    model.fit(x, y, batch_size=None, epochs=300, **QUIET)
    wanted, *_ = np.linalg.lstsq(np.c_[x, np.ones(20)], y, rcond=None)
    assert numbers(model) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("activation", "linear"), [("linear", True), ("relu", False)])
def test_b10_a_deep_network_without_activations_is_linear(activation, linear):
    f = nn.MLP(2, [8, 8, 1], activation=activation, rng=0)
    a, b = np.array([1.0, -2.0]), np.array([-0.5, 3.0])
    bend = f(a).data + f(b).data - f(a + b).data - f([0.0, 0.0]).data
    assert (abs(bend) < 1e-12) == linear


# B12


def test_b12_early_stopping_stops_at_a_tolerance_and_goes_back_to_the_best_weights():
    model = line(0.3)
    stop = callbacks.EarlyStopping("loss", min_delta=1e-6, patience=3, restore_best_weights=True)
    history = model.fit([[0.0], [1.0]], [1.0, 3.0], epochs=1000, callbacks=stop, **QUIET)
    assert len(history) < 1000
    assert history.stopped.startswith("stopped after epoch")
    assert numbers(model) == pytest.approx([2.0, 1.0], abs=0.01)
    assert stop.best_epoch == len(history) - 4


def test_b12_a_larger_rate_learns_faster_until_it_diverges():
    last = {}
    for rate in (0.01, 0.1, 3.0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", nn.TrainingWarning)
            last[rate] = line(rate).fit([[0.0], [1.0]], [1.0, 3.0], epochs=20, **QUIET)["loss"][-1]
    assert last[0.1] < last[0.01] < last[3.0]


# C3


def test_c3_a_dead_layer_is_named_while_it_happens():
    model = nn.MLP(2, [3, 1], rng=0)
    model.set_weights([[[-1.0] * 3] * 2, [-5.0] * 3, [[1.0]] * 3, [0.0]])
    model.compile("sgd", "mse")
    with pytest.warns(nn.TrainingWarning, match=r"layers\[0\] is dead: all 3 units .* leaky_relu"):
        model.fit(X, Y, epochs=2, **QUIET)
    assert {p.grad for p in model.layers[0].parameters()} == {0.0}


@pytest.mark.parametrize("backend", ["graph", "numpy"])
def test_c3_a_rate_of_10_kills_the_second_layer_and_the_warning_says_so(backend):
    points, kinds = nn.data.make_moons(80, noise=0.25, seed=2)
    model = nn.MLP(2, [16, 16, 1], output="sigmoid", rng=3)
    model.compile(nn.SGD(lr=10.0), "binary_crossentropy", backend=backend)
    with pytest.warns(nn.TrainingWarning, match=r"layers\[1\] is dead: all 16 units"):
        model.fit(points, kinds, epochs=10, batch_size=16, **QUIET)
    outputs = points
    for weights, biases in zip(*[iter(model.get_weights()[:4])] * 2):
        outputs = np.maximum(outputs @ weights + biases, 0.0)
    assert not outputs.any()


def test_c3_leaky_relu_is_the_cure():
    model = nn.MLP(2, [3, 1], activation="leaky_relu")
    model.set_weights([[[-1.0] * 3] * 2, [-5.0] * 3, [[1.0]] * 3, [0.0]])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=2, **QUIET)  # a warning would be an error here
    assert all(p.grad for p in model.layers[0].parameters())


def test_saturated_outputs_are_named_while_it_happens():
    model = nn.MLP(1, [1], output="sigmoid", init="zeros")
    model.set_weights([[[1000.0]], [0.0]])
    model.compile("sgd", "mse")
    with pytest.warns(nn.TrainingWarning, match=r"layers\[0\] is saturated: no gradient"):
        model.fit([[1.0], [2.0]], [0.0, 0.0], **QUIET)


def test_a_loss_that_is_not_finite_is_reported_with_its_epoch():
    with pytest.warns(nn.TrainingWarning, match=r"the loss is (nan|inf) in epoch \d+"):
        line(1e200).fit([[1.0], [2.0]], [1.0, 2.0], epochs=5, **QUIET)


def test_terminate_on_nan_ends_training(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nn.TrainingWarning)
        history = line(1e200).fit(
            [[1.0], [2.0]], [1.0, 2.0], epochs=50, callbacks=callbacks.TerminateOnNaN(), **QUIET
        )
    assert len(history) < 50
    assert "training ends" in capsys.readouterr().out


# D1, D2


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
    assert 0.0 <= accuracy <= 1.0
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


# D3


def test_d3_history_has_kerass_names():
    history = classifier().fit(X, Y, epochs=3, validation_split=0.25, **QUIET)
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history.epoch == [0, 1, 2]
    assert len(history["val_loss"]) == 3


def test_d3_validation_split_keeps_the_last_rows_and_trains_on_the_others():
    whole, part = classifier(), classifier()
    first = whole.fit(X, Y, validation_split=0.25, epochs=2, **QUIET)
    second = part.fit(X[:15], Y[:15], validation_data=(X[15:], Y[15:]), epochs=2, **QUIET)
    assert first.history == second.history
    assert numbers(whole) == numbers(part)


def test_d3_evaluate_returns_the_loss_and_the_metrics():
    model = classifier(metrics=["accuracy", "mae"])
    loss, accuracy, mae = model.evaluate(X, Y)
    outputs = model.predict(X)[:, 0]
    y = np.array(Y)
    wanted = -np.mean(y * np.log(outputs) + (1 - y) * np.log(1 - outputs))
    assert loss == pytest.approx(wanted, rel=1e-9)
    assert accuracy == np.mean((outputs > 0.5) == y)
    assert mae == pytest.approx(np.mean(np.abs(outputs - y)))
    assert model.evaluate(X, Y, return_dict=True) == {
        "loss": loss,
        "accuracy": accuracy,
        "mae": mae,
    }


def test_d3_the_loss_alone_is_a_number():
    assert isinstance(line().evaluate([[1.0]], [2.0]), float)


def test_d3_predict_gives_a_row_per_sample():
    assert classifier().predict(X).shape == (20, 1)
    assert nn.MLP(2, [3]).predict([1.0, 2.0]).shape == (1, 3)


def test_d3_a_sample_weight_of_2_is_a_sample_given_twice():
    weighted, repeated = line(), line()
    weighted.fit([[1.0], [2.0]], [1.0, 5.0], sample_weight=[2.0, 1.0], batch_size=None, **QUIET)
    repeated.compile(nn.SGD(0.05 * 3 / 2), "mse")  # the mean is over 3 samples instead of 2
    repeated.fit([[1.0], [1.0], [2.0]], [1.0, 1.0, 5.0], batch_size=None, **QUIET)
    assert numbers(weighted) == pytest.approx(numbers(repeated), rel=1e-12)


def test_d3_class_weights_are_sample_weights_by_class():
    one, other = classifier(), classifier()
    one.fit(X, Y, class_weight={0: 0.5, 1: 2.0}, **QUIET)
    other.fit(X, Y, sample_weight=[2.0 if y else 0.5 for y in Y], **QUIET)
    assert numbers(one) == numbers(other)


def test_d3_train_on_batch_takes_one_step():
    model = line()
    assert model.train_on_batch([[1.0]], [2.0]) == 4.0
    assert numbers(model) == pytest.approx([0.2, 0.2])


def test_d3_test_on_batch_and_predict_on_batch_change_nothing():
    model = nn.Sequential(nn.Dense(1, input_dim=1, init="ones"))
    model.compile("sgd", "mse", ["mae"])
    assert model.test_on_batch([[1.0], [2.0]], [2.0, 4.0]) == [2.5, 1.5]
    assert model.test_on_batch([[1.0]], [3.0], return_dict=True) == {"loss": 4.0, "mae": 2.0}
    assert model.predict_on_batch([[1.0], [2.0]]).tolist() == [[1.0], [2.0]]


def test_d3_initial_epoch_counts_on():
    seen = []
    history = classifier().fit(
        X, Y, epochs=5, initial_epoch=3, callbacks=lambda epoch, logs: seen.append(epoch), **QUIET
    )
    assert history.epoch == seen == [3, 4]


def test_d3_early_stopping_waits_for_patience_epochs():
    stop = callbacks.EarlyStopping("loss", patience=2)
    model = line(0.0)  # nothing gets better
    history = model.fit([[1.0]], [2.0], epochs=50, callbacks=[stop], **QUIET)
    assert len(history) == 3


def test_d3_what_is_watched_but_not_there_is_an_error():
    with pytest.raises(ValueError, match=r"watches 'val_loss', there is loss.*validation_split"):
        line().fit([[1.0]], [2.0], callbacks=callbacks.EarlyStopping(), **QUIET)


def test_d3_model_checkpoint_saves_the_best(tmp_path):
    path = tmp_path / "best.npz"
    keep = callbacks.ModelCheckpoint(path, monitor="loss", save_best_only=True)
    model = line(0.3)
    history = model.fit([[0.0], [1.0]], [1.0, 3.0], epochs=5, callbacks=keep, **QUIET)
    assert history.best_epoch == 4
    assert numbers(nn.load(path)) == numbers(model)


def test_d3_model_checkpoint_names_files_by_epoch(tmp_path):
    keep = callbacks.ModelCheckpoint(tmp_path / "{epoch:02d}.npz")
    line().fit([[1.0]], [2.0], epochs=2, callbacks=keep, **QUIET)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01.npz", "02.npz"]


def test_d3_csv_logger_writes_a_line_per_epoch(tmp_path):
    path = tmp_path / "log.csv"
    history = classifier().fit(X, Y, epochs=2, callbacks=callbacks.CSVLogger(path), **QUIET)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert [float(row["loss"]) for row in rows] == history["loss"]


@pytest.mark.parametrize(
    "schedule", [lambda epoch: 0.1 / (1 + epoch), lambda epoch, rate: rate / 2]
)
def test_d3_learning_rate_scheduler_sets_the_rate(schedule):
    model = line(0.4)
    model.fit(
        [[1.0]], [2.0], epochs=2, callbacks=callbacks.LearningRateScheduler(schedule), **QUIET
    )
    assert model.optimizer.lr == pytest.approx({1: 0.05, 2: 0.1}[schedule.__code__.co_argcount])


def test_d3_reduce_lr_on_plateau_reduces_after_patience_epochs():
    model, rates = line(0.4), []
    reduce = callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2, min_delta=100.0)
    note = callbacks.LambdaCallback(on_epoch_end=lambda e, logs: rates.append(model.optimizer.lr))
    model.fit([[1.0]], [2.0], epochs=6, callbacks=[reduce, note], **QUIET)
    assert rates == [0.4, 0.4, 0.2, 0.2, 0.1, 0.1]


def test_d3_callbacks_are_told_in_order():
    told = []

    class Spy:
        def set_model(self, model):
            told.append("model")

        def on_train_begin(self, logs=None):
            told.append("begin")

        def on_epoch_end(self, epoch, logs=None):
            told.append((epoch, sorted(logs)))

        def on_train_end(self, logs=None):
            told.append("end")

    classifier().fit(X, Y, epochs=1, callbacks=[Spy()], **QUIET)
    assert told == ["model", "begin", (0, ["accuracy", "loss"]), "end"]


def test_d3_verbose_0_says_nothing_2_a_line_per_epoch_and_1_a_bar(capsys):
    outputs = {}
    for verbose in (0, 1, 2):
        classifier().fit(X, Y, epochs=2, verbose=verbose, seed=0)
        outputs[verbose] = capsys.readouterr()
    assert outputs[0] == ("", "")
    assert "accuracy=" in outputs[1].err
    assert outputs[2].out.count("\n") == 2
    assert outputs[2].out.startswith("epoch 1/2  loss ")


# D5


MODELS = [
    nn.MLP(2, [3, 1], activation="tanh", output="sigmoid", rng=0),
    nn.Sequential(
        nn.Input(2), nn.Dense(3, activation=nn.PReLU(), rng=0), nn.Dropout(0.2), nn.Dense(2),
        nn.Softmax(),
    ),
    nn.Sequential(nn.Layer(2, 2, activation="softmax", bias=False, rng=0)),
    nn.Sequential(nn.Sequential(nn.Layer(2, 2, rng=0), nn.LeakyReLU(0.3)), nn.Neuron(2, rng=0)),
    nn.logic.xor_gate(),
    nn.logic.at_least(1, 2),
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_d5_a_saved_model_predicts_the_same_to_the_bit(model, tmp_path):
    x = [[0.0, 1.0], [1.0, 0.3]]
    wanted = model.predict(x)
    model.save(tmp_path / "m.npz")
    loaded = nn.load(tmp_path / "m.npz")
    assert (loaded.predict(x) == wanted).all()
    assert repr(loaded) == repr(model)
    assert [name for name, _ in loaded.named_parameters()] == [
        name for name, _ in model.named_parameters()
    ]


def test_d5_the_weights_are_plain_arrays_without_pickle(tmp_path):
    model = nn.MLP(2, [3, 1], activation="tanh", rng=0)
    model.save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as m:
        hidden = np.tanh(np.array([0.5, -1.0]) @ m["layers[0].weights"] + m["layers[0].biases"])
        output = hidden @ m["layers[1].weights"] + m["layers[1].biases"]
    assert model([0.5, -1.0]).data == pytest.approx(output.item(), rel=1e-14)


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"hello", lambda b: b""])
def test_d5_a_damaged_or_foreign_file_is_a_clear_error(damage, tmp_path):
    path = tmp_path / "m.npz"
    nn.MLP(2, [1]).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="not a model file, or it is damaged"):
        nn.load(path)


def test_d5_an_archive_of_somebody_elses_is_a_clear_error(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="not a model file"):
        nn.load(tmp_path / "x.npz")


def test_d5_a_newer_file_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr("nn.saving.VERSION", 99)
    nn.MLP(2, [1]).save(tmp_path / "m.npz")
    monkeypatch.undo()
    with pytest.raises(ValueError, match="of version 99, this package reads up to 1; update"):
        nn.load(tmp_path / "m.npz")


def test_d5_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    nn.MLP(2, [1], rng=0).save(path)
    before = path.read_bytes()

    def crash(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", crash)
    with pytest.raises(OSError, match="disk full"):
        nn.MLP(2, [1], rng=1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_d5_a_function_without_a_name_cannot_be_saved(tmp_path):
    model = nn.MLP(2, [2, 1], activation=lambda x: x * x)
    with pytest.raises(TypeError, match="give activations and initializers by name"):
        model.save(tmp_path / "m.npz")
    assert list(tmp_path.iterdir()) == []


class Scale(nn.Module):
    def __init__(self, factor):
        self.factor = nn.Value(factor)

    def forward(self, x):
        return self.factor * x[0]

    def config(self):
        return {"factor": self.factor.data}


def test_d5_a_users_own_module_is_saved_by_its_config(tmp_path):
    Scale(3.0).save(tmp_path / "m.npz")
    assert nn.load(tmp_path / "m.npz")([2.0]).data == 6.0


# D6


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


# Seeds and interruptions


def test_fit_twice_with_one_seed_gives_the_same_bits():
    def run():
        model = nn.Sequential(
            nn.Dense(4, "tanh", input_dim=2, rng=0), nn.Dropout(0.5), nn.Dense(1, rng=1)
        )
        model.compile("adam", "mse")
        history = model.fit(X, Y, epochs=3, batch_size=4, **QUIET)
        return history.history, numbers(model)

    assert run() == run()


def test_without_a_seed_the_module_random_decides():
    def run(seed):
        model = classifier()
        random.seed(seed)
        model.fit(X, Y, batch_size=4, verbose=0)
        return numbers(model)

    assert run(1) == run(1) != run(2)


def test_no_shuffling_takes_the_tables_order():
    def run(seed):
        model = classifier()
        model.fit(X, Y, batch_size=4, shuffle=False, verbose=0, seed=seed)
        return numbers(model)

    assert run(1) == run(2)


def test_ctrl_c_ends_training_with_the_history_and_the_best_weights(capsys):
    model = classifier()

    def interrupt(epoch, logs):
        if epoch == 2:
            raise KeyboardInterrupt

    stop = callbacks.EarlyStopping("loss", patience=99, restore_best_weights=True)
    history = model.fit(X, Y, epochs=50, callbacks=[stop, interrupt], **QUIET)
    assert len(history) == 3
    assert "interrupted" in history.stopped
    assert "history is kept" in capsys.readouterr().out
    best = model.state_dict()
    assert all((best[name] == array).all() for name, array in history.best_state.items())


# What does not fit


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.fit(X, Y[:-1]), "20 samples and y has 19"),
        (lambda m: m.fit([], []), "no samples"),
        (lambda m: m.fit([[1.0]], [1.0]), r"layers\[0\] expected 2 inputs, got 1"),
        (lambda m: m.fit([[1.0, math.nan]], [1.0]), r"x wants finite numbers, got nan at \[0, 1\]"),
        (lambda m: m.fit(X, [2.0] * 20), "targets from 0 to 1, got 2"),
        (lambda m: m.fit(X, Y, validation_split=1.0), "validation_split"),
        (lambda m: m.fit(X, Y, batch_size=0), "batch_size must be at least 1"),
        (lambda m: m.fit(X, Y, epochs=0), "epochs must be at least 1"),
        (lambda m: m.fit(X, Y, sample_weight=[1.0]), "sample_weight wants 20"),
        (lambda m: m.fit(X, Y, class_weight={0: 1.0}), "no weight for class 1"),
        (lambda m: m.fit(X, [[1.0, 0.0]] * 20), "1 target"),
        (lambda m: m.predict([[1.0, 2.0, 3.0]]), "expected 2 inputs, got 3"),
        (lambda m: m.compile(loss="msee"), "did you mean 'mse'"),
        (lambda m: m.compile(metrics=["acuracy"]), "did you mean 'accuracy'"),
        (lambda m: m.compile(backend="gpu"), "no backend named 'gpu'; choose from .*graph"),
    ],
)
def test_what_does_not_fit_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call(classifier())


def test_class_weights_that_are_no_dict_are_a_clear_error():
    with pytest.raises(TypeError, match="a dict by class number, got 'balanced'"):
        classifier().fit(X, Y, class_weight="balanced")


def test_no_targets_are_a_clear_error():
    with pytest.raises(ValueError, match=r"y wants finite numbers, got nan$"):
        classifier().fit(X, None)


def test_fit_before_compile_says_what_to_do():
    with pytest.raises(ValueError, match=r"compile this MLP first: model\.compile\("):
        nn.MLP(2, [1]).fit(X, Y)


@pytest.mark.parametrize(
    ("loss", "cure"),
    [("binary_crossentropy", "'sigmoid'.*from_logits"), ("categorical_crossentropy", "'softmax'")],
)
def test_outputs_that_are_no_probabilities_are_a_clear_error(loss, cure):
    model = nn.MLP(2, [1 if loss.startswith("b") else 2], rng=0)
    model.set_weights([array * 50 for array in model.get_weights()])
    model.compile("sgd", loss)
    with pytest.raises(ValueError, match=f"wants probabilities.*{cure}"):
        model.fit(X, Y, **QUIET)


def test_a_users_own_loss_and_metric_are_functions():
    def quartic(output, target):
        return (output - target) ** 4

    def worst(targets, predictions):
        return np.abs(targets - predictions).max()

    model = line()
    model.compile(nn.SGD(0.01), quartic, [worst])
    history = model.fit([[1.0]], [2.0], **QUIET)
    assert history.history == {"loss": [16.0], "worst": [2.0]}
