"""Composed: schedules made of schedules, one after the other or multiplied; as in PyTorch.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from nn.callbacks.callback import Logs
from nn.optimizers.optimizer import Optimizer
from nn.schedules.schedule import Schedule


class _Composed(Schedule):
    """Base of both: it forwards optimizers, numbers of epochs and states to its schedules."""

    def __init__(
        self,
        optimizer: Optimizer | None,
        schedulers: Sequence[Schedule],
        last_epoch: int = -1,
    ) -> None:
        name = type(self).__name__
        if not schedulers or not all(isinstance(part, Schedule) for part in schedulers):
            raise ValueError(f"{name} wants one schedule or more, got {schedulers!r:.60}")
        if any(part.optimizer is not optimizer for part in schedulers):
            raise ValueError(
                f"all schedules of a {name} want one optimizer, got others; pass each of them the "
                f"optimizer of the {name}, or none"
            )
        self.schedulers = list(schedulers)
        super().__init__(optimizer, last_epoch)

    def set_params(self, params: Mapping[str, int]) -> None:
        """Take the number of epochs of `fit`."""
        super().set_params(params)
        for part in self.schedulers:
            part.set_params(params)

    def attach(self, optimizer: Optimizer) -> None:
        """Take an optimizer and set its rates for the first epoch."""
        for part in self.schedulers:
            if part.optimizer is not optimizer:
                part.attach(optimizer)
        super().attach(optimizer)

    def state_dict(self) -> dict[str, object]:
        """Return the state of the schedule and of its parts."""
        parts = [part.state_dict() for part in self.schedulers]
        return {**super().state_dict(), "schedulers": parts}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()`."""
        super().load_state_dict(state)
        saved: Any = state["schedulers"]
        for part, of_part in zip(self.schedulers, saved, strict=True):
            part.load_state_dict(of_part)

    def _take_rates_of(self, part: Schedule, epoch: int) -> None:
        """Go to an epoch, with the rates that a part has set."""
        self.last_epoch, self._left = epoch, part.get_last_lr()
        self._factors = [1.0] * len(self._left)


class SequentialLR(_Composed):
    """One schedule after the other: the next one starts at each of the `milestones`.

    Args:
        optimizer: The optimizer whose rate to set.
        schedulers: Schedules of that optimizer, or without one.
        milestones: The epochs at which the second schedule and those after it start.
        last_epoch: As for every schedule.

    Raises:
        ValueError: If the number of milestones is not that of the schedules minus 1, or the
            schedules have other optimizers.

    >>> from nn.schedules.steps import ConstantLR, ExponentialLR
    >>> parts = ConstantLR(factor=0.1, total_iters=2), ExponentialLR(gamma=0.5)
    >>> schedule = SequentialLR(schedulers=parts, milestones=[2])
    >>> [schedule(epoch) for epoch in range(5)]
    [0.1, 0.1, 1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        schedulers: Sequence[Schedule] = (),
        milestones: Sequence[int] = (),
        last_epoch: int = -1,
    ) -> None:
        if len(schedulers) != len(milestones) + 1:
            raise ValueError(
                f"SequentialLR wants a milestone between any two schedules, got "
                f"{len(schedulers)} schedules and {len(milestones)} milestones; pass one schedule "
                "more than milestones"
            )
        self.milestones = list(milestones)
        super().__init__(optimizer, schedulers, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        part, start = self._part_at(epoch)
        return part(epoch - start)

    def factor_of(self, group: int, epoch: int) -> float:
        """Return the factor of that group's initial rate in that epoch."""
        part, start = self._part_at(epoch)
        return part.factor_of(group, epoch - start)

    def _part_at(self, epoch: int) -> tuple[Schedule, int]:
        place = bisect_right(self.milestones, epoch)
        return self.schedulers[place], self.milestones[place - 1] if place else 0

    def _go_to(self, epoch: int) -> None:
        groups = self._groups()
        for part in self.schedulers:  # each starts from the initial rates of the whole schedule
            part._groups()
            part.base_lrs = list(self.base_lrs[: len(groups)])
        part, start = self._part_at(epoch)
        if epoch > start:
            part.move_to(epoch - start)
        elif epoch and not part.restarts:
            part._factors = []
            part._go_to(0)
        else:
            part._start_at(0)
        self._take_rates_of(part, epoch)


class ChainedScheduler(_Composed):
    """All schedules at once: in every step each changes the rate that the one before it has set.

    Args:
        schedulers: Schedules of one optimizer, or without one.
        optimizer: The optimizer whose rate to set; by default that of the schedules.

    Raises:
        ValueError: If the schedules have other optimizers.

    >>> from nn.schedules.steps import ConstantLR, ExponentialLR
    >>> parts = ConstantLR(factor=0.1, total_iters=1), ExponentialLR(gamma=0.5)
    >>> schedule = ChainedScheduler(parts)
    >>> [schedule(epoch) for epoch in range(3)]
    [0.1, 0.5, 0.25]
    """

    def __init__(self, schedulers: Sequence[Schedule], optimizer: Optimizer | None = None) -> None:
        first = schedulers[0].optimizer if schedulers else None
        super().__init__(first if optimizer is None else optimizer, schedulers)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        factor = 1.0
        for part in self.schedulers:
            factor *= part(epoch)
        return factor

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Note whether rates have been set by hand since the last call of `fit`."""
        for part in self.schedulers:
            part.on_train_begin(logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rates for an epoch of `fit`."""
        for part in self.schedulers:
            part.on_epoch_begin(epoch, logs)
        self._take_rates_of(self.schedulers[-1], epoch)

    def _go_to(self, epoch: int) -> None:
        if epoch or self.last_epoch:  # the parts have set the rates of epoch 0 themselves
            for part in self.schedulers:
                part.move_to(epoch)
        self._take_rates_of(self.schedulers[-1], epoch)
