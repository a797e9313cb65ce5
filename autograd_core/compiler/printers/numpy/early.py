"""Early: gradients computed as soon as possible, so that buffers are in cache and free sooner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_core.compiler.arrays import Instruction, Program, View


def gradients_early(program: Program, instructions: Sequence[Instruction]) -> list[Instruction]:
    """Return the instructions, with each gradient right after the last operand that it reads.

    Args:
        program: The program whose gradients they are.
        instructions: Its instructions, in order.
    """
    gradients = {view.var for view, _ in program.gradients if isinstance(view, View)}
    writers = Counter(instruction.out.var for instruction in instructions)
    following: list[list[Instruction]] = [[]]  # an instruction, then the gradients moved up to it
    written: dict[int, int] = {}  # by variable, the index in `following` of its writer
    for instruction in instructions:
        out = instruction.out.var
        if out in gradients and writers[out] == 1:
            place = max([written.get(view.var, 0) for view in instruction.views], default=0)
            following[place].append(instruction)
        else:
            place = len(following)
            following.append([instruction])
        written[out] = place
    return [instruction for group in following for instruction in group]
