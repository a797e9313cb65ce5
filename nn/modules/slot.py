"""Slots: interfaces of the rooms that train and save a model, which import this one.

`nn.training` sets `Trainable.trained_by` to its functions, `nn.saving` sets `Module.saved_by`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import NamedTuple, Protocol, TypeVar

from numpy.typing import ArrayLike

from autograd_core import Value
from autograd_core.files import JSON
from nn.basics import Floats, Number, Predicted, Tables, whole

# Variables, since this file cannot import these types.
ModelT = TypeVar("ModelT", contravariant=True)
OptimizerT = TypeVar("OptimizerT")
LossT = TypeVar("LossT")
MetricT = TypeVar("MetricT")
HistoryT = TypeVar("HistoryT", covariant=True)
T = TypeVar("T")


class Plan(NamedTuple):
    """The options of one call of `fit`, see `Trainable.fit`.

    Attributes:
        epochs: The numbers of the epochs to run.
        batch_size: Samples per step; None is all of them.
        shuffle: Whether to take the samples in a new order each epoch.
        rng: The source of the orders.
        seeded: Whether the user has said the seed of that source.
        verbose: How much to print.
        callbacks: The callbacks.
        validated: Returns whether validation comes after an epoch, counted from 0.
        record: Whether the history keeps the weights of some epochs.
        steps: How many batches of a stream make an epoch.
        split: The share of the table, at its end, to keep for validation.
        validation_data: Data to validate on instead of `split`.
        validation_steps: How many batches of `validation_data` to take, if it is a stream.
        validation_size: Samples per batch of validation; None is `batch_size`.
    """

    epochs: range
    batch_size: int | None
    shuffle: bool
    rng: random.Random
    seeded: bool
    verbose: int | str
    callbacks: object
    validated: Callable[[int], bool]
    record: bool
    steps: int | None
    split: float
    validation_data: Sequence[ArrayLike] | None
    validation_steps: int | None
    validation_size: int | None


def validated_epochs(freq: int | Sequence[int]) -> Callable[[int], bool]:
    """Return a function: whether validation comes after an epoch, counted from 0.

    Args:
        freq: Every so many epochs, or the numbers of the epochs, counted from 1.
    """
    if isinstance(freq, Sequence):
        wanted = {whole("validation_freq", epoch) for epoch in freq}
        return lambda epoch: epoch + 1 in wanted
    every = whole("validation_freq", freq)
    return lambda epoch: (epoch + 1) % every == 0


class Trainer(Protocol[OptimizerT, LossT, MetricT, HistoryT]):
    """The trainer of one model, made by `compile`."""

    optimizer: OptimizerT
    loss: LossT
    metrics: Mapping[str, MetricT]

    def fit(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
        plan: Plan,
    ) -> HistoryT:
        """Train the model and return the history."""
        ...

    def loss_of(self, outputs: Sequence[Number], target: object) -> Value:
        """Return the loss of one sample."""
        ...

    def in_javascript(self, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
        """Return the training as JavaScript programs for a page."""
        ...

    def train_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
    ) -> dict[str, float]:
        """Take one step; return the loss and the metrics from before it."""
        ...

    def evaluate(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        steps: int | None,
        batch_size: int | None,
        callbacks: object,
    ) -> dict[str, float]:
        """Return the loss and the metrics; arguments are those of `Trainable.evaluate`."""
        ...


class Training(Protocol[ModelT, OptimizerT, LossT, MetricT, HistoryT]):
    """The functions of `nn.training` that a model calls."""

    def trainer(
        self,
        model: ModelT,
        optimizer: str | OptimizerT,
        chosen: tuple[object, ...],
        schedule: str | Callable[[int], float] | None,
        backend: str,
        mesh: object = None,
    ) -> Trainer[OptimizerT, LossT, MetricT, HistoryT]:
        """Return the trainer; `chosen` is (loss, metrics, loss_weights, weighted_metrics)."""
        ...

    def describe_trained(self, model: object) -> tuple[dict[str, object] | None, dict[str, Floats]]:
        """Return what `compile` has made of a model, as plain data and arrays for a file."""
        ...

    def restore_trained(
        self, model: ModelT, described: Mapping[str, JSON], arrays: dict[str, Floats]
    ) -> None:
        """Compile a model as it was when it was saved."""

    def resume_optimizer(
        self, model: ModelT, described: Mapping[str, JSON], arrays: dict[str, Floats]
    ) -> None:
        """Set the moments of a compiled model's optimizer to those of a file."""

    def loss_named(self, name: str) -> LossT:
        """Return the loss of that name."""
        ...

    def run_rows(self, modules: Sequence[object], rows: Sequence[Callable[[], T]]) -> list[T]:
        """Return the output of each row; see `nn.modules.statistics`."""
        ...

    def predict(
        self,
        model: ModelT,
        x: Tables,
        batch_size: int | None,
        steps: int | None,
        callbacks: object,
    ) -> Predicted:
        """Return the model's outputs `(samples, outputs)`; arguments as of `Trainable.predict`."""
        ...


class Saving(Protocol[ModelT]):
    """The functions of `nn.saving` that a model calls."""

    def save(
        self,
        model: ModelT,
        path: str | PathLike[str],
        notes: dict[str, object] | None = None,
        include_optimizer: bool = True,
        overwrite: bool = True,
    ) -> None:
        """Write a model, and what `compile` has made of it."""

    def save_weights(
        self, model: ModelT, path: str | PathLike[str], overwrite: bool = True
    ) -> None:
        """Write its weights alone."""

    def read(self, path: str | PathLike[str]) -> tuple[dict[str, JSON], dict[str, Floats]]:
        """Return the header and the weights of a file."""
        ...

    def resume(self, model: ModelT, path: str | PathLike[str]) -> None:
        """Set weights and moments to those of a file."""
