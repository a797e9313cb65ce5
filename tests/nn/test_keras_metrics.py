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
    with pytest.raises(TypeError, match="Mean is of plain numbers"):
        nn.MLP(1, [1]).compile("sgd", "mse", metrics=[mean])


def test_options_have_kerass_order_and_are_known():
    assert metrics.Precision(0.7).options == {"threshold": 0.7, "each": True}
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
        (lambda y, p: metrics.AUC(multi_label=True, num_labels=2)(y, p), "AUC wants 2 outputs"),
        (lambda y, p: metrics.RecallAtPrecision(1.5)(y, p), "must be"),
        (lambda y, p: metrics.FBetaScore(beta=0.0)(y, p), "beta must be above 0"),
        (lambda y, p: metrics.FBetaScore("mean")(y, p), "no average named 'mean'"),
        (lambda y, p: metrics.TopKCategoricalAccuracy(0)(y, p), "k must be at least 1"),
        (lambda y, p: metrics.TruePositives()(y[:, :2], p), "target of 0 or 1 for each output"),
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


FLAGS = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]], float)
SCORES = np.array([[0.3, 0.8, 0.4], [0.9, 0.6, 0.2], [0.4, 0.7, 0.55], [0.2, 0.1, 0.95]])
OF_OUTPUTS = np.array([[1, 2, 0.5], [3, 1, 1], [0, 2, 1], [1, 1, 4]])


@pytest.mark.parametrize(
    ("name", "options", "of_outputs", "of_columns"),
    [
        ("BinaryAccuracy", {}, 0.8, 0.5833333730697632),
        ("Precision", {}, 0.8461538553237915, 0.75),
        ("Precision", {"top_k": 2}, 0.7931034564971924, 0.5714285969734192),
        ("Recall", {}, 0.8799999952316284, 0.4285714328289032),
        ("TruePositives", {}, 11.0, 3.0),
        ("TrueNegatives", {"thresholds": [0.2, 0.5]}, [2.0, 3.0], [2.0, 4.0]),
        ("AUC", {"multi_label": True}, 0.9090909361839294, 0.444444477558136),
        ("PrecisionAtRecall", {"recall": 0.5}, 1.0, 0.8571428656578064),
    ],
)
def test_weights_of_outputs_and_of_columns_are_kerass(name, options, of_outputs, of_columns):
    for weights, wanted in ((OF_OUTPUTS, of_outputs), ([[2.0, 0.0, 1.0]], of_columns)):
        metric = getattr(metrics, name)(**options)
        metric.update_state(FLAGS[:1], SCORES[:1], sample_weight=weights[:1])
        rest = weights if len(weights) == 1 else weights[1:]
        metric.update_state(FLAGS[1:], SCORES[1:], sample_weight=rest)
        np.testing.assert_allclose(metric.result(), wanted, rtol=1e-6)  # of 32 bits


@pytest.mark.parametrize(
    ("targets", "predictions", "weights", "wanted"),
    [  # Keras 3.15.1
        ([[1], [2], [3], [4]], [[0], [2], [3], [4]], None, 0.75),
        ([1, 0, 1], [0.9, 0.2, 0.3], None, 0.0),
        ([1, 0, 1], [1, 0, 0], [1, 1, 0], 1.0),
        ([[1, 0], [0, 1]], [[1, 0], [1, 0]], [1, 3], 0.25),
        ([[1, 0], [0, 1]], [[1, 0], [1, 1]], [[1, 2], [3, 4]], 0.7),
    ],
)
def test_kerass_accuracy_counts_equal_numbers(targets, predictions, weights, wanted):
    metric = metrics.Accuracy()
    metric.update_state(targets, predictions, sample_weight=weights)
    assert metric.result() == pytest.approx(wanted)
    assert metric.name == "accuracy"


HEIGHTS = np.array([[1.0, 2.0], [0.5, 3.0], [2.0, 1.0]]), np.array([[1.5, 1], [0.7, 2], [1, 1.2]])
ONE_HOT = (
    np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]),
    np.array([[0.7, 0.3], [0.4, 0.6], [0.2, 0.8]]),
)


@pytest.mark.parametrize(  # Keras's, of 32 bits
    ("name", "options", "default", "data", "wanted"),
    [
        ("MeanAbsolutePercentageError", {}, "mean_absolute_percentage_error", HEIGHTS, 40.238098),
        ("MeanSquaredLogarithmicError", {}, "mean_squared_logarithmic_error", HEIGHTS, 0.07111309),
        ("LogCoshError", {}, "logcosh", HEIGHTS, 0.2411454),
        ("Poisson", {}, "poisson", HEIGHTS, 0.671595),
        ("Hinge", {}, "hinge", ONE_HOT, 0.9285714),
        ("SquaredHinge", {}, "squared_hinge", ONE_HOT, 1.1371428),
        ("CategoricalHinge", {}, "categorical_hinge", ONE_HOT, 0.8571428),
        ("KLDivergence", {}, "kl_divergence", ONE_HOT, 0.6237257),
        ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1},
         "binary_crossentropy", ONE_HOT, 0.69545257),
        ("CategoricalCrossentropy", {"from_logits": True},
         "categorical_crossentropy", ONE_HOT, 0.63658196),
        ("SparseCategoricalCrossentropy", {}, "sparse_categorical_crossentropy",
         ([0, 1, 0], ONE_HOT[1]), 0.6237272),
    ],
)  # fmt: skip
def test_losses_are_metrics_of_kerass_names(name, options, default, data, wanted):
    metric = getattr(metrics, name)(**options)
    assert metric(*data, sample_weight=[1.0, 2.0, 0.5]) == pytest.approx(wanted, rel=1e-6)
    assert metric.name == default
    assert not metrics.larger_is_better(metrics.get(metric)[1])


def test_a_loss_as_a_metric_is_measured_in_fit():
    model = nn.MLP(1, [1], rng=0)
    model.compile("sgd", "mse", metrics=[metrics.MeanAbsolutePercentageError(name="mape"), "mape"])
    history = model.fit([[1.0], [2.0]], [1.0, 2.0], epochs=1, verbose=0).history
    assert history["mape"] == history["mape_1"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.AUC(curve="RAC"), "no curve named 'RAC'"),
        (lambda: metrics.AUC(num_thresholds=-1), "num_thresholds must be at least 1"),
        (lambda: metrics.PrecisionAtRecall(recall=-0.1), "recall must be at least 0"),
        (lambda: metrics.FBetaScore(beta=-0.5), "beta must be above 0"),
        (lambda: metrics.F1Score(average="mean"), "no average named 'mean'"),
        (lambda: metrics.Precision(top_k=2)([0, 1], [0.2, 0.9]), "top_k is for several outputs"),
        (lambda: metrics.Recall(class_id=2)([0, 1], [0.2, 0.9]), "0 to 0, got 2"),
        (lambda: metrics.Precision()([0, 1], [0.2, 0.9], [1.0, 2.0, 3.0]), "2 sample weights"),
        (lambda: metrics.CosineSimilarity()(FLAGS, SCORES, OF_OUTPUTS), "wants 4 numbers"),
    ],
)
def test_options_and_weights_that_fit_nothing_are_refused_at_once(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_means_of_rows_count_what_their_row_or_column_does():
    assert metrics.Mean()([[1, 3], [5, 7]], [1, 0]) == 2.0  # keras 3.15.1, as below
    assert metrics.Sum()([[1, 3], [5, 7]], [[1, 0]]) == 6.0


@pytest.mark.parametrize(
    ("classes", "wanted"),
    [(2, {"Precision": 0.5, "Recall": 0.5, "AUC": 0.5}),
     (3, {"Precision": 0.6666666865348816, "Recall": 0.5, "AUC": 0.578125})],
)  # fmt: skip
def test_every_output_of_a_softmax_counts_by_itself(classes, wanted):
    labels = {2: [0, 1, 1, 0], 3: [0, 1, 1, 2]}[classes]
    outputs = {
        2: [[0.6, 0.4], [0.3, 0.7], [0.8, 0.2], [0.45, 0.55]],
        3: [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.8, 0.1, 0.1], [0.4, 0.4, 0.2]],
    }[classes]
    for name, number in wanted.items():  # keras 3.15.1, in 32 bits
        found = getattr(metrics, name)()(np.eye(classes)[labels], outputs)
        assert found == pytest.approx(number, rel=1e-7)


def test_scores_are_called_as_keras_calls_them():
    named = [metrics.F1Score(average="macro"), metrics.R2Score(), metrics.FBetaScore()]
    assert [metric.name for metric in named] == ["f1_score", "r2_score", "fbeta_score"]


def test_an_f1_score_is_one_of_each_output():
    outputs = [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.8, 0.1, 0.1], [0.4, 0.4, 0.2]]
    found = metrics.F1Score()(np.eye(3)[[0, 1, 1, 2]], outputs)
    # keras 3.15.1, in 32 bits; in the last row two outputs are the largest
    assert found == pytest.approx([0.4999999701976776, 0.4999999403953552, 0.0], rel=1e-6)
