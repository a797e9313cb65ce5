"""Monitors: callbacks that act when one number improves, or does not; names as in Keras."""

from __future__ import annotations

import math
from os import PathLike
from pathlib import Path

from nn.basics import Floats, file_name, flag, in_range, number
from nn.callbacks.callback import Logs, optimizer_of
from nn.callbacks.monitor import Monitor
from nn.metrics import Metric, larger_is_better


class _MetricMonitor(Monitor):
    def is_larger_better(self, metric: str | Metric) -> bool | None:
        """Return whether larger numbers of a metric are better; None if that is not known."""
        return larger_is_better(metric)


class EarlyStopping(_MetricMonitor):
    """Stop when the monitored number has not improved for `patience` epochs.

    Args:
        monitor: The name of the number, for example "val_loss" or "loss".
        min_delta: A smaller change is no improvement.
        patience: Epochs without improvement before training stops.
        verbose: Whether to print when it stops.
        mode: "min", "max" or "auto".
        baseline: Until the number beats this, an improvement does not reset the count of epochs;
            but training never stops after an epoch that improved.
        restore_best_weights: Whether to restore the best epoch's weights at the end.
        start_from_epoch: The first epoch that is monitored.

    >>> import nn
    >>> model = nn.MLP(1, [1], init="zeros")
    >>> model.compile(nn.SGD(0.0), "mse")
    >>> stop = EarlyStopping(monitor="loss", patience=2)
    >>> len(model.fit([[1.0]], [2.0], epochs=9, verbose=0, callbacks=stop))  # nothing gets better
    3
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        self.patience = number("EarlyStopping's patience", patience)
        self.start_from_epoch = number("EarlyStopping's start_from_epoch", start_from_epoch)
        self.baseline = None if baseline is None else number("EarlyStopping's baseline", baseline)
        self.verbose = verbose
        self.restore_best_weights = flag(
            "EarlyStopping's restore_best_weights", restore_best_weights
        )
        super().__init__(monitor, min_delta, mode)

    @property
    def leaves_model_alone(self) -> bool:
        """Whether it reads only the logs; then parameters are not copied into Values each epoch."""
        return type(self) is EarlyStopping and not self.restore_best_weights

    def start(self) -> None:
        """Reset everything for a new training."""
        super().start()
        self.stopped_epoch = self.best_epoch = 0
        self.best_weights: list[Floats] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Stop after `patience` epochs without improvement."""
        if self.not_validated(logs):
            return
        number = self.current(logs)
        if epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self.better(number):
            self.best, self.best_epoch = number, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.beats(number, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights if asked to."""
        if self.stopped_epoch and self.verbose:
            print(f"epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights:
            self.model.set_weights(self.best_weights)


class ModelCheckpoint(_MetricMonitor):
    """Save the model after epochs; a file appears complete or not at all, its folder is created.

    Args:
        filepath: The path; `{epoch}` (from 1), `{loss}` and other logs are filled in.
        monitor: The name of the number that decides which epoch is best.
        verbose: Whether to print each time.
        save_best_only: Whether to save only when the number improved, over all calls of `fit`.
        save_weights_only: Whether to save as `model.save_weights` does rather than `model.save`.
        mode: "min", "max" or "auto".
        save_freq: "epoch"; saving after a number of batches, as in Keras, is not supported.
        initial_value_threshold: The best number to begin with.

    Raises:
        ValueError: If `save_freq` is something else; while training, if `filepath` or `monitor`
            names a number that is not in the logs.

    >>> import nn, os, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = nn.MLP(1, [1])
    >>> model.compile("sgd", "mse")
    >>> keep = ModelCheckpoint(os.path.join(folder, "after_{epoch}.npz"))
    >>> history = model.fit([[1.0]], [2.0], epochs=2, verbose=0, callbacks=keep)
    >>> sorted(os.listdir(folder))
    ['after_1.npz', 'after_2.npz']
    """

    def __init__(
        self,
        filepath: str | PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        if save_freq != "epoch":
            raise ValueError(
                f"ModelCheckpoint saves after epochs: save_freq='epoch', got {save_freq!r}"
            )
        self.filepath = file_name("ModelCheckpoint's filepath", filepath)
        self.verbose = verbose
        self.save_best_only = flag("ModelCheckpoint's save_best_only", save_best_only)
        self.save_weights_only = flag("ModelCheckpoint's save_weights_only", save_weights_only)
        self.initial_value_threshold = initial_value_threshold
        if initial_value_threshold is not None:
            number("ModelCheckpoint's initial_value_threshold", initial_value_threshold)
        super().__init__(monitor, 0.0, mode)

    def start(self) -> None:
        """Reset the best number to `initial_value_threshold`, if given."""
        super().start()
        if self.initial_value_threshold is not None:
            self.best = self.initial_value_threshold

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Keep the best number of earlier calls of `fit`, as in Keras: their file may be better."""
        if math.isinf(self.best):
            self.start()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save the model if it is due."""
        if self.save_best_only:
            if self.not_validated(logs):
                return
            number = self.current(logs)
            if not self.better(number):
                return
            self.best = number
        known = {"epoch": epoch + 1, **(logs or {})}
        try:
            path = self.filepath.format(**known)
        except (KeyError, IndexError, ValueError) as error:
            wrong = f"asks for {error}" if isinstance(error, KeyError) else f"is wrong ({error})"
            raise ValueError(
                f"ModelCheckpoint's filepath {self.filepath!r} {wrong}; the names it may use are "
                f"{', '.join(known)}, as in {{epoch:03d}} or {{loss:.4f}}"
            ) from None
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path)
        if self.verbose:
            print(f"epoch {epoch + 1}: saved {path}")


class ReduceLROnPlateau(_MetricMonitor):
    """Multiply all learning rates by `factor` after `patience` epochs without improvement.

    Args:
        monitor: The name of the number.
        factor: 0 to below 1.
        patience: Epochs without improvement before a reduction.
        verbose: Whether to print each time.
        mode: "min", "max" or "auto".
        min_delta: A smaller change is no improvement.
        cooldown: Epochs after a reduction that are not counted.
        min_lr: The lowest rate.

    Raises:
        ValueError: If `factor` is not from 0 to below 1.

    >>> import nn
    >>> model = nn.Sequential(nn.Activation("linear"), nn.Dense(1, input_dim=1, init="zeros"))
    >>> model.compile(nn.SGD(0.5), "mse")
    >>> lower = ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1)
    >>> model.fit([[0.0]], [0.0], epochs=3, verbose=0, callbacks=lower)["learning_rate"]
    [0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        self.factor = in_range("ReduceLROnPlateau's factor", factor, 0.0, 1.0)
        self.patience = number("ReduceLROnPlateau's patience", patience)
        self.cooldown = number("ReduceLROnPlateau's cooldown", cooldown)
        self.min_lr, self.verbose = number("ReduceLROnPlateau's min_lr", min_lr), verbose
        super().__init__(monitor, min_delta, mode)

    def start(self) -> None:
        """Reset everything for a new training."""
        super().start()
        self.cooldown_counter: float = 0  # as `cooldown`, which may be infinite

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Reduce the rate if it is due; the log has the rate before that, as in Keras."""
        if self.not_validated(logs):
            return
        number, optimizer = self.current(logs), optimizer_of(self.model)
        optimizer.refuse_if_scheduled("ReduceLROnPlateau")
        if logs is not None:
            logs["learning_rate"] = optimizer.lr
        if self.cooldown_counter:
            self.cooldown_counter -= 1
            self.wait = 0
        if self.better(number):
            self.best, self.wait = number, 0
        elif not self.cooldown_counter:
            self.wait += 1
            rates = [float(group["lr"]) for group in optimizer.param_groups]
            if self.wait >= self.patience and max(rates) > self.min_lr:
                for group, rate in zip(optimizer.param_groups, rates, strict=True):
                    group["lr"] = max(rate * self.factor, self.min_lr)
                self.cooldown_counter, self.wait = self.cooldown, 0
                if self.verbose:
                    print(f"epoch {epoch + 1}: learning rate {optimizer.lr:g}")
