"""Capture: run the user's function once on Values, and keep the graph and the decisions it took."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Any

from autograd_core.compiler.capture.arguments import Arguments
from autograd_core.compiler.capture.filling import unflatten
from autograd_core.compiler.capture.reads import watched_reads
from autograd_core.compiler.capture.trace import Again, Guard, Trace
from autograd_core.compiler.capture.tree import SCALAR, Flat, Tree, leaves, size
from autograd_core.graph import (
    Value,
    Values,
    capturing,
    enable_grad,
    paused_gc,
    topological_order,
    watch,
)
from autograd_core.table import ByHand, Op


class Engine:
    """What pickles of 0.1.0 hold beside a compiled function: nobody asks for it."""

    def __new__(cls, *parts: object) -> Engine:
        """Make nothing of its parts."""
        return super().__new__(cls)


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


@contextmanager
def _watched(decisions: Decisions) -> Iterator[None]:
    # inside no_grad() it needs the graph too
    with paused_gc(), enable_grad(), capturing(), watch(decisions):
        yield


def capture(
    arguments: Arguments,
    args: Sequence[object],
    flattened: Iterable[tuple[Tree, Flat]],
    known: Mapping[int, Sequence[Any]],
) -> Trace:
    """Run the function of `arguments` on Values and return the graph it built.

    Args:
        arguments: What is known of its arguments.
        args: What it was called with: the static ones are handed over as they are.
        flattened: The structure and the numbers of each of the others.
        known: For some positions, the leaves that stand for the argument; they get its numbers.

    Raises:
        TypeError: If it returns something else than Values.
        ValueError: If an argument has not as many numbers as it has leaves.
    """
    decisions = Decisions()
    with _watched(decisions):
        with watched_reads() as places:
            inputs, structure, roots = _run(arguments, args, flattened, known)
        found = trace_of(inputs, roots, structure, decisions.guards, decisions.made)
        found.reads = sorted(places)
        return found


def run_again(
    arguments: Arguments,
    args: Sequence[object],
    structures: Sequence[Tree],
    known: Mapping[int, Sequence[Any]],
) -> Again:
    """Return what runs the function on other numbers, and keeps nothing; see `capture`."""
    ends = [0, *accumulate(map(size, structures))]

    def again(numbers: Sequence[float]) -> tuple[list[list[Any]], Tree, list[Any]]:
        flats = [list(numbers[start:stop]) for start, stop in pairwise(ends)]
        with _watched(Decisions()):
            return _run(arguments, args, zip(structures, flats), known)

    return again


def _run(
    arguments: Arguments,
    args: Sequence[object],
    flattened: Iterable[tuple[Tree, Flat]],
    known: Mapping[int, Sequence[Any]],
) -> tuple[list[list[Any]], Tree, list[Any]]:
    """Return the leaves of each argument, the structure of the result, and its Values in order."""
    inputs: list[list[Any]] = []
    passed: list[Any] = []
    rest = iter(flattened)
    for position, argument in enumerate(args):
        if position in arguments.static:
            passed.append(argument)
            continue
        nested, flat = next(rest)
        numbers = flat if isinstance(flat, list) else flat.ravel().tolist()
        nodes = list(known[position]) if position in known else list(map(Value, numbers))
        if len(nodes) != len(numbers):
            raise ValueError(
                f"argument {position} has {len(numbers)} numbers, inputs= names {len(nodes)} Values"
            )
        for node, number in zip(nodes, numbers):
            node.data = number
        inputs.append(nodes)
        passed.append(unflatten(nested, iter(nodes), Values))
    assert arguments.function is not None
    result = arguments.function(*passed)
    name = getattr(arguments.function, "__name__", "the function")
    structure, roots = leaves(result, name)
    if not any(isinstance(root, Value) for root in roots):
        raise TypeError(
            f"{name} must return a Value, or Values in lists, tuples, dicts or arrays, got "
            f"{type(result).__name__} {result!r:.60}; value.data has no gradient any more"
        )
    return inputs, structure, [r if isinstance(r, Value) else Value(float(r)) for r in roots]


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
