"""Callbacks: files, rates and stopping, each as in Keras, and who is told when."""

import csv
import warnings
from functools import partial

import numpy as np
import pytest

import nn
from nn import callbacks

from .small_models import QUIET, X, Y, classifier, line, numbers


def test_b12_early_stopping_stops_at_a_tolerance_and_goes_back_to_the_best_weights():
    model = line(0.3)
    stop = callbacks.EarlyStopping("loss", min_delta=1e-6, patience=3, restore_best_weights=True)
    history = model.fit([[0.0], [1.0]], [1.0, 3.0], epochs=1000, callbacks=stop, **QUIET)
    assert len(history) < 1000
    assert history.stopped.startswith("stopped after epoch")
    assert numbers(model) == pytest.approx([2.0, 1.0], abs=0.01)
    assert stop.best_epoch == len(history) - 4


def test_terminate_on_nan_ends_training(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nn.TrainingWarning)
        history = line(1e200).fit(
            [[1.0], [2.0]], [1.0, 2.0], epochs=50, callbacks=callbacks.TerminateOnNaN(), **QUIET
        )
    assert len(history) < 50
    assert "training ends" in capsys.readouterr().out


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


LARGER = {"accuracy": True, "acc": True, "auc": True, "f1": True, "r2": True, "precision": True,
          "cosine_similarity": True, "binary_accuracy": True, "mse": False, "rmse": False,
          "loss": False, "mean_absolute_error": False, "hinge": False,
          "log_cosh": False}  # fmt: skip


@pytest.mark.parametrize("name", LARGER)
def test_a_monitor_knows_by_its_metric_whether_larger_is_better(name):
    for monitor in (name, f"val_{name}", f"val_{name}_1"):
        assert callbacks.EarlyStopping(monitor=monitor).larger is LARGER[name]


@pytest.mark.parametrize("name", ["val_kappa", "val_score", "val_accumulated_error", "val_recall2"])
def test_a_monitor_of_a_metric_it_does_not_know_wants_a_mode(name):
    def measured(targets, outputs):
        return 1.0

    measured.__name__ = name.removeprefix("val_")
    model = nn.MLP(1, [1], rng=0)
    model.compile("sgd", "mse", metrics=[measured])
    table = [[1.0], [2.0]], [1.0, 2.0]
    checkpoint = partial(callbacks.ModelCheckpoint, "unused.npz", save_best_only=True)
    for make in (callbacks.EarlyStopping, callbacks.ReduceLROnPlateau, checkpoint):
        watch = make(monitor=name)
        with pytest.raises(ValueError, match=f"a larger '{name}' is better; say mode='max' or"):
            model.fit(*table, validation_data=table, callbacks=watch, **QUIET)
    best = callbacks.EarlyStopping(monitor=name, mode="max")
    model.fit(*table, validation_data=table, callbacks=best, **QUIET)
    assert best.best == 1.0


def test_a_monitor_asks_the_metric_of_that_name_in_the_model():
    model = nn.MLP(1, [1], output="sigmoid", rng=0)
    model.compile("sgd", "mse", metrics=[nn.metrics.AUC(name="area"), nn.losses.hinge])
    for name, larger in (("area", True), ("hinge", False)):
        watch = callbacks.EarlyStopping(monitor=name)
        model.fit([[1.0], [2.0]], [0.0, 1.0], callbacks=watch, **QUIET)
        assert watch.larger is larger


@pytest.mark.parametrize("monitor", ["loss", "accuracy", "area"])
def test_a_checkpoint_keeps_its_best_over_a_second_fit(monitor, tmp_path):
    # Keras 3.15.1 does: a worse model does not write over the file (keras issue 11420)
    path = tmp_path / "best.npz"
    watch = callbacks.ModelCheckpoint(path, monitor=monitor, save_best_only=True)
    x, y = np.array([[-1.0], [1.0]]), [0.0, 1.0]
    for weight, saved in ((5.0, True), (-5.0, False), (9.0, monitor == "loss")):
        model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1)])
        model.set_weights([np.array([[weight]]), np.zeros(1)])
        area = nn.metrics.AUC(name="area")
        model.compile(nn.SGD(lr=0.0), "binary_crossentropy", metrics=["accuracy", area])
        before = path.read_bytes() if path.exists() else b""
        model.fit(x, y, callbacks=watch, **QUIET)
        assert (path.read_bytes() != before) is saved
