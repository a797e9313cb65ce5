"""Callback: the methods that training calls, and a list of callbacks as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from os import PathLike
from typing import Protocol, TypeAlias

from nn.basics import Floats, Predicted
from nn.optimizers.optimizer import Optimizer

Logs: TypeAlias = MutableMapping[str, float]
"""Loss and metrics so far: `{"loss": ..., "accuracy": ..., "val_loss": ...}`.

After a batch they are those of all batches of the epoch so far, as in Keras; a metric is computed
when it is read. Items that `on_epoch_end` adds go into the history.
"""
PredictLogs: TypeAlias = Mapping[str, Predicted]
"""What `predict` has computed: `{"outputs": ...}`."""


class Trained(Protocol):
    """The part of a model that callbacks use."""

    stop_training: bool

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that trains it."""
        ...

    def save(self, path: str | PathLike[str]) -> None:
        """Write it into a file."""

    def resume(self, path: str | PathLike[str]) -> None:
        """Restore weights and optimizer from a file."""

    def save_weights(self, path: str | PathLike[str]) -> None:
        """Write its weights alone into a file."""

    def get_weights(self) -> list[Floats]:
        """Return copies of its weights."""
        ...

    def set_weights(self, weights: Sequence[Floats]) -> None:
        """Set its weights."""


def trainer_of(model: object) -> object:
    """Return the trainer of a model, from attributes that users do not set; None if uncompiled."""
    return getattr(getattr(model, "_nn", None), "trainer", None)


def optimizer_of(model: Trained) -> Optimizer:
    """Return the optimizer that trains a model, even if the user has set `model.optimizer`."""
    trainer = trainer_of(model)
    chosen: Optimizer = getattr(trainer, "optimizer", None) or model.optimizer
    return chosen


class Callback:
    """Base class of callbacks; any object with methods of these names works as well.

    Attributes:
        model: The model that is trained; set its `stop_training` to end training.
        params: `{"epochs": ..., "steps": ..., "verbose": ...}`.

    >>> class Count(Callback):
    ...     def on_train_begin(self, logs=None):
    ...         self.epochs = 0
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         self.epochs += 1
    >>> import nn
    >>> model, count = nn.MLP(1, [1]), Count()
    >>> model.compile("sgd", "mse")
    >>> history = model.fit([[1.0]], [2.0], epochs=3, verbose=0, callbacks=count)
    >>> count.epochs
    3
    """

    model: Trained
    params: Mapping[str, int]

    def set_model(self, model: Trained) -> None:
        """Take the model."""
        self.model = model

    def set_params(self, params: Mapping[str, int]) -> None:
        """Take the numbers of epochs and of batches per epoch."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Act before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Act after the last epoch, also when training was interrupted."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Act before an epoch; they count from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Act after an epoch."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Act before `evaluate`, or before the validation of an epoch."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Act after it, with `{"loss": ..., "accuracy": ...}`."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Act before a batch of `evaluate` or of the validation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Act after a batch of `evaluate` or of the validation, with the numbers so far."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Act before `predict`."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Act after `predict`."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Act before a batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: PredictLogs | None = None) -> None:
        """Act after a batch of `predict`, with `{"outputs": ...}`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Act before a batch; they count from 0 in each epoch."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Act after a batch."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Do what `on_train_batch_begin` does (Keras's older name for it)."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Do what `on_train_batch_end` does (Keras's older name for it)."""


class LambdaCallback(Callback):
    """Functions as callbacks: `LambdaCallback(on_epoch_end=lambda epoch, logs: ...)`.

    >>> import nn
    >>> model = nn.MLP(1, [1])
    >>> model.compile("sgd", "mse")
    >>> said = LambdaCallback(on_train_begin=lambda logs: print("here we go"))
    >>> history = model.fit([[1.0]], [2.0], verbose=0, callbacks=said)
    here we go
    """

    def __init__(
        self,
        on_epoch_begin: Callable[[int, Logs | None], object] | None = None,
        on_epoch_end: Callable[[int, Logs | None], object] | None = None,
        on_train_begin: Callable[[Logs | None], object] | None = None,
        on_train_end: Callable[[Logs | None], object] | None = None,
        on_train_batch_begin: Callable[[int, Logs | None], object] | None = None,
        on_train_batch_end: Callable[[int, Logs | None], object] | None = None,
        **others: Callable[..., object] | None,
    ) -> None:
        given = {name: function for name, function in locals().items() if name in _EVENTS}
        for name, function in (given | others).items():
            if name not in _EVENTS:
                raise TypeError(f"LambdaCallback has no {name}; it has {', '.join(_EVENTS)}")
            if function is not None:
                if not callable(function):
                    raise TypeError(
                        f"LambdaCallback's {name} must be a function, got {function!r:.60}"
                    )
                setattr(self, name, function)


class CallbackList:
    """Several callbacks as one; those that lack a method are not called for it.

    A plain function is called as `function(epoch, logs)` after each epoch.

    Raises:
        TypeError: If something is neither a function nor has a method of a `Callback`.
    """

    def __init__(
        self, callbacks: object, schedule: object, model: Trained, params: Mapping[str, int]
    ) -> None:
        several = [*callbacks] if isinstance(callbacks, list | tuple) else [callbacks]
        self.callbacks: list[object] = []
        for item in [*several, schedule]:
            callback = item() if isinstance(item, type) else item
            if callback is None:
                continue
            if not any(hasattr(callback, name) for name in _EVENTS):
                if not callable(callback):
                    raise TypeError(
                        f"callbacks are Callbacks or functions (epoch, logs), got {callback!r:.60}"
                    )
                callback = LambdaCallback(on_epoch_end=callback)
            self.callbacks.append(callback)
        self.tell("set_params", params)
        self.tell("set_model", model)
        self.per_batch = self._any_handles("on_train_batch", "on_batch")
        self.per_test, self.per_test_batch = (
            self._any_handles("on_test"),
            self._any_handles("on_test_batch"),
        )
        self.per_predict_batch = self._any_handles("on_predict_batch")
        # whether a callback may read or change the model, rather than only the logs
        self.changing = not all(getattr(c, "leaves_model_alone", False) for c in self.callbacks)

    @property
    def first_epoch(self) -> int:
        """The epoch to begin with: a callback may have restored a later one."""
        return max((getattr(c, "first_epoch", 0) for c in self.callbacks), default=0)

    def _any_handles(self, *events: str) -> bool:
        """Return whether any callback overrides a method whose name starts with one of these."""
        return any(_handles(events, callback) for callback in self.callbacks)

    def tell(self, event: str, *arguments: object) -> None:
        """Call the method of that name of every callback."""
        for callback in self.callbacks:
            method = getattr(callback, event, None)
            if method is not None:
                method(*arguments)


_EVENTS = [name for name in vars(Callback) if name.startswith("on_")]


def _handles(events: tuple[str, ...], callback: object) -> bool:
    """Return whether a callback overrides a method whose name starts with one of these."""
    for name in (event for event in _EVENTS if event.startswith(events)):
        method = getattr(callback, name, None)
        if method is not None and getattr(method, "__func__", None) is not getattr(Callback, name):
            return True
    return False
