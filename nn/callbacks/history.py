"""History: the loss and the metrics of each epoch of a training."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np

from autograd_core.files import write_whole
from autograd_core.graph import plain_gradient
from nn.basics import Floats, whole


class Record:
    """A callback that keeps the parameters and gradients of evenly spaced epochs.

    Attributes:
        model: The model that is trained.
        x: `(samples, inputs)`.
        y: Targets as the user gave them.
        epochs: `(epoch, logs, data, gradients)`, the last two `(parameters,)`.

    Args:
        most: Maximum number of epochs to keep, at least 2: the first and the last.
    """

    def __init__(self, x: object, y: object, most: int = 100) -> None:
        self.x, self.y, self.most = x, y, whole("Record's most", most, 2)
        self.model: Any = None
        self.epochs: list[tuple[int, dict[str, float], Floats, Floats]] = []
        self._stride = 1
        self._last: tuple[int, dict[str, float], Floats, Floats] | None = None

    def set_model(self, model: object) -> None:
        """Take the model; fit calls it before the first epoch."""
        self.model = model

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep the epoch if its number is a multiple of the stride, which doubles when full."""
        numbers = [(p.data, plain_gradient(p.grad)) for p in self.model.parameters()]
        data, gradients = np.array(numbers, dtype=np.float64).reshape(-1, 2).T
        self._last = (epoch, dict(logs or {}), data, gradients)
        if len(self.epochs) == self.most - 1:
            del self.epochs[1::2]
            self._stride *= 2
        if epoch % self._stride == 0:
            self.epochs.append(self._last)

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Keep the last epoch in any case."""
        if self._last is not None and self.epochs[-1] is not self._last:
            self.epochs.append(self._last)


class History:
    """Loss and metrics of every epoch, under Keras's names.

    Attributes:
        history: `{"loss": [...], "accuracy": [...], "val_loss": [...]}`, one number per epoch.
        epoch: The numbers of the epochs, from 0.
        best_epoch: The epoch with the lowest loss (of the validation set where there is one).
        stopped: Why training ended before its last epoch, else "".
        record: What `fit(record=True)` has kept for `viz.play(history)`, else None.

    >>> history = History()
    >>> history.append(0, {"loss": 0.5})
    >>> history
    <History of 1 epochs: loss 0.5>

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    leaves_model_alone = True

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []
        self.best_epoch: int | None = None
        self.stopped = ""
        self.record: Record | None = None
        self._best: Callable[[], dict[str, Floats]] = dict

    @cached_property
    def best_state(self) -> dict[str, Floats]:
        """The parameters after the best epoch, as `state_dict()` gives them."""
        return self._best()

    def keep_best(self, state: Callable[[], dict[str, Floats]]) -> None:
        """Set the function that returns `best_state`; it is called when that is first read."""
        self._best = state

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Add the numbers of an epoch, for a user's own History among the callbacks, as in Keras.

        >>> import nn
        >>> model, mine = nn.MLP(1, [1], rng=0), nn.callbacks.History()
        >>> model.compile("sgd", "mse")
        >>> fitted = model.fit([[1.0]], [2.0], epochs=3, callbacks=[mine], verbose=0)
        >>> mine.epoch, mine.history == fitted.history
        ([0, 1, 2], True)
        """
        self.append(epoch, dict(logs or {}))

    def append(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the numbers of an epoch that has ended."""
        for name in logs:
            self.history.setdefault(name, [float("nan")] * len(self.epoch))
        self.epoch.append(epoch)
        for name, numbers in self.history.items():
            numbers.append(float(logs.get(name, float("nan"))))

    def amend(self, logs: Mapping[str, float]) -> None:
        """Replace the numbers of the last epoch: a callback may have added some.

        >>> history = History()
        >>> history.append(0, {"loss": 0.5})
        >>> history.amend({"loss": 0.5, "learning_rate": 0.1})
        >>> history["learning_rate"]
        [0.1]
        """
        for name, number in logs.items():
            numbers = self.history.setdefault(name, [float("nan")] * len(self.epoch))
            numbers[-1] = float(number)

    def keys(self) -> list[str]:
        """Return the names of the numbers, so that `dict(history)` works."""
        return list(self.history)

    def __iter__(self) -> Iterator[str]:
        return iter(self.history)

    def __contains__(self, name: object) -> bool:
        return name in self.history

    def __getitem__(self, name: str) -> list[float]:
        """Return the numbers of that name, one per epoch.

        Raises:
            KeyError: If there are none.
        """
        if name not in self.history:
            there = ", ".join(self.history) or "nothing yet"
            raise KeyError(f"no {name!r} in the history; there is {there}")
        return self.history[name]

    def __len__(self) -> int:
        return len(self.epoch)

    def rows(self) -> list[dict[str, float]]:
        """Return one dict per epoch."""
        return [
            {"epoch": epoch} | {name: numbers[i] for name, numbers in self.history.items()}
            for i, epoch in enumerate(self.epoch)
        ]

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write one line per epoch; the file appears complete or not at all."""
        out = io.StringIO()
        writer = csv.DictWriter(out, ["epoch", *self.history], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows())
        write_whole(path, out.getvalue())

    def __repr__(self) -> str:
        last = {name: f"{numbers[-1]:.4g}" for name, numbers in self.history.items() if numbers}
        ends = ", ".join(f"{name} {number}" for name, number in last.items())
        return f"<History of {len(self)} epochs{': ' + ends if ends else ''}>"
