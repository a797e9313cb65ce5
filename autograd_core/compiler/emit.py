"""Emit: array instructions as NumPy source, with buffers that are allocated once and used again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import Code
from autograd_core.compiler.buffers import Buffer, Shape, allocate, give_shapes
from autograd_core.compiler.instructions import COMPARISONS, Operand, View, contiguous
from autograd_core.compiler.layout import Loops
from autograd_core.compiler.lines import Lines
from autograd_core.compiler.rewrite import rewritten
from autograd_core.compiler.source import Argument, Text
from autograd_core.compiler.tape import elementary
from autograd_core.compiler.views import view_source
from autograd_core.kinds import ARRAY

_NUMPY = COMPARISONS | {
    "add", "subtract", "multiply", "negative", "logical_not", "logical_and",
}  # fmt: skip
_SAMPLES = 64  # of a batch, when a cost is estimated

# Microseconds, for the choice between views made at each call and a copy (tests/benchmarks).
_INDEX, _RESHAPE, _GENERAL_VIEW, _COPY, _COPY_EACH = 0.12, 0.2, 0.5, 0.2, 0.0002


def function_of(name: str) -> Callable[..., Any]:
    """Return the NumPy function that an instruction calls."""
    return getattr(np, name) if name in _NUMPY else elementary(name, ARRAY)


def is_ufunc(name: str) -> bool:
    """Say whether an instruction is one call with `out=`."""
    if name.split()[0] in ("matmul", "take", "scatter", "copy", "zero", "where", "reduce"):
        return False
    return isinstance(function_of(name), np.ufunc)


def emit(
    code: Code,
    arguments: Sequence[Argument],
    outputs: Sequence[tuple[int, int] | float],
    gradients: Sequence[tuple[Operand, Argument]],
    batch: bool,
) -> Text:
    """Return the source of a program.

    Args:
        code: Its instructions.
        arguments: The arguments, live leaves last.
        outputs: Variable and position of each output, or a constant.
        gradients: Where each gradient is, and the argument that it belongs to.
        batch: Whether the program runs on many samples.
    """
    return _Emitter(code, arguments, outputs, gradients, batch).text()


class _Emitter:
    def __init__(
        self,
        code: Code,
        arguments: Sequence[Argument],
        outputs: Sequence[tuple[int, int] | float],
        gradients: Sequence[tuple[Operand, Argument]],
        batch: bool,
    ) -> None:
        self.code, self.batch = code, batch
        self.arguments, self.outputs, self.gradients = arguments, outputs, gradients
        for gradient, argument in gradients:
            if isinstance(gradient, View) and code.variables[gradient.var].role != "input":
                code.variables[gradient.var].name = f"d_{code.variables[argument.var].name}"
        pinned = {out[0] for out in outputs if isinstance(out, tuple)}
        pinned |= {view.var for view, _ in gradients if isinstance(view, View)}
        self.instructions = rewritten(code, code.instructions, pinned)
        inputs = [argument.var for argument in arguments]
        self.buffers = allocate(
            code, self.instructions, inputs, pinned, lambda instruction: is_ufunc(instruction.name)
        )
        self.handed = self._handed_over()
        known = {argument.var: argument.shape for argument in arguments}
        known |= self.handed
        give_shapes(self.buffers, self.instructions, known)
        self.tables: dict[str, npt.NDArray[Any]] = {}
        for var, buffer in self.buffers.items():
            data = code.variables[var].data
            if data is not None:
                self.tables[buffer.name] = data.reshape(buffer.shape)

    def _handed_over(self) -> dict[int, Shape]:
        """Return the variables that are results as they are, with the shape the caller wants."""
        found: dict[int, Shape] = {}
        taken = {out[0] for out in self.outputs if isinstance(out, tuple)}
        for gradient, argument in self.gradients:
            if not isinstance(gradient, View):
                continue
            variable = self.code.variables[gradient.var]
            buffer = self.buffers[gradient.var]
            if (
                gradient.loops == contiguous(gradient.loops.dims)
                and gradient.loops.size == variable.size
                and variable.batched == argument.batched
                and not variable.truth
                and buffer.place == "kept"
                and gradient.var not in taken
            ):
                found[gradient.var] = argument.shape
                buffer.place = "result"
            taken.add(gradient.var)
        return found

    def text(self) -> Text:
        """Return the whole source."""
        # once to see which views are needed, once with what is best for each argument and result
        self.before: dict[tuple[Buffer, str], int] = {}
        self._body()
        self.before = dict(self.uses)
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place in ("argument", "result") and self._better_copied(buffer):
                buffer.place = f"copied {buffer.place}"
        lines, calls = self._body()
        kept = [b for b in dict.fromkeys(self.buffers.values()) if self._is_kept(b)]
        setup = [f"{buffer.name} = {_empty(buffer)}" for buffer in kept]
        setup += [f"{name} = {made}" for name, made in self.lines.ready.items()] + self.setup
        names = [self.buffers[argument.var] for argument in self.arguments]
        parameters = ", ".join(f"{b.name}{'_in' if self._is_kept(b) else ''}" for b in names)
        parameters += ", outputs=None" if self.batch else ""
        source = "def build(B):\n" + "".join(f"    {line}\n" for line in setup)
        source += f"\n    def run({parameters}):\n"
        source += "".join(f"        {line}\n" for line in lines)
        source += "\n    return run\n"
        doubles = [sum(b.size for b in kept if b.batched == many) for many in (True, False)]
        return Text(
            source,
            frozenset(self.lines.functions),
            self.tables,
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
        self.counts: Counter[str] = Counter()
        self.heads: list[str] = []
        self.lines = Lines(self.code, self.buffers, self.tables, self.view, is_ufunc)
        for argument in self.arguments:
            buffer = self.buffers[argument.var]
            if buffer.place == "copied argument" and buffer.size:
                self.heads.append(f"{buffer.name}[...] = {buffer.name}_in")
        for buffer in dict.fromkeys(self.buffers.values()):
            if buffer.place == "result":
                self.heads.append(f"{buffer.name} = {_empty(buffer)}")
        lines = [line for i in self.instructions for line in self.lines.of(i)]
        last, outputs = self._outputs()
        gradients = ", ".join(self._gradient(*pair) for pair in self.gradients)
        end = f"return {outputs}, [{gradients}]"
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
        at_once = buffer.place in ("argument", "result")
        if text == buffer.name or (at_once and self.before.get((buffer, text)) == 1):
            return text
        if text not in self.named:
            stem = buffer.name
            self.counts[stem] += 1
            while (name := f"{stem}_{self.counts[stem]}") in self.tables:
                self.counts[stem] += 1
            self.named[text] = name
            (self.heads if at_once else self.setup).append(f"{name} = {text}")
        return self.named[text]

    # ---- results ---------------------------------------------------------------------------

    def _outputs(self) -> tuple[list[str], str]:
        """Return lines that put the outputs together, and the expression for all of them."""
        places = [out for out in self.outputs if isinstance(out, tuple)]
        if not self.batch:
            items = [
                self._item(*out) if isinstance(out, tuple) else repr(out) for out in self.outputs
            ]
            if len(items) <= 4:
                return [], f"[{', '.join(items)}]"
        variables = dict.fromkeys(var for var, _ in places)
        count = len(self.outputs)
        made = f"empty(({count}, B)).T" if self.batch else f"empty({count})"
        if len(variables) == 1 and len(places) == len(self.outputs):
            (var,) = variables
            variable = self.code.variables[var]
            everything = [position for _, position in places] == list(range(variable.size))
            if everything and variable.batched == self.batch and not variable.truth:
                if not self.batch:
                    return [], f"{self.view(self.code.full(var))}.copy()"
                made = f"empty((B, {count}))"
        lines = [f"outputs = {made}"]
        if self.batch:
            lines = ["if outputs is None:", f"    outputs = {made}"]
        constants = [i for i, out in enumerate(self.outputs) if not isinstance(out, tuple)]
        for i in constants:
            lines.append(f"outputs[..., {i}] = {self.outputs[i]!r}")
        for var in variables:
            pairs = [(i, out[1]) for i, out in enumerate(self.outputs)
                     if isinstance(out, tuple) and out[0] == var]  # fmt: skip
            slots, positions = zip(*pairs)
            if len(pairs) == 1:
                source = self.view(View(var, Loops(positions[0], (), ())))
                lines.append(f"outputs[..., {slots[0]}] = {source}")
                continue
            source = self.view(self.code.full(var))
            if list(positions) != list(range(self.code.variables[var].size)):
                source = f"{source}[..., {self._index(positions)}]"
            target = "..." if len(pairs) == count else f"..., {self._index(slots)}"
            lines.append(f"outputs[{target}] = {source}")
        return lines, "outputs"

    def _index(self, positions: Sequence[int]) -> str:
        """Return positions as a slice if they are one, else as a table."""
        first, count = positions[0], len(positions)
        if list(positions) == list(range(first, first + count)):
            return f"{first}:{first + count}"
        return self.lines.table(np.array(positions))

    def _item(self, var: int, position: int) -> str:
        buffer = self.buffers[var]
        self.uses[buffer, buffer.name] += 1
        text = f"{buffer.name}.item({position if buffer.size > 1 else ''})"
        return f"float({text})" if buffer.truth else text

    def _gradient(self, gradient: Operand, argument: Argument) -> str:
        shape = ", ".join([*(["B"] if argument.batched else []), *map(str, argument.shape)])
        shape = f"({shape},)" if shape and "," not in shape else f"({shape})"
        if not isinstance(gradient, View):
            return f"full({shape}, {float(gradient)!r})"
        buffer = self.buffers[gradient.var]
        if gradient.var in self.handed:
            return buffer.name + (".copy()" if buffer.place != "result" else "")
        whole = contiguous(argument.shape)
        if buffer.batched == argument.batched and not buffer.truth:
            walk = gradient.loops.split(argument.shape)
            if walk == whole and buffer.size == whole.size:
                return f"{self.view(gradient, walk)}.copy()"
        dims = ", ".join(map(str, gradient.loops.dims))
        dims = f"({'B, ' if argument.batched else ''}{dims},)".replace(", ,", ",").replace(
            "(,", "("
        )
        return f"spread({self.view(gradient)}, {dims}, {shape})"


def _empty(buffer: Buffer) -> str:
    dims = [*(["B"] if buffer.batched else []), *map(str, buffer.shape)]
    shape = dims[0] if len(dims) == 1 else f"({', '.join(dims)})"
    return f"empty({shape}{', dtype=bool' if buffer.truth else ''})"
