"""In place: what becomes part of an adjoint is written there at once, without a copy."""

from __future__ import annotations

from autograd_core.compiler.arrays import WHOLE, Instruction, Program, View, in_order

_PLACED = frozenset(("matmul", "reduce add"))  # besides elementary functions


def written_in_place(program: Program) -> list[Instruction]:
    """Return the instructions with those that only an `update` reads in the place of it.

    That is no array program any more, in which a variable is written once; NumPy can run it.
    """
    uses, writers = program.uses(), program.writers()
    moved: dict[int, Instruction] = {}  # by the variable that it wrote
    for instruction in program.instructions:
        if instruction.name != "update" or not isinstance(instruction.operands[0], View):
            continue
        source, out = instruction.operands[0], instruction.out
        if uses[source.var] > 1 or len(writers.get(source.var, ())) != 1:
            continue
        if not in_order(program.variables, source):
            continue
        (maker,) = writers[source.var]
        one, other = program.variables[source.var], program.variables[out.var]
        if (one.batched, one.truth) != (other.batched, other.truth) or not _can_be(maker):
            continue
        loops = out.loops.split(maker.out.loops.dims)
        if loops is not None:
            moved[source.var] = maker._replace(out=View(out.var, loops))
    result = []
    for instruction in program.instructions:
        read = (
            instruction.views[0].var if instruction.name == "update" and instruction.views else -1
        )
        if read in moved:
            result.append(moved[read])
        elif instruction.out.var not in moved:
            result.append(instruction)
    return result


def _can_be(maker: Instruction) -> bool:
    """Say whether an instruction can write through any view."""
    if maker.name in _PLACED:
        return True
    return maker.name not in WHOLE and not maker.name.startswith("reduce")
