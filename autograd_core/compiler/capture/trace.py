"""Trace: the graph that a function built, and the comparisons it branched on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from autograd_core.compiler.capture.tree import Tree
from autograd_core.table import Op

# Takes the numbers of all arguments in one list; returns the leaves of each argument, the structure
# of the result, and the Values in it.
Rerun: TypeAlias = "Callable[[Sequence[float]], tuple[list[list[Any]], Tree, list[Any]]]"


class Guard(NamedTuple):
    """A comparison that Python code used as a bool while the function was captured."""

    op: Op
    left: Any
    right: Any
    outcome: bool
    place: str

    def __str__(self) -> str:
        return f"`{self.op.name}` in {self.place}, {self.outcome} when it was captured"


@dataclass
class Trace:
    """A graph: its nodes in topological order, its inputs and its outputs.

    Attributes:
        order: Every node, operands before consumers.
        inputs: For each argument its leaves in order.
        roots: The outputs, in order.
        structure: The structure of the outputs.
        guards: The comparisons that the graph depends on.
        live: Leaves that were made outside the function; their `data` is read at each call.
        reads: The places that took a plain number out of a Value; if there are any, the graph is
            valid for the arguments of this call only.
    """

    order: list[Any]
    inputs: list[list[Any]]
    roots: list[Any]
    structure: Tree
    guards: list[Guard]
    live: list[Any]
    reads: Sequence[str] = ()

    def __str__(self) -> str:
        sizes = ", ".join(str(len(nodes)) for nodes in self.inputs)
        guards = "".join(f"\n  guard {guard}" for guard in self.guards)
        return (
            f"{len(self.order)} nodes; inputs of {sizes} numbers, {len(self.live)} leaves from "
            f"outside, {len(self.roots)} outputs{guards}"
        )
