"""Accuracy: next to zeros, ends and overflows a rule keeps its digits; numbers by mpmath 1.3.0."""

import math

import numpy as np
import pytest

from autograd_core import Value, functional, grad, hessian
from autograd_core.graph import apply
from autograd_core.table import ARRAY, FLOAT, TABLE, Op, lgamma

# what is promised, in units in the last place (tests/benchmarks/accuracy.py measures them all)
VALUE, PARTIAL = 4.0, 16.0

VALUES = {
    ("lgamma", 1.0000001): -5.772155829918507e-08,
    ("lgamma", 1.0000000001): -5.772157125783244e-11,
    ("lgamma", 1.0000000000000002): -1.2816762426960008e-16,
    ("lgamma", 0.9999999999999999): 6.408381213480008e-17,
    ("lgamma", 1.9999999999999998): -9.387698065543117e-17,
    ("lgamma", 2.0000000000000004): 1.8775396131086244e-16,
    ("lgamma", 1.9999999999): -4.2278437004755317e-11,
    ("lgamma", 0.3): 1.0957979948180756,
    ("lgamma", 2.7): 0.4348205536551047,
    ("lgamma", 3.116): 0.8028080613735329,
    ("lgamma", 4.5): 2.4537365708424423,
    ("lgamma", 6.9): 6.3927444564055955,
    ("lgamma", -0.5): 1.2655121234846454,
    ("lgamma", -2.4570247382208006): 5.619192358950097e-17,
    ("lgamma", -2.747682646727413): 1.0234931857070284e-15,
    ("lgamma", -3.3): -0.8243558050174264,
    ("digamma", 1.4616321449683622): -9.241265521729427e-17,
    ("digamma", 1.4616321449683625): 1.2245374622004068e-16,
    ("digamma", 1.46): -0.0015805619870834522,
    ("digamma", 1.5): 0.03648997397857652,
    ("digamma", 0.3): -3.502524222200133,
    ("digamma", 2.2): 0.5442934367411452,
    ("digamma", 9.9): 2.2411803166063815,
    ("digamma", 30.0): 3.384438132685525,
    ("digamma", -0.504083008264455): 4.042965717222496e-15,
    ("digamma", -0.511): -0.06188591976672279,
    ("digamma", -1.5734984731623902): 2.3639573480230873e-15,
}
PARTIALS = {
    ("arcsin", 0.999999999): 22360.68009678968,
    ("arcsin", -0.999999999999): 707114.6025256454,
    ("arcsin", 0.9999999999999999): 67108864.0,
    ("arcsin", 0.3): 1.0482848367219182,
    ("arccos", 0.999999999): -22360.68009678968,
    ("arccos", -0.999999999999): -707114.6025256454,
    ("arccos", 0.9999999999999999): -67108864.0,
    ("arccos", 0.3): -1.0482848367219182,
    ("arctanh", 0.999999999): 500000014.3909661,
    ("arctanh", -0.999999999999): 500011061105.0014,
    ("arctanh", 0.9999999999999999): 4503599627370496.0,
    ("arctanh", 0.3): 1.098901098901099,
    ("arccosh", 1e200): 1e-200,
    ("arccosh", 1.0000000001): 70710.67519157329,
    ("arccosh", 1.0000000000000002): 47453132.81212577,
}
# GELU by tanh, whose 1 + tanh cancels: value and slope
GELU_TANH = {
    -5.0: (-2.291796196629507e-07, -1.5463619875325953e-06),
    -7.5: (-4.016268217514145e-18, -5.423392300521586e-17),
    -12.0: (-1.635985449353491e-61, -5.29040335252259e-60),
    -1.0: (-0.1588080093917233, -0.08296408384578255),
    3.0: (2.996362607918227, 1.0115841666309697),
}
ERFC = {
    3.3: 3.0577097964381654e-06,
    7.7: 1.2942740067717136e-27,
    12.1: 1.2081306636495034e-65,
    20.2: 1.7219587652557267e-179,
    25.9: 1.0202833184732667e-293,
}


def ulps(got: float, wanted: float) -> float:
    return abs(got - wanted) / math.ulp(wanted)


@pytest.mark.parametrize(("name", "x"), VALUES)
def test_values_next_to_zeros(name: str, x: float) -> None:
    op, wanted = TABLE[name], VALUES[name, x]
    # left of 0 the reflection formula costs some digits more where it does not cancel
    limit = VALUE if x > 0.0 else 16.0
    assert ulps(op.value(FLOAT, x), wanted) <= limit
    assert ulps(float(op.value(ARRAY, np.array([x]))[0]), wanted) <= limit


def test_lgamma_at_its_zeros_poles_and_the_smallest_numbers() -> None:
    assert lgamma(1.0) == lgamma(2.0) == 0.0
    assert lgamma(-0.0) == lgamma(-1.0) == lgamma(-4.0) == math.inf
    assert lgamma(5e-324) == pytest.approx(744.4400719213812, rel=1e-15)  # -log(x)
    assert lgamma(-5e-324) == pytest.approx(744.4400719213812, rel=1e-15)


@pytest.mark.parametrize(("name", "x"), PARTIALS)
def test_slopes_next_to_ends_and_far_out(name: str, x: float) -> None:
    op, wanted = TABLE[name], PARTIALS[name, x]
    (slope,) = op.partials(FLOAT, op.value(FLOAT, x), x)
    assert ulps(slope, wanted) <= PARTIAL
    (slopes,) = op.partials(ARRAY, None, np.array([x]))
    assert ulps(float(slopes[0]), wanted) <= PARTIAL


@pytest.mark.parametrize("x", GELU_TANH)
def test_gelu_by_tanh_keeps_its_digits_where_tanh_is_minus_1(x: float) -> None:
    y = Value(x).gelu(approximate="tanh")
    value, slope = GELU_TANH[x]
    # exp amplifies the rounding of its argument, 2u
    limit = PARTIAL + 4.0 * abs(1.6 * x * (1.0 + 0.045 * x * x))
    assert ulps(y.data, value) <= limit
    assert ulps(grad(lambda v: v.gelu(approximate="tanh"))(x), slope) <= limit
    array = float(TABLE["gelu_tanh"].value(ARRAY, np.array([x]))[0])
    assert ulps(array, value) <= limit


@pytest.mark.parametrize("x", [-4e184, -1e200, 1e200, -1e300, 1.7e308])
def test_gelu_by_tanh_has_a_slope_where_squares_overflow(x: float) -> None:
    assert grad(lambda v: v.gelu(approximate="tanh"))(x) == float(x > 0.0)


@pytest.mark.parametrize("x", ERFC)
def test_erfc_of_arrays_keeps_its_digits_in_the_tail(x: float) -> None:
    among = np.array([0.5, x, -x, -0.5])
    result = TABLE["erfc"].value(ARRAY, among)
    assert ulps(float(result[1]), ERFC[x]) <= 8.0  # the rational function's own error, at 26
    np.testing.assert_allclose(result[[0, 3]], [0.4795001221869535, 1.5204998778130465], rtol=5e-16)
    assert ulps(float(result[2]), 2.0 - ERFC[x]) <= VALUE


WIDE = (1e-300, 1e-160, 1e-9, 0.1, 0.5, 0.9, 1.5, 3.0, 40.0, 800.0, 1e9, 1e20, 1e50, 1e160, 1e300)
OF_ONE = [op for op in TABLE.values() if op.arity is not None and op.arity - len(op.defaults) == 1]


@pytest.mark.parametrize("op", OF_ONE, ids=lambda op: op.name)
def test_no_derivative_is_nan_inside_the_domain_at_any_size(op: Op) -> None:
    def function(x: Value) -> Value:
        return apply(op, x, *op.defaults)

    low, high = op.domain[0]
    for x in [x for size in WIDE for x in (size, -size) if low < x < high]:
        found = function(Value(x)).data, grad(function)(x), grad(grad(function))(x)
        assert not [number for number in found if math.isnan(number)], x


@pytest.mark.parametrize("n", [1.0, -1.0, 2.0, 7.0, 1e9, 1e20, -1e50, 1e100])
def test_sinc_is_exact_at_whole_numbers(n: float) -> None:
    sign = -1.0 if n % 2.0 else 1.0  # sinc' = (cos(pi n) - sinc(n)) / n, sinc'' = -2 sinc' / n
    assert Value(n).sinc().data == 0.0
    assert grad(lambda v: v.sinc())(n) == sign / n
    second = grad(grad(lambda v: v.sinc()))(n)
    assert second == pytest.approx(-2.0 * sign / n / n, rel=1e-6, abs=1e-300)  # cos' = 1e-16


@pytest.mark.parametrize("x", [0.9999999999999999, 1.0000000000000002, 1e15 + 0.5])
def test_sinc_next_to_whole_numbers_and_far_out(x: float) -> None:
    wanted = {0.9999999999999999: 1.1102230246251568e-16,
              1.0000000000000002: -2.2204460492503126e-16,
              1e15 + 0.5: 3.1830988618379053e-16}[x]  # fmt: skip
    assert ulps(Value(x).sinc().data, wanted) <= VALUE
    array = float(TABLE["sinc"].value(ARRAY, np.array([x]))[0])
    assert ulps(array, wanted) <= VALUE


def test_the_mixed_derivative_of_a_power_at_exponent_0() -> None:
    # d/db of b a^(b - 1) is 1 / a there
    assert hessian(lambda x: x[0] ** x[1])([2.0, 0.0]) == [[0.0, 0.5], [0.5, math.log(2.0) ** 2]]
    assert grad(lambda a, b: a**b)(0.0, 0.0) == grad(lambda a, b: a**b)(math.nan, 0.0) == 0.0


def test_the_second_derivative_of_logit_overflows_as_it_should() -> None:
    second = grad(grad(lambda v: v.logit()))
    assert second(1e-160) == -math.inf
    assert second(0.3) == pytest.approx(1.0 / 0.7**2 - 1.0 / 0.3**2, rel=1e-14)


def test_second_derivatives_where_a_rule_chooses() -> None:  # jax 0.10.2 and torch 2.13.0
    mixed = hessian(lambda x: functional.xlogy(x[0], x[1]))
    assert mixed([0.0, 0.5]) == [[0.0, 2.0], [2.0, 0.0]]  # the lower half had a 0
    assert mixed([2.0, 0.5]) == [[0.0, 2.0], [2.0, -8.0]]
    assert mixed([0.0, 0.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert hessian(lambda x: functional.elu(x[0], x[1]))([0.0, 2.0])[1] == [1.0, 0.0]


def test_higher_derivatives_of_mish_at_0() -> None:  # mpmath 1.3.0
    third = grad(grad(grad(functional.mish)))
    assert third(0.0) == pytest.approx(-0.096, rel=1e-13)  # -0.256 by way of |x|
    assert grad(third)(0.0) == pytest.approx(-1.1008, rel=1e-13)


def test_a_length_is_flat_at_the_origin_as_abs_is() -> None:
    second = hessian(functional.norm)  # of jax 0.10.2 and torch 2.13.0 it is nan there
    assert second([0.0, 0.0]) == [[0.0, 0.0], [0.0, 0.0]]  # and was a unit matrix
    assert second([0.0]) == [[hessian(abs)(0.0)]]
    assert second([3.0, 0.0]) == [[0.0, 0.0], [0.0, pytest.approx(1 / 3)]]
    assert grad(functional.norm)([0.0, 0.0]) == [0.0, 0.0]
    assert hessian(np.std)(np.array([2.0])) == 0.0  # a function that is 0 everywhere
