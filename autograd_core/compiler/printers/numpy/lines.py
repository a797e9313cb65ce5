"""Lines: one array instruction as one line of NumPy, or two."""

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
    is_plain,
    operand_loops,
    reduced_axes,
)

_IN_ORDER = 8  # terms: fewer are added one after the other, as the graph does
_SHORT = 16  # numbers in a row: NumPy's loop over rows costs more than a transposed copy


class Lines:
    """Writes instructions.

    Args:
        buffers: Where the variables are.
        tables: Arrays that the program reads by name; more are added.
        names: Gives names for those.
        view: Gives the text of a view, or of other loops over the same variable.
        takes_out: Whether an elementary function takes `out=`.

    Attributes:
        functions: The names of the elementary functions that have been written.
        ones: Arrays of ones that are to be made once: how many, and their names.
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
        return _WRITTEN.get(instruction.name, Lines._called)(self, instruction)

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
        _, target = self._broadcast(added)  # it is needed twice, so it gets a name
        return [f"{function}({target}, {text}, out={target})"]

    def _where(self, instruction: Instruction) -> list[str]:
        condition, a, b, target = self._broadcast(instruction)
        lines = [] if b == target else [f"{target}[...] = {b}"]
        if self._fills(instruction):  # half the time of copyto
            return [*lines, f"putmask({target}, {condition}, {a})"]
        return [*lines, f"copyto({target}, {a}, where={condition})"]

    def _fills(self, instruction: Instruction) -> bool:
        """Say whether a `where` puts one number wherever as many bools as there are numbers say."""
        condition, number, _ = instruction.operands
        if not isinstance(condition, View) or isinstance(number, View):
            return False
        one, other = self.buffers[condition.var], self.buffers[instruction.out.var]
        return one.batched == other.batched and is_plain(instruction, self.buffers)

    def _called(self, instruction: Instruction) -> list[str]:
        """Return an elementary function."""
        name = instruction.name
        *items, target = self._broadcast(instruction)
        if name == "negative" and not is_plain(instruction, self.buffers):
            # NumPy 2.2 to 2.4 with AVX-512 negates wrongly from rows of 64 bytes to strided ones
            name, items = "multiply", ["-1.0", *items]
        self.functions.add(name)
        if self.takes_out(name):
            return [f"{name}({', '.join(items)}, out={target})"]
        return [f"{target}[...] = {name}({', '.join(items)})"]

    def _broadcast(self, instruction: Instruction) -> list[str]:
        """Return the text of the operands and of the result, for NumPy to broadcast."""
        operands = [*instruction.operands, instruction.out]
        _, walks = operand_loops(instruction, operands, self.buffers)
        following = iter(walks)
        return [
            self.view(a, next(following)) if isinstance(a, View) else repr(float(a))
            for a in operands
        ]

    def table(self, table: npt.NDArray[Any]) -> str:
        """Return the name of an array of positions."""
        table = table.astype(np.intp)  # the machine's: NumPy takes no longer ones in a browser
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = self.names.numbered("index")
        self.tables[name] = table
        return name

    def _reduce(self, instruction: Instruction) -> list[str]:
        """Return a sum or another reduction of an operand along axes, and along the samples."""
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
            # of -0.0 alone NumPy gives -0.0
            return [f"total({rows}, {along}, None, {target}, False, 0.0)"]
        self.functions.add(name)
        if any(operand.loops.strides[axis] < 0 for axis in instruction.axes):
            rows += ".copy()"  # backwards NumPy 2.0 takes another number for the first
        if reduced == [1] and dims == 2 and walk.dims[-1] <= _SHORT:
            return [f"{name}.reduce({rows}.T.copy(), 0, None, {target})"]
        return [f"{name}.reduce({rows}, {along}, None, {target})"]

    def _product_with_ones(self, pair: str, out: View, whole: Loops, target: str) -> str:
        buffer = self.buffers[out.var]
        filled = whole.size == buffer.size or not buffer.batched
        if filled and whole.strides == contiguous(whole.dims).strides:
            return f"dot({pair}, {target})"
        return f"matmul({pair}, out={target})"  # dot wants the result in one piece

    def _ones(self, walk: Loops, many: bool, axis: int) -> str:
        """Return the ones whose product with an array is its sum along an axis: BLAS is fast.

        Empty where that would take a copy, and for a few terms: those are added in the order in
        which the graph adds them.
        """
        steps = walk.strides
        if len(steps) + many > 2 or 0 in steps or (steps and steps[-1] != 1):
            return ""
        if len(steps) == 2 and steps[0] < walk.dims[1]:
            return ""
        samples = many and axis == 0
        count = "B" if samples else str(walk.dims[axis - many])
        if not samples and int(count) < _IN_ORDER:
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
        many_left, many_right = (self.buffers[view.var].batched for view in (left, right))
        many = self.buffers[out.var].batched
        if many_right and not many_left:
            return self._product(right, left, transposed(out))
        if not many and many_right:
            return self._sum_of_products(left, right, out)
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        if many_right or (many and rows > 1):
            return self._each_product(left, right, out)
        a, b = self._rows(left, rows), self._columns(right, columns)
        target = self.view(out, axes_of(out.loops, [i for i in (0, 1) if out.loops.dims[i] > 1]))
        if many_left and not many:
            a = f"total({a}, 0)"
        return f"matmul({a}, {b}, out={target})"

    def _each_product(self, left: View, right: View, out: View) -> str:
        """Return a product for each sample: NumPy takes no stack of vectors."""
        if not self.buffers[right.var].batched:
            rows, target = self._stacked(left), self._stacked(out)
            if rows and target:
                return f"matmul({rows}, {self._turned(right)}, out={target})"
        return f"matmul({self.view(left)}, {self._turned(right)}, out={self.view(out)})"

    def _turned(self, view: View) -> str:
        return self.view(view, transposed(view).loops)

    def _rows(self, left: View, rows: int) -> str:
        return self.view(left, left.loops if rows > 1 else axes_of(left.loops, [1]))

    def _columns(self, right: View, columns: int) -> str:
        turned = transposed(right).loops
        return self.view(right, turned if columns > 1 else axes_of(turned, [0]))

    def _stacked(self, view: View, turned: bool = False) -> str:
        """Return the matrices of all samples on top of each other, empty if that takes a copy."""
        buffer, loops = self.buffers[view.var], view.loops
        if loops != contiguous(loops.dims) or loops.size != buffer.size:
            return ""
        rows, _ = loops.dims
        if rows == 1:
            return self.view(view, axes_of(loops, [1]), turned=turned)
        return self.view(view, None, rows, turned)

    def _sum_of_products(self, left: View, right: View, out: View) -> str:
        """Return the product of matrices in which the samples are rows."""
        target = self.view(out)
        if left.loops.dims[1] == 1:
            a = self.view(left, axes_of(left.loops, [0]), turned=True)
            return f"matmul({a}, {self.view(right, axes_of(right.loops, [0]))}, out={target})"
        a, b = self._stacked(transposed(left), turned=True), self._stacked(transposed(right))
        if a and b:
            return f"matmul({a}, {b}, out={target})"
        a, b = self.view(left), self.view(transposed(right))
        return f"total(matmul({a}, {b}), 0, None, {target})"


_WRITTEN: dict[str, Callable[[Lines, Instruction], list[str]]] = {
    "zero": Lines._zero,
    "copy": Lines._copy,
    "update": Lines._copy,
    "accumulate": Lines._accumulate,
    "where": Lines._where,
    "take": Lines._take,
    "scatter": Lines._scatter,
    "matmul": Lines._matmul,
}
"""The instructions that are no call of an elementary function; nor is any `reduce`."""
