"""A Perceptron's sample weights, penalties and early stopping, against scikit-learn's numbers."""

import warnings

import numpy as np
import pytest

import nn

# fmt: off
X = np.array([[2.04, -2.56, 0.42], [-0.57, -0.45, -0.22], [-2.02, -0.23, -0.87], [3.32, 0.23,
    -0.35], [-0.28, -0.67, -1.06], [-0.39, 0.48, -0.24], [0.96, -0.2, 0.02], [1.55, 0.55, -0.51],
    [-0.18, 0.54, 1.94], [-0.27, -0.24, 1.0], [-0.89, -0.29, 0.88], [0.58, 0.09, 0.67], [-2.83,
    1.02, -0.96], [-1.67, 0.28, 0.7], [-0.44, -1.08, 0.03], [-0.05, 1.41, 0.75], [0.19, 1.11,
    -0.21], [-0.93, 0.58, 0.58], [-0.21, -0.78, 0.23], [-2.49, 0.69, 0.49], [-1.64, 0.06, -0.96],
    [0.76, -2.03, -0.91], [0.71, 1.16, -2.16], [-0.5, 0.33, -0.61], [1.59, -1.19, 0.35], [-1.05,
    1.41, -0.02], [-0.37, -1.72, 1.68], [0.75, 0.75, 1.14], [0.35, -0.64, -0.8], [-0.8, 1.37,
    -1.46]])
Y = np.array([1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1,
    1, 0])
WEIGHTS = np.array([0.0, 1.64, 0.51, 0.96, 0.69, 0.52, 1.14, 0.0, 1.24, 1.16, 0.21, 0.88, 0.78,
    1.41, 0.0, 0.34, 1.03, 0.81, 1.33, 0.67, 0.39, 0.0, 0.49, 0.29, 0.56, 0.68, 0.45, 1.07, 0.0,
    0.25])
# options, whether samples are weighted, coef_, intercept_ of scikit-learn 1.9.1 after four epochs
RECORDED = [
    ({}, False, [0.46499999999999947, -0.09500000000000025, 0.6649999999999998], 0.55),
        ({}, True, [0.9502000000000005, -0.14744999999999997, 0.6839500000000001],
    0.0050000000000002265),
        ({'penalty': 'l2', 'alpha': 0.01}, False, [1.0558426482657153, -1.264019823781135,
    1.1757869001335655], 0.050000000000000044),
        ({'penalty': 'l2', 'alpha': 0.01}, True, [0.7109387027835654, -0.3411838212584357,
    0.7173511137289825], -0.32999999999999996),
        ({'penalty': 'l1', 'alpha': 0.01}, False, [0.8049999999999995, -0.9949999999999997,
    0.8699999999999998], 0.050000000000000044),
        ({'penalty': 'l1', 'alpha': 0.01}, True, [0.46679999999999944, -0.5968999999999999,
    0.15424999999999925], 0.2450000000000001),
        ({'penalty': 'elasticnet', 'alpha': 0.02, 'l1_ratio': 0.4}, False, [1.178107422868101,
    -0.43919922440431897, 0.8412775432496651], 0.050000000000000044),
        ({'penalty': 'elasticnet', 'alpha': 0.02, 'l1_ratio': 0.4}, True, [0.40076952993391823,
    -0.33525953977622824, 0.48824223217543156], -0.1349999999999998),
]
# fmt: on


def fitted(**options):
    given = {key: options.pop(key) for key in ("sample_weight",) if key in options}
    model = nn.Perceptron(shuffle=False, max_iter=4, eta0=0.5, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, Y, coef_init=[[0.3, -0.2, 0.1]], intercept_init=[0.05], **given)


@pytest.mark.parametrize(("options", "weighted", "coef", "intercept"), RECORDED)
def test_weights_and_penalties_move_as_scikit_learn_s(options, weighted, coef, intercept):
    model = fitted(**options, sample_weight=WEIGHTS if weighted else None)
    assert model.coef_[0] == pytest.approx(coef, rel=1e-12)  # sums in another order
    assert model.intercept_[0] == pytest.approx(intercept, rel=1e-12)
    assert model.t_ == 121.0


def test_a_weight_is_as_many_copies_and_0_leaves_a_sample_out():
    kept = WEIGHTS > 0.0
    zeros = fitted(sample_weight=kept.astype(float))
    without = nn.Perceptron(shuffle=False, max_iter=4, eta0=0.5)
    with pytest.warns(nn.ConvergenceWarning):
        without.fit(X[kept], Y[kept], coef_init=[[0.3, -0.2, 0.1]], intercept_init=[0.05])
    assert (zeros.coef_ == without.coef_).all()
    assert zeros.errors_ == without.errors_
    part = nn.Perceptron().partial_fit(X, Y, classes=[0, 1], sample_weight=np.zeros(30))
    assert not part.coef_.any()


def test_a_weight_is_wanted_for_each_sample():
    with pytest.raises(ValueError, match="sample_weight wants 30 numbers"):
        fitted(sample_weight=[1.0, 2.0])
    with pytest.raises(ValueError, match="no sample counts"):
        fitted(sample_weight=np.zeros(30))
    with pytest.raises(ValueError, match="coef_init wants the shape"):
        nn.Perceptron().fit(X, Y, coef_init=[1.0])


def test_a_penalty_goes_on_where_nothing_is_wrong_any_more():
    model = nn.Perceptron(penalty="l2", alpha=0.1, max_iter=3, shuffle=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit([[-1.0], [1.0]], [0, 1], coef_init=[1.0], intercept_init=[0.0])
    assert model.coef_[0, 0] == pytest.approx(0.9**6, rel=1e-12)
    assert model.n_iter_ == 3


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"penalty": "l3"}, "'l1', 'l2', 'elasticnet' or None"),
        ({"penalty": "l2", "alpha": -1.0}, "alpha wants 0 or more"),
        ({"early_stopping": True, "validation_fraction": 0.001}, "none or all"),
    ],
)
def test_wrong_options_say_what_is_wanted(option, message):
    with pytest.raises(ValueError, match=message):
        nn.Perceptron(**option).fit(X, Y)


def test_early_stopping_stops_when_the_rows_it_keeps_get_no_better():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    y = (x[:, 0] + 0.3 * rng.normal(size=200) > 0.0).astype(int)
    model = nn.Perceptron(early_stopping=True, n_iter_no_change=3).fit(x, y)
    assert 4 <= model.n_iter_ < 100
    assert model.t_ == 1.0 + 180 * model.n_iter_  # a tenth of each class is kept out
    assert model.score(x, y) > 0.8
