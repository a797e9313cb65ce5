"""Lower: from the graph to scalar instructions; constants folded, common subexpressions shared."""

from __future__ import annotations

from autograd_core.compiler.capture import Trace
from autograd_core.compiler.structure.scalars import Constants, Scalars
from autograd_core.compiler.structure.tape import is_identity
from autograd_core.table import Op


def lower(trace: Trace) -> Scalars:
    """Return the instructions of a trace.

    An operation on constants alone becomes a constant. Equal operations on the same operands become
    one instruction, and an operation that returns its operand (`+x`) becomes none. The guards'
    comparisons are outputs after those of the function.

    >>> from autograd_core import Value
    >>> from autograd_core.compiler.capture.capture import trace_of
    >>> x = Value(3.0)
    >>> print(lower(trace_of([[x]], [(x * x).tanh() + x * x])))
    v1 = multiply(x0, x0)
    v2 = tanh(v1)
    v3 = add(v2, v1)
    return v3
    """
    inputs = [node for nodes in trace.inputs for node in nodes] + trace.live
    number: dict[object, int] = {node: index for index, node in enumerate(inputs)}
    program = Scalars(len(inputs))
    ops, all_operands, constant = program.ops, program.operands, Constants(program.constants).place
    # for each operation a dict from operands to the number; None for an identity such as +x
    tables: dict[Op, dict[tuple[int, ...], int] | None] = {}

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
