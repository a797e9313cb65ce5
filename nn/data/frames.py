"""Frames: the column names of a pandas or polars table; compares those of two tables."""

from __future__ import annotations

from collections.abc import Sequence


def column_names(x: object) -> tuple[str, ...]:
    """Return the names of a table's columns; none of an array, or where they are not all text.

    >>> column_names([[1.0, 2.0]])
    ()
    """
    names = getattr(x, "columns", None)
    if names is None or callable(names):
        return ()
    found = tuple(names)
    return found if all(isinstance(name, str) for name in found) else ()


def check_columns(what: str, known: Sequence[str], names: Sequence[str]) -> None:
    """Check that a table has the known columns in order; a table without names passes.

    Args:
        what: What the table is called in messages.
        known: The names of the columns of the first table.
        names: The names of the columns of this one.

    Raises:
        ValueError: If names are missing, unexpected or in another order.

    >>> check_columns("x", ["a", "b"], ["b", "a"])
    Traceback (most recent call last):
    ValueError: x has the columns b, a; wanted a, b in this order: x[['a', 'b']]
    """
    if not known or not names or list(known) == list(names):
        return
    missing = [name for name in known if name not in names]
    extra = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"{what} has no column {missing[0]!r}; it has {_listed(names)}")
    if extra:
        raise ValueError(
            f"{what} has a column {extra[0]!r}, which the table before did not have; leave it out"
        )
    raise ValueError(
        f"{what} has the columns {_listed(names)}; wanted {_listed(known)} in this order: "
        f"x[{list(known)[:5]}{'...' if len(known) > 5 else ''}]"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
