"""Programs have few instructions: constants are combined, common factors taken out."""

import math
from collections import Counter

import numpy as np
import pytest

from autograd_core import compile
from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.interpret import interpret
from autograd_core.compiler.arrays.layout import Loops
from autograd_core.compiler.arrays.program import Argument, Instruction, View, contiguous
from autograd_core.compiler.arrays.program import Program as ArrayProgram
from autograd_core.compiler.arrays.verify import verify
from autograd_core.compiler.pipeline import rewritten
from autograd_core.functional import dot, exp, log_softmax, sin, where

from .compiler_graphs import agrees, arrays, eager, random


def calls(compiled):
    """The number of calls of each function; `=` is a copy, those of results not counted."""
    body = compiled.source.split("def run(")[1].split("\n")[1:]
    lines = [line.strip() for line in body if "out=" in line or "[...] =" in line]
    names = ["=" if "[...] =" in line else line.split("(")[0] for line in lines]
    return Counter(name for name, line in zip(names, lines) if not line.startswith("outputs"))


def values_of(f):
    """The calls for `f` of two numbers, over a batch; values and gradients are the eager ones."""
    x, y = random(9), random(9, seed=1)
    compiled = compile(f, batch=(0, 0))
    values, gradients = compiled.value_and_grad(x, y, wrt=(0, 1))
    for a, b, value, *gradient in zip(x, y, values, *gradients):
        want, wanted = eager(f, a, b)
        assert value == pytest.approx(want, rel=1e-12)
        assert gradient == pytest.approx(wanted, rel=1e-12)
    compiled = compile(f, batch=(0, 0))
    compiled(x, y)
    return calls(compiled)


def calls_of_value(f, x):
    compiled = arrays(f)
    compiled(x)
    return calls(compiled)


def test_a_part_of_a_variable_is_not_the_whole_of_it():
    def function(a):
        u = a + a
        first, second = 0.3 * u, 0.001 * u  # one instruction for both
        return 2.0 * (0.5 * first), u + second

    x = random(5)
    first, second = compile(function, batch=(0,))(x)
    np.testing.assert_allclose(first, 0.6 * x, rtol=1e-15)
    np.testing.assert_allclose(second, 2.002 * x, rtol=1e-15)


def test_constants_of_a_product_are_one():
    assert values_of(lambda a, b: sin(0.5 * (a * (2.5 * (b * 3.0))))) == {"multiply": 2, "sin": 1}


def test_constants_of_both_operands_are_one():
    assert values_of(lambda a, b: sin((3.0 * a) * (0.7 * b))) == {"multiply": 2, "sin": 1}


def test_constants_go_through_a_quotient():
    assert values_of(lambda a, b: sin((3.0 * a) / (0.7 * b) * 2.0)) == {
        "divide": 1,
        "multiply": 1,
        "sin": 1,
    }


def test_constants_that_cancel_are_gone():
    half = math.sqrt(0.5)
    assert values_of(lambda a, b: sin(-half * a * (2.0 * b) * half)) == {
        "multiply": 1,
        "negative": 1,
        "sin": 1,
    }


def test_signs_become_differences():
    assert values_of(lambda a, b: sin(a.exp() - (-b) * 2.0 + (-a) * b)) == {
        "exp": 1,
        "multiply": 2,
        "add": 1,
        "subtract": 1,
        "sin": 1,
    }


def test_a_scaled_number_that_is_needed_is_used():
    f = arrays(lambda x: sum(sin(2.0 * a) * (2.0 * a) for a in x))
    value, gradient = f.value_and_grad(random(9))
    x = random(9)
    assert value == pytest.approx((2.0 * x * np.sin(2.0 * x)).sum(), rel=1e-12)
    np.testing.assert_allclose(gradient, 2 * np.sin(2 * x) + 4 * x * np.cos(2 * x), rtol=1e-12)
    # sin(v), and v * cos(v) + sin(v), times 2, for v = 2 x
    assert calls(f) == {"multiply": 3, "sin": 1, "cos": 1, "add": 1, "matmul": 1}


def test_a_product_with_a_reciprocal_is_a_quotient():
    assert values_of(lambda a, b: sin(exp(a) * (1.0 / exp(b)))) == {
        "exp": 2,
        "divide": 1,
        "sin": 1,
    }


def test_common_factors_of_a_broadcast_vector():
    def f(w, x):
        return sum(sin(a * p.exp() - a * p) for a, row in zip(w, x) for p in row)

    agrees(f, random(4), random(4, 3))
    compiled = arrays(f)
    compiled(random(4), random(4, 3))
    # a * (exp(p) - p) would overflow where the products do not
    assert calls(compiled) == {"exp": 1, "subtract": 1, "multiply": 2, "sin": 1}


def test_weighted_cross_entropy_has_the_known_gradient():
    def loss(w, z, weight, target):
        return -weight * dot(target, log_softmax([dot(row, z) for row in w]))

    w, z, weight = random(3, 5), random(7, 5, seed=1), random(7, seed=2)
    target = np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]
    compiled = compile(loss, batch=(None, 0, 0, 0))
    _, gradient = compiled.value_and_grad(w, z, weight, target)
    p = np.exp(z @ w.T)
    p /= p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(gradient, (weight[:, None] * (p - target)).T @ z, rtol=1e-12)
    assert calls(compiled)["negative"] == 1  # of the losses
    assert calls(compiled)["multiply"] == 4  # two of losses, two of adjoints


def test_nothing_overflows_that_did_not():
    f = arrays(lambda x: sum(sin(1e-300 * (1e300 * (a * a))) for a in x))
    assert f(np.full(9, 1e-10)) == pytest.approx(9 * math.sin(1e-20), rel=1e-12)
    g = compile(lambda x: 1e200 * (1e200 * x), batch=[0])
    assert g([1e-300]).tolist() == [1e100]


def test_a_group_is_not_copied_for_another():
    compiled = agrees(
        lambda x: sum(log_softmax(list(row))[0] * (i + 1.0) for i, row in enumerate(x)),
        random(6, 4),
    )
    assert "=" not in calls(compiled)


def test_a_condition_that_is_a_number_as_well():
    """2 * (0.5 * mask) is a number, but `where` needs the mask itself."""

    def f(a, b):
        mask = a.greater(0.5)
        return where(mask, a, b) * exp(2.0 * (0.5 * mask))

    compiled = compile(lambda a, b: [f(a, b), 2.0 * (0.5 * a.greater(0.5))], batch=(0, 0))
    got, mask = compiled(random(9), random(9, seed=1))
    x, y = random(9), random(9, seed=1)
    np.testing.assert_allclose(got, np.where(x > 0.5, x * math.e, y), rtol=1e-12)
    assert mask.tolist() == (x > 0.5).astype(float).tolist()


def test_where_keeps_what_is_there():
    f = compile(lambda a, b: where(a.greater(b), a, exp(b)) + exp(a), batch=(0, 0))
    a, b = random(9), random(9, seed=1)
    np.testing.assert_allclose(f(a, b), np.where(a > b, a, np.exp(b)) + np.exp(a), rtol=1e-15)
    assert "=" not in calls(f)  # copyto writes over exp(b)


def test_where_does_not_overwrite_its_other_choice():
    f = compile(lambda a, b: where(a.greater(b), exp(b), exp(a)) * exp(a), batch=(0, 0))
    a, b = random(9), random(9, seed=1)
    want = np.where(a > b, np.exp(b), np.exp(a)) * np.exp(a)
    np.testing.assert_allclose(f(a, b), want, rtol=1e-15)


def test_adjoints_of_slices_are_written_where_they_belong():
    def f(p):
        slices = sum(a.sin() for a in p[:6]) + sum(a.exp() for a in p[6:15])
        return slices + sum(a.tanh() for a in p[15:]) + 0.1 * sum(a * a for a in p)

    found = calls(agrees(f, random(20)))
    values = calls_of_value(f, random(20))
    assert found["add"] - values["add"] == 1  # adds the square's adjoint to all three slices


def test_outputs_that_are_multiples_of_each_other():
    f = compile(lambda x: [x * 2.0, 2.0 * x, -x, x + x, x * 1.5], batch=[0])
    x = random(5)
    for got, factor in zip(f(x), (2.0, 2.0, -1.0, 2.0, 1.5)):
        assert got.tolist() == (factor * x).tolist()


class Program:
    """Instructions on vectors of 9 numbers; the arguments are `x` and `y`."""

    def __init__(self):
        self.code = Code()
        self.x, self.y = self.code.var(9, role="input"), self.code.var(9, role="input")
        self.instructions = []

    def __call__(self, name, *operands, size=9, table=None):
        out = self.code.var(size)
        views = tuple([View(a, LOOPS) if isinstance(a, int) else a for a in operands])
        self.instructions.append(
            Instruction(name, views, View(out, contiguous((size,))), (), table)
        )
        return out

    def program(self, results):
        """The array program that returns all elements of these variables."""
        places = tuple((result, i) for result in results for i in range(9))
        arguments = (Argument(self.x, (9,), False), Argument(self.y, (9,), False))
        variables, instructions = tuple(self.code.variables), tuple(self.instructions)
        return verify(ArrayProgram(variables, instructions, arguments, places, (), False))

    def shorter(self, *results):
        """The calls of the rewritten program, after a test that its results are the same."""
        program = self.program(results)
        found = rewritten(program)
        inputs = [random(9), random(9, seed=1)]
        got, want = (interpret(each, inputs)[0] for each in (found, program))
        np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-15)  # rounding
        return Counter(instruction.name for instruction in found.instructions)


LOOPS = contiguous((9,))


def test_the_same_number_twice_is_a_multiple():
    do = Program()
    triple, half = do("multiply", 3.0, do.x), do("multiply", do.x, 0.5)
    assert do.shorter(do("add", triple, half)) == {"multiply": 1}
    do = Program()
    a = do("exp", do.x)
    assert do.shorter(do("sin", do("subtract", do("negative", a), a))) == {
        "exp": 1, "multiply": 1, "sin": 1,
    }  # fmt: skip


def test_numbers_that_cancel_are_subtracted():
    """0.3 - 0.1 * 3 is a rounding error, which no pass may use as a factor."""
    do = Program()
    tenth, rest = do("multiply", 0.1, do.x), do("multiply", 0.3, do.x)
    assert do.shorter(do("subtract", do("multiply", 3.0, tenth), rest))["subtract"] == 1


def test_multiples_are_gathered_from_a_longer_sum():
    do = Program()
    first = do("add", do.x, do("multiply", 3.0, do.y))
    total = do("add", do("multiply", 1.5, first), do("multiply", 0.25, do.y))
    assert do.shorter(total) == {"multiply": 2, "add": 1}


def test_a_common_factor_is_taken_out():
    """Like the weights of samples in the adjoints of the logits of a cross-entropy."""
    do = Program()
    terms = [do("multiply", do.y, do(name, do.x)) for name in ("sin", "cos")]
    assert do.shorter(do("subtract", *terms)) == {"sin": 1, "cos": 1, "subtract": 1, "multiply": 1}


def test_products_that_differ_by_a_constant_are_computed_once():
    do = Program()
    half = do("multiply", 0.5, do.x)
    one, two = do("multiply", half, do.y), do("multiply", do.y, do.x)
    assert do.shorter(do("sin", one), do("cos", two)) == {"multiply": 2, "sin": 1, "cos": 1}
    assert do.shorter(do("sin", one), do("sin", half), do("cos", two))["multiply"] == 3


def test_numbers_at_places_of_a_part_are_taken_from_a_copy_of_it():
    """Two signs cancel and leave a view, but `take` needs a variable in order."""
    do = Program()
    product = do("multiply", do("negative", do.x), do.y)
    part = do("negative", View(product, Loops(2, (3,), (3,))), size=3)
    taken = do("take", View(part, contiguous((3,))), table=np.array([2, 0, 1, 1, 2, 0, 0, 2, 1]))
    assert do.shorter(do("sin", taken)) == {"multiply": 1, "copy": 1, "take": 1, "sin": 1}


def test_the_program_is_never_longer():
    """The sines of two multiples, and their product: no instruction can be saved."""
    do = Program()
    a, b = do("multiply", 2.0, do.x), do("multiply", 3.0, do.y)
    results = [do("sin", a), do("sin", b), do("multiply", a, b)]
    assert rewritten(do.program(results)).instructions == tuple(do.instructions)
