"""NumPy: its functions, comparisons and products on Values and arrays of Values."""

import copy
import math
import pickle

import numpy as np
import pytest

from autograd_core import Value, compile, functional, grad


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


@pytest.mark.parametrize("name", ["spacing", "signbit"])
def test_unsupported_functions_of_numpy_name_the_cure(name: str) -> None:
    with pytest.raises(TypeError, match=rf"np\.{name} does not take a Value; use value\.data"):
        getattr(np, name)(Value(1.0))


def test_divmod_and_trunc_as_pythons() -> None:
    v = Value(-7.5)
    assert [x.data for x in divmod(v, 2.0)] == [*divmod(-7.5, 2.0)]
    assert [x.data for x in divmod(7.5, Value(-2.0))] == [*divmod(7.5, -2.0)]
    assert (math.trunc(v).data, np.fmod(v, 2.0).data) == (-7.0, math.fmod(-7.5, 2.0))


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_an_array_of_values_keeps_the_gradient_through_choices(shape) -> None:
    numbers = np.linspace(-1.0, 2.0, math.prod(shape)).reshape(shape)
    w = Value.array(numbers)
    assert w.shape == shape
    y = np.tanh(np.maximum(w, 0.0)) + np.exp(np.where(w > 0.5, w, 0.0)) + np.clip(w, -3.0, -2.0)
    np.sum(y).backward()
    wanted = (numbers > 0.0) * (1.0 - np.tanh(numbers) ** 2) + (numbers > 0.5) * np.exp(numbers)
    np.testing.assert_allclose([x.grad for x in w.flat], wanted.ravel(), rtol=1e-14)
    tie = Value.array([0.0])
    np.maximum(tie, 0.0)[0].backward()
    assert tie[0].grad == 0.5


def test_operations_are_methods_of_arrays_as_in_pytorch() -> None:
    numbers = np.array([[-1.0, 2.0], [0.5, 0.25]])
    w = Value.array(numbers)
    y = w.tanh() * w.maximum(0.0).leaky_relu(0.1).exp()
    y.sum().backward()
    tanh, slope, power = np.tanh(numbers), numbers > 0.0, np.exp(numbers.clip(0.0))
    np.testing.assert_allclose(w.grad, (1.0 - tanh**2 + tanh * slope) * power, rtol=1e-14)
    (w * w).sum().backward(create_graph=True)
    assert w.grad.dtype == float
    assert np.where(w > 9.0, w, 3.0).exp().tolist() == [[math.exp(3.0)] * 2] * 2  # plain numbers
    for name in ("where", "softmax", "norm", "data_of"):  # an axis there, or nothing
        assert not hasattr(w, name)
    assert copy.deepcopy(w).shape == pickle.loads(pickle.dumps(w)).shape == (2, 2)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("norm", lambda a: np.linalg.norm(np.outer(a, a), 2)),
        ("isin", lambda a: np.isin(a, [1.0])),
        ("array_equiv", lambda a: np.array_equiv(a, a)),
        ("svd", lambda a: np.linalg.svd(np.outer(a, a))),
        ("pinv", lambda a: np.linalg.pinv(np.outer(a, a) + np.eye(3))),
    ],
)
def test_functions_that_need_plain_numbers_say_so(name: str, call) -> None:
    with pytest.raises(TypeError, match=rf"np\.{name} does not take a Value; use value\.data"):
        call(Value.array([1.0, 2.0, 4.0]))


def test_an_error_of_the_users_function_is_not_replaced() -> None:
    def wrong(row):
        raise AttributeError("mine")

    with pytest.raises(AttributeError, match="mine"):
        np.apply_along_axis(wrong, 0, Value.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "options",
    [{}, {"ord": 2, "axis": 1}, {"axis": -1}, {"axis": 0, "keepdims": True}, {"axis": (0, 2)},
     {"ord": "fro", "axis": (1, 2)}, {"axis": 1, "ord": 1}, {"axis": 0, "ord": np.inf}],
)  # fmt: skip
def test_lengths_along_any_axes_are_numpys(options) -> None:
    numbers = np.random.default_rng(0).normal(size=(2, 3, 4))
    wanted = np.linalg.norm(numbers, **options)
    found = np.linalg.norm(Value.array(numbers), **options)
    assert np.shape(found) == np.shape(wanted)
    got = [y.data for y in np.asarray(found, object).flat]
    np.testing.assert_allclose(got, np.ravel(wanted), rtol=1e-14)


def test_a_length_at_the_origin_has_slope_0() -> None:
    w = Value.array([[0.0, 0.0], [3.0, 4.0]])
    np.linalg.norm(w, axis=1).sum().backward()
    assert [x.grad for x in w.flat] == [0.0, 0.0, 0.6, 0.8]


def numbers(result) -> list[float]:
    flat = np.ravel(np.asarray(result, object))
    return [x.data if isinstance(x, Value) else float(x) for x in flat]


# The reference is NumPy on plain numbers; on arrays of objects some of its functions miss nan.
MIXED = [1.0, np.nan, np.inf, -np.inf, -2.0]


@pytest.mark.parametrize(
    "f",
    [
        np.nan_to_num,
        lambda a: np.nan_to_num(a, nan=1.0, posinf=7.0, neginf=-7.0),
        lambda a: np.fmax(a, [0.0, 3.0, np.nan, 1.0, np.nan]),
        lambda a: np.fmin(a, [0.0, 3.0, np.nan, 1.0, np.nan]),
        lambda a: np.fmax.reduce(a),
        lambda a: np.nansum(a[:2]),
        lambda a: np.nanmean(a[[0, 1, 4]]),
        np.nanmax,
        lambda a: np.max(a[[0, 4, 0, 4]].reshape(2, 2)),
        lambda a: np.min(a[[0, 4, 0, 4]].reshape(2, 1, 2), axis=(0, 2)),
        lambda a: np.array_equal(a, MIXED),
        lambda a: np.array_equal(a, MIXED, equal_nan=True),
        lambda a: np.array_equal(a[0], 1.0),
    ],
)
def test_numpys_functions_see_nan_and_equal_numbers_in_arrays_of_values(f) -> None:
    np.testing.assert_array_equal(numbers(f(Value.array(MIXED))), numbers(f(np.array(MIXED))))


def test_numbers_that_are_put_in_for_nan_have_no_slope() -> None:
    w = Value.array(MIXED)
    np.sin(np.nan_to_num(w))[[0, 1, 4]].sum().backward()
    assert [x.grad for x in w] == [math.cos(1.0), 0.0, 0.0, 0.0, math.cos(-2.0)]


@pytest.mark.parametrize("order", [None, 0, 0.5, 1, 2, 3, -1, -2, np.inf, -np.inf])
def test_a_length_of_any_order_is_numpys_and_flat_at_the_origin(order) -> None:
    vector = [3.0, -4.0, 1.5]
    found = np.linalg.norm(Value.array(vector), order)
    assert numbers(found) == pytest.approx(numbers(np.linalg.norm(vector, order)), rel=1e-15)
    origin = Value.array([0.0, 0.0])
    y = np.linalg.norm(origin, order)
    assert numbers(y) == [0.0]
    if isinstance(y, Value):
        y.backward()
    assert [x.grad for x in origin] == [0.0, 0.0]


@pytest.mark.parametrize(
    "f",
    [
        np.sinc,
        np.linalg.norm,
        np.nan_to_num,
        np.ravel,
        np.shape,
        np.ndim,
        np.max,
        np.median,
        lambda v: np.reshape(v, (1, 1)),
        lambda v: np.where(v > 0.0, v, -1.0),
        lambda v: np.stack([v, v]),
        lambda v: np.tile(v, 3),
        lambda v: np.linspace(v, 1.0, 3),
    ],
)
def test_numpys_functions_take_a_value_as_an_array_without_dimensions(f) -> None:
    found, wanted = f(Value(0.25)), f(np.array(0.25))
    assert np.shape(found) == np.shape(wanted)
    assert numbers(found) == numbers(wanted)


def test_a_value_and_an_array_broadcast_in_functional_and_in_powers() -> None:
    v, array = Value(2.0), np.array([1.0, 3.0])
    assert numbers(functional.maximum(v, array)) == [2.0, 3.0]
    assert numbers(functional.hypot(array, v)) == np.hypot(array, 2.0).tolist()
    assert numbers(v**array) == [2.0, 8.0]
    assert numbers(array**v) == [1.0, 9.0]
    assert numbers(v ** Value.array(array)) == [2.0, 8.0]


MATRIX = [[2.0, -1.0, 0.5], [0.25, 3.0, 1.0], [-1.5, 0.5, 0.0]]


# The slopes are of the sum of all results; recorded from JAX 0.10.2.
@pytest.mark.parametrize(
    ("f", "slopes"),
    [
        (np.linalg.det, [-0.5, -1.5, 4.625, 0.25, 0.75, 0.5, -2.5, -1.875, 6.25]),
        (np.linalg.inv,
         [0.9125925925925927, 0.8711111111111112, -3.7748148148148153, 0.5214814814814815,
          0.4977777777777778, -2.157037037037037, 0.651851851851852, 0.6222222222222223,
          -2.6962962962962966]),
        (lambda a: np.linalg.solve(a, [1.0, 2.0, 3.0]),
         [2.488888888888889, 1.8666666666666667, -8.088888888888889, 1.422222222222222,
          1.0666666666666667, -4.622222222222222, 1.777777777777778, 1.3333333333333335,
          -5.777777777777778]),
        (lambda a: np.linalg.slogdet(a)[1],
         [-0.17777777777777784, -0.5333333333333333, 1.6444444444444446, 0.08888888888888889,
          0.26666666666666666, 0.17777777777777778, -0.888888888888889, -0.6666666666666666,
          2.2222222222222223]),
    ],
)  # fmt: skip
def test_systems_of_equations_are_solved_and_differentiated(f, slopes) -> None:
    for matrices in (np.array(MATRIX), np.array([MATRIX, np.transpose(MATRIX)])):
        a = Value.array(matrices)
        found, wanted = f(a), f(matrices)
        assert np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(numbers(found), np.ravel(wanted), rtol=1e-13)
        np.sum(found).backward()
        ours = [x.grad for x in np.ravel(a)[:9]]
        np.testing.assert_allclose(ours, slopes, rtol=1e-12, atol=1e-13)


def test_a_determinant_has_its_slope_at_a_singular_matrix_and_a_large_one_is_numpys() -> None:
    a = Value.array([[1.0, 2.0], [2.0, 4.0]])
    np.linalg.det(a).backward()
    assert [x.grad for x in a.flat] == [4.0, -2.0, -2.0, 1.0]  # the cofactors
    large = np.random.default_rng(0).normal(size=(8, 8))
    found = np.linalg.det(Value.array(large))
    assert found.data == pytest.approx(np.linalg.det(large), rel=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        np.linalg.inv(a)
    with pytest.raises(np.linalg.LinAlgError, match=r"square matrices.*\(2,\)"):
        np.linalg.det(a[0])


def slopes_of(f, x) -> list[float]:
    w = Value.array(x)
    np.sum(f(w)).backward()
    return [number.grad for number in w.flat]


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [  # torch 2.13.0: amax, amin and std; the others are what the formulas say
        (np.max, [1.0, 3.0, 3.0, 3.0], [0.0, 1 / 3, 1 / 3, 1 / 3]),
        (lambda a: a.min(axis=1), [[1.0, 1.0], [3.0, 2.0]], [0.5, 0.5, 0.0, 1.0]),
        (np.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
        (lambda a: np.std(a[0]), [2.0], [0.0]),
        (np.vstack, [1.0, 2.0], [1.0, 1.0]),
        (lambda a: np.vstack(a, dtype=None), [1.0, 2.0], [1.0, 1.0]),
        (np.hstack, [1.0, 2.0], [1.0, 1.0]),
        (lambda a: a.std(ddof=1), [1.0, 2.0, 4.0],
         [-0.4364357804719848, -0.1091089451179962, 0.5455447255899811]),
        (lambda a: np.clip(a, 0.0, None), [-1.0, 0.0, 1.0], [0.0, 1.0, 1.0]),
        (lambda a: a.clip(max=0.0), [-1.0, 0.0, 1.0], [1.0, 1.0, 0.0]),
        (lambda a: np.interp(a, [0.0, 1.0, 3.0], [0.0, 2.0, 0.0]), [-1.0, 0.5, 2.0, 4.0],
         [0.0, 2.0, -1.0, 0.0]),
        (lambda a: np.interp(0.25, [0.0, 1.0], a), [1.0, 2.0], [0.75, 0.25]),
        (lambda a: np.quantile(a, 0.3), [5.0, 1.0, 2.0], [0.0, 0.4, 0.6]),
        (lambda a: np.linalg.norm(a, np.inf, keepdims=True), [[1.0, -2.0], [0.5, 0.0]],
         [1.0, -1.0, 0.0, 0.0]),
    ],
)  # fmt: skip
def test_slopes_where_numpys_own_code_loses_them(f, x, slopes) -> None:
    assert slopes_of(f, x) == pytest.approx(slopes, rel=1e-14, abs=1e-15)
    found, wanted = f(Value.array(x)), f(np.array(x))
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(numbers(found), np.ravel(wanted), rtol=1e-15)


@pytest.mark.parametrize(
    "f",
    [
        np.isnan, np.isinf, np.isfinite, np.logical_not,
        lambda a: np.logical_and(a, [1.0, 0.0, 1.0, 0.0, 2.0]),
        lambda a: np.logical_xor(a, [1.0, 0.0, 1.0, 0.0, 2.0]),
        lambda a: np.isclose(a, MIXED, equal_nan=True),
        lambda a: np.quantile(a, [0.25, 0.5]),
        lambda a: np.percentile(a[[0, 4]], [[10.0], [50.0]]),
        lambda a: np.interp(a, [0.0, 1.0, 3.0], [0.5, 2.0, 0.0], left=-1.0, right=7.0),
        lambda a: np.quantile(a[[0, 4, 0, 4]].reshape(2, 2), 0.25, axis=0, keepdims=True),
    ],
)  # fmt: skip
def test_plain_results_and_choices_are_numpys(f) -> None:
    with np.errstate(invalid="ignore"):
        found, wanted = f(Value.array(MIXED)), f(np.array(MIXED))
    assert np.shape(found) == np.shape(wanted)
    if np.asarray(wanted).dtype == bool:
        assert found.dtype == bool
    np.testing.assert_allclose(numbers(found), np.ravel(wanted), rtol=1e-15)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.exp(np.maximum(x, 0.0))),
        lambda x: np.max(x) * np.sum(np.tanh(np.where(x > 0, x, 0.0))),
        lambda x: np.sum(np.clip(x, 0.0, 1.0)) + np.linalg.norm(0.0 * x),
        lambda x: np.linalg.det(np.outer(x, x) + np.eye(4)),
    ],
)
def test_a_compiled_function_gets_the_same_arrays_as_grad_gives(f) -> None:
    x = np.array([-1.0, 0.0, 2.0, 2.0])
    value, slopes = compile(f).value_and_grad(x)
    assert value == pytest.approx(f(x), rel=1e-14)
    np.testing.assert_allclose(slopes, grad(f)(x), rtol=1e-13, atol=1e-15)
