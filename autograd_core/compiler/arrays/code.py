"""Code: a program under construction; an instruction that is there already is used again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd_core.compiler.arrays.layout import Loops, Numbers
from autograd_core.compiler.arrays.program import (
    COMPARISONS,
    LOGIC,
    Instruction,
    Operand,
    Var,
    View,
    contiguous,
    in_order,
)
from autograd_core.compiler.arrays.simplify import TAKES_TRUTH, simplified
from autograd_core.compiler.structure import Template, elementary
from autograd_core.table import FLOAT, Floats

_TRUTH = COMPARISONS | LOGIC


def _reduced_dims(dims: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    return tuple([1 if axis in axes else count for axis, count in enumerate(dims)])


def _moving_dims(dims: Sequence[int], views: Sequence[View]) -> tuple[int, ...]:
    """Return the loops with 1 for those in which none of the views moves."""
    return tuple([n if any(v.loops.strides[i] for v in views) else 1 for i, n in enumerate(dims)])


class Code:
    """The variables and instructions of a program under construction.

    Args:
        variables: The variables to start with.

    Attributes:
        variables: All variables, by number.
        instructions: The instructions in order.
        exact: `Var.exact` of the variables that are added.
    """

    def __init__(self, variables: Sequence[Var] = ()) -> None:
        self.variables = list(variables)
        self.instructions: list[Instruction] = []
        self.exact = False
        self._known: dict[object, View] = {}

    # ---- variables and views -----------------------------------------------------------------

    def var(
        self,
        size: int,
        batched: bool = False,
        *,
        truth: bool = False,
        role: str = "temporary",
        name: str = "",
        data: Floats | None = None,
    ) -> int:
        """Add a variable and return its number."""
        self.variables.append(Var(size, batched, truth, role, name, data, self.exact))
        return len(self.variables) - 1

    def full(self, var: int, dims: Sequence[int] | None = None) -> View:
        """Return the view of a whole variable."""
        return View(var, contiguous((self.variables[var].size,) if dims is None else dims))

    def in_order(self, view: View) -> bool:
        """Return whether a view reads all elements of its variable in order."""
        return in_order(self.variables, view)

    def constant(self, data: Floats) -> Operand:
        """Return constant numbers as an operand: a float if they are all the same."""
        first = float(data.flat[0])
        if (data == first).all() and not (first == 0.0 and np.signbit(data).any()):
            return first
        flat = np.ascontiguousarray(data.ravel())
        key = ("constant", flat.tobytes())
        if key not in self._known:
            self._known[key] = self.full(self.var(flat.size, role="constant", data=flat))
        return self._known[key]

    def batched(self, *operands: Operand) -> bool:
        """Return whether one of the operands depends on the sample."""
        return any(isinstance(a, View) and self.variables[a.var].batched for a in operands)

    def truth(self, operand: Operand) -> bool:
        """Return whether an operand consists of bools."""
        return isinstance(operand, View) and self.variables[operand.var].truth

    def reshaped(self, operand: Operand, dims: tuple[int, ...]) -> Operand:
        """Return the same numbers in loops of other dims; a copy if there are no such loops."""
        if not isinstance(operand, View) or operand.loops.dims == dims:
            return operand
        loops = operand.loops.split(dims)
        if loops is not None:
            return View(operand.var, loops)
        return View(self.copy(operand, operand.loops.dims).var, contiguous(dims))

    # ---- instructions ------------------------------------------------------------------------

    def emit(self, name: str, operands: Sequence[Operand], dims: tuple[int, ...]) -> Operand:
        """Return an elementary function of operands in the same loops.

        An equal instruction is not repeated, and a loop along which no operand changes runs once.
        """
        if name == "where" and isinstance(operands[0], View) and not self.truth(operands[0]):
            operands = (self.emit("not_equal", (operands[0], 0.0), dims), *operands[1:])
        simple = simplified(name, operands, [*map(self.truth, operands)])
        if isinstance(simple, (float, View)):
            return simple
        name, items = simple
        if name not in TAKES_TRUTH:
            items = [self.as_numbers(a, dims) for a in items]
        views = [a for a in items if isinstance(a, View)]
        if not views:
            return float(elementary(name, FLOAT)(*items))
        key = (name, tuple([a if isinstance(a, View) else repr(a) for a in items]))
        found = self._known.get(key)
        if found is None:
            inner = _moving_dims(dims, views)
            var = self.var(math.prod(inner), self.batched(*items), truth=name in _TRUTH)
            target = View(var, contiguous(inner))
            self._append(name, [self._narrow(a, inner) for a in items], target)
            found = self._known[key] = View(var, target.loops._replace(dims=dims))
        return found

    def _narrow(self, operand: Operand, dims: tuple[int, ...]) -> Operand:
        if not isinstance(operand, View):
            return operand
        return View(operand.var, operand.loops._replace(dims=dims))

    def as_numbers(self, operand: Operand, dims: tuple[int, ...]) -> Operand:
        """Return bools as 1.0 and 0.0, and numbers unchanged."""
        if not isinstance(operand, View) or not self.truth(operand):
            return operand
        key = ("number", operand)
        if key not in self._known:
            inner = _moving_dims(dims, [operand])
            target = View(self.var(math.prod(inner), self.batched(operand)), contiguous(inner))
            self._append("copy", [self._narrow(operand, inner)], target)
            self._known[key] = View(target.var, target.loops._replace(dims=dims))
        return self._known[key]

    def _view_of_numbers(self, view: View) -> View:
        """Return a view with bools as 1.0 and 0.0."""
        found = self.as_numbers(view, view.loops.dims)
        assert isinstance(found, View)
        return found

    def copy_per_sample(self, operand: Operand, dims: tuple[int, ...]) -> View:
        """Return a batched copy."""
        return self._copied(operand, dims, True)

    def copy(self, operand: Operand, dims: tuple[int, ...]) -> View:
        """Return a contiguous copy."""
        return self._copied(operand, dims, self.batched(operand))

    def _copied(self, operand: Operand, dims: tuple[int, ...], batched: bool) -> View:
        source = operand.loops.dims if isinstance(operand, View) else dims
        out = View(self.var(math.prod(dims), batched), contiguous(source))
        self._append("copy", (operand,), out)
        return View(out.var, contiguous(dims))

    def run(
        self, template: Template, operands: Sequence[Operand], dims: tuple[int, ...]
    ) -> list[Operand]:
        """Append the steps of a template and return its results."""
        numbers: list[Operand] = list(operands)
        for step in template.steps:
            inputs = [numbers[a] if isinstance(a, int) else a for a in step.operands]
            numbers.append(self._step(step.name, inputs, dims))
        return [numbers[a] if isinstance(a, int) else a for a in template.results]

    def _step(self, name: str, inputs: list[Operand], dims: tuple[int, ...]) -> Operand:
        if name not in ("total", "product"):
            return self.emit(name, inputs, dims)
        start, name = (0.0, "add") if name == "total" else (1.0, "multiply")
        result: Operand = start
        for other in inputs:
            result = self.emit(name, (result, other), dims)
        return result

    def sum(self, view: View, axes: Sequence[int], batch: bool = False) -> View:
        """Return the sum along some loops, which run once in the result; with `batch` over samples.

        A loop along which the view does not change is a multiplication by its number of turns.
        """
        number = self._view_of_numbers(view)
        loops = number.loops
        kept = _reduced_dims(loops.dims, axes)
        repeats = math.prod([loops.dims[i] for i in axes if loops.strides[i] == 0])
        inner = _moving_dims(loops.dims, [number])
        summed = tuple([axis for axis in axes if inner[axis] > 1])
        batched = self.variables[number.var].batched
        batch = batch and batched
        result = View(number.var, loops._replace(dims=kept))
        if summed or batch:
            dims = _reduced_dims(inner, summed)
            out = View(self.var(math.prod(dims), batched and not batch), contiguous(dims))
            self._append("reduce add", [self._narrow(number, inner)], out, summed)
            result = View(out.var, out.loops._replace(dims=kept))
        if repeats > 1:
            scaled = self.emit("multiply", (result, float(repeats)), kept)
            assert isinstance(scaled, View)
            return scaled
        return result

    def reduce(self, name: str, view: View, axes: Sequence[int]) -> View:
        """Return the maximum or minimum, by `name`, along some loops."""
        view = self._view_of_numbers(view)
        inner = _moving_dims(view.loops.dims, [view])
        dims = _reduced_dims(inner, axes)
        out = View(self.var(math.prod(dims), self.batched(view)), contiguous(dims))
        self._append(f"reduce {name}", [self._narrow(view, inner)], out, tuple(axes))
        return View(out.var, out.loops._replace(dims=_reduced_dims(view.loops.dims, axes)))

    def take(self, var: int, table: Numbers) -> View:
        """Return the elements of a variable at the positions of a table, in one loop."""
        key = ("take", var, table.tobytes())
        if key not in self._known:
            variable = self.variables[var]
            out = self.full(self.var(table.size, variable.batched, truth=variable.truth))
            self._append("take", (self.full(var),), out, table=table)
            self._known[key] = out
        return self._known[key]

    def scatter(self, view: View, table: Numbers, size: int, batched: bool) -> View:
        """Return `size` sums: each element of `view` is added at its position in the table."""
        view = self._view_of_numbers(view)
        if self.variables[view.var].batched and not batched:
            view = self.sum(view, (), batch=True)
        out = self.full(self.var(size, batched))
        self._append("scatter", (view,), out, table=table)
        return out

    def matmul(self, left: View, right: View, batched: bool) -> View:
        """Return `out[p, q] = sum(left[p, t] * right[q, t])`.

        The sum is over the samples too if an operand is batched and the result is not.
        """
        left, right = self._view_of_numbers(left), self._view_of_numbers(right)
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        out = self.full(self.var(rows * columns, batched), (rows, columns))
        self._append("matmul", (left, right), out)
        return out

    # ---- writing a variable in parts ---------------------------------------------------------

    def zero(self, var: int) -> None:
        """Set a whole variable to 0."""
        self._append("zero", (), self.full(var))

    def update(self, out: View, value: Operand, *, add: bool) -> None:
        """Write numbers through a view, or with `add` add them to what is there."""
        if add:
            self._append("accumulate", (value, 1.0), out)
        else:
            self._append("update", (value,), out)

    def _append(
        self,
        name: str,
        operands: Sequence[Operand],
        out: View,
        axes: tuple[int, ...] = (),
        table: Numbers | None = None,
    ) -> None:
        self.instructions.append(Instruction(name, tuple(operands), out, axes, table))


def transposed(view: View) -> View:
    """Return a view with its loops in the opposite order."""
    loops = view.loops
    return View(view.var, Loops(loops.offset, loops.dims[::-1], loops.strides[::-1]))
