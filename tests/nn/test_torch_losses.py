"""Losses with PyTorch's arguments have PyTorch's numbers (recorded from 2.13.0, float64)."""

import math

import numpy as np
import pytest

import nn
from autograd_core import Value
from nn.losses import BinaryCrossentropy, CategoricalCrossentropy

LOGITS = [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5], [0.1, 0.2, 0.3], [2.0, -2.0, 0.0]]
CLASSES = [2, 0, 1, 1]
SHARES = [[0.2, 0.3, 0.5], [1, 0, 0], [0, 1, 0], [0, 0.5, 0.5]]
MANY = [[1.0, 0, 1], [0, 0, 1], [1, 1, 1], [0, 1, 0]]
W = [1.0, 2.0, 0.5]
CROSS_ENTROPY = [  # arguments, targets, loss, gradient by the first row
    ({"weight": W}, CLASSES, 2.0135951610717835,
     [0.01593549019454879, 0.0035556884791534044, -0.019491178673702193]),
    ({"ignore_index": 1}, CLASSES, 0.35284004038255096,
     [0.08764519607001835, 0.019556286635343725, -0.10720148270536206]),
    ({"label_smoothing": 0.1}, CLASSES, 1.4959719727068947,
     [0.03548926470167584, 0.0014448099843385291, -0.03693407468601437]),
    ({"weight": W, "label_smoothing": 0.1}, CLASSES, 1.9705807416387255,
     [0.011999616159882568, -0.008091431844838263, -0.00390818431504431]),
    ({"weight": W, "ignore_index": 0, "label_smoothing": 0.2}, CLASSES, 2.208540821159918,
     [0.009855684819708868, -0.024124897095236582, 0.014269212275527722]),
    ({"weight": W, "reduction": "sum"}, CLASSES, 11.07477338589481,
     [0.08764519607001835, 0.019556286635343725, -0.10720148270536206]),
    ({"weight": W}, SHARES, 2.4250739694203305,
     [-0.003986272063240369, -0.13973294951644455, 0.14371922157968492]),
    ({"weight": W, "label_smoothing": 0.1}, SHARES, 2.4002910804052133,
     [-0.006808341752831927, -0.14128553784440503, 0.148093879597237]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "targets", "loss", "gradient"), CROSS_ENTROPY)
def test_cross_entropy_with_weights_ignored_and_smoothed_classes(
    arguments, targets, loss, gradient
):
    logits = [[Value(z) for z in row] for row in LOGITS]
    made = nn.CrossEntropyLoss(**arguments)(logits, targets)
    made.backward()
    assert made.data == pytest.approx(loss, rel=1e-14)  # a few roundings
    assert [z.grad for z in logits[0]] == pytest.approx(gradient, rel=1e-13, abs=1e-16)


def test_negative_log_likelihood_is_cross_entropy_after_log_softmax():
    rows = [nn.log_softmax(row) for row in LOGITS]
    assert nn.NLLLoss(weight=W)(rows, CLASSES).data == pytest.approx(2.0135951610717835, rel=1e-14)


def test_the_mean_over_ignored_classes_alone_is_nan_as_in_pytorch():
    assert math.isnan(nn.CrossEntropyLoss(ignore_index=1)([[0.0, 1.0]], [1]).data)


def test_positional_arguments_are_in_pytorchs_order():
    made = nn.CrossEntropyLoss(W, None, 0, None, "sum", 0.2)
    assert (made.weight, made.ignore_index, made.reduction) == (W, 0, "sum")
    assert made.label_smoothing == 0.2


@pytest.mark.parametrize(
    ("arguments", "outputs", "targets", "loss"),
    [
        ({"pos_weight": 3.0}, [0.5, -1.0, 2.0], [1.0, 0.0, 1.0], 0.7054255577291535),
        ({"pos_weight": W}, LOGITS, MANY, 1.04466943934566),
        ({"pos_weight": W, "reduction": "sum"}, LOGITS, MANY, 12.53603327214792),
    ],
)
def test_binary_cross_entropy_with_a_weight_for_ones(arguments, outputs, targets, loss):
    made = nn.BCEWithLogitsLoss(**arguments)(outputs, targets)
    assert made.data == pytest.approx(loss, rel=1e-14)


@pytest.mark.parametrize(
    ("probability", "target", "loss", "slope"),
    [  # PyTorch 2.13.0; at 0 and 1 its slope is 1e12, the limit of its own backward pass
        (1e-9, 1.0, 20.72326583694641, -1e9),
        (1.0 - 1e-9, 0.0, 20.723265865228342, 1e9),
        (0.0, 1.0, 100.0, 0.0),
        (1.0, 0.0, 100.0, 0.0),
    ],
)
def test_binary_cross_entropy_of_probabilities_that_are_almost_0_or_1(
    probability, target, loss, slope
):
    p = Value(probability)
    made = nn.BCELoss()(p, target)
    made.backward()
    assert made.data == pytest.approx(loss, rel=1e-12)
    assert p.grad == pytest.approx(slope, rel=1e-6)  # 1 - 1e-9 is rounded in its 8th digit


@pytest.mark.parametrize(
    ("arguments", "loss"),
    [({}, 0.375), ({"beta": 2.0}, 0.1875), ({"reduction": "sum", "beta": 0.5}, 1.75)],
)
def test_smooth_l1(arguments, loss):
    made = nn.SmoothL1Loss(**arguments)([0.5, -1.0, 2.0], [1.0, 0.0, 1.0])
    assert made.data == pytest.approx(loss, rel=1e-15)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.MSELoss("sum"), "say reduction='mean' or reduction='sum'"),
        (lambda: nn.BCELoss(weight=[1.0]), "sample_weight="),
        (lambda: nn.CrossEntropyLoss(weight=[1.0])([[0.0, 1.0]], [1]), "wants 2 numbers"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0, 2.0])([0.0], [1]), "wants one number or 1"),
        (lambda: nn.SmoothL1Loss(beta=0.0), "at 0 it is L1Loss"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=1.5), "from 0 to 1, got 1.5"),
    ],
)
def test_what_is_not_there_says_what_to_do(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_fit_weighs_classes_and_leaves_the_ignored_one_out(backend):
    def trained(loss, x, y, **options):
        model = nn.Sequential(nn.Linear(3, 3, rng=0))
        model.compile(nn.SGD(lr=0.5), loss, backend=backend)
        model.fit(x, y, epochs=3, batch_size=4, verbose=0, shuffle=False, **options)
        return model.get_weights()[0].reshape(-1).tolist()

    by_loss = trained(nn.CrossEntropyLoss(weight=W, reduction="sum"), LOGITS, CLASSES)
    by_fit = trained(
        nn.CrossEntropyLoss(reduction="sum"), LOGITS, CLASSES, class_weight=dict(enumerate(W))
    )
    assert by_loss == pytest.approx(by_fit, rel=1e-12)  # roundings of three steps
    without = trained(nn.CrossEntropyLoss(ignore_index=1, reduction="sum"), LOGITS, CLASSES)
    few = trained(nn.CrossEntropyLoss(reduction="sum"), LOGITS[:2], CLASSES[:2])
    assert without == pytest.approx(few, rel=1e-12)


def test_keras_losses_smooth_labels():
    # by hand: targets 0.9 and 0.1; then rows (1/30, 28/30, 1/30)
    smooth = BinaryCrossentropy(label_smoothing=0.2)([0.9, 0.2], [1, 0]).data
    first = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    second = -(0.1 * math.log(0.2) + 0.9 * math.log(0.8))
    assert smooth == pytest.approx((first + second) / 2, rel=1e-12)
    row = CategoricalCrossentropy(label_smoothing=0.1)([0.2, 0.7, 0.1], [0, 1, 0]).data
    logs = [math.log(0.2), math.log(0.7), math.log(0.1)]
    assert row == pytest.approx(-(logs[0] + 28 * logs[1] + logs[2]) / 30, rel=1e-12)


def test_accuracy_is_that_of_the_labels_before_smoothing():
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, kernel_initializer="ones")])
    model.compile("sgd", BinaryCrossentropy(label_smoothing=0.4), metrics=["accuracy"])
    assert model.evaluate([[-1.0], [1.0]], [0, 1])[1] == 1.0


def test_the_mean_of_no_sample_is_nan_and_has_no_slope():
    # torch 2.13.0: nan, and gradients of 0
    logits = nn.Value.array(LOGITS)
    loss = nn.CrossEntropyLoss(ignore_index=1)(logits, [1] * len(LOGITS))
    loss.backward()
    assert math.isnan(loss.data)
    assert {x.grad for x in logits.flat} == {0.0}


def test_samples_of_several_axes_are_flattened_or_refused():
    x = np.arange(12.0).reshape(2, 3, 2)
    assert nn.L1Loss()(x, x + 2.0).data == 2.0
    assert nn.MSELoss(reduction="sum")(nn.Value.array(x), nn.Value.array(x + 2.0)).data == 48.0
    for loss in (nn.CrossEntropyLoss(), nn.L1Loss(reduction="none")):
        with pytest.raises(ValueError, match="in one row, got samples of several axes"):
            loss(x, x)


def test_smoothing_of_computed_shares_is_torchs_whatever_they_sum_to():
    logits = Value.array([[0.3, -1.2, 0.8], [1.5, 0.1, -0.4]])
    shares = Value.array([[0.2, 0.5, 0.4], [0.7, 0.3, 0.1]])
    loss = nn.CrossEntropyLoss(weight=W, label_smoothing=0.15)(logits, shares)
    loss.backward()
    assert loss.data == pytest.approx(2.0955618021941644, rel=1e-14)
    assert [x.grad for x in logits[0]] == pytest.approx(
        [0.12765156953064904, -0.42197276723110055, 0.2943211977004515], rel=1e-13
    )
    assert [x.grad for x in shares.flat] == pytest.approx(
        [0.44835669084784596, 2.171713381695692, 0.117928345423923,
         0.14183508420244234, 1.4736701684048845, 0.47466754210122114], rel=1e-13
    )  # fmt: skip


def _identity(loss, **options):
    model = nn.Sequential(nn.Linear(3, 3, bias=False))
    model.set_weights([np.eye(3)])
    model.compile(nn.SGD(lr=0.5), loss, **options)
    return model


@pytest.mark.parametrize("backend", ["numpy", "graph"])
@pytest.mark.parametrize(("ignored", "loss"), [(1, nn.CrossEntropyLoss), (-100, nn.NLLLoss)])
def test_metrics_and_the_mean_of_fit_leave_ignored_samples_out(ignored, loss, backend):
    # the second would be right if the ignored counted as class 0: three of four, not one of two
    rows, labels = [LOGITS[0], LOGITS[1], LOGITS[3], LOGITS[3]], [2, 2, ignored, ignored]
    model = _identity(loss(ignore_index=ignored), metrics=["accuracy", "mse"], backend=backend)
    history = model.fit(rows, labels, epochs=1, validation_data=(rows, labels), verbose=0)
    few = _identity(loss(), metrics=["accuracy", "mse"], backend=backend)
    expected = few.fit(rows[:2], [2, 2], epochs=1, validation_data=(rows[:2], [2, 2]), verbose=0)
    assert history["accuracy"] == [0.5]
    for name, numbers in expected.history.items():
        assert history[name] == pytest.approx(numbers, rel=1e-13)  # roundings of a step
    assert np.allclose(model.get_weights()[0], few.get_weights()[0], rtol=1e-13, atol=0.0)


def test_evaluate_has_pytorchs_mean_over_what_is_not_ignored():
    model = _identity(nn.CrossEntropyLoss(ignore_index=1))
    assert model.evaluate(LOGITS, CLASSES) == pytest.approx(0.35284004038255096, rel=1e-13)


@pytest.mark.parametrize(
    ("loss", "ignored"),
    [
        (nn.CrossEntropyLoss(), -100),
        (nn.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1), -1),
    ],
)
def test_metrics_of_none_but_ignored_samples_are_nan(loss, ignored):
    _, accuracy = _identity(loss, metrics=["accuracy"]).evaluate(LOGITS, [ignored] * 4)
    assert math.isnan(accuracy)


def test_balanced_classes_are_those_that_are_not_ignored():
    def trained(labels, **options):
        model = _identity(nn.CrossEntropyLoss())
        model.fit(LOGITS, labels, epochs=1, batch_size=None, verbose=0, **options)
        return model.get_weights()[0]

    labels = [-100, 2, 2, 1]  # three samples of two classes: 3 / (2 * 2) and 3 / (2 * 1)
    by_hand = trained(labels, sample_weight=[1.0, 0.75, 0.75, 1.5])
    assert np.array_equal(trained(labels, class_weight="balanced"), by_hand)
    assert np.array_equal(trained(labels, class_weight={1: 1.5, 2: 0.75}), by_hand)


def test_several_outputs_and_pages_take_no_samples_to_ignore():
    entry = nn.Input((1,))
    model = nn.Model(entry, [nn.Dense(2)(entry), nn.Dense(2)(entry)])
    model.compile("sgd", [nn.CrossEntropyLoss(), nn.CrossEntropyLoss()])
    model.fit([[1.0]], [[0], [1]], verbose=0)
    with pytest.raises(ValueError, match="ignore_index is for a model of one output"):
        model.fit([[1.0]], [[0], [-100]], verbose=0)
    with pytest.raises(ValueError, match="leave those of the class to ignore out"):
        _identity(nn.CrossEntropyLoss(ignore_index=1)).in_javascript(LOGITS, CLASSES)
