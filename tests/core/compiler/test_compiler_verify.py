"""The verifier names each rule that is broken; the interpreter gives the numbers of NumPy."""

import re
from importlib import import_module

import numpy as np
import pytest

from autograd_core import compile
from autograd_core.compiler.arrays.interpret import interpret
from autograd_core.compiler.arrays.layout import Loops
from autograd_core.compiler.arrays.program import (
    Argument,
    Instruction,
    Program,
    Var,
    View,
    contiguous,
)
from autograd_core.compiler.arrays.verify import InvalidProgram, verify
from autograd_core.compiler.compiled import Compiled
from autograd_core.functional import maximum, tanh

from .compiler_graphs import random

version = import_module("autograd_core.compiler.version")

WHOLE, HALF, SQUARE = contiguous((4,)), contiguous((2,)), contiguous((2, 2))
VARIABLES = (Var(4, role="input"), Var(4), Var(4), Var(4, truth=True), Var(4, batched=True))
GIVEN = Argument(0, (4,), False)


def program(*instructions, given=GIVEN, output=(1, 0), gradients=()):
    return Program(VARIABLES, instructions, (given,), (output,), gradients, False)


def step(name, *operands, out=1, loops=WHOLE, axes=(), table=None):
    views = tuple([View(a, WHOLE) if isinstance(a, int) else a for a in operands])
    return Instruction(name, views, View(out, loops), axes, table)


MADE, TRUTH, ZERO = step("exp", 0), step("less", 0, 1.0, out=3), step("zero")
TWO = View(0, HALF)
PARTS = step("update", TWO, loops=HALF)
FAULTS = {
    "an argument is batched, or its variable": program(MADE, given=Argument(0, (4,), True)),
    "an argument has another size": program(MADE, given=Argument(0, (3,), False)),
    "output (1, 4) is outside of its variable": program(MADE, output=(1, 4)),
    "a gradient has another size": program(MADE, gradients=((View(1, HALF), GIVEN),)),
    "a gradient is not summed over the samples": program(
        MADE, step("copy", 0, out=4), gradients=((View(4, WHOLE), GIVEN),)),
    "%1 is read where only part of it was written": program(PARTS, step("exp", 1, out=2)),
    "%2 is read before it is written": program(step("exp", 2)),
    "there is no %9": program(step("exp", View(9, WHOLE))),
    "has malformed loops": program(step("exp", View(0, Loops(0, (4,), ())))),
    "is outside of its variable of 4": program(step("exp", View(0, Loops(1, (4,), (1,))))),
    "None is not an operand": program(step("add", 0, None)),
    "exp writes part of %1": program(step("exp", TWO, loops=HALF)),
    "%1 is written twice": program(MADE, step("sin", 0)),
    "take must give bools of bools": program(TRUTH, step("take", 3, table=np.arange(4))),
    "copy must not make bools of numbers": program(step("copy", 0, out=3)),
    "less must give bools": program(step("less", 0, 1.0)),
    "exp must not be given bools": program(TRUTH, step("exp", 3)),
    "the condition of where must be bools": program(step("where", 0, 0, 0)),
    "%1 is written after it was read": program(ZERO, step("exp", 1, out=2), step("update", 0)),
    "update must not be given bools": program(step("update", 0, out=3)),
    "twice": program(step("update", 0, loops=Loops(0, (4,), (0,)))),
    "is added to before it is written": program(step("accumulate", 0, 1.0)),
    "%1 is set to 0 after it was written": program(step("update", 0), ZERO),
    "copy has 2 operands": program(step("copy", 0, 0)),
    "the second operand of accumulate must be": program(ZERO, step("accumulate", 0, 2.0)),
    "the factors of a matrix product do not fit": program(
        step("matmul", View(0, SQUARE), View(0, contiguous((2, 1))), loops=SQUARE)),
    "a matrix product has another shape": program(
        step("matmul", View(0, SQUARE), View(0, SQUARE), loops=contiguous((1, 4)))),
    "take has a table of another size": program(step("take", 0, table=np.arange(3))),
    "take has positions outside of its variable": program(step("take", 0, table=np.arange(1, 5))),
    "take reads only part of a variable": program(step("take", TWO, table=np.arange(4) % 2)),
    "needs one loop for the positions of its table": program(
        step("take", 0, loops=Loops(0, (2, 2), (1, 2)), table=np.arange(4))),
    "reduce add along (0,) has another shape": program(step("reduce add", 0, axes=(0,))),
    "an operand has other loops": program(step("add", 0, View(0, SQUARE))),
    "a result is not batched": program(step("copy", 0, out=4), step("exp", 4)),
    "a result is batched": program(step("exp", 0, out=4), MADE),
}  # fmt: skip


@pytest.mark.parametrize("complaint", FAULTS)
def test_the_verifier_finds_a_broken_rule(complaint):
    with pytest.raises(InvalidProgram, match=re.escape(complaint)):
        verify(FAULTS[complaint])


def test_the_verifier_takes_what_keeps_to_the_rules():
    right = program(ZERO, step("accumulate", 0, -1.0), step("update", 0))
    assert verify(right) is right


# ---- the interpreter ------------------------------------------------------------------------


def layer(x, w):
    return sum(tanh(sum(a * b for a, b in zip(x, row))) for row in w)


def windows(x, w):
    return sum(maximum(x[i] + x[i + 2], w[i][0]) * w[i % 3][1] for i in range(4))


def columns(x, w):
    return sum(tanh(x[3] * row[i] + x[i]) for row in w for i in range(6))


@pytest.mark.parametrize("batch", [None, (0, None)])
@pytest.mark.parametrize("function", [layer, windows, columns])
def test_the_interpreter_gives_the_numbers_of_the_numpy_program(monkeypatch, function, batch):
    programs, emit = [], version.emit
    monkeypatch.setattr(version, "emit", lambda program: programs.append(program) or emit(program))
    x, w = random(3, 6), random(30, 6, seed=1)
    given, samples = (x, 3) if batch else (x[0], 1)
    compiled = Compiled(function, plan="arrays", batch=batch or ())
    value, slopes = compiled.value_and_grad(given, w, wrt=(0, 1))
    found, by = interpret(programs[-1], [given, w], samples)
    np.testing.assert_allclose(found[:, 0], np.ravel(value), rtol=1e-13)  # sums in another order
    for one, other in zip(by, slopes):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_the_interpreter_gives_the_closed_form(monkeypatch):
    programs, emit = [], version.emit
    monkeypatch.setattr(version, "emit", lambda program: programs.append(program) or emit(program))
    x, w = random(3, 6), random(30, 6, seed=1)
    compile(layer, batch=(0, None)).value_and_grad(x, w, wrt=(0, 1))
    found, (by_x, by_w) = interpret(programs[-1], [x, w], 3)
    slope = 1.0 - np.tanh(x @ w.T) ** 2
    np.testing.assert_allclose(found[:, 0], np.tanh(x @ w.T).sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(by_x, slope @ w, rtol=1e-13)
    np.testing.assert_allclose(by_w, slope.T @ x, rtol=1e-13)
