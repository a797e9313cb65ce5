"""Schedules: how the learning rate changes from epoch to epoch; names and formulas as in PyTorch.

In: an epoch, counted from 0, as in `schedule(epoch)`.
Out: the factor of the optimizer's initial rate. With an optimizer, `step()` of the schedule sets
its rate, as in PyTorch; without one, the schedule is a callback of `fit`.
Read first: schedule.py, the base of all, then steps.py; named.py has the schedules by name and
`get`, which `compile` calls.

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
