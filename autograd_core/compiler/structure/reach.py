"""Reach: which numbers of a scalar program the first output has a gradient by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from autograd_core.compiler.structure.scalars import Scalars
from autograd_core.table import Op, pattern

Edges: TypeAlias = "Mapping[int, Sequence[tuple[int, int]]]"


def reached(program: Scalars, inputs: Collection[int]) -> bytearray:
    """Return, for each number, 1 if it depends on one of these inputs, else 0.

    Constants come last, where -1, -2, ... are found.
    """
    found = bytearray(program.inputs + len(program.ops) + len(program.constants))
    for number in inputs:
        found[number] = 1
    for number, operands in enumerate(program.operands, program.inputs):
        found[number] = any(map(found.__getitem__, operands))
    return found


def between(program: Scalars, inputs: Collection[int]) -> bytearray:
    """Return, for each number, 1 if it is between these inputs and the first output, else 0.

    Nothing else is to be differentiated: 0 times an infinite partial is nan.
    """
    both = zip(reached(program, inputs), leading(program))
    return bytearray([one & other for one, other in both])


def leading(program: Scalars, edges: Edges | None = None) -> bytearray:
    """Return, for each number, 1 if the first output has a gradient by it, else 0.

    It has none by what is only compared or rounded on the way, or leads to other outputs.

    Args:
        program: The instructions.
        edges: For some of them, (operand, partial) pairs in place of the partials of the op.
    """
    count = program.inputs + len(program.ops)
    flat = {op for op in set(program.ops) if has_flat(op)}
    if len(program.outputs) == 1 and not flat:  # as mostly: all lead there
        return bytearray(b"\x01") * (count + len(program.constants))
    found = bytearray(count + len(program.constants))
    found[program.outputs[0]] = 1
    for number in range(count - 1, program.inputs - 1, -1):
        if not found[number]:
            continue
        op, operands = (
            program.ops[number - program.inputs],
            program.operands[number - program.inputs],
        )
        if edges and number in edges:
            operands = tuple([operand for operand, _ in edges[number]])
        elif op in flat:
            passed = zip(operands, flat_operands(op, len(operands)))
            operands = tuple([operand for operand, none in passed if not none])
        for operand in operands:
            found[operand] = 1
    return found


@lru_cache(maxsize=4096)
def flat_operands(op: Op, operands: int) -> tuple[bool, ...]:
    """Return for each operand whether the partial by it is 0 everywhere: it gets no gradient.

    >>> from autograd_core import ops
    >>> flat_operands(ops.WHERE, 3)
    (True, False, False)
    """
    flat, _ = pattern(op, operands)
    return tuple([position in flat for position in range(operands)])


def has_flat(op: Op) -> bool:
    """Say whether an operation may pass no gradient to one of its operands.

    >>> from autograd_core import ops
    >>> has_flat(ops.FLOOR), has_flat(ops.TANH)
    (True, False)
    """
    return op.arity is None or any(flat_operands(op, op.arity))
