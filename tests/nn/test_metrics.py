"""Metrics, as Keras and scikit-learn define them."""

import math

import numpy as np
import pytest

import nn
from nn import metrics
from nn.metrics.metric import Weighted, measure

TRUE, SAID = [0, 1, 1, 0, 1], [0.1, 0.8, 0.4, 0.6, 0.9]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("accuracy", 3 / 5), ("precision", 2 / 3), ("recall", 2 / 3), ("f1", 2 / 3)],
)
def test_metrics_on_classes(name, wanted):
    assert metrics.get(name)[1](TRUE, SAID) == pytest.approx(wanted)


def test_metrics_on_numbers():
    y, p = [1.0, 2.0, 3.0], [1.0, 3.0, 5.0]
    assert metrics.mean_squared_error(y, p) == pytest.approx(5 / 3)
    assert metrics.root_mean_squared_error(y, p) == pytest.approx(math.sqrt(5 / 3))
    assert metrics.mean_absolute_error(y, p) == 1.0
    assert metrics.r2(y, p) == pytest.approx(1 - 5 / 2)


def test_accuracy_takes_class_numbers_and_one_hot_rows():
    outputs = [[0.1, 0.9], [0.8, 0.2]]
    assert metrics.accuracy([1, 1], outputs) == metrics.accuracy([[0, 1], [0, 1]], outputs) == 0.5


def test_accuracy_of_logits_divides_at_0():
    model = nn.MLP(1, [1])
    model.compile("sgd", "hinge", ["accuracy"])
    model.set_weights([[[1.0]], [0.0]])
    assert model.evaluate([[0.2], [-0.2]], [1, -1])[1] == 1.0


def test_confusion_matrix_counts_true_rows_by_predicted_columns():
    assert metrics.confusion_matrix([0, 1, 2, 2], np.eye(3)[[0, 2, 2, 1]]).tolist() == [
        [1, 0, 0], [0, 0, 1], [0, 1, 1],
    ]  # fmt: skip


# From Keras 3.15 and scikit-learn 1.9 on the same small tables.
PAIRS = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])


CHANCES = np.array([[0.9, 0.6], [0.2, 0.5], [0.4, 0.8]])


def test_binary_accuracy_counts_every_output_and_accuracy_every_sample():
    assert metrics.binary_accuracy(PAIRS, CHANCES) == pytest.approx(4 / 6)
    assert metrics.accuracy(PAIRS, CHANCES) == pytest.approx(1 / 3)


def test_r2_of_several_outputs_is_their_mean():
    # by hand: 1 - 0.41 / (2/3) and 1 - 0.65 / (2/3), as sklearn.metrics.r2_score
    assert metrics.r2(PAIRS, CHANCES) == pytest.approx(((1 - 0.41 * 1.5) + (1 - 0.65 * 1.5)) / 2)


@pytest.mark.parametrize(("said", "wanted"), [([1.0, 1.0], 1.0), ([1.0, 2.0], 0.0)])
def test_r2_of_targets_that_do_not_vary(said, wanted):
    assert metrics.r2([1.0, 1.0], said) == wanted


def test_auc_of_all_ties_is_a_half_and_of_one_class_is_nan():
    assert metrics.auc([0, 1, 0, 1], [0.5] * 4) == 0.5
    assert np.isnan(metrics.auc([1, 1], [0.1, 0.2]))


def test_class_numbers_are_compared_with_class_numbers():
    assert metrics.accuracy([0, 1, 2, 2], [0, 1, 2, 1]) == 0.75
    assert metrics.confusion_matrix([0, 1, 2], [0, 2, 2]).tolist() == [
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 1],
    ]


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "auc"])
def test_a_metric_of_two_classes_refuses_three(name):
    for targets, said in (([0, 1, 2], [0.1, 0.9, 0.5]), ([0, 1, 1], np.eye(3))):
        with pytest.raises(ValueError, match="is of two classes, got 3; compare one with the rest"):
            metrics.NAMES[name](targets, said)


def test_metrics_are_given_as_keras_objects_and_classes():
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, kernel_initializer="ones")])
    model.compile(
        "sgd",
        "binary_crossentropy",
        metrics=[
            nn.metrics.BinaryAccuracy(name="acc", threshold=0.9),
            nn.metrics.AUC,
            nn.metrics.Precision(),
            nn.metrics.Recall(),
        ],
    )
    scores = model.evaluate([[-1.0], [1.0], [3.0]], [0, 1, 1], return_dict=True)
    # sigmoid(1) = 0.73 is above 1/2 and below 0.9
    assert list(scores.values())[1:] == [2 / 3, 1.0, 1.0, 1.0]
    assert list(scores)[1:] == ["acc", "auc", "precision", "recall"]


def test_a_metric_has_its_threshold_by_either_name_and_never_for_its_name():
    for name in ("threshold", "thresholds"):
        assert nn.metrics.Recall(**{name: 0.3})([1, 1], [0.4, 0.2]) == 0.5
    with pytest.raises(TypeError, match=r"a metric's name is text, got 0\.3"):
        nn.metrics.BinaryAccuracy(0.3)


def test_metrics_of_one_name_are_told_apart_and_none_takes_the_loss_s_place():
    model = nn.MLP(2, [1], rng=0)
    rest = nn.metrics.MeanAbsoluteError(name="loss")
    model.compile(loss="mse", metrics=[lambda t, p: 1.0, lambda t, p: 2.0, rest])
    assert model.metrics_names == ["loss", "<lambda>", "<lambda>_1", "loss_1"]
    mse, one, two, mae = model.evaluate([[1.0, 2.0], [0.5, 0.0]], [1.0, 0.0])
    assert (one, two) == (1.0, 2.0)
    assert mse != mae


def test_metrics_names_are_what_evaluate_returns():
    model = nn.Sequential(nn.Dense(1, input_dim=2, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", metrics=["accuracy", "auc"])
    assert model.metrics_names == ["loss", "accuracy", "auc"]
    assert len(model.evaluate([[0.0, 1.0], [1.0, 0.0]], [0, 1])) == 3


@pytest.mark.parametrize("metric", [metrics.accuracy, metrics.r2, metrics.f1, metrics.auc])
def test_what_no_metric_can_measure_is_a_clear_error(metric):
    with pytest.raises(ValueError, match="at least one sample, got none"):
        metric([], [])
    with pytest.raises(ValueError, match="wants numbers, got 'cat'; turn text into numbers"):
        metric(["cat", "dog"], [0.5, 1.0])  # of names on both sides accuracy has a share


# scikit-learn 1.9.1: accuracy_score and confusion_matrix of class numbers
CLASS_NUMBERS = [
    ([1, 0, 0, -1, -1, -1, -1, -1], [-1, 1, 0, 1, 0, 0, 1, 1], 0.125,
     [[0, 2, 3], [0, 1, 1], [1, 0, 0]]),
    ([2, 2, 2, 2, 1, 2, 2, 1], [1, 2, 2, 1, 2, 2, 2, 1], 0.625, [[1, 1], [2, 4]]),
    ([-2, -1, -2, -1, -2, -2, -2, -2], [-2, -2, -2, -2, -2, -1, -1, -1], 0.375, [[3, 3], [2, 0]]),
    ([0, 2, 2, 0, 0, 2, 2, 2], [0, 2, 2, 2, 2, 2, 2, 0], 0.625, [[1, 2], [1, 4]]),
    ([9, 5, 7, 9, 9, 7, 7, 5], [7, 7, 9, 9, 5, 9, 7, 7], 0.25, [[0, 2, 0], [0, 1, 2], [1, 1, 1]]),
    ([1, 1, 0, 0, 1, 1, 1, 0], [1, 0, 0, 1, 0, 0, 1, 1], 0.375, [[1, 2], [3, 2]]),
    ([-1, -1, -1, 1, -1, 1, -1, -1], [1, 1, -1, -1, 1, -1, 1, -1], 0.25, [[2, 4], [2, 0]]),
    ([3, 3, 3], [3, 3, 3], 1.0, [[3]]),
]  # fmt: skip


@pytest.mark.parametrize(("true", "said", "share", "matrix"), CLASS_NUMBERS)
def test_class_numbers_may_be_any_whole_numbers_as_in_sklearn(true, said, share, matrix):
    assert metrics.accuracy_score(true, said) == share
    assert metrics.confusion_matrix(true, said).tolist() == matrix


# scikit-learn 1.9.1: precision_score, recall_score, f1_score, and roc_auc_score of the scores
TWO_NUMBERS = [
    ([2, 1, 2, 2, 2, 1, 2, 1], [2, 1, 2, 1, 2, 1, 2, 2],
     [0.3, 0.67, 0.2, 0.94, 0.37, 0.11, 0.63, 0.93], [2 / 3, 2 / 3, 2 / 3], 0.4666666666666667),
    ([0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 0, 1, 1, 1, 0, 0],
     [0.76, 0.5, 0.53, 0.79, 0.41, 0.73, 0.71, 0.93], [0.2, 1.0, 1 / 3], 0.8571428571428572),
    ([-1, -1, -1, 1, 1, 1, 1, 1], [1, -1, -1, 1, -1, 1, 1, 1],
     [0.15, 0.97, 0.89, 0.82, 0.48, 0.23, 0.8, 0.92], [0.8, 0.8, 0.8], 0.4),
    ([7, 0, 0, 7, 7, 0, 0, 7], [7, 0, 7, 7, 0, 7, 7, 0],
     [0.72, 0.02, 0.76, 0.51, 0.93, 0.07, 0.84, 0.07], None, 0.59375),
]  # fmt: skip


@pytest.mark.parametrize(("true", "said", "scores", "wanted", "area"), TWO_NUMBERS)
def test_metrics_of_two_classes_count_class_1_as_in_sklearn(true, said, scores, wanted, area):
    assert metrics.roc_auc_score(true, scores) == pytest.approx(area, rel=1e-12)
    functions = metrics.precision_score, metrics.recall_score, metrics.f1_score
    if wanted is None:
        for function in functions:
            with pytest.raises(ValueError, match="counts class 1, got classes 0 and 7"):
                function(true, said)
    else:
        assert [f(true, said) for f in functions] == pytest.approx(wanted, rel=1e-12)


def test_a_threshold_says_that_whole_numbers_are_outputs():
    assert metrics.accuracy([0, 1], [-3.0, 2.0], threshold=0.0) == 1.0
    model = nn.MLP(1, [1], init="zeros")  # its outputs are 0 and its targets -1
    model.compile("sgd", "hinge", ["accuracy"])
    assert model.evaluate([[1.0], [2.0]], [-1, -1])[1] == 1.0


# keras 3.15.1, Precision and Recall on these two and on three sigmoids
SIGMOIDS = np.array([[0.9, 0.6, 0.1], [0.2, 0.7, 0.4], [0.4, 0.8, 0.6], [0.7, 0.1, 0.2]])
YES = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


@pytest.mark.parametrize("outputs", [2, 3])
def test_several_sigmoids_count_each_by_itself_as_in_keras(outputs):
    said, wanted = SIGMOIDS[:, :outputs], YES[:, :outputs]
    hits = int(((said > 0.5) & (wanted > 0)).sum())
    model = nn.Sequential([nn.Input((outputs,)), nn.Activation("linear")])
    model.compile(loss="binary_crossentropy", metrics=["precision", "recall"])
    assert model.evaluate(said, wanted)[1:] == [hits / (said > 0.5).sum(), hits / wanted.sum()]


def test_two_sigmoids_count_each_by_itself_where_targets_happen_to_be_one_hot():
    model = nn.Sequential([nn.Input((2,)), nn.Activation("linear")])
    model.compile(loss="binary_crossentropy", metrics=["precision"])
    said = [[0.9, 0.6], [0.7, 0.8]]
    assert model.evaluate(said, [[1.0, 0.0], [0.0, 1.0]])[1] == 0.5  # all four are said to be


def test_binary_accuracy_compares_with_0_and_1_as_in_keras():
    # keras 3.15.1: BinaryAccuracy of 0, 1, 2, 0.5 and 0.2, 0.9, 0.9, 0.9
    assert metrics.binary_accuracy([0.0, 1.0, 2.0, 0.5], [0.2, 0.9, 0.9, 0.9]) == 0.5


def test_several_thresholds_are_refused():
    for make in (
        lambda: metrics.get(metrics.Precision(thresholds=[0.3, 0.5])),
        lambda: metrics.accuracy([0, 1], [0.2, 0.4], threshold=[0.3, 0.5]),
        lambda: metrics.binary_accuracy([0, 1], [0.2, 0.4], threshold=[0.3, 0.5]),
    ):
        with pytest.raises(TypeError, match="threshold must be a number, got "):
            make()


@pytest.mark.parametrize(
    "names",
    [(2**53, 2**53 + 1), (-(2**60), -(2**60) + 1), (2**63, 2**63 + 1), ("0021", "021"), ("a", "b")],
)
def test_classes_are_told_apart_to_the_last_digit_and_letter(names):
    true, predicted = [names[k] for k in (0, 1, 1, 0)], [names[k] for k in (0, 1, 0, 0)]
    for of in (list, np.array, lambda items: np.array(items, dtype=object)):
        given = of(true), of(predicted)
        assert metrics.accuracy(*given) == 0.75
        assert metrics.confusion_matrix(*given).tolist() == [[2, 0], [1, 1]]
        assert metrics.f1_score(*given, average="macro") == pytest.approx((0.8 + 2 / 3) / 2)


ADDED_UP = [
    (["accuracy", metrics.TopKCategoricalAccuracy(2)], "classes", 3),
    (["accuracy", "categorical_accuracy"], "one-hot", 3),
    (["accuracy"], "classes", 1),
    (["accuracy", "binary_accuracy"], "signs", 1),
    (["accuracy", "binary_accuracy", metrics.BinaryAccuracy(threshold=0.3)], "flags", 1),
    (["binary_accuracy"], "flags", 3),
    (["mse", "rmse", "mae", "cosine_similarity"], "numbers", 2),
]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("chosen", "kind", "outputs"), ADDED_UP)
def test_what_is_added_up_of_parts_is_the_metric_of_all(chosen, kind, outputs, weighted):
    rng = np.random.default_rng(0)
    targets = {
        "classes": rng.integers(3, size=(40, 1)) * 1.0,
        "one-hot": np.eye(3)[rng.integers(3, size=40)],
        "signs": rng.choice([-1.0, 1.0], (40, 1)),
        "flags": rng.integers(2, size=(40, outputs)) * 1.0,
        "numbers": rng.normal(size=(40, outputs)),
    }[kind]
    outs, weights = rng.uniform(size=(40, outputs)), rng.uniform(size=40)
    outs[:7] = targets[:7] if targets.shape == outs.shape else np.rint(outs[:7])
    found = metrics.get_all(chosen, 0.5)
    if weighted:
        found = {name: Weighted(metric) for name, metric in found.items()}
    totals, columns = metrics.totals_of((0,), found, targets, weights, outputs)
    table = np.column_stack([rng.normal(size=40), outs])
    parts = [slice(0, 15), slice(15, 40)]
    sums = sum(totals(np, table[part], columns[part]) for part in parts)
    assert sums[0] == pytest.approx(table[:, 0] @ weights, rel=1e-14)
    wanted = [measure(metric, targets, outs, weights) for metric in found.values()]
    assert totals.means(sums, columns) == pytest.approx(wanted, rel=1e-13)


def test_what_is_no_mean_over_samples_is_not_added_up():
    x = np.array([[0.0], [1.0]])
    for metric in (lambda targets, predictions: 0.0, metrics.r2, metrics.auc, metrics.precision):
        assert metrics.totals_of((0,), {"name": metric}, x, np.ones(2), 1) is None
    weights = np.zeros(2)
    mse = {"mse": Weighted(metrics.mean_squared_error)}
    assert metrics.totals_of((0,), mse, x, weights, 1) is None
