"""Names: look something up by its string name; an unknown one gets the list of valid names."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


def look_up(kind: str, name: str, table: Mapping[str, T]) -> T:
    """Return the entry of that name; case, `_`, `-` and spaces do not matter.

    Raises:
        ValueError: If there is none; the message lists the names there are.

    >>> look_up("colour", "Dark-Red", {"dark_red": 1})
    1
    >>> look_up("colour", "DarkRed", {"dark_red": 1})
    1
    """
    for known, entry in table.items():
        if _letters(known) == _letters(name):
            return entry
    close = get_close_matches(name.lower(), table, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"no {kind} named {name!r}; choose from {', '.join(sorted(table))}{hint}")


def _letters(name: str) -> str:
    """Return a name without what differs between `he_normal`, `HeNormal` and `he-normal`."""
    return "".join(filter(str.isalnum, name.lower()))
