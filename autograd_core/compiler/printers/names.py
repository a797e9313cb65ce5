"""Names: the identifiers of one source; none is given twice."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable


class Names:
    """Gives out identifiers.

    Args:
        reserved: Names that mean something else in the source.

    >>> names = Names(["exp"])
    >>> names.like("x"), names.like("x"), names.like("exp"), names.like("if"), names.numbered("t")
    ('x', 'x_', 'exp_', 'if_', 't1')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*reserved, *keyword.kwlist}
        self._counts: Counter[str] = Counter()

    def copy(self) -> Names:
        """Return what gives out the same names from here on."""
        names = Names(self._taken)
        names._counts = self._counts.copy()
        return names

    def like(self, wanted: str) -> str:
        """Return a free name that is `wanted`, or begins so."""
        name = wanted if wanted.isidentifier() else "x"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def of(self, role: str, wanted: str = "") -> str:
        """Return a free name for a variable: what is wanted, or what says what it is."""
        if wanted:
            return self.like(wanted)
        return self.numbered({"value": "v", "constant": "c"}.get(role, "t"))

    def numbered(self, stem: str) -> str:
        """Return a free name that is the stem and a number."""
        while True:
            self._counts[stem] += 1
            name = f"{stem}{self._counts[stem]}"
            if name not in self._taken:
                self._taken.add(name)
                return name
