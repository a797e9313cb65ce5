"""Callbacks: files, rates and stopping, each as in Keras, and who is told when."""

import csv
import warnings

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
