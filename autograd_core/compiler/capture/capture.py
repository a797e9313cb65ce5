"""Capture: run the user's function once on Values; keep its graph and the branches it took."""

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
from autograd_core.compiler.capture.trace import Guard, Rerun, Trace
from autograd_core.compiler.capture.tree import SCALAR, Flat, Tree, leaves, size
from autograd_core.graph import (
    Node,
    Value,
    Values,
    capturing,
    enable_grad,
    paused_gc,
    topological_order,
    watch,
)
from autograd_core.table import AnyNumber, ByHand, Op


class Engine:
    """Unused: pickles of 0.1.0 have an instance of it beside a compiled function."""

    def __new__(cls, *parts: object) -> Engine:
        """Ignore the parts."""
        return super().__new__(cls)


class Decisions:
    """The observer that records comparisons as guards, and which nodes the function made."""

    def __init__(self) -> None:
        self.guards: list[Guard] = []
        self._seen: set[int] = set()

    def created(self, node: object, op: Op, parents: tuple[object, ...]) -> None:
        """Record a node that the function made; refuse one whose operation is unknown."""
        if isinstance(op, ByHand):
            raise TypeError(
                f"compile cannot follow a Value made by hand ({op.symbol}), whose number is known "
                "for this call only; make the operation with autograd_core.custom_op"
            )
        self._seen.add(id(node))

    def recorded(self, node: Node) -> bool:
        """Return whether the function made this node; valid while all of its nodes are alive."""
        return id(node) in self._seen

    def decided(self, op: Op, operands: tuple[AnyNumber, ...], outcome: bool) -> None:
        """Record a comparison used as a bool, and the line of the user's code that used it."""
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd_core."):
            frame = frame.f_back
        file = os.path.basename(frame.f_code.co_filename)  # the path of a notebook's cell is long
        place = f"{file}:{frame.f_lineno} ({frame.f_code.co_name})"
        self.guards.append(Guard(op, operands[0], operands[1], outcome, place))

    def differentiated(self, order: Sequence[object]) -> None:
        """Do nothing: the nodes of a gradient taken inside the function are in the graph."""


@contextmanager
def _watched(decisions: Decisions) -> Iterator[None]:
    # enable_grad, because a function called inside no_grad() needs its graph too
    with paused_gc(), enable_grad(), capturing(), watch(decisions):
        yield


def capture(
    arguments: Arguments,
    args: Sequence[object],
    flattened: Iterable[tuple[Tree, Flat]],
    known: Mapping[int, Sequence[AnyNumber]],
) -> Trace:
    """Run the function of `arguments` on Values and return the graph it built.

    Args:
        arguments: The function and its static arguments.
        args: The arguments of the call; static ones are passed on unchanged.
        flattened: The structure and the numbers of each of the others.
        known: For some positions, existing leaves that stand for the argument and get its numbers.

    Raises:
        TypeError: If it returns no Value.
        ValueError: If an argument has more or fewer numbers than leaves.
    """
    decisions = Decisions()
    with _watched(decisions):
        with watched_reads() as places:
            inputs, structure, roots = _run(arguments, args, flattened, known)
        found = trace_of(inputs, roots, structure, decisions.guards, decisions.recorded)
        found.reads = sorted(places)
        return found


def rerun_of(
    arguments: Arguments,
    args: Sequence[object],
    structures: Sequence[Tree],
    known: Mapping[int, Sequence[AnyNumber]],
) -> Rerun:
    """Return a function that runs the user's function on other numbers; see `capture`."""
    ends = [0, *accumulate(map(size, structures))]

    def rerun(numbers: Sequence[float]) -> tuple[list[list[Any]], Tree, list[Any]]:
        flats = [list(numbers[start:stop]) for start, stop in pairwise(ends)]
        with _watched(Decisions()):
            return _run(arguments, args, zip(structures, flats), known)

    return rerun


def _run(
    arguments: Arguments,
    args: Sequence[object],
    flattened: Iterable[tuple[Tree, Flat]],
    known: Mapping[int, Sequence[AnyNumber]],
) -> tuple[list[list[AnyNumber]], Tree, list[AnyNumber]]:
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
                f"argument {position} has {len(numbers)} numbers, inputs= names {len(nodes)} "
                "Values; there must be one for each number"
            )
        for node, number in zip(nodes, numbers):
            node.data = number
        inputs.append(nodes)
        passed.append(unflatten(nested, iter(nodes), Values))
    assert arguments.function is not None
    result = arguments.function(*passed)
    name = getattr(arguments.function, "__name__", "the function")
    structure, roots = leaves(result, f"{name} must return")
    if not any(isinstance(root, Value) for root in roots):
        raise TypeError(
            f"{name} must return a Value, or Values in lists, tuples, dicts or arrays, got "
            f"{type(result).__name__} {result!r:.60}; value.data is a plain number without a graph"
        )
    return inputs, structure, [r if isinstance(r, Value) else Value(float(r)) for r in roots]


def capture_graph(
    roots: Sequence[AnyNumber], structure: Tree, inputs: list[list[AnyNumber]]
) -> Trace:
    """Return the trace of an existing graph; all leaves that are not inputs are live."""
    found = trace_of(inputs, list(roots), structure, [])
    given = {node for nodes in inputs for node in nodes}
    found.live = [node for node in found.order if node.op is None and node not in given]
    return found


def trace_of(
    inputs: list[list[AnyNumber]],
    roots: list[AnyNumber],
    structure: Tree = SCALAR,
    guards: Sequence[Guard] = (),
    recorded: Callable[[Node], bool] = lambda node: True,
) -> Trace:
    """Return the graph below the outputs and the guards, in topological order.

    Args:
        inputs: For each argument its leaves in order.
        roots: The outputs.
        structure: Their structure.
        guards: The comparisons that the function branched on.
        recorded: Returns whether a node with an operation belongs to the graph; others are live.
    """
    given = {node for nodes in inputs for node in nodes}
    uses = Counter([*roots, *[node for guard in guards for node in (guard.left, guard.right)]])
    order = topological_order(*uses, stop=given)
    outside = {node for node in order if node.op is not None and not recorded(node)} - given
    if outside:
        order = topological_order(*uses, stop=given | outside)
    live = [*_held_elsewhere(order, given, uses), *[node for node in order if node in outside]]
    return Trace(order, inputs, roots, structure, list(guards), live)


def _held_elsewhere(order: list[Any], given: set[Any], uses: Counter[Any]) -> list[Any]:
    """Return the leaves that something outside this graph refers to, such as a model's weights.

    A constant that the function made is referred to by the graph alone, which CPython's reference
    counts show. On other Pythons every leaf counts as referred to from outside.
    """
    leaves = [node for node in order if node.op is None and node not in given]
    if not hasattr(sys, "getrefcount"):
        return leaves
    constants = set(leaves)
    as_parents = Counter([p for node in order for p in node.parents if p in constants])
    probe = object()
    two = [probe]  # and the variable
    of_the_loop = next(sys.getrefcount(node) for node in two) - 2
    # `order`, `leaves` and `constants` refer to each leaf once, the counters to those they count
    return [
        node
        for node in leaves
        if sys.getrefcount(node)
        > of_the_loop + 3 + as_parents[node] + (node in as_parents) + uses[node] + (node in uses)
    ]
