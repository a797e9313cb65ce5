"""Threshold units, logic neurons and the perceptron (walkthrough A1 to A6)."""

import random
import re
import warnings

import numpy as np
import pytest

import nn
from nn import data, logic

BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]
# A6: epochs of the perceptron's rule from zero weights, rate 1, in order, worked by hand
GATES = {"AND": ([0, 0, 0, 1], 6), "OR": ([0, 1, 1, 1], 4), "NAND": ([1, 1, 1, 0], 6)}


def outputs(unit, inputs=2):
    return [output for _, output in logic.truth_table(unit, inputs)]


def iris(features, kind):
    table = data.load_iris()
    return table.x[:, features], (table.y == table.target_names.index(kind)).astype(int)


def perceptron(**options):
    return nn.Perceptron(shuffle=False, **options)


# A1


@pytest.mark.parametrize(
    ("gate", "wanted"),
    [
        (logic.and_gate(), [0, 0, 0, 1]),
        (logic.or_gate(), [0, 1, 1, 1]),
        (logic.nand_gate(), [1, 1, 1, 0]),
        (logic.and_not_gate(), [0, 0, 1, 0]),
        (logic.xor_gate(), [0, 1, 1, 0]),
    ],
)
def test_a1_gates_have_their_truth_tables(gate, wanted):
    assert outputs(gate) == wanted


def test_a1_not_has_its_truth_table():
    assert outputs(logic.not_gate(), 1) == [1, 0]


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a1_a_neuron_is_active_when_at_least_m_of_its_n_inputs_are(n):
    for m in range(1, n + 1):
        for bits, output in logic.truth_table(logic.at_least(m, n), n):
            assert output == (sum(bits) >= m)


@pytest.mark.parametrize(("m", "n"), [(0, 2), (3, 2), (1, 0)])
def test_a1_an_impossible_m_of_n_is_an_error(m, n):
    with pytest.raises(ValueError, match="at least"):
        logic.at_least(m, n)


# A2


def test_a2_heaviside_is_0_below_0_and_1_from_0_on():
    unit = nn.ThresholdUnit([1.0])
    assert [unit([x]).data for x in (-1.0, 0.0, 1.0)] == [0.0, 1.0, 1.0]


def test_a2_sign_is_minus_1_0_or_1():
    unit = nn.ThresholdUnit([1.0], activation="sign")
    assert [unit([x]).data for x in (-2.0, 0.0, 2.0)] == [-1.0, 0.0, 1.0]


def test_a2_a_threshold_unit_has_derivative_0():
    unit, x = nn.ThresholdUnit([2.0, 1.0], bias=-1.0), [nn.Value(1.0), nn.Value(3.0)]
    unit(x).backward()
    assert [p.grad for p in [*unit.parameters(), *x]] == [0.0] * 5


def test_a2_a_threshold_unit_is_no_sigmoid():
    with pytest.raises(ValueError, match="'step' or 'sign'"):
        nn.ThresholdUnit([1.0], activation="sigmoid")


# A3


def test_a3_one_unit_tells_setosa_by_its_petals():
    model = perceptron().fit(*iris([2, 3], "setosa"))
    assert model.n_iter_ == 3
    # the published weights, rounded there to one digit; sums of 0.1s carry rounding
    assert model.coef_[0] == pytest.approx([-0.6, -0.8], abs=1e-12)
    assert model.intercept_[0] == 2.0
    assert model.score(*iris([2, 3], "setosa")) == 1.0


# A4


def test_a4_fit_returns_the_estimator_itself():
    model = perceptron()
    assert model.fit(BITS, [0, 0, 0, 1]) is model


def test_a4_what_was_learnt_is_under_scikit_learns_names():
    x, y = data.load_iris()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nn.ConvergenceWarning)
        model = nn.Perceptron(max_iter=20).fit(x, y)
    assert model.coef_.shape == (3, 4)
    assert model.intercept_.shape == (3,)
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.n_features_in_ == 4
    assert model.n_iter_ == 20
    assert model.score(x, y) > 0.6


def test_a4_decisions_are_hard():
    model = perceptron().fit(BITS, [0, 1, 1, 1])
    assert set(model.predict(BITS).tolist()) == {0, 1}
    assert not hasattr(model, "predict_proba")


def test_a4_classes_may_be_names():
    model = perceptron().fit(BITS, ["no", "no", "no", "yes"])
    assert model.predict([[1, 1], [0, 1]]).tolist() == ["yes", "no"]


def test_a4_its_layer_of_threshold_units_decides_the_same():
    x, y = iris([2, 3], "setosa")
    model = perceptron().fit(x, y)
    assert [unit.data for unit in model.layer()(x)] == model.predict(x).tolist()


@pytest.mark.parametrize("y", [[0, 1, 2], [0, 1, 0]])
def test_a4_predictions_on_separable_data_equal_scikit_learns(y):
    sklearn = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    rng = np.random.default_rng(0)
    centres = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0]])
    x = np.concatenate([centre + rng.uniform(-1, 1, (20, 2)) for centre in centres])
    labels = np.repeat(y, 20)
    ours = nn.Perceptron(max_iter=500).fit(x, labels)
    theirs = sklearn.Perceptron(max_iter=500, tol=None).fit(x, labels)
    assert ours.predict(x).tolist() == theirs.predict(x).tolist() == labels.tolist()


def test_a4_scikit_learns_own_checks_pass():
    checks = pytest.importorskip(
        "sklearn.utils.estimator_checks", reason="scikit-learn is not installed"
    )
    linear = pytest.importorskip("sklearn.linear_model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = checks.check_estimator(nn.Perceptron(), on_fail=None, on_skip=None)
        theirs = list(checks.estimator_checks_generator(linear.Perceptron()))
    # a weight scales a step, as theirs does: two rows are two steps (they except themselves too)
    excepted = {"check_sample_weight_equivalence_on_dense_data"}
    failed = {r["check_name"] for r in results if r["status"] not in ("passed", "skipped")}
    assert failed <= excepted
    skipped = {r["check_name"]: str(r["exception"]) for r in results if r["status"] == "skipped"}
    print(f"{len(results)} checks, skipped: {skipped or 'none'}")  # shown by pytest -rP
    # Skipped for what is missing here: pandas, or the variable SCIPY_ARRAY_API. So are their own.
    assert all(re.search("not installed|SCIPY_ARRAY_API", reason) for reason in skipped.values())
    # Not asked of us: options of theirs that the perceptron's rule has not, and sparse tables.
    missing = {check.func.__name__ for _, check in theirs} - {r["check_name"] for r in results}
    assert [m for m in missing if not re.search("sample_weight|class_weight|spars", m)] == []


def test_a4_tol_gives_up_where_nothing_gets_better():
    with pytest.warns(nn.ConvergenceWarning, match="still wrong after"):
        model = perceptron(tol=1e-3).fit(BITS, [0, 1, 1, 0])
    assert model.n_iter_ == len(model.errors_) < 50
    assert min(model.errors_[-5:]) >= min(model.errors_[:-5])


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[0.0, float("nan")]], [1], "contains NaN"),
        ([0.0, 1.0], [0, 1], "Expected 2D array"),
        (BITS, [0, 1], "inconsistent numbers of samples"),
        (BITS, [1, 1, 1, 1], "two classes or more"),
        (BITS, [0.5, 1.5, 0.1, 0.0], "classes, not measurements"),
    ],
)
def test_a4_a_table_that_does_not_fit_is_a_clear_error(x, y, message):
    with pytest.raises(ValueError, match=message):
        perceptron().fit(x, y)


def test_a4_predict_before_fit_is_an_error():
    with pytest.raises(ValueError, match="not fitted yet"):
        perceptron().predict(BITS)


# A5


def test_a5_the_rule_is_a_gradient_step_on_the_perceptron_loss():
    x, y = iris([2, 3], "setosa")
    unit = nn.Neuron(2, activation="linear", init="zeros")
    optimizer = nn.SGD(unit.parameters(), lr=1.0)
    for _ in range(3):
        for row, label in zip(x, y, strict=True):
            optimizer.zero_grad()
            nn.perceptron_loss(unit(row), 2 * int(label) - 1).backward()
            optimizer.step()
    rule = perceptron().fit(x, y)
    assert [w.data for w in unit.w] == rule.coef_[0].tolist()
    assert unit.b.data == rule.intercept_[0]


# A6


@pytest.mark.parametrize("gate", GATES)
def test_a6_separable_gates_converge_in_the_known_number_of_epochs(gate):
    wanted, epochs = GATES[gate]
    model = perceptron().fit(BITS, wanted)
    assert (model.n_iter_, model.converged_) == (epochs, True)
    assert model.predict(BITS).tolist() == wanted


def test_a6_xor_never_converges_and_says_so():
    with pytest.warns(nn.ConvergenceWarning, match="not converged"):
        model = perceptron(max_iter=50).fit(BITS, [0, 1, 1, 0])
    assert not model.converged_
    assert model.n_iter_ == 50


def test_a6_virginica_against_the_rest_never_converges():
    with pytest.warns(nn.ConvergenceWarning):
        perceptron(max_iter=100).fit(*iris([0, 1, 2, 3], "virginica"))


# A7


def test_a7_xor_defeats_one_unit_and_a_small_mlp_solves_it():
    model = nn.MLP(2, [4, 1], activation="tanh", output="sigmoid", rng=0)
    model.compile(nn.Adam(lr=0.1), "binary_crossentropy")
    history = model.fit(BITS, [0, 1, 1, 0], batch_size=None, epochs=200, verbose=0, seed=0)
    assert history["loss"][-1] < 0.01
    assert (model.predict(BITS)[:, 0] > 0.5).tolist() == [False, True, True, False]


def test_an_option_that_is_unknown_leaves_the_others_as_they_are():
    unit = nn.Perceptron()
    with pytest.raises(ValueError, match="Invalid parameter 'eta'"):
        unit.set_params(max_iter=7, eta=2.0)
    assert unit.max_iter == 1000


def test_a_truth_table_of_a_users_own_module():
    class Inverter(nn.Module):
        def __call__(self, x):
            return nn.Value(1.0 - x[0])

    assert logic.truth_table(Inverter(), 1) == [((0,), 1), ((1,), 0)]
    with pytest.raises(ValueError, match="one output, a Value, got 2; pass one unit"):
        logic.truth_table(nn.Layer(1, 2), 1)


SKEW = (
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [2.0, 1.5], [-1.0, -0.5]],
    [0, 0, 0, 1, 1, 0],
)


def test_the_score_of_a_column_of_classes_is_that_of_a_row():
    x, y = SKEW
    model = nn.Perceptron().fit(x, y)
    assert model.score(x, np.reshape(y, (-1, 1))) == model.score(x, y) == 1.0
    with pytest.raises(ValueError, match=r"each of the 6 samples, got shape \(5,\)"):
        model.score(x, y[:-1])


def test_nothing_is_fitted_after_an_error_in_the_first_step():
    model = nn.Perceptron()
    for options, message in (
        ({"classes": [0]}, "two classes or more, got"),
        ({"classes": [0, 2]}, r"got the class .*1.*list all of them"),
    ):
        with pytest.raises(ValueError, match=message):
            model.partial_fit(*SKEW, **options)
        with pytest.raises(ValueError, match="not fitted yet"):
            model.predict(SKEW[0])


def test_an_order_without_a_seed_is_governed_by_the_module_random():
    x, y = SKEW
    ends = []
    for _ in range(2):
        random.seed(5)
        ends.append(nn.Perceptron(random_state=None).fit(x, y).coef_.tolist())
    assert ends[0] == ends[1]
