"""Interop: losses under PyTorch's names, and advice for names that do not exist here.

In: the arguments of PyTorch's losses, in its order; names that nn does not have.
Out: losses of this package; the message that says what to use instead.
Read first: torch_losses.py.
"""

from nn.interop.absent import IN_FUNCTIONAL, explain
from nn.interop.class_losses import CrossEntropyLoss, NLLLoss
from nn.interop.torch_losses import (
    BCELoss,
    BCEWithLogitsLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    SmoothL1Loss,
)

__all__ = [
    "IN_FUNCTIONAL", "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss",
    "MSELoss", "NLLLoss", "SmoothL1Loss", "explain",
]  # fmt: skip
