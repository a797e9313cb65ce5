"""Arrays: NumPy's functions on what grad hands to a function, and results of every shape."""

import warnings
from collections import OrderedDict, defaultdict

import numpy as np
import pytest

from autograd_core import Value, grad, gradcheck, hessian, jacobian, jvp, value_and_grad, vjp
from autograd_core import functional as F

X = np.array([0.3, 1.2, -0.5])


@pytest.mark.parametrize(
    ("f", "wanted"),
    [
        (lambda z: np.sum(np.where(z > 0, np.sqrt(np.where(z > 0, z, 1.0)), 0.0)),
         np.where(X > 0, 0.5 / np.sqrt(np.abs(X)), 0.0)),
        (lambda z: np.sum(np.exp(np.append(z, 0.0))), np.exp(X)),
        (lambda z: np.sum(np.tanh(np.concatenate([z, [1.0]]))), 1.0 - np.tanh(X) ** 2),
        (lambda z: np.sum(np.log(np.pad(z**2, 1, constant_values=1.0))), 2.0 / X),
        (lambda z: np.sum(np.sinc(z * 0.0)), 0.0 * X),
        (lambda z: np.sum(np.tanh(np.maximum(z, 0.0))),
         np.where(X > 0, 1.0 - np.tanh(np.maximum(X, 0.0)) ** 2, 0.0)),
        (lambda z: np.sum(np.exp(np.clip(z, 0.0, 1.0))), np.where(X == 0.3, np.exp(X), 0.0)),
        (lambda z: np.sum(np.exp(np.minimum(z, -2.0))), 0.0 * X),  # a plain number in the end
        (lambda z: np.sum(np.exp(np.stack([z, np.zeros(3)]))), np.exp(X)),
        (lambda z: np.sum(np.exp(np.insert(z, 1, 2.0))), np.exp(X)),
        (lambda z: np.sum(np.exp(np.split(z, 3)[1])), np.exp(X) * [0.0, 1.0, 0.0]),
        (lambda z: np.sum(np.exp(F.maximum(z, 0.0))), np.where(X > 0, np.exp(X), 0.0)),
        (lambda z: np.linalg.norm(z), X / np.linalg.norm(X)),
        (lambda z: np.linalg.norm(z * 0.0), 0.0 * X),  # torch 2.13.0: 0, not nan
    ],
)  # fmt: skip
def test_numpys_functions_take_values_and_numbers_alike(f, wanted) -> None:
    assert grad(f)(X) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "joined",
    [
        lambda a, b, c: np.append([a, b], c),
        lambda a, b, c: np.append(a, [b, c]),
        lambda a, b, c: np.insert([a, c], 1, b),
        lambda a, b, c: np.where([1, 0, 0], [a] * 3, np.where([1, 1, 0], b, [c] * 3)),
    ],
)  # fmt: skip
def test_lists_of_values_and_one_value_are_joined(joined) -> None:
    assert [x.data for x in joined(Value(1.0), Value(2.0), Value(3.0))] == [1.0, 2.0, 3.0]


M = np.array([[1.0, 2.0], [0.5, -1.0]])


@pytest.mark.parametrize(  # jax 0.10.2
    ("f", "x", "wanted"),
    [
        (lambda m: np.sum(np.sin(np.linalg.cholesky(m @ m.T + np.eye(2)))), M,
         [-0.03636077337966126, -0.8139266790501638, 0.4436794699783439, 0.5950513246249948]),
        (lambda x: np.sum(np.gradient(x**2, 0.5) ** 2), np.array([1.0, 3.0, -2.0, 0.5]),
         [-140.0, 489.0, -144.0, -47.5]),
    ],
)  # fmt: skip
def test_triangles_and_differences_have_gradients(f, x, wanted) -> None:
    assert grad(f)(x).ravel() == pytest.approx(wanted, rel=1e-12)


B = np.array([[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]])
NAN = np.array([[1.0, np.nan, 3.0, 2.0], [4.0, 5.0, -6.0, 1.0]])
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(  # torch 2.13.0
    ("f", "x", "wanted"),
    [
        (lambda a: np.sum(np.cov(a) * WEIGHTS), B,
         [-2.1666666666666665, -4.916666666666667, 7.083333333333333,
          -4.666666666666666, -8.166666666666666, 12.833333333333334]),
        (lambda a: np.sum(np.corrcoef(a) * WEIGHTS), B,
         [0.8099238707340584, -1.2148858061010877, 0.40496193536702935,
          -0.9256272808389241, 0.5785170505243264, 0.3471102303145976]),
        (lambda a: np.sum(np.nanquantile(a, 0.3, axis=1)), NAN,
         [0.4, 0.0, 0.0, 0.6, 0.0, 0.0, 0.1, 0.9]),
        (lambda a: np.nanquantile(a, 0.3), NAN, [0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8]),
    ],
)  # fmt: skip
def test_statistics_of_arrays_have_pytorchs_gradients(f, x, wanted) -> None:
    assert grad(f)(x).ravel() == pytest.approx(wanted, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.cov(a, rowvar=False), lambda a: np.cov(a[0], a[1], bias=True),
        lambda a: np.cov(a, ddof=0), lambda a: np.cov(a, aweights=[1.0, 2.0, 3.0]),
        lambda a: np.cov(a[0]), lambda a: np.cov(a[0, 1]), lambda a: np.corrcoef(a, rowvar=False),
        lambda a: np.nanmedian(a / (a - 2.0), axis=1), lambda a: np.nanmedian(a, keepdims=True),
        lambda a: np.nanpercentile(a, [[30.0], [60.0]], axis=0),
        lambda a: np.nanquantile(a, 0.3, method="lower"),
        lambda a: np.copysign(a, [0.0, -0.0, -np.inf]), lambda a: np.copysign(2.0, a),
        lambda a: np.linalg.vector_norm(a, keepdims=True),
        lambda a: np.linalg.vector_norm(a, axis=1, ord=3),
        lambda a: np.linalg.vector_norm(a[0], ord=np.inf),
        lambda a: np.ldexp(a, [1, -2, 3]), lambda a: np.linalg.norm([a[0, 0], 2]),
    ],
)  # fmt: skip
def test_numpys_functions_give_numpys_numbers(f) -> None:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of one sample
        found, wanted = f(Value.array(B)), f(B)
    assert np.shape(found) == np.shape(wanted)
    numbers = [getattr(x, "data", x) for x in np.ravel(np.asarray(found, object))]
    np.testing.assert_allclose(numbers, np.ravel(wanted), rtol=1e-13, atol=1e-14)


def test_numpys_refusals_stay() -> None:
    with pytest.raises(ValueError, match="solve wants 2 rows"):
        np.linalg.solve(Value.array(np.eye(2)), np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        np.linalg.cholesky(Value.array(-np.eye(2)))
    with pytest.raises(TypeError, match="plain number"):
        np.gradient(np.ones(3), Value.array([0.0, 1.0, 3.0]))
    whole, upper = Value.array(M @ M.T + np.eye(2)), np.linalg.cholesky(M @ M.T + np.eye(2)).T
    found = np.linalg.cholesky(whole, upper=True)
    assert [getattr(x, "data", x) for x in found.ravel()] == pytest.approx(upper.ravel())


@pytest.mark.parametrize("f", [np.maximum, np.minimum, F.maximum, F.minimum])
def test_a_tie_in_an_array_shares_its_gradient(f) -> None:
    slopes = grad(lambda a, b: np.sum(f(a, b)), (0, 1))(np.ones(2), np.ones(2))
    assert [slope.tolist() for slope in slopes] == [[0.5, 0.5], [0.5, 0.5]]


def test_the_largest_of_an_array_shares_a_tie() -> None:
    assert sum(grad(lambda a: np.max(a))(np.array([2.0, 2.0, 1.0]))) == 1.0


def test_functions_of_plain_arrays_are_plain() -> None:
    assert F.exp(np.zeros((2, 1))).tolist() == [[1.0], [1.0]]
    assert F.maximum(np.array([-1.0, 2.0]), 0.0).dtype == float


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: np.where(x > 0, x * x, -x), 3.0, 6.0),
        (lambda x: np.real(x * x), 3.0, 6.0),
        (lambda x: np.squeeze(x * x), 3.0, 6.0),
        (lambda x: np.reshape(x * x, (1, 1)), 3.0, 6.0),  # as HIPS autograd and PyTorch
        (lambda x: np.tensordot(x * np.ones((2, 2)), np.ones((2, 2)), 2), 1.0, 4.0),
    ],
)
def test_an_array_without_dimensions_is_one_number(f, x, slope) -> None:
    assert grad(f)(x) == pytest.approx(slope)
    assert gradcheck(f, x).ok


@pytest.mark.parametrize("name", ["sum", "prod", "max", "median", "mean", "std", "var"])
def test_numpys_statistics_of_one_value(name: str) -> None:
    assert np.asarray(getattr(np, name)(Value(2.0)), object).item().data == getattr(np, name)(2.0)


def test_of_one_value_there_is_no_axis() -> None:
    with pytest.raises(TypeError, match="axis"):
        np.mean(Value(2.0), axis=0)


@pytest.mark.parametrize("f", [abs, lambda x: x.relu(), lambda x: x.maximum(0.0)])
@pytest.mark.parametrize("one", [1.0, np.float64(1.0), np.float32(1.0), 1])
def test_a_cotangent_may_be_any_number(f, one) -> None:
    assert vjp(f, -1.0)[1](one) == (-1.0 if f is abs else 0.0,)
    assert type(vjp(f, -1.0)[1](one)[0]) is float


def test_lists_of_numpys_numbers() -> None:
    point = [np.float64(2.0), np.float64(3.0)]
    assert jacobian(lambda x: [x[0] * x[1]])(point) == [[3.0, 2.0]]
    assert hessian(lambda x: x[0] * x[1])(point) == [[0.0, 1.0], [1.0, 0.0]]
    assert jacobian(lambda x: x[0] * x[1])((np.float64(2.0), 3)) == (3.0, 2.0)


def test_trees_keep_their_class() -> None:
    slope = grad(lambda p: p["a"] * p["b"])(OrderedDict(a=2.0, b=3.0))
    assert (type(slope), slope) == (OrderedDict, OrderedDict(a=3.0, b=2.0))
    tables = defaultdict(list, a=[1.0, 2.0])
    assert grad(lambda p: p["a"][0] * p["a"][1])(tables)["new"] == []
    assert "new" not in tables


def test_none_is_a_tree_without_numbers() -> None:
    assert grad(lambda p: p["a"] * 2.0)({"a": 1.0, "b": None}) == {"a": 2.0, "b": None}
    assert jacobian(lambda p: [p[0] * 2.0, None])([1.0, None]) == [[2.0, None], None]


def test_has_aux_everywhere() -> None:
    def f(x):
        return x**3, {"twice": 2.0 * x, "text": "any"}

    aux = {"twice": 4.0, "text": "any"}
    assert grad(f, has_aux=True)(2.0) == (12.0, aux)
    assert value_and_grad(f, has_aux=True)(2.0) == ((8.0, aux), 12.0)
    assert jacobian(f, has_aux=True)(2.0) == (12.0, aux)
    assert hessian(f, has_aux=True)(2.0)[0] == 12.0
    assert jvp(f, (2.0,), (1.0,), has_aux=True) == (8.0, 12.0, aux)
    value, pull, besides = vjp(f, 2.0, has_aux=True)
    assert (value, pull(1.0), besides) == (8.0, (12.0,), aux)


@pytest.mark.parametrize("label", [5, 1.0, None, ("a", "b")])
def test_a_label_is_a_text(label) -> None:
    with pytest.raises(TypeError, match="label is a str"):
        Value(1.0, label=label)


def test_a_function_of_an_array_without_dimensions_is_a_number():
    assert F.exp(np.array(0.0)) == 1.0
    assert F.hypot(np.array(3.0), np.array(4.0)) == 5.0
