"""Settings: how a network is trained on a table; Learnt: what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from nn.basics import in_range, whole
from nn.callbacks import History
from nn.modules import Module

_DECAYED = 0.6, 600  # the decay of a table of so many rows: one of more is decayed less


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    The defaults are those of tests/benchmarks/tables.py: no worse than a linear model on tables
    where that is best, and as good as scikit-learn's MLPClassifier on the others.

    Attributes:
        hidden: Units of each hidden layer.
        activation: That of the hidden layers.
        epochs: How many there are at most.
        batch_size: Rows per step; None suits it to the table, from 16 to 256.
        learning_rate: The optimizer's.
        optimizer: Its name.
        weight_decay: What weights lose in each step, times the rate; None is 0.6 with adamw, less
            on a table of more than 600 rows, and 0 with other optimizers.
        dropout: The share of each hidden layer that is dropped in training.
        schedule: How the rate changes, by name; "" is not at all.
        patience: Epochs without a better validation loss until training stops, and the best epoch's
            weights are taken; None trains all epochs and keeps the last weights.
        seed: For the first weights and the order of the rows.

    Raises:
        ValueError: If a number is out of range.
        TypeError: If it is none.
    """

    hidden: tuple[int, ...] = (16, 16)
    activation: str = "relu"
    epochs: int = 200
    batch_size: int | None = None
    learning_rate: float = 0.005
    optimizer: str = "adamw"
    weight_decay: float | None = None
    dropout: float = 0.0
    schedule: str = ""
    patience: int | None = 20
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch_size", 1), ("patience", 1)):
            if (given := getattr(self, name)) is not None:
                whole(f"Settings' {name}", given, least)
        for units in self.hidden:
            whole("Settings' hidden", units)
        in_range("Settings' learning_rate", self.learning_rate, 0.0)
        in_range("Settings' dropout", self.dropout, 0.0, 1.0)
        if self.weight_decay is not None:
            in_range("Settings' weight_decay", self.weight_decay, 0.0)

    def suited(self, rows: int) -> Settings:
        """Return them with what suits a table of so many rows in place of None.

        >>> Settings().suited(576).weight_decay, Settings().suited(30_000).batch_size
        (0.6, 256)
        """
        size, decay = self.batch_size, self.weight_decay
        if size is None:  # a power of two
            size = min(max(16, 2 ** round(np.log2(max(rows, 1) / 100))), 256)
        if decay is None:
            decay = (
                _DECAYED[0] * min(1.0, _DECAYED[1] / max(rows, 1))
                if self.optimizer == "adamw"
                else 0.0
            )
        return replace(self, batch_size=size, weight_decay=decay)

    def to_json(self) -> dict[str, object]:
        """Return what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Learnt:
    """What came of a training.

    Attributes:
        model: The network; its answers are in the table's unit.
        settings: What it was trained with.
        history: Its epochs; losses of regression are those of a target of deviation 1.
        loss: The name of the loss.
        kept: The epoch whose weights the model has, from 1.
        seconds: How long it took.
    """

    model: Module
    settings: Settings
    history: History
    loss: str
    kept: int
    seconds: float
