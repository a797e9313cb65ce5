"""Code pasted from scikit-learn runs: its names, order, defaults and numbers."""

import sys

import numpy as np
import pytest

import nn


@pytest.mark.parametrize(
    ("sizes", "rows"),  # scikit-learn 1.9.1: train_test_split(range(10), **sizes)
    [
        ({"train_size": 0.5}, (5, 5)),
        ({"train_size": 0.75}, (7, 3)),
        ({"test_size": 0.25}, (7, 3)),
        ({"train_size": 3, "test_size": 2}, (3, 2)),
        ({"train_size": 0.55, "test_size": 0.25}, (5, 3)),
        ({}, (7, 3)),
    ],
)
def test_sizes_of_a_split_are_scikit_learns(sizes, rows):
    train, test = nn.data.train_test_split(range(10), random_state=0, **sizes)
    assert (len(train), len(test)) == rows
    assert len({*train, *test}) == sum(rows)


def test_an_unshuffled_split_takes_the_rows_in_order_as_scikit_learn_does():
    train, test = nn.data.train_test_split(range(10), train_size=3, test_size=2, shuffle=False)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2], [3, 4])


def test_a_split_that_leaves_rows_out_keeps_the_shares_of_the_classes():
    y = [0] * 30 + [1] * 10
    parts = nn.data.train_test_split(y, train_size=16, test_size=8, stratify=y, random_state=0)
    assert [part.sum() for part in parts] == [4, 2]


def test_a_split_larger_than_the_table_is_an_error():
    with pytest.raises(ValueError, match="want 11 rows, there are 10; leave one of them out"):
        nn.data.train_test_split(range(10), train_size=8, test_size=3)


def test_stratify_without_shuffle_is_an_error():
    with pytest.raises(ValueError, match="leave shuffle=False out"):
        nn.data.train_test_split(range(4), stratify=[0, 1, 0, 1], shuffle=False)


@pytest.mark.parametrize("make", [nn.data.make_moons, nn.data.make_circles])
def test_unshuffled_points_come_class_by_class(make):
    x, y = make(n_samples=(2, 3), shuffle=False, noise=None)
    assert y.tolist() == [0, 0, 1, 1, 1]
    assert x[0].tolist() == [1.0, 0.0]  # as scikit-learn's, for both


def test_loaders_give_x_and_y_or_a_table_with_scikit_learns_names():
    x, y = nn.data.load_iris(return_X_y=True)
    table = nn.data.load_iris()
    assert isinstance(x, np.ndarray)
    assert (table.data == x).all()
    assert (table["target"] == y).all()
    assert {"data", "target", "feature_names", "target_names"} <= set(table.keys())
    assert nn.data.load_pima(return_X_y=True)[0].shape == (768, 8)
    with pytest.raises(ValueError, match="no part of a table named 'frame'"):
        table["frame"]


def test_a_table_is_a_frame_where_pandas_is(monkeypatch):
    pandas = pytest.importorskip("pandas")
    x, y = nn.data.load_iris(as_frame=True)
    assert (type(x), type(y)) == (pandas.DataFrame, pandas.Series)
    assert x.shape == (150, 4)
    assert (x.columns[0], y.name) == ("sepal_length", "species")
    model = nn.MLP(4, [3], output="softmax", rng=0)
    model.compile("adam", "categorical_crossentropy")
    model.fit(x, y, epochs=1, verbose=0)
    assert model.predict(x).shape == (150, 3)
    with pytest.raises(ValueError, match="wanted"):
        model.predict(x[x.columns[::-1]])


def test_a_frame_without_pandas_names_the_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        nn.data.load_iris(as_frame=True)


def test_standard_scaler_goes_to_mean_0_and_back():
    x = nn.data.load_iris().x
    scaler = nn.data.StandardScaler()
    with pytest.raises(ValueError, match="not fitted yet"):
        scaler.transform(x)
    scaled = scaler.fit_transform(x)
    assert (scaled == nn.data.standardize(x)).all()
    assert scaler.inverse_transform(scaled) == pytest.approx(x, rel=1e-12)  # there and back


def test_one_hot_takes_num_classes():
    assert nn.data.one_hot([0, 1], num_classes=3).shape == (2, 3)


BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_a_perceptron_takes_all_of_scikit_learns_options():
    options = {
        "penalty": None, "alpha": 0.0001, "l1_ratio": 0.15, "fit_intercept": True,
        "max_iter": 1000, "tol": 1e-3, "shuffle": True, "verbose": 0, "eta0": 1.0, "n_jobs": None,
        "random_state": 0, "early_stopping": False, "validation_fraction": 0.1,
        "n_iter_no_change": 5, "class_weight": None, "warm_start": False,
    }  # fmt: skip
    assert nn.Perceptron(**options).get_params() == options  # and in their order
    assert list(nn.Perceptron(**options).get_params()) == list(options)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"penalty": "l3"}, "'elasticnet' or None"),
        ({"class_weight": "even"}, "'balanced' or None, got 'even'"),
    ],
)
def test_options_that_a_perceptron_has_not_say_what_to_do(option, message):
    with pytest.raises(ValueError, match=message):
        nn.Perceptron(**option).fit(BITS, [0, 0, 0, 1])


def test_a_class_weight_multiplies_the_rate():
    one, weighted = (
        nn.Perceptron(shuffle=False, max_iter=1, class_weight=weight) for weight in (None, {1: 3.0})
    )
    with pytest.warns(nn.ConvergenceWarning):
        # in order: 0 is wrong (active at 0), then 1 after it, each once
        moves = [m.fit([[1.0], [2.0]], [0, 1]).intercept_[0] for m in (one, weighted)]
    assert moves == [-1.0 + 1.0, -1.0 + 3.0]


def test_balanced_classes_weigh_what_their_number_says():
    model = nn.Perceptron(shuffle=False, max_iter=1, class_weight="balanced")
    with pytest.warns(nn.ConvergenceWarning):
        model.fit([[1.0], [1.0], [1.0], [2.0]], [0, 0, 0, 1])
    assert model.intercept_[0] == -4 / 6 + 4 / 2


def test_a_verbose_perceptron_prints_each_epoch(capsys):
    model = nn.Perceptron(shuffle=False, verbose=1).fit(BITS, [0, 0, 0, 1])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[-1] == f"epoch {model.n_iter_}: 0 of 4 samples wrong"


def test_metrics_go_by_scikit_learns_names():
    y, said = [0, 1, 1, 0], [0, 1, 0, 1]
    names = ("accuracy_score", "precision_score", "recall_score", "f1_score", "roc_auc_score")
    assert [getattr(nn.metrics, name)(y, said) for name in names] == [0.5] * 5
    assert nn.metrics.r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 1.0


def test_blobs_lie_around_their_centers_and_are_reproducible():
    centers = [[0.0, 0.0], [50.0, 0.0], [0.0, 50.0]]
    x, y = nn.data.make_blobs(n_samples=301, centers=centers, cluster_std=2.0, random_state=4)
    assert np.bincount(y).tolist() == [101, 100, 100]
    for label, center in enumerate(centers):
        cloud = x[y == label]
        # 100 points: the mean of a coordinate is 0.2 off at one deviation, so 1 is five of them
        assert cloud.mean(axis=0) == pytest.approx(np.array(center), abs=1.0)
        assert cloud.std(axis=0) == pytest.approx(np.full(2, 2.0), rel=0.35)  # 5 deviations of 7%
    again = nn.data.make_blobs(n_samples=301, centers=centers, cluster_std=2.0, random_state=4)
    assert (again[0] == x).all()
    assert nn.Perceptron().fit(x, y).score(x, y) == 1.0


def test_blobs_draw_centers_from_their_box_and_come_in_order_unshuffled():
    x, y = nn.data.make_blobs(
        6, 3, centers=2, cluster_std=0.0, center_box=(4.0, 5.0), shuffle=False
    )
    assert y.tolist() == [0, 0, 0, 1, 1, 1]
    assert x.shape == (6, 3)
    assert ((x >= 4.0) & (x <= 5.0)).all()
    with pytest.raises(ValueError, match="cluster_std wants one number of at least 0"):
        nn.data.make_blobs(cluster_std=-1.0)


@pytest.mark.parametrize("name", [
    "accuracy", "binary_accuracy", "mse", "rmse", "mae", "r2", "precision", "recall", "f1", "auc",
])  # fmt: skip
def test_a_metric_of_fewer_predictions_than_targets_is_refused_not_spread_out(name):
    with pytest.raises(ValueError, match="targets"):
        nn.metrics.NAMES[name]([0, 1, 1], [0.7])
