"""Trace: the graph that a function built, and the decisions it took on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from autograd_core.compiler.capture.tree import Tree
from autograd_core.table import Op

# The numbers of all arguments in; leaves of each, structure of the result, and its Values out.
Again: TypeAlias = "Callable[[Sequence[float]], tuple[list[list[Any]], Tree, list[Any]]]"


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
    """A graph: nodes in topological order, which of them are inputs, and what comes out.

    Attributes:
        order: Every node, operands before consumers.
        inputs: For each argument its leaves in order.
        roots: The outputs, in order.
        structure: How the outputs are nested.
        guards: The decisions that the graph depends on.
        live: Leaves that were made outside the function: their number is read at each call.
        reads: Where a plain number was taken out of a Value: the graph is that of these arguments.
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
