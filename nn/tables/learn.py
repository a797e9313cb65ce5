"""Learn: trains a network on a task, and a linear model as its baseline."""

from __future__ import annotations

import random
import time

import numpy as np

from nn.callbacks import EarlyStopping
from nn.layers import Dropout, Layer
from nn.models import MLP, Sequential
from nn.optimizers import Optimizer, torch
from nn.optimizers import get as get_optimizer
from nn.tables.settings import Learnt, Settings
from nn.tables.task import Task

_MAX_LINEAR_ROWS = 50_000  # the linear model is trained on no more


def build(task: Task, settings: Settings) -> tuple[Sequential, str, list[str]]:
    """Return the model, and the names of its loss and metrics, for the task's kind of target."""
    count, activation = len(task.classes), settings.activation
    outputs, output, loss, metrics = {
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
        return model, loss, metrics
    model = Sequential()
    for units in settings.hidden:
        model.add(Layer(inputs, units, activation=activation, init=init, rng=rng))
        model.add(Dropout(settings.dropout, rng=rng.randrange(2**31)))
        inputs = units
    model.add(Layer(inputs, outputs, activation=output, init=init, rng=rng))
    return model, loss, metrics


def fit(task: Task, settings: Settings | None = None, *, verbose: int = 0) -> Learnt:
    """Train a network whose outputs are in the table's units.

    A regression target is standardised for training; afterwards the weights and biases of the last
    layer, which is linear, are scaled back.

    Args:
        task: The task.
        settings: How to train; by default settings for a table of that size.
        verbose: As for `fit` of a model: 1 shows a bar.

    Raises:
        ValueError: If a name is unknown, or an option is out of range.

    >>> from nn.tables import load, split
    >>> learnt = fit(split("iris", load("iris")), Settings(epochs=3))
    >>> len(learnt.history), learnt.settings.batch_size
    (3, 16)
    """
    settings = (settings or Settings()).resolved(len(task.train[0]))
    model, loss, metrics = build(task, settings)
    model.compile(_optimizer(settings), loss, metrics, schedule=settings.schedule or None)
    stops_early = settings.patience is not None and task.validation is not None
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
        callbacks=[stop] if stops_early else None,
    )
    seconds = time.perf_counter() - started
    kept = len(history)
    if stops_early and history.best_epoch is not None:
        model.load_state_dict(history.best_state)
        kept = history.best_epoch + 1
    _fold_unit_into_last_layer(task, model)
    return Learnt(model, settings, history, loss, kept, seconds)


def linear(task: Task) -> Sequential:
    """Return the linear model of a task: a network without hidden layer, trained to convergence.

    For numbers it is least squares; for classes logistic regression with an L2 penalty of 1 on the
    sum of the losses, scikit-learn's default. It takes at most 50,000 training and validation rows.
    """
    x, y = task.first_known(_MAX_LINEAR_ROWS)
    model, loss, _ = build(task, Settings(hidden=()))
    if not task.classes:
        found = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)[0]
        model.set_weights([found[:-1, None], found[-1:]])
        return model
    model.compile(torch.Adam(lr=0.2, weight_decay=1.0 / len(x)), loss, schedule=_decay)
    # no early stopping: the reported loss lacks the penalty, and may rise while their sum falls
    model.fit(x, y, epochs=600, batch_size=len(x), verbose=0, seed=0)
    return model


def _decay(epoch: int) -> float:
    """Return the factor of the learning rate: at a constant one, full-batch Adam oscillates."""
    return 0.99**epoch


def _optimizer(settings: Settings) -> Optimizer:
    made, decay = get_optimizer(settings.optimizer), settings.weight_decay
    made.lr = settings.learning_rate
    if "weight_decay" in made.defaults:
        made.defaults["weight_decay"] = decay
    elif decay:
        raise ValueError(f"{settings.optimizer} has no weight decay; leave it out, or take adamw")
    return made


def _fold_unit_into_last_layer(task: Task, model: Sequential) -> None:
    if not task.classes:
        *_, weights, biases = arrays = model.get_weights()
        model.set_weights([*arrays[:-2], weights * task.unit.scale, task.unit.undo(biases)])
