"""Learn: train a network on a task with settings that hold up, and a linear model beside it."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass, replace

import numpy as np

from nn.basics import in_range, whole
from nn.callbacks import EarlyStopping
from nn.layers import Dropout, Layer
from nn.models import MLP, Sequential
from nn.modules import History
from nn.optimizers import Optimizer, torch
from nn.optimizers import get as get_optimizer
from nn.tables.task import Task

_DECAYED = 0.6, 600  # the decay of a table of so many rows: one of more is decayed less
_LINEAR = 50_000  # rows that the linear model is trained on at most


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

    model: Sequential
    settings: Settings
    history: History
    loss: str
    kept: int
    seconds: float


def build(task: Task, settings: Settings) -> tuple[Sequential, str, list[str]]:
    """Return the model, its loss and its metrics for this kind of target."""
    count, activation = len(task.classes), settings.activation
    outputs, output, loss, measured = {
        0: (1, "linear", "mse", ["rmse", "r2"]),
        2: (1, "sigmoid", "binary_crossentropy", ["accuracy"]),
    }.get(count, (count, "softmax", "categorical_crossentropy", ["accuracy"]))
    rng, inputs = random.Random(settings.seed), task.dataset.x.shape[1]
    init = "he_uniform" if "lu" in activation else "glorot_uniform"
    if not settings.dropout:
        model: Sequential = MLP(
            inputs, [*settings.hidden, outputs], activation=activation, output=output, init=init,
            rng=rng,
        )  # fmt: skip
        return model, loss, measured
    model = Sequential()
    for units in settings.hidden:
        model.add(Layer(inputs, units, activation=activation, init=init, rng=rng))
        model.add(Dropout(settings.dropout, rng=rng.randrange(2**31)))
        inputs = units
    model.add(Layer(inputs, outputs, activation=output, init=init, rng=rng))
    return model, loss, measured


def fit(task: Task, settings: Settings | None = None, *, verbose: int = 0) -> Learnt:
    """Train a network, and put its answers into the table's unit.

    A target of any size is learnt at mean 0 and deviation 1; the last layer, which is linear then,
    takes its weights times the deviation afterwards, and its bias to the mean.

    Args:
        task: What to learn.
        settings: How; those that suit the table by default.
        verbose: As for `fit` of a model: 1 shows a bar.

    Raises:
        ValueError: If a name is unknown, or an option is out of range.

    >>> from nn.tables import load, split
    >>> learnt = fit(split("iris", load("iris")), Settings(epochs=3))
    >>> len(learnt.history), learnt.settings.batch_size
    (3, 16)
    """
    settings = (settings or Settings()).suited(len(task.train[0]))
    model, loss, measured = build(task, settings)
    model.compile(_optimizer(settings), loss, measured, schedule=settings.schedule or None)
    stops = settings.patience is not None and task.validation is not None
    stop = EarlyStopping(patience=settings.patience or 0)
    (x, y), held_out = task.train, task.validation
    started = time.perf_counter()
    history = model.fit(
        x,
        task.unit(y),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        validation_data=None if held_out is None else (held_out[0], task.unit(held_out[1])),
        seed=settings.seed,
        verbose=verbose,
        callbacks=[stop] if stops else None,
    )
    seconds = time.perf_counter() - started
    kept = len(history)
    if stops and history.best_epoch is not None:
        model.load_state_dict(history.best_state)
        kept = history.best_epoch + 1
    _into_unit(task, model)
    return Learnt(model, settings, history, loss, kept, seconds)


def linear(task: Task) -> Sequential:
    """Return the linear model of a task: a network without hidden layer, trained to convergence.

    Regression is solved by least squares; of classes it is the logistic regression with an L2
    penalty of 1 on the sum of the losses, as scikit-learn's is by default. It takes the rows to
    train on and to validate with, 50,000 of them at most.
    """
    x, y = task.first_known(_LINEAR)
    model, loss, _ = build(task, Settings(hidden=()))
    if not task.classes:
        found = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)[0]
        model.set_weights([found[:-1, None], found[-1:]])
        return model
    model.compile(torch.Adam(lr=0.2, weight_decay=1.0 / len(x)), loss, schedule=_lower)
    # to the end: the loss is shown without the penalty, and rises while both together fall
    model.fit(x, y, epochs=600, batch_size=len(x), verbose=0, seed=0)
    return model


def _lower(epoch: int) -> float:
    """Return the factor of the linear model's rate: full-batch Adam swings about the minimum."""
    return 0.99**epoch


def _optimizer(settings: Settings) -> Optimizer:
    made, decay = get_optimizer(settings.optimizer), settings.weight_decay
    made.lr = settings.learning_rate
    if "weight_decay" in made.defaults:
        made.defaults["weight_decay"] = decay
    elif decay:
        raise ValueError(f"{settings.optimizer} has no weight decay; leave it out, or take adamw")
    return made


def _into_unit(task: Task, model: Sequential) -> None:
    if not task.classes:
        *_, weights, biases = arrays = model.get_weights()
        model.set_weights([*arrays[:-2], weights * task.unit.scale, task.unit.undo(biases)])
