"""Tasks: a table to learn, split and standardised, and the model that suits it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import Value
from nn import data, metrics
from nn.basics import Floats, listed, text_table
from nn.models import MLP
from nn.modules import History


class UserError(Exception):
    """Something the user can put right; shown as one line, exit status 2."""


@dataclass(frozen=True)
class Task:
    """A table to learn, split and standardised.

    Attributes:
        name: What the user called the table.
        dataset: The whole table.
        train: `(x, y)` to learn from, x standardised.
        test: `(x, y)` to judge by, in the same scale.
        given: The x of the test part as it is in the table.
        scale: The means and deviations of the training part.
        unit: Mean and deviation of the training part's target for regression; else 0 and 1.
    """

    name: str
    dataset: data.Dataset
    train: tuple[Floats, Floats]
    test: tuple[Floats, Floats]
    given: Floats
    scale: data.Standardizer
    unit: data.Standardizer

    @property
    def classes(self) -> list[str]:
        """The names of the classes; empty for regression."""
        return self.dataset.target_names

    @property
    def plane(self) -> bool:
        """Whether it is about the points of a plane: two inputs, and classes."""
        return bool(self.classes) and self.dataset.x.shape[1] == 2

    def baseline(self) -> tuple[str, float]:
        """Return the most frequent class, and the test accuracy of always answering it."""
        most = int(np.bincount(self.train[1].astype(int)).argmax())
        return self.classes[most], float(np.mean(self.test[1] == most))

    def describe(self, seed: int) -> str:
        """Return what there is to say about the table."""
        rows, columns = self.dataset.x.shape
        return (
            f"{self.name}: {rows} rows x {columns} inputs "
            f"({listed(self.dataset.feature_names)})\n"
            f"target {self.dataset.target_name}: {self.describe_target()}\n"
            f"{self.describe_split(seed)}" + "".join(f"\n{note}" for note in self.dataset.notes)
        )

    def describe_target(self) -> str:
        """Return the classes with their rows, or the range of the number."""
        y = self.dataset.y
        if not self.classes:
            return f"a number from {y.min():g} to {y.max():g}"
        counts = np.bincount(y.astype(int)).tolist()
        return ", ".join(f"{name} {count}" for name, count in zip(self.classes, counts))

    def describe_split(self, seed: int) -> str:
        """Return how the table was divided and scaled."""
        also = "" if self.classes else ", while training the target as well"
        return (
            f"{len(self.train[0])} rows to train, {len(self.test[0])} to test (seed {seed}), "
            f"inputs standardised by the training part{also}"
        )

    def notes(self, loss: str) -> dict[str, object]:
        """Return what `evaluate` and `predict` need to know besides the model."""
        return {
            "features": self.dataset.feature_names,
            "recipe": None if self.dataset.recipe is None else self.dataset.recipe.to_json(),
            "target": self.dataset.target_name,
            "classes": self.classes,
            "mean": self.scale.mean.tolist(),
            "scale": self.scale.scale.tolist(),
            "loss": loss,
        }


def _generated(make: Callable[..., tuple[Floats, object]]) -> Callable[[int], data.Dataset]:
    def load(seed: int) -> data.Dataset:
        x, y = make(200, seed=seed)
        return data.Dataset(x, np.asarray(y), ["x1", "x2"], "class", ["0", "1"])

    return load


BUILT_IN: dict[str, Callable[[int], data.Dataset]] = {
    "iris": lambda seed: data.load_iris(),
    "pima": lambda seed: data.load_pima(),
    "moons": _generated(data.make_moons),
    "circles": _generated(data.make_circles),
    "spirals": _generated(data.make_spirals),
    "xor": _generated(data.make_xor),
}


def load(name: str, seed: int, options: Mapping[str, Any] | None = None) -> data.Dataset:
    """Return a table by its built-in name or its path; nan where a number is missing.

    Args:
        name: The name or the path.
        seed: For generated tables.
        options: Those of `load_csv`.

    Raises:
        UserError: If there is no such table.
        TableError: If it cannot be read.
    """
    asked = {option: value for option, value in (options or {}).items() if value not in (None, [])}
    path = Path(name)
    if name in BUILT_IN and not path.is_file():
        if asked.pop("regression", False):
            raise UserError(f"the target of {name} is a class; --regression is for numbers")
        target = asked.pop("target", None)
        if asked:
            raise UserError(f"--{next(iter(asked))} is for CSV files; {name} is used as a whole")
        dataset = BUILT_IN[name](seed)
        if target not in (None, dataset.target_name):
            raise UserError(
                f"{name} has the target column {dataset.target_name!r}, not {target!r}; its other "
                f"columns are {', '.join(dataset.feature_names)}"
            )
        return dataset
    if not path.exists():
        raise UserError(f"no file {name}, and no built-in table; those are {', '.join(BUILT_IN)}")
    return data.load_table(path, **asked)


def split(name: str, dataset: data.Dataset, test_size: float, seed: int) -> Task:
    """Return the table in two parts, standardised by the training part.

    Raises:
        UserError: If there are too few rows.
    """
    names = dataset.target_names
    classes = [names[int(number)] for number in dataset.y] if names else None
    rare = [kind for kind, rows in Counter(classes or []).items() if rows < 2]
    if rare:
        raise UserError(
            f"{name} cannot be split: class {rare[0]!r} of {dataset.target_name} has 1 row, and "
            "training and test want one each; add rows, drop it, or say --regression if the "
            "target is a number"
        )
    try:
        x_train, x_test, y_train, y_test = data.train_test_split(
            dataset.x, dataset.y, test_size=test_size, seed=seed, stratify=classes
        )
    except ValueError as error:
        raise UserError(f"{name} cannot be split: {error}") from None
    recipe = dataset.recipe
    if recipe is not None:  # what is missing becomes the mean of the training rows
        recipe = recipe.filling(x_train)
        dataset = replace(dataset, x=recipe.filled(dataset.x), recipe=recipe)
        x_train, x_test = recipe.filled(x_train), recipe.filled(x_test)
    scale = data.Standardizer.fit(x_train)
    unit = data.Standardizer(np.zeros(1), np.ones(1))
    if not dataset.target_names:
        unit = data.Standardizer.fit(y_train[:, None])
    return Task(
        name,
        dataset,
        (scale(x_train), y_train),
        (scale(x_test), y_test),
        x_test,
        scale,
        unit,
    )


def build(
    task: Task, hidden: Sequence[int], activation: str, seed: int
) -> tuple[MLP, str, list[str]]:
    """Return the model, its loss and its metrics for this kind of target."""
    count = len(task.classes)
    outputs, output, loss, measured = {
        0: (1, "linear", "mse", ["rmse", "r2"]),
        2: (1, "sigmoid", "binary_crossentropy", ["accuracy"]),
    }.get(count, (count, "softmax", "categorical_crossentropy", ["accuracy"]))
    model = MLP(
        task.dataset.x.shape[1],
        [*hidden, outputs],
        activation=activation,
        output=output,
        init="he_uniform" if "lu" in activation else "glorot_uniform",
        rng=random.Random(seed),
    )
    return model, loss, measured


def fit(task: Task, model: MLP, *, batch_size: int, epochs: int, seed: int) -> History:
    """Train the model, with the test part as validation, and put its answers into the table's unit.

    A target of any size is learnt at mean 0 and deviation 1; the last layer, which is linear then,
    takes its weights times the deviation afterwards, and its bias to the mean.
    """
    (x, y), (x_test, y_test) = task.train, task.test
    history = model.fit(
        x,
        task.unit(y),
        batch_size=batch_size,
        epochs=epochs,
        validation_data=(x_test, task.unit(y_test)),
        seed=seed,
    )
    if not task.classes:
        *_, weights, biases = arrays = model.get_weights()
        model.set_weights([*arrays[:-2], weights * task.unit.scale, task.unit.undo(biases)])
    return history


def confusion(classes: Sequence[str], targets: Floats, outputs: Floats) -> str:
    """Return the confusion matrix as text; nothing for regression."""
    if not classes:
        return ""
    matrix = metrics.confusion_matrix(targets, outputs)
    rows = [[name, *row] for name, row in zip(classes, matrix.tolist(), strict=True)]
    return "\n".join(text_table(["true \\ predicted", *classes], rows))


def sample_loss(task: Task, model: MLP) -> Value:
    """Return the loss of the first test sample, its backward pass done, for the picture."""
    x, y = task.test
    inputs = [
        Value(number, label=name)
        for number, name in zip(x[0].tolist(), task.dataset.feature_names, strict=True)
    ]
    model.zero_grad()
    loss = model.loss(model.forward(inputs), float(y[0]))
    loss.label = "loss"
    loss.backward()
    return loss
