"""Names: what a user calls Values without a label, read from the variables of the caller.

Only where it is certain: a variable holds that very Value, and no other one does.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from autograd_core import Value


def names_of_caller(depth: int = 2) -> dict[Value, str]:
    """Return the names of the Values in the variables of a caller, by Value.

    Args:
        depth: How many calls above this one; 2 is who called the function that asks.
    """
    frame = sys._getframe(depth)
    if frame.f_globals.get("__name__", "").partition(".")[0] == "viz":  # our own names say nothing
        return {}
    return names_in({**frame.f_globals, **frame.f_locals})


def names_in(variables: Mapping[str, object]) -> dict[Value, str]:
    """Return the one name of each Value among variables; private names (`_`, `_1`) do not count.

    >>> a, b = Value(1.0), Value(2.0)
    >>> names_in({"a": a, "b": b, "other": b, "_": a})
    {Value(data=1.0, grad=0.0): 'a'}
    """
    found: dict[Value, str] = {}
    several: set[Value] = set()
    for name, value in variables.items():
        if isinstance(value, Value) and name.isidentifier() and not name.startswith("_"):
            if value in found:
                several.add(value)
            found[value] = name
    return {value: name for value, name in found.items() if value not in several}
