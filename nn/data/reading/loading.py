"""Tables from files, with errors that name the row and the column."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np

from nn.data.reading.cells import Cells, listed, read_cells
from nn.data.reading.columns import (
    RULES,
    Column,
    classes_of,
    decimal_mark,
    is_id,
    missing_cell,
    numbers,
    present,
)
from nn.data.reading.dataset import Dataset
from nn.data.reading.marks import missing as missing_cells
from nn.data.reading.marks import unit_of
from nn.data.reading.recipe import Recipe, make_recipe
from nn.data.reading.text import TableError
from nn.names import look_up
from nn.shapes import Floats


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
) -> Dataset:
    """Return a table file: all columns but the target are inputs, unless some are named.

    The first line holds the names, unless it looks like a sample. `nn.data.reading` says which
    kinds of file there may be, and how numbers may be written.

    A column without any number holds categories: it becomes an input for each, such as
    `colour=red`, which is 1 where the cell says so and else 0. Columns that number the rows, are
    called an id and are different in each row, or hold nothing, are left out with a warning.

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

    Raises:
        FileNotFoundError: If there is no such file.
        TableError: If it is empty, has no such column, a cell is not a finite number, or texts
            are too many for categories; rows are counted as an editor does, the line of names
            being row 1.
        ValueError: If `missing` is no such rule.

    Warns:
        UserWarning: If something was left out or filled in that was not asked for.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trees.csv"
    >>> _ = path.write_text("height,kind\\n21.5,fir\\n17.0,oak\\n24.0,fir\\n")
    >>> table = load_csv(path)
    >>> table.x.tolist(), table.y.tolist(), table.target_names
    ([[21.5], [17.0], [24.0]], [0, 1, 0], ['fir', 'oak'])
    """
    table = load_table(
        path,
        target,
        features=features,
        drop=drop,
        keep=keep,
        categories=categories,
        regression=regression,
        missing=missing or "mean",
        header=header,
    )
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
) -> Dataset:
    """Return what `load_csv` does, with nan where a number is missing and notes for warnings."""
    rule = look_up("rule for missing cells", missing, {rule: rule for rule in RULES})
    asked = [*_names(features or ()), *_names(drop), *_names(keep), *_names(categories)]
    asked += [target] if isinstance(target, str) else []
    cells = read_cells(Path(path), header, asked)
    place = cells.column(target)
    cells, notes = with_target(cells, place, rule)
    places, left_out = _inputs(cells, place, _names(drop), _names(keep), features)
    notes += left_out
    titles: list[str] = []
    if features is not None and not set(_names(features)) <= set(cells.header):
        titles = _names(features)  # "colour=red"
        recipe = Recipe.of_titles(titles, cells.header)
        recipe = replace(recipe, target=cells.header[place])
    else:
        cells, said = _by_rule(cells, places, rule)
        notes += said
        recipe = make_recipe(cells, places, cells.header[place], rule, _names(categories))
    x, _ = recipe.follow(cells, strict=bool(titles))
    if titles:
        x = x[:, [recipe.titles.index(title) for title in titles]]
    y, classes = target_of(cells, place, recipe.decimal, regression)
    return Dataset(
        x,
        y,
        titles or recipe.titles,
        cells.header[place],
        classes,
        (*cells.notes, *notes),
        None if titles else recipe,
    )


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
    names = _names(names)
    if not names:
        raise TableError(f"{path}: no columns are asked for; name at least one")
    sources = list(dict.fromkeys(name.rsplit("=", 1)[0] for name in names))
    cells = read_cells(Path(path), expected=[*names, *sources])
    if not cells.named and not set(sources) <= set(cells.header):
        cells = replace(cells, header=sources + cells.header[len(sources) :])
    recipe = Recipe.of_titles(names, cells.header)
    recipe = replace(recipe, decimal=_decimal(cells, recipe.columns))
    x, _ = recipe.follow(cells, strict=True)
    return x[:, [recipe.titles.index(name) for name in names]]


def target_of(
    cells: Cells, place: int, decimal: str, regression: bool | None
) -> tuple[Floats, list[str]]:
    """Return the target and the names of its classes; none for a number."""
    if regression:
        column = Column(cells.header[place], None, unit_of(present(cells, place)))
        return numbers(cells, place, column, decimal, True), []
    labels, classes = classes_of(cells, place, regression is False)
    return np.array(labels, dtype=np.int64), classes


def with_target(cells: Cells, place: int, rule: str) -> tuple[Cells, list[str]]:
    """Return the rows that have a target.

    Raises:
        TableError: If there is none, or one is missing and that is an error.
    """
    texts = cells.texts(place)
    gone = missing_cells(texts)
    if not any(gone):
        return cells, []
    if rule == "error":
        row = gone.index(True)
        raise TableError(f"{cells.where(row, place)}: {missing_cell(texts[row])}")
    if all(gone):
        raise TableError(
            f"{cells.name}: no row has a {cells.header[place]!r}; name another target (target=, or "
            "--target)"
        )
    note = f"{sum(gone)} of {len(gone)} rows are left out: their target is missing"
    return cells.rows_where([not none for none in gone]), [note]


def _inputs(
    cells: Cells,
    target: int,
    drop: Sequence[str],
    keep: Sequence[str],
    features: Sequence[str] | None,
) -> tuple[list[int], list[str]]:
    """Return the places of the inputs, and a word about each column that is left out unasked.

    Raises:
        TableError: If nothing is left.
    """
    name, header = cells.name, cells.header
    dropped = {*map(cells.column, drop)}
    if target in dropped:
        raise TableError(
            f"{name}: {header[target]!r} is to be dropped, but it is the target; name another "
            "(target=, or --target)"
        )
    if features is not None:
        wanted = _names(features)
        if not wanted:
            raise TableError(f"{name}: no columns are asked for; name at least one")
        if set(wanted) <= set(header):
            return [cells.column(title) for title in wanted], []
        return [], []
    places = [i for i in range(len(header)) if i not in {target, *dropped}]
    if not places and dropped:
        raise TableError(f"{name}: all inputs are to be dropped; keep at least one")
    if not places:
        raise TableError(
            f"{name} has only the target column {header[target]!r} and no inputs; separate cells "
            "by commas, semicolons, tabs, | or white space"
        )
    kept = {*map(cells.column, keep)}
    why = {place: _useless(cells, place) for place in places if place not in kept}
    left = [place for place in places if not why.get(place)]
    if not left:  # better an id than nothing
        left = [place for place in places if present(cells, place)]
    if not left:
        raise TableError(f"{name}: no input holds anything; fill in {header[places[0]]!r}")
    notes = [
        f"column {header[place]!r} is left out: {why[place]}"
        for place in places
        if place not in left
    ]
    return left, notes


def _useless(cells: Cells, place: int) -> str:
    """Return why nothing can be learnt from a column; "" if something can."""
    if not present(cells, place):
        return "it holds nothing"
    if is_id(cells, place):
        return "it names the rows, all are different (keep=, or --keep, takes it)"
    return ""


def _by_rule(cells: Cells, places: Sequence[int], rule: str) -> tuple[Cells, list[str]]:
    """Return the rows to take where cells are missing, and what becomes of those.

    Raises:
        TableError: If a cell is missing and that is an error, or no row is left.
    """
    gone = {place: missing_cells(cells.texts(place)) for place in places}
    holes = {place: which for place, which in gone.items() if any(which)}
    if not holes:
        return cells, []
    if rule == "error":
        place, which = next(iter(holes.items()))
        row = which.index(True)
        cell = cells.texts(place)[row]
        raise TableError(f"{cells.where(row, place)}: {missing_cell(cell)}")
    counts = [f"{cells.header[place]} {sum(which)}" for place, which in holes.items()]
    if rule == "drop":
        whole = [not any(row) for row in zip(*holes.values(), strict=True)]
        if not any(whole):
            raise TableError(
                f"{cells.name}: each row has a missing cell ({listed(counts)}); choose another "
                "rule (missing=, or --missing)"
            )
        left_out = len(whole) - sum(whole)
        return cells.rows_where(whole), [
            f"{left_out} of {len(whole)} rows are left out: cells are missing ({listed(counts)})"
        ]
    what = "the mean stands there, or a category ?"
    if rule == "category":
        what = "a category ?, and for numbers the mean and an input =? that says so"
    return cells, [f"missing of {len(cells.rows)} cells: {listed(counts)}; {what}"]


def _decimal(cells: Cells, columns: Sequence[Column]) -> str:
    return decimal_mark(cells, [cells.column(c.name) for c in columns if c.kinds is None])


def _names(names: Sequence[str]) -> list[str]:
    """Return the names; a bare one is not a list of letters."""
    return [names] if isinstance(names, str) else list(names)
