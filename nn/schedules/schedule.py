"""Schedule: the base of all schedules of the learning rate.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from nn.basics import number, whole
from nn.callbacks.callback import Callback, Logs, Trained, optimizer_of
from nn.optimizers import Group
from nn.optimizers.optimizer import Optimizer


class Schedule(Callback):
    """Base of all schedules, which are also callbacks of `fit`.

    A step multiplies the current rate by the ratio of this epoch's factor to the last one's. So
    several schedules can change the rate of one optimizer, and a rate set by hand is kept
    (PyTorch's chaining).

    Args:
        optimizer: The optimizer whose rate to set; None for a schedule that `fit` gets.
        last_epoch: The last epoch that is done, if the schedule continues; the optimizer has the
            rates of the next one. -1 starts from the beginning.

    Raises:
        ValueError: If it is to continue and the optimizer has never had a schedule (as in PyTorch).

    Attributes:
        last_epoch: The current epoch, counted from 0.
        base_lrs: The initial rates of the optimizer's groups, before any schedule.
        eta_min: The rate that the factor 0 means.

    >>> from autograd_core import Value
    >>> from nn.schedules import ConstantLR, ExponentialLR
    >>> optimizer = Optimizer([Value(0.0)], 1.0, {})
    >>> both = ExponentialLR(optimizer, gamma=0.5), ConstantLR(optimizer, factor=0.1, total_iters=2)
    >>> for _ in range(2):
    ...     for schedule in both:
    ...         schedule.step()
    >>> optimizer.lr
    0.25
    """

    chains: ClassVar[bool] = True  # whether `step` starts from the current rate
    restarts: ClassVar[bool] = True  # whether, in a SequentialLR, it starts from the initial rate
    eta_min: float = 0.0

    def __init__(self, optimizer: Optimizer | None = None, last_epoch: int = -1) -> None:
        self.optimizer, self.last_epoch = optimizer, 0
        self._taken = whole(f"{type(self).__name__}'s last_epoch", last_epoch, -1)
        self.base_lrs: list[float] = []
        self._factors: list[float] = []  # each group's factor in the last step
        self._left: list[float] = []  # each group's rate after the last step
        self._by_hand: list[float] = []  # the rates, if one was set between two calls of `fit`
        if optimizer is not None:
            self.attach(optimizer)

    @property
    def leaves_model_alone(self) -> bool:
        """Whether it changes only the rate, as all schedules of this package do."""
        return type(self).__module__.startswith("nn.")

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        raise NotImplementedError

    def attach(self, optimizer: Optimizer) -> None:
        """Take an optimizer and set its rates for the first epoch."""
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{type(self).__name__}'s optimizer must be an optimizer, got {optimizer!r:.60}; "
                "pass other arguments by name"
            )
        optimizer.refuse_if_scheduled(type(self).__name__)
        self.optimizer, self.base_lrs, self._factors = optimizer, [], []
        epoch, self._taken = self._taken + 1, -1
        if not epoch:
            self.move_to(0)
            return
        if not all("initial_lr" in group for group in optimizer.param_groups):
            raise ValueError(
                f"{type(self).__name__}(last_epoch={epoch - 1}) wants an optimizer that has had a "
                "schedule before, got one that has not; load its state first: "
                "optimizer.load_state_dict(...)"
            )
        # the optimizer has the rates of that epoch already
        self._factors = [self.factor_of(i, epoch) for i in range(len(self._groups()))]
        self.move_to(epoch)

    def step(self) -> None:
        """Go on to the next epoch.

        Raises:
            ValueError: If there is no optimizer.
        """
        if self.optimizer is None:
            raise ValueError(f"{type(self).__name__} has no optimizer; pass it one, or use fit")
        self.move_to(self.last_epoch + 1)

    def move_to(self, epoch: int) -> None:
        """Go to an epoch: from the current rates if the schedule chains, else the initial ones."""
        self._go_to(epoch) if self.chains else self._start_at(epoch)

    def get_last_lr(self) -> list[float]:
        """Return the rates of all groups after the last step."""
        return list(self._left)

    def factor_of(self, group: int, epoch: int) -> float:
        """Return the factor of that group's initial rate in that epoch."""
        return self(epoch)

    def _start_at(self, epoch: int) -> None:
        """Go to an epoch from the initial rates."""
        for group, base in zip(self._groups(), self.base_lrs):
            group["lr"] = base
        self._factors = []
        self._go_to(epoch)

    def _go_to(self, epoch: int) -> None:
        """Go to an epoch from the current rates."""
        groups, self.last_epoch = self._groups(), epoch
        factors = [self.factor_of(i, epoch) for i in range(len(groups))]
        before = [*self._factors, *(self._factors[-1:] or [1.0]) * len(groups)]
        for group, base, then, now in zip(groups, self.base_lrs, before, factors):
            above = group["lr"] - self.eta_min
            if not then:  # the last factor was 0, so there is no ratio of factors
                group["lr"] += (base - self.eta_min) * now
            elif now != then:
                group["lr"] = self.eta_min + above * (now / then)
            group["scheduled_lr"] = group["lr"]
        self._factors, self._left = factors, [float(group["lr"]) for group in groups]

    def _groups(self) -> list[Group]:
        groups = self.optimizer.param_groups if self.optimizer else []
        for group in groups[len(self.base_lrs) :]:  # all at first, later those added since
            group.setdefault("initial_lr", group["lr"])
            self.base_lrs.append(float(group["initial_lr"]))
        return groups

    def state_dict(self) -> dict[str, object]:
        """Return the state, to continue from with `load_state_dict`."""
        return {
            "last_epoch": self.last_epoch,
            "base_lrs": list(self.base_lrs),
            "factors": list(self._factors),
            "last_lr": list(self._left),
        }

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()`.

        A rate that the optimizer has got since this schedule was made, as from its own
        `load_state_dict`, is kept.
        """
        saved: Any = copy.deepcopy(dict(state))
        for group, left, rate in zip(self._groups(), self._left, saved["last_lr"]):
            if group["lr"] == left:
                group["lr"] = rate
        self.last_epoch, self.base_lrs = saved["last_epoch"], saved["base_lrs"]
        self._factors, self._left = saved["factors"], saved["last_lr"]

    def __setstate__(self, pickled: dict[str, Any]) -> None:
        vars(self).update(pickled)
        if "_factors" not in pickled:  # by 0.1.0, which did not store the last factors and rates
            groups = self.optimizer.param_groups if self.optimizer else []
            self._factors = [self.factor_of(i, self.last_epoch) for i in range(len(self.base_lrs))]
            self._left, self._by_hand = [float(group["lr"]) for group in groups], []
        vars(self).setdefault("_taken", -1)

    def set_model(self, model: Trained) -> None:
        """Take the model that `fit` trains."""
        super().set_model(model)
        if self.optimizer is not optimizer_of(model):
            self.attach(optimizer_of(model))

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Note whether rates have been set by hand since the last call of `fit`."""
        groups = self._groups()
        by_hand = any(group["lr"] != group.get("scheduled_lr", group["lr"]) for group in groups)
        self._by_hand = [float(group["lr"]) for group in groups] if by_hand else []

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rates for an epoch of `fit`, from the current ones, which others may have set.

        If `fit` has started again, rates that were set by hand in between become the initial rates.
        """
        if self._by_hand and epoch not in (self.last_epoch, self.last_epoch + 1):
            self._factors, self.base_lrs = [], self._by_hand
            for group, rate in zip(self._groups(), self._by_hand):
                group["initial_lr"] = rate
        self._by_hand = []
        self._go_to(epoch)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Cycle(Schedule):
    """A schedule that also sets the momentum, in reverse: it rises while the rate falls."""

    chains = False
    cycle_momentum: bool

    def attach(self, optimizer: Optimizer) -> None:
        """Take an optimizer and set its rates and momenta for the first step."""
        if self.cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum to cycle; pass cycle_momentum=False"
            )
        super().attach(optimizer)

    def momentum(self, step: int) -> float:
        """Return the momentum in that step: an optimizer's `momentum`, or the first of `betas`."""
        raise NotImplementedError

    def _go_to(self, epoch: int) -> None:
        super()._go_to(epoch)
        for group in self._groups() if self.cycle_momentum else []:
            momentum = self.momentum(epoch)
            if "betas" in group:
                group["betas"] = momentum, *group["betas"][1:]
            else:
                group["momentum"] = momentum


def positive_epochs(what: str, epochs: int) -> int:
    """Check that a number of epochs is above 0, and return it.

    Raises:
        ValueError: If it is not above 0.

    >>> positive_epochs("T_max", 5)
    5
    """
    if not number(what, epochs) > 0:
        raise ValueError(f"{what} must be above 0 epochs, got {epochs}")
    return epochs
