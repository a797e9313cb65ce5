"""Rounding: a bound of the rounding error of a number, from the graph that computed it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from autograd_core.checking.differences import EPS
from autograd_core.graph import VALUE, Node, adjoints, number_of, topological_order
from autograd_core.table import FLOAT

N = TypeVar("N", bound=Node)


def rounding_of(root: N) -> float:
    """Return a bound of the root's rounding error: the last place of each node times its adjoint.

    In (x + 1e15) - 1e15 the sum is rounded to eighths, which the small result does not show
    (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). Steps inside a rule count too:
    logsumexp(0, -40) is 0, the logarithm of a sum that was rounded to 1.

    >>> from autograd_core import Value
    >>> rounding_of((Value(1.5) + 1e15) - 1e15) > 0.1
    True
    >>> nothing = Value(0.0).logsumexp(-40.0)
    >>> nothing.data, rounding_of(nothing) >= EPS
    (0.0, True)
    """
    order = topological_order(root)
    return max(_propagated(order), _propagated(topological_order(_expanded(order))))


def _expanded(order: Sequence[N]) -> N:
    """Return the last node, computed again by the elementary functions inside the rules."""
    copies: dict[N, N] = {}
    for node in order:
        made = node.op.value(VALUE, *[copies[p] for p in node.parents]) if node.op else node
        copies[node] = node.operand(made)
    return copies[order[-1]]


def _propagated(order: Sequence[N]) -> float:
    """Return the sum of the nodes' last places, each times |adjoint|; 0 if that is not finite."""
    found = adjoints(order, 1.0, FLOAT)
    places = (abs(number_of(g) * node.data) for node, g in found.items() if node.op is not None)
    total = EPS * sum(places)
    return total if math.isfinite(total) else 0.0
