"""Networks as scikit-learn's estimators: its numbers, its checks, its tools."""

import copy
import pickle
import warnings

import numpy as np
import pytest

import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 2))
CLASSES = np.array(["a", "b", "c"])[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0.3)]
TWO = (X[:, 0] * X[:, 1] > 0).astype(int)
NUMBERS = X @ [1.0, -2.0]
OPTIONS = {"hidden_layer_sizes": (2,), "random_state": 3, "max_iter": 5, "batch_size": 5}

SETUPS = {
    "adam": (nn.MLPClassifier, {}, CLASSES),
    "two classes, penalty": (nn.MLPClassifier, {"alpha": 0.5}, TWO),
    "logistic": (nn.MLPClassifier, {"activation": "logistic"}, CLASSES),
    "sgd": (nn.MLPClassifier, {"solver": "sgd", "learning_rate_init": 0.1}, CLASSES),
    "sgd, no look ahead": (nn.MLPClassifier, {"solver": "sgd", "nesterovs_momentum": False}, TWO),
    "sgd, invscaling": (nn.MLPRegressor, {"solver": "sgd", "learning_rate": "invscaling"}, NUMBERS),
    "regression": (nn.MLPRegressor, {"activation": "tanh", "alpha": 0.1}, NUMBERS),
}
# scikit-learn 1.9.1: sum of coefs_[0], coefs_[1][0, 0], intercepts_[1][0], loss_
RECORDED = {
    "adam": [0.1315846735685702, -0.816611216878598, 0.3255060863027534, 1.4024282846548735],
    "two classes, penalty": [
        0.1603757354685683,
        -1.0450317620595608,
        -1.25501038814355,
        1.899558349385112,
    ],
    "logistic": [0.06018873160408265, -0.47147418441917077, 0.1898026678512222, 1.2020905474740824],
    "sgd": [-0.8716216478491202, 0.04141677994495305, 0.1243975110425998, 0.8102657637098588],
    "sgd, no look ahead": [
        0.18229763328613957,
        -1.0192109192965233,
        -1.2297004869219237,
        1.716886695944137,
    ],
    "sgd, invscaling": [
        0.2528224133465244,
        -0.9604396402369191,
        -1.1801006503576832,
        2.9567479246400517,
    ],
    "regression": [
        0.17272661348528634,
        -1.045434904841747,
        -1.2548047078027602,
        2.6667523309454686,
    ],
}


@pytest.mark.parametrize("name", RECORDED)
def test_the_same_seed_gives_scikit_learns_numbers(name):
    kind, options, target = SETUPS[name]
    with pytest.warns(nn.ConvergenceWarning):
        model = kind(**OPTIONS, **options).fit(X, target)
    found = [model.coefs_[0].sum(), model.coefs_[1][0, 0], model.intercepts_[1][0], model.loss_]
    assert found == pytest.approx(RECORDED[name], rel=1e-12)  # rounding of five epochs


def quiet(kind, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(**options).fit(*args)


def test_classes_probabilities_and_scores():
    model = quiet(
        nn.MLPClassifier, X, CLASSES, **OPTIONS | {"max_iter": 300, "learning_rate_init": 0.1}
    )
    chances = model.predict_proba(X)
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert chances.sum(axis=1) == pytest.approx(np.ones(12), rel=1e-12)
    assert model.predict(X).tolist() == model.classes_[chances.argmax(axis=1)].tolist()
    assert model.score(X, CLASSES) == (model.predict(X) == CLASSES).mean() > 0.8
    assert len(model.loss_curve_) == model.n_iter_
    assert [c.shape for c in model.coefs_] == [(2, 2), (2, 3)]


def test_several_labels_and_several_numbers():
    labels = np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(int)
    several = quiet(nn.MLPClassifier, X, labels, **OPTIONS)
    assert several.predict(X).shape == several.predict_proba(X).shape == (12, 2)
    assert set(several.predict(X).ravel()) <= {0, 1}
    numbers = quiet(nn.MLPRegressor, X, np.column_stack([NUMBERS, -NUMBERS]), **OPTIONS)
    assert numbers.predict(X).shape == (12, 2)


def test_partial_fit_is_an_epoch_and_goes_on():
    steps = nn.MLPClassifier(**OPTIONS | {"shuffle": False})
    with pytest.raises(ValueError, match="first call"):
        steps.partial_fit(X, CLASSES)
    steps.partial_fit(X, CLASSES, classes=["a", "b", "c"])
    for _ in range(4):
        steps.partial_fit(X, CLASSES)
    whole = quiet(nn.MLPClassifier, X, CLASSES, **OPTIONS | {"shuffle": False})
    assert steps.loss_curve_ == pytest.approx(whole.loss_curve_, rel=1e-12)
    with pytest.raises(ValueError, match="'d'"):
        steps.partial_fit(X, np.where(CLASSES == "a", "d", CLASSES))


def test_early_stopping_keeps_the_best_weights():
    x = RNG.normal(size=(80, 2))
    model = quiet(nn.MLPRegressor, x, x @ [1.0, -2.0], hidden_layer_sizes=(4,), random_state=0,
                  early_stopping=True, learning_rate_init=0.05, max_iter=60)  # fmt: skip
    assert model.best_validation_score_ == max(model.validation_scores_) > 0.5
    assert model.best_loss_ is None


def test_a_copy_and_a_pickle_predict_the_same():
    model = quiet(nn.MLPClassifier, X, CLASSES, **OPTIONS)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert (other.predict_proba(X) == model.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"solver": "newton"}, "solver"),
        ({"activation": "elu"}, "activation"),
        ({"hidden_layer_sizes": (0,)}, "hidden_layer_sizes"),
        ({"validation_fraction": 1.0}, "validation_fraction must be"),
        ({"alpha": -1.0}, "alpha must be at least 0"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        nn.MLPClassifier(**OPTIONS | options).fit(X, CLASSES)
    with pytest.raises(ValueError, match=r"squared_error here.*nn\.Estimator"):
        nn.MLPRegressor("poisson").fit(X, NUMBERS)


def build(inputs, outputs, hidden=3, activation="tanh"):
    return nn.Sequential(
        nn.Dense(hidden, activation=activation, input_dim=inputs),
        nn.Dense(outputs, activation="sigmoid" if outputs == 1 else "softmax"),
    )


def test_options_of_build_are_options_of_the_estimator():
    model = nn.Estimator(build, epochs=1, random_state=0)
    assert model.get_params()["build__hidden"] == 3
    assert "build__hidden" not in model.get_params(deep=False)
    model.set_params(build__hidden=5, epochs=2).fit(X, CLASSES)
    assert (model.model_[0].nout, model.n_iter_) == (5, 2)
    with pytest.raises(ValueError, match="build has build__hidden, build__activation"):
        model.set_params(build__depth=2)


def test_the_same_seed_gives_the_same_estimator():
    first, second = (nn.Estimator(build, epochs=3, random_state=1).fit(X, TWO) for _ in range(2))
    assert (first.predict_proba(X) == second.predict_proba(X)).all()
    assert first.predict_proba(X).shape == (12, 2)
    assert first.predict(X).tolist() == (first.predict_proba(X)[:, 1] > 0.5).astype(int).tolist()


def test_any_model_will_do_and_a_compiled_one_keeps_its_loss():
    model = nn.MLP(2, [4, 1])
    model.compile("sgd", loss="mae")
    fitted = nn.Estimator(model, kind="regressor", epochs=2, random_state=0).fit(X, NUMBERS)
    assert fitted.model_ is not model
    assert fitted.model_.loss.name == "mae"
    assert not hasattr(fitted, "predict_proba")
    assert fitted.predict(X).shape == (12,)


def test_what_is_no_model_and_no_probability_is_said():
    with pytest.raises(TypeError, match="build has to return a model"):
        nn.Estimator(lambda inputs: inputs).fit(X, TWO)
    raw = nn.Estimator(lambda inputs: nn.MLP(inputs, [3, 3]), loss="cross_entropy", epochs=1)
    raw.fit(X, CLASSES)
    assert set(raw.predict(X)) <= {"a", "b", "c"}
    with pytest.raises(ValueError, match="outputs are probabilities"):
        raw.predict_proba(X)


ESTIMATORS = [
    nn.MLPClassifier(hidden_layer_sizes=(8,), max_iter=100),
    nn.MLPRegressor(hidden_layer_sizes=(8,), max_iter=100),
    nn.Estimator(epochs=60, random_state=0),
    nn.Estimator(epochs=60, random_state=0, kind="regressor"),
]
# trained for too few epochs, as scikit-learn's own are in its suite, and so they say
SHORT = {"check_classifiers_train", "check_regressors_train", "check_class_weight_classifiers"}


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_scikit_learns_own_checks_pass(estimator):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = checks.check_estimator(estimator, on_fail=None, on_skip=None)
    failed = {r["check_name"] for r in results if r["status"] == "failed"}
    passed = sum(r["status"] == "passed" for r in results)
    print(f"{estimator!r}: {passed} of {len(results)} checks passed, not {failed or 'none'}")
    assert failed <= SHORT
    assert passed > 50


def test_pipeline_grid_and_cross_validation():
    selection = pytest.importorskip("sklearn.model_selection")
    from sklearn.base import clone, is_classifier, is_regressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = nn.Estimator(build, epochs=3, random_state=0)
    line = make_pipeline(StandardScaler(), model)
    grid = selection.GridSearchCV(line, {"estimator__build__hidden": [2, 3]}, cv=2).fit(X, TWO)
    assert grid.best_params_["estimator__build__hidden"] in (2, 3)
    steps = clone(nn.MLPRegressor(**OPTIONS | {"max_iter": 200, "tol": 1.0}))
    scores = selection.cross_val_score(steps, X, NUMBERS, cv=2)
    assert scores.shape == (2,)
    assert is_classifier(model)
    assert is_regressor(nn.Estimator(kind="regressor"))


@pytest.mark.filterwarnings("ignore:.*not converged")
def test_permutation_importance_finds_the_column_that_matters():
    inspection = pytest.importorskip("sklearn.inspection")
    x = np.random.default_rng(0).normal(size=(120, 3))
    model = nn.MLPClassifier((4,), max_iter=60, learning_rate_init=0.05, random_state=0)
    model.fit(x, x[:, 1] > 0.0)
    found = inspection.permutation_importance(model, x, x[:, 1] > 0.0, random_state=0)
    # a coin's rate of errors; the others are noise
    assert found.importances_mean[1] == pytest.approx(0.5, abs=0.1)
    assert np.abs(found.importances_mean[[0, 2]]).max() < 0.1


@pytest.mark.filterwarnings("ignore:.*not converged")
@pytest.mark.parametrize(
    "model",
    [
        nn.MLPClassifier((8,), max_iter=20, random_state=0),
        nn.Estimator(nn.MLP(1, [8, 1], activation="tanh", output="sigmoid", rng=0), epochs=20,
                     optimizer=nn.Adam(0.01), random_state=0),
    ],
    ids=["MLPClassifier", "Estimator"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_a_classifier_can_be_calibrated(model, method):
    calibration = pytest.importorskip("sklearn.calibration")
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 1))
    y = np.array(["no", "yes"])[
        (rng.uniform(size=300) < 1.0 / (1.0 + np.exp(-x[:, 0]))).astype(int)
    ]
    found = calibration.CalibratedClassifierCV(model, method=method, cv=3).fit(x, y)
    assert found.classes_.tolist() == ["no", "yes"]
    area = metrics.get_scorer("roc_auc")(model.fit(x, y), x, y)
    assert area == pytest.approx(nn.metrics.auc(y == "yes", model.predict_proba(x)), rel=1e-12)
    chance = found.predict_proba(x)[:, 1]
    # the share of "yes" is what it is said to be: 300 coins have a standard error of 0.03
    assert chance.mean() == pytest.approx((y == "yes").mean(), abs=0.05)
    assert np.abs(chance - 1.0 / (1.0 + np.exp(-x[:, 0]))).mean() < 0.1


def test_one_hot_rows_are_classes():
    def build(inputs, outputs):
        return nn.Sequential([nn.Dense(outputs, input_dim=inputs, activation="softmax")])

    x, y = [[0.0], [1.0], [2.0], [3.0]] * 5, [0, 1, 2, 2] * 5
    rows = np.eye(3)[y]
    of_numbers, of_rows = (nn.Estimator(build, epochs=3, random_state=0) for _ in range(2))
    of_numbers.fit(x, y), of_rows.fit(x, rows)
    np.testing.assert_array_equal(of_rows.predict_proba(x), of_numbers.predict_proba(x))
    np.testing.assert_array_equal(of_rows.predict(x), np.eye(3)[of_numbers.predict(x)])
    assert of_rows.score(x, rows) == of_numbers.score(x, y)
    two = nn.Estimator(build, epochs=1).fit(x[:2], [[0, 1], [1, 0]])
    assert two.predict(x).shape == (20, 2)
