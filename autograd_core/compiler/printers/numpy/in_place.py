"""In place: a result that is only copied into part of a variable is written there directly."""

from __future__ import annotations

from autograd_core.compiler.arrays import NOT_ELEMENTWISE, Instruction, Program, View, in_order

_TO_ANY_VIEW = frozenset(("matmul", "reduce add"))  # besides elementary functions


def written_in_place(program: Program) -> list[Instruction]:
    """Return the instructions; one whose result only an `update` reads takes the update's place.

    Other instructions than `update` then write part of a variable, which NumPy can run but an array
    program must not do.
    """
    uses, writers = program.uses(), program.writers()
    moved: dict[int, Instruction] = {}  # by the variable that the instruction wrote
    for instruction in program.instructions:
        if instruction.name != "update" or not isinstance(instruction.operands[0], View):
            continue
        source, out = instruction.operands[0], instruction.out
        if uses[source.var] > 1 or len(writers.get(source.var, ())) != 1:
            continue
        if not in_order(program.variables, source):
            continue
        (producer,) = writers[source.var]
        before, after = program.variables[source.var], program.variables[out.var]
        if (before.batched, before.truth) != (after.batched, after.truth):
            continue
        if not _can_write_any_view(producer):
            continue
        loops = out.loops.split(producer.out.loops.dims)
        if loops is not None:
            moved[source.var] = producer._replace(out=View(out.var, loops))
    result = []
    for instruction in program.instructions:
        copied = instruction.views[:1] if instruction.name == "update" else []
        if copied and copied[0].var in moved:
            result.append(moved[copied[0].var])
        elif instruction.out.var not in moved:
            result.append(instruction)
    return result


def _can_write_any_view(instruction: Instruction) -> bool:
    if instruction.name in _TO_ANY_VIEW:
        return True
    return instruction.name not in NOT_ELEMENTWISE and not instruction.name.startswith("reduce")
