"""Constant factors are multiplied in where they change nothing but rounding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import compile
from autograd_core.functional import exp, greater, sin, where

from .compiler_graphs import eager, random


def count(compiled, name):
    return compiled.source.count(f" {name}(")


def of_two(f):
    """`f` of two numbers, compiled for a batch, after a test of its values."""
    x, y = random(9), random(9, seed=1)
    compiled = compile(f, batch=(0, 0))
    for a, b, *values in zip(x, y, *compiled(x, y)):
        assert values == pytest.approx([float(value) for value in f(a, b)], rel=1e-12)
    return compiled


def test_a_difference_is_computed_as_it_is_written():
    """0.3 a u - 0.3 b v would round both terms, and a u - b v may nearly cancel."""

    def function(a, b):
        u, v = exp(b), sin(a)
        return 0.3 * (a * u - b * v), 0.3 * u, 0.3 * (a * v), 0.3 * (v / (b + 2.0))

    assert count(of_two(function), "multiply") == 7  # all that the function has


def test_one_result_leaves_its_factor_where_it_is():
    compiled = of_two(lambda a, b: (0.3 * (a * exp(b)), b * exp(b)))
    assert count(compiled, "multiply") == 3


def test_truths_and_kinks_stay():
    def function(a, b):
        truth = greater(a, b)
        return 0.3 * where(truth, a, b), 0.3 * truth * b, 0.3 * (a * where(truth, a, b))

    compiled = of_two(function)
    assert count(compiled, "greater") == 1


def test_a_quotient_of_large_numbers_stays():
    compiled = compile(lambda a, x, y: (a / x) / y, batch=(0, 0, 0))
    found = compiled(np.array([1e300]), np.array([1e200]), np.array([1e200]))
    assert found == pytest.approx([1e-100])


CONSTANTS = [0.5, -0.5, 2.0, 0.3, -1.0, 1e-3]
NAMES = ["add", "subtract", "multiply", "divide", "exp", "sin", "scale", "scale", "scale"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)),
                min_size=4, max_size=14), st.integers(2, 5))  # fmt: skip
def test_generated_programs_with_many_factors(steps, wanted):
    def function(a, b):
        values = [a, b]
        for name, i, j in steps:
            x, y = values[i % len(values)], values[j % len(values)]
            match name:
                case "add":
                    values.append(x + y)
                case "subtract":
                    values.append(x - y)
                case "multiply":
                    values.append(x * y)
                case "divide":
                    values.append(x / (2.0 + y * y))
                case "exp":
                    values.append(exp(-x * x))
                case "sin":
                    values.append(sin(x))
                case _:
                    values.append(CONSTANTS[j % len(CONSTANTS)] * x)
        return values[-wanted:]

    x, y = random(5), random(5, seed=1)
    found = compile(function, batch=(0, 0))(x, y)
    for k, (a, b) in enumerate(zip(x, y)):
        values = function(a, b)
        largest = max(1.0, *(abs(float(value)) for value in values))
        assert [float(f[k]) for f in found] == pytest.approx(
            [float(value) for value in values], rel=1e-12, abs=1e-12 * largest
        )
    last = compile(lambda a, b: function(a, b)[-1], batch=(0, 0))
    _, gradients = last.value_and_grad(x, y, wrt=(0, 1))
    for a, b, *gradient in zip(x, y, *gradients):
        _, want = eager(lambda a, b: function(a, b)[-1], a, b)
        largest = max(1.0, *map(abs, want))
        assert gradient == pytest.approx(want, rel=1e-12, abs=1e-12 * largest)
