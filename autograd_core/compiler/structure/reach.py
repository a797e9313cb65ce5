"""Reach: which numbers of a scalar program are active, between inputs and the first output."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from autograd_core.compiler.structure.scalars import Scalars
from autograd_core.table import Op, pattern

Edges: TypeAlias = "Mapping[int, Sequence[tuple[int, int]]]"


def varied(program: Scalars, inputs: Collection[int]) -> bytearray:
    """Return, for each number, 1 if it depends on one of these inputs, else 0.

    Constants come last, where the indices -1, -2, ... find them.
    """
    found = bytearray(program.inputs + len(program.ops) + len(program.constants))
    for number in inputs:
        found[number] = 1
    for number, operands in enumerate(program.operands, program.inputs):
        found[number] = any(map(found.__getitem__, operands))
    return found


def active_numbers(program: Scalars, inputs: Collection[int]) -> bytearray:
    """Return, for each number, 1 if it is varied and useful: between these inputs and the output.

    Other numbers must get no adjoint, since 0 times an infinite partial is nan.
    """
    both = zip(varied(program, inputs), useful(program))
    return bytearray([one & other for one, other in both])


def useful(program: Scalars, edges: Edges | None = None) -> bytearray:
    """Return, for each number, 1 if the first output has a gradient by it, else 0.

    It has none by a number that is only compared or rounded on the way to it, or that only other
    outputs depend on.

    Args:
        program: The instructions.
        edges: For some of them, (operand, partial) pairs that replace the partials of the op.
    """
    count = program.inputs + len(program.ops)
    flat = {op for op in set(program.ops) if has_flat(op)}
    if len(program.outputs) == 1 and not flat:  # the usual case
        return bytearray(b"\x01") * (count + len(program.constants))
    found = bytearray(count + len(program.constants))
    found[program.outputs[0]] = 1
    for number in range(count - 1, program.inputs - 1, -1):
        if not found[number]:
            continue
        place = number - program.inputs
        op, operands = program.ops[place], program.operands[place]
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
    """Return for each operand whether its partial is 0 everywhere, so that it has no gradient.

    >>> from autograd_core import ops
    >>> flat_operands(ops.WHERE, 3)
    (True, False, False)
    """
    flat, _ = pattern(op, operands)
    return tuple([position in flat for position in range(operands)])


def has_flat(op: Op) -> bool:
    """Return whether an operation may have an operand without a gradient.

    >>> from autograd_core import ops
    >>> has_flat(ops.FLOOR), has_flat(ops.TANH)
    (True, False)
    """
    return op.arity is None or any(flat_operands(op, op.arity))
