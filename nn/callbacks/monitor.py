"""Monitor: the base class of callbacks that monitor whether one number improves."""

from __future__ import annotations

import math

from nn.basics import Metric, look_up, number, string
from nn.callbacks.callback import Callback, Logs, Trained, trainer_of


class Monitor(Callback):
    """Base class of callbacks that monitor whether one number improves.

    Args:
        monitor: The name of the number in the logs.
        min_delta: A smaller change is no improvement.
        mode: "min", "max", or "auto": the metric of that name says whether larger is better.
    """

    def __init__(self, monitor: str, min_delta: float, mode: str) -> None:
        self.monitor = string(f"{type(self).__name__}'s monitor", monitor)
        self.min_delta = abs(number("min_delta", min_delta))
        modes = {"auto": self.is_larger_better(monitor), "min": False, "max": True}
        self._larger = look_up("mode", mode, modes)
        self._decided = look_up("mode", mode, {"auto": False, "min": True, "max": True})
        self.start()

    def is_larger_better(self, metric: str | Metric) -> bool | None:
        """Return whether larger numbers of a metric are better; None if that is not known."""
        raise NotImplementedError

    @property
    def larger(self) -> bool:
        """Whether larger numbers are better.

        Raises:
            ValueError: If that is not known.
        """
        if self._larger is None:
            raise ValueError(
                f"{type(self).__name__} does not know whether a larger {self.monitor!r} is better; "
                "say mode='max' or mode='min'"
            )
        return self._larger

    def start(self) -> None:
        """Reset the best number and the count of epochs."""
        self.best = -math.inf if self._larger else math.inf
        self.wait = 0

    def set_model(self, model: Trained) -> None:
        """Set the model; with mode="auto", its metric of that name says if larger is better."""
        super().set_model(model)
        measured = getattr(trainer_of(model), "metrics", {})
        metric = measured.get(self.monitor.removeprefix("val_"))
        if metric is not None and not self._decided:
            self._larger = self.is_larger_better(metric)
        elif self.monitor.removesuffix("_loss") != self.monitor and not self._decided:
            self._larger = False  # the loss of one of several outputs

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Reset the best number and the count of epochs."""
        self.start()

    def not_validated(self, logs: Logs | None) -> bool:
        """Return whether the number is missing because `validation_freq` skips this epoch."""
        skips = not getattr(self, "params", {}).get("validates_each_epoch", True)
        return skips and self.monitor.startswith("val_") and self.monitor not in (logs or {})

    def current(self, logs: Logs | None) -> float:
        """Return the monitored number.

        Raises:
            ValueError: If there is none of that name, or it is not known whether larger is better.
        """
        if logs is None or self.monitor not in logs:
            there = ", ".join(logs or ["nothing"])
            missing = "val_" in self.monitor and "val_loss" not in (logs or {})
            advice = (
                "pass validation_data or validation_split"
                if missing
                else "name one of these in monitor="
            )
            raise ValueError(
                f"{type(self).__name__} watches {self.monitor!r}, there is {there}; {advice}"
            )
        _ = self.larger  # raises now; `better` would accept the first epoch without asking
        return logs[self.monitor]

    def better(self, number: float) -> bool:
        """Return whether the number is the best so far."""
        first = math.isinf(self.best) and not math.isnan(number)
        return first or self.beats(number, self.best)

    def beats(self, number: float, other: float) -> bool:
        """Return whether the number is better than another by more than `min_delta`."""
        return (number - other if self.larger else other - number) > self.min_delta
