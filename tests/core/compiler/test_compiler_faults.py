"""A fault of the compiler costs speed and a warning, never a wrong number."""

from importlib import import_module

import numpy as np
import pytest

from autograd_core import compile
from autograd_core.compiler.arrays.verify import InvalidProgram
from autograd_core.functional import tanh

from .compiler_graphs import random

pipeline = import_module("autograd_core.compiler.pipeline")
version = import_module("autograd_core.compiler.version")


def layer(x, w):
    return sum(tanh(sum(a * b for a, b in zip(x, row))) for row in w)


def broken_program(program):
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
    monkeypatch.setattr(version if place in ("groups_of", "emit") else pipeline, place, fault)
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
    monkeypatch.setattr(runtime.ArrayProgram, "bound", failing)
    with pytest.warns(RuntimeWarning, match="a stage that fails"):
        assert compiled(x, w) == pytest.approx(value, rel=1e-12)
    assert compiled(x, w) == pytest.approx(value, rel=1e-12)


def test_a_fault_is_raised_where_it_is_looked_for(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CORE_VERIFY", "1")
    monkeypatch.setattr(pipeline, "rewritten", broken_program)
    with pytest.raises(InvalidProgram, match="is outside of its variable"):
        compile(layer)(random(6), random(30, 6))
