"""Update rules: one row an optimizer, the same numbers on floats, arrays, programs and text."""

import inspect

import numpy as np
import pytest

import nn
from autograd_core import Value, compile
from autograd_core.graph import VALUE
from autograd_core.table import FLOAT, Dialect
from nn.optimizers import rule
from nn.optimizers.rule import SHARED

from .test_keras_optimizers import OPTIMIZERS as KERAS
from .test_optimizers import OPTIMIZERS as TORCH

OURS = {}  # that no peer has: a name, the class, options
CASES = {f"torch {name}": case for name, case in TORCH.items()} | OURS | {
    f"keras {name}": (getattr(nn.optimizers, kind), options)
    for name, (kind, options) in KERAS.items()
}  # fmt: skip
START = np.array([1.0, -2.0, 0.5, 3.0])
RNG = np.random.default_rng(0)
GRADIENTS = [RNG.normal(size=4) for _ in range(7)]  # RAdam begins to divide with the sixth
GRADIENTS[0][0] = 0.0


def bound(case):
    kind, options = CASES[case]
    return kind([Value(0.0) for _ in START], **options)


def on_arrays(case):
    optimizer, p, found = bound(case), START.copy(), []
    for g in GRADIENTS:
        p = optimizer.updated([p.copy()], [g])[0]
        found.append(p.tolist())
    return found


@pytest.mark.parametrize("case", CASES)
def test_floats_one_by_one_give_the_bits_of_arrays(case):
    group = bound(case).param_groups[0]
    rule, found = bound(case).update, []
    for i, p in enumerate(START.tolist()):
        state = rule.start(group)
        for step, g in enumerate(GRADIENTS, 1):
            p, state = rule(FLOAT, FLOAT, p, float(g[i]), {**state, "step": step}, group)
            found.append(p)
    assert np.reshape(found, (4, -1)).T.tolist() == on_arrays(case)


@pytest.mark.parametrize("case", CASES)
def test_a_rule_on_values_is_a_program_for_all_parameters(case):
    """The rate and the count of steps are numbers of it, so it is compiled once."""
    group = bound(case).param_groups[0]
    rule = bound(case).update
    start = rule.start(group)

    def move(p, g, lr, step, *carried):
        state = {**dict(zip(start, carried)), "step": step}
        p, state = rule(VALUE, VALUE, p, g, state, {**group, "lr": lr})
        return [p, *(state[name] for name in start)]

    shared = [None if name in SHARED else 0 for name in start]
    program = compile(move, batch=(0, 0, None, None, *shared))
    p, carried, found = START, [np.full(4, v) if k not in SHARED else float(v)
                                for k, v in start.items()], []  # fmt: skip
    for step, g in enumerate(GRADIENTS, 1):
        results = program(p, g, group["lr"], float(step), *carried)
        p, *carried = (np.asarray(result, float) for result in results)
        carried = [c if k not in SHARED else float(c.ravel()[0]) for k, c in zip(start, carried)]
        found.append(p.tolist())
    # products of shared numbers in another order
    np.testing.assert_allclose(found, on_arrays(case), rtol=1e-12)


PYTHON = Dialect(digits=None, longest=float("inf"), functions=lambda name: f"m.{name}")


@pytest.mark.parametrize("case", CASES)
def test_a_rule_on_text_is_a_formula_for_each_number(case):
    group = bound(case).param_groups[0]
    rule = bound(case).update
    start = rule.start(group)
    names = {name: PYTHON.name(name) for name in ("step", *start)}
    options = {**group, "lr": PYTHON.name("lr")}
    p, state = rule(PYTHON, PYTHON, PYTHON.name("p"), PYTHON.name("g"), names, options)
    lines = {name: str(text) for name, text in {"p": p, **state}.items()}
    numbers = {**start, "lr": group["lr"], "p": START[0].item(), "m": FLOAT, "inf": np.inf}
    found = []
    for step, g in enumerate(GRADIENTS, 1):
        now = {**numbers, "g": float(g[0]), "step": step}
        numbers |= {name: eval(text, now) for name, text in lines.items()}
        found.append(numbers["p"])
    assert found == pytest.approx([row[0] for row in on_arrays(case)], rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_many_parameters_move_in_blocks_to_the_same_bits(case, monkeypatch):
    whole = on_arrays(case)
    monkeypatch.setattr(rule, "BLOCK", 3)
    assert on_arrays(case) == whole


def test_dampening_begins_with_the_second_gradient_whenever_momentum_is_switched_on():
    w = Value(1.0)
    optimizer = nn.SGD([w], lr=1.0, dampening=0.5)
    found = []
    for momentum in (0.0, 0.5, 0.5):
        optimizer.param_groups[0]["momentum"] = momentum
        w.data, w.grad = 0.0, 1.0
        optimizer.step()
        found.append(w.data)
    assert found == [-1.0, -1.0, -1.0]  # 1; the first v is 1; then 0.5 * 1 + 0.5 * 1


def test_a_momentum_of_an_earlier_version_has_begun():
    first, second = (nn.SGD([Value(0.0)], lr=1.0, momentum=0.5, dampening=0.5) for _ in range(2))
    saved = first.state_dict() | {"state": [{"step": 1, "momentum": np.array([1.0])}]}
    second.load_state_dict(saved)
    assert second.updated([np.zeros(1)], [np.array([4.0])])[0] == -2.5  # 0.5 * 1 + 0.5 * 4


@pytest.mark.parametrize("case", CASES)
def test_every_number_has_a_range(case):
    kind, _ = CASES[case]
    for option in inspect.signature(kind).parameters.values():
        if type(option.default) is float:
            with pytest.raises(ValueError, match=rf"{option.name}|learning_rate"):
                kind([Value(1.0)], **{option.name: np.nan})
