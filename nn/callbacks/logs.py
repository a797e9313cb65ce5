"""Logs: callbacks that write logs to a file, set the learning rate, or stop at a nan."""

from __future__ import annotations

import csv
import inspect
import math
from collections.abc import Callable
from os import PathLike

import numpy as np

from nn.basics import file_name, flag, function, string
from nn.callbacks.callback import Callback, Logs, optimizer_of


class CSVLogger(Callback):
    """Write one line per epoch into a CSV file; epochs without validation have NA in its columns.

    Args:
        filename: The path of the file.
        separator: The character between two cells.
        append: Whether to append to an existing file.

    >>> import nn, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "log.csv"
    >>> model = nn.MLP(1, [1], init="zeros")
    >>> model.compile(nn.SGD(0.0), "mse")
    >>> history = model.fit([[1.0]], [2.0], verbose=0, callbacks=CSVLogger(path))
    >>> print(path.read_text(), end="")
    epoch,loss
    0,4.0
    """

    def __init__(
        self, filename: str | PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.filename = file_name("CSVLogger's filename", filename)
        self.separator = string("CSVLogger's separator", separator)
        self.append = flag("CSVLogger's append", append)
        self._names: list[str] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Create the file; empty it, unless `append`."""
        with open(self.filename, "a" if self.append else "w"):
            self._names = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line; the file is open only meanwhile, so an error leaves none open."""
        known = logs or {}
        with open(self.filename, "a", newline="") as file:
            writer = csv.writer(file, delimiter=self.separator, lineterminator="\n")
            if not self._names:
                self._names = sorted(known)
                if not getattr(self, "params", {}).get("validates_each_epoch", True):
                    measured = [name for name in self._names if not name.startswith("val_")]
                    self._names = [*measured, *(f"val_{name}" for name in measured)]
                if file.tell() == 0:
                    writer.writerow(["epoch", *self._names])
            writer.writerow([epoch, *(known.get(name, "NA") for name in self._names)])


class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch.

    Args:
        schedule: `schedule(epoch, rate) -> rate`, or `schedule(epoch) -> rate`.
        verbose: Whether to print the rate.

    Raises:
        TypeError: While training, if the function does not return a number.

    >>> import nn
    >>> model = nn.MLP(1, [1])
    >>> model.compile(nn.SGD(0.1), "mse")
    >>> halve = LearningRateScheduler(lambda epoch, rate: rate / 2.0)
    >>> model.fit([[1.0]], [2.0], epochs=3, verbose=0, callbacks=halve)["learning_rate"]
    [0.05, 0.025, 0.0125]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        example = "lambda epoch, rate: 0.9 * rate"
        self.schedule = function("LearningRateScheduler's schedule", schedule, example)
        self.verbose = verbose
        try:  # a function of the epoch alone, as in older Keras, or of the epoch and the rate
            inspect.signature(schedule).bind(0, 0.0)
            self._takes_rate = True
        except TypeError:
            self._takes_rate = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate."""
        optimizer = optimizer_of(self.model)
        known = (epoch, optimizer.lr) if self._takes_rate else (epoch,)
        rate = self.schedule(*known)
        if not isinstance(rate, int | float | np.number):
            raise TypeError(
                f"LearningRateScheduler's function gives the rate of an epoch, got {rate!r:.60}; "
                "return a number"
            )
        optimizer.lr = float(rate)
        if self.verbose:
            print(f"epoch {epoch + 1}: learning rate {optimizer.lr:g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Put the rate into the history, as Keras does."""
        if logs is not None:
            logs["learning_rate"] = optimizer_of(self.model).lr


class TerminateOnNaN(Callback):
    """Stop as soon as a batch's loss is not finite.

    Args:
        raise_error: Whether to raise a RuntimeError instead of only stopping.

    >>> import nn
    >>> guard = TerminateOnNaN()
    >>> guard.set_model(nn.MLP(1, [1]))
    >>> guard.on_train_batch_end(3, {"loss": math.nan})
    batch 3: loss nan, training ends
    >>> guard.model.stop_training
    True
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = flag("TerminateOnNaN's raise_error", raise_error)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Stop if the loss is not finite."""
        if logs is not None and not math.isfinite(logs.get("loss", 0.0)):
            if self.raise_error:
                raise RuntimeError(f"batch {batch}: loss {logs['loss']}")
            print(f"batch {batch}: loss {logs['loss']}, training ends")
            self.model.stop_training = True
