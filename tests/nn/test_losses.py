"""Losses against closed forms and PyTorch's numbers (walkthrough B8, C9, D2)."""

import math
from functools import partial

import numpy as np
import pytest

import nn
from autograd_core import functional, hessian
from nn import losses, metrics

V = nn.Value


def softplus(z):
    return math.log1p(math.exp(-abs(z))) + max(z, 0.0)


# B8


def test_b8_gradient_descent_on_a_sum_of_squares():
    w, data = V(0.0), [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]
    optimizer = nn.SGD([w], lr=0.01)

    def sse():
        return nn.sse([w * x for x, _ in data], [y for _, y in data])

    loss = sse()
    loss.backward()
    assert (loss.data, w.grad) == (56.0, -56.0)
    optimizer.step()
    assert w.data == pytest.approx(0.56, rel=1e-15)
    assert sse().data == pytest.approx(29.0304, rel=1e-14)


@pytest.mark.parametrize(("rate", "converges"), [(1 / 14 - 0.001, True), (1 / 14 + 0.001, False)])
def test_b8_it_diverges_for_a_rate_above_one_fourteenth(rate, converges):
    w = V(0.0)
    optimizer = nn.SGD([w], lr=rate)
    for _ in range(200):
        optimizer.zero_grad()
        nn.sse([w, w * 2.0, w * 3.0], [2.0, 4.0, 6.0]).backward()
        optimizer.step()
    assert (abs(w.data - 2.0) < 0.1) == converges


# C9

P, T = [0.9, 0.2, 0.6], [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("loss", "predictions", "targets", "wanted"),
    [
        ("sse", [1.0, 3.0], [0.0, 1.0], 5.0),
        ("mse", [1.0, 3.0], [0.0, 1.0], 2.5),
        ("mae", [1.0, -3.0], [0.0, 1.0], 2.5),
        ("huber", [0.5, -3.0], [0.0, 1.0], (0.125 + 3.5) / 2),
        ("hinge", [0.5, -2.0, 3.0], [1, -1, 1], 0.5 / 3),
        ("hinge", [0.5, -2.0, 3.0], [1, 0, 1], 0.5 / 3),
        ("squared_hinge", [0.5, -2.0, 3.0], [1, -1, 1], 0.25 / 3),
        ("perceptron", [0.5, 2.0, -3.0], [1, -1, 1], 5.0 / 3),
        ("binary_crossentropy", P, T, -(math.log(0.9) + math.log(0.8) + math.log(0.4)) / 3),
        ("bce_with_logits", [2.0, -1.0], [1, 0], (softplus(-2.0) + softplus(-1.0)) / 2),
        ("categorical_crossentropy", [[0.2, 0.8], [0.6, 0.4]], [1, 0],
         -(math.log(0.8) + math.log(0.6)) / 2),
        ("categorical_crossentropy", [[0.2, 0.8], [0.6, 0.4]], [[0, 1], [1, 0]],
         -(math.log(0.8) + math.log(0.6)) / 2),
        ("cross_entropy", [[1.0, 2.0, 3.0]], [2], 0.4076059644443803),
        ("cross_entropy", [[1001.0, 1002.0, 1003.0]], [[0, 0, 1]], 0.4076059644443803),
    ],
)  # fmt: skip
def test_c9_losses_equal_their_closed_forms(loss, predictions, targets, wanted):
    values = [[V(p) for p in row] if isinstance(row, list) else V(row) for row in predictions]
    found = losses.get(loss)(values, targets)
    assert isinstance(found, V)
    assert found.data == pytest.approx(wanted, rel=1e-12)
    assert losses.get(loss)(predictions, targets).data == found.data


def test_c9_one_sample_of_a_class_loss_is_a_flat_list():
    assert nn.cross_entropy([1.0, 2.0, 3.0], 2).data == pytest.approx(0.4076059644443803)
    assert nn.cross_entropy([1.0, 2.0, 3.0], [0, 0, 1]).data == pytest.approx(0.4076059644443803)


def test_c9_keras_clips_probabilities_at_1e_minus_7():
    # keras.losses.binary_crossentropy([1.], [0.]) with epsilon 1e-7: -log(1e-7)
    assert nn.binary_crossentropy(0.0, 1.0).data == pytest.approx(16.118095650958319, rel=1e-9)


def test_c9_keras_normalises_class_probabilities():
    assert nn.categorical_crossentropy([2.0, 6.0], 1).data == pytest.approx(-math.log(0.75))


def test_c9_gradient_of_cross_entropy_is_softmax_minus_one_hot():
    logits = [V(1.0), V(2.0), V(3.0)]
    nn.cross_entropy(logits, 1).backward()
    wanted = np.array(nn.softmax([1.0, 2.0, 3.0])) - [0.0, 1.0, 0.0]
    assert [z.grad for z in logits] == pytest.approx(wanted, rel=1e-14)


def test_c9_sample_weights_count_samples():
    loss = nn.mse([V(1.0), V(2.0)], [0.0, 0.0], sample_weight=[2.0, 0.5])
    assert loss.data == (2.0 * 1.0 + 0.5 * 4.0) / 2


def test_c9_a_computed_target_keeps_its_gradient():
    prediction, target = V(3.0), V(1.0)
    nn.mse(prediction, target).backward()
    assert (prediction.grad, target.grad) == (4.0, -4.0)


@pytest.mark.parametrize("make", [V.array, lambda rows: [[V(x) for x in row] for row in rows]])
@pytest.mark.parametrize("rows", [[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0]]])
def test_c9_targets_may_be_an_array_of_values(make, rows):
    targets = make(rows)
    nn.mse(np.ones((len(rows), 2)), targets).backward()
    slopes = [t.grad for row in targets for t in row]
    assert slopes == [2.0 * (x - 1.0) / (2 * len(rows)) for row in rows for x in row]


@pytest.mark.parametrize("name", ["binary_crossentropy", "hinge", "categorical_crossentropy"])
def test_targets_given_first_as_keras_has_them_are_a_clear_error(name):
    outputs = nn.softmax([V(0.5), V(-0.5)])
    with pytest.raises(TypeError, match=r"predictions first.*the targets are Values; swap them"):
        losses.get(name)([1.0, 0.0], outputs)


def test_one_sample_weight_is_for_all():
    # Keras 3.15.1: losses.MeanSquaredError()(y_true, y_pred, sample_weight=2.3)
    y_true, y_pred = [[1.0, 9.0, 2.0], [-5.0, -2.0, 6.0]], [[4.0, 8.0, 12.0], [8.0, 1.0, 3.0]]
    assert nn.mse(y_true, y_pred, sample_weight=2.3).data == pytest.approx(113.85, rel=1e-12)


@pytest.mark.parametrize("z", [-800.0, -40.0, 0.0, 40.0, 800.0])
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_d2_a_sigmoid_before_its_loss_is_taken_back_to_the_logit(z, t):
    value = V(z)
    loss = nn.binary_crossentropy(nn.sigmoid(value), t)
    loss.backward()
    assert loss.data == pytest.approx(softplus(z) - t * z, rel=1e-14)
    assert value.grad == pytest.approx(nn.sigmoid(z) - t, rel=1e-14)


def test_d2_a_softmax_before_its_loss_is_taken_back_to_the_logits():
    logits = [V(0.0), V(1000.0)]
    loss = nn.categorical_crossentropy(nn.softmax(logits), 0)
    loss.backward()
    assert loss.data == 1000.0
    assert [z.grad for z in logits] == [-1.0, 1.0]


def test_d2_softmax_outputs_in_another_order_are_not_taken_for_its_own():
    first, second = nn.softmax([V(1.0), V(3.0)])
    loss = nn.categorical_crossentropy([second, first], 0)
    assert loss.data == pytest.approx(-math.log(second.data), rel=1e-12)


@pytest.mark.parametrize(
    ("loss", "predictions", "targets", "message"),
    [
        ("binary_crossentropy", [0.5, 0.5], [1, 2], "targets from 0 to 1, got 2"),
        ("hinge", [0.5, 0.5], [1, 3], "targets -1 and 1 .* got 3"),
        (
            "cross_entropy",
            [[1.0, 2.0]],
            [2],
            "classes 0 to 1, .* got 2",
        ),
        ("cross_entropy", [[1.0, 2.0]], [[0.5, 0.6]], "sum to 1"),
        ("cross_entropy", [[1.0]], [0], "one output per class"),
        ("mse", [1.0, 2.0], [1.0, math.nan], "finite numbers"),
        ("mse", [1.0, 2.0], [1.0, 2.0, 3.0], "2 samples and targets for 3"),
        ("mse", [1.0, 2.0], ["a", "b"], "wants numbers, got 'a'"),
    ],
)
def test_c9_targets_that_a_loss_cannot_take_are_clear_errors(loss, predictions, targets, message):
    with pytest.raises(ValueError, match=message):
        losses.get(loss)(predictions, targets)


@pytest.mark.parametrize("name", losses.NAMES)
def test_c9_a_loss_is_found_by_its_name(name):
    assert losses.get(name) is losses.NAMES[name]


@pytest.mark.parametrize("get", [losses.get, metrics.get])
def test_an_unknown_name_gets_the_list_of_names(get):
    with pytest.raises(ValueError, match=r"choose from .*mean_squared_error.*did you mean 'mse'"):
        get("msee")


@pytest.mark.parametrize(
    "name", ["BinaryCrossentropy", "binary-crossentropy", " Binary_Crossentropy"]
)
def test_case_and_marks_in_a_name_do_not_matter(name):
    assert losses.get(name) is losses.binary_crossentropy


def test_pytorchs_names_of_losses():
    # torch.nn of 2.13.0: the defaults of its classes
    assert nn.MSELoss()([1.0, 3.0], [0.0, 0.0]).data == 5.0
    assert nn.CrossEntropyLoss()([[1.0, 2.0, 3.0]], [2]).data == pytest.approx(0.40760596444438)
    assert nn.BCEWithLogitsLoss()([0.0], [1.0]).data == pytest.approx(math.log(2.0))


# Numbers of PyTorch 2.13.0: two samples with two outputs each.
NUMBERS_OUT, NO_TARGETS = [[0.2, 0.6], [0.9, 3.0]], [[0.0, 0.0], [0.0, 0.0]]


PROBABILITIES, YES_OR_NO = [[0.2, 0.6], [0.9, 0.3]], [[0.0, 1.0], [1.0, 0.0]]


REDUCED = {
    ("MSELoss", "mean"): 2.5525,
    ("MSELoss", "sum"): 10.21,
    ("L1Loss", "mean"): 1.175,
    ("L1Loss", "sum"): 4.7,
    ("HuberLoss", "mean"): 0.77625,
    ("HuberLoss", "sum"): 3.105,
    ("BCELoss", "mean"): 0.29900115866918975,
    ("BCELoss", "sum"): 1.196004634676759,
    ("BCEWithLogitsLoss", "mean"): 0.6077839847670231,
    ("BCEWithLogitsLoss", "sum"): 2.4311359390680924,
    ("CrossEntropyLoss", "mean"): 1.364267387789854,
    ("CrossEntropyLoss", "sum"): 2.728534775579708,
}


@pytest.mark.parametrize(("name", "reduction"), REDUCED)
def test_pytorchs_reductions(name, reduction):
    outputs, targets = (
        (PROBABILITIES, YES_OR_NO) if name.startswith("BCE") else (NUMBERS_OUT, NO_TARGETS)
    )
    if name == "CrossEntropyLoss":
        targets = [1, 0]
    found = getattr(nn, name)(reduction=reduction)(outputs, targets).data
    assert found == pytest.approx(REDUCED[name, reduction], rel=1e-12)


def test_a_model_trains_by_the_sum_of_pytorchs_loss():
    model = nn.Sequential(nn.Dense(2, input_dim=1, init="ones"))
    model.compile(nn.SGD(0.1), nn.MSELoss(reduction="sum"))
    # outputs (1, 1) and (2, 2), targets 0: 2 * (1 + 4); d/dw = 2 * (1*1 + 2*2) = 10 for each unit
    assert model.train_on_batch([[1.0], [2.0]], NO_TARGETS) == pytest.approx(10.0)
    assert model.get_weights()[0].tolist() == [[0.0, 0.0]]


def test_a_reduction_to_no_number_is_a_clear_error():
    with pytest.raises(ValueError, match="no reduction named 'all'; choose from mean, none, sum"):
        nn.MSELoss(reduction="all")


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([1.0, "red"], "got 'red'; turn text into numbers"),
        ([1.0, [2.0, 3.0]], "rows of different lengths"),
        ([np.zeros((2, 2)), np.zeros((2, 3))], "rows of different lengths"),
    ],
)
def test_what_is_no_number_is_named_wherever_it_stands(targets, message):
    with pytest.raises(ValueError, match=f"mse wants numbers, .*{message}"):
        nn.mse([1.0, 2.0], targets)


def test_a_row_that_is_no_distribution_is_shown():
    with pytest.raises(ValueError, match=r"got \[0\.5, 0\.6\] in row 1; divide each row"):
        nn.cross_entropy([[1.0, 2.0]] * 2, [[0.0, 1.0], [0.5, 0.6]])


def test_weights_that_are_too_few_are_an_error_that_counts_them():
    with pytest.raises(ValueError, match="wants 3 sample weights, one for each sample, got 2"):
        nn.mse([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], sample_weight=[1.0, 2.0])


def test_a_loss_may_be_given_as_its_class():
    for kind in (nn.MSELoss, losses.MeanSquaredError):
        assert losses.get(kind)([1.0, 3.0], [0.0, 0.0]).data == 5.0


def test_a_loss_of_ones_own_is_summed_over_outputs_and_samples():
    class Cubic(losses.Loss):
        name, reduction = "cubic", "sum"

        def element(self, output, target):
            return (output - target) ** 3

    assert Cubic()([[1.0, 2.0], [3.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]).data == 1 + 8 + 27


@pytest.mark.parametrize("thing", [None, {"a": 1}, (number for number in [1.0])])
def test_what_is_neither_numbers_nor_text_is_named(thing):
    model = nn.MLP(1, [1])
    with pytest.raises(ValueError, match=r"x wants numbers, got .*; pass a list or an array"):
        model.predict(thing)


def pinball(e):
    return functional.maximum(0.9 * e, -0.1 * e)


TARGETS_FIRST = [
    lambda y_true, y_pred: pinball(y_true - y_pred),
    lambda target, output: pinball(target - output),
    lambda labels, logits: pinball(labels - logits),
    lambda truth, anything: pinball(truth - anything),
    lambda anything, y_hat: pinball(anything - y_hat),
    lambda y, p: pinball(y - p),
    lambda t, o: pinball(t - o),
    lambda *, y_true, y_pred: pinball(y_true - y_pred),
    lambda *, target, output, scale=1.0: scale * pinball(target - output),
]
OUTPUTS_FIRST = [
    lambda y_pred, y_true: pinball(y_true - y_pred),
    lambda outputs, target: pinball(target - outputs),
    lambda predictions, labels: pinball(labels - predictions),
    lambda out, y: pinball(y - out),
    lambda anything, expected: pinball(expected - anything),
    lambda class_scores, y: pinball(y - class_scores),
    lambda y_pred, *, y_true: pinball(y_true - y_pred),
    partial(lambda outputs, target, *, quantile: pinball(target - outputs), quantile=0.9),
]


@pytest.mark.parametrize("backend", ["numpy", "graph"])
@pytest.mark.parametrize("loss", TARGETS_FIRST + OUTPUTS_FIRST)
def test_the_names_of_a_functions_arguments_say_which_are_the_targets(loss, backend):
    model = nn.Sequential([nn.Dense(1, input_dim=1, init="zeros")])
    model.compile("sgd", loss, backend=backend)
    # an output of 0 that should be 1 costs 0.9, the other way round 0.1
    assert model.evaluate([[0.0]], [1.0]) == pytest.approx(0.9, rel=1e-12)


@pytest.mark.parametrize("loss", [
    lambda a, b: pinball(b - a),
    lambda target, y_true: pinball(y_true - target),
    lambda *both: pinball(both[1] - both[0]),
])  # fmt: skip
def test_where_names_do_not_say_the_outputs_are_first_and_a_warning_says_so(loss):
    model = nn.Sequential([nn.Dense(1, input_dim=1, init="zeros")])
    with pytest.warns(UserWarning, match="is called with the outputs first"):
        model.compile("sgd", loss)
    assert model.evaluate([[0.0]], [1.0]) == pytest.approx(0.9, rel=1e-12)


@pytest.mark.parametrize("metric", [
    lambda y_true, y_pred: float(y_true[0, 0] - y_pred[0, 0]),
    lambda y_pred, y_true: float(y_true[0, 0] - y_pred[0, 0]),
    lambda predictions, target: float(target[0, 0] - predictions[0, 0]),
    lambda a, b: float(a[0, 0] - b[0, 0]),
    lambda *, y_pred, y_true: float(y_true[0, 0] - y_pred[0, 0]),
])  # fmt: skip
def test_a_metric_is_given_targets_and_predictions_by_their_names(metric):
    model = nn.Sequential([nn.Dense(1, input_dim=1, init="zeros")])
    model.compile("sgd", "mse", metrics=[metric])
    assert model.evaluate([[0.0]], [1.0])[1] == 1.0


@pytest.mark.parametrize("function", [
    lambda y_true, y_pred, *, quantile: y_true,
    lambda y_true: y_true,
    lambda **named: 0.0,
    lambda a, b, c: a,
])  # fmt: skip
@pytest.mark.parametrize("what", ["loss", "metrics"])
def test_a_function_that_two_arguments_do_not_fit_is_refused_by_name(what, function):
    model = nn.MLP(1, [1])
    with pytest.raises(TypeError, match=r"<lambda>\(.*\) cannot be called with two .* give others"):
        model.compile("sgd", **({"loss": "mse"} | {what: function}))


def test_entropy_labels_no_node_of_the_users_and_keeps_a_neurons_name():
    logit = V(0.5) * 2.0
    p = logit.sigmoid()
    p.label = "chance"
    nn.binary_crossentropy([p], [1.0])
    assert logit.label == ""
    output = nn.MLP(2, [1], output="sigmoid")([1.0, 2.0])
    nn.binary_crossentropy([output], [1.0])
    assert output.parents[0].label == output.label == "layers[0].neurons[0]"


@pytest.mark.parametrize("count", [32, 33])
def test_a_softmax_of_many_classes_trains_as_its_logits_do(count):
    X = np.random.default_rng(0).normal(size=(count, 3))
    scores = []
    for output, loss in (("softmax", "categorical_crossentropy"), ("linear", "cross_entropy")):
        model = nn.MLP(3, [count], output=output, rng=0)
        model.compile(nn.SGD(lr=0.1), loss)
        scores.append(model.fit(X, np.arange(count), epochs=2, verbose=0, seed=0)["loss"])
    assert scores[0] == pytest.approx(scores[1], rel=1e-12)
    far = nn.MLP(1, [count], output="softmax", init="zeros")
    far.layers[0].neurons[0].b.data = 1000.0  # the others' probability is 0, the loss is not
    far.compile("sgd", "categorical_crossentropy")
    assert far.evaluate([[0.0]], [1]) == pytest.approx(1000.0, rel=1e-12)


@pytest.mark.parametrize(("error", "wanted"), [(0.0, 1.0), (-0.3, 1.0), (0.5, 1.0), (2.0, 0.0)])
def test_a_huber_loss_is_a_parabola_where_an_output_is_right(error: float, wanted: float) -> None:
    assert hessian(lambda z: nn.losses.Huber(delta=1.5)([z], [1.0]))(1.0 + error) == wanted
