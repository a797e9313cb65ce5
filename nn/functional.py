"""Functional: activations and losses as functions, by PyTorch's names: `nn.functional as F`.

Options that PyTorch has in other places, behind some it has given up, are given by name.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

from typing import NoReturn

from numpy.typing import ArrayLike

from autograd_core import Value
from nn.activations import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    tanh,
)
from nn.activations import hard_sigmoid as hardsigmoid
from nn.activations import hard_tanh as hardtanh
from nn.activations import log_sigmoid as logsigmoid
from nn.interop import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
    explain,
)
from nn.losses.loss import Predictions, Targets


def mse_loss(input: Predictions, target: Targets, *, reduction: str = "mean") -> Value:
    """Return what `nn.MSELoss` does.

    >>> mse_loss([1.0, 2.0], [0.0, 0.0]).data
    2.5
    """
    return MSELoss(reduction=reduction)(input, target)


def l1_loss(input: Predictions, target: Targets, *, reduction: str = "mean") -> Value:
    """Return what `nn.L1Loss` does.

    >>> l1_loss([1.0, 3.0], [0.0, 0.0]).data
    2.0
    """
    return L1Loss(reduction=reduction)(input, target)


def huber_loss(
    input: Predictions, target: Targets, reduction: str = "mean", delta: float = 1.0
) -> Value:
    """Return what `nn.HuberLoss` does.

    >>> huber_loss([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    1.3125
    """
    return HuberLoss(reduction, delta)(input, target)


def smooth_l1_loss(
    input: Predictions, target: Targets, *, reduction: str = "mean", beta: float = 1.0
) -> Value:
    """Return what `nn.SmoothL1Loss` does.

    >>> smooth_l1_loss([1.0, 3.0], [0.0, 0.0], beta=2.0).data  # 0.25 and 2
    1.125
    """
    return SmoothL1Loss(reduction=reduction, beta=beta)(input, target)


def binary_cross_entropy(input: Predictions, target: Targets, *, reduction: str = "mean") -> Value:
    """Return what `nn.BCELoss` does.

    >>> round(binary_cross_entropy([0.9, 0.1], [1, 0]).data, 6)
    0.105361
    """
    return BCELoss(reduction=reduction)(input, target)


def binary_cross_entropy_with_logits(
    input: Predictions,
    target: Targets,
    *,
    reduction: str = "mean",
    pos_weight: ArrayLike | None = None,
) -> Value:
    """Return what `nn.BCEWithLogitsLoss` does.

    >>> round(binary_cross_entropy_with_logits([0.0], [1]).data, 6)
    0.693147
    """
    loss = BCEWithLogitsLoss(reduction=reduction, pos_weight=pos_weight)
    return loss(input, target)


def cross_entropy(
    input: Predictions,
    target: Targets,
    weight: ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Value:
    """Return what `nn.CrossEntropyLoss` does.

    >>> round(cross_entropy([[1.0, 2.0, 3.0]], [2]).data, 6)
    0.407606
    """
    loss = CrossEntropyLoss(
        weight,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )
    return loss(input, target)


def nll_loss(
    input: Predictions,
    target: Targets,
    weight: ArrayLike | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Value:
    """Return what `nn.NLLLoss` does.

    >>> round(nll_loss([log_softmax([1.0, 2.0, 3.0])], [2]).data, 6)
    0.407606
    """
    loss = NLLLoss(weight, ignore_index=ignore_index, reduction=reduction)
    return loss(input, target)


__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "elu",
    "gelu",
    "hardsigmoid",
    "hardtanh",
    "huber_loss",
    "l1_loss",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "mse_loss",
    "nll_loss",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


def __getattr__(name: str) -> NoReturn:
    """Say what to do instead of a name that people try and that is not here."""
    raise AttributeError(explain(name, "nn.functional"))
