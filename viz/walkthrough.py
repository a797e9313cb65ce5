"""Walkthrough: both passes of a trace as text to read, one line per step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from viz import chain_rule
from viz.plain import counted

if TYPE_CHECKING:
    from viz.nodes import BackwardStep, ForwardStep
    from viz.steps import Trace

LONGEST_LIST = 200
_INDENT = " " * 6


def lines(trace: Trace) -> Iterator[str]:
    """Yield the lines of `print(trace)`; the middle of a long pass is left out."""
    number, root = chain_rule.PLAIN.number, trace.root.name
    counts = f"{counted(len(trace.nodes), 'node')}, {counted(len(trace.forward), 'operation')}"
    yield " - ".join([f"Trace of {root}: {counts}", *trace.flags])
    yield "\nForward"
    yield from _numbered(trace, trace.forward)
    yield "\nBackward"
    yield f"{_INDENT}{trace.turn()}"
    yield from _numbered(trace, trace.backward)
    yield "\nGradients of the leaves"
    leaves = [node for node in trace.nodes if node.op is None]
    for leaf in leaves[:LONGEST_LIST]:
        slope = f"{chain_rule.derivative(root, leaf.name)} = {number(leaf.adjoint)}"
        yield f"{_INDENT}{slope}   at {leaf.name} = {number(leaf.data)}"
    if len(leaves) > LONGEST_LIST:
        yield f"{_INDENT}... {len(leaves) - LONGEST_LIST:,} more"


def _numbered(trace: Trace, steps: Sequence[ForwardStep | BackwardStep]) -> Iterator[str]:
    half = LONGEST_LIST // 2
    hidden = range(half, len(steps) - half)
    for index, step in enumerate(steps):
        if index not in hidden:
            yield f"{index + 1:4}  {trace.text(step)}"
        elif index == hidden.start:
            yield f"{_INDENT}... {len(hidden):,} more steps"
