"""Batch and layer normalisation: Keras's and PyTorch's numbers, on both backends and by hand."""

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

A = (np.arange(24).reshape(8, 3) * 7 % 11) / 5.0 - 1
Y = (np.arange(8) * 3 % 5) / 4.0
WEIGHTS = np.array([1, 2, 0.5, 1, 0, 1, 1, 3.0])
BACKENDS = pytest.mark.parametrize("backend", ["numpy", "graph"])
FLOAT32 = 1e-6  # what Keras keeps moving statistics in


def model_of(*layers: nn.Module) -> nn.Sequential:
    """Return a model with weights made of a formula; moving statistics stay."""
    model = nn.Sequential([nn.Input((3,)), *layers])
    model.set_weights(
        {
            name: w
            if "moving" in name
            else (np.arange(w.size).reshape(w.shape) % 7 - 3) / 5.0 + 0.1 * i + 0.05
            for i, (name, w) in enumerate(model.named_weights().items())
        }
    )
    return model


def losses(model: Any, backend: str, **options: Any) -> list[float]:
    model.compile(nn.SGD(lr=0.05), "mse", backend=backend)
    history = model.fit(A, Y, epochs=3, batch_size=3, shuffle=False, verbose=0, **options)
    return list(history["loss"])


def moving(model: Any) -> list[float]:
    return [n for k, w in model.named_weights().items() if "moving" in k for n in w.tolist()]


@BACKENDS
def test_batch_normalization_gives_keras_numbers(backend: str) -> None:  # keras 3.15.1
    model = model_of(nn.Dense(4), nn.BatchNormalization(), nn.Tanh(), nn.Dense(1))
    wanted = [0.1742628507927293, 0.1541054278059164, 0.14018668461358175]
    assert losses(model, backend) == pytest.approx(wanted, abs=FLOAT32)
    assert model.evaluate(A, Y) == pytest.approx(0.12432320114021422, abs=FLOAT32)
    assert moving(model) == pytest.approx(
        [-0.05762793868780136, -0.042423978447914124, -0.027616064995527267, 0.032757408916950226,
         0.9224582314491272, 0.9178293347358704, 0.915260374546051, 0.9163874983787537],
        abs=FLOAT32,
    )  # fmt: skip
    outputs = model.predict(A)[:2].ravel()
    assert outputs == pytest.approx([0.429735314933455, 0.4624532736237771], abs=FLOAT32)


@BACKENDS
def test_three_in_a_row_with_sample_weights_give_keras_numbers(backend: str) -> None:
    model = model_of(
        nn.BatchNormalization(momentum=0.9, epsilon=1e-5),
        nn.Dense(4, "tanh"),
        nn.BatchNormalization(center=False, momentum=0.5),
        nn.Dense(3, "tanh"),
        nn.BatchNormalization(scale=False),
        nn.Dense(1),
    )
    model.compile(nn.Adam(lr=0.01, eps=1e-7), "mse", backend=backend)
    options: dict[str, Any] = {"batch_size": 3, "shuffle": False, "verbose": 0}
    history = model.fit(A, Y, epochs=3, sample_weight=WEIGHTS, **options)
    wanted = [26.46574569121003, 23.589566089212894, 21.232385531067848]
    # Adam makes steps of the rounding in gradients that are 0, as of a bias before normalisation
    assert history["loss"] == pytest.approx(wanted, rel=1e-6)


@BACKENDS
def test_layer_normalization_gives_keras_numbers(backend: str) -> None:
    model = model_of(nn.Dense(4), nn.LayerNormalization(), nn.Dense(1))
    wanted = [0.12359930983438971, 0.10458245771587826, 0.09974469972075894]
    assert losses(model, backend) == pytest.approx(wanted, abs=FLOAT32)


@BACKENDS
def test_a_frozen_layer_takes_its_moving_statistics(backend: str) -> None:  # as in Keras
    model = model_of(nn.Dense(4), nn.BatchNormalization(), nn.Dense(1))
    model.layers[2].trainable = False
    wanted = [0.13015623053070158, 0.1279852817679057, 0.12676915818883572]
    assert losses(model, backend) == pytest.approx(wanted, abs=FLOAT32)
    assert moving(model) == [0.0] * 4 + [1.0] * 4


TORCH = {  # torch 2.13.0, float64: losses of six steps, two outputs in eval(), running statistics
    "batch": (
        [0.34599710149852125, 0.10695447540510693, 0.29616640844545106, 0.08981003497423695,
         0.2632077426716175, 0.08189527420228218],
        [0.3429033628858492, 0.27926735507536626],
        [-0.216938786642205, -0.1420197342123543, 0.11979015352415114, 0.05168905273536324,
         0.5906474056573441, 0.5460115728729102, 0.6627250874324052, 0.5404112690860804],
    ),
    "layer": (
        [0.2931827380963144, 0.09010204584247655, 0.2497463433307985, 0.08033930441479536,
         0.22238477783065227, 0.07776022468071495],
        [0.39348879386723856, 0.3046444438654442],
        [],
    ),
    "plain": (
        [0.6918360896889338, 0.45745555715318187, 0.47643612316949646, 0.30770565227581637,
         0.3406930259083794, 0.2162966333149156],
        [-0.1995067039017125, 0.4479028025773647],
        [-0.4013458810347767, -0.24734206244208987, 0.21396423007014911, 0.11654233786155593,
         0.22516145474236413, 0.14562101116090687, 0.33301482105004304, 0.13237492967348513],
    ),
}  # fmt: skip


def torch_model(kind: str) -> nn.Sequential:
    norm: nn.Module = nn.LayerNorm(4)
    if kind != "layer":
        norm = nn.BatchNorm1d(4) if kind == "batch" else nn.BatchNorm1d(4, 1e-5, 0.3, False)
    model = nn.Sequential(nn.Linear(3, 4), norm, nn.Tanh(), nn.Linear(4, 1))
    first, second = model.layers[0], model.layers[3]
    arrays = [first.weight, first.bias, norm.weight, norm.bias, second.weight, second.bias]
    for i, array in enumerate(array for array in arrays if array is not None):
        size = np.shape(array)
        array.copy_((np.arange(np.prod(size)).reshape(size) % 7 - 3) / 5.0 + 0.1 * i + 0.05)
    return model


@pytest.mark.parametrize("kind", TORCH)
@pytest.mark.parametrize("way", ["loop", "numpy", "graph"])
def test_torch_names_give_torch_numbers(kind: str, way: str) -> None:
    model, found = torch_model(kind), []
    optimizer = nn.SGD(model.parameters(), lr=0.05)
    if way != "loop":
        model.compile(optimizer, "mse", backend=way)
    for step in range(6):
        rows = slice(4) if step % 2 == 0 else slice(4, 8)
        if way == "loop":
            optimizer.zero_grad()
            loss = nn.mse(model(A[rows]), Y[rows])
            loss.backward()
            optimizer.step()
            found.append(loss.data)
        else:
            found.append(model.train_on_batch(A[rows], Y[rows]))
    wanted, outputs, statistics = TORCH[kind]
    assert found == pytest.approx(wanted, abs=1e-12)
    assert model.eval().predict(A)[:2].ravel() == pytest.approx(outputs, abs=1e-12)
    assert moving(model) == pytest.approx(statistics, abs=1e-12)


@pytest.mark.parametrize("normalised", [nn.BatchNormalization(), nn.LayerNormalization()])
def test_a_file_and_a_copy_keep_the_statistics(normalised: nn.Module, tmp_path: Path) -> None:
    model = model_of(nn.Dense(4), normalised, nn.Dense(1))
    losses(model, "numpy")
    model.save(tmp_path / "m.npz")
    for again in (nn.load(tmp_path / "m.npz"), copy.deepcopy(model)):
        assert np.array_equal(again.predict(A), model.predict(A))
        assert len(again.trainable_parameters()) == len(model.trainable_parameters())


def test_moving_statistics_are_parameters_that_nothing_trains() -> None:
    layer = nn.BatchNormalization(input_dim=3)
    assert (layer.count_params(), len(layer.trainable_parameters())) == (12, 6)
    layer.trainable = False
    layer.trainable = True
    assert len(layer.trainable_parameters()) == 6


def test_a_shared_layer_normalises_each_of_its_calls() -> None:
    a, b = nn.Input(3), nn.Input(3)
    norm = nn.BatchNormalization(momentum=0.0)
    model = nn.Model([a, b], norm(a) + norm(b))
    model.compile("sgd", "mse")
    loss = model.train_on_batch([A, A * 5.0 + 1.0], np.zeros((8, 3)))
    first, second = ((x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3) for x in (A, A * 5.0 + 1.0))
    assert loss == pytest.approx(np.mean((first + second) ** 2))
    assert moving(model) == pytest.approx([*(A * 5 + 1).mean(0), *(A * 5 + 1).var(0)])


@BACKENDS
def test_gradients_are_those_of_the_whole_batch(backend: str) -> None:
    """Against central differences of the loss, whose statistics change with the weights."""

    class Own(nn.Module):
        """Of a user's own: normalised, dropped, normalised again."""

        def __init__(self) -> None:
            self.a, self.b = (
                nn.Dense(3, "tanh", input_dim=3, rng=0),
                nn.Dense(1, input_dim=3, rng=1),
            )
            self.one = nn.BatchNormalization(input_dim=3)
            self.two, self.drop = nn.BatchNormalization(input_dim=3), nn.Dropout(0.3, rng=0)

        def forward(self, x: Any) -> Any:
            hidden = self.one(self.a(x))
            return self.b(self.two(self.drop(hidden) * hidden[0] + x))

    def loss(model: Own) -> float:
        model.eval()  # compile's look at a sample draws nothing then
        model.drop._rng = nn.basics.source(3)
        model.compile(nn.SGD(lr=0.0), "mse", backend=backend)
        return float(model.train_on_batch(A, Y))

    model = Own()
    loss(model)
    step = 1e-5
    for parameter in (model.a.kernel[0][1], model.one.gamma[2], model.two.beta[0], model.a.bias[0]):
        found, at = parameter.grad, parameter.data
        ends = []
        for moved in (at + step, at - step):
            parameter.data = moved
            ends.append(loss(model))
        parameter.data = at
        loss(model)
        assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-8)


def test_one_sample_is_normalised_by_the_moving_statistics() -> None:
    layer = nn.BatchNormalization(input_dim=3, epsilon=0.0)
    assert [y.data for y in layer(A[1])] == A[1].tolist()
    layer(A)
    assert moving(layer) != [0.0] * 3 + [1.0] * 3
    before = moving(layer)
    layer.eval()(A)
    assert moving(layer) == before


def test_a_batch_of_one_is_refused_by_torch_name_only() -> None:
    with pytest.raises(ValueError, match="at least 2 samples"):
        nn.BatchNorm1d(3)(A[:1])
    assert nn.BatchNormalization()(A[:1]).numpy().tolist() == [[0.0] * 3]  # as in Keras


def test_layer_norm_takes_a_shape_of_one_axis():
    assert nn.LayerNorm([3]).nin == nn.LayerNorm((3,)).nin == 3
    with pytest.raises(ValueError, match="LayerNorm's shape must be one number"):
        nn.LayerNorm([2, 3])


TABLE = np.array([[1.0, 200.0], [3.0, 100.0], [8.0, 0.0]])


def test_a_table_is_normalised_by_what_the_layer_was_adapted_to():
    layer = nn.layers.Normalization()
    layer.adapt(TABLE)
    wanted = (TABLE - TABLE.mean(axis=0)) / TABLE.std(axis=0)
    np.testing.assert_allclose([[y.data for y in row] for row in layer(TABLE)], wanted, rtol=1e-14)
    back = nn.layers.Normalization(mean=layer.mean, variance=layer.variance, invert=True)
    np.testing.assert_allclose([[y.data for y in row] for row in back(wanted)], TABLE, atol=1e-12)
    one = nn.layers.Normalization(input_shape=[1], axis=None)
    one.adapt(TABLE[:, 0])
    assert one([[4.0], [7.0]])[1].data == pytest.approx(3.0 / TABLE[:, 0].std())


@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_a_model_with_a_normalization_trains_and_is_saved(backend, tmp_path):
    layer = nn.layers.Normalization()
    layer.adapt(TABLE)
    model = nn.Sequential([layer, nn.Dense(1, rng=0)])
    model.compile("sgd", "mse", backend=backend)
    plain = nn.Sequential([nn.Dense(1, rng=0, input_dim=2)])
    plain.compile("sgd", "mse", backend=backend)
    scaled = (TABLE - TABLE.mean(axis=0)) / TABLE.std(axis=0)
    options = {"epochs": 3, "shuffle": False, "verbose": 0}
    history = model.fit(TABLE, [1.0, 2.0, 3.0], **options)
    expected = plain.fit(scaled, [1.0, 2.0, 3.0], **options)
    assert history["loss"] == pytest.approx(expected["loss"], rel=1e-12)
    model.save(tmp_path / "model.npz")
    again = nn.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict(TABLE), model.predict(TABLE))
    with pytest.raises(ValueError, match="has been used already"):
        layer.adapt(TABLE)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.layers.Normalization()([1.0]), "call adapt"),
        (lambda: nn.layers.Normalization(mean=1.0), "mean and variance"),
        (lambda: nn.layers.Normalization(mean=1.0, variance=-1.0), "variances of at least 0"),
        (lambda: nn.layers.Normalization(axis=0), "axis -1 or 1"),
        (lambda: nn.layers.Normalization().adapt([[math.nan]]), "finite numbers"),
    ],
)
def test_a_normalization_that_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
