"""Callbacks pasted from Keras are called when Keras calls them, and do what they do there."""

import math

import numpy as np
import pytest

import nn
from nn import callbacks

X, Y = [[0.0], [1.0], [2.0]], [1.0, 2.0, 3.0]


def fit(*told, **options):
    model = nn.Sequential([nn.Dense(1, input_dim=1, rng=0)])
    model.compile("sgd", "mse")
    model.fit(X, Y, callbacks=list(told), verbose=0, **options)
    return model


def test_batches_are_told_by_keras_older_names_too():
    class LossHistory(callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.begun, self.losses = [], []

        def on_batch_begin(self, batch, logs=None):
            self.begun.append(batch)

        def on_batch_end(self, batch, logs=None):
            self.losses.append(logs["loss"])

    history = LossHistory()
    fit(history, batch_size=2, epochs=3)
    assert history.begun == [0, 1] * 3
    assert len(history.losses) == 6


def test_what_is_no_callback_is_refused():
    with pytest.raises(TypeError, match=r"are Callbacks or functions .*, got 3"):
        fit(3)


def test_an_object_with_one_of_the_methods_will_do():
    class Counter:
        ended = 0

        def on_train_end(self, logs):
            self.ended += 1

    counter = Counter()
    fit(counter)
    assert counter.ended == 1


def test_a_checkpoint_makes_its_folder(tmp_path):
    path = tmp_path / "runs" / "first" / "best.npz"
    fit(callbacks.ModelCheckpoint(path))
    assert path.exists()


@pytest.mark.parametrize(
    ("callback", "rates"),
    [
        (nn.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1)), [0.1, 0.05, 0.1 / 3]),
        (
            nn.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=1e9),
            [0.1, 0.1, 0.05],
        ),
    ],
)
def test_the_history_has_the_rate_of_each_epoch(callback, rates):
    model = nn.MLP(2, [1], activation="linear")
    model.compile(nn.SGD(0.1), "mse")
    x = np.random.default_rng(0).normal(size=(20, 2))
    history = model.fit(x, x[:, 0], epochs=3, verbose=0, callbacks=[callback], seed=0)
    assert history["learning_rate"] == pytest.approx(rates)
    assert list(history.history) == ["loss", "learning_rate"]


def test_the_history_has_what_a_callback_adds_to_the_logs():
    class Adds(nn.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                logs["extra"] = 7.0

    model = nn.MLP(2, [1], activation="linear")
    model.compile("sgd", "mse")
    history = model.fit(np.ones((4, 2)), np.ones(4), epochs=3, verbose=0, callbacks=[Adds()])
    assert history["extra"] == pytest.approx([math.nan, 7.0, math.nan], nan_ok=True)


@pytest.mark.parametrize("name", ["{}.npz", "{loss:d}.npz", "{loss.npz"])
def test_a_checkpoints_path_that_cannot_be_filled_in_shows_how(tmp_path, name):
    model = nn.MLP(1, [1])
    model.compile(nn.SGD(0.1), "mse")
    keep = callbacks.ModelCheckpoint(f"{tmp_path}/{name}")
    with pytest.raises(ValueError, match=r"filepath .* is wrong .*as in \{epoch:03d\}"):
        model.fit([[1.0]], [1.0], verbose=0, callbacks=keep)


def test_a_scheduler_that_gives_no_rate_is_an_error_and_leaves_the_rate():
    model = nn.MLP(1, [1])
    model.compile(nn.SGD(0.1), "mse")
    with pytest.raises(TypeError, match="the rate of an epoch, got None; return a number"):
        model.fit([[1.0]], [1.0], verbose=0,
                  callbacks=callbacks.LearningRateScheduler(lambda epoch: None))  # fmt: skip
    assert model.optimizer.lr == 0.1


def test_how_much_to_show_is_one_of_four():
    model = nn.MLP(1, [1])
    model.compile(nn.SGD(0.1), "mse")
    with pytest.raises(ValueError, match=r"verbose is 0 .* or 'auto', got 'quiet'"):
        model.fit([[1.0]], [1.0], verbose="quiet")


def test_after_a_batch_the_numbers_are_those_of_the_epoch_so_far():
    kept = []

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            assert list(logs) == ["loss", "accuracy", "precision"]
            kept.append(logs)

    x, y = np.array([[-2.0], [2.0], [3.0], [-3.0], [1.0]]), np.array([1.0, 1.0, 0.0, 0.0, 1.0])
    model = nn.MLP(1, [1], init="ones", output="sigmoid")
    model.compile(nn.SGD(0.0), "mse", ["accuracy", "precision"])  # a rate of 0: it stays as it is
    options = {"batch_size": 2, "shuffle": False, "verbose": 0, "callbacks": Watch()}
    history = model.fit(x, y, **options)
    for logs, rows in zip(kept, (2, 4, 5), strict=True):
        wanted = model.evaluate(x[:rows], y[:rows], return_dict=True)
        assert dict(logs) == pytest.approx(wanted, rel=1e-12)  # sums in another order
    assert dict(kept[-1]) == {name: numbers[0] for name, numbers in history.history.items()}


def test_a_metric_is_measured_after_a_batch_only_if_somebody_looks():
    calls = []

    def counted(targets, outputs):
        calls.append(len(outputs))
        return 1.0

    model = nn.MLP(1, [1])
    model.compile(nn.SGD(0.0), "mse", [counted])
    options = {"batch_size": 1, "verbose": 0, "callbacks": callbacks.TerminateOnNaN()}
    model.fit([[1.0]] * 9, [1.0] * 9, **options)
    assert calls == [9]


def test_a_log_has_columns_for_what_is_validated_now_and_then(tmp_path):
    path = tmp_path / "log.csv"  # keras 3.15.1 writes NA where there is none
    model = nn.MLP(1, [1], rng=0)
    model.compile("sgd", "mse")
    logger = nn.callbacks.CSVLogger(path)
    options = {"validation_data": ([[1.0]], [1.0]), "validation_freq": 2, "verbose": 0}
    model.fit([[1.0]], [1.0], epochs=3, callbacks=[logger], **options)
    first, *rows = [line.split(",") for line in path.read_text().splitlines()]
    assert first == ["epoch", "loss", "val_loss"]
    assert [row[2] == "NA" for row in rows] == [True, False, True]


def test_a_backup_without_a_folder_is_refused():
    with pytest.raises(ValueError, match="must be the name of a file or folder, got an empty one"):
        nn.callbacks.BackupAndRestore("")
    with pytest.raises(
        TypeError, match="backup_dir must be the name of a file or folder, got None"
    ):
        nn.callbacks.BackupAndRestore(None)


def test_terminate_on_nan_raises_if_told_to():
    model = nn.MLP(1, [1], rng=0)
    model.compile("sgd", "mse")
    guard = nn.callbacks.TerminateOnNaN(raise_error=True)
    with pytest.raises(RuntimeError, match="batch 0: loss inf"):
        model.fit([[1e200]], [-1e200], epochs=2, callbacks=[guard], verbose=0)


def test_callbacks_are_told_of_validation():
    told = []
    lambdas = nn.callbacks.LambdaCallback(
        on_test_begin=lambda logs: told.append(("begin", logs)),
        on_test_end=lambda logs: told.append(("end", logs)),
    )
    model = nn.MLP(1, [1], rng=0)
    model.compile("sgd", "mse", metrics=["mae"])
    options = {"validation_data": ([[1.0]], [1.0]), "validation_freq": 2, "verbose": 0}
    history = model.fit([[1.0]], [1.0], epochs=4, callbacks=[lambdas], **options).history
    assert [event for event, _ in told] == ["begin", "end", "begin", "end"]
    assert told[1][1] == {"loss": history["val_loss"][1], "mae": history["val_mae"][1]}
    assert told[0][1] == {}


def test_training_is_a_mode_and_no_argument():
    with pytest.raises(TypeError, match=r"Dropout takes no training=; model.train\(\)"):
        nn.Dropout(0.5)([1.0], training=True)


def test_callbacks_are_told_of_the_batches_of_a_test_and_of_a_prediction():
    told = []
    whole = ["on_test_begin", "on_test_end", "on_predict_begin", "on_predict_end"]
    parts = [f"on_{what}_batch_{when}" for what in ("test", "predict") for when in ("begin", "end")]
    said = {name: lambda logs, name=name: told.append((name[3:], {*logs})) for name in whole}
    said |= {
        name: lambda batch, logs, name=name: told.append((name[3:], batch, {*logs}))
        for name in parts
    }
    model, x = nn.Sequential([nn.Dense(1, input_dim=1, rng=0)]), np.arange(5.0)
    model.compile("sgd", "mse")
    lambdas = nn.callbacks.LambdaCallback(**said)
    loss = model.evaluate(x, x, batch_size=3, callbacks=[lambdas])
    assert loss == pytest.approx(model.evaluate(x, x))
    batches = [[(f"test_batch_{w}", i, s) for w, s in (("begin", set()), ("end", {"loss"}))]
               for i in range(2)]  # fmt: skip
    a_test = [("test_begin", set()), *batches[0], *batches[1], ("test_end", {"loss"})]
    assert told == a_test  # as keras 3.15.1 tells them, here and below
    told.clear()
    outputs = model.predict(x, batch_size=4, callbacks=lambdas)
    np.testing.assert_array_equal(outputs, model.predict(x))
    assert [event[0] for event in told] == [
        "predict_begin", *["predict_batch_begin", "predict_batch_end"] * 2, "predict_end"
    ]  # fmt: skip
    assert told[2] == ("predict_batch_end", 0, {"outputs"})
    told.clear()
    options = {"validation_data": (x, x), "validation_batch_size": 3, "verbose": 0}
    model.fit(x, x, callbacks=[lambdas], **options)
    assert told == a_test


def test_a_lambda_callback_knows_its_events():
    with pytest.raises(TypeError, match="has no on_epoch; it has on_train_begin"):
        nn.callbacks.LambdaCallback(on_epoch=print)


def test_predict_takes_some_batches_of_what_gives_them_and_a_table_whole():
    model = nn.Sequential([nn.Dense(1, input_dim=1, rng=0)])
    batches = ([[float(i)]] for i in range(9))
    np.testing.assert_array_equal(
        model.predict((np.array(batch) for batch in batches), steps=2), model.predict([0.0, 1.0])
    )
    with pytest.raises(ValueError, match="takes a table whole, so steps must be None"):
        model.predict([0.0, 1.0], steps=1)
