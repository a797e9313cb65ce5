"""Tracing: from a graph of Values to a `Trace` of its nodes and of the steps of both passes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autograd_core import Value
from autograd_core.graph import chain_rule, topological_order
from autograd_core.table import FLOAT
from viz.steps.modules import module_paths
from viz.steps.nodes import BackwardStep, ForwardStep, Node
from viz.steps.order import reading_order
from viz.steps.passes import Trace

NOT_RUN = "backward not run"
ACCUMULATED = "gradients accumulated from an earlier backward"
OTHER_OUTPUT = "gradients are those of another output"
STALE = "data changed since the forward pass"


def trace(root: Value, names: Mapping[Value, str] | None = None) -> Trace:
    """Return the graph below `root` and every step of its two passes; the graph stays as it is.

    Args:
        root: The output of a computation.
        names: The names of Values without a label.

    Raises:
        TypeError: If `root` is not a Value.

    >>> x = Value(3.0, "x")
    >>> print(trace(x * x))
    Trace of v1: 2 nodes, 1 operation - backward not run
    <BLANKLINE>
    Forward
       1  v1 = x * x = 3 * 3 = 9
    <BLANKLINE>
    Backward
          dv1/dv1 = 1
       1  dv1/dx += dv1/dv1 * dv1/dx = 1 * 3 = 3   (0 -> 3)
       2  dv1/dx += dv1/dv1 * dv1/dx = 1 * 3 = 3   (3 -> 6)
    <BLANKLINE>
    Gradients of the leaves
          dv1/dx = 6   at x = 3

    Explained in notebooks/02_the_chain_rule.ipynb.
    """
    if not isinstance(root, Value):
        raise TypeError(
            f"trace wants a Value, the output of a computation, got {type(root).__name__}; "
            "pass one node, for example the loss"
        )
    engine_order, names = topological_order(root), names or {}
    order, paths = in_reading_order(engine_order)
    operands = _places(order)
    ids = [f"v{index}" for index in range(len(order))]
    partials = [_partials(node) for node in order]
    adjoints, backward = _walk_back(order, ids, operands, partials)
    nodes = tuple(
        [
            Node(
                ids[index],
                node.label or names.get(node, ""),
                node.op,
                node.data,
                _gradient(node),
                adjoints[index],
                tuple([ids[operand] for operand in operands[index]]),
                partials[index],
                module,
            )
            for index, (node, module) in enumerate(zip(order, paths))
        ]
    )
    forward = tuple([ForwardStep(node.id) for node in nodes if node.op])
    return Trace(nodes, forward, tuple(backward), _flags(nodes, engine_order))


def in_reading_order(engine_order: list[Value]) -> tuple[list[Value], list[str]]:
    """Return the nodes in the order in which a trace numbers them, and the module of each.

    Args:
        engine_order: The nodes in the order of `topological_order`.
    """
    operands = _places(engine_order)
    modules = module_paths(engine_order, operands)
    if not any(modules):
        return engine_order, modules
    sequence = reading_order(operands, modules)
    return [engine_order[place] for place in sequence], [modules[place] for place in sequence]


def _places(order: Sequence[Value]) -> list[list[int]]:
    """Return for each node the places of its operands."""
    places = {node: place for place, node in enumerate(order)}
    return [[places[parent] for parent in node.parents] for node in order]


def _gradient(node: Value) -> float:
    """Return `.grad` as a number: it may be None, or a Value after create_graph=True."""
    return float(getattr(node.grad, "data", node.grad) or 0.0)


def _partials(node: Value) -> tuple[float, ...]:
    if node.op is None:
        return ()
    return tuple(node.op.partials(FLOAT, node.data, *[parent.data for parent in node.parents]))


def _walk_back(
    order: Sequence[Value],
    ids: Sequence[str],
    operands: Sequence[Sequence[int]],
    partials: Sequence[Sequence[float]],
) -> tuple[list[float], list[BackwardStep]]:
    """Return the adjoints, and every addition of `Value.backward` in its order.

    The contribution is 0 where `backward` passes nothing on. That of a finite upstream gradient is
    the product upstream * partial that a step shows, the sign of a zero included.
    """
    found: dict[Value, Value | float] = {order[-1]: 1.0}
    shares = {(step.node, step.position): step.share for step in chain_rule(order, found, FLOAT)}
    adjoints = [0.0] * len(ids)
    adjoints[-1] = 1.0
    steps = []
    for index in range(len(ids) - 1, -1, -1):
        upstream = adjoints[index]
        for position, (operand, partial) in enumerate(zip(operands[index], partials[index])):
            before = adjoints[operand]
            share = shares.get((order[index], position))
            contribution = 0.0 if share is None else float(share)
            if share is not None and math.isfinite(upstream):
                contribution = upstream * partial
            after = adjoints[operand] = before + contribution
            steps.append(
                BackwardStep(
                    ids[index], ids[operand], position,
                    upstream, partial, contribution, before, after,
                )
            )  # fmt: skip
    return adjoints, steps


def _flags(nodes: Sequence[Node], engine_order: Sequence[Value]) -> tuple[str, ...]:
    flags = []
    root = nodes[-1]
    if root.grad == 0.0:
        flags.append(NOT_RUN)
    elif root.op is not None and root.grad != 1.0:
        flags.append(OTHER_OUTPUT)
    elif _has_other_gradients(engine_order):
        flags.append(ACCUMULATED)
    for node in nodes:
        if node.op is None:
            continue
        operands = [nodes[int(id[1:])].data for id in node.operands]
        if not _equal_or_both_nan(node.op.value(FLOAT, *operands), node.data):
            flags.append(STALE)
            break
    return tuple(flags)


def _has_other_gradients(engine_order: Sequence[Value]) -> bool:
    """Return whether the gradient of any leaf is not that of a single backward pass.

    It is computed in the engine's order: in reading order, a sum may differ in its last bit.
    """
    found: dict[Value, Value | float] = {engine_order[-1]: 1.0}
    for _ in chain_rule(engine_order, found, FLOAT):
        pass
    leaves = [node for node in engine_order if node.op is None]
    return not all(
        _equal_or_both_nan(_gradient(leaf), float(found.get(leaf, 0.0))) for leaf in leaves
    )


def _equal_or_both_nan(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)
