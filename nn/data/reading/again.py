"""Again: later tables, converted to inputs as the training table was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from nn.basics import Floats
from nn.data.reading.cells import read_cells
from nn.data.reading.chunks import in_chunks, large
from nn.data.reading.columns import Column, numbers
from nn.data.reading.marks import Notation, unit_of
from nn.data.reading.recipe import Recipe
from nn.data.reading.rows import with_target, without_total
from nn.data.reading.text import Cells, TableError


@dataclass(frozen=True)
class Again:
    """A later table.

    Attributes:
        cells: The table as text.
        x: `(samples, inputs)` without missing numbers.
        notes: Messages about what was filled in, left out or guessed.
    """

    cells: Cells
    x: Floats
    notes: tuple[str, ...]


def read_again(path: str | PathLike[str], recipe: Recipe, target: str = "") -> Again:
    """Read a later table by the recipe of the training table.

    A missing number becomes the mean of the training rows; an unknown category is 0 in the inputs
    of all known ones. With a target, rows without it are left out.

    Raises:
        TableError: If a column is missing or a cell is not a number.
        FileNotFoundError: If there is no such file.
    """
    expected = [*recipe.sources, *([target] if target else [])]
    return _apply_recipe(read_cells(Path(path), expected=expected), recipe, target)


def read_in_parts(path: str | PathLike[str], recipe: Recipe) -> Iterator[Again]:
    """Yield what `read_again` returns; for a large file, some rows at a time.

    Raises:
        TableError: If a column is missing or a cell is not a number.
        FileNotFoundError: If there is no such file.
    """
    if not large(Path(path)):
        yield read_again(path, recipe)
        return
    for cells in in_chunks(Path(path), expected=recipe.sources):
        yield _apply_recipe(cells, recipe, "")


def _apply_recipe(cells: Cells, recipe: Recipe, target: str) -> Again:
    notes: list[str] = []
    cells = recipe.with_header(cells)
    if target:
        cells, notes = without_total(cells)
        cells, more_notes = with_target(cells, cells.column(target), "mean")
        notes += more_notes
    x, more_notes = recipe.follow(cells)
    return Again(cells, recipe.filled(x), (*cells.notes, *notes, *more_notes))


def known_target(again: Again, target: str, recipe: Recipe, classes: Sequence[str]) -> Floats:
    """Return the target `(rows,)` as numbers: its own, or indices in `classes`.

    Raises:
        TableError: If a class is not in `classes`.
    """
    cells, place = again.cells, again.cells.column(target)
    texts = cells.texts(place)
    if not classes:
        same = recipe.unit if target == recipe.target else None
        column = Column(target, None, unit_of(texts) if same is None else same)
        return numbers(cells, place, column, recipe.decimal, True)
    places = {kind: i for i, kind in enumerate(classes)}
    for text in dict.fromkeys(texts):
        if text not in places:  # 1.0 may be the class 1: pandas writes it so if cells are missing
            alike = [i for i, kind in enumerate(classes) if _equal(text, kind)]
            if len(alike) != 1:
                where = cells.where(texts.index(text), place)
                raise TableError(
                    f"{where}: the model knows the classes {', '.join(classes)}, not {text!r}; "
                    "correct the cell, or drop the row"
                )
            places[text] = alike[0]
    return np.array([places[text] for text in texts], dtype=np.float64)


def recipe_of(features: Sequence[str], means: Sequence[float], path: str | PathLike[str]) -> Recipe:
    """Return a recipe from the names of a model's inputs, for a model saved without a recipe.

    Args:
        features: The names of the inputs.
        means: The means of the training rows, to fill in missing numbers.
        path: The file to be read: its header tells columns from categories.
    """
    sources = [name.rsplit("=", 1)[0] for name in features]
    cells = read_cells(Path(path), expected=[*features, *sources])
    header = cells.header if cells.named else list(dict.fromkeys(sources))
    return replace(Recipe.of_titles(features, header).filling(np.array([means])), header=())


def _equal(text: str, kind: str) -> bool:
    one, other = Notation().parse(text), Notation().parse(kind)
    return one is not None and one == other
