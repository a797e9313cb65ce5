"""lgamma, polygamma, and erf and erfc on arrays, against mpmath 1.3.0 (40 digits) and libm."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_core import Value, grad
from autograd_core import functional as F
from autograd_core.table import ARRAY, FLOAT, TABLE, lgamma, polygamma

# (order, x): mpmath.polygamma(order, x)
MPMATH = {
    (0, 1e-05): -100000.57719921567,
    (0, 0.1): -10.423754940411076,
    (0, 1.0): -0.5772156649015329,
    (0, 1.5): 0.03648997397857652,
    (0, 3.3): 1.0348224890596216,
    (0, 20.0): 2.970523992242149,
    (0, 1000.0): 6.907255195648812,
    (0, -0.5): 0.03648997397857652,
    (0, -10.2): 6.694638450417517,
    (0, -33.7): 1.2497605937354663,
    (1, 1e-05): 10000000001.644909,
    (1, 0.1): 101.43329915079275,
    (1, 1.0): 1.6449340668482264,
    (1, 1.5): 0.9348022005446793,
    (1, 3.3): 0.3535015418410618,
    (1, 20.0): 0.05127082293520312,
    (1, 1000.0): 0.0010005001666666333,
    (1, -0.5): 8.934802200544679,
    (1, -10.2): 28.473461217287955,
    (1, -33.7): 15.050176019343121,
    (2, 1e-05): -2000000000000002.0,
    (2, 0.1): -2001.8614573783436,
    (2, 1.0): -2.4041138063191885,
    (2, 1.5): -0.82879664423432,
    (2, 3.3): -0.12375118526494272,
    (2, 20.0): -0.0026281224023146548,
    (2, 1000.0): -1.0010004999998333e-06,
    (2, -0.5): -0.82879664423432,
    (2, -10.2): 247.03920499486458,
    (2, -33.7): -68.83839849580804,
    (3, 1e-05): 5.999999999999999e20,
    (3, 0.1): 60004.51287679026,
    (3, 1.0): 6.493939402266829,
    (3, 1.5): 1.4090910340024372,
    (3, 3.3): 0.08584966733688494,
    (3, 20.0): 0.0002693742213396389,
    (3, 1000.0): 2.003001999999e-09,
    (3, -0.5): 193.40909103400244,
    (3, -10.2): 3768.614261415568,
    (3, -33.7): 769.0208643569722,
    (4, 1e-05): -2.399999999999999e26,
    (4, 0.1): -2400015.6072031953,
    (4, 1.0): -24.88626612344088,
    (4, 1.5): -3.4742498266672253,
    (4, 3.3): -0.08856528474121478,
    (4, 20.0): -4.140597772639667e-05,
    (4, 1000.0): -6.0120099999930004e-12,
    (4, -0.5): -3.4742498266672253,
    (4, -10.2): 74935.51317729411,
    (4, -33.7): -9738.760306237093,
}


@pytest.mark.parametrize(("order", "x"), list(MPMATH))
def test_polygamma(order: int, x: float) -> None:
    # 1e-12: near the zeros of an even order, and of digamma at 1.4616, digits cancel
    assert polygamma(order, x) == pytest.approx(MPMATH[order, x], rel=1e-12)


def test_poles_and_infinities() -> None:
    assert polygamma(0, 0.0) == -math.inf
    assert polygamma(0, -0.0) == math.inf
    assert math.isnan(polygamma(0, -1.0))
    assert polygamma(1, -1.0) == math.inf
    assert (polygamma(0, math.inf), polygamma(1, math.inf)) == (math.inf, 0.0)
    assert math.isnan(polygamma(1, -math.inf))
    assert lgamma(0.0) == lgamma(-3.0) == lgamma(math.inf) == lgamma(1e308) == math.inf


def test_tiny_and_huge_arguments() -> None:
    assert polygamma(1, 1e-200) == math.inf
    assert polygamma(2, 1e-200) == -math.inf
    assert polygamma(3, 1e200) == 0.0


def test_next_to_a_pole() -> None:
    # mpmath 1.3.0 at -1 + 2**-53
    x = math.nextafter(-1.0, 0.0)
    assert polygamma(0, x) == pytest.approx(-9007199254740992.0, rel=1e-12)
    assert polygamma(1, x) == pytest.approx(8.112963841460668e31, rel=1e-12)
    # too near for a float: the sign is that of the leading term, order! / (-x) ** (order + 1)
    assert [polygamma(order, -1e-200) for order in range(4)] == [
        1e200,
        math.inf,
        math.inf,
        math.inf,
    ]
    assert [polygamma(order, -5e-324) for order in range(4)] == [math.inf] * 4


# x: mpmath.erfc(x), mpmath.erf(x)
ERFC = {
    1e-10: 0.999999999887162,
    0.5: 0.4795001221869535,
    1.0: 0.15729920705028513,
    2.5: 0.0004069520174449589,
    5.0: 1.537459794428035e-12,
    10.0: 2.088487583762545e-45,
    26.0: 5.663192408856143e-296,
}
ERF = {
    1e-300: 1.1283791670955126e-300,
    1e-10: 1.1283791670955126e-10,
    0.1: 0.1124629160182849,
    0.5: 0.5204998778130465,
    1.0: 0.8427007929497149,
    2.0: 0.9953222650189527,
    3.0: 0.9999779095030014,
    5.0: 0.9999999999984626,
}
LAST_PLACES = 9e-16  # 4: at the edge of a matrix a BLAS may add in another order
ERRORS = pytest.mark.parametrize("name", ["erf", "erfc"])


def bound(name: str, x: np.ndarray) -> np.ndarray:
    # 1e-15: ten roundings. In erfc, that of x * x is multiplied by the exponential.
    return 1e-15 + (1.2e-16 * x * x if name == "erfc" else 0.0)


@pytest.mark.parametrize(("name", "known"), [("erf", ERF), ("erfc", ERFC)])
def test_erf_and_erfc_of_arrays_beside_mpmath(name: str, known: dict[float, float]) -> None:
    x, want = (np.array([*numbers]) for numbers in (known.keys(), known.values()))
    assert np.all(np.abs(getattr(ARRAY, name)(x) / want - 1.0) <= bound(name, x))


@pytest.mark.parametrize(("name", "low", "high"), [("erfc", -6.0, 26.0), ("erf", -7.0, 7.0)])
def test_erf_and_erfc_of_arrays_beside_the_c_library(name: str, low: float, high: float) -> None:
    x = np.concatenate([np.linspace(low, high, 20_000), np.geomspace(1e-300, 1.0, 1001)])
    want = np.array([getattr(math, name)(a) for a in x.tolist()])
    # 2.3e-16: the last place of the C library
    assert np.all(np.abs(getattr(ARRAY, name)(x) / want - 1.0) <= bound(name, x) + 2.3e-16)


def test_erf_is_odd_and_erfc_is_2_minus_its_mirror_image() -> None:
    x = np.linspace(0.0, 30.0, 10_001)
    np.testing.assert_array_equal(ARRAY.erf(-x), -ARRAY.erf(x))
    np.testing.assert_array_equal(ARRAY.erfc(-x), 2.0 - ARRAY.erfc(x))
    assert np.max(ARRAY.erf(x)) == 1.0


@ERRORS
@pytest.mark.parametrize(
    "shape",
    [(), (0,), (1,), (3, 0), (7,), (12_288,), (12_289,), (3, 5, 1171), (2, 16_384)],
    ids=str,
)
def test_a_number_gives_the_same_in_an_array_of_any_shape(
    name: str, shape: tuple[int, ...]
) -> None:
    function = getattr(ARRAY, name)
    x = np.resize(np.linspace(-3.0, 3.0, 13), shape)
    each = [float(function(np.array(a))) for a in np.linspace(-3.0, 3.0, 13)]
    found = function(x)
    assert found.shape == shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, np.resize(each, shape), rtol=LAST_PLACES)


@ERRORS
def test_an_array_of_any_strides_is_only_read(name: str) -> None:
    function, x = getattr(ARRAY, name), np.linspace(-3.0, 3.0, 10_000).reshape(100, 100)
    x.flags.writeable = False
    kept, want = x.copy(), function(x)
    for view in (
        lambda a: a.T,
        lambda a: a[::-2, 3::5],
        lambda a: a[:, 7][::-3],
        lambda a: np.broadcast_to(a[:, :1], (100, 200)),
    ):
        np.testing.assert_allclose(function(view(x)), view(want), rtol=LAST_PLACES)
    np.testing.assert_array_equal(x, kept)


@ERRORS
@pytest.mark.parametrize("shape", [(100,), (100, 3), (30_000,)], ids=str)
def test_the_result_goes_where_it_is_asked_to(name: str, shape: tuple[int, ...]) -> None:
    function = getattr(ARRAY, name)
    x = np.linspace(-3.0, 2.9, math.prod(shape)).reshape(shape)
    want, wide = function(x), np.zeros((2, *shape, 2))
    for out in (np.empty(shape), wide[0, ..., 1], np.empty((4, *shape)), x):
        assert function(x, out=out) is out
        np.testing.assert_allclose(out, np.broadcast_to(want, out.shape), rtol=LAST_PLACES)
    assert np.count_nonzero(wide) == np.count_nonzero(want)


@ERRORS
def test_threads_share_no_scratch(name: str) -> None:
    function, x = getattr(ARRAY, name), np.linspace(-3.0, 3.0, 100_000)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(function, [x * scale for scale in range(12)]))
    for scale, each in enumerate(found):
        np.testing.assert_array_equal(each, function(x * scale))


@ERRORS
def test_erf_and_erfc_of_arrays_at_the_ends(name: str) -> None:
    x = [0.0, -0.0, math.inf, -math.inf, 30.0, -30.0, 1e300, 1e31, 28.0, -6.0, -6.2]
    found = getattr(ARRAY, name)(np.array([*x, math.nan])).tolist()
    assert found[:-1] == [getattr(math, name)(a) for a in x]
    assert math.copysign(1.0, float(ARRAY.erf(np.array(-0.0)))) == -1.0
    assert math.isnan(found[-1])


@pytest.mark.parametrize("function", [ARRAY.erf, ARRAY.erfc])
def test_results_can_be_written_into_an_array(function):
    a = np.linspace(-3.0, 3.0, 20_000)
    for out in (np.empty(20_000), np.empty((20_000, 2))[:, 1]):
        assert function(a, out) is out
        np.testing.assert_array_equal(out, function(a))


# x: mpmath.erfinv(x)
ERFINV = {
    1e-300: 8.862269254527581e-301, 1e-9: 8.86226925452758e-10, 0.1: 0.08885599049425769,
    0.5: 0.4769362762044699, 0.9: 1.1630871536766743, 0.999999: 3.458910737275499,
    1.0 - 2.0**-53: 5.8635847487551676,
}  # fmt: skip


@pytest.mark.parametrize("x", ERFINV)
def test_erfinv(x: float) -> None:
    assert FLOAT.erfinv(x) == pytest.approx(ERFINV[x], rel=1e-15, abs=0.0)
    assert FLOAT.erfinv(-x) == -FLOAT.erfinv(x)
    assert ARRAY.erfinv(np.array([x, 1.0, -1.0]))[1:].tolist() == [math.inf, -math.inf]


def test_gamma_is_a_factorial_and_has_poles() -> None:
    assert [F.gamma(n + 1.0) for n in range(6)] == [1.0, 1.0, 2.0, 6.0, 24.0, 120.0]
    assert (F.gamma(0.0), F.gamma(-0.0), F.gamma(200.0)) == (math.inf, -math.inf, math.inf)
    assert math.isnan(F.gamma(-2.0))
    # gamma'(1) = -Euler's constant
    assert grad(F.gamma)(1.0) == pytest.approx(-0.5772156649015329, rel=1e-14)


def test_names_of_scipy() -> None:
    x = Value(0.3)
    for theirs, ours in (("expit", "sigmoid"), ("gammaln", "lgamma"), ("psi", "digamma")):
        assert getattr(F, theirs)(0.3) == getattr(F, ours)(0.3) == getattr(x, theirs)().data
    assert F.polygamma(2, 0.3) == x.polygamma(2).data == polygamma(2, 0.3)
    assert grad(lambda v: F.polygamma(1, v))(0.3) == polygamma(2, 0.3)
    np.testing.assert_allclose(
        F.polygamma(1, np.array([0.3, 1.0])), [polygamma(1, 0.3), math.pi**2 / 6], rtol=1e-14
    )


def test_sinc_is_smooth_at_0() -> None:
    # sin(pi x) / (pi x) = 1 - (pi x)^2 / 6 + (pi x)^4 / 120
    pi = math.pi
    assert F.sinc(0.0) == 1.0
    assert grad(F.sinc)(1e-9) == pytest.approx(-(pi**2) / 3 * 1e-9, rel=1e-14)
    assert grad(grad(F.sinc))(0.0) == pytest.approx(-(pi**2) / 3, rel=1e-14)
    assert grad(grad(grad(grad(F.sinc))))(0.0) == pytest.approx(pi**4 / 5, rel=1e-13)
    below, above = (grad(F.sinc)(0.5 / pi * side) for side in (1.0 - 1e-15, 1.0 + 1e-15))
    assert below == pytest.approx(above, rel=1e-14)


def test_rows_of_two_names_are_taken_by_arrays() -> None:
    a = np.array([0.25, 0.5])
    np.testing.assert_allclose(F.logit(a), np.log(a / (1 - a)), rtol=1e-15)
    np.testing.assert_allclose(F.fmod(-7.5, np.array([2.0, -2.0])), [-1.5, -1.5])
    np.testing.assert_allclose(F.xlogy(np.array([0.0, 2.0]), 3.0), [0.0, 2.0 * math.log(3.0)])
    assert math.isnan(F.xlogy(0.0, math.nan))
    assert {"rsqrt", "erfinv", "trunc", "frac", "logaddexp2", "sinc"} < set(TABLE)
