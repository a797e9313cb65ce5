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
                places = [
                    p._replace(
                        strides=p.strides[:outer] + p.strides[axis:],
                        steps=p.steps[:outer] + p.steps[axis:],
                    )
                    for p in nest.places
                ]
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
        places = [
            p._replace(
                strides=p.strides[:axis] + p.strides[axis + 1 :],
                steps=p.steps[:axis] + p.steps[axis + 1 :],
            )
            for p in self.places
        ]
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
    variables.append(Var(len(program.outputs), program.batch, role="output", name="outputs"))
    outputs = len(variables) - 1
    for place, output in enumerate(program.outputs):
        source: Operand = float(output) if not isinstance(output, tuple) else View(
            output[0], Loops(output[1], (), ()))  # fmt: skip
        nests.append(
            _elementwise(variables, "copy", (source,), View(outputs, Loops(place, (), ())))
        )
    gradients: list[int] = []
    for operand, argument in program.gradients:
        name = f"d_{variables[argument.var].name}"
        if isinstance(operand, View) and operand.var not in gradients:
            variable = variables[operand.var]
            name = variable.name or name
            own = variable.role not in ("input", "live", "constant") and not variable.truth
            if own and variable.batched == argument.batched and in_order(variables, operand):
                variables[operand.var] = replace(variable, role="output", name=name)
                gradients.append(operand.var)
                continue
        size = math.prod(argument.shape)
        variables.append(Var(size, argument.batched, role="output", name=name))
        gradients.append(len(variables) - 1)
        loops = contiguous(operand.loops.dims if isinstance(operand, View) else (size,))
        whole = View(gradients[-1], loops)
        if size:
            nests.append(_elementwise(variables, "copy", (operand,), whole).merged())
    return nests, variables, Results(outputs, tuple(gradients))


def _whole(variables: Sequence[Var], view: View) -> View:
    return View(view.var, contiguous((variables[view.var].size,)))


def _access(variables: Sequence[Var], view: View, batch: bool) -> Access:
    """Return a view in the loops of a nest, of which the samples are the outermost."""
    offset, dims, strides = view.loops
    strides = tuple([s if n > 1 else 0 for n, s in zip(dims, strides)])
    if batch:
        strides = (variables[view.var].size * variables[view.var].batched, *strides)
    return Access(view.var, offset, strides)


def _elementwise(
    variables: Sequence[Var],
    name: str,
    operands: Sequence[Operand],
    out: View,
    combine: str = "",
) -> Nest:
    """Return the nest of a function of operands in the loops of its result."""
    batch = variables[out.var].batched or any(
        variables[view.var].batched for view in operands if isinstance(view, View)
    )
    sources = tuple([
        _access(variables, a, batch) if isinstance(a, View) else a for a in operands
    ])  # fmt: skip
    dims = ((SAMPLES,) if batch else ()) + out.loops.dims
    return Nest(dims, _access(variables, out, batch), name, sources, combine)


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
    if name == "matmul":
        return _matmul(variables, step)
    if name in ("take", "scatter"):
        return _looked_up(variables, step)
    if name.startswith("reduce "):
        return _reduced(variables, step)
    return _elementwise(variables, name, operands, out)


def _matmul(variables: Sequence[Var], step: Instruction) -> Nest:
    one, other = step.views
    (rows, inner), (columns, _) = one.loops.dims, other.loops.dims
    batch = any(variables[view.var].batched for view in (one, other, step.out))
    samples = (SAMPLES,) if batch else ()

    def spread(view: View, first: int, second: int) -> Access:
        access = _access(variables, view, batch)
        *own, a, b = access.strides
        strides = [0, 0, 0]
        strides[first], strides[second] = a, b
        return access._replace(strides=(*own, *strides))

    summed = {len(samples) + 2} | ({0} if batch and not variables[step.out.var].batched else set())
    return Nest(
        (*samples, rows, columns, inner),
        spread(step.out, 0, 1),
        "multiply",
        (spread(one, 0, 2), spread(other, 1, 2)),
        "add",
        frozenset(summed),
        0.0,
    )


def _looked_up(variables: Sequence[Var], step: Instruction) -> Nest:
    """Return the nest of `take`, which reads by a table, or `scatter`, which adds by one."""
    assert step.table is not None
    (source,) = step.views
    table, count = step.table, len(step.table)
    gather = step.name == "take"
    batch = variables[step.out.var].batched or variables[source.var].batched
    samples = (SAMPLES,) if batch else ()
    step_one = (*[0] * batch, 1)
    plain = step.out if gather else source
    flat = plain.loops.split((count,)) if count != 1 else Loops(plain.loops.offset, (1,), (0,))
    assert flat is not None  # `verify` has seen to that
    along = _access(variables, View(plain.var, flat), batch)
    by_table = (source if gather else step.out).var
    own = (variables[by_table].size * variables[by_table].batched,) if batch else ()
    looked = Access(by_table, 0, (*own, 0), table, step_one)
    if gather:
        return Nest((*samples, count), along, "copy", (looked,))
    summed = {len(samples)} | ({0} if batch and not variables[by_table].batched else set())
    return Nest((*samples, count), looked, "copy", (along,), "add", frozenset(summed))


def _reduced(variables: Sequence[Var], step: Instruction) -> Nest:
    (source,) = step.views
    function = step.name.split()[1]
    batch = variables[step.out.var].batched or variables[source.var].batched
    shift = int(batch)
    read = _access(variables, source, batch)
    summed = {axis + shift for axis in step.axes}
    if batch and not variables[step.out.var].batched:
        summed.add(0)
    dims = ((SAMPLES,) if batch else ()) + source.loops.dims
    first = read._replace(
        strides=tuple([0 if a in summed else s for a, s in enumerate(read.strides)])
    )
    start: Source = 0.0 if function == "add" else first
    return Nest(dims, _access(variables, step.out, batch), "copy", (read,), function,
                frozenset(summed), start)  # fmt: skip
