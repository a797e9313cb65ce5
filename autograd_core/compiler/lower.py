"""Lower: from the graph to flat instructions; constants folded, repeats shared."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_core.compiler.capture import Trace
from autograd_core.compiler.tape import Template, value_template
from autograd_core.op import Op


@dataclass
class Scalars:
    """A scalar program: one number per instruction, operands before consumers.

    Number `i` is an input for `i < inputs`, then come the constants, then one number for each
    element of `ops`.

    Attributes:
        inputs: How many inputs: the arguments' numbers in order, then those of live leaves.
        constants: Numbers known when the function was captured.
        ops: The operation of each instruction.
        operands: Its operands, as numbers of inputs, constants and earlier instructions.
        outputs: The numbers that the function returns, then those that guards look at.
    """

    inputs: int
    constants: list[float] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The number of the first instruction."""
        return self.inputs + len(self.constants)

    def __str__(self) -> str:
        names = [f"x{i}" for i in range(self.inputs)]
        names += [f"{constant!r}" for constant in self.constants]
        lines = []
        for op, operands in zip(self.ops, self.operands):
            name = f"v{len(names)}"
            lines.append(f"{name} = {op.name}({', '.join(names[i] for i in operands)})")
            names.append(name)
        return "\n".join([*lines, f"return {', '.join(names[i] for i in self.outputs)}"])


def lower(trace: Trace) -> Scalars:
    """Return the instructions of a trace.

    An operation on constants alone is a constant. Two operations that are the same on the same
    operands are one, and one that returns its operand (`+x`) is dropped. The guards' comparisons
    become outputs after those of the function.

    >>> from autograd_core import Value
    >>> from autograd_core.compiler.capture import trace
    >>> x = Value(3.0)
    >>> print(lower(trace([[x]], [(x * x).tanh() + x * x])))
    v1 = multiply(x0, x0)
    v2 = tanh(v1)
    v3 = add(v2, v1)
    return v3
    """
    inputs = [node for nodes in trace.inputs for node in nodes] + trace.live
    number: dict[object, int] = {node: index for index, node in enumerate(inputs)}
    known: dict[object, int] = {}
    constants: list[float] = []
    ops: list[Op] = []
    operands: list[tuple[int, ...]] = []
    same: dict[Op, bool] = {}  # whether an operation returns its operand
    # constants are numbered from -1 downwards until it is known how many there are

    def constant(data: float) -> int:
        key = repr(data)  # keeps 0.0 and -0.0 apart, and nan together
        if key not in known:
            constants.append(data)
            known[key] = -len(constants)
        return known[key]

    count = len(inputs)
    for node in trace.order:
        if node in number:
            continue
        op = node.op
        if op is None:
            number[node] = constant(node.data)
            continue
        parents = tuple([number[parent] for parent in node.parents])
        if max(parents) < 0:
            number[node] = constant(node.data)
            continue
        if op not in same:
            same[op] = op.arity == 1 and value_template(op, 1) == Template(1, (), (0,))
        if same[op]:
            number[node] = parents[0]
            continue
        key = (op, parents)
        found = known.get(key)
        if found is None:
            found = known[key] = count
            ops.append(op)
            operands.append(parents)
            count += 1
        number[node] = found
    outputs = [number[root] for root in trace.roots]
    for guard in trace.guards:
        pair = (number[guard.left], number[guard.right])
        if max(pair) < 0:
            outputs.append(constant(float(guard.outcome)))
            continue
        found = known.get((guard.op, pair))
        if found is None:
            found = known[guard.op, pair] = count
            ops.append(guard.op)
            operands.append(pair)
            count += 1
        outputs.append(found)
    return _live_only(Scalars(len(inputs), constants, ops, operands, outputs))


def _live_only(raw: Scalars) -> Scalars:
    """Return the program without what no output needs, constants numbered after the inputs."""
    first, constants = raw.inputs, len(raw.constants)
    # one place for each number: constants are at the end, where -1, -2, ... are found by themselves
    needed = bytearray(first + len(raw.ops) + constants)
    for output in raw.outputs:
        needed[output] = 1
    for index in range(len(raw.ops) - 1, -1, -1):
        if needed[first + index]:
            for operand in raw.operands[index]:
                needed[operand] = 1
    used = [index for index in range(constants) if needed[-index - 1]]
    kept = [index for index in range(len(raw.ops)) if needed[first + index]]
    moved = [*range(first), *[0] * (len(raw.ops) + constants)]
    for position, index in enumerate(used, first):
        moved[-index - 1] = position
    for position, index in enumerate(kept, first + len(used)):
        moved[first + index] = position
    place = moved.__getitem__
    return Scalars(
        first,
        [raw.constants[index] for index in used],
        [raw.ops[index] for index in kept],
        [tuple(map(place, raw.operands[index])) for index in kept],
        [*map(place, raw.outputs)],
    )
