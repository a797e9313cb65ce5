"""Names: how each elementary function is written in JAX; `h` is what helpers.py adds to it."""

from __future__ import annotations

from collections.abc import Sequence

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
