"""Names: for Values without a label, read from the variables of the caller.

A name is taken only if exactly one variable holds the Value.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from autograd_core import Value


def names_of_caller(depth: int = 2) -> dict[Value, str]:
    """Return the names of the Values in the variables of a caller, by Value.

    Args:
        depth: Frames above this function; 2 is the caller of the function that calls it.
    """
    frame = sys._getframe(depth)
    if frame.f_globals.get("__name__", "").partition(".")[0] == "viz":  # viz's own variables
        return {}
    return names_in({**frame.f_globals, **frame.f_locals})


def names_in(variables: Mapping[str, object]) -> dict[Value, str]:
    """Return the name of each Value that one variable holds; private ones (`_`, `_1`) do not count.

    >>> a, b = Value(1.0), Value(2.0)
    >>> names_in({"a": a, "b": b, "other": b, "_": a})
    {Value(data=1.0, grad=0.0): 'a'}
    """
    found: dict[Value, str] = {}
    ambiguous: set[Value] = set()
    for name, value in variables.items():
        if isinstance(value, Value) and name.isidentifier() and not name.startswith("_"):
            if value in found:
                ambiguous.add(value)
            found[value] = name
    return {value: name for value, name in found.items() if value not in ambiguous}
