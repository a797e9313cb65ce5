"""Steps: a graph as plain data: a forward step per operation, a backward step per operand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd_core import Value
from autograd_core.graph import topological_order
from autograd_core.table import FLOAT
from viz import chain_rule, walkthrough
from viz.chain_rule import LATEX_NOTATION, PLAIN, Notation
from viz.modules import module_paths
from viz.nodes import BackwardStep, ForwardStep, Node
from viz.plain import json_number

NOT_RUN = "backward not run"
ACCUMULATED = "gradients accumulated from an earlier backward"
OTHER_OUTPUT = "gradients are those of another output"
STALE = "data changed since the forward pass"

JSON = dict[str, object]


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
        """Return where the step's local partial comes from: `do/dn = 1 - o * o = ... = 0.5`."""
        node = self.node(step.node)
        names, data = self._operands(node)
        assert node.op is not None  # a leaf hands nothing over
        return chain_rule.local_text(
            node.op, node.name, names, step.position, node.data, data, step.partial, notation
        )

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
                {key: _plain(field) for key, field in step._asdict().items()}
                | {"text": self.text(step), "local": self.local(step)}
                for step in self.backward
            ],
        }

    def __str__(self) -> str:
        return "\n".join(walkthrough.lines(self))

    def _write(self, step: ForwardStep | BackwardStep, notation: Notation) -> str:
        node = self.node(step.node)
        if isinstance(step, BackwardStep):
            operand = self.node(step.operand).name
            return chain_rule.backward_text(
                self.root.name, node.name, operand, *step[3:], notation=notation
            )
        names, data = self._operands(node)
        assert node.op is not None  # leaves have no forward step
        return chain_rule.forward_text(node.op, node.name, names, node.data, data, notation)

    def _operands(self, node: Node) -> tuple[list[str], list[float]]:
        operands = [self.node(id) for id in node.operands]
        return [operand.name for operand in operands], [operand.data for operand in operands]


def trace(root: Value) -> Trace:
    """Return the graph below `root` and every step of its two passes; the graph stays as it is.

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
    order = topological_order(root)
    indices = {node: index for index, node in enumerate(order)}
    ids = [f"v{index}" for index in range(len(order))]
    operands = [[indices[parent] for parent in node.parents] for node in order]
    partials = [_partials(node) for node in order]
    adjoints, backward = _walk_back(ids, operands, partials)
    nodes = tuple(
        [
            Node(
                ids[index],
                node.label,
                node.op,
                node.data,
                float(getattr(node.grad, "data", node.grad)),  # a Value after create_graph=True
                adjoints[index],
                tuple([ids[operand] for operand in operands[index]]),
                partials[index],
                module,
            )
            for index, (node, module) in enumerate(zip(order, module_paths(order, operands)))
        ]
    )
    forward = tuple([ForwardStep(node.id) for node in nodes if node.op])
    return Trace(nodes, forward, tuple(backward), _flags(nodes))


def _partials(node: Value) -> tuple[float, ...]:
    if node.op is None:
        return ()
    return tuple(node.op.partials(FLOAT, node.data, *[parent.data for parent in node.parents]))


def _walk_back(
    ids: Sequence[str], operands: Sequence[Sequence[int]], partials: Sequence[Sequence[float]]
) -> tuple[list[float], list[BackwardStep]]:
    """Do what `Value.backward` does, in its order, and write every addition down."""
    adjoints = [0.0] * len(ids)
    adjoints[-1] += 1.0
    steps = []
    for index in range(len(ids) - 1, -1, -1):
        upstream = adjoints[index]
        for position, (operand, partial) in enumerate(zip(operands[index], partials[index])):
            before = adjoints[operand]
            contribution = upstream * partial
            after = adjoints[operand] = before + contribution
            steps.append(
                BackwardStep(
                    ids[index], ids[operand], position,
                    upstream, partial, contribution, before, after,
                )
            )  # fmt: skip
    return adjoints, steps


def _flags(nodes: Sequence[Node]) -> tuple[str, ...]:
    flags = []
    root = nodes[-1]
    if root.grad == 0.0:
        flags.append(NOT_RUN)
    elif root.op is not None and root.grad != 1.0:
        flags.append(OTHER_OUTPUT)
    elif any(node.op is None and not _same(node.grad, node.adjoint) for node in nodes):
        flags.append(ACCUMULATED)
    for node in nodes:
        if node.op is None:
            continue
        operands = [nodes[int(id[1:])].data for id in node.operands]
        if not _same(node.op.value(FLOAT, *operands), node.data):
            flags.append(STALE)
            break
    return tuple(flags)


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def _plain(field: str | float) -> str | float:
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
