"""A loaded model is compiled and goes on training where it was; so does a killed one."""

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import nn
from nn import losses, metrics

X = np.random.default_rng(0).normal(size=(20, 2))
Y = X @ [1.0, -2.0]


def model(optimizer="adam", loss="mse", measured=("mae",)):
    made = nn.Sequential(nn.Dense(3, "tanh", input_dim=2, rng=0), nn.Dense(1, rng=1))
    made.compile(optimizer, loss, metrics=list(measured))
    return made


def loaded(made, folder, **options):
    made.save(folder / "m.npz", **options)
    return nn.load(folder / "m.npz")


@pytest.mark.parametrize("name", nn.optimizers.NAMES)
def test_training_goes_on_to_the_bit(name, tmp_path):
    made = model(name)
    made.fit(X, Y, epochs=2, verbose=0, seed=0)
    twin = loaded(made, tmp_path)
    assert twin.evaluate(X, Y) == made.evaluate(X, Y)
    histories = [m.fit(X, Y, epochs=2, verbose=0, seed=1)["loss"] for m in (made, twin)]
    assert histories[0] == histories[1]
    assert all((a == b).all() for a, b in zip(made.get_weights(), twin.get_weights()))


def test_options_groups_and_frozen_layers_are_kept(tmp_path):
    made = nn.MLP(2, [3, 1], rng=0)
    first, last = made.layers[0].parameters(), made.layers[1].parameters()
    groups = [{"params": first, "lr": 0.1}, {"params": last}]
    made.compile(nn.SGD(groups, lr=0.01, momentum=0.9, clip_norm=1.0), "mae")
    made.fit(X, Y, verbose=0, seed=0)
    made.layers[0].neurons[1].trainable = False
    made.fit(X, Y, verbose=0, seed=0)  # now there are two histories
    twin = loaded(made, tmp_path)
    assert [group["lr"] for group in twin.optimizer.param_groups] == [0.1, 0.01]
    assert twin.optimizer.clip_norm == 1.0
    histories = [m.fit(X, Y, epochs=2, verbose=0, seed=1)["loss"] for m in (made, twin)]
    assert histories[0] == histories[1]


@pytest.mark.parametrize(
    ("loss", "measured"),
    [
        (nn.HuberLoss(delta=0.5), ["mse", "mae", "mae"]),
        (losses.BinaryCrossentropy(label_smoothing=0.1), ["accuracy", "binary_crossentropy"]),
        ("bce_with_logits", ["accuracy", metrics.AUC(name="area"), metrics.Precision()]),
    ],
)
def test_losses_and_metrics_with_options_are_kept(loss, measured, tmp_path):
    targets = (Y > 0.0).astype(int)
    made = nn.MLP(2, [1], output="linear" if loss == "bce_with_logits" else "sigmoid", rng=0)
    made.compile("sgd", loss, metrics=measured)
    twin = loaded(made, tmp_path)
    assert twin.metrics_names == made.metrics_names
    assert twin.evaluate(X, targets) == made.evaluate(X, targets)
    assert twin.predict(X).tolist() == made.predict(X).tolist()


def test_the_names_of_classes_are_kept(tmp_path):
    names = np.where(Y > 0.0, "up", "down")
    made = nn.MLP(2, [2], output="softmax", rng=0)
    made.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    made.fit(X, names, epochs=2, verbose=0)
    twin = loaded(made, tmp_path)
    assert twin.evaluate(X, names) == made.evaluate(X, names)
    with pytest.raises(ValueError, match="the class 'left', the model was fitted with down, up"):
        twin.evaluate(X, ["left"] * 20)


def test_what_is_code_of_the_user_s_own_is_compiled_by_the_user(tmp_path):
    def error(y_true, y_pred):
        return (y_true - y_pred) ** 4

    for made in (model(loss=error), model(measured=[lambda y_true, y_pred: 0.0])):
        made.fit(X, Y, verbose=0)
        twin = loaded(made, tmp_path)
        assert twin.predict(X).tolist() == made.predict(X).tolist()
        with pytest.raises(ValueError, match="compile this Sequential first"):
            twin.evaluate(X, Y)


def test_a_file_without_the_optimizer_is_smaller(tmp_path):
    made = model()
    made.fit(X, Y, verbose=0)
    twin = loaded(made, tmp_path, include_optimizer=False)
    with pytest.raises(ValueError, match="compile this Sequential first"):
        twin.fit(X, Y)


@pytest.mark.parametrize("change", [
    lambda training: training["optimizer"].update({"class": "os.system"}),
    lambda training: training["loss"].update({"class": "nn.losses.gone.Gone"}),
    lambda training: training["metrics"].update({"mae": {"name": "gone", "options": {}}}),
    lambda training: training["optimizer"]["groups"][0]["states"].append({}),
    lambda training: training.pop("loss"),
])  # fmt: skip
def test_a_damaged_description_is_refused(change, tmp_path):
    made = model()
    made.fit(X, Y, verbose=0)
    made.save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as archive:
        arrays = dict(archive)
    header = json.loads(str(arrays["header"]))
    change(header["training"])
    np.savez(tmp_path / "bad.npz", **{**arrays, "header": np.array(json.dumps(header))})
    with pytest.raises(ValueError, match="cannot be compiled as it was"):
        nn.load(tmp_path / "bad.npz")
    assert zipfile.is_zipfile(tmp_path / "bad.npz")


class Killed(Exception):
    pass


def killed_after(epoch):
    def kill(at, logs):
        if at == epoch:
            raise Killed

    return kill


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_training_that_was_killed_goes_on_where_it_was(name, tmp_path):
    wanted = model(name)
    wanted.fit(X, Y, epochs=6, verbose=0, shuffle=False)
    backup = nn.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(Killed):
        model(name).fit(X, Y, epochs=6, verbose=0, shuffle=False,
                        callbacks=[backup, killed_after(2)])  # fmt: skip
    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["after-3-epochs.npz"]
    again = model(name)
    history = again.fit(X, Y, epochs=6, verbose=0, shuffle=False,
                        callbacks=nn.callbacks.BackupAndRestore(tmp_path / "backup"))  # fmt: skip
    assert history.epoch == [3, 4, 5]
    assert all((a == b).all() for a, b in zip(again.get_weights(), wanted.get_weights()))
    assert not list((tmp_path / "backup").iterdir())


def test_a_backup_of_something_else_is_refused(tmp_path):
    model("adam").fit(X, Y, verbose=0, callbacks=nn.callbacks.BackupAndRestore(
        tmp_path, delete_checkpoint=False))  # fmt: skip
    with pytest.raises(ValueError, match="with the optimizer it was written with"):
        model("sgd").fit(X, Y, epochs=2, verbose=0,
                         callbacks=nn.callbacks.BackupAndRestore(tmp_path))  # fmt: skip
    with pytest.raises(ValueError, match="wants save_freq='epoch'"):
        nn.callbacks.BackupAndRestore(tmp_path, save_freq=100)


@pytest.mark.parametrize(
    ("activation", "loss", "target"),
    [
        ("softmax", nn.CrossEntropyLoss(), 1),
        ("softmax", "cross_entropy", 1),
        ("sigmoid", nn.BCEWithLogitsLoss(), [1.0, 0.0]),
    ],
)
def test_a_squashing_before_a_loss_on_logits_is_warned_of(activation, loss, target):
    outputs = nn.Dense(2, activation, input_dim=2, rng=0)([1.0, 2.0])
    with pytest.warns(UserWarning, match=f"have been through {activation} already"):
        losses.get(loss)([outputs], [target])


WRITES = """
import sys, nn
model = nn.MLP(2, [3, 1], rng=0)
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0], verbose=0, seed=0)
model.save(sys.argv[1])
"""


def test_a_saved_model_is_the_same_file_in_every_process(tmp_path):
    for seed in "012":  # of Python's hashes: sets of text have another order
        subprocess.run(
            [sys.executable, "-c", WRITES, str(tmp_path / f"{seed}.npz")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
        )
    first, *others = [np.load(tmp_path / f"{seed}.npz") for seed in "012"]
    for other in others:
        assert other.files == first.files
        assert all(np.array_equal(other[name], first[name]) for name in first.files)
