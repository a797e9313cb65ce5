"""Dataset: a table to learn from, with its names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats, look_up
from nn.data.reading import Recipe


@dataclass(frozen=True)
class Dataset:
    """A table to learn from; `x, y = dataset` unpacks it.

    Attributes:
        x: `(samples, inputs)`.
        y: `(samples,)` class numbers, or numbers for regression.
        feature_names: The names of the columns of x.
        target_name: The name of the target column.
        target_names: The names of the classes; empty for regression.
        notes: Messages about what was left out of a file, filled in or guessed.
        recipe: How each column of the file became inputs; None if there is no file.
    """

    x: Floats
    y: NDArray[np.intp] | Floats
    feature_names: list[str]
    target_name: str
    target_names: list[str]
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None

    def __iter__(self) -> Iterator[NDArray[np.intp] | Floats]:
        yield self.x
        yield self.y

    def __len__(self) -> int:
        return len(self.x)

    @property
    def data(self) -> Floats:
        """x, by scikit-learn's name."""
        return self.x

    @property
    def target(self) -> NDArray[np.intp] | Floats:
        """y, by scikit-learn's name."""
        return self.y

    def target_words(self) -> str:
        """Describe the target: its classes with their counts, or its range.

        >>> Dataset(np.eye(2), np.array([0, 1]), ["a", "b"], "k", ["no", "yes"]).target_words()
        'no (1), yes (1)'
        """
        if not self.target_names:
            return f"a number from {self.y.min():g} to {self.y.max():g}"
        counts = np.bincount(self.y.astype(int), minlength=len(self.target_names)).tolist()
        return ", ".join(f"{name} ({count})" for name, count in zip(self.target_names, counts))

    def keys(self) -> list[str]:
        """Return the names that `table[name]` takes."""
        return ["x", "y", "data", "target", "feature_names", "target_name", "target_names"]

    def __getitem__(self, name: str) -> object:
        """Return an attribute by its name, as scikit-learn's tables do: `iris["data"]`."""
        return getattr(self, look_up("part of a table", name, {key: key for key in self.keys()}))


SHIPPED = {"iris": "species", "pima": "diabetes"}  # tables of the package: target column


def shipped_file(name: str) -> Path:
    """Return the path of a table that ships with the package."""
    return Path(str(files("nn") / "data" / f"{name}.csv"))
