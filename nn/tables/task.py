"""Task: a table split into training, validation and test rows, and standardised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nn.basics import Floats, listed
from nn.data import Dataset, Standardizer, train_test_split
from nn.tables.parts import Rows, filling, part, scale_of

_MIN_ROWS_TO_VALIDATE = 20  # of fewer known rows, all are for training
Part = tuple[Floats, Floats]


class UserError(Exception):
    """An error that the user can correct; shown as one line, exit status 2."""


@dataclass(frozen=True)
class Task:
    """A table to learn, split and standardised.

    Attributes:
        name: The name of the table: as the user gave it.
        table: The whole table as it was read.
        dataset: The same, with missing numbers replaced by means of the training rows.
        train: `(x, y)` to train on, x standardised.
        validation: `(x, y)` for early stopping; None if there are too few rows.
        test: `(x, y)` for the evaluation, in the same scale.
        rows: The row numbers of "train", "validation" and "test".
        scale: The means and deviations of the training part.
        unit: Mean and deviation of the training part's target for regression; else 0 and 1.
        seed: The seed of the split.
    """

    name: str
    table: Dataset
    dataset: Dataset
    train: Part
    validation: Part | None
    test: Part
    rows: Mapping[str, Rows]
    scale: Standardizer
    unit: Standardizer
    seed: int

    @property
    def classes(self) -> list[str]:
        """The names of the classes; empty for regression."""
        return self.dataset.target_names

    @property
    def known(self) -> Part:
        """`(x, y)` of the training and validation rows together."""
        return self.first_known(len(self.known_targets))

    @property
    def known_targets(self) -> Floats:
        """The targets of the training and validation rows together."""
        return np.concatenate([self.train[1], *([self.validation[1]] if self.validation else [])])

    def first_known(self, most: int) -> Part:
        """Return the first rows of `known`, at most `most`."""
        parts = [self.train[0], *([self.validation[0]] if self.validation else [])]
        return np.concatenate([x[:most] for x in parts])[:most], self.known_targets[:most]

    @property
    def given(self) -> Floats:
        """The x of the test part in the table's units."""
        return part(self.dataset.x, self.rows["test"], lambda x: x, "given")

    def most_frequent(self) -> int:
        """Return the number of the most frequent class in the known rows."""
        return int(np.bincount(self.known_targets.astype(int)).argmax())

    def describe(self) -> str:
        """Describe the table: its size, target, split and notes."""
        rows, columns = self.dataset.x.shape
        return (
            f"{self.name}: {rows} rows x {columns} inputs "
            f"({listed(self.dataset.feature_names)})\n"
            f"target {self.dataset.target_name}: {self.dataset.target_words()}\n"
            f"{self.describe_split()}" + "".join(f"\n{note}" for note in self.dataset.notes)
        )

    def describe_split(self) -> str:
        """Describe how the table was split and scaled."""
        counts = {part: len(rows) for part, rows in self.rows.items()}
        also = "" if self.classes else ", while training the target as well"
        validated = f"{counts['validation']} to validate, " if self.validation else ""
        return (
            f"{counts['train']} rows to train, {validated}{counts['test']} to test (seed "
            f"{self.seed}), inputs standardised by the training part{also}"
        )

    def notes(self, loss: str) -> dict[str, object]:
        """Return what `evaluate` and `predict` need besides the model, for its file."""
        return {
            "features": self.dataset.feature_names,
            "recipe": None if self.dataset.recipe is None else self.dataset.recipe.to_json(),
            "target": self.dataset.target_name,
            "classes": self.classes,
            "mean": self.scale.mean.tolist(),
            "scale": self.scale.scale.tolist(),
            "loss": loss,
        }


def split(
    name: str,
    dataset: Dataset,
    *,
    test_size: float = 0.25,
    validation_size: float = 0.2,
    seed: int = 0,
) -> Task:
    """Return the task of a table, with the same shares of the classes in all three parts.

    Args:
        name: The name of the table.
        dataset: The table.
        test_size: The share of all rows for the test.
        validation_size: The share of the others for validation; 0 for none.
        seed: For the choice of the rows.

    Raises:
        UserError: If there are too few rows.

    >>> from nn.tables import load
    >>> task = split("iris", load("iris"))
    >>> len(task.train[0]), len(task.validation[0]), len(task.test[0])
    (89, 23, 38)
    """
    labels = _row_classes(dataset)
    rare = [kind for kind, rows in Counter(labels or ()).items() if rows < 2]
    if rare:
        raise UserError(
            f"{name} cannot be split: class {rare[0]!r} of {dataset.target_name} has 1 row, and "
            "training and test want one each; add rows, drop it, or say --regression if the "
            "target is a number"
        )
    try:
        known, test = train_test_split(
            np.arange(len(dataset)), test_size=test_size, seed=seed, stratify=labels
        )
    except ValueError as error:
        raise UserError(f"{name} cannot be split: {error}") from None
    parts = _train_and_validation(known, labels, validation_size, seed)
    return of_rows(name, dataset, *parts, test, seed)


def folds(
    name: str, dataset: Dataset, count: int, *, validation_size: float = 0.2, seed: int = 0
) -> Iterator[Task]:
    """Yield `count` tasks for a cross-validation: each part of the table is the test rows of one.

    Classes have equal shares in all parts, up to one row.

    Raises:
        UserError: If there are fewer rows than parts.
    """
    rows = len(dataset)
    if not 2 <= count <= rows:
        raise UserError(f"{name} has {rows} rows; --folds wants from 2 to {rows} parts")
    labels = _row_classes(dataset)
    order = np.random.default_rng(seed).permutation(rows)
    if labels is not None:  # sorted by class, so that every count-th row is stratified
        order = np.array(sorted(order.tolist(), key=lambda row: labels[row]))
    for fold in range(count):
        test = np.sort(order[fold::count])
        known = np.setdiff1d(np.arange(rows), test)
        parts = _train_and_validation(known, labels, validation_size, seed)
        yield of_rows(name, dataset, *parts, test, seed)


def of_rows(
    name: str, dataset: Dataset, train: Rows, validation: Rows, test: Rows, seed: int
) -> Task:
    """Return the task with these training, validation and test rows."""
    x, y, table = dataset.x, np.asarray(dataset.y, dtype=np.float64), dataset
    recipe = dataset.recipe
    if recipe is not None:  # missing numbers become the mean of the training rows
        recipe = filling(recipe, x, train)
        if isinstance(x, np.memmap) or np.isnan(x).any():
            x = part(x, np.arange(len(x)), recipe.filled, "filled")
        dataset = replace(dataset, x=x, recipe=recipe)
    scale = scale_of(x, train)
    unit = Standardizer(np.zeros(1), np.ones(1))
    if not dataset.target_names:
        unit = Standardizer.fit(y[train][:, None])
    rows = {"train": train, "validation": validation, "test": test}
    parts = [(part(x, which, scale, name), y[which]) for name, which in rows.items()]
    held_out = parts[1] if len(validation) else None
    return Task(name, table, dataset, parts[0], held_out, parts[2], rows, scale, unit, seed)


def _train_and_validation(
    known: Rows, labels: Sequence[str] | None, size: float, seed: int
) -> tuple[Rows, Rows]:
    """Return training and validation rows; a class of up to 2 rows is only for training."""
    candidates = known
    if labels is not None:
        counts = Counter(labels[row] for row in known)
        candidates = np.array([row for row in known if counts[labels[row]] > 2], dtype=np.intp)
    if not size or len(known) < _MIN_ROWS_TO_VALIDATE or len(candidates) < 2:
        return known, known[:0]
    classes = None if labels is None else [labels[row] for row in candidates]
    try:
        _, held_out = train_test_split(candidates, test_size=size, seed=seed, stratify=classes)
    except ValueError:  # the share would leave a part empty
        return known, known[:0]
    return np.setdiff1d(known, held_out), held_out


def _row_classes(dataset: Dataset) -> list[str] | None:
    names = dataset.target_names
    return [names[int(number)] for number in dataset.y] if names else None
