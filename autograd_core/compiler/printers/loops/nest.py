"""Nest: one array instruction as perfectly nested loops around one assignment.

The loops of views, those along which a sum is taken, and the loop over samples are treated alike.
`fuse.py` decides in what order they run, and which nests run in the same loop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from autograd_core.compiler.arrays import (
    Argument,
    Instruction,
    Loops,
    Operand,
    Program,
    Var,
    View,
    contiguous,
    in_order,
)
from autograd_core.compiler.printers.loops.access import Access
from autograd_core.compiler.printers.loops.results import SAMPLES, Results

Source: TypeAlias = "Access | float"


@dataclass(frozen=True)
class Nest:
    """`out[...] = function(*sources)` in nested loops.

    Attributes:
        dims: The count of each loop, from the outermost; `SAMPLES` can only be the first.
        out: The positions that are written.
        function: An elementary function, or `copy`.
        sources: Its operands.
        combine: Empty if the result is stored; `add`, `maximum` ... if it is combined with the
            value that `out` has.
        summed: The loops along which results are combined: `out` does not move along them.
        start: The value of `out` before the first result is combined; None if earlier instructions
            have written it.
    """

    dims: tuple[int, ...]
    out: Access
    function: str
    sources: tuple[Source, ...]
    combine: str = ""
    summed: frozenset[int] = frozenset()
    start: Source | None = None

    @property
    def reads(self) -> list[Access]:
        """The positions that it reads."""
        return [source for source in (*self.sources, self.start) if isinstance(source, Access)]

    @property
    def places(self) -> list[Access]:
        """The positions that it reads, then those that it writes."""
        return [*self.reads, self.out]

    def cut(self, axis: int, inner: int) -> Nest:
        """Return the same nest with a loop split in two; the inner one runs `inner` times."""
        count = self.dims[axis]
        dims = (*self.dims[:axis], count // inner, inner, *self.dims[axis + 1 :])
        summed = {a + (a > axis) for a in self.summed}
        if axis in self.summed:
            summed.add(axis + 1)
        return self._with(dims, [place.cut(axis, inner) for place in self.places], summed)

    def merged(self) -> Nest:
        """Return the same nest with loops merged where possible, without those that run once."""
        nest = self
        axis = len(nest.dims) - 1
        while axis >= 0:
            outer = axis - 1
            if nest.dims[axis] == 1:
                nest = nest.without(axis)
            elif outer >= 0 and nest._continues(outer):
                count = nest.dims[axis]
                dims = (*nest.dims[:outer], nest.dims[outer] * count, *nest.dims[axis + 1 :])
                places = [place.without(outer) for place in nest.places]
                nest = nest._with(dims, places, {a - (a > outer) for a in nest.summed})
            axis -= 1
        if nest.start is not None and not nest.summed:  # a sum of one term
            nest = replace(nest, combine="", start=None)
        return nest

    def _continues(self, outer: int) -> bool:
        """Say whether a loop and the next inner one are, in all accesses, one longer loop."""
        inner = outer + 1
        count = self.dims[inner]
        if self.dims[outer] == SAMPLES or (outer in self.summed) != (inner in self.summed):
            return False
        return all(
            a == b * count
            for place in self.places
            for a, b in zip(place.along(outer), place.along(inner))
        )

    def without(self, axis: int) -> Nest:
        """Return the nest without a loop that runs once."""
        dims = self.dims[:axis] + self.dims[axis + 1 :]
        places = [place.without(axis) for place in self.places]
        return self._with(dims, places, {a - (a > axis) for a in self.summed if a != axis})

    def _with(self, dims: tuple[int, ...], places: list[Access], summed: Iterable[int]) -> Nest:
        """Return the nest with other loops, and accesses in the order of `places`."""
        out = places.pop()
        found = iter(places)
        sources = tuple([next(found) if isinstance(s, Access) else s for s in self.sources])
        start = next(found) if isinstance(self.start, Access) else self.start
        return replace(
            self, dims=dims, sources=sources, start=start, out=out, summed=frozenset(summed)
        )


def nests_of(program: Program) -> tuple[list[Nest], list[Var], Results]:
    """Return nests for instructions and results, all variables, and those of the results."""
    variables = list(program.variables)
    # a scatter adds to its result, which has to be 0 before
    scattered = [step.out for step in program.instructions if step.name == "scatter"]
    nests = [_elementwise(variables, "copy", (0.0,), _whole(variables, out)) for out in scattered]
    for instruction in program.instructions:
        nests.append(_nest(variables, instruction).merged())
    outputs = _outputs(program, variables, nests)
    gradients: list[int] = []
    for operand, argument in program.gradients:
        gradients.append(_gradient(operand, argument, gradients, variables, nests))
    return nests, variables, Results(outputs, tuple(gradients))


def _outputs(program: Program, variables: list[Var], nests: list[Nest]) -> int:
    """Add a variable with all outputs and the nests that fill it; return the variable."""
    variables.append(Var(len(program.outputs), program.batch, role="output", name="outputs"))
    outputs = len(variables) - 1
    for place, output in enumerate(program.outputs):
        source: Operand = float(output) if not isinstance(output, tuple) else View(
            output[0], Loops(output[1], (), ()))  # fmt: skip
        whole = View(outputs, Loops(place, (), ()))
        nests.append(_elementwise(variables, "copy", (source,), whole))
    return outputs


def _gradient(
    operand: Operand,
    argument: Argument,
    others: Sequence[int],
    variables: list[Var],
    nests: list[Nest],
) -> int:
    """Return the variable of a gradient; a nest copies it there if it needs one of its own."""
    name = f"d_{variables[argument.var].name}"
    if isinstance(operand, View) and operand.var not in others:
        variable = variables[operand.var]
        name = variable.name or name
        writable = variable.role not in ("input", "live", "constant") and not variable.truth
        if writable and variable.batched == argument.batched and in_order(variables, operand):
            variables[operand.var] = replace(variable, role="output", name=name)
            return operand.var
    size = math.prod(argument.shape)
    variables.append(Var(size, argument.batched, role="output", name=name))
    loops = contiguous(operand.loops.dims if isinstance(operand, View) else (size,))
    whole = View(len(variables) - 1, loops)
    if size:
        nests.append(_elementwise(variables, "copy", (operand,), whole).merged())
    return whole.var


def _whole(variables: Sequence[Var], view: View) -> View:
    return View(view.var, contiguous((variables[view.var].size,)))


def _elementwise(
    variables: Sequence[Var],
    name: str,
    operands: Sequence[Operand],
    out: View,
    combine: str = "",
) -> Nest:
    """Return the nest of an elementary function, in the loops of its result."""
    loops = _Loops(variables, [a for a in operands if isinstance(a, View)], out)
    sources = tuple([loops.access(a) if isinstance(a, View) else a for a in operands])
    dims = loops.samples + out.loops.dims
    return Nest(dims, loops.access(out), name, sources, combine)


def _nest(variables: Sequence[Var], step: Instruction) -> Nest:
    """Return an instruction as a nest."""
    name, operands, out, *_ = step
    if name == "zero":
        return _elementwise(variables, "copy", (0.0,), out)
    if name == "update":
        return _elementwise(variables, "copy", operands, out)
    if name == "accumulate":
        function = "copy" if operands[1] == 1.0 else "negative"
        return _elementwise(variables, function, operands[:1], out, "add")
    loops = _Loops(variables, step.views, out)
    if name == "matmul":
        return _matmul(loops, step)
    if name == "take":
        return _taken(loops, step)
    if name == "scatter":
        return _scattered(loops, step)
    if name.startswith("reduce "):
        return _reduced(loops, step)
    return _elementwise(variables, name, operands, out)


class _Loops:
    """The loops of a nest, of which that over samples is the outermost.

    Attributes:
        samples: The count of the loop over samples, as a tuple; empty if there is none.
        over_samples: Whether the result has no samples although an operand has: they are summed.
    """

    def __init__(self, variables: Sequence[Var], views: Sequence[View], out: View) -> None:
        self.variables = variables
        batched = variables[out.var].batched
        batch = batched or any(variables[view.var].batched for view in views)
        self.samples = (SAMPLES,) if batch else ()
        self.over_samples = batch and not batched

    def access(self, view: View) -> Access:
        """Return the access of a view whose loops are those of the nest."""
        offset, dims, strides = view.loops
        own = [stride if count > 1 else 0 for count, stride in zip(dims, strides)]
        return Access(view.var, offset, self.strides(view, own))

    def strides(self, view: View, own: Sequence[int]) -> tuple[int, ...]:
        """Return the strides `own`, with that of the loop over samples before them."""
        variable = self.variables[view.var]
        return (*[variable.size * variable.batched for _ in self.samples], *own)

    def summed(self, axes: Iterable[int]) -> frozenset[int]:
        """Return the loops along which a sum is taken: these axes, and the samples if summed."""
        return frozenset([*[0] * self.over_samples, *[len(self.samples) + a for a in axes]])


def _matmul(loops: _Loops, step: Instruction) -> Nest:
    left, right = step.views  # out[row, column] = sum(left[row, inner] * right[column, inner])
    (rows, inner), (columns, _) = left.loops.dims, right.loops.dims

    def spread(view: View, first: int, second: int) -> Access:
        """Return the access of a view whose two loops are these of the three."""
        access = loops.access(view)
        own = [0, 0, 0]
        own[first], own[second] = access.strides[-2:]
        return access._replace(strides=loops.strides(view, own))

    return Nest(
        (*loops.samples, rows, columns, inner),
        spread(step.out, 0, 1),
        "multiply",
        (spread(left, 0, 2), spread(right, 1, 2)),
        "add",
        loops.summed([2]),
        0.0,
    )


def _taken(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    by_table, in_order, dims = _looked_up(loops, step, source, step.out)
    return Nest(dims, in_order, "copy", (by_table,))


def _scattered(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    by_table, in_order, dims = _looked_up(loops, step, step.out, source)
    return Nest(dims, by_table, "copy", (in_order,), "add", loops.summed([0]))


def _looked_up(
    loops: _Loops, step: Instruction, by_table: View, in_order: View
) -> tuple[Access, Access, tuple[int, ...]]:
    """Return two accesses, through a table and through a view in order, and the loop counts."""
    assert step.table is not None
    count = len(step.table)
    flat = (
        in_order.loops.split((count,)) if count != 1 else Loops(in_order.loops.offset, (1,), (0,))
    )
    assert flat is not None  # `verify` guarantees it
    steps = (*[0 for _ in loops.samples], 1)
    looked_up = Access(by_table.var, 0, loops.strides(by_table, [0]), step.table, steps)
    return looked_up, loops.access(View(in_order.var, flat)), (*loops.samples, count)


def _reduced(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    read, summed = loops.access(source), loops.summed(step.axes)
    still = [0 if axis in summed else stride for axis, stride in enumerate(read.strides)]
    function = step.name.split()[1]
    start: Source = 0.0 if function == "add" else read._replace(strides=tuple(still))
    dims = loops.samples + source.loops.dims
    return Nest(dims, loops.access(step.out), "copy", (read,), function, summed, start)
