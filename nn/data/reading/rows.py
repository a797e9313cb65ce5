"""Rows: which rows and columns of a table are taken, and a word about those that are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nn.basics import listed
from nn.data.reading.cells import Cells
from nn.data.reading.columns import is_id, missing_cell, present
from nn.data.reading.text import TableError

MEANT = {  # what becomes of missing cells by a rule, in words
    "mean": "the mean stands there, or a category ?",
    "category": "a category ?, and for numbers the mean and an input =? that says so",
}


def with_target(cells: Cells, place: int, rule: str) -> tuple[Cells, list[str]]:
    """Return the rows that have a target.

    Raises:
        TableError: If there is none, or one is missing and that is an error.
    """
    gone = cells.gaps(place)
    if not gone.any():
        return cells, []
    if rule == "error":
        raise _refused(cells, place, gone)
    if gone.all():
        raise TableError(
            f"{cells.name}: no row has a {cells.header[place]!r}; name another target (target=, or "
            "--target)"
        )
    return cells.rows_where(~gone), [without_target(int(gone.sum()), len(gone))]


def without_target(count: int, of: int) -> str:
    """Return the words for rows that have no target."""
    return f"{count} of {of} rows are left out: their target is missing"


def _refused(cells: Cells, place: int, gone: NDArray[np.bool_]) -> TableError:
    """Return the error for the first missing cell of a column."""
    row = int(gone.argmax())
    return TableError(f"{cells.where(row, place)}: {missing_cell(cells.texts(place)[row])}")


def inputs(
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
        return _asked_for(cells, names_of(features)), []
    places = [i for i in range(len(header)) if i not in {target, *dropped}]
    if not places and dropped:
        raise TableError(f"{name}: all inputs are to be dropped; keep at least one")
    if not places:
        raise TableError(
            f"{name} has only the target column {header[target]!r} and no inputs; separate cells "
            "by commas, semicolons, tabs, | or white space"
        )
    return _useful(cells, places, {*map(cells.column, keep)})


def _asked_for(cells: Cells, names: Sequence[str]) -> list[int]:
    if not names:
        raise TableError(f"{cells.name}: no columns are asked for; name at least one")
    there = set(names) <= set(cells.header)
    return [cells.column(title) for title in names] if there else []


def _useful(cells: Cells, places: list[int], kept: set[int]) -> tuple[list[int], list[str]]:
    """Return the places that something can be learnt from, and a word about the others."""
    why = {place: _useless(cells, place) for place in places if place not in kept}
    left = [place for place in places if not why.get(place)]
    if not left:  # better an id than nothing
        left = [place for place in places if present(cells, place)]
    if not left:
        title = cells.header[places[0]]
        raise TableError(f"{cells.name}: no input holds anything; fill in {title!r}")
    notes = [
        f"column {cells.header[place]!r} is left out: {why[place]}"
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


def by_rule(cells: Cells, places: Sequence[int], rule: str) -> tuple[Cells, list[str]]:
    """Return the rows to take where cells are missing, and what becomes of those.

    Raises:
        TableError: If a cell is missing and that is an error, or no row is left.
    """
    holes = {place: gone for place in places if (gone := cells.gaps(place)).any()}
    if not holes:
        return cells, []
    if rule == "error":
        raise _refused(cells, *next(iter(holes.items())))
    counts = [f"{cells.header[place]} {which.sum()}" for place, which in holes.items()]
    if rule == "drop":
        whole = ~np.any([*holes.values()], axis=0)
        if not whole.any():
            raise TableError(
                f"{cells.name}: each row has a missing cell ({listed(counts)}); choose another "
                "rule (missing=, or --missing)"
            )
        left_out = len(whole) - int(whole.sum())
        return cells.rows_where(whole), [
            f"{left_out} of {len(whole)} rows are left out: cells are missing ({listed(counts)})"
        ]
    return cells, [f"missing of {len(cells.rows)} cells: {listed(counts)}; {MEANT[rule]}"]


def names_of(names: Sequence[str]) -> list[str]:
    """Return the names; a bare one is not a list of letters."""
    return [names] if isinstance(names, str) else list(names)
