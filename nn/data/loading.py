"""Tables from files, with errors that name the row and the column."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograd_core import paused_gc
from nn.basics import Floats, look_up
from nn.data.dataset import Dataset
from nn.data.reading import (
    LARGE,
    RULES,
    Cells,
    Column,
    Gathered,
    Recipe,
    TableError,
    blocks,
    by_rule,
    classes_of,
    decimal_mark,
    doubts,
    inputs,
    large,
    make_recipe,
    names_of,
    numbers,
    of_classes,
    read_cells,
    said_of_gaps,
    unit_of,
    with_target,
    without_target,
    without_total,
)


def load_csv(
    path: str | PathLike[str],
    target: str | int | None = None,
    *,
    features: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    keep: Sequence[str] = (),
    categories: Sequence[str] = (),
    regression: bool | None = None,
    missing: str | None = None,
    header: bool | None = None,
    decimal: str | None = None,
) -> Dataset:
    """Return a table file: all columns but the target are inputs, unless some are named.

    The first line holds the names, unless it looks like a sample. `nn.data.reading` says which
    kinds of file there may be, and how numbers may be written.

    A column without any number holds categories: it becomes an input for each, such as
    `colour=red`, which is 1 where the cell says so and else 0. Columns that number the rows, are
    called an id and are different in each row, hold a text of its own in each row, or nothing, are
    left out with a warning.

    Args:
        path: Where the file is; it may be packed.
        target: The name or the number (from 0) of the target column; the last one by default.
        features: The names of the columns to take as inputs, in order.
        drop: The names of columns to leave out.
        keep: The names of columns to take even if they look like an id.
        categories: The names of columns of categories, even if they are numbers.
        regression: Whether the target is a number to predict; False is a class, None a class
            unless it looks like a number, which is an error then.
        missing: What becomes of missing cells: "mean", the default, puts the column's mean for a
            number, and makes missing texts a category of their own; "category" also gives each
            column of numbers with missing cells an input that says where; "drop" leaves such rows
            out; "error" refuses. Rows without target are left out.
        header: Whether the first line holds the names; None looks at it.
        decimal: The decimal mark, "." or ",", where all numbers may be read both ways, as 1.250.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is empty, has no such column, a cell is not a finite number, or texts
            are too many for categories; rows are counted as an editor does, the line of names
            being row 1.
        ValueError: If `missing` is no such rule, or `decimal` no such mark.

    Warns:
        UserWarning: If something was left out or filled in that was not asked for.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trees.csv"
    >>> _ = path.write_text("height,kind\\n21.5,fir\\n17.0,oak\\n24.0,fir\\n")
    >>> table = load_csv(path)
    >>> table.x.tolist(), table.y.tolist(), table.target_names
    ([[21.5], [17.0], [24.0]], [0, 1, 0], ['fir', 'oak'])
    """
    table = load_table(**locals() | {"missing": missing or "mean"})
    said = [note for note in table.notes if missing is None or "missing" not in note]
    if said:
        warnings.warn("; ".join(said), stacklevel=2)
    recipe = table.recipe
    return table if recipe is None else replace(table, x=recipe.filling(table.x).filled(table.x))


def load_table(
    path: str | PathLike[str],
    target: str | int | None = None,
    *,
    features: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    keep: Sequence[str] = (),
    categories: Sequence[str] = (),
    regression: bool | None = None,
    missing: str = "mean",
    header: bool | None = None,
    decimal: str | None = None,
    folder: Path | None = None,
) -> Dataset:
    """Return what `load_csv` does, with nan where a number is missing and notes for warnings.

    With a `folder` the inputs are kept there, x being a `numpy.memmap`: for tables larger than
    memory. The folder is the caller's to remove. The other arguments are those of `load_csv`.
    """
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal wants '.' or ',', got {decimal!r}")
    rule = look_up("rule for missing cells", missing, {rule: rule for rule in RULES})
    asked = _Asked(
        target,
        None if features is None else names_of(features),
        names_of(drop),
        names_of(keep),
        names_of(categories),
        regression,
        rule,
        header,
        decimal or "",
    )
    plain = features is None and rule != "error"
    chunked = plain and large(Path(path), 0 if folder else LARGE)
    if folder and not chunked:
        raise TableError(
            f"{path}: only plain text that is not packed is kept on disk, without features= and "
            "missing='error'; unpack it, or leave folder= (--chunks) out"
        )
    return _in_chunks(Path(path), asked, folder) if chunked else _whole(Path(path), asked)


class _Asked(NamedTuple):
    """The arguments of `load_table`, names as lists."""

    target: str | int | None
    features: list[str] | None
    drop: list[str]
    keep: list[str]
    categories: list[str]
    regression: bool | None
    rule: str
    header: bool | None
    decimal: str

    @property
    def names(self) -> list[str]:
        """The columns that are named."""
        target = [self.target] if isinstance(self.target, str) else []
        return [*(self.features or ()), *self.drop, *self.keep, *self.categories, *target]


def _whole(path: Path, asked: _Asked) -> Dataset:
    cells, notes = without_total(read_cells(path, asked.header, asked.names))
    place = cells.column(asked.target)
    cells, said = with_target(cells, place, asked.rule)
    notes += said
    places, left_out = inputs(cells, place, asked.drop, asked.keep, asked.features)
    notes += left_out
    titles: list[str] = []
    if asked.features is not None and not set(asked.features) <= set(cells.header):
        titles = asked.features  # "colour=red"
        recipe = Recipe.of_titles(titles, cells.header)
        recipe = replace(recipe, target=cells.header[place])
    else:
        cells, said = by_rule(cells, places, asked.rule)
        notes += said
        recipe = make_recipe(
            cells, places, cells.header[place], asked.rule, asked.categories, asked.decimal
        )
    x, _ = recipe.follow(cells, strict=bool(titles))
    if titles:
        x = x[:, [recipe.titles.index(title) for title in titles]]
    if asked.regression:
        recipe = replace(recipe, unit=unit_of(cells.present(place)))
    y, classes = target_of(cells, place, recipe.decimal, asked.regression)
    notes += _doubts(cells, place, Recipe(()) if titles else recipe, classes, asked)
    names = titles or recipe.titles
    target, notes = cells.header[place], [*cells.notes, *notes]
    return Dataset(x, y, names, target, classes, (*notes,), None if titles else recipe)


def _doubts(
    cells: Cells, place: int, recipe: Recipe, classes: Sequence[str], asked: _Asked
) -> list[str]:
    """Return a word about each column, the target among them, that may be meant otherwise."""
    target = _target_column(cells, place, bool(asked.regression))
    found = doubts(cells, [*recipe.columns, target], recipe.decimal)
    return found + ([] if asked.regression is False else of_classes(cells, place, classes))


def load_columns(path: str | PathLike[str], names: Sequence[str]) -> Floats:
    """Return some columns of a table file, by name, as `(samples, columns)`.

    A file without names that has no such columns gives its first ones.

    Args:
        path: Where the file is.
        names: Columns of numbers, or categories such as `colour=red`.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If a column is missing, a cell is not a finite number, or is another category.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "new.csv"
    >>> _ = path.write_text("leaf,height\\nbroad,17.0\\n")
    >>> load_columns(path, ["height", "leaf=broad", "leaf=needle"])
    array([[17.,  1.,  0.]])
    """
    names = names_of(names)
    if not names:
        raise TableError(f"{path}: no columns are asked for; name at least one")
    sources = list(dict.fromkeys(name.rsplit("=", 1)[0] for name in names))
    cells = read_cells(Path(path), expected=[*names, *sources])
    if not cells.named and not set(sources) <= set(cells.header):
        cells = replace(cells, header=sources + cells.header[len(sources) :])
    recipe = Recipe.of_titles(names, cells.header)
    numeric = [cells.column(c.name) for c in recipe.columns if c.kinds is None]
    recipe = replace(recipe, decimal=decimal_mark(cells, numeric))
    x, _ = recipe.follow(cells, strict=True)
    return x[:, [recipe.titles.index(name) for name in names]]


def target_of(
    cells: Cells, place: int, decimal: str, regression: bool | None
) -> tuple[Floats, list[str]]:
    """Return the target and the names of its classes; none for a number."""
    if regression:
        return numbers(cells, place, _target_column(cells, place, True), decimal, True), []
    labels, classes = classes_of(cells, place, regression is False)
    return np.array(labels, dtype=np.intp), classes


def _in_chunks(path: Path, asked: _Asked, folder: Path | None) -> Dataset:
    """Return what `_whole` does, of a large file: what its columns are, the first rows say."""
    parts = blocks(path, asked.header, asked.names)
    cells = next(parts)
    assert isinstance(cells, Cells)
    place, rule, regression = cells.column(asked.target), asked.rule, asked.regression
    first, _ = with_target(cells, place, rule)
    places, left_out = inputs(first, place, asked.drop, asked.keep, None)
    recipe = make_recipe(first, places, cells.header[place], rule, asked.categories, asked.decimal)
    unit = unit_of(first.present(place))
    recipe = replace(recipe, unit=unit if regression else None)
    gathered = Gathered(recipe, place, bool(regression), unit, rule == "category", folder)
    with paused_gc():
        for part in chain([cells], parts):
            gathered.add(part, rule == "drop")
    x, y, classes, recipe = gathered.finished(cells, regression)
    rows, untold = gathered.rows, gathered.untold
    without = [without_target(untold, rows + untold)] if untold else []
    notes = [*cells.notes, *without, *left_out]
    notes += said_of_gaps(gathered.gone, rows, gathered.taken, rule)
    notes += _doubts(first, place, recipe, classes, asked)
    y = y if regression else y.astype(np.intp)
    return Dataset(x, y, recipe.titles, recipe.target, classes, (*notes,), recipe)


def _target_column(cells: Cells, place: int, regression: bool) -> Column:
    """Return the target as a column: of numbers, or of whichever classes."""
    unit = unit_of(cells.present(place)) if regression else ""
    return Column(cells.header[place], None if regression else (), unit)
