"""Slot: what a model asks of the room that trains it, which is above and imports this one.

`nn.training` puts itself into `Trainable.trained_by` when it is imported.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, NamedTuple, Protocol, cast

from numpy.typing import ArrayLike

from autograd_core import Value
from nn.basics import Path, Tables
from nn.losses.loss import Loss, Numbers
from nn.metrics.metric import Metric
from nn.modules.history import History
from nn.modules.ours import PLACE, Yielding, kept
from nn.modules.tree import Tree
from nn.optimizers.optimizer import Optimizer


class Plan(NamedTuple):
    """How `fit` goes through a table.

    Attributes:
        epochs: Their numbers.
        batch_size: Samples per step; None is all of them.
        shuffle: Whether to take the samples in a new order each epoch.
        rng: Where orders are drawn from.
        verbose: How much to print, see `Workflow.fit`.
        callbacks: See `Workflow.fit`.
        validated: Whether validation comes after an epoch.
    """

    epochs: range
    batch_size: int | None
    shuffle: bool
    rng: random.Random
    verbose: int | str
    callbacks: object
    validated: Callable[[int], bool]


class Trainer(Protocol):
    """What `compile` makes: it trains and measures one model."""

    optimizer: Optimizer
    loss: Loss
    metrics: Mapping[str, Metric]

    def fit(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
        validation: tuple[float, Sequence[ArrayLike] | None],
        steps: tuple[int | None, int | None],
        plan: Plan,
    ) -> History:
        """Train the model and return what happened.

        `validation` is (split, data), `steps` how many batches of a stream make an epoch, of
        training and of validation.
        """
        ...

    def loss_of(self, outputs: Numbers, target: object) -> Value:
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
    ) -> dict[str, float]:
        """Return the loss and the metrics."""
        ...


class Training(Protocol):
    """What a model asks of the room above: the functions of `nn.training.trainer`."""

    def trainer(
        self,
        model: Trainable,
        optimizer: str | Optimizer,
        chosen: Any,
        schedule: str | Callable[[int], float] | None,
        backend: str,
        mesh: object = None,
    ) -> Trainer:
        """Return what trains the model; `chosen` are losses, metrics and their weights."""
        ...

    def describe_trained(self, model: object) -> tuple[dict[str, object] | None, dict[str, Any]]:
        """Return what a model is compiled into, for a file."""
        ...

    def restore_trained(
        self, model: Trainable, described: Mapping[str, Any], arrays: dict[str, Any]
    ) -> None:
        """Compile a model as it was when it was written."""

    def resume_optimizer(
        self, model: object, described: Mapping[str, Any], arrays: dict[str, Any]
    ) -> None:
        """Give a compiled model's optimizer the moments that a file has."""

    def loss_named(self, name: str) -> Loss:
        """Return the loss of that name."""
        ...

    def run_rows(self, modules: Sequence[Tree], rows: Sequence[Callable[[], Any]]) -> list[Any]:
        """Return what all rows give; see `nn.modules.statistics`."""
        ...

    def predict(self, model: Trainable, x: Tables) -> Any:
        """Return the model's outputs `(samples, outputs)`."""
        ...


class Trainable(Tree):
    """A tree that can be trained.

    Attributes:
        trained_by: The module that trains, `nn.training.trainer`.
        stop_training: A callback sets it to end training after the epoch.
        history: What the last `fit` returned.
    """

    trained_by: ClassVar[Training]
    stop_training: bool = False
    history = Yielding[History | None](lambda model: cast("History | None", kept(model).history))

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own program
        return {**vars(self), PLACE: copy(kept(self))}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if PLACE not in state:  # of version 0.1.0, which kept them side by side
            before = {name: vars(self).pop(f"_{name}", None) for name in ("trainer", "predictor")}
            kept(self).trainer = before["trainer"]
            kept(self).path = Path(vars(self).pop("path", ""))
            kept(self).history = vars(self).pop("history", None)


def compiled(model: Trainable) -> Trainer:
    """Return what trains a model.

    Raises:
        ValueError: If it is not compiled.
    """
    trainer = kept(model).trainer
    if trainer is None:
        raise ValueError(
            f"compile this {type(model).__name__} first: "
            "model.compile(optimizer='adam', loss='mse', metrics=['mae'])"
        )
    return cast(Trainer, trainer)
