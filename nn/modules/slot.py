"""Slots: what a model asks of the rooms that train and save it, which are above this one.

`nn.training` puts itself into `Trainable.trained_by`, `nn.saving` into `Module.saved_by`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, NamedTuple, Protocol, TypeVar

from numpy.typing import ArrayLike

from autograd_core import Value
from nn.basics import Floats, Number, Tables, whole

Moves = TypeVar("Moves")  # what these are is said above: an Optimizer, a Loss, a Metric, a History
Costs = TypeVar("Costs")
Measures = TypeVar("Measures")
Happened = TypeVar("Happened", covariant=True)


class Plan(NamedTuple):
    """How `fit` goes through a table.

    Attributes:
        epochs: Their numbers.
        batch_size: Samples per step; None is all of them.
        shuffle: Whether to take the samples in a new order each epoch.
        rng: Where orders are drawn from.
        verbose: How much to print, see `Trainable.fit`.
        callbacks: See `Trainable.fit`.
        validated: Whether validation comes after an epoch.
        record: Whether the history keeps the weights of some epochs.
        steps: How many batches of a stream make an epoch.
        split: The last part of the table to keep for validation.
        validation_data: In place of that, see `Trainable.fit`.
        validation_steps: How many batches of it, if it is a stream.
        validation_size: Samples per batch of it; None is `batch_size`.
    """

    epochs: range
    batch_size: int | None
    shuffle: bool
    rng: random.Random
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
    """Return what says whether validation comes after an epoch, counted from 0."""
    if isinstance(freq, Sequence):
        wanted = {whole("validation_freq", epoch) for epoch in freq}
        return lambda epoch: epoch + 1 in wanted
    every = whole("validation_freq", freq)
    return lambda epoch: (epoch + 1) % every == 0


class Trainer(Protocol[Moves, Costs, Measures, Happened]):
    """What `compile` makes: it trains and measures one model."""

    optimizer: Moves
    loss: Costs
    metrics: Mapping[str, Measures]

    def fit(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
        plan: Plan,
    ) -> Happened:
        """Train the model and return what happened."""
        ...

    def loss_of(self, outputs: Sequence[Number], target: object) -> Value:
        """Return the loss of one sample."""
        ...

    def in_javascript(self, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
        """Return the training as programs for a page."""
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
        """Return the loss and the metrics; arguments are those of `Workflow.evaluate`."""
        ...


class Training(Protocol):
    """What a model asks of the room above: the functions of `nn.training.trainer`."""

    def trainer(
        self,
        model: Any,  # whatever is trained here, and that room knows what it is
        optimizer: Any,
        chosen: Any,
        schedule: str | Callable[[int], float] | None,
        backend: str,
        mesh: object = None,
    ) -> Trainer[Any, Any, Any, Any]:
        """Return what trains the model; `chosen` are losses, metrics and their weights."""
        ...

    def describe_trained(self, model: object) -> tuple[dict[str, object] | None, dict[str, Any]]:
        """Return what a model is compiled into, for a file."""
        ...

    def restore_trained(
        self, model: Any, described: Mapping[str, Any], arrays: dict[str, Any]
    ) -> None:
        """Compile a model as it was when it was written."""

    def resume_optimizer(
        self, model: object, described: Mapping[str, Any], arrays: dict[str, Any]
    ) -> None:
        """Give a compiled model's optimizer the moments that a file has."""

    def loss_named(self, name: str) -> Any:
        """Return the loss of that name."""
        ...

    def run_rows(self, modules: Sequence[Any], rows: Sequence[Callable[[], Any]]) -> list[Any]:
        """Return what all rows give; see `nn.modules.statistics`."""
        ...

    def predict(
        self,
        model: Any,
        x: Tables,
        batch_size: int | None,
        steps: int | None,
        callbacks: object,
    ) -> Any:
        """Return the model's outputs `(samples, outputs)`; arguments as of `Workflow.predict`."""
        ...


class Saving(Protocol):
    """What a model asks for its files: the functions of `nn.saving`."""

    def save(
        self,
        model: Any,
        path: str | PathLike[str],
        notes: dict[str, object] | None = None,
        include_optimizer: bool = True,
        overwrite: bool = True,
    ) -> None:
        """Write a model, and what it is compiled into."""

    def save_weights(self, model: Any, path: str | PathLike[str], overwrite: bool = True) -> None:
        """Write its weights alone."""

    def read(self, path: str | PathLike[str]) -> tuple[dict[str, Any], dict[str, Floats]]:
        """Return the header and the weights of a file."""
        ...

    def resume(self, model: Any, path: str | PathLike[str]) -> None:
        """Set weights and moments to those of a file."""
