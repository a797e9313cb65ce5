"""Generated graphs with a constant at every step: programs agree with the eager engine."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd_core import compile
from autograd_core.functional import call, sin
from autograd_core.table import TABLE

from .compiler_graphs import assert_same, eager, random

NAMES = ["add", "subtract", "multiply", "divide", "negative", "exp", "positive"]
LINEAR = [TABLE[name] for name in NAMES]
CONSTANT_STEPS = st.lists(
    st.tuples(st.sampled_from(LINEAR), st.lists(st.integers(0, 12), min_size=3, max_size=3)),
    min_size=4, max_size=25,
)  # fmt: skip


def with_constants(steps, xs):
    """A graph with a constant at every step, so short that no rounding error grows."""
    constants = [0.3, -0.5, 0.25, -0.4, -0.125, math.sqrt(0.125)]
    pool = list(xs)
    for index, (op, picks) in enumerate(steps):
        operands = [pool[-1 - pick % len(pool)] for pick in picks[: op.arity]]
        if op.name in ("exp", "divide"):
            operands = [0.3 * (0.5 * sin(a)) + 2.0 for a in operands]
        result = call(op, *operands) * constants[index % 6]
        pool.append(result if picks[2] % 2 else sin(result))
    return sum(p * (1.0 + 0.5 * i) for i, p in enumerate(pool[-3:]))


# a matrix product of a multiple of one column, read twice
COLUMN_TWICE = [("add", 5, 11, 5), ("add", 11, 7, 3), *[("add", 0, 0, 0)] * 3]
COLUMN_TWICE += [("exp", 6, 0, 0), ("add", 5, 4, 0), ("add", 0, 0, 5), ("add", 0, 1, 3)]


@settings(max_examples=300, deadline=None)
@example([(TABLE[name], picks) for name, *picks in COLUMN_TWICE])
@given(CONSTANT_STEPS)
def test_generated_graphs_with_many_constants(steps):
    points = random(4, 3)
    f = compile(lambda x: with_constants(steps, list(x)), batch=[0])
    values, gradients = f.value_and_grad(points)
    for row, value, gradient in zip(points.tolist(), values, gradients):
        want, wanted = eager(lambda *x: with_constants(steps, list(x)), *row)
        assert value == pytest.approx(want, rel=1e-12, abs=1e-13)
        assert_same(gradient, wanted)


@settings(max_examples=200, deadline=None)
@given(CONSTANT_STEPS)
def test_generated_graphs_with_shared_parameters(steps):
    points, parameters = random(4, 2), random(2, seed=1)
    f = compile(lambda w, x: with_constants(steps, [*w, *x]), batch=(None, 0))
    values, (shared, own) = f.value_and_grad(parameters, points, wrt=(0, 1))
    total = np.zeros(2)
    for row, value, gradient in zip(points.tolist(), values, own):
        want, wanted = eager(lambda *x: with_constants(steps, list(x)), *parameters, *row)
        assert value == pytest.approx(want, rel=1e-12, abs=1e-13)
        assert_same(gradient, wanted[2:])
        total += wanted[:2]
    assert_same(shared, total)
