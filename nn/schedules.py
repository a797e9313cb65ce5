"""Schedules: how the learning rate changes from epoch to epoch; names and formulas as in PyTorch.

A schedule is a function `schedule(epoch) -> factor` of the optimizer's own rate. Attached to an
optimizer its `step()` sets the rate, as in PyTorch; `fit` takes it as a callback.

Explained in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from nn.callback import Callback, Logs, Trained
from nn.names import look_up
from nn.optimizer import Optimizer
from nn.plateau import ReduceLROnPlateau


class Schedule(Callback):
    """What all schedules share: steps, and being a callback of `fit`.

    Args:
        optimizer: Whose rate to set; None when `fit` is given the schedule as a callback.

    Attributes:
        last_epoch: How many steps have been taken.
        base_lrs: The rates of the optimizer's groups at the start.
    """

    def __init__(self, optimizer: Optimizer | None = None) -> None:
        self.optimizer, self.last_epoch = optimizer, 0
        self.base_lrs: list[float] = []
        if optimizer is not None:
            self.attach(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        raise NotImplementedError

    def attach(self, optimizer: Optimizer) -> None:
        """Take an optimizer and set its rates for the first epoch."""
        self.optimizer, self.last_epoch = optimizer, 0
        self.base_lrs = [float(group["lr"]) for group in optimizer.param_groups]
        self._set()

    def step(self) -> None:
        """Go on to the next epoch.

        Raises:
            ValueError: If there is no optimizer.
        """
        if self.optimizer is None:
            raise ValueError(f"{type(self).__name__} has no optimizer; pass it one, or use fit")
        self.last_epoch += 1
        self._set()

    def get_last_lr(self) -> list[float]:
        """Return the rates of all groups as they are now."""
        groups = self.optimizer.param_groups if self.optimizer else []
        return [float(group["lr"]) for group in groups]

    def _set(self) -> None:
        groups = self.optimizer.param_groups if self.optimizer else []
        for group, rate in zip(groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(rate, self.last_epoch)

    def rate(self, base: float, epoch: int) -> float:
        """Return the rate in that epoch of a group that started with `base`."""
        return base * self(epoch)

    def state_dict(self) -> dict[str, object]:
        """Return where the schedule is, to continue from with `load_state_dict`."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()`."""
        self.last_epoch = int(state["last_epoch"])  # type: ignore[call-overload]
        self.base_lrs = list(state["base_lrs"])  # type: ignore[call-overload]
        self._set()

    def set_model(self, model: Trained) -> None:
        """Take the model that `fit` trains."""
        super().set_model(model)
        if self.optimizer is not model.optimizer:
            self.attach(model.optimizer)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rates for an epoch of `fit`."""
        self.last_epoch = epoch
        self._set()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ConstantLR(Schedule):
    """Factor `factor` for the first `total_iters` epochs, then 1."""

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        factor: float = 1.0 / 3.0,
        total_iters: int = 5,
    ) -> None:
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return self.factor if epoch < self.total_iters else 1.0


class StepLR(Schedule):
    """Times `gamma` every `step_size` epochs.

    >>> StepLR(step_size=30, gamma=0.1)(60)
    0.010000000000000002
    """

    def __init__(
        self, optimizer: Optimizer | None = None, step_size: int = 30, gamma: float = 0.1
    ) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return self.gamma ** (epoch // self.step_size)


class MultiStepLR(Schedule):
    """Times `gamma` at each of the epochs in `milestones`."""

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        milestones: Sequence[int] = (30, 80),
        gamma: float = 0.1,
    ) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return self.gamma ** sum(epoch >= milestone for milestone in self.milestones)


class ExponentialLR(Schedule):
    """Times `gamma` every epoch."""

    def __init__(self, optimizer: Optimizer | None = None, gamma: float = 0.95) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return self.gamma**epoch


class LinearLR(Schedule):
    """From `start_factor` to `end_factor` in `total_iters` epochs: a warm-up, or a cool-down."""

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        start_factor: float = 1.0 / 3.0,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        share = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share


class PolynomialLR(Schedule):
    """(1 - epoch / total_iters) ** power, and 0 from `total_iters` on."""

    def __init__(
        self, optimizer: Optimizer | None = None, total_iters: int = 5, power: float = 1.0
    ) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return math.pow(1.0 - min(epoch, self.total_iters) / self.total_iters, self.power)


class CosineAnnealingLR(Schedule):
    """Half a cosine, from the first rate down to `eta_min` (Loshchilov & Hutter 2017).

    Args:
        optimizer: Whose rate to set.
        T_max: Epochs to the lowest rate; None takes the epochs of `fit`.
        eta_min: The lowest rate.
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        T_max: int | None = None,
        eta_min: float = 0.0,
    ) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        self._epochs = T_max or 50
        super().__init__(optimizer)

    def set_params(self, params: Mapping[str, int]) -> None:
        """Take the number of epochs of `fit`."""
        super().set_params(params)
        self._epochs = self.T_max or params["epochs"]

    def __call__(self, epoch: int) -> float:
        """Return the factor of what lies above `eta_min` in that epoch."""
        return (1.0 + math.cos(math.pi * epoch / self._epochs)) / 2.0

    def rate(self, base: float, epoch: int) -> float:
        """Return the rate in that epoch of a group that started with `base`."""
        return self.eta_min + (base - self.eta_min) * self(epoch)


class LambdaLR(Schedule):
    """Any function `lr_lambda(epoch) -> factor`."""

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        lr_lambda: Callable[[int], float] = lambda epoch: 1.0,
    ) -> None:
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the first rate in that epoch."""
        return self.lr_lambda(epoch)


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

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.
    """
    if isinstance(schedule, str):
        return look_up("schedule", schedule, NAMES)()
    if isinstance(schedule, Schedule):
        return schedule
    if not callable(schedule):
        raise TypeError(f"a schedule is a name or a function of the epoch, got {schedule!r:.60}")
    return LambdaLR(lr_lambda=schedule)


__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "Schedule",
    "StepLR",
    "get",
]
