"""Emit: array instructions as NumPy source, with buffers that are allocated once and used again."""

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

_SAMPLES = 64  # of a batch, when a cost is estimated

# Microseconds, for the choice between views made at each call and a copy (tests/benchmarks).
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
        known |= self.results.handed
        give_shapes(self.buffers, self.instructions, known)
        self.tables: dict[str, npt.NDArray[Any]] = {}
        for var, buffer in self.buffers.items():
            data = program.variables[var].data
            if data is not None:
                self.tables[buffer.name] = data.reshape(buffer.shape)

    def text(self) -> Text:
        """Return the whole source."""
        # once to see which views are needed, once with what is best for each argument and result
        self.before: dict[tuple[Buffer, str], int] = {}
        names, tables = self.names.copy(), dict(self.tables)
        self._body()
        self.names, self.tables = names, tables
        self.before = dict(self.uses)
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place in ("argument", "result") and self._better_copied(buffer):
                buffer.place = f"copied {buffer.place}"
        lines, calls = self._body()
        kept = [b for b in dict.fromkeys(self.buffers.values()) if self._is_kept(b)]
        setup = [f"{buffer.name} = {_new('aligned', buffer)}" for buffer in kept]
        setup += [f"{name} = ones({count})" for count, name in self.lines.ones.items()] + self.setup
        arguments = [self.buffers[argument.var] for argument in self.arguments]
        parameters = ", ".join(self.parameters.get(b, b.name) for b in arguments)
        parameters += ", outputs, gradients" if self.batch else ""
        source = "def build(B):\n" + "".join(f"    {line}\n" for line in setup)
        source += f"\n    def run({parameters}):\n"
        source += "".join(f"        {line}\n" for line in lines)
        source += "\n    return run\n"
        doubles = [sum(b.size for b in kept if b.batched == many) for many in (True, False)]
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

    def _better_copied(self, buffer: Buffer) -> bool:
        cost = 0.0
        for text in {text for owner, text in self.uses if owner is buffer}:
            cost += _GENERAL_VIEW if "view(" in text else 0.0
            cost += _INDEX * text.count("[") + _RESHAPE * text.count("reshape")
        return cost > _COPY + _COPY_EACH * buffer.size * (_SAMPLES if buffer.batched else 1)

    def _body(self) -> tuple[list[str], int]:
        """Return the lines of `run`, and how many of them are operations; fill `setup`."""
        self.setup: list[str] = []
        self.uses: Counter[tuple[Buffer, str]] = Counter()
        self.named: dict[str, str] = {}
        self.heads = self.results.heads()
        self.parameters: dict[Buffer, str] = {}
        self.lines = Lines(self.buffers, self.tables, self.names, self.view, takes_out)
        for argument in self.arguments:
            buffer = self.buffers[argument.var]
            if buffer.place == "copied argument" and buffer.size:
                self.parameters[buffer] = self.names.like(f"{buffer.name}_in")
                self.heads.append(f"{buffer.name}[...] = {self.parameters[buffer]}")
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place == "result":
                made = self.results.place(buffer) if buffer.batched else _new("empty", buffer)
                self.heads.append(f"{buffer.name} = {made}")
        lines = [line for i in self.instructions for line in self.lines.of(i)]
        last, outputs = self.results.lines(self.view, self.lines.table)
        end = f"return {outputs}, [{self.results.returned(self.view)}]"
        return [*self.heads, *lines, *last, end], len(lines)

    def view(
        self, view: View, walk: Loops | None = None, stacked: int = 0, turned: bool = False
    ) -> str:
        """Return the text for a view: a name, or an expression that is needed once.

        Args:
            view: Which variable and which loops over it.
            walk: Other loops over the same variable.
            stacked: Put the matrices of all samples, of so many rows, on top of each other.
            turned: Transpose, the samples as well.
        """
        buffer = self.buffers[view.var]
        loops = walk or view.loops
        if stacked:
            text = f"{buffer.name}.reshape(B * {stacked}, {loops.dims[-1]})"
        else:
            text = view_source(buffer.name, buffer.shape, loops, buffer.batched)
        text += ".T" if turned else ""
        self.uses[buffer, text] += 1
        at_once = buffer.place in ("argument", "result", "output")
        if text == buffer.name or (at_once and self.before.get((buffer, text)) == 1):
            return text
        if text not in self.named:
            self.named[text] = self.names.numbered(f"{buffer.name}_")
            (self.heads if at_once else self.setup).append(f"{self.named[text]} = {text}")
        return self.named[text]


def _new(how: str, buffer: Buffer) -> str:
    dims = [*(["B"] if buffer.batched else []), *map(str, buffer.shape)]
    shape = dims[0] if len(dims) == 1 else f"({', '.join(dims)})"
    return f"{how}({shape}{', dtype=bool' if buffer.truth else ''})"
