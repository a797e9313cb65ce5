"""Names: look something up by its string name; an unknown one gets the list of valid names."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


def look_up(kind: str, name: str, table: Mapping[str, T]) -> T:
    """Return the entry of that name; case, `-` and spaces do not matter.

    Raises:
        ValueError: If there is none; the message lists the names there are.

    >>> look_up("colour", "Dark-Red", {"dark_red": 1})
    1
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key in table:
        return table[key]
    close = get_close_matches(key, table, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"no {kind} named {name!r}; choose from {', '.join(sorted(table))}{hint}")
