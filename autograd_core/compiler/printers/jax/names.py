"""Names: functions, shapes and numbers as text for JAX; there `h` is the module helpers.py."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace

from autograd_core.compiler.arrays import COMPARISONS
from autograd_core.table import Functions

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


def call_text(name: str, operands: Sequence[str]) -> str:
    """Return a call of an elementary function as text.

    >>> call_text("add", ["a", "b"]), call_text("round", ["a"])
    ('a + b', 'jnp.rint(a)')
    """
    if name in OPERATORS:
        return OPERATORS[name].format(*operands)
    return f"{CALLED[name]}({', '.join(operands)})"


def jax_kind() -> Functions:
    """Return the functions of JAX under the names of `autograd_core.table.ARRAY`; needs JAX."""
    import jax.numpy as jnp
    from jax.scipy import special

    from autograd_core.compiler.printers.jax import helpers

    modules = {"jnp": jnp, "special": special, "h": helpers}
    found = {name: getattr(jnp, name) for name in COMPARISONS}
    for name, called in CALLED.items():
        module, _, function = called.partition(".")
        found[name] = getattr(modules[module], function)
    return SimpleNamespace(**found)


def shape_text(dims: Sequence[int], batched: bool) -> str:
    """Return a shape as a tuple, with a leading axis `B` for samples."""
    text = ", ".join([*["B"] * batched, *map(str, dims)])
    return f"({text},)" if text and "," not in text else f"({text})"


def sizes_text(dims: Sequence[int], batched: bool) -> str:
    """Return the same as the arguments of a call of `reshape`."""
    return f"({', '.join([*['B'] * batched, *map(str, dims)]) or '()'})"


def broadcast_text(text: str, dims: Sequence[int], batched: bool) -> str:
    """Return the text of an array, broadcast to a shape."""
    return f"jnp.broadcast_to({text}, {shape_text(dims, batched)})"


def full_text(number: str, dims: Sequence[int], batched: bool) -> str:
    """Return the text of an array that repeats a number."""
    return f"jnp.full({shape_text(dims, batched)}, {number}, dtype)"


def bracketed(text: str) -> str:
    """Return an expression, in brackets if a method could not be called on it."""
    one = text.isidentifier() or (text[-1] in ")]" and " " not in _outside_brackets(text))
    return text if one and text[0] != "-" else f"({text})"


def _outside_brackets(text: str) -> str:
    """Return the part of an expression that is outside of brackets, and the brackets."""
    depth, found = 0, []
    for letter in text:
        depth -= letter in ")]"
        found += [letter] * (depth == 0)
        depth += letter in "(["
    return "".join(found)


def number_text(value: float) -> str:
    """Return a float as text."""
    if math.isfinite(value):
        return repr(float(value))
    return "nan" if value != value else "inf" if value > 0.0 else "-inf"
