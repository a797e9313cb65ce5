"""Names: how functions, shapes and numbers are written in JAX; `h` is helpers.py."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from autograd_core.compiler.arrays import COMPARISONS

OPERATORS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "negative": "-{}",
              "less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}",
              "greater_equal": "{} >= {}", "equal": "{} == {}", "not_equal": "{} != {}",
              "copy": "{}"}  # fmt: skip
CALLED = {
    **{name: f"jnp.{name}" for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
       "sqrt", "cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh",
       "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "hypot", "floor", "ceil", "logaddexp",
       "divide", "power", "abs", "where", "logical_not", "logical_and")},
    **{name: f"h.{name}" for name in ("maximum", "minimum", "sign", "sigmoid", "remainder",
       "floor_divide")},
    **{name: f"special.{name}" for name in ("erf", "erfc", "erfinv", "gamma")},
    "polygamma0": "h.digamma", "polygamma1": "h.trigamma",
    "lgamma": "special.gammaln", "round": "jnp.rint",
}  # fmt: skip
REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}
RESERVED = frozenset(
    ("jnp", "h", "special", "B", "program", "inf", "nan", "float", "outputs", "dtype")
)


def written(name: str, operands: Sequence[str]) -> str:
    """Return a call as text.

    >>> written("add", ["a", "b"]), written("round", ["a"])
    ('a + b', 'jnp.rint(a)')
    """
    if name in OPERATORS:
        return OPERATORS[name].format(*operands)
    return f"{CALLED[name]}({', '.join(operands)})"


def jax_kind() -> Any:
    """Return a namespace with the names of `autograd_core.table.ARRAY`; it needs JAX."""
    import jax.numpy as jnp
    from jax.scipy import special

    from autograd_core.compiler.printers.jax import helpers

    rooms = {"jnp": jnp, "special": special, "h": helpers}
    found = {name: getattr(jnp, name) for name in COMPARISONS}
    for name, called in CALLED.items():
        room, _, function = called.partition(".")
        found[name] = getattr(rooms[room], function)
    return SimpleNamespace(**found)


def shape_text(dims: Sequence[int], many: bool) -> str:
    """Return a shape, with a leading axis if there are samples."""
    text = ", ".join([*["B"] * many, *map(str, dims)])
    return f"({text},)" if text and "," not in text else f"({text})"


def sizes_text(dims: Sequence[int], many: bool) -> str:
    """Return the same as the arguments of a call."""
    return f"({', '.join([*['B'] * many, *map(str, dims)]) or '()'})"


def broadcast_text(text: str, dims: Sequence[int], many: bool) -> str:
    """Return an array that is broadcast to a shape."""
    return f"jnp.broadcast_to({text}, {shape_text(dims, many)})"


def full_text(number: str, dims: Sequence[int], many: bool) -> str:
    """Return an array of one number."""
    return f"jnp.full({shape_text(dims, many)}, {number}, dtype)"


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
