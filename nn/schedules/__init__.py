"""Schedules: how the learning rate changes from epoch to epoch; names and formulas as in PyTorch.

In: an epoch, `schedule(epoch) -> factor`; this door has the schedules by name.
Out: the factor of the optimizer's own rate. Attached to an optimizer its `step()` sets the rate, as
in PyTorch; `fit` takes it as a callback.
Read first: schedule.py, what all share, then steps.py; named.py is what `compile` asks.

Explained in notebooks/11_coming_from_and_going_to.ipynb.
"""

from nn.schedules.composed import ChainedScheduler, SequentialLR
from nn.schedules.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR
from nn.schedules.cyclic import CyclicLR
from nn.schedules.named import NAMES, get
from nn.schedules.plateau import ReduceLROnPlateau
from nn.schedules.schedule import Schedule
from nn.schedules.steps import (
    ConstantLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)

__all__ = [
    "NAMES", "ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts",
    "CyclicLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR",
    "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "Schedule", "SequentialLR", "StepLR", "get",
]  # fmt: skip
