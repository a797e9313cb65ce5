"""Plateau: reduce the learning rate when a metric stops improving, in a custom training loop."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autograd_core import Value
from autograd_core.graph import number_of
from nn.basics import in_range, look_up, number
from nn.optimizers.optimizer import Optimizer


class ReduceLROnPlateau:
    """Multiply the rate by `factor` after more than `patience` steps without improvement.

    This is PyTorch's, for custom loops; in `fit` use Keras's, `nn.callbacks.ReduceLROnPlateau`.

    Args:
        optimizer: The optimizer whose rates to reduce.
        mode: "min" if smaller is better, "max" if larger is.
        factor: The factor of the rates, below 1.
        patience: The number of steps without improvement after which the next one reduces the rate.
        threshold: The least improvement, relative to the best metric ("rel") or absolute ("abs").
        threshold_mode: "rel" or "abs".
        cooldown: The number of steps after a reduction that are not counted.
        min_lr: The lowest rate.
        eps: A reduction of a rate by no more than this is skipped.

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
        """Take the metric after an epoch, and reduce the rates if it has not improved."""
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
        """Return the current rates of all groups."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, object]:
        """Return the state, to continue from with `load_state_dict`."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()`."""
        vars(self).update(state)
