"""Cyclic: the rate rises and falls between two bounds (Smith 2017); formulas as in PyTorch.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from nn.basics import flag, function, look_up, number
from nn.optimizers import Group
from nn.optimizers.optimizer import Optimizer
from nn.schedules.schedule import Cycle, positive_epochs

# The factor of the height of a cycle: `f(gamma, number of the cycle, from 1, or of the step)`.
MODES: dict[str, Callable[[float, float], float]] = {
    "triangular": lambda gamma, cycle: 1.0,
    "triangular2": lambda gamma, cycle: 0.5 ** (cycle - 1.0),
    "exp_range": lambda gamma, step: gamma**step,
}


class CyclicLR(Cycle):
    """From `base_lr` to `max_lr` and back, along straight lines.

    Args:
        optimizer: The optimizer whose rate to set.
        base_lr: The lowest rate, or one for each group of the optimizer.
        max_lr: The highest rate, likewise.
        step_size_up: The number of steps up.
        step_size_down: The number of steps down; None is the same.
        mode: "triangular", "triangular2" (the height is halved in each cycle) or "exp_range" (the
            height is multiplied by gamma^step).
        gamma: See `mode`.
        scale_fn: A function instead of a mode: the height is multiplied by `scale_fn(x)`.
        scale_mode: What `x` is: "cycle", the number of the cycle, from 1 on, or "iterations", the
            number of the step.
        cycle_momentum: Whether to set `momentum`, or the first of `betas`, in reverse.
        base_momentum: The lowest momentum, where the rate is highest.
        max_momentum: The highest momentum.
        last_epoch: As for every schedule.

    Raises:
        ValueError: If a number of steps is not above 0, a name is unknown or the optimizer has no
            momentum.

    >>> schedule = CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=2)
    >>> [round(schedule(step), 2) for step in range(5)]
    [0.1, 0.3, 0.5, 0.3, 0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        base_lr: float | Sequence[float] = 0.001,
        max_lr: float | Sequence[float] = 0.1,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.base_lr, self.max_lr = base_lr, max_lr
        for name, bounds in (("base_lr", base_lr), ("max_lr", max_lr)):
            if isinstance(bounds, Sequence) and optimizer is not None:
                if len(bounds) != len(optimizer.param_groups):
                    raise ValueError(f"CyclicLR's {name} wants a rate for each group, got {bounds}")
                for bound in bounds:
                    number(f"CyclicLR's {name}", bound)
            else:
                number(f"CyclicLR's {name}", bounds)
        self.up = positive_epochs("CyclicLR's step_size_up", step_size_up)
        down = step_size_up if step_size_down is None else step_size_down
        self.total = self.up + positive_epochs("CyclicLR's step_size_down", down)
        self.gamma, self.scale_fn = number("CyclicLR's gamma", gamma), scale_fn
        self.scaled = look_up("mode", mode, MODES)
        counted = look_up("scale_mode", scale_mode, {"cycle": True, "iterations": False})
        self.by_cycle = mode != "exp_range" if scale_fn is None else counted
        if scale_fn is not None:
            function("CyclicLR's scale_fn", scale_fn, "lambda x: 0.5 ** (x - 1)")
        self.cycle_momentum = flag("CyclicLR's cycle_momentum", cycle_momentum)
        self.base_momentum = number("CyclicLR's base_momentum", base_momentum)
        self.max_momentum = number("CyclicLR's max_momentum", max_momentum)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the rate of the first group in that step."""
        return self._rate(0, epoch)

    def factor_of(self, group: int, epoch: int) -> float:
        """Return 1: the bounds are rates, not factors of the initial rate."""
        return 1.0

    def _groups(self) -> list[Group]:
        groups = self.optimizer.param_groups if self.optimizer else []
        for i, group in enumerate(groups):
            group.setdefault("initial_lr", _bound_of(self.base_lr, i))
        return super()._groups()

    def _rate(self, group: int, step: int) -> float:
        low, high = _bound_of(self.base_lr, group), _bound_of(self.max_lr, group)
        return low + (high - low) * self._height(step)

    def _height(self, step: int) -> float:
        """Return the height above the lower bound in that step, as a share of the range."""
        cycles = step / self.total
        cycle = math.floor(1.0 + cycles)
        place, ratio = 1.0 + cycles - cycle, self.up / self.total
        height = place / ratio if place <= ratio else (place - 1.0) / (ratio - 1.0)
        x = cycle if self.by_cycle else step
        return height * (self.scale_fn(x) if self.scale_fn else self.scaled(self.gamma, x))

    def _go_to(self, epoch: int) -> None:
        super()._go_to(epoch)
        for i, group in enumerate(self._groups()):
            group["lr"] = group["scheduled_lr"] = self._left[i] = self._rate(i, epoch)

    def momentum(self, step: int) -> float:
        """Return the momentum in that step."""
        span = self.max_momentum - self.base_momentum
        return self.max_momentum - span * self._height(step)


def _bound_of(bound: float | Sequence[float], group: int) -> float:
    return bound[group] if isinstance(bound, Sequence) else bound
