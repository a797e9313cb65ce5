"""Plateau: lower the learning rate where a number stops getting better, in a loop of one's own."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autograd_core import Value
from autograd_core.graph import number_of
from nn.basics import in_range, look_up, number
from nn.optimizers.optimizer import Optimizer


class ReduceLROnPlateau:
    """Times `factor` after more than `patience` steps without gain; PyTorch's, for its loops.

    Under `fit` use `nn.callbacks.ReduceLROnPlateau`, which is Keras's.

    Args:
        optimizer: Whose rates to lower.
        mode: "min" if smaller is better, "max" if larger is.
        factor: Below 1.
        patience: How many steps without gain are borne.
        threshold: What a gain has to be, as a share of the best number ("rel") or as it is ("abs").
        threshold_mode: "rel" or "abs".
        cooldown: Steps after a reduction that do not count.
        min_lr: No rate goes below this.
        eps: A smaller change of a rate is left out.

    Raises:
        ValueError: If `factor` is not below 1, or a mode is unknown.

    >>> optimizer = Optimizer([Value(0.0)], 1.0, {})
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    >>> optimizer.lr
    0.5

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.factor = in_range("ReduceLROnPlateau's factor", factor, 0.0, 1.0)
        self.patience = number("ReduceLROnPlateau's patience", patience)
        self.cooldown = number("ReduceLROnPlateau's cooldown", cooldown)
        self.larger = look_up("mode", mode, {"min": False, "max": True})
        self.relative = look_up("threshold_mode", threshold_mode, {"rel": True, "abs": False})
        self.threshold = number("ReduceLROnPlateau's threshold", threshold)
        self.min_lr = number("ReduceLROnPlateau's min_lr", min_lr)
        self.eps = number("ReduceLROnPlateau's eps", eps)
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"ReduceLROnPlateau's optimizer must be an optimizer, got {optimizer!r:.60}; the "
                "callback of that name, in nn.callbacks, takes none"
            )
        optimizer.refuse_if_scheduled("ReduceLROnPlateau")
        self.optimizer = optimizer
        self.best = -math.inf if self.larger else math.inf
        self.num_bad_epochs = self.last_epoch = 0
        self.cooldown_counter: float = 0  # as `cooldown`, which may be infinite

    def step(self, metrics: float | Value) -> None:
        """Look at the number after an epoch, and lower the rates if it is time."""
        number = float(number_of(metrics))
        self.last_epoch += 1
        if self._better(number):
            self.best, self.num_bad_epochs = number, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                lower = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _better(self, number: float) -> bool:
        sign = 1.0 if self.larger else -1.0
        if math.isinf(self.best):
            return sign * number > sign * self.best
        step = self.best * self.threshold if self.relative else self.threshold
        return sign * number > sign * (self.best + sign * step)

    def get_last_lr(self) -> list[float]:
        """Return the rates of all groups as they are now."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, object]:
        """Return where it is, to continue from with `load_state_dict`."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()`."""
        vars(self).update(state)
