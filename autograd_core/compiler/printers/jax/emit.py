"""Emit: an array program as the source of a pure function on arrays of `jax.numpy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import (
    Instruction,
    Loops,
    Operand,
    Program,
    View,
    axes_of,
    loops,
    output_runs,
    transposed,
)
from autograd_core.compiler.printers.jax.names import (
    REDUCTIONS,
    RESERVED,
    bracketed,
    broadcast_text,
    call_text,
    full_text,
    number_text,
    shape_text,
    sizes_text,
)
from autograd_core.compiler.printers.jax.parts import Parts
from autograd_core.compiler.printers.names import Names
from autograd_core.compiler.printers.numpy import (
    Buffer,
    Text,
    buffer_of,
    give_shapes,
    operand_loops,
    reduced_axes,
    view_source,
    wanted_names,
)


def emit_jax(program: Program) -> Text:
    """Return the source of `program(arguments..., live)`, which returns outputs and gradients.

    Outputs are `(outputs,)`, with a batch `(B, outputs)`; gradients are a list of arrays.
    """
    return _Emitter(program).text()


class _Emitter:
    def __init__(self, program: Program) -> None:
        self.program, self.variables = program, program.variables
        self.names = Names(RESERVED)
        self.tables: dict[str, npt.NDArray[Any]] = {}
        self.buffers = self._buffers()
        known = {a.var: a.shape for a in program.arguments}
        parts = {i.out.var for i in program.instructions if i.name in ("update", "zero")}
        known |= {var: (self.variables[var].size,) for var in parts}
        give_shapes(self.buffers, program.instructions, known)
        for var, buffer in self.buffers.items():
            data = self.variables[var].data
            if data is not None:
                self.tables[buffer.name] = data.reshape(buffer.shape)
        self.parts = {var: Parts(self.variables[var].size, self.buffers[var].name) for var in parts}
        self.lines: list[str] = []

    def _buffers(self) -> dict[int, Buffer]:
        """Return a buffer for each variable, which is never reused: JAX's arrays are immutable."""
        wanted, variables = wanted_names(self.program), self.variables
        used = [a.var for a in self.program.arguments]
        used += [v.var for i in self.program.instructions for v in (*i.views, i.out)]
        every = dict.fromkeys([*used, *sorted(self.program.results)])
        return {var: buffer_of(variables[var], self.names, wanted.get(var, "")) for var in every}

    def text(self) -> Text:
        """Return the whole source."""
        program = self.program
        for instruction in program.instructions:
            self._instruction(instruction)
        outputs = self._outputs()
        gradients = [self._gradient(g, a.shape, a.batched) for g, a in program.gradients]
        names = [self.buffers[a.var].name for a in program.arguments]
        batched = [name for name, a in zip(names, program.arguments) if a.batched]
        head = [f"B = {batched[0]}.shape[0]"] if program.batch else []
        lines = [f"def program({', '.join(names)}):"]
        lines += [f"    {line}" for line in [*head, *self.lines]]
        lines.append(f"    return {outputs}, [{', '.join(gradients)}]")
        return Text(
            "\n".join(lines) + "\n",
            tables=self.tables,
            outputs=(len(program.outputs), False),
            calls=len(self.lines),
        )

    # ---- operands ------------------------------------------------------------------------------

    def _view(self, view: View, walk: Loops | None = None) -> str:
        """Return the text of a view, or of other loops, after the variable's pending lines."""
        if view.var in self.parts and (parts := self.parts[view.var]).pending:
            self.lines += parts.lines()
        buffer = self.buffers[view.var]
        text = view_source(buffer.name, buffer.shape, walk or view.loops, buffer.batched)
        return f"h.{text}" if text.startswith("view(") else text

    def _flat(self, view: View) -> str:
        """Return the text of a view as `(count,)`, or `(B, count)` if it has samples."""
        walk = view.loops.split((view.loops.size,))
        assert walk is not None
        if walk.strides == (0,) and walk.dims[0] > 1:
            return broadcast_text(
                self._view(view, walk), walk.dims, self.variables[view.var].batched
            )
        return self._view(view, walk)

    # ---- instructions --------------------------------------------------------------------------

    def _instruction(self, instruction: Instruction) -> None:
        name, _, out, _, table = instruction
        if name == "zero":
            variable = self.variables[out.var]
            zeros = full_text("0.0", (variable.size,), variable.batched)
            self.parts[out.var].start(zeros)
            return
        if name in ("update", "accumulate"):
            self._part(instruction)
            return
        if name.startswith("reduce "):
            text, dims = self._reduce(instruction)
        elif name == "matmul":
            left, right = instruction.views
            text, dims = self._matmul(left, right, out)
        elif name == "take":
            assert table is not None
            flat = self._flat(instruction.views[0])
            text, dims = f"{flat}[..., {self._table(table)}]", (len(table),)
        elif name == "scatter":
            assert table is not None
            text, dims = self._scatter(instruction.views[0], table, out), (out.loops.size,)
        else:
            text, dims = self._elementwise(instruction)
        buffer = self.buffers[out.var]
        self.lines.append(f"{buffer.name} = {self._shaped(text, dims, buffer)}")

    def _shaped(self, text: str, dims: Sequence[int], buffer: Buffer) -> str:
        """Return an array `(*dims)`, which has all elements of a buffer, in the buffer's shape."""
        if tuple(dims) == buffer.shape:
            return text
        return f"{bracketed(text)}.reshape{sizes_text(buffer.shape, buffer.batched)}"

    def _elementwise(self, instruction: Instruction) -> tuple[str, tuple[int, ...]]:
        """Return the text of an elementary function, and its shape for one sample."""
        name, operands, out, *_ = instruction
        views, variables = instruction.views, self.variables
        batched = variables[out.var].batched
        dims, walks = operand_loops(instruction, operands, self.buffers)
        walk = iter(walks)
        texts = [
            self._view(a, next(walk)) if isinstance(a, View) else number_text(a) for a in operands
        ]
        text = call_text(name, texts)
        if not views:
            return full_text(text, dims, batched), dims
        if self._gives_bools(instruction) and not variables[out.var].truth:
            text = f"{bracketed(text)}.astype(dtype)"  # the variable holds numbers
        moving = [i for i, n in enumerate(out.loops.dims) if n > 1]
        whole = all(any(view.loops.strides[i] for view in views) for i in moving)
        if not whole or (batched and not any(variables[view.var].batched for view in views)):
            text = broadcast_text(text, dims, batched)
        return text, dims

    def _gives_bools(self, instruction: Instruction) -> bool:
        """Say whether all operands are bools; of a `where`, those that it chooses from."""
        name, operands, *_ = instruction
        views = instruction.views
        numbers = views[1:] if name == "where" and isinstance(operands[0], View) else views
        return bool(numbers) and all(self.variables[view.var].truth for view in numbers)

    def _reduce(self, instruction: Instruction) -> tuple[str, tuple[int, ...]]:
        (operand,) = instruction.views
        batched = self.variables[operand.var].batched
        places, reduced = reduced_axes(instruction, self.buffers)
        walk = axes_of(operand.loops, places)
        text = self._view(operand, walk)
        still = [n for n, s in zip(walk.dims, walk.strides) if n > 1 and not s]
        if still:
            text = broadcast_text(text, walk.dims, batched)
        along = str(reduced[0] if len(reduced) == 1 else tuple(reduced))
        rest = tuple([operand.loops.dims[i] for i in places if i not in instruction.axes])
        return f"{bracketed(text)}.{REDUCTIONS[instruction.name.split()[1]]}({along})", rest

    def _scatter(self, values: View, table: npt.NDArray[Any], out: View) -> str:
        flat, size = self._flat(values), out.loops.size
        if (walk := loops(table)) is not None:
            return f"h.collect({flat}, {size}, {walk.offset}, {walk.dims}, {walk.strides})"
        shape = shape_text((size,), self.variables[out.var].batched)
        zeros = f"jnp.zeros({shape}, dtype)"
        return f"{zeros}.at[..., {self._table(table)}].add({flat})"

    def _table(self, table: npt.NDArray[Any]) -> str:
        for name, known in self.tables.items():
            if known.dtype == table.dtype and np.array_equal(known, table):
                return name
        name = self.names.numbered("index")
        self.tables[name] = table
        return name

    def _matmul(self, left: View, right: View, out: View) -> tuple[str, tuple[int, ...]]:
        """Return the text of `out[p, q] = sum(left[p, t] * right[q, t])`, and its shape.

        With samples it is a product for each, or their sum if `out` has none.
        """
        left_batched, right_batched = (self.variables[view.var].batched for view in (left, right))
        batched = self.variables[out.var].batched
        rows, columns = left.loops.dims[0], right.loops.dims[0]
        if right_batched and left_batched:
            return self._products(left, right, batched), (rows, columns)
        dims = tuple([n for n in (rows, columns) if n > 1])
        if right_batched:
            text, _ = self._matmul(right, left, transposed(out))
            return f"{bracketed(text)}.swapaxes(-1, -2)" if len(dims) == 2 else text, dims
        a = self._spread(left, (0,) if rows == 1 else ())
        b = self._spread(transposed(right), (1,) if columns == 1 else ())
        return (f"{bracketed(a)}.sum(0)" if left_batched and not batched else a) + f" @ {b}", dims

    def _products(self, left: View, right: View, batched: bool) -> str:
        """Return the products, or their sum over samples, of factors that both have samples."""
        if batched:
            return f"{self._spread(left)} @ {self._spread(transposed(right))}"
        if left.loops.dims[1] == 1:
            return f"{bracketed(self._spread(left, (1,)))}.T @ {self._spread(right, (1,))}"
        return f"jnp.tensordot({self._spread(left)}, {self._spread(right)}, ((0, 2), (0, 2)))"

    def _spread(self, view: View, without: Sequence[int] = ()) -> str:
        """Return a view, broadcast along loops with stride 0, without the loops `without`."""
        axes = [i for i in range(len(view.loops.dims)) if i not in without]
        walk = axes_of(view.loops, axes)
        text = self._view(view, walk)
        if all(s or n == 1 for n, s in zip(walk.dims, walk.strides)):
            return text
        return broadcast_text(text, walk.dims, self.variables[view.var].batched)

    # ---- variables that are written in parts, and results --------------------------------------

    def _part(self, instruction: Instruction) -> None:
        """Note an `update` or `accumulate`, for the lines of its variable."""
        name, operands, out, *_ = instruction
        copied = instruction._replace(name="copy", operands=operands[:1])
        text, dims = self._elementwise(copied)
        wanted = tuple([n for n in out.loops.dims if n > 1])
        if dims != wanted:
            text = f"{bracketed(text)}.reshape{sizes_text(wanted, self.variables[out.var].batched)}"
        if name == "accumulate" and operands[1] == -1.0:
            text = f"-{bracketed(text)}"
        walk = axes_of(out.loops, [i for i, n in enumerate(out.loops.dims) if n > 1])
        parts = self.parts[out.var]
        if name == "update":
            parts.write(walk, text)
        else:
            parts.add(walk, text)

    def _outputs(self) -> str:
        """Return all outputs in one array: concatenated slices of variables, and constants."""
        batch = self.program.batch
        texts = []
        for run in output_runs(self.program.outputs):
            if not isinstance(run, View):
                texts.append(full_text(number_text(run), (1,), batch))
                continue
            text = self._view(run)
            if batch and not self.variables[run.var].batched:
                text = broadcast_text(text, run.loops.dims, True)
            texts.append(text + ".astype(dtype)" * self.variables[run.var].truth)
        if len(texts) == 1:
            return texts[0]
        return f"jnp.concatenate([{', '.join(texts)}], -1)"

    def _gradient(self, gradient: Operand, shape: tuple[int, ...], batched: bool) -> str:
        if not isinstance(gradient, View):
            return full_text(number_text(gradient), shape, batched)
        own = self.variables[gradient.var].batched
        walk = gradient.loops.split(shape)
        if walk is not None and own == batched and 0 not in _strides(walk):
            text = self._view(gradient, walk)
            return text + ".astype(dtype)" * self.variables[gradient.var].truth
        dims = gradient.loops.dims
        text = broadcast_text(self._view(gradient), dims, batched)
        if dims != shape:
            text += f".reshape{sizes_text(shape, batched)}"
        return text + ".astype(dtype)" * self.variables[gradient.var].truth


def _strides(loops: Loops) -> list[int]:
    """Return the strides of the loops that run more than once."""
    return [s for n, s in zip(loops.dims, loops.strides) if n > 1]
