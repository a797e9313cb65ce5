"""Buffers: the array that holds each variable; arrays are reused after their last read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from autograd_core.compiler.arrays import (
    Instruction,
    Loops,
    Operand,
    Program,
    Var,
    View,
    axes_of,
    contiguous,
)
from autograd_core.compiler.printers.names import Names

Shape = tuple[int, ...]


@dataclass(eq=False)
class Buffer:
    """An array of the program.

    Attributes:
        name: Its name in the source.
        size: The number of elements, for one sample.
        batched: Whether it has a leading axis of samples.
        truth: Whether its elements are bools.
        shape: Its shape, for one sample.
        place: `kept` if it is allocated once; `argument` if the caller passes it; `result` if it is
            allocated at each call, since the caller gets it; `output` if it is a column of such an
            array; `constant` if it is a table; `copied argument` and `copied result` if it is
            allocated once, and copied from an argument or to a result at each call.
    """

    name: str
    size: int
    batched: bool
    truth: bool
    shape: Shape = ()
    place: str = "kept"


def allocate(
    program: Program,
    instructions: Sequence[Instruction],
    in_place: Callable[[Instruction], bool],
    names: Names,
) -> dict[int, Buffer]:
    """Return a buffer for each variable that the instructions use.

    Args:
        program: The program.
        instructions: Its instructions, in the order in which they run.
        in_place: Whether an instruction may write over an operand that it reads.
        names: Gives out the names of the buffers.
    """
    return _Allocation(program, in_place, names).run(instructions)


class _Allocation:
    def __init__(
        self, program: Program, in_place: Callable[[Instruction], bool], names: Names
    ) -> None:
        self.program, self.in_place, self.names = program, in_place, names
        self.wanted = wanted_names(program)
        self.buffers: dict[int, Buffer] = {}
        self.free: dict[tuple[int, bool, bool], list[Buffer]] = {}

    def run(self, instructions: Sequence[Instruction]) -> dict[int, Buffer]:
        variables, pinned = self.program.variables, self.program.results
        last: dict[int, int] = {}
        for position, instruction in enumerate(instructions):
            for view in views_of(instruction):
                last[view.var] = position
        last |= dict.fromkeys(pinned, len(instructions))
        for argument in self.program.arguments:
            self.buffers[argument.var] = self._new(argument.var)
        for position, instruction in enumerate(instructions):
            operands = dict.fromkeys(a.var for a in instruction.operands if isinstance(a, View))
            dying = [
                var
                for var in operands
                if last[var] == position
                and variables[var].role not in ("input", "live", "constant")
            ]
            for var in operands:
                if var not in self.buffers:
                    self.buffers[var] = self._new(var)  # a constant
            out = instruction.out.var
            if out not in self.buffers:
                reused = self._reused(instruction, dying)
                free = self.free.get(self._kind(out))
                if reused is not None:
                    self.buffers[out] = self.buffers[reused]
                    dying.remove(reused)
                else:
                    self.buffers[out] = free.pop() if free else self._new(out)
            for var in dying:
                self.free.setdefault(self._kind(var), []).append(self.buffers[var])
        for var in sorted(set(pinned) - set(self.buffers)):
            self.buffers[var] = self._new(var)
        return self.buffers

    def _reused(self, instruction: Instruction, dying: Collection[int]) -> int | None:
        """Return the operand whose buffer the result may overwrite; None if there is none."""
        operands = instruction.operands
        if instruction.name == "where":
            operands = operands[2:]  # what is kept where the condition is false
        elif not self.in_place(instruction):
            return None
        out = instruction.out
        views = [a for a in instruction.operands if isinstance(a, View)]
        for view in [a for a in operands if isinstance(a, View)]:
            if (
                view.var in dying
                and self._kind(view.var) == self._kind(out.var)
                and view.loops == out.loops
                and all(a.var != view.var for a in views if a != view)
            ):
                return view.var
        return None

    def _kind(self, var: int) -> tuple[int, bool, bool]:
        """Return what two variables must have in common to use the same buffer."""
        variable = self.program.variables[var]
        return variable.size, variable.batched, variable.truth

    def _new(self, var: int) -> Buffer:
        return buffer_of(self.program.variables[var], self.names, self.wanted.get(var, ""))


def wanted_names(program: Program) -> dict[int, str]:
    """Return the names that arguments and gradients should have, by variable."""
    variables = program.variables
    found = {
        view.var: f"d_{variables[argument.var].name}"
        for view, argument in program.gradients
        if isinstance(view, View)
    }
    return found | {a.var: variables[a.var].name for a in program.arguments}


def buffer_of(variable: Var, names: Names, wanted: str = "") -> Buffer:
    """Return a new buffer for a variable."""
    place = {"input": "argument", "live": "argument", "constant": "constant"}
    return Buffer(
        names.of(variable.role, wanted),
        variable.size,
        variable.batched,
        variable.truth,
        place=place.get(variable.role, "kept"),
    )


def give_shapes(
    buffers: dict[int, Buffer], instructions: Sequence[Instruction], known: dict[int, Shape]
) -> None:
    """Give every buffer the shape that most instructions use, so that few views are needed.

    Args:
        buffers: The buffers, by variable.
        instructions: The instructions that read and write them.
        known: The shapes of variables that the caller passes or gets.
    """
    votes: dict[Buffer, Counter[Shape]] = {}
    same_shape: list[list[Buffer]] = []
    for instruction in instructions:
        if covers_whole_buffers(instruction, buffers):  # any shape that they share will do
            same_shape.append([buffers[view.var] for view in views_of(instruction)])
            continue
        for view in views_of(instruction):
            dims = _dense_dims(view)
            if math.prod(dims) == buffers[view.var].size:
                votes.setdefault(buffers[view.var], Counter())[dims] += 1
    shapes = {buffer: common.most_common(1)[0][0] for buffer, common in votes.items()}
    shapes |= {buffers[var]: shape for var, shape in known.items()}
    for group in (*same_shape, *reversed(same_shape)):
        known_shapes = [shapes[buffer] for buffer in group if buffer in shapes]
        for buffer in group if known_shapes else ():
            shapes.setdefault(buffer, known_shapes[0])
    for buffer in set(buffers.values()):
        buffer.shape = shapes.get(buffer, (buffer.size,) if buffer.size != 1 else ())


def covers_whole_buffers(instruction: Instruction, buffers: dict[int, Buffer]) -> bool:
    """Say whether an instruction visits all of each buffer, element by element in memory order."""
    out = instruction.out.loops
    if instruction.name in ("matmul", "take", "scatter") or instruction.axes:
        return False
    return out == contiguous(out.dims) and all(
        view.loops == out and buffers[view.var].size == out.size for view in views_of(instruction)
    )


def operand_loops(
    instruction: Instruction, operands: Sequence[Operand], buffers: dict[int, Buffer]
) -> tuple[Shape, list[Loops]]:
    """Return the shape of a result, and the loops over each view with which NumPy broadcasts them.

    The shape is for one sample, without axes of size 1.

    Args:
        instruction: An elementary function of operands in the same loops.
        operands: Its operands, with or without the view that it writes.
        buffers: The array of each variable.
    """
    out = instruction.out
    views = [a for a in operands if isinstance(a, View)]
    shapes = {buffers[view.var].shape for view in views}
    if covers_whole_buffers(instruction, buffers) and len(shapes) == 1:
        (shape,) = shapes
        return shape, [contiguous(shape)] * len(views)
    kept = [axis for axis, count in enumerate(out.loops.dims) if count > 1]
    found = []
    for view in views:
        axes = kept
        if view is not out and not buffers[view.var].batched:  # broadcasting adds leading axes
            moving = [axis for axis in kept if view.loops.strides[axis]]
            axes = [axis for axis in kept if moving and axis >= moving[0]]
        found.append(axes_of(view.loops, axes))
    return tuple([out.loops.dims[axis] for axis in kept]), found


def reduced_axes(
    instruction: Instruction, buffers: dict[int, Buffer]
) -> tuple[list[int], list[int]]:
    """Return which loops of the operand are axes of its array, and which axes are reduced.

    The axis of samples counts among the latter, and is reduced if the result has no samples.
    """
    (operand,) = instruction.views
    batched = buffers[operand.var].batched
    places = [i for i, n in enumerate(operand.loops.dims) if n > 1 or i in instruction.axes]
    reduced = [places.index(axis) + batched for axis in instruction.axes]
    if batched and not buffers[instruction.out.var].batched:
        reduced.insert(0, 0)
    return places, reduced


def _dense_dims(view: View) -> Shape:
    """Return the shape of the elements of a view in memory; () if they are not contiguous."""
    loops = view.loops
    moving = [(n, s) for n, s in zip(loops.dims, loops.strides) if n > 1 and s]
    moving.sort(key=lambda loop: -loop[1])
    dims = tuple([n for n, _ in moving])
    return dims if tuple([s for _, s in moving]) == contiguous(dims).strides else ()


def views_of(instruction: Instruction) -> list[View]:
    """Return the views that an instruction reads, and the one it writes."""
    return [a for a in (*instruction.operands, instruction.out) if isinstance(a, View)]
