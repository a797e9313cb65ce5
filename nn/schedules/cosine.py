"""Cosine: schedules that fall, or rise and fall, along a cosine; formulas as in PyTorch.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nn.basics import flag, look_up, number, whole
from nn.callbacks.callback import Logs
from nn.optimizers import Group
from nn.optimizers.optimizer import Optimizer
from nn.schedules.schedule import Cycle, Schedule, positive_epochs


class CosineAnnealingLR(Schedule):
    """Half a cosine, from the initial rate down to `eta_min` (Loshchilov & Hutter 2017).

    Args:
        optimizer: The optimizer whose rate to set.
        T_max: Epochs to the lowest rate; None is the number of epochs of `fit`.
        eta_min: The lowest rate.

    >>> schedule = CosineAnnealingLR(T_max=4)
    >>> [round(schedule(epoch), 3) for epoch in range(5)]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        T_max: int | None = None,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_max = None if T_max is None else positive_epochs("CosineAnnealingLR's T_max", T_max)
        self.eta_min, self._epochs = number("eta_min", eta_min), self.T_max or 50
        super().__init__(optimizer, last_epoch)

    def set_params(self, params: Mapping[str, int]) -> None:
        """Take the number of epochs of `fit`."""
        super().set_params(params)
        self._epochs = self.T_max or params["epochs"]

    def __call__(self, epoch: int) -> float:
        """Return the factor of (initial rate - `eta_min`) in that epoch."""
        return (1.0 + math.cos(math.pi * epoch / self._epochs)) / 2.0


class CosineAnnealingWarmRestarts(CosineAnnealingLR):
    """CosineAnnealingLR that restarts after `T_0` epochs, then after `T_mult` times as many.

    Args:
        optimizer: The optimizer whose rate to set.
        T_0: Epochs to the first restart.
        T_mult: The ratio of the length of a period to that of the last, a whole number.
        eta_min: The lowest rate.

    >>> schedule = CosineAnnealingWarmRestarts(T_0=2, T_mult=2)
    >>> [round(schedule(epoch), 3) for epoch in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    chains = False

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        T_0: int = 10,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_mult = whole("T_mult", T_mult)
        super().__init__(optimizer, T_0, eta_min, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of (initial rate - `eta_min`) in that epoch."""
        period = self._epochs
        while epoch >= period:
            epoch, period = epoch - period, period * self.T_mult
        return (1.0 + math.cos(math.pi * epoch / period)) / 2.0


class OneCycleLR(Cycle):
    """Up to `max_lr` and down to almost 0, with the momentum in reverse (Smith & Topin 2018).

    Args:
        optimizer: The optimizer whose rate to set.
        max_lr: The highest rate.
        total_steps: The number of steps; None is `epochs` times `steps_per_epoch`, or the number of
            epochs of `fit`, which takes one step of the schedule per epoch.
        epochs: See `total_steps`.
        steps_per_epoch: See `total_steps`.
        pct_start: The share of the steps in which the rate rises, 0 to 1.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: Whether to set `momentum`, or the first of `betas`, too.
        base_momentum: The lowest momentum, where the rate is highest.
        max_momentum: The highest momentum.
        div_factor: max_lr / the first rate.
        final_div_factor: The first rate / the last rate.
        three_phase: Whether to fall to the first rate in as many steps as it rose, and then to
            almost 0.

    Raises:
        ValueError: If the number of steps is not above 0 or exceeded, or the optimizer has no
            momentum.

    >>> schedule = OneCycleLR(max_lr=1.0, total_steps=10)
    >>> [round(schedule(epoch), 2) for epoch in range(10)]
    [0.04, 0.52, 1.0, 0.95, 0.81, 0.61, 0.39, 0.19, 0.05, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        max_lr: float = 0.1,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None and optimizer is not None:
            raise ValueError(
                "OneCycleLR with an optimizer wants total_steps, or epochs and steps_per_epoch, "
                "got none"
            )
        numbers = {"max_lr": max_lr, "pct_start": pct_start, "base_momentum": base_momentum,
                   "max_momentum": max_momentum, "div_factor": div_factor,
                   "final_div_factor": final_div_factor}  # fmt: skip
        for name, given in numbers.items():
            number(f"OneCycleLR's {name}", given)
        if not 0.0 <= pct_start <= 1.0:
            raise ValueError(f"OneCycleLR's pct_start must be from 0 to 1, got {pct_start}")
        self.total_steps = (
            None if total_steps is None else positive_epochs("OneCycleLR's steps", total_steps)
        )
        self.max_lr, self.pct_start = max_lr, pct_start
        self.cycle_momentum = flag("OneCycleLR's cycle_momentum", cycle_momentum)
        self.linear = look_up("anneal_strategy", anneal_strategy, {"cos": False, "linear": True})
        start, end = 1.0 / div_factor, 1.0 / (div_factor * final_div_factor)
        self.factors, self.momenta = [start, 1.0, end], [max_momentum, base_momentum, max_momentum]
        if flag("OneCycleLR's three_phase", three_phase):
            self.factors.insert(2, start)
            self.momenta.append(max_momentum)
        self._steps = self.total_steps or 50
        super().__init__(optimizer, last_epoch)

    def set_params(self, params: Mapping[str, int]) -> None:
        """Take the number of epochs of `fit`."""
        super().set_params(params)
        self._steps = self.total_steps or params["epochs"]

    def __call__(self, epoch: int) -> float:
        """Return the factor of `max_lr` in that step."""
        return self._between(self.factors, epoch)

    def factor_of(self, group: int, epoch: int) -> float:
        """Return the factor of the rate of the first step, which `_groups` has set."""
        return self(epoch) / self.factors[0]

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rates for an epoch of `fit`; if `fit` has started again, from `max_lr`."""
        self._go_to(epoch) if epoch == self.last_epoch + 1 else self._start_at(epoch)

    def _groups(self) -> list[Group]:
        groups = self.optimizer.param_groups if self.optimizer else []
        for group in groups[len(self.base_lrs) :]:
            group["initial_lr"] = group["lr"] = self.max_lr * self.factors[0]
        return super()._groups()

    def momentum(self, step: int) -> float:
        """Return the momentum in that step."""
        return self._between(self.momenta, step)

    def _between(self, heights: Sequence[float], step: int) -> float:
        """Return the value in that step of a curve with these values at the ends of its phases."""
        if step > self._steps:
            raise ValueError(
                f"OneCycleLR has {self._steps} steps, and this is step {step}; make it with more "
                "total_steps"
            )
        rise = self.pct_start * self._steps
        ends = [0.0, rise - 1.0, 2.0 * rise - 2.0, self._steps - 1.0]
        if len(heights) == 3:
            del ends[2]
        phase = next((i for i, end in enumerate(ends[1:-1]) if step <= end), len(ends) - 2)
        length = ends[phase + 1] - ends[phase]
        share = (step - ends[phase]) / length if length else 1.0
        if not self.linear:
            share = (1.0 - math.cos(math.pi * share)) / 2.0
        return heights[phase] + (heights[phase + 1] - heights[phase]) * share
