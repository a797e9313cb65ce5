"""Early: gradients are made as soon as they can be: what they read is near, and free sooner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_core.compiler.arrays import Instruction, Program, View


def gradients_early(program: Program, instructions: Sequence[Instruction]) -> list[Instruction]:
    """Return the instructions, each that makes a gradient straight after what it reads is written.

    Args:
        program: Whose gradients they are.
        instructions: What is done, in order.
    """
    gradients = {view.var for view, _ in program.gradients if isinstance(view, View)}
    writers = Counter(instruction.out.var for instruction in instructions)
    following: list[list[Instruction]] = [[]]  # each instruction, with the gradients after it
    written: dict[int, int] = {}  # the place of a variable's latest writer among them
    for instruction in instructions:
        out = instruction.out.var
        if out in gradients and writers[out] == 1:
            place = max([written.get(view.var, 0) for view in instruction.views], default=0)
            following[place].append(instruction)
        else:
            place = len(following)
            following.append([instruction])
        written[out] = place
    return [instruction for some in following for instruction in some]
