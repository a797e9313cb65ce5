"""Lines: one array instruction as one line of NumPy, or two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import (
    Instruction,
    Loops,
    Numbers,
    Operand,
    View,
    axes_of,
    contiguous,
    transposed,
)
from autograd_core.compiler.printers.names import Names
from autograd_core.compiler.printers.numpy.buffers import Buffer, is_plain

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
        name, operands, out, axes, table = instruction
        if name == "zero":
            return [f"{self.view(out)}.fill(0.0)"]
        if name.startswith("reduce "):
            return [self._reduce(name.split()[1], operands[0], out, axes)]
        if name == "matmul":
            left, right = operands
            assert isinstance(left, View)
            assert isinstance(right, View)
            return [self._matmul(left, right, out)]
        if name in ("take", "scatter"):
            assert table is not None
            (operand,) = operands
            assert isinstance(operand, View)
            return [getattr(self, f"_{name}")(operand, table, out)]
        *items, target = self._elementwise(instruction)
        if name in ("copy", "update"):
            return [f"{target}[...] = {items[0]}"]
        if name == "accumulate":
            function = "add" if instruction.operands[1] == 1.0 else "subtract"
            self.functions.add(function)
            target = self._elementwise(instruction)[-1]  # it is needed twice, so it gets a name
            return [f"{function}({target}, {items[0]}, out={target})"]
        if name == "where":
            condition, a, b = items
            lines = [] if b == target else [f"{target}[...] = {b}"]
            if self._fills(instruction):  # half the time of copyto
                return [*lines, f"putmask({target}, {condition}, {a})"]
            return [*lines, f"copyto({target}, {a}, where={condition})"]
        if name == "negative" and not is_plain(instruction, self.buffers):
            # NumPy 2.2 to 2.4 with AVX-512 negates wrongly from rows of 64 bytes to strided ones
            name, items = "multiply", ["-1.0", *items]
        self.functions.add(name)
        if self.takes_out(name):
            return [f"{name}({', '.join(items)}, out={target})"]
        return [f"{target}[...] = {name}({', '.join(items)})"]

    def _fills(self, instruction: Instruction) -> bool:
        """Say whether a `where` puts one number wherever as many bools as there are numbers say."""
        condition, number, _ = instruction.operands
        if not isinstance(condition, View) or isinstance(number, View):
            return False
        one, other = self.buffers[condition.var], self.buffers[instruction.out.var]
        return one.batched == other.batched and is_plain(instruction, self.buffers)

    def _elementwise(self, instruction: Instruction) -> list[str]:
        """Return the text of the operands and of the result, for NumPy to broadcast."""
        operands = [*instruction.operands, instruction.out]
        views = [a for a in operands if isinstance(a, View)]
        shapes = {self.buffers[view.var].shape for view in views}
        if is_plain(instruction, self.buffers) and len(shapes) == 1:
            return [
                    self.view(a, contiguous(self.buffers[a.var].shape))
                    if isinstance(a, View) else repr(float(a)) for a in operands
                ]  # fmt: skip
        dims = instruction.out.loops.dims
        kept = [i for i, n in enumerate(dims) if n > 1]
        texts = []
        for a in operands:
            if not isinstance(a, View):
                texts.append(repr(float(a)))
                continue
            loops = a.loops
            axes = kept
            if a is not instruction.out and not self.buffers[a.var].batched:
                moving = [i for i in kept if loops.strides[i]]
                axes = [i for i in kept if moving and i >= moving[0]]
            texts.append(self.view(a, axes_of(loops, axes)))
        return texts

    def table(self, table: npt.NDArray[Any]) -> str:
        """Return the name of an array of positions."""
        table = table.astype(np.intp)  # the machine's: NumPy takes no longer ones in a browser
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = self.names.numbered("index")
        self.tables[name] = table
        return name

    def _reduce(self, name: str, operand: Operand, out: View, axes: tuple[int, ...]) -> str:
        """Return a sum or another reduction of an operand along axes, and along the samples."""
        assert isinstance(operand, View)
        many, dims = self.buffers[operand.var].batched, operand.loops.dims
        kept = [i for i, n in enumerate(dims) if n > 1 and i not in axes]
        places = sorted([*kept, *axes])
        walk, whole = axes_of(operand.loops, places), axes_of(out.loops, kept)
        added = [places.index(axis) + many for axis in axes]
        if many and not self.buffers[out.var].batched:
            added.insert(0, 0)
        target, rows = self.view(out, whole), self.view(operand, walk)
        if name == "add":
            ones = self._ones(walk, many, added[0]) if len(added) == 1 else ""
            if ones:
                last = added[0] == len(places) + many - 1
                pair = f"{rows}, {ones}" if last else f"{ones}, {rows}"
                return self._product_with_ones(pair, out, whole, target)
            # of -0.0 alone NumPy gives -0.0
            return f"total({rows}, {_axes_text(added)}, None, {target}, False, 0.0)"
        self.functions.add(name)
        if any(walk.strides[places.index(axis)] < 0 for axis in axes):
            rows += ".copy()"  # backwards NumPy 2.0 takes another number for the first
        if added == [1] and len(places) + many == 2 and walk.dims[-1] <= _SHORT:
            return f"{name}.reduce({rows}.T.copy(), 0, None, {target})"
        return f"{name}.reduce({rows}, {_axes_text(added)}, None, {target})"

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

    def _take(self, operand: View, table: Numbers, out: View) -> str:
        target = self._flat(out)
        axis = 1 if self.buffers[operand.var].batched else 0
        return f"{self._flat(operand)}.take({self.table(table)}, {axis}, {target}, 'clip')"

    def _scatter(self, operand: View, table: Numbers, out: View) -> str:
        values, target = self._flat(operand), self._flat(out)
        if not self.buffers[out.var].batched:
            return f"{target}[...] = bincount({self.table(table)}, {values}, {out.loops.size})"
        order = np.argsort(table, kind="stable")
        positions, starts = np.unique(table[order], return_index=True)
        parts = ", ".join(map(self.table, (order, starts, positions)))
        return f"scatter({values}, {parts}, {target})"

    # ---- matrix products -------------------------------------------------------------------

    def _matmul(self, left: View, right: View, out: View) -> str:
        """Return `out[p, q] = sum(left[p, t] * right[q, t])`, for each sample if there are any."""
        batched = [self.buffers[view.var].batched for view in (left, right, out)]
        many_left, many_right, many = batched
        if not many and many_left and many_right:
            return self._sum_of_products(left, right, out)
        if many_right and not many_left:
            return self._matmul(right, left, transposed(out))
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        a, b, c = self._rows(left, rows), self._columns(right, columns), out
        if not many and many_left:
            return f"matmul(total({a}, 0), {b}, out={self._product(c)})"
        if many and many_left and not many_right and rows > 1:
            stacked = [self._stacked(left), self._stacked(out)]
            if all(stacked):
                b = self.view(right, transposed(right).loops)
                return f"matmul({stacked[0]}, {b}, out={stacked[1]})"
            a, b = self.view(left), self.view(right, transposed(right).loops)
            return f"matmul({a}, {b}, out={self.view(out)})"
        if many_right:  # NumPy takes no stack of vectors
            a, b = self.view(left), self.view(right, transposed(right).loops)
            return f"matmul({a}, {b}, out={self.view(out)})"
        return f"matmul({a}, {b}, out={self._product(c)})"

    def _product(self, out: View) -> str:
        return self.view(out, axes_of(out.loops, [i for i in (0, 1) if out.loops.dims[i] > 1]))

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


def _axes_text(axes: list[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else str(tuple(axes))
