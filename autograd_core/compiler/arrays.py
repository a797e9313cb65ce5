"""Arrays: writes the instructions of a program; what is there already is not computed again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.instructions import (
    COMPARISONS,
    Instruction,
    Operand,
    Var,
    View,
    contiguous,
)
from autograd_core.compiler.layout import Numbers
from autograd_core.compiler.simplify import simplified
from autograd_core.compiler.tape import Template, elementary
from autograd_core.table import FLOAT

_TRUTH = COMPARISONS | {"logical_not", "logical_and"}


def _without(dims: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    return tuple([1 if axis in axes else count for axis, count in enumerate(dims)])


@dataclass
class Code:
    """Variables and instructions, in the making.

    Attributes:
        variables: All variables, by number.
        instructions: What is done, in order.
    """

    variables: list[Var] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    _known: dict[object, View] = field(default_factory=dict)

    def var(self, size: int, batched: bool = False, **attributes: object) -> int:
        """Add a variable and return its number."""
        self.variables.append(Var(size, batched, **attributes))  # type: ignore[arg-type]
        return len(self.variables) - 1

    def full(self, var: int, dims: Sequence[int] | None = None) -> View:
        """Return the view of a whole variable."""
        return View(var, contiguous((self.variables[var].size,) if dims is None else dims))

    def in_order(self, view: View) -> bool:
        """Say whether a view is a whole variable in order."""
        whole = view.loops.size == self.variables[view.var].size
        return whole and view.loops == contiguous(view.loops.dims)

    def constant(self, data: npt.NDArray[np.float64]) -> Operand:
        """Return numbers known in advance: a plain one if they are all the same."""
        first = float(data.flat[0])
        if (data == first).all() and not (first == 0.0 and np.signbit(data).any()):
            return first
        flat = np.ascontiguousarray(data.ravel())
        key = ("constant", flat.tobytes())
        if key not in self._known:
            self._known[key] = self.full(self.var(flat.size, role="constant", data=flat))
        return self._known[key]

    def batched(self, *operands: Operand) -> bool:
        """Say whether something here depends on the sample."""
        return any(isinstance(a, View) and self.variables[a.var].batched for a in operands)

    def truth(self, operand: Operand) -> bool:
        """Say whether an operand consists of bools."""
        return isinstance(operand, View) and self.variables[operand.var].truth

    def emit(
        self, name: str, operands: Sequence[Operand], dims: tuple[int, ...], out: View | None = None
    ) -> Operand:
        """Return an elementary function of operands in the same loops.

        What was computed before is not computed again; what does not change along a loop is
        computed once for it.
        """
        simple = simplified(self, name, operands, dims)
        if isinstance(simple, (float, View)):
            if out is None:
                return simple
            self._append(Instruction("copy", (simple,), out))
            return out
        name, operands = simple
        views = [a for a in operands if isinstance(a, View)]
        if not views:
            result = elementary(name, FLOAT)(*operands)
            if out is None:
                return float(result)
            self._append(Instruction("copy", (float(result),), out))
            return out
        if out is not None:
            self._append(Instruction(name, tuple(operands), out))
            return out
        key = (name, tuple([a if isinstance(a, View) else repr(a) for a in operands]))
        found = self._known.get(key)
        if found is None:
            moves = [any(v.loops.strides[i] for v in views) for i in range(len(dims))]
            inner = tuple([count if move else 1 for count, move in zip(dims, moves)])
            var = self.var(math.prod(inner), self.batched(*operands), truth=name in _TRUTH)
            target = View(var, contiguous(inner))
            narrowed = [self._narrow(a, inner) for a in operands]
            self._append(Instruction(name, tuple(narrowed), target))
            found = View(var, target.loops._replace(dims=dims))
            self._known[key] = found
        return found

    def _narrow(self, operand: Operand, dims: tuple[int, ...]) -> Operand:
        if not isinstance(operand, View):
            return operand
        return View(operand.var, operand.loops._replace(dims=dims))

    def number(self, operand: Operand, dims: tuple[int, ...]) -> Operand:
        """Return bools as 1.0 and 0.0."""
        if not self.truth(operand):
            return operand
        assert isinstance(operand, View)
        key = ("number", operand)
        if key not in self._known:
            moves = [count if s else 1 for count, s in zip(dims, operand.loops.strides)]
            var = self.var(math.prod(moves), self.batched(operand))
            target = View(var, contiguous(moves))
            self._append(Instruction("copy", (self._narrow(operand, tuple(moves)),), target))
            self._known[key] = View(var, target.loops._replace(dims=dims))
        return self._known[key]

    def spread(self, operand: Operand, dims: tuple[int, ...]) -> View:
        """Return a copy for each sample."""
        return self.copy(operand, dims, View(self.var(math.prod(dims), True), contiguous(dims)))

    def copy(self, operand: Operand, dims: tuple[int, ...], out: View | None = None) -> View:
        """Return a copy in consecutive positions, or in `out`."""
        if out is None:
            out = View(self.var(math.prod(dims), self.batched(operand)), contiguous(dims))
        if isinstance(operand, View) and operand.loops.dims != out.loops.dims:
            walk = operand.loops.split(out.loops.dims)
            if walk is not None:
                operand = View(operand.var, walk)
            else:
                narrow = out.loops.split(operand.loops.dims)
                assert narrow is not None
                self._append(Instruction("copy", (operand,), View(out.var, narrow)))
                return out
        self._append(Instruction("copy", (operand,), out))
        return out

    def run(
        self, template: Template, operands: Sequence[Operand], dims: tuple[int, ...]
    ) -> list[Operand]:
        """Append the steps of a rule and return its results."""
        numbers: list[Operand] = list(operands)
        for step in template.steps:
            inputs = [numbers[a] if isinstance(a, int) else a for a in step.operands]
            numbers.append(self._step(step.name, inputs, dims))
        return [numbers[a] if isinstance(a, int) else a for a in template.results]

    def _step(self, name: str, inputs: list[Operand], dims: tuple[int, ...]) -> Operand:
        if name not in ("total", "product"):
            return self.emit(name, inputs, dims)
        result = inputs[0]
        for other in inputs[1:]:
            result = self.emit("add" if name == "total" else "multiply", (result, other), dims)
        return result

    def sum(
        self, view: View, axes: Sequence[int], batch: bool = False, out: View | None = None
    ) -> View:
        """Return the sum along some loops, and over the samples with `batch`.

        The result has the same loops, but for those that have been added up.
        """
        number = self.number(view, view.loops.dims)
        assert isinstance(number, View)
        kept = tuple([1 if i in axes else n for i, n in enumerate(number.loops.dims)])
        repeats = 1
        inner = list(number.loops.dims)
        for axis, (count, stride) in enumerate(zip(number.loops.dims, number.loops.strides)):
            if stride == 0:
                inner[axis] = 1
                repeats *= count if axis in axes else 1
        narrow = View(number.var, number.loops._replace(dims=tuple(inner)))
        summed = [axis for axis in axes if inner[axis] > 1]
        batch = batch and self.variables[number.var].batched
        batched = self.variables[number.var].batched and not batch
        direct = out if repeats == 1 and kept == tuple(_without(inner, summed)) else None
        if direct is not None and self.variables[direct.var].batched != batched:
            direct = None
        if summed or batch:
            dims = _without(inner, summed)
            target = direct or View(self.var(math.prod(dims), batched), contiguous(dims))
            self._append(Instruction("reduce add", (narrow,), target, tuple(summed)))
        else:
            target = narrow
        result = View(target.var, target.loops._replace(dims=kept))
        if repeats > 1:
            scaled = self.emit("multiply", (result, float(repeats)), kept)
            assert isinstance(scaled, View)
            result = scaled
        if out is not None and out.var != result.var:
            return self.copy(result, kept, out)
        return result

    def reduce(self, name: str, view: View, axes: Sequence[int]) -> View:
        """Return the largest or smallest along some loops (`name` is the function of two)."""
        inner = [n if s else 1 for n, s in zip(view.loops.dims, view.loops.strides)]
        dims = _without(inner, axes)
        out = View(self.var(math.prod(dims), self.batched(view)), contiguous(dims))
        narrow = View(view.var, view.loops._replace(dims=tuple(inner)))
        self._append(Instruction(f"reduce {name}", (narrow,), out, tuple(axes)))
        return View(out.var, out.loops._replace(dims=_without(view.loops.dims, axes)))

    def take(self, var: int, table: Numbers) -> View:
        """Return the elements of a variable at irregular positions, one after the other."""
        key = ("take", var, table.tobytes())
        if key not in self._known:
            variable = self.variables[var]
            out = self.full(self.var(table.size, variable.batched, truth=variable.truth))
            self._append(Instruction("take", (self.full(var),), out, table=table))
            self._known[key] = out
        return self._known[key]

    def scatter(self, view: View, table: Numbers, size: int, batched: bool) -> View:
        """Return sums of elements: each of `view` is added at its position in the result."""
        if self.variables[view.var].batched and not batched:
            view = self.sum(view, (), batch=True)
        out = self.full(self.var(size, batched))
        self._append(Instruction("scatter", (view,), out, table=table))
        return out

    def matmul(self, left: View, right: View, batched: bool, out: View | None = None) -> View:
        """Return `out[p, q] = sum(left[p, t] * right[q, t])`.

        Over the samples as well if an operand has them and the result (`batched`) has not.
        """
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        if out is None:
            out = self.full(self.var(rows * columns, batched), (rows, columns))
        self._append(Instruction("matmul", (left, right), out))
        return out

    def zero(self, var: int) -> None:
        """Set a whole variable to 0."""
        self._append(Instruction("zero", (), self.full(var)))

    def _append(self, instruction: Instruction) -> None:
        self.instructions.append(instruction)
