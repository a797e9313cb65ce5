"""Loading: tables from files, with errors that name the row and the column."""

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
    apply_missing_rule,
    blocks,
    class_doubts,
    classes_of,
    decimal_mark,
    doubts,
    gaps_note,
    inputs,
    large,
    make_recipe,
    names_of,
    numbers,
    read_cells,
    unit_of,
    with_target,
    without_target_note,
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

    A column without any number holds categories: it becomes one input per category, such as
    `colour=red`, which is 1 in rows of that category and else 0. Four kinds of columns are left out
    with a warning: row numbers, ids (named so, and different in each row), texts that are all
    different, and empty ones.

    Args:
        path: The path of the file; it may be compressed.
        target: The name or the number (from 0) of the target column; the last one by default.
        features: The names of the columns to take as inputs, in order.
        drop: The names of columns to leave out.
        keep: The names of columns to take even if they look like an id.
        categories: The names of columns of categories, even if they are numbers.
        regression: Whether the target is a number to predict; False for a class; None for a
            class, with an error if it looks like a number.
        missing: How to treat missing cells. "mean", the default: the column's mean for a number, a
            category of its own for a text. "category": the same, and each column of numbers with
            missing cells gets a second input that is 1 in those rows. "drop": such rows are left
            out. "error": they are refused. Rows without a target are left out, or refused.
        header: Whether the first line holds the names; None to guess.
        decimal: The decimal mark, "." or ",", for numbers that can be read both ways, as 1.250.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is empty, has no such column, a cell is not a finite number, or a column
            has too many different texts for categories. Rows are counted as an editor does: the
            line of names is row 1.
        ValueError: If `missing` or `decimal` is none of those above.

    Warns:
        UserWarning: If something was left out or filled in that no argument asked for.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trees.csv"
    >>> _ = path.write_text("height,kind\\n21.5,fir\\n17.0,oak\\n24.0,fir\\n")
    >>> table = load_csv(path)
    >>> table.x.tolist(), table.y.tolist(), table.target_names
    ([[21.5], [17.0], [24.0]], [0, 1, 0], ['fir', 'oak'])
    """
    table = load_table(**locals() | {"missing": missing or "mean"})
    unexpected = [note for note in table.notes if missing is None or "missing" not in note]
    if unexpected:
        warnings.warn("; ".join(unexpected), stacklevel=2)
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
    """Do what `load_csv` does, but leave nan where a number is missing, and notes for warnings.

    Args:
        folder: For tables larger than memory: x is a `numpy.memmap` of a file in this folder, which
            the caller removes.

    The other arguments are those of `load_csv`.
    """
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal wants '.' or ',', got {decimal!r}")
    rule = look_up("rule for missing cells", missing, {rule: rule for rule in RULES})
    options = _Options(
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
    return (
        _load_in_chunks(Path(path), options, folder)
        if chunked
        else _load_whole(Path(path), options)
    )


class _Options(NamedTuple):
    """The arguments of `load_table`, with names as lists."""

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
        """The names of columns that occur in the arguments."""
        target = [self.target] if isinstance(self.target, str) else []
        return [*(self.features or ()), *self.drop, *self.keep, *self.categories, *target]


def _load_whole(path: Path, options: _Options) -> Dataset:
    cells, notes = without_total(read_cells(path, options.header, options.names))
    place = cells.column(options.target)
    cells, more_notes = with_target(cells, place, options.rule)
    notes += more_notes
    places, left_out = inputs(cells, place, options.drop, options.keep, options.features)
    notes += left_out
    titles: list[str] = []
    if options.features is not None and not set(options.features) <= set(cells.header):
        titles = options.features  # "colour=red"
        recipe = Recipe.of_titles(titles, cells.header)
        recipe = replace(recipe, target=cells.header[place])
    else:
        cells, more_notes = apply_missing_rule(cells, places, options.rule)
        notes += more_notes
        recipe = make_recipe(
            cells, places, cells.header[place], options.rule, options.categories, options.decimal
        )
    x, _ = recipe.follow(cells, strict=bool(titles))
    if titles:
        x = x[:, [recipe.titles.index(title) for title in titles]]
    if options.regression:
        recipe = replace(recipe, unit=unit_of(cells.present(place)))
    y, classes = target_of(cells, place, recipe.decimal, options.regression)
    notes += _doubts(cells, place, Recipe(()) if titles else recipe, classes, options)
    names = titles or recipe.titles
    target, notes = cells.header[place], [*cells.notes, *notes]
    return Dataset(x, y, names, target, classes, (*notes,), None if titles else recipe)


def _doubts(
    cells: Cells, place: int, recipe: Recipe, classes: Sequence[str], options: _Options
) -> list[str]:
    """Return a note about each column, target included, that may have another meaning."""
    target = _target_column(cells, place, bool(options.regression))
    found = doubts(cells, [*recipe.columns, target], recipe.decimal)
    return found + ([] if options.regression is False else class_doubts(cells, place, classes))


def load_columns(path: str | PathLike[str], names: Sequence[str]) -> Floats:
    """Return some columns of a table file, by name, as `(samples, columns)`.

    Of a file without a line of names, they are the first columns.

    Args:
        path: The path of the file.
        names: Columns of numbers, or categories such as `colour=red`.

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If a column is missing, or a cell is no finite number or no known category.

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
    """Return the target `(rows,)` and the names of its classes; [] for a number."""
    if regression:
        return numbers(cells, place, _target_column(cells, place, True), decimal, True), []
    labels, classes = classes_of(cells, place, regression is False)
    return np.array(labels, dtype=np.intp), classes


def _load_in_chunks(path: Path, options: _Options, folder: Path | None) -> Dataset:
    """Do what `_load_whole` does for a large file; its first rows decide the kinds of columns."""
    parts = blocks(path, options.header, options.names)
    cells = next(parts)
    assert isinstance(cells, Cells)
    place, rule, regression = cells.column(options.target), options.rule, options.regression
    first, _ = with_target(cells, place, rule)
    places, left_out = inputs(first, place, options.drop, options.keep, None)
    recipe = make_recipe(
        first, places, cells.header[place], rule, options.categories, options.decimal
    )
    unit = unit_of(first.present(place))
    recipe = replace(recipe, unit=unit if regression else None)
    gathered = Gathered(recipe, place, bool(regression), unit, rule == "category", folder)
    with paused_gc():
        for part in chain([cells], parts):
            gathered.add(part, rule == "drop")
    x, y, classes, recipe = gathered.finished(cells, regression)
    rows, left = gathered.rows, gathered.rows_without_target
    without = [without_target_note(left, rows + left)] if left else []
    notes = [*cells.notes, *without, *left_out]
    notes += gaps_note(gathered.gap_counts, rows, gathered.taken, rule)
    notes += _doubts(first, place, recipe, classes, options)
    y = y if regression else y.astype(np.intp)
    return Dataset(x, y, recipe.titles, recipe.target, classes, (*notes,), recipe)


def _target_column(cells: Cells, place: int, regression: bool) -> Column:
    """Return the target as a column: of numbers, or of classes that are not known yet."""
    unit = unit_of(cells.present(place)) if regression else ""
    return Column(cells.header[place], None if regression else (), unit)
