"""Schedule: what all schedules of the learning rate share.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

from collections.abc import Mapping

from nn.basics import number
from nn.callbacks.callback import Callback, Logs, Trained
from nn.optimizers.optimizer import Optimizer


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


def some(what: str, epochs: int) -> int:
    """Return the number of epochs.

    Raises:
        ValueError: If it is not above 0.

    >>> some("T_max", 5)
    5
    """
    if not number(what, epochs) > 0:
        raise ValueError(f"{what} must be above 0 epochs, got {epochs}")
    return epochs
