"""Words: steps as bytecode of the machine, with a place in its memory for each number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.printers.llvm.machine import FUSED, INSTRUCTIONS
from autograd_core.compiler.printers.refusal import refuse_unknown
from autograd_core.compiler.structure import Steps
from autograd_core.table import Floats

_CODES = {name: code for code, name in enumerate(INSTRUCTIONS)}


class Words(NamedTuple):
    """A program of the machine.

    Attributes:
        inputs: The number of inputs, which are first in the memory.
        constants: The numbers after them in the memory.
        places: The size of the memory, in numbers.
        code: The instructions.
        outputs: The indices of the outputs in the memory.
    """

    inputs: int
    constants: Floats
    places: int
    code: npt.NDArray[np.int32]
    outputs: npt.NDArray[np.intp]


def words_of(steps: Steps) -> Words:
    """Return steps as words; a place in the memory is reused after the last read of its number.

    Raises:
        NoCompiler: If the machine lacks a function.

    >>> words = words_of(Steps(1, [2.0], ["multiply", "add"], [(0, -1), (1, 0)], [2]))
    >>> words.places, [INSTRUCTIONS[words.code[0]], *words.code[1:5].tolist()]
    (3, ['multiply and add', 2, 0, 0, 1])
    """
    refuse_unknown(steps.names, _CODES, "C's library")
    first, fixed = steps.inputs, steps.inputs + len(steps.constants)
    names, operands, last = steps.names, steps.operands, _last_uses(steps)
    never = first + len(names) + 1
    # constants, whose numbers are -1, -2, ..., are in reversed order after the inputs
    places = [*range(first), *[0] * len(names), *range(first, fixed)]
    free, top, code = list[int](), fixed, list[int]()
    product: tuple[int, ...] = ()  # the factors of the step before, if it is fused with this one
    for number, (name, given) in enumerate(zip(names, operands), first):
        if not last[number]:
            continue
        if name == "multiply" and _fuses(steps, number, last):
            product = given
            continue
        if product:
            other = given[1] if given[0] == number - 1 else given[0]
            name, given, product = FUSED, (other, *product), ()
        code.append(_CODES[name])
        out = len(code)
        code.append(0)
        code += [places[operand] for operand in given]
        for operand in given:
            if operand >= first and last[operand] <= number:
                free.append(places[operand])
                last[operand] = never  # freed once, though it may be both operands
        if free:
            places[number] = free.pop()
        else:
            places[number], top = top, top + 1
        code[out] = places[number]
    code.append(_CODES["end"])
    return Words(
        first,
        np.array(steps.constants[::-1]),
        top,
        np.array(code, np.int32),
        np.array([places[number] for number in steps.outputs], np.intp),
    )


def _last_uses(steps: Steps) -> list[int]:
    """Return the last step that reads each number: 0 if none does, one after all for outputs."""
    first, count = steps.inputs, len(steps.names)
    last = [0] * (first + count + len(steps.constants))
    for number in steps.outputs:
        last[number] = first + count + 1
    for number in range(first + count - 1, first - 1, -1):
        if last[number]:
            for operand in steps.operands[number - first]:
                if not last[operand]:
                    last[operand] = number
    return last


def _fuses(steps: Steps, number: int, last: list[int]) -> bool:
    """Say whether a product is read only by the next step, which adds it to another number."""
    following = number - steps.inputs + 1
    return (
        last[number] == number + 1
        and steps.names[following] == "add"
        and steps.operands[following].count(number) == 1
    )
