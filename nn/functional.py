"""Functional: activations and losses as functions, by PyTorch's names: `nn.functional as F`.

A loss takes predictions, targets, and then the arguments of its class, in PyTorch's order.

>>> mse_loss([1.0, 2.0], [0.0, 0.0], reduction="sum").data
5.0
>>> round(cross_entropy([[1.0, 2.0, 3.0]], [2]).data, 6)
0.407606

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import NoReturn, ParamSpec, Protocol

from autograd_core import Value
from nn.activations import (
    elu,
    gelu,
    glu,
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
from nn.losses.loss import Loss, Predictions, Targets
from nn.shrinks import celu, threshold
from nn.shrinks import hard_shrink as hardshrink
from nn.shrinks import hard_silu as hardswish
from nn.shrinks import soft_shrink as softshrink
from nn.shrinks import tanh_shrink as tanhshrink

P = ParamSpec("P")


class _Function(Protocol[P]):
    """A loss as a function: predictions, targets, then the arguments of its class."""

    def __call__(
        self, input: Predictions, target: Targets, *arguments: P.args, **named: P.kwargs
    ) -> Value: ...


def _with_arguments_of(kind: Callable[P, Loss], name: str) -> _Function[P]:
    def loss(input: Predictions, target: Targets, *arguments: P.args, **named: P.kwargs) -> Value:
        return kind(*arguments, **named)(input, target)

    input_and_target = list(inspect.signature(loss).parameters.values())[:2]
    options = inspect.signature(kind).parameters.values()
    vars(loss)["__signature__"] = inspect.Signature([*input_and_target, *options])
    loss.__name__ = loss.__qualname__ = name
    loss.__doc__ = f"Return the loss `nn.{getattr(kind, '__name__', name)}`, with its arguments."
    return loss


mse_loss = _with_arguments_of(MSELoss, "mse_loss")
l1_loss = _with_arguments_of(L1Loss, "l1_loss")
huber_loss = _with_arguments_of(HuberLoss, "huber_loss")
smooth_l1_loss = _with_arguments_of(SmoothL1Loss, "smooth_l1_loss")
binary_cross_entropy = _with_arguments_of(BCELoss, "binary_cross_entropy")
binary_cross_entropy_with_logits = _with_arguments_of(
    BCEWithLogitsLoss, "binary_cross_entropy_with_logits"
)
cross_entropy = _with_arguments_of(CrossEntropyLoss, "cross_entropy")
nll_loss = _with_arguments_of(NLLLoss, "nll_loss")

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "celu", "cross_entropy", "elu",
    "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "huber_loss", "l1_loss",
    "leaky_relu", "log_softmax", "logsigmoid", "mish", "mse_loss", "nll_loss", "relu", "relu6",
    "selu", "sigmoid", "silu", "smooth_l1_loss", "softmax", "softplus", "softshrink", "softsign",
    "tanh", "tanhshrink", "threshold",
]  # fmt: skip


def __getattr__(name: str) -> NoReturn:
    """Raise AttributeError, with advice for names that PyTorch has and this module has not."""
    raise AttributeError(explain(name, "nn.functional"))
