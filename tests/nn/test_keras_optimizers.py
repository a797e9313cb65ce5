"""Keras's optimizers against keras 3.15.1 (record_keras.py): defaults, formulas, who gets them."""

import inspect
import json
from pathlib import Path

import pytest

import nn
from autograd_core import Value
from nn import optimizers

from .recorded import RECORD, network

KERAS = json.loads((Path(__file__).parent / "keras_3_15_1.json").read_text())
OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "sgd momentum": ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    "sgd nesterov": ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "sgd decay": ("SGD", {"learning_rate": 0.1, "weight_decay": 0.1}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop centered": ("RMSprop", {"learning_rate": 0.01, "momentum": 0.9, "centered": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "adam": ("Adam", {}),
    "adam large epsilon": ("Adam", {"learning_rate": 0.05, "epsilon": 0.1, "weight_decay": 0.1}),
    "amsgrad": ("Adam", {"learning_rate": 0.05, "amsgrad": True}),
    "adamw": ("AdamW", {"learning_rate": 0.05}),
    "adamw 0.001": ("AdamW", {}),
    "adamax": ("Adamax", {}),
    "adamax large epsilon": ("Adamax", {"learning_rate": 0.05, "epsilon": 0.1}),
    "nadam": ("Nadam", {}),
    "nadam decay": ("Nadam", {"learning_rate": 0.05, "epsilon": 0.01, "weight_decay": 0.1}),
}


def numbers(optimizer):
    parameters, found = [Value(1.0), Value(2.0), Value(-3.0)], []
    optimizer.bind(parameters)
    for step in range(20):
        if step == 10:
            optimizer.lr /= 2.0
        optimizer.zero_grad()
        sum((p - 0.25) ** 2 for p in parameters).backward()
        optimizer.step()
        found += [p.data for p in parameters]
    return found


def recorded(case):
    return pytest.approx([p for row in KERAS["numbers"][case] for p in row], rel=1e-9)


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_twenty_steps_equal_kerass(case):
    name, options = OPTIMIZERS[case]
    assert numbers(getattr(optimizers, name)(**options)) == recorded(case)


@pytest.mark.parametrize("name", KERAS["defaults"])
def test_a_string_means_kerass_optimizer_with_its_defaults(name):
    assert type(optimizers.get(name)) is getattr(optimizers, name)
    model = network()
    model.compile(name, "mse")
    assert numbers(model.optimizer) == recorded("adamw 0.001" if name == "AdamW" else name.lower())


def ours(kind):
    """Return an optimizer's defaults by Keras's names."""
    found = {k: p.default for k, p in inspect.signature(kind).parameters.items()}
    betas = found.pop("betas", None)
    names = {"lr": "learning_rate", "alpha": "rho", "eps": "epsilon"}
    found = {names.get(k, k): value for k, value in found.items()}
    return found | ({"beta_1": betas[0], "beta_2": betas[1]} if betas else {})


@pytest.mark.parametrize("name", KERAS["defaults"])
def test_kerass_defaults_are_kerass(name):
    wanted = KERAS["defaults"][name]
    found = ours(getattr(optimizers, name))
    assert {k: found[k] for k in wanted} == wanted


TORCH = [name for name in nn.optim.__all__ if name not in ("Optimizer", "lr_scheduler")]


@pytest.mark.parametrize("name", TORCH)
def test_pytorchs_defaults_are_pytorchs(name):
    found = ours(getattr(nn.optim, name))
    wanted = RECORD["defaults"][name]
    assert json.loads(json.dumps({k: found[k] for k in wanted})) == wanted
    assert getattr(nn, name) is getattr(nn.optim, name)


def test_a_string_means_kerass_slope_of_leaky_relu_and_nn_pytorchs():
    dense = nn.Dense(1, activation="leaky_relu", input_dim=1, init="zeros")
    dense.set_weights([[[1.0]], [0.0]])
    assert dense([-1.0]).data == KERAS["leaky_relu"] == -0.2
    assert nn.leaky_relu(-1.0) == nn.functional.leaky_relu(-1.0) == -0.01
    assert nn.LeakyReLU()([nn.Value(-1.0)])[0].data == -0.01


@pytest.mark.parametrize("activation", ["leaky_relu", nn.leaky_relu])
def test_a_saved_model_keeps_its_slope(activation, tmp_path):
    model = nn.Sequential([nn.Dense(1, activation=activation, input_dim=1)])
    model.set_weights([[[1.0]], [0.0]])
    model.save(tmp_path / "model.npz")
    loaded = nn.load(tmp_path / "model.npz")
    assert loaded.predict([[-1.0]]) == model.predict([[-1.0]])


def table():
    """Return the table of docs/coming_from.md, written from the code and the records."""
    rows = []
    for name, theirs in KERAS["defaults"].items():
        pytorch = name.replace("Nadam", "NAdam")
        if pytorch not in RECORD["defaults"]:
            continue  # Keras's alone
        here, there = ours(getattr(optimizers, name)), ours(getattr(nn.optim, pytorch))
        torch = RECORD["defaults"][pytorch]
        for option in dict.fromkeys([*theirs, *torch]):
            cells = [f"{d[option]:g}" if option in d else "" for d in (here, theirs, there, torch)]
            if len({*cells}) > 1:
                rows.append(f"| {name} | {option} | {' | '.join(cells)} |")
    return rows


def test_the_table_of_defaults_in_the_documentation_is_the_codes_and_the_peers():
    text = (Path(__file__).parents[2] / "docs/coming_from.md").read_text()
    head = (
        "| optimizer | option | `nn.optimizers`, strings | Keras 3.15.1 | `nn.optim`, `nn` | "
        "PyTorch 2.13.0 |\n|---|---|---|---|---|---|\n"
    )
    assert head + "\n".join(table()) + "\n" in text


def test_nesterov_without_momentum_is_plain_descent():  # as Keras's, in sgd_test.py
    w = nn.Value(1.0)
    optimizer = nn.optimizers.SGD([w], learning_rate=0.1, nesterov=True)
    (w * w).backward()
    optimizer.step()
    assert w.data == 0.8


def test_the_whole_signature_of_keras_may_be_pasted():
    pasted = optimizers.Adam(
        learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False,
        weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False,
        ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
        name="adam",
    )  # fmt: skip
    assert repr(pasted) == repr(optimizers.Adam())
    assert repr(optimizers.SGD(lr=0.1, decay=0.0)) == repr(optimizers.SGD(0.1))  # of 2017
    for given in ({"use_ema": True}, {"decay": 1e-6}):
        with pytest.raises(TypeError, match=f"SGD has no option '{next(iter(given))}'"):
            optimizers.SGD(**given)
