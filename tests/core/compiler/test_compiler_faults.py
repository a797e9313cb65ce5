"""A fault of the compiler costs speed and a warning, never a wrong number."""

from importlib import import_module

import numpy as np
import pytest

from autograd_core import compile
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
from autograd_core.functional import tanh

from .compiler_graphs import random

pipeline = import_module("autograd_core.compiler.pipeline")
version = import_module("autograd_core.compiler.version")


def layer(x, w):
    return sum(tanh(sum(a * b for a, b in zip(x, row))) for row in w)


def broken_program(program, check):
    """Return a program in which one view is moved out of its variable."""
    first = program.instructions[0]
    view = first.views[0]
    moved = view._replace(loops=view.loops._replace(offset=10**6))
    first = first._replace(operands=(moved, *first.operands[1:]))
    return program.with_instructions(program.variables, [first, *program.instructions[1:]])


def failing(*_, **__):
    raise IndexError("a stage that fails")


@pytest.mark.parametrize("batch", [None, (0, None)])
@pytest.mark.parametrize(("place", "fault"), [
    ("rewritten", broken_program), ("rewritten", failing), ("differentiated", failing),
    ("emit", failing), ("groups_of", failing),
])  # fmt: skip
def test_the_numbers_are_right_anyway(monkeypatch, place, fault, batch):
    x, w = random(4, 6), random(30, 6, seed=1)
    given = x if batch else x[0]
    value, slopes = compile(layer, batch=batch).value_and_grad(given, w, wrt=(0, 1))
    monkeypatch.setenv("AUTOGRAD_CORE_VERIFY", "")
    monkeypatch.setattr(version if place == "groups_of" else pipeline, place, fault)
    broken = compile(layer, batch=batch)
    with pytest.warns(RuntimeWarning, match="Please report it"):
        found, by = broken.value_and_grad(given, w, wrt=(0, 1))
    np.testing.assert_allclose(found, value, rtol=1e-12)
    for one, other in zip(by, slopes):
        np.testing.assert_allclose(one, other, rtol=1e-12)
        assert one.shape == other.shape
    assert "straight-line code, since the compiler has a fault" in broken.report


def test_a_call_that_numpy_refuses_is_made_by_straight_line_code(monkeypatch):
    x, w = random(6), random(30, 6, seed=1)
    compiled = compile(layer)
    value = compiled(x, w)
    runtime = import_module("autograd_core.compiler.printers.numpy.runtime")
    monkeypatch.setenv("AUTOGRAD_CORE_VERIFY", "")
    monkeypatch.setattr(runtime.ArrayProgram, "_bound", failing)
    with pytest.warns(RuntimeWarning, match="a stage that fails"):
        assert compiled(x, w) == pytest.approx(value, rel=1e-12)
    assert compiled(x, w) == pytest.approx(value, rel=1e-12)


def test_a_fault_is_raised_where_it_is_looked_for(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CORE_VERIFY", "1")
    monkeypatch.setattr(pipeline, "rewritten", broken_program)
    with pytest.raises(InvalidProgram, match="leaves its variable"):
        compile(layer)(random(6), random(30, 6))


# ---- each rule of the verifier, broken by hand -----------------------------------------------

WHOLE = contiguous((4,))
VARIABLES = (Var(4, role="input"), Var(4), Var(4), Var(4, truth=True), Var(4, batched=True), Var(1))


def program(*instructions, output=1):
    return Program(VARIABLES, instructions, (Argument(0, (4,), False),), ((output, 0),), (), False)


def step(name, *operands, out=1, loops=WHOLE, axes=(), table=None):
    views = tuple([View(a, WHOLE) if isinstance(a, int) else a for a in operands])
    return Instruction(name, views, View(out, loops), axes, table)


MADE = step("exp", 0)
FAULTS = {
    "outside": [step("exp", View(0, Loops(1, (4,), (1,))))],
    "before it is written": [step("exp", 2)],
    "written twice": [MADE, step("sin", 0)],
    "part of": [step("exp", View(0, Loops(0, (2,), (1,))), loops=Loops(0, (2,), (1,)))],
    "other loops": [step("add", 0, View(0, Loops(0, (2, 2), (2, 1))))],
    "bools": [step("less", 0, 1.0, out=3), step("exp", 3)],
    "and bools": [step("less", 0, 1.0)],
    "no samples": [step("copy", 0, out=4), step("exp", 4)],
    "has samples": [step("exp", 0, out=4), MADE],
    "another shape": [step("reduce add", 0, loops=WHOLE, axes=(0,))],
    "do not fit": [step("matmul", View(0, contiguous((2, 2))), View(0, contiguous((4, 1))),
                        loops=contiguous((2, 4)))],
    "another size": [step("take", 0, table=np.arange(3))],
    "leaves its variable": [step("take", 0, table=np.arange(1, 5))],
    "only part of it": [step("update", View(0, Loops(0, (2,), (1,))), loops=Loops(0, (2,), (1,))),
                        step("exp", 1, out=2), MADE],
    "added to before": [step("accumulate", 0, 1.0)],
    "a number of": [step("update", 0, loops=Loops(0, (4,), (0,)))],
    "wants a sign": [step("zero"), step("accumulate", 0, 2.0)],
    "after it was read": [step("zero"), step("exp", 1, out=2), step("update", 0)],
}  # fmt: skip


@pytest.mark.parametrize("complaint", FAULTS)
def test_the_verifier_finds_a_broken_rule(complaint):
    with pytest.raises(InvalidProgram):
        verify(program(*FAULTS[complaint]))


def test_the_verifier_takes_what_keeps_to_the_rules():
    right = program(step("zero"), step("accumulate", 0, -1.0), step("update", 0))
    assert verify(right) is right
