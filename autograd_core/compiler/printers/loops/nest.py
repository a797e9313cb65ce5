"""Nest: one array instruction as perfectly nested loops around one assignment.

Every loop is like the others here: those of a view, those that a sum goes along, and the samples
of a batch. In what order they run, and which nests run in the same loop, is said in `fuse.py`.
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
        dims: How often each loop runs, from the outermost; the samples first.
        out: What is written.
        function: An elementary function, or `copy`.
        sources: Its operands.
        combine: Empty if the result is stored; `add`, `maximum` ... if it is combined with what
            stands there.
        summed: The loops along which results are combined: `out` does not move.
        start: What stands there before the first is combined; None if something was written.
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
        """What it reads."""
        return [source for source in (*self.sources, self.start) if isinstance(source, Access)]

    @property
    def places(self) -> list[Access]:
        """What it reads, and what it writes."""
        return [*self.reads, self.out]

    def cut(self, axis: int, inner: int) -> Nest:
        """Return the same nest with a loop in two, of which the inner one runs `inner` times."""
        count = self.dims[axis]
        dims = (*self.dims[:axis], count // inner, inner, *self.dims[axis + 1 :])
        summed = {a + (a > axis) for a in self.summed} | ({axis + 1} & {a + 1 for a in self.summed})
        return self._with(dims, [place.cut(axis, inner) for place in self.places], summed)

    def merged(self) -> Nest:
        """Return the same nest in as few loops as there can be."""
        nest = self
        axis = len(nest.dims) - 1
        while axis >= 0:
            outer = axis - 1
            if nest.dims[axis] == 1:
                nest = nest.without(axis)
            elif outer >= 0 and nest._follows(outer):
                count = nest.dims[axis]
                dims = (*nest.dims[:outer], nest.dims[outer] * count, *nest.dims[axis + 1 :])
                places = [place.without(outer) for place in nest.places]
                nest = nest._with(dims, places, {a - (a > outer) for a in nest.summed})
            axis -= 1
        if nest.start is not None and not nest.summed:  # one term is no sum
            nest = replace(nest, combine="", start=None)
        return nest

    def _follows(self, outer: int) -> bool:
        """Say whether a loop goes on where the one inside it ends, everywhere."""
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
        out = places.pop()
        found = iter(places)
        sources = tuple([next(found) if isinstance(s, Access) else s for s in self.sources])
        start = next(found) if isinstance(self.start, Access) else self.start
        return replace(
            self, dims=dims, sources=sources, start=start, out=out, summed=frozenset(summed)
        )


def nests_of(program: Program) -> tuple[list[Nest], list[Var], Results]:
    """Return a nest for each instruction, and for each result; variables; where the results are."""
    variables = list(program.variables)
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
    """Add the nests that put all outputs in a row, and return the variable of that."""
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
    """Return the variable of a gradient, with a nest that copies it there unless it is one."""
    name = f"d_{variables[argument.var].name}"
    if isinstance(operand, View) and operand.var not in others:
        variable = variables[operand.var]
        name = variable.name or name
        own = variable.role not in ("input", "live", "constant") and not variable.truth
        if own and variable.batched == argument.batched and in_order(variables, operand):
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
    """Return the nest of a function of operands in the loops of its result."""
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
        what = "copy" if operands[1] == 1.0 else "negative"
        return _elementwise(variables, what, operands[:1], out, "add")
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
    """The loops of a nest, of which the samples are the outermost.

    Attributes:
        samples: The loop over samples, if there is one.
        over_samples: Whether the result has none: it is a sum along that loop.
    """

    def __init__(self, variables: Sequence[Var], views: Sequence[View], out: View) -> None:
        self.variables = variables
        own = variables[out.var].batched
        batch = own or any(variables[view.var].batched for view in views)
        self.samples = (SAMPLES,) if batch else ()
        self.over_samples = batch and not own

    def access(self, view: View) -> Access:
        """Return a view in the loops of the nest."""
        offset, dims, strides = view.loops
        own = [stride if count > 1 else 0 for count, stride in zip(dims, strides)]
        return Access(view.var, offset, self.strides(view, own))

    def strides(self, view: View, own: Sequence[int]) -> tuple[int, ...]:
        """Return how far the loops step in a variable, those of samples put before its own."""
        variable = self.variables[view.var]
        return (*[variable.size * variable.batched for _ in self.samples], *own)

    def summed(self, axes: Iterable[int]) -> frozenset[int]:
        """Return the loops that a sum goes along: these, and that over samples."""
        return frozenset([*[0] * self.over_samples, *[len(self.samples) + a for a in axes]])


def _matmul(loops: _Loops, step: Instruction) -> Nest:
    one, other = step.views
    (rows, inner), (columns, _) = one.loops.dims, other.loops.dims

    def spread(view: View, first: int, second: int) -> Access:
        access = loops.access(view)
        own = [0, 0, 0]
        own[first], own[second] = access.strides[-2:]
        return access._replace(strides=loops.strides(view, own))

    return Nest(
        (*loops.samples, rows, columns, inner),
        spread(step.out, 0, 1),
        "multiply",
        (spread(one, 0, 2), spread(other, 1, 2)),
        "add",
        loops.summed([2]),
        0.0,
    )


def _taken(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    looked, along, dims = _looked_up(loops, step, source, step.out)
    return Nest(dims, along, "copy", (looked,))


def _scattered(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    looked, along, dims = _looked_up(loops, step, step.out, source)
    return Nest(dims, looked, "copy", (along,), "add", loops.summed([0]))


def _looked_up(
    loops: _Loops, step: Instruction, by_table: View, in_order: View
) -> tuple[Access, Access, tuple[int, ...]]:
    """Return the accesses of a loop by a table, and one by one, and how often it runs."""
    assert step.table is not None
    count = len(step.table)
    flat = (
        in_order.loops.split((count,)) if count != 1 else Loops(in_order.loops.offset, (1,), (0,))
    )
    assert flat is not None  # `verify` has seen to that
    steps = (*[0 for _ in loops.samples], 1)
    looked = Access(by_table.var, 0, loops.strides(by_table, [0]), step.table, steps)
    return looked, loops.access(View(in_order.var, flat)), (*loops.samples, count)


def _reduced(loops: _Loops, step: Instruction) -> Nest:
    (source,) = step.views
    read, summed = loops.access(source), loops.summed(step.axes)
    still = [0 if axis in summed else stride for axis, stride in enumerate(read.strides)]
    function = step.name.split()[1]
    start: Source = 0.0 if function == "add" else read._replace(strides=tuple(still))
    dims = loops.samples + source.loops.dims
    return Nest(dims, loops.access(step.out), "copy", (read,), function, summed, start)
