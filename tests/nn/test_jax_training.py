"""Training in JAX: NumPy's numbers on one device and on many, in one process and in two."""

import copy
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn

jax = pytest.importorskip("jax")
ROOT = Path(__file__).parents[2]


def table():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 6))
    return x, x @ rng.normal(size=(6, 2)) + 0.1 * rng.normal(size=(200, 2))


def trained(optimizer, backend, loss="mse", **options):
    """Return a small model after three epochs, the last batch of each smaller than the others."""
    x, y = table()
    model = nn.Sequential([nn.Dense(9, "tanh", rng=1), nn.Dropout(0.1, rng=3), nn.Dense(2, rng=2)])
    model.compile(copy.deepcopy(optimizer), loss, ["mae"], backend=backend)
    history = model.fit(
        x, y, epochs=3, batch_size=32, verbose=0, seed=0, validation_split=0.2, **options
    )
    return model, history


def weights(model):
    return np.concatenate([np.ravel(array) for array in model.state_dict().values()])


@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd", nn.optimizers.SGD(0.01, momentum=0.9, nesterov=True, clip_norm=1.0),
        nn.optimizers.torch.SGD(lr=0.01, momentum=0.9, dampening=0.5, maximize=True), "rmsprop",
        "adagrad", "adadelta", nn.optimizers.Adam(clip_value=0.1, weight_decay=0.01), "adamax",
        nn.optimizers.torch.Adam(lr=0.01, amsgrad=True), "nadam", "radam", "rprop",
        nn.optimizers.SGD(nn.optimizers.schedules.ExponentialDecay(0.05, 2, 0.9)),
    ],
    ids=repr,
)  # fmt: skip
def test_each_optimizer_goes_as_on_numpy(optimizer):
    found, history = trained(optimizer, "jax")
    wanted, expected = trained(optimizer, "numpy")
    np.testing.assert_allclose(weights(found), weights(wanted), rtol=1e-11, atol=1e-13)
    for name in expected.history:
        np.testing.assert_allclose(history[name], expected[name], rtol=1e-11)
    for ((_, state),), ((_, other),) in zip(found.optimizer.state, wanted.optimizer.state):
        assert state.keys() == other.keys()
        for name in state:
            assert type(state[name]) is type(other[name])
            np.testing.assert_allclose(state[name], other[name], rtol=1e-11, atol=1e-13)


def test_whole_steps_are_jaxs(monkeypatch):
    from nn.backends import devices

    taken, original = [], devices.JaxBackend.steps
    monkeypatch.setattr(
        devices.JaxBackend, "steps", lambda *a: taken.append(original(*a)) or taken[-1]
    )
    trained("adam", "jax")
    by_jax = [sums for sums in taken if sums is not None]
    assert len(by_jax) == 4 + 2  # the first of 5 batches is NumPy's; then an epoch is one call
    assert all(isinstance(sums, jax.Array) and sums.shape == (2,) for sums in by_jax)


def own(targets, predictions):
    return float(np.abs(targets - predictions).max())


NUMBERS = ["mse", "rmse", "mae", "cosine_similarity", "r2"]
CLASSES = ["accuracy", nn.metrics.TopKCategoricalAccuracy(2), "categorical_accuracy"]


@pytest.mark.parametrize(
    ("loss", "outputs", "metrics", "inside"),
    [
        ("mse", 2, NUMBERS[:4], True),
        ("mse", 2, NUMBERS, False),  # r2 is no mean over samples
        ("mse", 2, ["mae", own], False),
        ("mse", 2, [], True),
        ("sparse_categorical_crossentropy", 3, CLASSES, True),
        ("binary_crossentropy", 1, ["accuracy", "binary_accuracy"], True),
        ("binary_crossentropy", 2, ["binary_accuracy", "precision"], False),
        ("hinge", 1, ["accuracy"], True),
    ],
)
def test_metrics_are_added_up_within_the_step(monkeypatch, loss, outputs, metrics, inside):
    from nn.backends import devices

    original = devices.JaxBackend.steps
    seen = set()
    monkeypatch.setattr(devices.JaxBackend, "steps",
                        lambda self, o, b, adding=None: seen.add(adding is not None)
                        or original(self, o, b, adding))  # fmt: skip
    x, y = table()
    if loss == "mse":
        y = y[:, :outputs]
    elif loss.startswith("sparse"):
        y = y[:, 0].argsort().argsort() % 3
    else:
        y = 1.0 * (y[:, :outputs] > 0.0)
        y = 2.0 * y - 1.0 if loss == "hinge" else y
    counts = np.arange(200.0) % 3 + 0.5
    found = []
    for backend in ("numpy", "jax"):
        last = {"mse": None, "hinge": "tanh"}.get(loss, "softmax" if outputs > 2 else "sigmoid")
        layers = [nn.Dense(5, "tanh", rng=1), nn.Dropout(0.2, rng=3)]
        model = nn.Sequential([*layers, nn.Dense(outputs, last, rng=2)])
        weighted = [m for m in metrics if m is not own][:2]
        model.compile("adam", loss, metrics, weighted_metrics=weighted, backend=backend)
        history = model.fit(x, y, epochs=3, batch_size=32, verbose=0, seed=0, sample_weight=counts)
        found.append(history)
    numpy, jaxs = found
    assert seen == {inside}
    assert jaxs.history.keys() == numpy.history.keys()
    for name in numpy.history:
        np.testing.assert_allclose(jaxs[name], numpy[name], rtol=1e-11, err_msg=name)


def test_what_takes_no_part_and_does_not_move_leaves_a_step_whole():
    class Spare(nn.Module):
        def __init__(self):
            self.used, self.spare = nn.Dense(2, input_dim=6, rng=0), nn.Dense(3, input_dim=6, rng=1)
            self.spare.trainable = False

        def forward(self, x):
            return self.used(x)

    found = []
    for backend in ("jax", "numpy"):
        model = Spare()
        model.compile("adam", "mse", backend=backend)
        model.fit(*table(), epochs=2, batch_size=40, verbose=0, seed=0)
        found.append(weights(model))
    np.testing.assert_allclose(*found, rtol=1e-11, atol=1e-13)


def test_schedules_callbacks_weights_and_frozen_parameters():
    class Look(nn.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(self.model.layers[0].weight.data[0][0])

    found = []
    for backend in ("numpy", "jax"):
        seen = []
        x, y = table()
        model = nn.Sequential([nn.Dense(4, "relu", rng=1), nn.Dense(2, rng=2)])
        model.compile("adam", "mse", schedule=lambda epoch: 0.5**epoch, backend=backend)
        counts = np.arange(200.0) % 3
        model.fit(x, y, epochs=2, batch_size=50, verbose=0, seed=0, sample_weight=counts)
        model.layers[0].trainable = False
        model.fit(x, y, epochs=2, batch_size=50, verbose=0, seed=1, callbacks=[Look()])
        model.train_on_batch(x, y)
        found.append([*weights(model), *np.ravel(seen), *model.evaluate(x, y, return_dict=True).values()])  # noqa: E501  # fmt: skip
    np.testing.assert_allclose(found[1], found[0], rtol=1e-11, atol=1e-13)


def test_an_optimizer_of_ones_own_and_a_rate_of_each_group():
    class Own(nn.optimizers.SGD):
        def rule(self, group, state, p, g):
            return p - group["lr"] * np.sign(g)

    for optimizer in (Own(0.01), nn.optimizers.SGD(0.01)):
        found = [weights(trained(optimizer, backend)[0]) for backend in ("numpy", "jax")]
        np.testing.assert_allclose(found[1], found[0], rtol=1e-11, atol=1e-13)


OUTSIDE = nn.Value(1.0).requires_grad_(False)


class Scaled(nn.Module):
    """Multiplies with a Value that is no parameter, which may be set between two calls."""

    def __init__(self):
        self.dense = nn.Dense(2, rng=0)

    def forward(self, x):
        return [y * OUTSIDE for y in self.dense(x)]


def test_values_from_outside_and_moving_statistics_are_read_at_each_step():
    found = []
    for backend in ("numpy", "jax"):
        x, y = table()
        seen = []
        for model in (Scaled(), nn.Sequential([nn.Dense(4, rng=1), nn.BatchNormalization(),
                                               nn.Dense(2, rng=2)])):  # fmt: skip
            model.compile("sgd", "mse", backend=backend)
            for scale in (1.0, 3.0):
                if isinstance(model, Scaled):
                    OUTSIDE.data = scale
                model.fit(x, y, epochs=2, batch_size=50, verbose=0, seed=0, validation_split=0.2)
                seen.append(model.evaluate(x, y))
        found.append(np.ravel(seen))
    np.testing.assert_allclose(found[1], found[0], rtol=1e-11)
    assert len(set(found[0])) == 4


def test_a_mesh_wants_jax():
    with pytest.raises(ValueError, match="mesh= shards rows over JAX devices, and backend='numpy'"):
        nn.MLP(1, [1]).compile("sgd", "mse", backend="numpy", mesh=object())


# ------------------------------------------------------------------ many devices


def started(*arguments, devices, **more):
    flags = f"--xla_force_host_platform_device_count={devices}"
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


def test_four_devices_share_the_rows():
    script = """
import numpy as np, jax, nn
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
from tests.nn.test_jax_training import table, weights
x, y = table()
two = Mesh(np.array(jax.devices()[:2]), ("a",))
grid = Mesh(np.array(jax.devices()).reshape(2, 2), ("a", "b"))
found = []
for backend, mesh in (("numpy", None), ("jax", None), ("jax", two), ("jax", grid),
                      ("jax", NamedSharding(grid, P(("a", "b"))))):
    model = nn.MLP(6, [8, 2], rng=0)
    model.compile("adam", "mse", backend=backend, mesh=mesh)
    model.fit(x, y, epochs=3, batch_size=32, verbose=0, seed=0)
    found.append(weights(model))
for each in found[1:]:
    np.testing.assert_allclose(each, found[0], rtol=1e-12, atol=1e-14)
print(len(jax.devices()), "devices")
"""
    out, err = started("-c", script, devices=4).communicate(timeout=240)
    assert out == "4 devices\n", err


def port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def processes(folder, count, epochs, lost=-1):
    """Run a training in so many processes with four devices each; return what each has said."""
    folder.mkdir(exist_ok=True)
    at = port()
    running = [
        started("-m", "tests.nn.jax_process", number, count, at, folder, epochs, lost, devices=4)
        for number in range(count)
    ]
    try:
        return [(*process.communicate(timeout=240), process.returncode) for process in running]
    finally:
        for process in running:
            process.kill()


def test_two_processes_train_digits_to_the_weights_of_one(tmp_path):
    pytest.importorskip("sklearn")
    alone = processes(tmp_path / "one", 1, 3)
    both = processes(tmp_path / "two", 2, 3)
    last = [out.splitlines()[-1:] for out, _, _ in (*alone, *both)]  # Gloo says something before
    assert [line[0].split()[0] for line in last] == ["4", "8", "8"], (alone, both)
    wanted = np.load(tmp_path / "one" / "weights0.npy")
    for number in (0, 1):
        found = np.load(tmp_path / "two" / f"weights{number}.npy")
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_a_lost_process_ends_the_run_and_the_checkpoint_goes_on_elsewhere(tmp_path):
    pytest.importorskip("sklearn")
    (_, said, code), (_, _, killed) = processes(tmp_path / "two", 2, 4, lost=2)
    assert killed == -9
    assert code != 0
    # ours where a sum over processes fails first, else JAX's own, which ends the process
    assert "gets no answer from another one" in said or "another task died" in said, said
    backup = tmp_path / "two" / "0"
    for number in (0, 1):
        shutil.copytree(backup, tmp_path / "again" / str(number))
    (rest,) = processes(tmp_path / "two", 1, 4)  # on four devices
    assert "4 devices [2, 3]" in rest[0], rest
    processes(tmp_path / "again", 2, 4)  # on eight
    found, wanted = (np.load(tmp_path / name / "weights0.npy") for name in ("two", "again"))
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)
