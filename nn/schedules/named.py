"""Named: the schedules by name, and `get`, which turns an argument of `compile` into one."""

from __future__ import annotations

from collections.abc import Callable

from nn.basics import resolve
from nn.schedules.cosine import CosineAnnealingLR
from nn.schedules.plateau import ReduceLROnPlateau
from nn.schedules.schedule import Schedule
from nn.schedules.steps import (
    ConstantLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)

NAMES: dict[str, type[Schedule]] = {
    "constant": ConstantLR,
    "step": StepLR,
    "multistep": MultiStepLR,
    "exponential": ExponentialLR,
    "linear": LinearLR,
    "polynomial": PolynomialLR,
    "cosine": CosineAnnealingLR,
}


def get(schedule: str | Schedule | Callable[[int], float]) -> Schedule:
    """Return the schedule of that name with its default options; a function is wrapped.

    A class, such as `StepLR`, is instantiated.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> get("step")(30), get(lambda epoch: 0.5**epoch)(2)
    (0.1, 0.25)
    """
    made = resolve("schedule", schedule, NAMES)
    if isinstance(made, Schedule):
        return made
    if isinstance(made, ReduceLROnPlateau) or not callable(made):
        raise TypeError(
            f"a schedule is a name or a function of the epoch, got {made!r:.60}; one that monitors "
            "a metric is a callback: fit(callbacks=[nn.callbacks.ReduceLROnPlateau()])"
        )
    return LambdaLR(lr_lambda=made)
