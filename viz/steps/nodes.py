"""Nodes: the parts of a trace: the nodes of a graph, and the steps of its two passes."""

from __future__ import annotations

from typing import NamedTuple

from autograd_core.table import Op


class Node(NamedTuple):
    """One Value of the graph.

    Attributes:
        id: `v0`, `v1`, ... in reading order (`order.py`); equal graphs give equal ids.
        label: The user's name for it; may be empty.
        op: The operation that made it; None for a leaf.
        data: The number (the primal).
        grad: What `.grad` held when the trace was taken.
        adjoint: d root / d this node, as one `backward()` from zero gradients computes it: to the
            bit without modules; with modules, its terms are added in reverse reading order.
        operands: Ids of its operands, in order and with repeats.
        partials: The local partials, d this node / d operand, one per operand.
        module: Path of the neuron or layer it belongs to, such as `layers[0].neurons[2]`.
    """

    id: str
    label: str
    op: Op | None
    data: float
    grad: float
    adjoint: float
    operands: tuple[str, ...]
    partials: tuple[float, ...]
    module: str

    @property
    def name(self) -> str:
        """The label, or the id of a node without one."""
        return self.label or self.id

    @property
    def symbol(self) -> str:
        """What is drawn inside the operation's circle; empty for a leaf."""
        return self.op.symbol if self.op else ""


class ForwardStep(NamedTuple):
    """The moment at which an operation's output becomes known."""

    node: str


class BackwardStep(NamedTuple):
    """The moment at which a node passes one operand its contribution to the gradient.

    Attributes:
        node: Id of the node that passes it.
        operand: Id of the operand that receives it.
        position: Which operand of the node it is.
        upstream: d root / d node.
        partial: d node / d operand.
        contribution: upstream * partial.
        before: The operand's gradient before this step.
        after: The operand's gradient after this step.
    """

    node: str
    operand: str
    position: int
    upstream: float
    partial: float
    contribution: float
    before: float
    after: float
