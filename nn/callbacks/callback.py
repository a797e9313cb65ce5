"""Callback: what is told of the progress of training and may step in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from os import PathLike
from typing import Any, Protocol, TypeAlias

from nn.basics import Floats
from nn.optimizers.optimizer import Optimizer

Logs: TypeAlias = MutableMapping[str, float]
"""What is known at that moment: `{"loss": ..., "accuracy": ..., "val_loss": ...}`.

After a batch it is about all batches of the epoch so far (as in Keras); a metric is then measured
when somebody looks at it. What `on_epoch_end` adds to it is in the history as well.
"""


class Trained(Protocol):
    """The model, as a callback sees it."""

    stop_training: bool

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that trains it."""
        ...

    def save(self, path: str | PathLike[str]) -> None:
        """Write it into a file."""

    def resume(self, path: str | PathLike[str]) -> None:
        """Go on where the model was when it was written."""

    def save_weights(self, path: str | PathLike[str]) -> None:
        """Write its weights alone into a file."""

    def get_weights(self) -> list[Floats]:
        """Return copies of its weights."""
        ...

    def set_weights(self, weights: Sequence[Floats]) -> None:
        """Set its weights."""


def trainer_of(model: object) -> object:
    """Return what trains a model, whatever its attributes are called; None before `compile`."""
    return getattr(getattr(model, "_nn", None), "trainer", None)


def optimizer_of(model: Trained) -> Optimizer:
    """Return the optimizer that trains a model, also where `model.optimizer` is the user's own."""
    trainer = trainer_of(model)
    chosen: Optimizer = getattr(trainer, "optimizer", None) or model.optimizer
    return chosen


class Callback:
    """Override what you need; anything with methods of these names will do as well.

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
        """Act before samples are measured, by `evaluate` or in a `fit` that validates."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Act after it, with the numbers: `{"loss": ..., "accuracy": ...}`."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Act before a batch of those."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Act after a batch of those, with the numbers so far."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Act before `predict`."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Act after `predict`."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Act before a batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
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
        self.per_batch = self._want("on_train_batch", "on_batch")
        self.per_test, self.per_test_batch = self._want("on_test"), self._want("on_test_batch")
        self.per_predict_batch = self._want("on_predict_batch")
        # whether any of them looks at the model or changes it, rather than reading the logs alone
        self.changing = not all(getattr(c, "leaves_model_alone", False) for c in self.callbacks)

    @property
    def first_epoch(self) -> int:
        """Where training begins, since a callback has gone back to what was left there."""
        return max((getattr(c, "first_epoch", 0) for c in self.callbacks), default=0)

    def _want(self, *events: str) -> bool:
        """Return whether a callback does anything at events that begin so."""
        return any(_wants(events, callback) for callback in self.callbacks)

    def tell(self, event: str, *arguments: object) -> None:
        """Call the method of that name of every callback."""
        for callback in self.callbacks:
            method = getattr(callback, event, None)
            if method is not None:
                method(*arguments)


_EVENTS = [name for name in vars(Callback) if name.startswith("on_")]


def _wants(events: tuple[str, ...], callback: object) -> bool:
    """Return whether a callback does anything at events that begin so."""
    for name in (event for event in _EVENTS if event.startswith(events)):
        method = getattr(callback, name, None)
        if method is not None and getattr(method, "__func__", None) is not getattr(Callback, name):
            return True
    return False
