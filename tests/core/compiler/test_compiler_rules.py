"""Compiled programs obey the rules of the table, and round in the order the user wrote."""

import math
from itertools import pairwise

import numpy as np
import pytest

from autograd_core import Value, compile, custom_op
from autograd_core.compiler.structure.expand import _joined_chains
from autograd_core.compiler.structure.tape import value_template
from autograd_core.functional import (
    clip,
    floor,
    log,
    logsumexp,
    maximum,
    minimum,
    relu,
    sign,
    softmax,
    sqrt,
    where,
)  # fmt: skip
from autograd_core.functional import total as total_of
from autograd_core.table import TABLE

from .compiler_graphs import arrays, random


def own_op(name, *rules, **options):
    """Make an operation without adding it to the table, which other tests go through."""
    operation = custom_op(name, *rules, **options)
    del TABLE[name]
    return operation


OWN = {
    "reversal": own_op("rules_reversal", lambda m, a: a, lambda m, y, a: (-1.0,)),
    "straight through": own_op("rules_through", lambda m, a: m.floor(a), lambda m, y, a: (1.0,)),
    "stop": own_op("rules_stop", lambda m, a: a, lambda m, y, a: (0.0,)),
    "half a square": own_op("rules_square", lambda m, a: a * a, lambda m, y, a: (a,)),
    "negated": own_op("rules_negated", lambda m, a: -a, lambda m, y, a: (1.0,)),
}
TWO = {
    "first of a sum": own_op(
        "rules_first", lambda m, a, b: a + b, lambda m, y, a, b: (1.0, 0.0), arity=2),
    "product of one": own_op(
        "rules_product", lambda m, a, b: a * b, lambda m, y, a, b: (b, 0.0), arity=2),
    "swapped difference": own_op(
        "rules_difference", lambda m, a, b: a - b, lambda m, y, a, b: (-1.0, 1.0), arity=2),
}  # fmt: skip
MANY = {
    "doubled sum": own_op("rules_sum", lambda m, *xs: m.total(*xs),
                             lambda m, y, *xs: (2.0,) * len(xs), arity=None),
    "product": own_op("rules_many", lambda m, *xs: m.product(*xs),
                         lambda m, y, *xs: (1.0,) * len(xs), arity=None),
}  # fmt: skip


def same(f, x, rel=1e-12):
    """Values and gradients of eager, straight-line and array code, with and without a batch."""
    values = [Value(t) for t in x]
    result = f(values)
    result.backward()
    wanted = [v.grad for v in values]
    for compiled in (compile(f), arrays(f)):
        value, slopes = compiled.value_and_grad(np.array(x))
        np.testing.assert_allclose(value, result.data, rtol=rel)
        np.testing.assert_allclose(slopes, wanted, rtol=rel)
    value, slopes = compile(f, batch=(0,)).value_and_grad(np.array([x, x]))
    np.testing.assert_allclose(value, [result.data] * 2, rtol=rel)
    np.testing.assert_allclose(slopes, [wanted] * 2, rtol=rel)


@pytest.mark.parametrize("count", [3, 80])
@pytest.mark.parametrize("name", OWN)
def test_partials_of_an_operation_of_ones_own_decide(name, count):
    op = OWN[name]
    same(lambda x: sum((op(v * 1.5) * 3.0).tanh() for v in x), random(count))


@pytest.mark.parametrize("name", TWO)
def test_partials_of_two_operands_decide(name):
    op = TWO[name]
    same(lambda x: sum(op(a.sin(), b).tanh() for a, b in pairwise(x)), random(60))


@pytest.mark.parametrize("name", MANY)
def test_partials_of_many_operands_decide(name):
    op = MANY[name]
    same(lambda x: sum(op(*x[i : i + 4]).tanh() for i in range(len(x) - 3)), random(50))


@pytest.mark.parametrize("look", [floor, sign, lambda v: v > 0.5, lambda v: relu(v) * 0.0],
                         ids=["floor", "sign", "decision", "times 0"])  # fmt: skip
def test_what_is_only_looked_at_has_no_gradient(look):
    def f(x):
        h = [sqrt(v) for v in x]
        return sum(h[:30]) + sum(look(v) * w for v, w in zip(h[30:], x))

    same(f, [*np.linspace(0.5, 1.5, 45), 0.0, *np.linspace(0.6, 1.2, 14)])


@pytest.mark.parametrize("f", [
    lambda v: sqrt(relu(v)), lambda v: log(clip(v, 0.0, 1.0)), lambda v: relu(v) ** 0.5,
    lambda v: sqrt(maximum(v, 0.0)), lambda v: sqrt(minimum(maximum(v, 0.0), v * v)),
    lambda v: sqrt(where(v * v - 4.0, v, 0.0) ** 2),
])  # fmt: skip
def test_what_a_choice_does_not_take_passes_nothing(f):
    points = [-1.0, 0.5, 2.0, -0.25, 0.0, 3.0] * 8
    same(lambda x: sum(f(v) * (i + 1.0) for i, v in enumerate(x)), points)


BIG = 1.5 * 2.0**52
EXACT = {
    "rounding by a large constant": lambda x: [(v + BIG) - BIG for v in x],
    "constant first": lambda x: [(BIG + v) + -BIG for v in x],
    "two-sum": lambda x: [(a - ((a + b) - ((a + b) - a))) + (b - ((a + b) - a))
                          for a, b in pairwise(x)],
    "fast two-sum": lambda x: [b - ((a + b) - a) for a, b in pairwise(x)],
    "what a sum lost": lambda x: [((a + b) - a) - b for a, b in pairwise(x)],
    "two-product": lambda x: [two_product(a, b) for a, b in pairwise(x)],
    "Kahan's sum": lambda x: [kahan(x)],
    "negated": lambda x: [(a + b) + (-a) + (-b) for a, b in pairwise(x)],
}  # fmt: skip


def split(a):
    t = 134217729.0 * a  # Veltkamp's, 2**27 + 1
    high = t - (t - a)
    return high, a - high


def two_product(a, b):
    p, (ah, al), (bh, bl) = a * b, split(a), split(b)
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl


def kahan(x):
    s, c = 0.0, 0.0
    for v in x:
        y = v - c
        t = s + y
        s, c = t, (t - s) - y
    return s


@pytest.mark.parametrize("name", EXACT)
def test_error_free_transformations_survive(name):
    f, x = EXACT[name], np.random.default_rng(0).normal(size=60) * 10.0
    want = [float(v) for v in f(list(map(float, x)))]
    for compiled in (compile(f), arrays(f)):
        assert np.ravel(compiled(x)).tolist() == want
    rows = compile(f, batch=(0,))(np.array([x, x]))
    assert [np.asarray(v).tolist() for v in rows] == [[number, number] for number in want]


@pytest.mark.parametrize("f", [
    lambda a, x, y: [p * q + p * r for p, q, r in zip(a, x, y)],
    lambda a, x, y: [p * q - p * r for p, q, r in zip(a, x, y)],
    lambda a, x, y: [(q * p + r * p) + q * p for p, q, r in zip(a, x, y)],
])  # fmt: skip
@pytest.mark.parametrize(
    "point", [(1e-10, 1e308, 1e308), (0.0, 1e308, 1e308), (1e-300, 1e307, -1e308)]
)
def test_a_rewriting_does_not_overflow(f, point):
    columns = [np.full(60, number) for number in point]
    want = f(*[[number] for number in point])[0]
    np.testing.assert_allclose(compile(f)(*columns), np.full(60, want), rtol=1e-12)


@pytest.mark.parametrize(("f", "want"), [
    (lambda x: 1.0 / (x + 0.0), math.inf), (lambda x: 1.0 / total_of([x]), math.inf),
    (lambda x: 1.0 / (x - 0.0), -math.inf), (lambda x: 1.0 / (x * 1.0), -math.inf),
    (lambda x: 1.0 / (0.0 + x), math.inf), (lambda x: 1.0 / maximum(x, -1.0), -math.inf),
])  # fmt: skip
def test_signs_of_zeros(f, want):
    assert f(Value(-0.0)).data == want
    assert compile(f)(-0.0) == want
    assert compile(f, batch=(0,))(np.array([-0.0, -0.0])).tolist() == [want, want]


@pytest.mark.parametrize("count", [199, 202, 1000])
@pytest.mark.parametrize("f", [logsumexp, lambda x: softmax(x)[1], lambda x: total_of(x).sin()])
def test_wide_operations_compile(f, count):
    x = [0.001 * i for i in range(count)]
    value, slopes = compile(f).value_and_grad(x)
    values = [Value(t) for t in x]
    result = f(values)
    result.backward()
    assert value == pytest.approx(result.data, rel=1e-12)
    np.testing.assert_allclose(slopes, [v.grad for v in values], rtol=1e-12)


@pytest.mark.parametrize("name", ["logsumexp", "softmax"])
def test_wide_operations_are_written_out_in_as_many_numbers_as_they_have_operands(name):
    def numbers(count):
        steps = _joined_chains(value_template(TABLE[name], count))
        return sum(len(step.operands) for step in steps if step is not None)

    assert numbers(300) - numbers(200) == numbers(200) - numbers(100)


def test_rules_of_hundreds_of_steps_compile():
    def horner(m, a):
        result = 0.0
        for _ in range(300):
            result = result * a + 0.5
        return result

    op = own_op("rules_horner", horner, lambda m, y, a: (y,))
    assert compile(op)(0.5) == pytest.approx(1.0, rel=1e-12)  # 0.5 / (1 - 0.5)
