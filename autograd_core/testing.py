"""Testing: `assert_gradients` and hypothesis strategies, for your own test suite.

The pytest fixture and marker are in pytest_plugin.py and load by themselves. Hypothesis is needed
for the strategies only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograd_core.checking import assert_gradients
from autograd_core.derivatives import Tree
from autograd_core.functional import call
from autograd_core.graph import Number
from autograd_core.table import REAL, TABLE, Op
from autograd_core.table.ops import STOP_GRADIENT

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True)
class Expression:
    """A random expression: call it with one number or Value per variable; `str` shows it.

    Background in notebooks/08_test_your_own_gradients.ipynb.
    """

    op: Op | None
    operands: tuple[Expression | float, ...]
    variable: str = ""
    index: int = 0

    def __call__(self, *values: Number) -> Number:
        """Return the expression at these values."""
        if self.op is None:
            return values[self.index]
        numbers = [x(*values) if isinstance(x, Expression) else x for x in self.operands]
        return call(self.op, *numbers)

    def __str__(self) -> str:
        if self.op is None:
            return self.variable
        parts = [str(operand) for operand in self.operands]
        if self.op.infix:
            return f"({parts[0]} {self.op.infix} {parts[1]})"
        return f"{self.op.name}({', '.join(parts)})"

    __repr__ = __str__


def points(
    dimensions: int | None = None, low: float = -4.0, high: float = 4.0
) -> SearchStrategy[Tree]:
    """Return a strategy for multiples of 1/8: no denormals, readable when shrunk.

    Args:
        dimensions: Draw a tuple of this many numbers; one float by default.
        low: Smallest coordinate.
        high: Largest coordinate.

    >>> from hypothesis import find
    >>> find(points(2), lambda point: point[0] > 1.0)
    (1.125, 0.0)

    Explained in notebooks/08_test_your_own_gradients.ipynb.
    """
    st = _strategies()
    grid: SearchStrategy[Any] = st.integers(round(low * 8), round(high * 8)).map(lambda k: k / 8.0)
    return grid if dimensions is None else st.tuples(*[grid] * dimensions)


def expressions(
    variables: Sequence[str] = ("x", "y"), *, ops: Sequence[Op] | None = None, max_leaves: int = 8
) -> SearchStrategy[Expression]:
    """Return a strategy for expressions of rows of the table.

    Args:
        variables: Their names, in the order in which the expression takes their values.
        ops: Which operations; by default all that are defined for every real number.
        max_leaves: Maximum number of variables and constants.

    >>> from hypothesis import find
    >>> find(expressions(["x"]), lambda expression: expression(2.0) == 4.0)
    (x + x)

    Explained in notebooks/08_test_your_own_gradients.ipynb.
    """
    st = _strategies()
    chosen = list(ops) if ops is not None else _defined_everywhere()
    leaves = st.sampled_from([Expression(None, (), name, i) for i, name in enumerate(variables)])
    constants = points(None, -2.0, 2.0)

    def grow(inner: SearchStrategy[Expression]) -> SearchStrategy[Expression]:
        operand = inner | constants
        grown: SearchStrategy[Expression] = st.sampled_from(chosen).flatmap(
            lambda op: st.tuples(inner, *[operand] * ((op.arity or 2) - 1)).map(
                lambda operands: Expression(op, operands)
            )
        )
        return grown

    drawn: SearchStrategy[Expression] = st.recursive(leaves, grow, max_leaves=max_leaves)
    return drawn


def _defined_everywhere() -> list[Op]:
    # the gradient of stop_gradient differs from finite differences by design
    rows = [op for op in TABLE.values() if op is not STOP_GRADIENT]
    return [op for op in rows if op.arity in (1, 2) and set(op.domain) == {REAL}]


def _strategies() -> ModuleType:
    try:
        from hypothesis import strategies
    except ImportError:
        raise ImportError(
            "the strategies of autograd_core.testing need hypothesis: pip install hypothesis"
        ) from None
    return strategies


__all__ = ["Expression", "assert_gradients", "expressions", "points"]
