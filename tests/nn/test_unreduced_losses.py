"""reduction="none": a loss for each output or sample, as PyTorch gives them."""

import numpy as np
import pytest

import nn
from nn import functional as F

P, T, W = [[0.5, -1.0], [2.0, 0.3]], [[0.0, 1.0], [1.0, 0.0]], [1.0, 3.0]
SHARES, LOGS = [[0.9, 0.1], [0.6, 0.4]], [[-0.1, -2.0], [-1.0, -0.5]]
# loss, predictions, targets, numbers of torch 2.13.0
RECORDED = [
    (nn.MSELoss(reduction="none"), P, T, [[0.25, 4.0], [1.0, 0.09]]),
    (nn.L1Loss(reduction="none"), P, T, [[0.5, 2.0], [1.0, 0.3]]),
    (nn.HuberLoss(reduction="none"), P, T, [[0.125, 1.5], [0.5, 0.045]]),
    (nn.SmoothL1Loss(reduction="none"), P, T, [[0.125, 1.5], [0.5, 0.045]]),
    (
        nn.BCEWithLogitsLoss(reduction="none", pos_weight=[3.0, 0.5]),
        [[0.5, -1.0], [2.0, 0.25]],
        [[1.0, 0.0], [0.5, 1.0]],
        [[1.42223095254032, 0.3132616875182228], [1.253856022085945, 0.2879697099394218]],
    ),
    (
        nn.BCEWithLogitsLoss(reduction="none"),
        P,
        T,
        [[0.9740769841801067, 1.3132616875182228], [0.1269280110429725, 0.8543552444685272]],
    ),
    (
        nn.BCELoss(reduction="none"),
        SHARES,
        T,
        [[2.302585092994046, 2.3025850929940455], [0.5108256237659907, 0.5108256237659907]],
    ),
    (nn.CrossEntropyLoss(W, reduction="none", ignore_index=0), P, [1, 0], [5.104239833948258, 0.0]),
    (nn.NLLLoss(reduction="none"), LOGS, [1, 0], [2.0, 1.0]),
]


def numbers(rows):
    return [
        numbers(row) if isinstance(row, list) else float(getattr(row, "data", row)) for row in rows
    ]


@pytest.mark.parametrize(("loss", "predictions", "targets", "wanted"), RECORDED)
def test_each_loss_is_pytorch_s(loss, predictions, targets, wanted):
    outputs = [[nn.Value(p) for p in row] for row in predictions]
    found = loss(outputs, targets)
    assert np.array(numbers(found)) == pytest.approx(np.array(wanted), rel=1e-7, abs=1e-15)


def test_their_mean_has_the_gradient_of_the_mean():
    ways = []
    for reduction in ("none", "mean"):
        outputs = [[nn.Value(p) for p in row] for row in P]
        loss = nn.MSELoss(reduction=reduction)(outputs, T)
        (loss.mean() if reduction == "none" else loss).backward()
        ways.append([value.grad for row in outputs for value in row])
    assert ways[0] == pytest.approx(ways[1], rel=1e-15)


def test_shapes_are_those_of_the_predictions():
    assert numbers(F.l1_loss([1.0, 3.0], [0.0, 0.0], reduction="none")) == [1.0, 3.0]
    assert nn.MSELoss(reduction="none")(nn.Value(3.0), 1.0).data == 4.0
    assert nn.CrossEntropyLoss(reduction="none")([0.0, 0.0], 1).data == pytest.approx(np.log(2.0))
    weighted = nn.L1Loss(reduction="none")([1.0, 3.0], [0.0, 0.0], sample_weight=[2.0, 0.5])
    assert numbers(weighted) == [2.0, 1.5]


def test_fit_wants_one_number():
    with pytest.raises(ValueError, match="no number to train on"):
        nn.MLP(2, [1]).compile("sgd", nn.MSELoss(reduction="none"))
