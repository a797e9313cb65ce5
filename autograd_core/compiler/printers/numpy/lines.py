"""Lines: each array instruction as one or two lines of NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import (
    Instruction,
    Loops,
    View,
    axes_of,
    contiguous,
    transposed,
)
from autograd_core.compiler.printers.names import Names
from autograd_core.compiler.printers.numpy.buffers import (
    Buffer,
    covers_whole_buffers,
    operand_loops,
    reduced_axes,
)

_BLAS_TERMS = 8  # shorter sums are added in the order of the graph
_SHORT_ROW = 16  # numbers: up to here NumPy's loop over rows costs more than a transposed copy


class Lines:
    """Writes instructions.

    Args:
        buffers: The array of each variable.
        tables: Arrays that the program reads by name; tables of positions are added.
        names: Gives out their names.
        view: Returns the text of a view, see `view` in `emit.py`.
        takes_out: Whether an elementary function takes `out=`.

    Attributes:
        functions: The names of the elementary functions that are called so far.
        ones: The vectors of ones that `build` has to make: their length, and their name.
    """

    def __init__(
        self,
        buffers: dict[int, Buffer],
        tables: dict[str, npt.NDArray[Any]],
        names: Names,
        view: Callable[..., str],
        takes_out: Callable[[str], bool],
    ) -> None:
        self.buffers, self.tables, self.names = buffers, tables, names
        self.view, self.takes_out = view, takes_out
        self.functions: set[str] = set()
        self.ones: dict[str, str] = {}

    def of(self, instruction: Instruction) -> list[str]:
        """Return the source of an instruction."""
        if instruction.name.startswith("reduce "):
            return self._reduce(instruction)
        return _SPECIAL.get(instruction.name, Lines._elementwise)(self, instruction)

    def _zero(self, instruction: Instruction) -> list[str]:
        return [f"{self.view(instruction.out)}.fill(0.0)"]

    def _copy(self, instruction: Instruction) -> list[str]:
        item, target = self._broadcast(instruction)
        return [f"{target}[...] = {item}"]

    def _accumulate(self, instruction: Instruction) -> list[str]:
        item, sign = instruction.operands
        function = "add" if sign == 1.0 else "subtract"
        self.functions.add(function)
        added = instruction._replace(operands=(item,))
        text, _ = self._broadcast(added)
        _, target = self._broadcast(added)  # asked for twice, the view is assigned to a name
        return [f"{function}({target}, {text}, out={target})"]

    def _where(self, instruction: Instruction) -> list[str]:
        condition, a, b, target = self._broadcast(instruction)
        lines = [] if b == target else [f"{target}[...] = {b}"]
        if self._is_masked_fill(instruction):  # putmask takes half the time of copyto
            return [*lines, f"putmask({target}, {condition}, {a})"]
        return [*lines, f"copyto({target}, {a}, where={condition})"]

    def _is_masked_fill(self, instruction: Instruction) -> bool:
        """Say whether a `where` writes a constant under a mask with the shape of its result."""
        condition, number, _ = instruction.operands
        if not isinstance(condition, View) or isinstance(number, View):
            return False
        mask, target = self.buffers[condition.var], self.buffers[instruction.out.var]
        return mask.batched == target.batched and covers_whole_buffers(instruction, self.buffers)

    def _elementwise(self, instruction: Instruction) -> list[str]:
        """Return a call of an elementary function."""
        name = instruction.name
        *items, target = self._broadcast(instruction)
        if name == "negative" and not covers_whole_buffers(instruction, self.buffers):
            # NumPy 2.2 to 2.4 with AVX-512 negates rows of 64 bytes wrongly into a strided result
            name, items = "multiply", ["-1.0", *items]
        self.functions.add(name)
        if self.takes_out(name):
            return [f"{name}({', '.join(items)}, out={target})"]
        return [f"{target}[...] = {name}({', '.join(items)})"]

    def _broadcast(self, instruction: Instruction) -> list[str]:
        """Return the operands and the result as text, in shapes that NumPy broadcasts."""
        operands = [*instruction.operands, instruction.out]
        _, walks = operand_loops(instruction, operands, self.buffers)
        following = iter(walks)
        return [
            self.view(a, next(following)) if isinstance(a, View) else repr(float(a))
            for a in operands
        ]

    def table(self, table: npt.NDArray[Any]) -> str:
        """Return the name of an array of positions."""
        table = table.astype(np.intp)  # 32 bits in a browser, where NumPy rejects int64 indices
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = self.names.numbered("index")
        self.tables[name] = table
        return name

    def _reduce(self, instruction: Instruction) -> list[str]:
        """Return a reduction along axes, and along samples that the result does not have."""
        name, out = instruction.name.split()[1], instruction.out
        (operand,) = instruction.views
        places, reduced = reduced_axes(instruction, self.buffers)
        walk = axes_of(operand.loops, places)
        whole = axes_of(out.loops, [axis for axis in places if axis not in instruction.axes])
        target, rows = self.view(out, whole), self.view(operand, walk)
        dims = len(places) + self.buffers[operand.var].batched
        along = str(reduced[0] if len(reduced) == 1 else tuple(reduced))
        if name == "add":
            ones = self._ones(walk, dims > len(places), reduced[0]) if len(reduced) == 1 else ""
            if ones:
                pair = f"{rows}, {ones}" if reduced[0] == dims - 1 else f"{ones}, {rows}"
                return [self._product_with_ones(pair, out, whole, target)]
            # the initial 0.0: without it NumPy's sum of -0.0 alone is -0.0
            return [f"total({rows}, {along}, None, {target}, False, 0.0)"]
        self.functions.add(name)
        if any(operand.loops.strides[axis] < 0 for axis in instruction.axes):
            rows += ".copy()"  # NumPy 2.0 begins with a wrong element if the stride is negative
        if reduced == [1] and dims == 2 and walk.dims[-1] <= _SHORT_ROW:
            return [f"{name}.reduce({rows}.T.copy(), 0, None, {target})"]
        return [f"{name}.reduce({rows}, {along}, None, {target})"]

    def _product_with_ones(self, pair: str, out: View, whole: Loops, target: str) -> str:
        buffer = self.buffers[out.var]
        filled = whole.size == buffer.size or not buffer.batched
        if filled and whole.strides == contiguous(whole.dims).strides:
            return f"dot({pair}, {target})"
        return f"matmul({pair}, out={target})"  # dot needs a contiguous result

    def _ones(self, walk: Loops, batched: bool, axis: int) -> str:
        """Return the name of ones whose product with an array is its sum along an axis, by BLAS.

        Empty if BLAS would need a copy of the array, and for short sums, which are added in the
        order of the graph.
        """
        steps = walk.strides
        if len(steps) + batched > 2 or 0 in steps or (steps and steps[-1] != 1):
            return ""
        if len(steps) == 2 and steps[0] < walk.dims[1]:
            return ""
        samples = batched and axis == 0
        count = "B" if samples else str(walk.dims[axis - batched])
        if not samples and int(count) < _BLAS_TERMS:
            return ""
        if count not in self.ones:
            self.ones[count] = self.names.like(f"ones_{count}")
        return self.ones[count]

    def _flat(self, view: View) -> str:
        walk = view.loops.split((view.loops.size,))
        assert walk is not None
        return self.view(view, walk)

    def _take(self, instruction: Instruction) -> list[str]:
        (operand,), out, table = instruction.views, instruction.out, instruction.table
        assert table is not None
        target = self._flat(out)
        axis = 1 if self.buffers[operand.var].batched else 0
        return [f"{self._flat(operand)}.take({self.table(table)}, {axis}, {target}, 'clip')"]

    def _scatter(self, instruction: Instruction) -> list[str]:
        (operand,), out, table = instruction.views, instruction.out, instruction.table
        assert table is not None
        values, target = self._flat(operand), self._flat(out)
        if not self.buffers[out.var].batched:
            return [f"{target}[...] = bincount({self.table(table)}, {values}, {out.loops.size})"]
        order = np.argsort(table, kind="stable")
        positions, starts = np.unique(table[order], return_index=True)
        parts = ", ".join(map(self.table, (order, starts, positions)))
        return [f"scatter({values}, {parts}, {target})"]

    # ---- matrix products -------------------------------------------------------------------

    def _matmul(self, instruction: Instruction) -> list[str]:
        """Return `out[p, q] = sum(left[p, t] * right[q, t])`, for each sample if there are any."""
        left, right = instruction.views
        return [self._product(left, right, instruction.out)]

    def _product(self, left: View, right: View, out: View) -> str:
        left_batched, right_batched = (self.buffers[view.var].batched for view in (left, right))
        batched = self.buffers[out.var].batched
        if right_batched and not left_batched:
            return self._product(right, left, transposed(out))
        if not batched and right_batched:
            return self._sum_of_products(left, right, out)
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        if right_batched or (batched and rows > 1):
            return self._each_product(left, right, out)
        a, b = self._rows(left, rows), self._columns(right, columns)
        target = self.view(out, axes_of(out.loops, [i for i in (0, 1) if out.loops.dims[i] > 1]))
        if left_batched and not batched:
            a = f"total({a}, 0)"
        return f"matmul({a}, {b}, out={target})"

    def _each_product(self, left: View, right: View, out: View) -> str:
        """Return a product for each sample.

        A shared right factor is multiplied once, with the rows of all samples, if that needs no
        copy. Else all are matrices, even those of one row: matmul has no stacks of vectors.
        """
        if not self.buffers[right.var].batched:
            rows, target = self._stacked(left), self._stacked(out)
            if rows and target:
                return f"matmul({rows}, {self._transposed(right)}, out={target})"
        return f"matmul({self.view(left)}, {self._transposed(right)}, out={self.view(out)})"

    def _transposed(self, view: View) -> str:
        return self.view(view, transposed(view).loops)

    def _rows(self, left: View, rows: int) -> str:
        """Return the left factor of a product; a vector if it has one row."""
        return self.view(left, left.loops if rows > 1 else axes_of(left.loops, [1]))

    def _columns(self, right: View, columns: int) -> str:
        """Return the right factor, transposed; a vector if it has one column."""
        loops = transposed(right).loops
        return self.view(right, loops if columns > 1 else axes_of(loops, [0]))

    def _stacked(self, view: View, transpose: bool = False) -> str:
        """Return the matrices of all samples stacked into one; empty if that needs a copy."""
        buffer, loops = self.buffers[view.var], view.loops
        if loops != contiguous(loops.dims) or loops.size != buffer.size:
            return ""
        rows, _ = loops.dims
        if rows == 1:
            return self.view(view, axes_of(loops, [1]), transpose=transpose)
        return self.view(view, None, rows, transpose)

    def _sum_of_products(self, left: View, right: View, out: View) -> str:
        """Return the sum over samples of their products: one product, if stacking needs no copy."""
        target = self.view(out)
        if left.loops.dims[1] == 1:
            a = self.view(left, axes_of(left.loops, [0]), transpose=True)
            return f"matmul({a}, {self.view(right, axes_of(right.loops, [0]))}, out={target})"
        a, b = self._stacked(transposed(left), transpose=True), self._stacked(transposed(right))
        if a and b:
            return f"matmul({a}, {b}, out={target})"
        a, b = self.view(left), self.view(transposed(right))
        return f"total(matmul({a}, {b}), 0, None, {target})"


_SPECIAL: dict[str, Callable[[Lines, Instruction], list[str]]] = {
    "zero": Lines._zero,
    "copy": Lines._copy,
    "update": Lines._copy,
    "accumulate": Lines._accumulate,
    "where": Lines._where,
    "take": Lines._take,
    "scatter": Lines._scatter,
    "matmul": Lines._matmul,
}
"""Instructions that are not a call of an elementary function (besides `reduce`)."""
