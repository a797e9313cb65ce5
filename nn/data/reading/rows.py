"""Rows: selects rows and columns, with notes about those left out, and numbers the classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, isclose, isfinite

import numpy as np

from nn.basics import listed
from nn.data.reading.columns import missing_cell_error
from nn.data.reading.dates import format_of, several_formats
from nn.data.reading.marks import Notation, decimal_marks, is_number, missing, unit_of
from nn.data.reading.text import Cells, TableError

_ID = re.compile(
    r"(?i:(.*[_ .-])?(id|identifier|uuid|guid|index|idx|obs|rownames|rowid))|level_\d|#"
    r"|(?i:(lfd\.? ?|row[ _]?|s(r|l|erial)?\.? ?)?(nr\.?|no\.)|n°|s\.?no|row([ _]?num(ber)?)?)"
    r"|.*[a-z](Id|ID)"
)
_LIKE_NUMBER = re.compile(r"\W*\d")
_TOTAL = re.compile(r"(?i:(grand |sub-?)?totals?|sum|summe|gesamt\w*|insgesamt|somme|suma|totale?)")
_RULE_WORDS = {  # for notes: how a rule treats missing cells
    "mean": "the mean stands there, or a category ?",
    "category": "a category ?, and for numbers the mean and an input =? that says so",
}


def with_target(cells: Cells, place: int, rule: str) -> tuple[Cells, list[str]]:
    """Return the rows that have a target, and a note if some have none.

    Raises:
        TableError: If no row has one; with the rule "error", if one is missing.
    """
    gaps = cells.gaps(place)
    if not gaps.any():
        return cells, []
    if rule == "error":
        raise missing_cell_error(cells, place)
    if gaps.all():
        raise TableError(
            f"{cells.name}: no row has a {cells.header[place]!r}; name another target (target=, or "
            "--target)"
        )
    return cells.rows_where(~gaps), [without_target_note(int(gaps.sum()), len(gaps))]


def without_target_note(count: int, of: int) -> str:
    """Return a note about `count` of `of` rows without a target."""
    return f"{count} of {of} rows are left out: their target is missing"


def without_total(cells: Cells) -> tuple[Cells, list[str]]:
    """Return the rows without a last one that holds totals, and a note about it."""
    count = len(cells.rows)
    columns = [cells.texts(place) for place in range(len(cells.header))]
    named = [texts[-1] for texts in columns if _TOTAL.fullmatch(texts[-1])]
    if count < 3 or not named or not any(map(_ends_with_sum, columns)):
        return cells, []
    line = cells.rows[-1][0]
    note = f"row {line} ({named[0]}) is left out: it is the sum of the others"
    return cells.rows_where(np.arange(count) < count - 1), [note]


def _ends_with_sum(texts: Sequence[str]) -> bool:
    """Return whether the last number of a column is the sum of the others, in any notation."""
    numbers = [text for text, gap in zip(texts, missing(texts), strict=True) if not gap]
    if len(numbers) < 3 or numbers[-1] != texts[-1] or not is_number(texts[-1]):
        return False
    for decimal in decimal_marks(numbers):
        notation = Notation(decimal, unit_of(numbers))
        *others, total = (notation.parse(text) or 0.0 for text in numbers)
        if isclose(fsum(others), total, rel_tol=1e-6) and total:
            return True
    return False


def inputs(
    cells: Cells,
    target: int,
    drop: Sequence[str],
    keep: Sequence[str],
    features: Sequence[str] | None,
) -> tuple[list[int], list[str]]:
    """Return the indices of the inputs, and a note about each column left out without a request.

    Args:
        cells: The table.
        target: The index of the target.
        drop: Names of columns to leave out.
        keep: Names of columns to use even if they look like an id.
        features: Names of the columns to use; None for all that are informative.

    Raises:
        TableError: If no input is left.
    """
    name, header = cells.name, cells.header
    dropped = {*map(cells.column, drop)}
    if target in dropped:
        raise TableError(
            f"{name}: {header[target]!r} is to be dropped, but it is the target; name another "
            "(target=, or --target)"
        )
    if features is not None:
        return _requested(cells, names_of(features)), []
    places = [i for i in range(len(header)) if i not in {target, *dropped}]
    if not places and dropped:
        raise TableError(f"{name}: all inputs are to be dropped; keep at least one")
    if not places:
        raise TableError(
            f"{name} has only the target column {header[target]!r} and no inputs; separate cells "
            "by commas, semicolons, tabs, | or white space"
        )
    return _informative(cells, places, {*map(cells.column, keep)})


def _requested(cells: Cells, names: Sequence[str]) -> list[int]:
    if not names:
        raise TableError(f"{cells.name}: no columns are asked for; name at least one")
    known = set(names) <= set(cells.header)
    return [cells.column(title) for title in names] if known else []


def _informative(cells: Cells, places: list[int], kept: set[int]) -> tuple[list[int], list[str]]:
    """Return the columns that are informative, and a note about each other one."""
    why = {place: _why_useless(cells, place) for place in places if place not in kept}
    used = [place for place in places if not why.get(place)]
    if not used:  # better an id than nothing
        used = [place for place in places if cells.present(place)]
    if not used:
        title = cells.header[places[0]]
        raise TableError(f"{cells.name}: no input holds anything; fill in {title!r}")
    notes = [
        f"column {cells.header[place]!r} is left out: {why[place]}"
        for place in places
        if place not in used
    ]
    return used, notes


def _why_useless(cells: Cells, place: int) -> str:
    """Return why a column is not informative; "" if it is."""
    if not cells.present(place):
        return "it holds nothing"
    if is_id(cells, place):
        return "it names the rows, all are different (keep=, or --keep, takes it)"
    if _is_prose(cells, place):
        return f"all its texts are different, as {cells.present(place)[0]!r:.60}"
    return ""


def _is_prose(cells: Cells, place: int) -> bool:
    """Return whether texts are all different, and neither numbers nor dates."""
    kinds, rows = cells.present(place), len(cells.rows) - int(cells.gaps(place).sum())
    if len(kinds) < max(3, rows) or any(map(_LIKE_NUMBER.match, kinds)):
        return False
    return not format_of(kinds) and not several_formats(kinds)


def is_id(cells: Cells, place: int) -> bool:
    """Return whether a column is named like an id or has no name, and its cells all differ."""
    name = cells.header[place]
    if place not in cells.nameless and not _ID.fullmatch(name):
        return False
    texts = cells.texts(place)
    if not len(set(texts)) == len(texts) > 1:
        return False
    parsed = (Notation().parse(text) for text in texts)
    return all(number is None or number.is_integer() for number in parsed)


def apply_missing_rule(cells: Cells, places: Sequence[int], rule: str) -> tuple[Cells, list[str]]:
    """Return the rows to use under a rule for missing cells, and a note about those cells.

    Raises:
        TableError: With the rule "error", if a cell is missing; with "drop", if no row is left.
    """
    holes = {place: gaps for place in places if (gaps := cells.gaps(place)).any()}
    if not holes:
        return cells, []
    if rule == "error":
        raise missing_cell_error(cells, next(iter(holes)))
    counts = {cells.header[place]: int(which.sum()) for place, which in holes.items()}
    if rule == "drop":
        whole = ~np.any([*holes.values()], axis=0)
        if not whole.any():
            raise TableError(
                f"{cells.name}: each row has a missing cell ({_listed_counts(counts)}); choose "
                "another rule (missing=, or --missing)"
            )
        return cells.rows_where(whole), gaps_note(counts, len(whole), int(whole.sum()), rule)
    return cells, gaps_note(counts, len(cells.rows), len(cells.rows), rule)


def gaps_note(counts: Mapping[str, int], rows: int, taken: int, rule: str) -> list[str]:
    """Return a note about missing cells: their counts by column, and how they are treated."""
    if not counts:
        return []
    if rule == "drop":
        left_out = f"{rows - taken} of {rows} rows are left out"
        return [f"{left_out}: cells are missing ({_listed_counts(counts)})"]
    return [f"missing of {rows} cells: {_listed_counts(counts)}; {_RULE_WORDS[rule]}"]


def _listed_counts(counts: Mapping[str, int]) -> str:
    return listed([f"{name} {count}" for name, count in counts.items()])


def names_of(names: Sequence[str]) -> list[str]:
    """Return names as a list; a single string is one name."""
    return [names] if isinstance(names, str) else list(names)


def classes_of(cells: Cells, place: int, is_classes: bool) -> tuple[list[int], list[str]]:
    """Return the class number of each row, and the names of the classes as in the table.

    Args:
        cells: The table, without rows whose class is missing.
        place: The index of the target.
        is_classes: Whether any number of different cells is accepted as classes.

    Raises:
        TableError: If there is only one class; without `is_classes`, if the target looks like an
            id, a number or a date, or has too many different texts.
    """
    texts = cells.texts(place)
    kinds = ordered_classes(cells, place, set(texts), len(texts), is_classes)
    number = {kind: i for i, kind in enumerate(kinds)}
    return [number[text] for text in texts], kinds


def ordered_classes(
    cells: Cells, place: int, found: Iterable[str], rows: int, is_classes: bool
) -> list[str]:
    """Return the names of the classes, sorted; numbers by size.

    Args:
        cells: The table.
        place: The index of the target.
        found: The different classes.
        rows: How many rows there are.
        is_classes: Whether any number of different cells is accepted as classes.

    Raises:
        TableError: As `classes_of` does.
    """
    kinds = sorted(found)
    parsed = [Notation().parse(kind) for kind in kinds]
    if all(number is not None and isfinite(number) for number in parsed):
        kinds = [kind for _, kind in sorted(zip(parsed, kinds, strict=True))]
    column = f"{cells.name}: column {cells.header[place]!r}"
    if len(kinds) < 2:
        raise TableError(
            f"{column} has only one class, {kinds[0]!r}; two are needed. Choose another target "
            "(target=, or --target), or add rows"
        )
    if not is_classes and len(kinds) > 20 and is_id(cells, place):
        raise TableError(
            f"{column} names the rows, all are different; choose another target (target=, or "
            "--target)"
        )
    if not is_classes and all(map(is_number, kinds)) and len(kinds) > 20:
        raise TableError(
            f"{column} has {len(kinds)} different numbers in {rows} rows; to predict a "
            "number say regression=True (--regression), and regression=False (--classes) if these "
            f"are names of classes ({listed(kinds, 3)})"
        )
    if not is_classes and len(kinds) > max(20, rows // 10):
        if format_of(kinds):
            raise TableError(
                f"{column} holds dates such as {kinds[0]}; to predict one write it as a number, "
                "such as days from a first one, or choose another target (target=, or --target)"
            )
        raise TableError(
            f"{column} has {len(kinds)} different texts in {rows} rows ({listed(kinds, 3)}); "
            "that is hardly a class: choose another target (target=, or --target), or say "
            "regression=False (--classes) if it is"
        )
    return kinds
