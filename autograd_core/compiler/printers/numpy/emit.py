"""Emit: an array program as NumPy source, with buffers that are allocated once for all calls."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy.typing as npt

from autograd_core.compiler.arrays import Loops, Program, View
from autograd_core.compiler.printers.names import Names
from autograd_core.compiler.printers.numpy.buffers import Buffer, allocate, give_shapes
from autograd_core.compiler.printers.numpy.early import gradients_early
from autograd_core.compiler.printers.numpy.functions import RESERVED, is_ufunc, takes_out
from autograd_core.compiler.printers.numpy.in_place import written_in_place
from autograd_core.compiler.printers.numpy.lines import Lines
from autograd_core.compiler.printers.numpy.results import Results
from autograd_core.compiler.printers.numpy.source import Text
from autograd_core.compiler.printers.numpy.views import view_source

_SAMPLES = 64  # the batch size that cost estimates assume

# Microseconds: views that are made at each call, against one copy (tests/benchmarks).
_INDEX, _RESHAPE, _GENERAL_VIEW, _COPY, _COPY_EACH = 0.12, 0.2, 0.5, 0.2, 0.0002


def emit(program: Program) -> Text:
    """Return the source of a program."""
    return _Emitter(program).text()


class _Emitter:
    def __init__(self, program: Program) -> None:
        self.program, self.batch, self.arguments = program, program.batch, program.arguments
        self.names = Names(RESERVED)
        self.instructions = gradients_early(program, written_in_place(program))
        self.buffers = allocate(
            program, self.instructions, lambda instruction: is_ufunc(instruction.name), self.names
        )
        self.results = Results(program, self.buffers)
        known = {argument.var: argument.shape for argument in program.arguments}
        known |= self.results.gradient_shapes
        give_shapes(self.buffers, self.instructions, known)
        self.tables: dict[str, npt.NDArray[Any]] = {}
        for var, buffer in self.buffers.items():
            data = program.variables[var].data
            if data is not None:
                self.tables[buffer.name] = data.reshape(buffer.shape)

    def text(self) -> Text:
        """Return the whole source."""
        # The first pass counts the uses of each view. The second reads and writes arguments and
        # results by way of a buffer where a copy is cheaper than making their views at each call.
        self.counted: dict[tuple[Buffer, str], int] = {}
        names, tables = self.names.copy(), dict(self.tables)
        self._body()
        self.names, self.tables = names, tables
        self.counted = dict(self.uses)
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place in ("argument", "result") and self._copy_is_cheaper(buffer):
                buffer.place = f"copied {buffer.place}"
        lines, calls = self._body()
        kept = [b for b in dict.fromkeys(self.buffers.values()) if self._is_kept(b)]
        setup = [f"{buffer.name} = {_allocation('aligned', buffer)}" for buffer in kept]
        setup += [f"{name} = ones({count})" for count, name in self.lines.ones.items()] + self.setup
        arguments = [self.buffers[argument.var] for argument in self.arguments]
        parameters = ", ".join(self.parameters.get(b, b.name) for b in arguments)
        parameters += ", outputs, gradients" if self.batch else ""
        source = "def build(B):\n" + "".join(f"    {line}\n" for line in setup)
        source += f"\n    def run({parameters}):\n"
        source += "".join(f"        {line}\n" for line in lines)
        source += "\n    return run\n"
        doubles = [sum(b.size for b in kept if b.batched == batched) for batched in (True, False)]
        return Text(
            source,
            frozenset(self.lines.functions),
            self.tables,
            (len(self.results.outputs), self.results.whole is None),
            (doubles[0], doubles[1]),
            sum(instruction.name == "matmul" for instruction in self.instructions),
            calls,
        )

    def _is_kept(self, buffer: Buffer) -> bool:
        return buffer.size > 0 and buffer.place in ("kept", "copied argument", "copied result")

    def _copy_is_cheaper(self, buffer: Buffer) -> bool:
        cost = 0.0
        for text in {text for owner, text in self.uses if owner is buffer}:
            cost += _GENERAL_VIEW if "view(" in text else 0.0
            cost += _INDEX * text.count("[") + _RESHAPE * text.count("reshape")
        return cost > _COPY + _COPY_EACH * buffer.size * (_SAMPLES if buffer.batched else 1)

    def _body(self) -> tuple[list[str], int]:
        """Return the lines of `run`, and how many of them are operations.

        Fills `setup`, the lines before `run`; and `heads`, its first lines.
        """
        self.setup: list[str] = []
        self.uses: Counter[tuple[Buffer, str]] = Counter()
        self.named: dict[str, str] = {}
        self.heads = self.results.first_lines()
        self.parameters: dict[Buffer, str] = {}
        self.lines = Lines(self.buffers, self.tables, self.names, self.view, takes_out)
        for argument in self.arguments:
            buffer = self.buffers[argument.var]
            if buffer.place == "copied argument" and buffer.size:
                self.parameters[buffer] = self.names.like(f"{buffer.name}_in")
                self.heads.append(f"{buffer.name}[...] = {self.parameters[buffer]}")
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place == "result":
                made = (
                    self.results.callers_array(buffer)
                    if buffer.batched
                    else _allocation("empty", buffer)
                )
                self.heads.append(f"{buffer.name} = {made}")
        lines = [line for i in self.instructions for line in self.lines.of(i)]
        last, outputs = self.results.lines(self.view, self.lines.table)
        end = f"return {outputs}, [{self.results.gradient_list(self.view)}]"
        return [*self.heads, *lines, *last, end], len(lines)

    def view(
        self, view: View, walk: Loops | None = None, stacked: int = 0, transpose: bool = False
    ) -> str:
        """Return the text of a view: the name it is assigned to, or an expression if used once.

        Args:
            view: The variable, and loops over it.
            walk: Loops to take in place of those of the view.
            stacked: If not 0, the number of rows of a sample's matrix: the matrices of all samples
                are stacked into one.
            transpose: Whether to transpose the whole array, the axis of samples included.
        """
        buffer = self.buffers[view.var]
        loops = walk or view.loops
        if stacked:
            text = f"{buffer.name}.reshape(B * {stacked}, {loops.dims[-1]})"
        else:
            text = view_source(buffer.name, buffer.shape, loops, buffer.batched)
        text += ".T" if transpose else ""
        self.uses[buffer, text] += 1
        new_each_call = buffer.place in ("argument", "result", "output")
        if text == buffer.name or (new_each_call and self.counted.get((buffer, text)) == 1):
            return text
        if text not in self.named:
            self.named[text] = self.names.numbered(f"{buffer.name}_")
            (self.heads if new_each_call else self.setup).append(f"{self.named[text]} = {text}")
        return self.named[text]


def _allocation(how: str, buffer: Buffer) -> str:
    dims = [*(["B"] if buffer.batched else []), *map(str, buffer.shape)]
    shape = dims[0] if len(dims) == 1 else f"({', '.join(dims)})"
    return f"{how}({shape}{', dtype=bool' if buffer.truth else ''})"
