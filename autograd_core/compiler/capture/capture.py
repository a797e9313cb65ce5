"""Capture: run the user's function once on Values, and keep the graph and the decisions it took."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, cast

import numpy as np

from autograd_core.compiler.capture.filling import unflatten
from autograd_core.compiler.capture.reads import watched_reads
from autograd_core.compiler.capture.trace import Guard, Trace
from autograd_core.compiler.capture.tree import SCALAR, Flat, Tree, leaves
from autograd_core.graph import topological_order
from autograd_core.table import ByHand, Op


class Engine(NamedTuple):
    """What the compiler needs of Values, handed in by `api.py`: all below knows Nodes alone."""

    leaf: Callable[[float], Any]
    is_node: Callable[[object], bool]
    watch: Callable[[Any], AbstractContextManager[None]]
    paused_gc: Callable[[], AbstractContextManager[None]]
    inside_derivative: Callable[[], bool]
    numbers: Callable[[object], object]
    arrays: type[np.ndarray[Any, Any]]


class Decisions:
    """The observer that writes decisions down."""

    def __init__(self) -> None:
        self.guards: list[Guard] = []
        self._seen: set[int] = set()

    def created(self, node: object, op: Op, parents: tuple[object, ...]) -> None:
        """Take note that the function has made this node; refuse one of which nothing is known."""
        if isinstance(op, ByHand):
            raise TypeError(
                f"compile cannot follow a Value made by hand ({op.symbol}): its number is known "
                "for one call only; make the operation with autograd_core.custom_op"
            )
        self._seen.add(id(node))

    def made(self, node: Any) -> bool:
        """Say whether a node was made while the function ran; asked while all are alive."""
        return id(node) in self._seen

    def decided(self, op: Op, operands: tuple[Any, ...], outcome: bool) -> None:
        """Take note of the comparison and of the line that made it."""
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd_core."):
            frame = frame.f_back
        file = os.path.basename(frame.f_code.co_filename)  # a notebook's cell has a long path
        place = f"{file}:{frame.f_lineno} ({frame.f_code.co_name})"
        self.guards.append(Guard(op, operands[0], operands[1], outcome, place))

    def differentiated(self, order: Sequence[object]) -> None:
        """A gradient taken inside the function is part of the graph already."""


def capture(
    function: Callable[..., Any],
    arguments: Sequence[tuple[Tree, Flat] | object],
    static: frozenset[int],
    engine: Engine,
    known: Mapping[int, Sequence[Any]],
) -> Trace:
    """Run `function` on Values and return the graph it built.

    Args:
        function: What the user wrote, on Values.
        arguments: Its arguments, each flattened; those in `static` as they are.
        static: Positions of arguments that are handed over as they are.
        engine: How to make and watch Values.
        known: For some positions, the leaves that stand for the argument; they get its numbers.

    Raises:
        TypeError: If it returns something else than Values.
        ValueError: If an argument has not as many numbers as it has leaves.
    """
    decisions = Decisions()
    with engine.paused_gc(), engine.watch(decisions):
        with watched_reads() as places:
            inputs, structure, roots = on_values(function, arguments, static, engine, known)
        found = trace_of(inputs, roots, structure, decisions.guards, decisions.made)
        found.reads = sorted(places)
        return found


def on_values(
    function: Callable[..., Any],
    arguments: Sequence[tuple[Tree, Flat] | object],
    static: frozenset[int],
    engine: Engine,
    known: Mapping[int, Sequence[Any]],
) -> tuple[list[list[Any]], Tree, list[Any]]:
    """Return the leaves of each argument, the structure of the result, and its Values in order."""
    inputs: list[list[Any]] = []
    passed: list[Any] = []
    for position, argument in enumerate(arguments):
        if position in static:
            passed.append(argument)
            continue
        nested, flat = cast("tuple[Tree, Flat]", argument)
        numbers = flat if isinstance(flat, list) else flat.ravel().tolist()
        nodes = list(known[position]) if position in known else list(map(engine.leaf, numbers))
        if len(nodes) != len(numbers):
            raise ValueError(
                f"argument {position} has {len(numbers)} numbers, inputs= names {len(nodes)} Values"
            )
        for node, number in zip(nodes, numbers):
            node.data = number
        inputs.append(nodes)
        passed.append(unflatten(nested, iter(nodes), engine.arrays))
    result = function(*passed)
    name = getattr(function, "__name__", "the function")
    structure, roots = leaves(result, engine.is_node, name)
    if not any(map(engine.is_node, roots)):
        raise TypeError(
            f"{name} must return a Value, or Values in lists, tuples, dicts or arrays, got "
            f"{type(result).__name__} {result!r:.60}; value.data has no gradient any more"
        )
    roots = [root if engine.is_node(root) else engine.leaf(float(root)) for root in roots]
    return inputs, structure, roots


def capture_graph(roots: Sequence[Any], structure: Tree, inputs: list[list[Any]]) -> Trace:
    """Return the trace of a graph that exists already; all of its leaves are live."""
    found = trace_of(inputs, list(roots), structure, [])
    given = {node for nodes in inputs for node in nodes}
    found.live = [node for node in found.order if node.op is None and node not in given]
    return found


def trace_of(
    inputs: list[list[Any]],
    roots: list[Any],
    structure: Tree = SCALAR,
    guards: Sequence[Guard] = (),
    made: Callable[[Any], bool] = lambda node: True,
) -> Trace:
    """Return the graph below the outputs and the guards, in topological order.

    Args:
        inputs: For each argument its leaves in order.
        roots: The outputs.
        structure: How they are nested.
        guards: The decisions.
        made: Whether a node with an operation is part of it; others are read as they are.
    """
    given = {node for nodes in inputs for node in nodes}
    uses = Counter([*roots, *[node for guard in guards for node in (guard.left, guard.right)]])
    order = topological_order(*uses, stop=given)
    outside = {node for node in order if node.op is not None and not made(node)} - given
    if outside:
        order = topological_order(*uses, stop=given | outside)
    live = [*_held_elsewhere(order, given, uses), *[node for node in order if node in outside]]
    return Trace(order, inputs, roots, structure, list(guards), live)


def _held_elsewhere(order: list[Any], given: set[Any], uses: Counter[Any]) -> list[Any]:
    """Return the leaves that something besides this graph refers to, such as a model's weights.

    CPython counts references, and a constant that the function made is held by the graph alone.
    Where references are not counted, every leaf is taken to be held.
    """
    leaves = [node for node in order if node.op is None and node not in given]
    if not hasattr(sys, "getrefcount"):
        return leaves
    constants = set(leaves)
    own = Counter([p for node in order for p in node.parents if p in constants])
    probe = object()
    held, keyed, counted = [probe], {probe: 0}, {probe: 0}
    base = next(sys.getrefcount(node) for node in held) - len((held, keyed, counted))
    # order, leaves and constants hold each leaf once; own and uses hold some
    return [
        node
        for node in leaves
        if sys.getrefcount(node)
        > base + 2 + own[node] + (node in own) + uses[node] + (node in uses)
    ]
