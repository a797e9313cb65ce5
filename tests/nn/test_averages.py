"""Averaged precision, recall and f1, sample weights, log loss and the report, as scikit-learn's."""

import numpy as np
import pytest

import nn
from nn import metrics

T, P = [0, 2, 1, 2, 2, 0, 1, 1, 2, 0], [0, 2, 1, 1, 2, 2, 1, 0, 2, 0]
B, Q = [0, 1, 1, 0, 1, 1, 0, 0, 1, 1], [0, 1, 0, 1, 1, 1, 0, 1, 1, 0]
W = [1, 0.5, 2, 1, 3, 0.25, 1, 1, 2, 0.5]
# measure, average, whether samples are weighted, number of scikit-learn 1.9.1
RECORDED = [
    ("precision", "macro", False, 0.6944444444444443),
    ("precision", "macro", True, 0.7688405797101451),
    ("precision", "micro", False, 0.7),
    ("precision", "micro", True, 0.8163265306122449),
    ("precision", "weighted", False, 0.7),
    ("precision", "weighted", True, 0.8381543921916592),
    ("recall", "macro", False, 0.6944444444444443),
    ("recall", "macro", True, 0.8177655677655679),
    ("recall", "micro", False, 0.7),
    ("recall", "micro", True, 0.8163265306122449),
    ("recall", "weighted", False, 0.7),
    ("recall", "weighted", True, 0.8163265306122449),
    ("f1", "macro", False, 0.6944444444444443),
    ("f1", "macro", True, 0.7846138455382153),
    ("f1", "micro", False, 0.7),
    ("f1", "micro", True, 0.8163265306122449),
    ("f1", "weighted", False, 0.7),
    ("f1", "weighted", True, 0.8222064335938457),
    ("precision", "binary", True, 0.7419354838709677),
    ("recall", "binary", True, 0.696969696969697),
    ("f1", "binary", True, 0.71875),
]
CHANCES = [
    [0.4, 0.59, 0.01],
    [0.0, 0.25, 0.75],
    [0.16, 0.18, 0.66],
    [0.65, 0.35, 0.0],
    [0.67, 0.02, 0.31],
    [0.20000000000000004, 0.7200000000000001, 0.08000000000000002],
    [0.17, 0.81, 0.02],
    [0.07, 0.53, 0.4],
    [0.67, 0.16, 0.17],
    [0.47474747474747475, 0.4444444444444445, 0.08080808080808081],
]


@pytest.mark.parametrize(("measure", "average", "weighted", "number"), RECORDED)
def test_averages_are_scikit_learn_s(measure, average, weighted, number):
    true, said = (B, Q) if average == "binary" else (T, P)
    weights = W if weighted else None
    found = getattr(metrics, measure)(true, said, average=average, sample_weight=weights)
    assert found == pytest.approx(number, rel=1e-12)


def test_one_hot_rows_and_outputs_mean_the_classes_they_mean():
    true, outputs = np.eye(3)[T], np.eye(3)[P] * 0.8 + 0.1
    wanted = metrics.f1(T, P, average="macro")
    assert metrics.f1(true, outputs, average="macro") == wanted
    assert metrics.f1(T, outputs, average="macro") == wanted


def test_a_class_that_is_never_said_counts_0():
    assert metrics.precision([0, 1, 2], [0, 0, 0], average="macro") == pytest.approx(1 / 9)
    assert metrics.recall([0, 1, 2], [0, 0, 0], average="macro") == pytest.approx(1 / 3)


def test_log_loss_is_scikit_learn_s():
    assert metrics.log_loss(T, CHANCES) == pytest.approx(4.510557390958009, rel=1e-12)
    assert metrics.log_loss(T, CHANCES, W) == pytest.approx(4.0172481263547795, rel=1e-12)
    assert metrics.log_loss([0, 1], [1.0, 0.5]) == pytest.approx(18.36840028483855, rel=1e-12)
    assert metrics.log_loss(np.eye(3)[T], CHANCES) == metrics.log_loss(T, CHANCES)


def test_the_report_is_scikit_learn_s():
    wanted = """\
              precision    recall  f1-score   support

           a      0.667     0.667     0.667         3
          bb      0.667     0.667     0.667         3
           c      0.750     0.750     0.750         4

    accuracy                          0.700        10
   macro avg      0.694     0.694     0.694        10
weighted avg      0.700     0.700     0.700        10

"""
    found = metrics.classification_report(T, P, target_names=["a", "bb", "c"], digits=3)
    assert found.splitlines() == wanted.rstrip().splitlines()
    of_text = metrics.classification_report(list("abca"), list("abcb"))
    assert of_text.splitlines()[4].split() == ["c", "1.00", "1.00", "1.00", "1"]


@pytest.mark.parametrize("call", [
    lambda: metrics.f1(T, P, average="mean"),
    lambda: metrics.f1(T, P),
    lambda: metrics.f1(T, P, average="macro", sample_weight=[1.0]),
    lambda: metrics.f1(B, Q, sample_weight=np.zeros(10)),
    lambda: metrics.classification_report(T, P, target_names=["a"]),
    lambda: metrics.log_loss([3], [[0.5, 0.5]]),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError, match=r"wants|got|average"):
        call()


def test_outputs_lose_no_dimension_where_there_is_none():  # torch: self.fc(x).squeeze(-1)
    layer = nn.Linear(2, 1, rng=0)
    assert layer([1.0, 2.0]).squeeze(-1).squeeze().data == layer([1.0, 2.0]).data
    assert len(layer([[1.0, 2.0], [3.0, 4.0]]).squeeze(1)) == 2
