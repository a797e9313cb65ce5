"""Blame: finds the node of a graph whose derivative is wrong, or where there is no derivative."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograd_core.checking.differences import Estimate, derivative
from autograd_core.checking.report import FAILURES, KINK_INSIDE, UNDEFINED, Row, judge
from autograd_core.checking.rounding import rounding_of
from autograd_core.graph import Value, apply, chain_rule, topological_order
from autograd_core.table import FLOAT, ByHand, Op, shares

Range: TypeAlias = tuple[float, float]
ANY: Range = (-math.inf, math.inf)

_NO_NODE = (
    "every local partial of the graph is right, so the graph is not the whole function: look "
    "for detach(), stop_gradient(), .data, no_grad() or a plain number between the inputs and the "
    "output, or for an if that decides so at this point only"
)


@dataclass(frozen=True)
class Blame:
    """The diagnosis of a graph whose gradient disagrees with finite differences.

    Attributes:
        message: Which node is wrong and how; or where to look if none is.
        ranges: If no node is wrong, the range of d root / d node that the chain rule allows: one
            number, but an interval through a kink, and `ANY` through a jump or an undefined point.
        undefined: Whether the value itself is computed from inf or nan, as 1 / (1 / x) at 0.
    """

    message: str
    ranges: dict[Value, Range]
    undefined: bool = False

    def revised(self, row: Row, node: Value, rtol: float) -> Row:
        """Return the row of d root / d node, no longer a failure if its range allows the slope."""
        low, high = self.ranges.get(node, (0.0, 0.0))
        if row.verdict not in FAILURES or low == high:
            return row
        if math.isnan(row.analytic) and not self.undefined:
            return row
        slack = rtol * max(abs(low), abs(high))
        if (low, high) == ANY:
            return dataclasses.replace(row, verdict=UNDEFINED, cause="")
        if low - slack <= row.numeric <= high + slack:
            return dataclasses.replace(row, verdict=KINK_INSIDE, cause="")
        return row


def blame(root: object, rtol: float) -> Blame:
    """Return the diagnosis: the first node, parents first, with a wrong partial, if there is one.

    >>> blame(Value(2.0).tanh() * 3.0, 1e-6).message[:47]
    'every local partial of the graph is right, so t'
    """
    if not isinstance(root, Value):
        return Blame(_NO_NODE, {})
    order = topological_order(root)
    partials: dict[Value, list[Range]] = {}
    for node in order:
        if node.op is None:
            continue
        fault, partials[node] = _examined(node, rtol)
        if fault:
            return Blame(f"guilty: {_node_text(node, order)}{fault}", {})
    ranges: dict[Value, Range] = {root: (1.0, 1.0)}
    for node in reversed(order):
        for parent, local in zip(node.parents, partials.get(node, ())):
            ranges[parent] = _sum(ranges.get(parent, (0.0, 0.0)), _product(ranges[node], local))
    message = _first_nan(order) or _made_by_hand(order) or _NO_NODE
    return Blame(message, ranges, _uses_undefined(order))


def _made_by_hand(order: Sequence[Value]) -> str:
    """Return the message that suspects the nodes made by hand; empty if there are none."""
    made = [_node_text(node, order) for node in order if isinstance(node.op, ByHand)]
    cure = "compare what its _backward adds with the derivative"
    return f"guilty: made by hand: {'; or '.join(made[:3])}; {cure}" if made else ""


def _uses_undefined(order: Sequence[Value]) -> bool:
    """Return whether the last node is computed from a number that is not finite."""
    used = {order[-1]}
    for node in reversed(order):
        if node not in used:
            continue
        if not math.isfinite(node.data):
            return True
        if node.op is not None:  # an operand that a choice drops has share 0 of any adjoint
            numbers = [node.data, *[parent.data for parent in node.parents]]
            found = shares(node.op, FLOAT, math.inf, *numbers)
            used |= {p for p, share in zip(node.parents, found) if share not in (None, 0.0)}
    return False


def _first_nan(order: Sequence[Value]) -> str:
    """Return the message about the first node whose share is nan though its gradient is not."""
    found: dict[Value, Value | float] = {order[-1]: 1.0}
    for step in chain_rule(order, found, FLOAT):
        adjoint = found[step.node]
        if math.isnan(step.share) and not math.isnan(adjoint):
            product = f"its gradient {adjoint:.6g} times the partial {step.partial:.6g}"
            return f"guilty: {_node_text(step.node, order)}: {product} by operand {step.position}"
    return ""


def _node_text(node: Value, order: Sequence[Value]) -> str:
    """Return a node for a message: its place in the order, operation, operands and label."""
    assert node.op is not None
    operands = ", ".join(f"{parent.data:.6g}" for parent in node.parents[:6])
    label = f" labelled {node.label!r}" if node.label else ""
    place = f"node {order.index(node) + 1} of {len(order)} (parents first)"
    return f"{place}, {node.op.name}({operands}){label}"


def _examined(node: Value, rtol: float) -> tuple[str, list[Range]]:
    """Return the fault of a node, empty if it has none, and the range of each local partial."""
    op = node.op
    assert op is not None
    if op.name == "stop_gradient":  # differs from its slope by design; _NO_NODE mentions it
        return "", [(0.0, 0.0)]
    operands = [parent.data for parent in node.parents]
    if isinstance(op, ByHand):  # its value is known at this point only
        return "", [(p, p) for p in op.partials(FLOAT, node.data, *operands)]
    again = op.value(FLOAT, *operands)
    if repr(again) != repr(node.data):
        return (
            f" holds {node.data:.9g}, but its operation gives {again:.9g}: "
            "data was changed after the graph was built"
        ), []
    partials = op.partials(FLOAT, node.data, *operands)
    rounding = rounding_of(apply(op, *map(Value, operands)))
    ranges = []
    for i, (x, partial) in enumerate(zip(operands, partials)):

        def along(v: float, i: int = i) -> float:
            return op.value(FLOAT, *operands[:i], v, *operands[i + 1 :])  # type: ignore[no-any-return]

        estimate = derivative(along, x, rounding)
        row = judge("", x, partial, estimate, rtol)
        if row.verdict in FAILURES:
            return (
                f": the partial by operand {i} is {row.analytic:.9g} in the table, "
                f"finite differences give {row.numeric:.9g} (ratio {row.ratio:.6g})"
            ), []
        ranges.append(_range(partial, estimate))
    smooth = all(low == high for low, high in ranges)
    if (
        smooth
        and len(operands) > 1
        and not _is_differentiable(op, operands, partials, rounding, rtol)
    ):
        ranges = [ANY] * len(operands)
    return "", ranges


def _is_differentiable(
    op: Op, operands: Sequence[float], partials: Sequence[float], rounding: float, rtol: float
) -> bool:
    """Return whether the partials also give the slope when all operands move together.

    `where(condition, a, b)` at condition 0 and a = b has every partial but no derivative: when only
    the condition moves, nothing changes; when all move, a takes the place of b.
    """
    # different speeds, so that no two operands move alike
    speeds = [(abs(x) or 1.0) / (1.0 + 0.37 * i) for i, x in enumerate(operands)]
    slope = sum(partial * speed for partial, speed in zip(partials, speeds))

    def along(s: float) -> float:
        moved = [x + (s - 1.0) * speed for x, speed in zip(operands, speeds)]
        return op.value(FLOAT, *moved)  # type: ignore[no-any-return]

    estimate = derivative(along, 1.0, rounding)
    verdict = judge("", 1.0, slope, estimate, rtol).verdict
    return estimate.kind == "smooth" and verdict not in FAILURES


def _range(partial: float, estimate: Estimate) -> Range:
    if estimate.kind in ("jump", "undefined") or not math.isfinite(partial):
        return ANY
    if estimate.kind == "kink":
        sides = (partial, estimate.left, estimate.right)
        return min(sides), max(sides)
    return partial, partial


def _sum(a: Range, b: Range) -> Range:
    return a[0] + b[0], a[1] + b[1]


def _product(a: Range, b: Range) -> Range:
    """Return the range of the products; ANY remains ANY, even times 0."""
    if ANY in (a, b):
        return ANY
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)
