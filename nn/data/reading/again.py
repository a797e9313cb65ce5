"""Again: a further table, as a model wants it that was trained on another."""

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
    """A further table.

    Attributes:
        cells: The table as it is.
        x: `(samples, inputs)`, nothing is missing.
        notes: What was filled in, left out or guessed.
    """

    cells: Cells
    x: Floats
    notes: tuple[str, ...]


def read_again(path: str | PathLike[str], recipe: Recipe, target: str = "") -> Again:
    """Read a further table by the recipe of the first.

    A missing number becomes the mean of the training rows, a category that was not there then
    counts as none of the known. With a target, rows without it are left out.

    Raises:
        TableError: If a column is missing or a cell is not a number.
        FileNotFoundError: If there is no such file.
    """
    expected = [*recipe.sources, *([target] if target else [])]
    return _followed(read_cells(Path(path), expected=expected), recipe, target)


def read_in_parts(path: str | PathLike[str], recipe: Recipe) -> Iterator[Again]:
    """Yield what `read_again` returns: of a large file some rows at a time.

    Raises:
        TableError: If a column is missing or a cell is not a number.
        FileNotFoundError: If there is no such file.
    """
    if not large(Path(path)):
        yield read_again(path, recipe)
        return
    for cells in in_chunks(Path(path), expected=recipe.sources):
        yield _followed(cells, recipe, "")


def _followed(cells: Cells, recipe: Recipe, target: str) -> Again:
    notes: list[str] = []
    cells = recipe.placed(cells)
    if target:
        cells, notes = without_total(cells)
        cells, said = with_target(cells, cells.column(target), "mean")
        notes += said
    x, said = recipe.follow(cells)
    return Again(cells, recipe.filled(x), (*cells.notes, *notes, *said))


def known_target(again: Again, target: str, recipe: Recipe, classes: Sequence[str]) -> Floats:
    """Return the target as the model counts it: numbers, or places in `classes`.

    Raises:
        TableError: If a class is none of them.
    """
    cells, place = again.cells, again.cells.column(target)
    texts = cells.texts(place)
    if not classes:
        same = recipe.unit if target == recipe.target else None
        column = Column(target, None, unit_of(texts) if same is None else same)
        return numbers(cells, place, column, recipe.decimal, True)
    places = {kind: i for i, kind in enumerate(classes)}
    for text in dict.fromkeys(texts):
        if text not in places:  # 1.0 for 1, as pandas writes whole numbers beside missing ones
            alike = [i for i, kind in enumerate(classes) if _equal(text, kind)]
            if len(alike) != 1:
                where = cells.where(texts.index(text), place)
                raise TableError(
                    f"{where}: the model knows the classes {', '.join(classes)}, not {text!r}"
                )
            places[text] = alike[0]
    return np.array([places[text] for text in texts], dtype=np.float64)


def recipe_of(features: Sequence[str], means: Sequence[float], path: str | PathLike[str]) -> Recipe:
    """Return the recipe of a model that was saved without one, from the names of its inputs."""
    sources = [name.rsplit("=", 1)[0] for name in features]
    cells = read_cells(Path(path), expected=[*features, *sources])
    header = cells.header if cells.named else list(dict.fromkeys(sources))
    return replace(Recipe.of_titles(features, header).filling(np.array([means])), header=())


def _equal(text: str, kind: str) -> bool:
    one, other = Notation().parse(text), Notation().parse(kind)
    return one is not None and one == other
