"""Products of exponentials that are the same number are computed once, and safely."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd_core import Value, compile, grad
from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.passes.exponentials import Forms
from autograd_core.functional import erf, erfc, exp, log, sqrt

from .compiler_graphs import agrees, eager, random

HALF = math.sqrt(0.5)


def price(s, k, r, sigma, t):
    """Black and Scholes 1973, equation 13."""
    spread = sigma * sqrt(t)
    d1 = (log(s / k) + (r + 0.5 * sigma * sigma) * t) / spread
    d2 = d1 - spread
    return s * (0.5 * erfc(-HALF * d1)) - k * exp(-r * t) * (0.5 * erfc(-HALF * d2))


SCENARIOS = [80.0 + 40.0 * random(9), 100.0 + random(9, seed=1), random(9, seed=2) / 10.0,
             random(9, seed=3), random(9, seed=4)]  # fmt: skip


def count(compiled, name):
    return compiled.source.count(f" {name}(")


def test_the_densities_of_black_and_scholes_are_one():
    compiled = compile(price, batch=[0] * 5)
    values, gradients = compiled.value_and_grad(*SCENARIOS, wrt=range(5))
    assert (count(compiled, "exp"), count(compiled, "erfc")) == (2, 2)  # an exp is the discount
    # two more than the closed form by hand takes (tests/benchmarks/compiler_formulas.py): 0.5 is
    # not moved out of the sum in d1, which is rounded as it is written, nor into a product
    assert len(re.findall("out=", compiled.source)) == 40
    for value, *gradient, scenario in zip(values, *gradients, zip(*SCENARIOS)):
        want, wanted = eager(price, *scenario)
        assert value == pytest.approx(want, rel=1e-12)
        assert gradient == pytest.approx(wanted, rel=1e-12)


def test_gamma_comes_down_to_its_closed_form():
    compiled = compile(grad(grad(price)), batch=[0] * 5)
    s, k, r, sigma, t = SCENARIOS
    d1 = (np.log(s / k) + (r + sigma * sigma / 2.0) * t) / (sigma * np.sqrt(t))
    closed = np.exp(-d1 * d1 / 2.0) / math.sqrt(2.0 * math.pi) / (s * sigma * np.sqrt(t))
    np.testing.assert_allclose(compiled(*SCENARIOS), closed, rtol=1e-12)
    assert (count(compiled, "exp"), count(compiled, "erfc")) == (1, 0)


@pytest.mark.parametrize("turned", [False, True])
def test_a_number_that_became_the_same_for_all_samples_meets_what_they_share(turned):
    def hedge(s, k, r, sigma, t, w):  # the two densities are one, so that w is multiplied by 0.5
        spread = sigma * sqrt(t)
        d1 = (log(s / k) + (r + 0.5 * sigma * sigma) * t) / spread
        d2 = d1 - spread
        none = s * exp(-d1 * d1 / 2.0) - k * exp(-r * t) * exp(-d2 * d2 / 2.0)
        return (w * (none + 0.5) if turned else (none + 0.5) * w) + s

    compiled = compile(hedge, batch=[0] * 5 + [None])
    values, (by_s, by_w) = compiled.value_and_grad(*SCENARIOS, 2.0, wrt=(0, 5))
    np.testing.assert_allclose(values, SCENARIOS[0] + 1.0, rtol=1e-12)
    np.testing.assert_allclose(by_s, np.ones(9), rtol=1e-12)
    assert by_w == pytest.approx(4.5, rel=1e-12)


def normal(x):
    return 0.5 * (1.0 + erf(x / math.sqrt(2.0)))


def by_powers(s, k, r, sigma, t):
    d1 = (log(s / k) + (r + sigma**2 / 2.0) * t) / (sigma * t**0.5)
    return s * normal(d1) - k * exp(-r * t) * normal(d1 - sigma * t**0.5)


def by_logarithms(s, k, r, sigma, t):
    d1 = (log(s) - log(k) + (r + 0.5 * sigma * sigma) * t) / (sigma * sqrt(t))
    return s * normal(d1) - k * exp(-r * t) * normal(d1 - sigma * sqrt(t))


def put(s, k, r, sigma, t):
    d1 = (log(s / k) + (r + 0.5 * sigma * sigma) * t) / (sigma * sqrt(t))
    return k * exp(-r * t) * normal(sigma * sqrt(t) - d1) - s * normal(-d1)


def of_a_future(f, k, r, sigma, t):
    """Black 1976: both products contain the discount."""
    d1 = (log(f / k) + 0.5 * sigma * sigma * t) / (sigma * sqrt(t))
    return exp(-r * t) * (f * normal(d1) - k * normal(d1 - sigma * sqrt(t)))


@pytest.mark.parametrize("f", [by_powers, by_logarithms, put, of_a_future])
def test_densities_are_one_however_the_price_is_written(f):
    compiled = compile(f, batch=[0] * 5)
    _, gradients = compiled.value_and_grad(*SCENARIOS, wrt=range(5))
    assert count(compiled, "exp") == 2
    for *gradient, scenario in zip(*gradients, zip(*SCENARIOS)):
        wanted = eager(f, *scenario)[1]  # eager has the rounding error of the densities' difference
        assert gradient == pytest.approx(wanted, rel=1e-11, abs=1e-13)


def outputs(f, *numbers):
    """The results of a compiled function for a batch of one sample, and the function."""
    compiled = compile(f, batch=[0] * len(numbers))
    found = compiled(*[np.array([float(x)]) for x in numbers])
    return [float(array[0]) for array in found], compiled


def test_a_product_with_one_exponential_stays_for_one_with_several():
    def quotients(x, m):
        return [exp(x) * exp(-m), exp(x - m), exp(x) * exp(-m) * 3.0]

    found, compiled = outputs(quotients, 801.0, 800.0)
    assert found == pytest.approx([math.e, math.e, 3.0 * math.e], rel=1e-12)  # exp(800.0) is inf
    assert count(compiled, "exp") == 1


def test_one_product_with_several_exponentials_does_not_stand_for_another():
    def quotients(x, m, z):
        return [exp(x) * exp(-m) * z, exp(x + z) * exp(-m - z) * z]

    found, _ = outputs(quotients, 800.0, 800.0, -800.0)
    assert found == pytest.approx([math.nan, -800.0], nan_ok=True)


def late(y):
    """The number `y`, computed later than expressions with `y` itself."""
    for _ in range(4):
        y = 2.0 * y * 0.5
    return y


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x, e, y: exp(log(x) + y), -2.0),
        (lambda x, e, y: e * sqrt(x * x), -2.0),
        (lambda x, e, y: exp(0.5 * log(x * x) + y), -2.0),
        (lambda x, e, y: e * sqrt(x) * sqrt(x), -2.0),
        (lambda x, e, y: e * x**1.5 * x**-0.5, -2.0),
        (lambda x, e, y: e * (x * x / x), 0.0),
        (lambda x, e, y: e * ((x + y) - y), 1e-17),
        (lambda x, e, y: exp((y + x) - x) * x, 1e17),
    ],
    ids=["log", "root of square", "log of square", "square of root", "powers", "divisor",
         "rounded factor", "rounded exponent"],
)  # fmt: skip
def test_a_product_is_not_taken_from_one_that_does_not_exist_or_is_less_exact(f, x):
    (_, found), _ = outputs(lambda x, y: [f(x, exp(y), y), x * exp(late(y))], x, 0.5)
    assert found == pytest.approx(x * math.exp(0.5), rel=1e-15)


def test_what_a_sum_has_lost_is_kept():
    def f(x, y):
        lost = ((x + y) - x) - y  # Kahan 1965
        return [y * exp(x + y), y * exp(x) * exp(y), lost * exp(y), (x + lost) * exp(y)]

    numbers = (7.3, 0.1)
    want = [value.data for value in f(*map(Value, numbers))]
    found, compiled = outputs(f, *numbers)
    assert want[2] != 0.0
    assert found == pytest.approx(want, rel=1e-15, abs=0.0)
    assert count(compiled, "exp") == 2


def test_a_root_of_a_square_is_not_the_base():
    code = Code()
    x = code.full(code.var(1, role="input"))

    def made(name, *operands):
        return code.emit(name, operands, (1,))

    root = made("sqrt", made("multiply", x, x))
    double = made("sqrt", made("multiply", 4.0, x))
    power = made("exp", x)
    names = {
        "x": made("multiply", power, x),
        "root": made("multiply", power, made("multiply", root, root)),
        "double": made("multiply", power, made("multiply", double, double)),
    }
    forms = Forms(code)
    found = {instruction.out.var: forms.read(instruction) for instruction in code.instructions}
    kinds = {name: found[view.var].kind for name, view in names.items()}
    assert len(set(kinds.values())) == 3


def test_what_is_not_a_number_stays_so():
    def f(x, y, z):
        return [exp(y + z), exp(y) * exp(z) * (x / x)]

    (one, other), _ = outputs(f, 0.0, 0.5, 0.25)
    assert one == math.exp(0.75)
    assert math.isnan(other)


@pytest.mark.parametrize("constant", [math.inf, -math.inf, math.nan, 1e300, 1e-300, 0.0])
@pytest.mark.parametrize("x", [0.75, 1e220])
def test_constants_of_any_size(constant, x):
    def f(x, y, z):
        power, scaled = exp(constant * log(x)), constant * x
        cube = scaled * scaled * scaled * exp(y)
        equal = [z * exp(y + z), z * exp(y) * exp(z)]
        return [*equal, power * y, scaled * exp(y), cube, y / (exp(y) * scaled), exp(scaled) * y]

    numbers = (x, 0.5, 0.25)
    want = [value.data for value in f(*map(Value, numbers))]
    found, compiled = outputs(f, *numbers)
    assert found == pytest.approx(want, rel=1e-12, abs=0.0, nan_ok=True)
    assert count(compiled, "exp") < 6  # some are shared


def test_what_the_graph_multiplies_by_zero_stays():
    def f(x, y, z):
        return [x * exp(y + z), x * exp(y) * exp(z), 0.0 * x]

    (one, other, zero), compiled = outputs(f, math.inf, 0.5, 0.25)
    assert (one, other, count(compiled, "exp")) == (math.inf, math.inf, 1)
    assert math.isnan(zero)


def test_sums_of_equal_products_are_multiples_or_nothing():
    def f(x, y):
        one, other = x * exp(y + x), x * exp(y) * exp(x)
        return [one + other, one - other, 3.0 * one - other, other - one, -one - other]

    x, y = random(9), random(9, seed=1)
    compiled = compile(f, batch=(0, 0))
    found = np.array(compiled(x, y))
    whole = x * np.exp(y + x)
    np.testing.assert_allclose(found, [2 * whole, 0 * x, 2 * whole, 0 * x, -2 * whole], rtol=1e-14)
    assert count(compiled, "exp") == 1


def test_nothing_is_left_of_a_difference_in_whatever_reads_it():
    def total(x, w):
        gaps = [exp(a + b) * b - exp(a) * (b * exp(b)) for a, b in zip(x, w)]
        return sum(gap * b for gap, b in zip(gaps, w)) + sum(a * a * b for a, b in zip(x, w))

    agrees(total, random(40), random(40, seed=1))


def test_gradients_that_vanish_are_zeros():
    def nothing(x, y):
        return x * exp(0.5 * y * y) * exp(x) - x * exp((y * y + 2.0 * x) * 0.5)

    x, y = random(9), random(9, seed=1)
    values, (by_x, by_y) = compile(nothing, batch=(0, 0)).value_and_grad(x, y, wrt=(0, 1))
    for found in (values, by_x, by_y):
        np.testing.assert_array_equal(found, np.zeros(9))


NAMES = ["exp", "exp", "*", "*", "*", "/", "+", "-", "neg", "log", "sqrt"]
STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)),
    min_size=4, max_size=20,
)  # fmt: skip
FUNCTIONS = {
    "exp": lambda a, b: exp(0.25 * a),
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (b * b + 0.5),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "neg": lambda a, b: -a,
    "log": lambda a, b: log(a * a + 0.5),
    "sqrt": lambda a, b: sqrt(a * a + 0.5),
}


@settings(max_examples=300, deadline=None)
@example(
    [
        ("*", 0, 1),
        ("exp", 2, 0),
        ("*", 0, 2),
        ("*", 1, 0),
        ("*", 0, 3),
        ("exp", 0, 0),
        ("exp", 4, 0),
        ("*", 5, 6),
    ]
)
@given(STEPS)
def test_generated_products_of_exponentials_agree(steps):
    def f(*inputs):
        pool = list(inputs)
        for name, i, j in steps:
            pool.append(FUNCTIONS[name](pool[i % len(pool)], pool[j % len(pool)]))
        return sum(pool[-3:]) + pool[0]

    # loose: differences of numbers up to 1e6 may be all rounding; a fault is larger
    x, y = random(3), random(3, seed=1)
    values, gradients = compile(f, batch=(0, 0)).value_and_grad(x, y, wrt=(0, 1))
    for value, *gradient, numbers in zip(values, *gradients, zip(x, y)):
        want, wanted = eager(f, *numbers)
        if all(abs(number) < 1e6 for number in [want, *wanted]):
            assert value == pytest.approx(want, rel=1e-10, abs=1e-9)
            assert gradient == pytest.approx(wanted, rel=1e-10, abs=1e-9)
