"""Interop: names that people bring from PyTorch, and what to do where one is missing.

In: PyTorch's losses with its arguments in its order; names that are not here.
Out: losses of this package; the sentence that says what to use instead.
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
