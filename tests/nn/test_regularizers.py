"""Regularizers and constraints of Dense: Keras's numbers (3.15.1, float64 on jax)."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn import constraints, regularizers
from tests.nn.test_normalization import BACKENDS, FLOAT32, A, Y, losses, model_of


@BACKENDS
def test_penalties_are_part_of_loss_and_gradient(backend: str, tmp_path: Path) -> None:
    hidden = nn.Dense(4, "tanh", kernel_regularizer="l2", bias_regularizer=regularizers.L1(0.02))
    model = model_of(hidden, nn.Dense(1, kernel_regularizer=regularizers.L1L2(0.01, 0.03)))
    wanted = [0.30901615837275687, 0.24088714257044958, 0.2127562705614938]
    assert losses(model, backend) == pytest.approx(wanted, abs=FLOAT32)
    loss = model.evaluate(A, Y)
    assert loss == pytest.approx(0.19990812344171058, abs=FLOAT32)
    model.save(tmp_path / "m.npz")
    assert nn.load(tmp_path / "m.npz").evaluate(A, Y) == loss


@BACKENDS
def test_constraints_hold_after_each_step(backend: str, tmp_path: Path) -> None:
    model = model_of(
        nn.Dense(4, "tanh", kernel_constraint=constraints.MaxNorm(0.8)),
        nn.Dense(3, kernel_constraint="unit_norm", bias_constraint="non_neg"),
        nn.Dense(1, kernel_constraint=constraints.MinMaxNorm(0.2, 0.5, rate=0.7)),
    )
    wanted = [0.29515327278272707, 0.20943667617393658, 0.16103606118122116]
    assert losses(model, backend) == pytest.approx(wanted, abs=FLOAT32)
    kernel, _, second, bias, _, _ = model.get_weights()
    assert kernel[:, 2] == pytest.approx(
        [-0.1839573118083302, 0.6624575098349841, 0.06684842372653012], abs=FLOAT32
    )
    assert np.linalg.norm(second, axis=0) == pytest.approx([1.0] * 3, abs=FLOAT32)
    assert bias.tolist() == pytest.approx([0.0, 0.01279046112617232, 0.2130658417980715], abs=1e-7)
    model.save(tmp_path / "m.npz")
    again = nn.load(tmp_path / "m.npz")
    assert repr(again.layers[3].constraints) == repr(model.layers[3].constraints)


@BACKENDS
def test_a_frozen_layer_counts_in_the_loss_and_stays(backend: str) -> None:
    model = model_of(nn.Dense(4, kernel_regularizer="l1"), nn.Dense(1))
    model.layers[1].trainable = False
    before = model.get_weights()[0]
    model.compile(nn.SGD(lr=0.05), "mse", backend=backend)
    plain = float(np.mean((model.predict(A)[:, 0] - Y) ** 2))
    assert model.train_on_batch(A, Y) == pytest.approx(plain + 0.01 * np.abs(before).sum())
    assert np.array_equal(model.get_weights()[0], before)


@BACKENDS
def test_a_function_of_ones_own_is_a_penalty(backend: str) -> None:
    def rough(weights: Any) -> Any:
        return 0.1 * sum((a - b) ** 2 for a, b in pairwise(weights))

    model = model_of(nn.Dense(1, kernel_regularizer=rough))
    kernel = model.get_weights()[0].ravel()
    model.compile(nn.SGD(lr=0.0), "mse", backend=backend)
    plain = float(np.mean((model.predict(A)[:, 0] - Y) ** 2))
    assert model.evaluate(A, Y) == pytest.approx(plain + 0.1 * (np.diff(kernel) ** 2).sum())


def test_a_regularizer_in_the_place_of_a_constraint_is_refused() -> None:
    for options in (
        {"kernel_constraint": regularizers.L2(0.01)},
        {"bias_regularizer": constraints.MaxNorm()},
    ):
        with pytest.raises(TypeError, match="got these exchanged"):
            nn.Dense(1, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: nn.Dense(1, kernel_regularizer="l3"), "no regularizer named 'l3'"),
        (lambda: nn.Dense(1, kernel_constraint="norm"), "no constraint named 'norm'"),
        (lambda: regularizers.L2(-1.0), "at least 0"),
    ],
)
def test_what_there_is_not_is_refused(function: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        function()


def test_a_penalty_takes_an_array_of_any_shape():
    assert nn.regularizers.L1(0.1)(np.array([[1.0, -2.0], [3.0, 0.0]])).data == pytest.approx(0.6)
    assert nn.regularizers.L2(0.1)(nn.Value.array([[1.0, -2.0]])).data == pytest.approx(0.5)
