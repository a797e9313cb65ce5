"""Helpers of the compiler's tests: random arrays, generated graphs, comparisons."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from autograd_core import Value
from autograd_core.compiler.compiled import Compiled
from autograd_core.functional import call
from autograd_core.table import TABLE

ROWS = sorted(op.name for op in TABLE.values())
POINTS = [0.3, 0.7, 0.45, 0.6]


def eager(f, *numbers):
    values = [Value(x) for x in numbers]
    y = f(*values)
    y.backward()
    return y.data, [v.grad for v in values]


def operands(op):
    return op.arity or 4


EDGES = [0.0, -0.0, 1.0, -1.0, 2.5, -1e300, 1e300, math.inf, -math.inf, math.nan]


NAMES = "add subtract multiply divide tanh sin softplus hypot maximum where logsumexp gelu square"
SMOOTH = [TABLE[name] for name in NAMES.split()]
STEPS = st.lists(
    st.tuples(st.sampled_from(SMOOTH), st.lists(st.integers(0, 10_000), min_size=3, max_size=3)),
    min_size=1, max_size=25,
)  # fmt: skip


def build(steps, xs):
    """A graph with shared subexpressions, repeated operands and constants."""
    pool = [*xs, 0.5, -1.25]
    for op, picks in steps:
        chosen = [pool[pick % len(pool)] for pick in picks][: op.arity or 3]
        pool.append(call(op, *chosen))
    return pool[-1] * xs[0] + pool[len(pool) // 2]


def assert_same(got, want):
    """Compare gradients; nan and inf must agree too."""
    for a, b in zip(got, want):
        assert a == pytest.approx(b, rel=1e-12, abs=1e-13, nan_ok=True)


def arrays(f):
    return Compiled(f, plan="arrays")


def agrees(f, *arrays_in, rel=1e-12):
    """Compare an array program with the eager engine, for every argument."""
    compiled = arrays(f)
    value, gradients = compiled.value_and_grad(*arrays_in, wrt=tuple(range(len(arrays_in))))
    values = [np.vectorize(Value, otypes=[object])(a) for a in arrays_in]
    want = f(*values)
    want.backward()
    assert value == pytest.approx(want.data, rel=rel, nan_ok=True)
    for got, inputs in zip(gradients, values):
        wanted = np.vectorize(lambda v: v.grad, otypes=[float])(inputs)
        scale = np.abs(wanted).max(initial=1e-300)
        np.testing.assert_allclose(got, wanted, rtol=rel, atol=rel * scale)
    return compiled


def random(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.2, 0.8, size=shape)
