"""Settings: how a network is trained on a table; Learnt: the result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from nn.basics import in_range, whole
from nn.callbacks import History
from nn.modules import Module

_DECAY = 0.6, 600  # weight decay up to 600 rows; above, it falls as 1 / rows


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    The defaults are those of tests/benchmarks/tables.py: no worse than a linear model on tables
    where that is best, and as good as scikit-learn's MLPClassifier on the others.

    Attributes:
        hidden: Units of each hidden layer.
        activation: That of the hidden layers.
        epochs: The maximum number.
        batch_size: Rows per step; None chooses 16 to 256 by the size of the table.
        learning_rate: The learning rate.
        optimizer: Its name.
        weight_decay: Weights lose the share weight_decay * learning_rate in each step; None is 0.6
            with adamw, less on a table of more than 600 rows, and 0 with other optimizers.
        dropout: The share of each hidden layer that is dropped in training.
        schedule: The name of a schedule of the learning rate; "" for a constant rate.
        patience: Epochs without a lower validation loss before training stops, and the weights of
            the best epoch are restored; None trains all epochs and keeps the last weights.
        seed: For initial weights and the order of the rows.

    Raises:
        ValueError: If a number is out of range.
        TypeError: If it is not a number.
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

    def resolved(self, rows: int) -> Settings:
        """Return the settings for a table of so many rows: without None for batch size and decay.

        >>> Settings().resolved(576).weight_decay, Settings().resolved(30_000).batch_size
        (0.6, 256)
        """
        size, decay = self.batch_size, self.weight_decay
        if size is None:  # a power of two
            size = min(max(16, 2 ** round(np.log2(max(rows, 1) / 100))), 256)
        if decay is None:
            decay = (
                _DECAY[0] * min(1.0, _DECAY[1] / max(rows, 1)) if self.optimizer == "adamw" else 0.0
            )
        return replace(self, batch_size=size, weight_decay=decay)

    suited = resolved  # its earlier name

    def to_json(self) -> dict[str, object]:
        """Return a dict that JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Learnt:
    """The result of a training.

    Attributes:
        model: The network; its outputs are in the table's units.
        settings: The settings, without None for batch size and decay.
        history: Its epochs; losses of regression are those of the standardised target.
        loss: The name of the loss.
        kept: The epoch whose weights the model has, from 1.
        seconds: The time it took.
    """

    model: Module
    settings: Settings
    history: History
    loss: str
    kept: int
    seconds: float
