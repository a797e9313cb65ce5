"""Passes: a graph and the two passes over it, with the arithmetic of every step as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viz.plain import counted, json_number
from viz.steps import chain_rule
from viz.steps.chain_rule import LATEX_NOTATION, PLAIN, Notation
from viz.steps.nodes import BackwardStep, ForwardStep, Node

JSON = dict[str, object]

LONGEST_LIST = 200  # steps; of a longer pass, the middle is left out
_INDENT = " " * 6


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """A graph and the two passes over it, as plain data; see `trace`.

    Attributes:
        nodes: Parents before consumers; the root is the last.
        forward: One step per operation.
        backward: One step per operand of every operation, from the root to the leaves.
        flags: What a reader should know about the gradients stored in the graph.
    """

    nodes: tuple[Node, ...]
    forward: tuple[ForwardStep, ...]
    backward: tuple[BackwardStep, ...]
    flags: tuple[str, ...]

    @property
    def root(self) -> Node:
        """The output, whose gradients these are."""
        return self.nodes[-1]

    def node(self, id: str) -> Node:
        """Return the node of that id.

        Raises:
            LookupError: If there is none.
        """
        index = int(id[1:]) if id[:1] == "v" and id[1:].isdecimal() else len(self.nodes)
        if index >= len(self.nodes):
            raise LookupError(f"no node {id!r}; this trace has v0 to v{len(self.nodes) - 1}")
        return self.nodes[index]

    def gradients(self, step: int) -> dict[str, float]:
        """Return the gradients known after `step` backward steps; 0 is the turn at the root.

        Raises:
            ValueError: If there are fewer steps.

        >>> from autograd_core import Value
        >>> from viz.steps import trace
        >>> a = Value(3.0)
        >>> squared = trace(a * a)
        >>> squared.gradients(0), squared.gradients(1), squared.gradients(2)
        ({'v1': 1.0}, {'v1': 1.0, 'v0': 3.0}, {'v1': 1.0, 'v0': 6.0})
        """
        if not 0 <= step <= len(self.backward):
            raise ValueError(f"this trace has steps 0 to {len(self.backward)}, got {step}")
        known = {self.root.id: 1.0}
        known.update((done.operand, done.after) for done in self.backward[:step])
        return known

    def text(self, step: ForwardStep | BackwardStep) -> str:
        """Return the arithmetic of a step.

        >>> from autograd_core import Value
        >>> from viz.steps import trace
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> e = a * b
        >>> e.label = "e"
        >>> steps = trace(e)
        >>> steps.text(steps.forward[0])
        'e = a * b = 2 * -3 = -6'
        >>> steps.text(steps.backward[0])
        'de/da += de/de * de/da = 1 * -3 = -3   (0 -> -3)'
        """
        return self._write(step, PLAIN)

    def latex(self, step: ForwardStep | BackwardStep) -> str:
        """Return the arithmetic of a step as LaTeX, without dollar signs."""
        return self._write(step, LATEX_NOTATION)

    def local(self, step: BackwardStep, notation: Notation = PLAIN) -> str:
        """Return where the step's local partial comes from: `do/dn = 1 - o * o = ... = 0.5`.

        >>> from autograd_core import Value
        >>> from viz.steps import trace
        >>> steps = trace(Value(0.0, "n").sigmoid())
        >>> steps.local(steps.backward[0])
        'dv1/dn = v1 * (1 - v1) = 0.5 * (1 - 0.5) = 0.25'
        """
        node = self.node(step.node)
        return chain_rule.local_text(node, self._operands(node), step.position, notation)

    def turn(self, notation: Notation = PLAIN) -> str:
        """Return what happens between the two passes: `dL/dL = 1`."""
        return f"{chain_rule.derivative(self.root.name, self.root.name, notation)} = 1"

    def to_dict(self) -> JSON:
        """Return everything as dicts, lists, strings and numbers, ready for `json.dumps`.

        JSON has no inf and nan: those become the strings "Infinity", "-Infinity" and "NaN".
        """
        return {
            "root": self.root.id,
            "flags": list(self.flags),
            "nodes": [_node_dict(node) for node in self.nodes],
            "forward": [{"node": s.node, "text": self.text(s)} for s in self.forward],
            "turn": self.turn(),
            "backward": [
                {key: _json_field(field) for key, field in step._asdict().items()}
                | {"text": self.text(step), "local": self.local(step)}
                for step in self.backward
            ],
        }

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def _write(self, step: ForwardStep | BackwardStep, notation: Notation) -> str:
        node = self.node(step.node)
        if isinstance(step, ForwardStep):
            return chain_rule.forward_text(node, self._operands(node), notation)
        operand = self.node(step.operand).name
        return chain_rule.backward_text(self.root.name, node.name, operand, step, notation)

    def _operands(self, node: Node) -> list[Node]:
        return [self.node(id) for id in node.operands]


def _lines(trace: Trace) -> Iterator[str]:
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


def _json_field(field: str | float) -> str | float:
    return json_number(field) if isinstance(field, float) else field


def _node_dict(node: Node) -> JSON:
    return {
        "id": node.id,
        "label": node.label,
        "op": node.op.name if node.op else "",
        "symbol": node.symbol,
        "data": json_number(node.data),
        "grad": json_number(node.grad),
        "adjoint": json_number(node.adjoint),
        "operands": list(node.operands),
        "partials": [json_number(partial) for partial in node.partials],
        "module": node.module,
    }
