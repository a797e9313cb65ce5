"""Text: shapes and numbers as they stand in a source."""

from __future__ import annotations

import math
from collections.abc import Sequence


def shape_text(dims: Sequence[int], many: bool) -> str:
    """Return a shape, with a leading axis if there are samples."""
    text = ", ".join([*["B"] * many, *map(str, dims)])
    return f"({text},)" if text and "," not in text else f"({text})"


def sizes_text(dims: Sequence[int], many: bool) -> str:
    """Return the same as the arguments of a call."""
    return f"({', '.join([*['B'] * many, *map(str, dims)]) or '()'})"


def held(text: str) -> str:
    """Return an expression that a method may be called on."""
    one = text.isidentifier() or (text[-1] in ")]" and " " not in _outer(text))
    return text if one and text[0] != "-" else f"({text})"


def _outer(text: str) -> str:
    """Return what of an expression is in no brackets."""
    depth, found = 0, []
    for letter in text:
        depth -= letter in ")]"
        found += [letter] * (depth == 0)
        depth += letter in "(["
    return "".join(found)


def number_text(value: float) -> str:
    """Return a float."""
    if math.isfinite(value):
        return repr(float(value))
    return "nan" if value != value else "inf" if value > 0.0 else "-inf"
