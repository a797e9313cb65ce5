"""Compile, fit, evaluate and predict (walkthrough B9, B10, B12, D3)."""

import math
import random
import warnings

import numpy as np
import pytest

import nn
from nn import callbacks, data
from nn.backends import SAMPLES

from .small_models import QUIET, X, Y, classifier, line, numbers


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
    # the first rows are looked at outside of the steps as well, to check the loss and to warn
    assert [seen.count(row[0]) for row in x[SAMPLES:]] == [1] * (100 - SAMPLES)
    assert all(row[0] in seen for row in x[:SAMPLES])


def test_b9_batch_size_none_is_one_full_batch():
    steps = []
    counter = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    classifier().fit(X, Y, batch_size=None, epochs=3, callbacks=counter, **QUIET)
    assert steps == [0, 0, 0]


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


def test_b12_a_larger_rate_learns_faster_until_it_diverges():
    last = {}
    for rate in (0.01, 0.1, 3.0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", nn.TrainingWarning)
            last[rate] = line(rate).fit([[0.0], [1.0]], [1.0, 3.0], epochs=20, **QUIET)["loss"][-1]
    assert last[0.1] < last[0.01] < last[3.0]


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
    with pytest.raises(TypeError, match=r"a dict by class number, .* got 'even'"):
        classifier().fit(X, Y, class_weight="even")


def test_no_targets_are_a_clear_error():
    with pytest.raises(ValueError, match=r"y wants numbers, got None; pass a list"):
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


def test_a_history_knows_its_names():
    history = line().fit([[1.0]], [2.0], **QUIET)
    assert "loss" in history
    assert "val_loss" not in history
    assert list(history) == ["loss"]
    assert dict(history) == {"loss": history["loss"]}
    with pytest.raises(KeyError, match="no 'acc' in the history; there is loss"):
        history["acc"]


def test_validation_data_of_other_columns_is_refused_before_the_first_step():
    model = classifier()
    before = numbers(model)
    with pytest.raises(ValueError, match="has 3 inputs per sample, x has 2; pass the same columns"):
        model.fit(X, Y, validation_data=([[1.0, 2.0, 3.0]], [1.0]), **QUIET)
    assert numbers(model) == before


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1.0] * 19 + [-2.0], r"at least 0, got -2 at \[19\]"), ([1.0], r"20 numbers.*shape \(1,\)")],
)
def test_sample_weights_that_make_no_sense_are_named(weights, message):
    with pytest.raises(ValueError, match=message):
        classifier().fit(X, Y, sample_weight=weights, **QUIET)
