"""NumPy: its functions, comparisons and products on Values and arrays of Values."""

import math

import numpy as np
import pytest

from autograd_core import Value


def test_numpy_functions_work_on_a_value_and_on_an_array_of_values() -> None:
    x = Value(0.5)
    y = np.exp(x) * np.tanh(x)
    y.backward()
    # d/dx exp(x) tanh(x) = exp(x) (tanh(x) + 1 - tanh(x)**2)
    t = math.tanh(0.5)
    assert x.grad == pytest.approx(math.exp(0.5) * (t + 1 - t * t), rel=1e-14)
    array = np.array([Value(0.0), Value(1.0)])
    assert [v.data for v in np.tanh(array)] == [0.0, math.tanh(1.0)]


@pytest.mark.parametrize(
    "name", ["exp2", "log2", "sqrt", "cbrt", "sin", "arctan", "sinh", "log1p", "fabs", "radians",
             "deg2rad", "degrees", "rad2deg", "trunc", "fix"]
)  # fmt: skip
def test_numpys_name_is_ours(name: str) -> None:
    function = getattr(np, name)
    assert function(Value(0.7)).data == pytest.approx(function(0.7), rel=1e-15)
    (element,) = function(np.array([Value(0.7)]))
    assert element.data == pytest.approx(function(0.7), rel=1e-15)


@pytest.mark.parametrize(
    "name", ["hypot", "arctan2", "maximum", "minimum", "logaddexp", "heaviside", "add",
             "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "fmod",
             "logaddexp2"]
)  # fmt: skip
def test_numpys_functions_of_two_operands_take_values_numbers_and_arrays(name: str) -> None:
    function = getattr(np, name)
    for a, b in [(Value(0.5), Value(2.0)), (Value(0.5), 2.0), (0.5, Value(2.0))]:
        expected = float(function(0.5, 2.0))
        assert function(a, b).data == pytest.approx(expected, rel=1e-15)
    (element,) = function(np.array([0.5]), Value(2.0))
    assert element.data == pytest.approx(expected, rel=1e-15)


def test_numpys_functions_keep_the_gradient() -> None:
    v = Value(0.5)
    for result, slope in [
        (np.clip(v, 0.0, 1.0), 1.0),
        (np.clip(v, 0, 0.25), 0.0),  # a Value past the limit as well
        (np.clip(v, Value(0.75), None), 0.0),
        (np.maximum(v, 0.0), 1.0),
        (np.maximum(0.0, v), 1.0),
        (np.logaddexp(0.5, v), 0.5),
        (np.std(np.array([v, Value(1.5)])), -0.5),
        (np.linalg.norm(np.array([v, Value(0.0)])), 1.0),
    ]:
        v.grad = 0.0
        result.backward()
        assert v.grad == pytest.approx(slope, rel=1e-14)


def test_comparisons_in_numpy_are_plain_and_choose() -> None:
    v = Value(0.5)
    assert np.greater(v, 0.0)
    chosen = np.where(np.array([v, -v]) > 0.0, 1.0, 2.0)
    assert chosen.tolist() == [1.0, 2.0]
    assert v.where(np.bool_(True), 3.0).data == 0.5


def test_arrays_and_values_multiply_elementwise_on_both_sides() -> None:
    v, array = Value(2.0), np.array([1.0, 2.0, 3.0])
    for product in (v * array, array * v):
        assert product.dtype == object
        assert [x.data for x in product] == [2.0, 4.0, 6.0]


def test_matrix_times_vector_of_values() -> None:
    A = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    x = np.array([Value(5.0), Value(6.0)])
    y = A @ x
    assert [v.data for v in y] == [17.0, 39.0]
    y[1].backward()
    assert [v.grad for v in A[1]] == [5.0, 6.0]
    assert [v.grad for v in x] == [3.0, 4.0]


@pytest.mark.parametrize("name", ["isnan", "isfinite", "signbit"])
def test_what_numpy_cannot_do_names_the_cure(name: str) -> None:
    with pytest.raises(TypeError, match=rf"np\.{name} does not take a Value; use value\.data"):
        getattr(np, name)(Value(1.0))


def test_divmod_and_trunc_as_pythons() -> None:
    v = Value(-7.5)
    assert [x.data for x in divmod(v, 2.0)] == [*divmod(-7.5, 2.0)]
    assert [x.data for x in divmod(7.5, Value(-2.0))] == [*divmod(7.5, -2.0)]
    assert (math.trunc(v).data, np.fmod(v, 2.0).data) == (-7.0, math.fmod(-7.5, 2.0))
