"""Emit: array instructions as NumPy source, with buffers that are allocated once and used again."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import COMPARISONS, Code, Instruction, Operand, View, contiguous
from autograd_core.compiler.layout import Loops, Numbers
from autograd_core.compiler.tape import elementary
from autograd_core.kinds import ARRAY

_NUMPY = COMPARISONS | {
    "add", "subtract", "multiply", "negative", "logical_not", "logical_and",
}  # fmt: skip


@dataclass
class Text:
    """The source of an array program and what it needs to run.

    Attributes:
        source: Defines `build(B)`, which allocates buffers and returns `run`.
        functions: Names of the functions that it calls.
        tables: Arrays of numbers and positions that it reads.
        doubles: Floats per sample in buffers, and in all.
        matmuls: How many matrix products there are.
        calls: How many array operations.
    """

    source: str
    functions: frozenset[str]
    tables: dict[str, npt.NDArray[Any]]
    doubles: tuple[int, int]
    matmuls: int
    calls: int


def function_of(name: str) -> Callable[..., Any]:
    """Return the NumPy function that an instruction calls."""
    return getattr(np, name) if name in _NUMPY else elementary(name, ARRAY)


def emit(
    code: Code,
    inputs: Sequence[int],
    outputs: Sequence[tuple[int, int] | float],
    gradients: Sequence[Operand],
    sizes: Sequence[tuple[int, bool]],
    batch: bool,
) -> Text:
    """Return the source of a program.

    Args:
        code: Its instructions.
        inputs: The variables that hold the arguments, live leaves last.
        outputs: Variable and position of each output, or a constant.
        gradients: Where the gradients are.
        sizes: How many numbers each gradient has, and whether for each sample.
        batch: Whether the program runs on many samples.
    """
    return _Emitter(code, inputs, outputs, gradients, sizes, batch).text()


class _Emitter:
    def __init__(
        self,
        code: Code,
        inputs: Sequence[int],
        outputs: Sequence[tuple[int, int] | float],
        gradients: Sequence[Operand],
        sizes: Sequence[tuple[int, bool]],
        batch: bool,
    ) -> None:
        self.code = code
        self.inputs, self.outputs = inputs, outputs
        self.gradients, self.sizes = gradients, sizes
        self.batch = batch
        self.pinned = {out[0] for out in outputs if isinstance(out, tuple)}
        self.pinned |= {view.var for view in gradients if isinstance(view, View)}
        self.instructions = self._needed()
        self.names: dict[int, str] = {}
        self.setup: list[str] = []
        self.views: dict[str, str] = {}  # expression -> name
        self.view_count: dict[str, int] = {}
        self.tables: dict[str, npt.NDArray[Any]] = {}
        self.functions: set[str] = set()
        self.batched_doubles = 0
        self.shared_doubles = 0
        self.taken: set[str] = set()

    def _needed(self) -> list[Instruction]:
        """Return the instructions whose results are used."""
        needed = set(self.pinned)
        kept = []
        for instruction in reversed(self.code.instructions):
            if instruction.out.var in needed:
                kept.append(instruction)
                needed.update(a.var for a in instruction.operands if isinstance(a, View))
        return kept[::-1]

    # ---- buffers ---------------------------------------------------------------------------

    def _allocate(self) -> None:
        """Give every variable a buffer; buffers whose numbers are done with are used again."""
        last: dict[int, int] = {}
        for position, instruction in enumerate(self.instructions):
            for operand in (*instruction.operands, instruction.out):
                if isinstance(operand, View):
                    last[operand.var] = position
        for var in self.pinned:
            last[var] = len(self.instructions)
        free: dict[tuple[int, bool, bool], list[str]] = {}
        for index, var in enumerate(self.inputs):
            self._new_buffer(var)
            if index < len(self.inputs) - 1 and not self.code.variables[var].name:
                raise AssertionError("inputs have names")
        for position, instruction in enumerate(self.instructions):
            dying = [
                a.var
                for a in dict.fromkeys(a for a in instruction.operands if isinstance(a, View))
                if last[a.var] == position
                and self.code.variables[a.var].role not in ("input", "live", "constant")
            ]
            dying = list(dict.fromkeys(dying))
            for operand in instruction.operands:
                if isinstance(operand, View) and operand.var not in self.names:
                    self._new_buffer(operand.var)  # a constant
            out = instruction.out
            if out.var not in self.names:
                reused = self._in_place(instruction, dying)
                key = self._shape(out.var)
                if reused is not None:
                    self.names[out.var] = self.names[reused]
                    dying.remove(reused)
                elif free.get(key):
                    self.names[out.var] = free[key].pop()
                else:
                    self._new_buffer(out.var)
            for var in dying:
                free.setdefault(self._shape(var), []).append(self.names[var])
        for var in sorted(self.pinned - set(self.names)):
            self._new_buffer(var)

    def _in_place(self, instruction: Instruction, dying: list[int]) -> int | None:
        """Return the operand whose buffer may take the result."""
        if not self._is_ufunc(instruction.name):
            return None
        out = instruction.out
        for operand in instruction.operands:
            if isinstance(operand, View) and operand.var in dying:
                others = [a for a in instruction.operands if isinstance(a, View) and a != operand]
                if (
                    self._shape(operand.var) == self._shape(out.var)
                    and operand.loops == out.loops
                    and all(a.var != operand.var for a in others)
                ):
                    return operand.var
        return None

    def _is_ufunc(self, name: str) -> bool:
        special = ("matmul", "take", "scatter", "copy", "zero", "where")
        return (
            name not in special
            and not name.startswith("reduce ")
            and isinstance(function_of(name), np.ufunc)
        )

    def _shape(self, var: int) -> tuple[int, bool, bool]:
        variable = self.code.variables[var]
        return variable.size, variable.batched, variable.truth

    def _new_buffer(self, var: int) -> None:
        variable = self.code.variables[var]
        stem = variable.name or {"value": "v", "adjoint": "d"}.get(variable.role, "t")
        stem = stem if stem.isidentifier() else "t"
        if variable.role in ("input", "live"):
            name = stem
        else:
            count = self.view_count.get(stem, 0)
            while f"{stem}{count}" in self.taken:
                count += 1
            name = f"{stem}{count}"
        self.taken.add(name)
        self.names[var] = name
        if variable.role == "constant":
            assert variable.data is not None
            self.tables[name] = variable.data
            return
        shape = f"(B, {variable.size})" if variable.batched else f"{variable.size}"
        kind = ", dtype=bool" if variable.truth else ""
        self.setup.append(f"{name} = empty({shape}{kind})")
        if variable.batched:
            self.batched_doubles += variable.size
        else:
            self.shared_doubles += variable.size

    # ---- text ------------------------------------------------------------------------------

    def _view(self, operand: Operand, dims: Sequence[int] | None = None) -> str:
        """Return the name of a view, in loops `dims` if given, or the text of a number."""
        if not isinstance(operand, View):
            return repr(float(operand))
        walk = operand.loops
        if dims is not None:
            found = walk.split(dims)
            assert found is not None
            walk = found
        return self._named(self._expression(operand.var, walk))

    def _named(self, expression: str) -> str:
        if expression.isidentifier():
            return expression
        if expression not in self.views:
            stem = re.split(r"\W", expression.removeprefix("view("))[0]
            count = self.view_count[stem] = self.view_count.get(stem, 0) + 1
            name = f"{stem}_{count}"
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            self.views[expression] = name
            self.setup.append(f"{name} = {expression}")
        return self.views[expression]

    def _expression(self, var: int, walk: Loops) -> str:
        """Return the source of a view: slices and reshapes if they suffice."""
        name, variable = self.names[var], self.code.variables[var]
        every = ":, " if variable.batched else ""
        samples = ["B"] if variable.batched else []
        moving = [(n, s) for n, s in zip(walk.dims, walk.strides) if n > 1 and s]
        shape = [n if s else 1 for n, s in zip(walk.dims, walk.strides)]
        text_shape = ", ".join([*samples, *map(str, shape)])
        if not moving:
            only = f"{walk.offset}:{walk.offset + 1}"
            base = name if variable.size == 1 else f"{name}[{every}{only}]"
            if len(shape) == 1:
                return base
            return f"{base}.reshape({text_shape or '()'})"
        extent = math.prod(n for n, _ in moving)
        ordered = sorted(moving, key=lambda loop: -loop[1])
        if [s for _, s in ordered] == list(contiguous([n for n, _ in ordered]).strides):
            whole = extent == variable.size
            base = name if whole else f"{name}[{every}{walk.offset}:{walk.offset + extent}]"
            if ordered == moving:
                return base if len(shape) == 1 else f"{base}.reshape({text_shape})"
            inner = ", ".join([*samples, *[str(n) for n, _ in ordered]])
            first = len(samples)
            axes = [*range(first), *[first + ordered.index(loop) for loop in moving]]
            turned = f"{base}.reshape({inner}).transpose({', '.join(map(str, axes))})"
            if len(shape) == len(moving):
                return turned
            slots = [":" if n > 1 and s else "None" for n, s in zip(walk.dims, walk.strides)]
            return f"{turned}[{every}{', '.join(slots)}]"
        if len(moving) == 1 and moving[0][1] > 0:
            stop = walk.offset + (moving[0][0] - 1) * moving[0][1] + 1
            base = f"{name}[{every}{walk.offset}:{stop}:{moving[0][1]}]"
            if len(shape) == 1:
                return base
            slots = [":" if n > 1 and s else "None" for n, s in zip(walk.dims, walk.strides)]
            return f"{base}[{every}{', '.join(slots)}]"
        strides = tuple([s if n > 1 else 0 for n, s in zip(walk.dims, walk.strides)])
        return f"view({name}, {walk.offset}, {tuple(shape)}, {strides})"

    def _table(self, table: Numbers) -> str:
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = f"index{len(self.tables)}"
        self.tables[name] = table
        return name

    def _line(self, instruction: Instruction) -> str:
        name, operands, out, axes, table = instruction
        target = self._view(out)
        if name == "zero":
            return f"{target}.fill(0.0)"
        if name == "copy":
            return f"copyto({target}, {self._view(operands[0])})"
        if name.startswith("reduce "):
            return self._reduce(name.split()[1], operands[0], out, axes)
        if name == "matmul":
            left, right = operands
            assert isinstance(left, View)
            assert isinstance(right, View)
            return self._matmul(left, right, out)
        if name == "take":
            assert table is not None
            index = self._table(table)
            return f"take({self._view(operands[0])}, {index}, -1, {target}, 'clip')"
        if name == "scatter":
            assert table is not None
            return self._scatter(self._view(operands[0]), table, out)
        items = ", ".join([self._view(a) for a in operands])
        if name == "where":
            return f"where({items}, {target})"
        self.functions.add(name)
        if self._is_ufunc(name):
            return f"{name}({items}, out={target})"
        return f"copyto({target}, {name}({items}))"

    def _reduce(self, name: str, operand: Operand, out: View, axes: tuple[int, ...]) -> str:
        assert isinstance(operand, View)
        many = self.code.variables[operand.var].batched
        added = [axis + many for axis in axes]
        if many and not self.code.variables[out.var].batched:
            added.insert(0, 0)
        dims = [n for axis, n in enumerate(out.loops.dims) if axis not in axes]
        strides = [s for axis, s in enumerate(out.loops.strides) if axis not in axes]
        walk = Loops(out.loops.offset, tuple(dims), tuple(strides))
        target = self._named(self._expression(out.var, walk))
        axis = added[0] if len(added) == 1 else tuple(added)
        function = "total" if name == "add" else f"{name}.reduce"
        self.functions.update([name] if name != "add" else [])
        return f"{function}({self._view(operand)}, {axis}, None, {target})"

    def _scatter(self, values: str, table: Numbers, out: View) -> str:
        target = self._view(out)
        if not self.code.variables[out.var].batched:
            size = self.code.variables[out.var].size
            return f"copyto({target}, bincount({self._table(table)}, {values}, {size}))"
        order = np.argsort(table, kind="stable")
        positions, starts = np.unique(table[order], return_index=True)
        parts = ", ".join(self._table(t.astype(np.int64)) for t in (order, starts, positions))
        return f"scatter({values}, {parts}, {target})"

    def _matmul(self, left: View, right: View, out: View) -> str:
        variables = self.code.variables
        many_left, many_right, many = (variables[v.var].batched for v in (left, right, out))
        rows, inner = left.loops.dims
        columns = right.loops.dims[0]
        if not many and many_left and many_right:
            return self._sum_of_products(left, right, out)
        if not many and (many_left or many_right):
            a, b = self._view(left), self._view(_turned(right))
            a = f"total({a}, 0)" if many_left else a
            b = f"total({b}, 0)" if many_right else b
            return f"matmul({a}, {b}, out={self._view(out)})"
        if many_right and not many_left and columns == 1:
            left, right, out = right, left, _turned(out)
            rows, columns, many_left, many_right = columns, rows, many_right, many_left
        if many and many_left != many_right:
            if rows == 1 and many_left:
                row, target = self._line_of(left, 1), self._line_of(out, 1)
                return f"matmul({row}, {self._view(_turned(right))}, out={target})"
            if many_left and self._is_whole(left) and self._is_whole(out):
                a = self._named(f"{self.names[left.var]}.reshape(B * {rows}, {inner})")
                c = self._named(f"{self.names[out.var]}.reshape(B * {rows}, {columns})")
                return f"matmul({a}, {self._view(_turned(right))}, out={c})"
        if not many and 1 in (rows, columns):
            a = self._line_of(left, 1) if rows == 1 else self._view(left)
            b = self._line_of(right, 1) if columns == 1 else self._view(_turned(right))
            kept = [i for i, n in enumerate((rows, columns)) if n > 1]
            walk = Loops(
                out.loops.offset,
                tuple([out.loops.dims[i] for i in kept]),
                tuple([out.loops.strides[i] for i in kept]),
            )
            target = self._named(self._expression(out.var, walk))
            return f"matmul({a}, {b}, out={target})"
        a, b = self._view(left), self._view(_turned(right))
        return f"matmul({a}, {b}, out={self._view(out)})"

    def _sum_of_products(self, left: View, right: View, out: View) -> str:
        """Return the product of matrices in which the samples are rows."""
        inner = left.loops.dims[1]
        target = self._view(out)
        if inner == 1:
            a, b = self._line_of(left, 0), self._line_of(right, 0)
            return f"matmul({self._named(a + '.T')}, {b}, out={target})"
        left, right = _turned(left), _turned(right)
        if self._is_whole(left) and self._is_whole(right):
            a, b = (
                self._named(f"{self.names[v.var]}.reshape(B * {inner}, {v.loops.dims[1]})")
                for v in (left, right)
            )
            return f"matmul({self._named(a + '.T')}, {b}, out={target})"
        a, b = self._view(_turned(left)), self._view(right)
        return f"total(matmul({a}, {b}), 0, None, {target})"

    def _line_of(self, view: View, axis: int) -> str:
        """Return a matrix of one row (`axis` 1) or one column (`axis` 0) as a line."""
        loops = view.loops
        walk = Loops(loops.offset, (loops.dims[axis],), (loops.strides[axis],))
        return self._named(self._expression(view.var, walk))

    def _is_whole(self, view: View) -> bool:
        size = self.code.variables[view.var].size
        return view.loops.size == size and view.loops == contiguous(view.loops.dims)

    def _results(self) -> tuple[list[str], str, str]:
        """Return the last lines, and the expressions for outputs and gradients."""
        lines = []
        first = self.outputs[0]
        places = [out for out in self.outputs if isinstance(out, tuple)]
        if len(self.outputs) == 1 and isinstance(first, tuple) and not self.batch:
            outputs = f"[{self.names[first[0]]}.item({first[1]})]"
        elif self.batch and len({v for v, _ in places}) == 1 and self._in_order(places):
            outputs = f"{self.names[places[0][0]]}.copy()"
        else:
            base = np.array([0.0 if isinstance(o, tuple) else o for o in self.outputs])
            start = self._table(base)
            shape = f"(B, {len(base)})" if self.batch else f"{len(base)}"
            lines.append(f"outputs = empty({shape})")
            if len(places) < len(base):
                lines.append(f"outputs[:] = {start}")
            else:
                del self.tables[start]
            for var in dict.fromkeys(var for var, _ in places):
                pairs = [(i, o[1]) for i, o in enumerate(self.outputs)
                         if isinstance(o, tuple) and o[0] == var]  # fmt: skip
                slots, positions = (np.array(column) for column in zip(*pairs))
                source = self.names[var]
                if len(slots) == 1:
                    lines.append(f"outputs[..., {slots[0]}] = {source}[..., {positions[0]}]")
                else:
                    a, b = self._table(slots), self._table(positions)
                    lines.append(f"outputs[..., {a}] = {source}[..., {b}]")
            outputs = "outputs"
        found = []
        for gradient, (size, many) in zip(self.gradients, self.sizes):
            found.append(self._gradient(gradient, size, many))
        return lines, outputs, f"[{', '.join(found)}]"

    def _in_order(self, places: list[tuple[int, int]]) -> bool:
        """Say whether the outputs are one variable as it is."""
        variable = self.code.variables[places[0][0]]
        whole = list(range(variable.size))
        return (
            len(places) == len(self.outputs)
            and [position for _, position in places] == whole
            and variable.batched
            and not variable.truth
        )

    def _gradient(self, gradient: Operand, size: int, many: bool) -> str:
        shape = f"(B, {size})" if many else f"{size}"
        if not isinstance(gradient, View):
            return f"full({shape}, {float(gradient)!r})"
        if self._is_whole(gradient) and self.code.variables[gradient.var].batched == many:
            return f"{self.names[gradient.var]}.copy()"
        samples = "(B,)" if many else "()"
        return f"spread({self._view(gradient)}, {samples} + {gradient.loops.dims}, {shape})"

    def text(self) -> Text:
        """Return the whole source."""
        self._allocate()
        lines = [self._line(instruction) for instruction in self.instructions]
        last, outputs, gradients = self._results()
        arguments = [self.names[var] for var in self.inputs if self.code.variables[var].size]
        reads = [f"copyto({name}, {name}_in)" for name in arguments]
        body = [*reads, *lines, *last, f"return {outputs}, {gradients}"]
        every = ", ".join(f"{self.names[var]}_in" for var in self.inputs)
        if not self.code.variables[self.inputs[-1]].size:
            self.setup = [
                s for s in self.setup if not s.startswith(f"{self.names[self.inputs[-1]]} =")
            ]
        source = "def build(B):\n"
        source += "".join(f"    {line}\n" for line in self.setup)
        source += f"\n    def run({every}):\n"
        source += "".join(f"        {line}\n" for line in body)
        source += "\n    return run\n"
        return Text(
            source,
            frozenset(self.functions),
            self.tables,
            (self.batched_doubles, self.shared_doubles),
            sum(i.name == "matmul" for i in self.instructions),
            len(lines),
        )


def _turned(view: View) -> View:
    loops = view.loops
    return View(view.var, Loops(loops.offset, loops.dims[::-1], loops.strides[::-1]))
