"""Names: unique identifiers for one printed source."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable


class Names:
    """Gives out identifiers, each of them once.

    Args:
        reserved: Names that have another meaning in the source.

    >>> names = Names(["exp"])
    >>> names.like("x"), names.like("x"), names.like("exp"), names.like("if"), names.numbered("t")
    ('x', 'x_', 'exp_', 'if_', 't1')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*reserved, *keyword.kwlist}
        self._counts: Counter[str] = Counter()

    def copy(self) -> Names:
        """Return an independent copy, which gives out the same names from here on."""
        names = Names(self._taken)
        names._counts = self._counts.copy()
        return names

    def like(self, wanted: str) -> str:
        """Return `wanted`, with underscores appended until the name is free."""
        name = wanted if wanted.isidentifier() else "x"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def of(self, role: str, wanted: str = "") -> str:
        """Return a free name for a variable: `wanted` if given, else a number after its role."""
        if wanted:
            return self.like(wanted)
        return self.numbered({"value": "v", "constant": "c"}.get(role, "t"))

    def numbered(self, stem: str) -> str:
        """Return a free name: the stem and a number."""
        while True:
            self._counts[stem] += 1
            name = f"{stem}{self._counts[stem]}"
            if name not in self._taken:
                self._taken.add(name)
                return name
