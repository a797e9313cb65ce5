"""Lower: from the graph to flat instructions; constants folded, repeats shared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from autograd_core.compiler.capture import Trace
from autograd_core.compiler.structure.tape import flat_operands, has_flat, is_identity
from autograd_core.table import Op


@dataclass
class Scalars:
    """A scalar program: one number per instruction, operands before consumers.

    Number `i` is an input for `i < inputs`; then comes one for each element of `ops`. Constants are
    numbered -1, -2, ..., so that more can be added: number `-1 - i` is `constants[i]`.

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

    def between(self, inputs: Collection[int]) -> bytearray:
        """Return, for each number, 1 if it is between these inputs and the first output, else 0.

        Nothing else is to be differentiated: 0 times an infinite partial is nan. Constants come
        last, where -1, -2, ... are found.
        """
        found = bytearray(self.inputs + len(self.ops) + len(self.constants))
        for number in inputs:
            found[number] = 1
        for number, operands in enumerate(self.operands, self.inputs):
            found[number] = any(map(found.__getitem__, operands))
        leading = self.leading()
        return bytearray([one & other for one, other in zip(found, leading)])

    def leading(self) -> bytearray:
        """Return, for each number, 1 if the first output has a gradient by it, else 0.

        It has none by what is only compared or rounded on the way, or leads to other outputs.
        """
        count = self.inputs + len(self.ops)
        flat = {op for op in set(self.ops) if has_flat(op)}
        if len(self.outputs) == 1 and not flat:  # as mostly: all lead there
            return bytearray(b"\x01") * (count + len(self.constants))
        found = bytearray(count + len(self.constants))
        found[self.outputs[0]] = 1
        for number in range(count - 1, self.inputs - 1, -1):
            if found[number]:
                for operand in self._differentiable(number, flat):
                    found[operand] = 1
        return found

    def _differentiable(self, number: int, flat: Collection[Op]) -> Sequence[int]:
        """Return the operands of an instruction that get a gradient from it."""
        op, operands = self.ops[number - self.inputs], self.operands[number - self.inputs]
        if op not in flat:
            return operands
        return [a for a, none in zip(operands, flat_operands(op, len(operands))) if not none]

    def __str__(self) -> str:
        names = [f"x{i}" for i in range(self.inputs)]
        names += [f"v{i}" for i in range(self.inputs, self.inputs + len(self.ops))]
        names += [f"{constant!r}" for constant in reversed(self.constants)]
        lines = []
        for name, op, operands in zip(names[self.inputs :], self.ops, self.operands):
            lines.append(f"{name} = {op.name}({', '.join(names[i] for i in operands)})")
        return "\n".join([*lines, f"return {', '.join(names[i] for i in self.outputs)}"])


def lower(trace: Trace) -> Scalars:
    """Return the instructions of a trace.

    An operation on constants alone is a constant. Two operations that are the same on the same
    operands are one, and one that returns its operand (`+x`) is dropped. The guards' comparisons
    become outputs after those of the function.

    >>> from autograd_core import Value
    >>> from autograd_core.compiler.capture.capture import trace
    >>> x = Value(3.0)
    >>> print(lower(trace([[x]], [(x * x).tanh() + x * x])))
    v1 = multiply(x0, x0)
    v2 = tanh(v1)
    v3 = add(v2, v1)
    return v3
    """
    inputs = [node for nodes in trace.inputs for node in nodes] + trace.live
    number: dict[object, int] = {node: index for index, node in enumerate(inputs)}
    program = Scalars(len(inputs))
    ops, all_operands, constants = program.ops, program.operands, program.constants
    literals: dict[str, int] = {}
    # for each operation, operands -> number; None if it returns its operand
    tables: dict[Op, dict[tuple[int, ...], int] | None] = {}

    def constant(data: float) -> int:
        key = repr(data)  # keeps 0.0 and -0.0 apart, and nan together
        if key not in literals:
            constants.append(data)
            literals[key] = -len(constants)
        return literals[key]

    def instruction(op: Op, operands: tuple[int, ...], data: float) -> int:
        table = tables.get(op)
        if table is None:
            if op not in tables:
                table = tables[op] = None if is_identity(op) else {}
            if table is None:
                return operands[0] if operands[0] >= 0 else constant(data)
        found = table.get(operands)
        if found is None:
            if max(operands) < 0:
                found = constant(data)
            else:
                found = len(inputs) + len(ops)
                ops.append(op)
                all_operands.append(operands)
            table[operands] = found
        return found

    place = number.__getitem__
    for node in trace.order:
        if node in number:
            continue
        if node.op is None:
            number[node] = constant(node.data)
        else:
            number[node] = instruction(node.op, tuple(map(place, node.parents)), node.data)
    program.outputs += map(place, trace.roots)
    for guard in trace.guards:
        pair = (number[guard.left], number[guard.right])
        program.outputs.append(instruction(guard.op, pair, float(guard.outcome)))
    return program
