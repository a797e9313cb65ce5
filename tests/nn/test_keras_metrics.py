"""Keras's metrics as objects, against keras 3.15.1 (record_keras_metrics.py), and under fit."""

import json
from pathlib import Path

import numpy as np
import pytest

import nn
from nn import metrics

RECORD = json.loads((Path(__file__).parent / "keras_metrics_3_15_1.json").read_text())
DATA = {kind: tuple(np.array(numbers) for numbers in pair) for kind, pair in RECORD["data"].items()}
WEIGHTS = np.array(RECORD["weights"])


@pytest.mark.parametrize("case", RECORD["cases"], ids=lambda case: f"{case[0]} {case[1]} {case[2]}")
@pytest.mark.parametrize("weighted", [False, True])
def test_a_metric_of_two_batches_is_kerass(case, weighted):
    name, options, kind, *wanted = case
    targets, outputs = DATA[kind]
    metric = getattr(metrics, name)(**options)
    for part in (slice(None, 5), slice(5, None)):
        weights = WEIGHTS[part] if weighted else None
        metric.update_state(targets[part], outputs[part], sample_weight=weights)
    found = np.asarray(metric.result())
    assert found.shape == np.shape(wanted[weighted])
    # Keras counts in 32 bits, and adds 1e-7 to what it divides by
    np.testing.assert_allclose(found, wanted[weighted], rtol=2e-6, atol=2e-7)


def test_a_metric_forgets_and_starts_again():
    metric = metrics.Precision()
    assert metric.result() == 0.0
    assert metric([0, 1], [0.9, 0.8]) == 0.5
    assert metric([1], [0.9]) == pytest.approx(2 / 3)  # called, it adds, as Keras's
    metric.reset_state()
    assert metric([1], [0.9]) == 1.0


def test_mean_and_sum_of_the_losses_of_a_loop():
    mean, total = metrics.Mean(name="loss"), metrics.Sum()
    for values, weight in (([1.0, 2.0], None), (nn.Value(5.0), 3.0)):
        mean.update_state(values, weight)
        total.update_state(values, weight)
    assert mean.result() == pytest.approx(RECORD["mean"])
    assert total.result() == 18.0
    with pytest.raises(TypeError, match="Mean is of numbers by themselves"):
        nn.MLP(1, [1]).compile("sgd", "mse", metrics=[mean])


def test_options_have_kerass_order_and_are_known():
    assert metrics.Precision(0.7).options == {"threshold": 0.7}
    assert metrics.PrecisionAtRecall(0.5, 50).options == {"least": 0.5, "num_thresholds": 50}
    assert metrics.FBetaScore("macro", 2.0).options == {"average": "macro", "beta": 2.0}
    assert metrics.TopKCategoricalAccuracy(3, "best").name == "best"
    for wrong in (
        lambda: metrics.PrecisionAtRecall(),
        lambda: metrics.AUC(curves="PR"),
        lambda: metrics.BinaryAccuracy(0.4),
    ):
        with pytest.raises(TypeError, match=r"missing a required argument|unexpected|name is text"):
            wrong()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda y, p: metrics.AUC(curve="RAC")(y, p), "no curve named 'RAC'"),
        (lambda y, p: metrics.AUC(num_thresholds=0)(y, p), "num_thresholds must be at least 1"),
        (lambda y, p: metrics.AUC(label_weights=[1.0])(y, p), "wants multi_label=True"),
        (lambda y, p: metrics.AUC(multi_label=True, num_labels=2)(y, p), "num_labels is 2"),
        (lambda y, p: metrics.RecallAtPrecision(1.5)(y, p), "must be"),
        (lambda y, p: metrics.FBetaScore(beta=0.0)(y, p), "beta must be above 0"),
        (lambda y, p: metrics.FBetaScore("mean")(y, p), "no average named 'mean'"),
        (lambda y, p: metrics.TopKCategoricalAccuracy(0)(y, p), "k must be at least 1"),
        (lambda y, p: metrics.TruePositives()(y[:, :2], p), "a yes or no for each output"),
        (lambda y, p: metrics.top_k_accuracy([7] * 12, p), "classes must be from 0 to 2"),
    ],
)
def test_what_a_metric_cannot_measure_is_a_clear_error(make, message):
    with pytest.raises(ValueError, match=message):
        make(*DATA["many"])


def test_metrics_with_options_are_measured_under_fit_and_kept_in_a_file(tmp_path):
    x, y = np.linspace(-1.0, 1.0, 20)[:, None], (np.arange(20) % 3 == 0).astype(int)
    measured = [
        metrics.AUC(curve="PR", num_thresholds=30),
        metrics.FBetaScore(beta=2.0),
        metrics.TruePositives(),
        metrics.PrecisionAtRecall(0.5),
        metrics.Precision(class_id=0, thresholds=0.4),
        "false_negatives",
    ]
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, rng=0)])
    model.compile("adam", "binary_crossentropy", metrics=measured)
    history = model.fit(x, y, epochs=2, verbose=0)
    names = [
        "auc",
        "fbeta_score",
        "true_positives",
        "precision_at_recall",
        "precision",
        "false_negatives",
    ]
    assert list(history)[1:] == names
    outputs = model.predict(x)
    wanted = [
        metric(y, outputs) if callable(metric) else metrics.false_negatives(y, outputs)
        for metric in measured
    ]
    assert model.evaluate(x, y)[1:] == wanted
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").evaluate(x, y) == model.evaluate(x, y)


def test_several_numbers_are_no_history():
    model = nn.MLP(2, [3], output="softmax", rng=0)
    model.compile("sgd", "categorical_crossentropy", metrics=[metrics.FBetaScore()])
    with pytest.raises(ValueError, match="a history wants one number of a metric, got 3"):
        model.evaluate(np.ones((4, 2)), [0, 1, 2, 0])
    with pytest.raises(TypeError, match="make one for each threshold"):
        model.compile("sgd", "mse", metrics=[metrics.Precision(thresholds=[0.3, 0.5])])


def test_what_is_better_is_known_of_them():
    better = metrics.larger_is_better
    assert better("val_true_positives")
    assert better("precision_at_recall_1")
    assert better("false_positives") is False
    assert better(metrics.get(metrics.AUC(curve="PR"))[1])
    errors = ("mse", "rmse", "mae", "mean_squared", "root_mean", "mean_absolute", "false_")
    for name in metrics.FUNCTIONS:  # all others count what is right, or a share of it
        assert better(name) is not name.startswith(errors), name
    for name in nn.losses.NAMES:  # as a metric a similarity is what its name says (Keras's too)
        assert better(f"val_{name}") is (name == "cosine_similarity"), name


@pytest.mark.parametrize(
    "name",
    [
        "accuracy",
        "binary_accuracy",
        "auc",
        "precision",
        "recall",
        "f1",
        "mse",
        "rmse",
        "mae",
        "cosine_similarity",
        "r2",
    ],
)
def test_a_weight_of_3_is_a_sample_three_times(name):
    metric, copies = metrics.NAMES[name], [1, 2, 3, 4, 5, 6]
    y, p = np.array([0, 1, 1, 0, 0, 1]), np.array([0.2, 0.3, 0.8, 0.7, -0.4, 0.9])
    found = metric(y, p, sample_weight=copies)
    assert found != metric(y, p)
    assert found == pytest.approx(metric(y.repeat(copies), p.repeat(copies)), rel=1e-14)


def test_a_prediction_that_is_no_number_is_no_yes():
    for make, wanted in (
        (metrics.TruePositives, 1.0),  # keras 3.15.1
        (metrics.FalsePositives, 0.0),
        (metrics.FalseNegatives, 1.0),
        (metrics.Recall, 0.5),
    ):
        metric = make(thresholds=[0.5])
        assert metric([1.0, 1.0, 0.0], [np.nan, 0.9, np.nan]) == wanted
    for area in (metrics.AUC(), metrics.AUC(num_thresholds=50)):
        assert np.isnan(area([1.0, 1.0, 0.0], [np.nan, 0.9, 0.1]))


def test_thresholds_may_be_an_array():
    metric = metrics.Precision(thresholds=np.array([0.3, 0.5]))
    assert metric([0, 1], [0.4, 0.6]).tolist() == [0.5, 1.0]
