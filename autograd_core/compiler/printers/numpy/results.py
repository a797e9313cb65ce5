"""Results: the source that hands outputs and gradients to the caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd_core.compiler.arrays import (
    Argument,
    Loops,
    Operand,
    Output,
    Program,
    View,
    contiguous,
)
from autograd_core.compiler.printers.numpy.buffers import Buffer, Shape

_LISTED = 4  # up to so many outputs are returned as a list of floats


class Results:
    """Decides which buffers are handed out without a copy, and writes the end of a program.

    Args:
        program: The program.
        buffers: The array of each variable; the `place` of those that are handed out is changed.

    Attributes:
        whole: The variable whose elements are all outputs in order; None if there is none.
        slots: For each variable with outputs, pairs of an output's number and its position.
        gradient_shapes: The variables that are gradients without a copy, with the shapes that the
            caller gets.
        columns: The buffers that are columns of a batch's outputs, with the numbers of these.
    """

    def __init__(self, program: Program, buffers: dict[int, Buffer]) -> None:
        self.variables, self.buffers, self.batch = program.variables, buffers, program.batch
        self.outputs, self.gradients = program.outputs, program.gradients
        self.slots: dict[int, list[tuple[int, int]]] = {}
        for slot, output in enumerate(self.outputs):
            if isinstance(output, tuple):
                self.slots.setdefault(output[0], []).append((slot, output[1]))
        self.whole = self._whole()
        self.gradient_shapes = self._gradient_shapes()
        self.columns = self._columns()

    def _whole(self) -> View | None:
        if len(self.slots) != 1 or len(self.outputs) == 1:
            return None
        ((var, pairs),) = self.slots.items()
        variable = self.variables[var]
        if variable.batched != self.batch or variable.truth:
            return None
        in_order = [(i, i) for i in range(variable.size)]
        same = pairs == in_order and len(self.outputs) == len(pairs)
        return View(var, contiguous((variable.size,))) if same else None

    def _gradient_shapes(self) -> dict[int, Shape]:
        """Return `gradient_shapes`, and make the buffers of these variables results."""
        found: dict[int, Shape] = {}
        taken = set(self.slots)
        for gradient, argument in self.gradients:
            if not isinstance(gradient, View):
                continue
            variable = self.variables[gradient.var]
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

    def _columns(self) -> dict[Buffer, int]:
        """Return `columns`, and make these buffers outputs."""
        found: dict[Buffer, int] = {}
        if not self.batch or self.whole is not None:
            return found
        for var, pairs in self.slots.items():
            variable, buffer = self.variables[var], self.buffers[var]
            plain = variable.size == 1 and variable.batched and not variable.truth
            if plain and len(pairs) == 1 and buffer.place == "kept":
                buffer.place = "output"
                found[buffer] = pairs[0][0]
        return found

    def first_lines(self) -> list[str]:
        """Return the lines with which a program on a batch begins."""
        if not self.batch:
            return []
        lines = []
        for buffer, slot in self.columns.items():
            ones = "".join(f", {n}" for n in buffer.shape)
            shaped = f".reshape(B{ones})" if ones else ""
            lines.append(f"{buffer.name} = outputs[..., {slot}]{shaped}")
        return lines

    def callers_array(self, buffer: Buffer) -> str:
        """Return the caller's array for the gradient in a buffer, which has a row per sample."""
        slot = next(
            slot
            for slot, (gradient, _) in enumerate(self.gradients)
            if isinstance(gradient, View) and self.buffers[gradient.var] is buffer
        )
        return f"gradients[{slot}]"

    def lines(
        self, view: Callable[[View], str], table: Callable[[np.ndarray], str]
    ) -> tuple[list[str], str]:
        """Return the lines that collect the outputs, and the expression for all of them.

        Args:
            view: Returns the text of a view.
            table: Returns the name of an array of positions.
        """
        whole = self.whole
        if not self.batch:
            if len(self.outputs) <= _LISTED:
                return [], f"[{', '.join(map(self._item, self.outputs))}]"
            if whole is not None:
                return [], f"{view(whole)}.copy()"
        if whole is not None:
            return [f"outputs[...] = {view(whole)}"], "outputs"
        lines = [] if self.batch else [f"outputs = empty({len(self.outputs)})"]
        for slot, output in enumerate(self.outputs):
            if not isinstance(output, tuple):
                lines.append(f"outputs[..., {slot}] = {output!r}")
        for var, pairs in self.slots.items():
            if self.buffers[var] in self.columns:
                continue
            slots, positions = zip(*pairs)
            if len(pairs) == 1:
                source = view(View(var, Loops(positions[0], (), ())))
                lines.append(f"outputs[..., {slots[0]}] = {source}")
                continue
            source = view(View(var, contiguous((self.variables[var].size,))))
            if list(positions) != list(range(self.variables[var].size)):
                source = f"{source}[..., {_index(positions, table)}]"
            lines.append(f"outputs[..., {_index(slots, table)}] = {source}")
        return lines, "outputs"

    def _item(self, output: Output) -> str:
        if not isinstance(output, tuple):
            return repr(output)
        var, position = output
        buffer = self.buffers[var]
        text = f"{buffer.name}.item({position if buffer.size > 1 else ''})"
        return f"float({text})" if buffer.truth else text

    def gradient_list(self, view: Callable[..., str]) -> str:
        """Return the expressions for all gradients; no two of them share an array."""
        texts, given = [], set()
        for gradient, argument in self.gradients:
            var = gradient.var if isinstance(gradient, View) else -1
            texts.append(self._gradient(gradient, argument, view, var not in given))
            given.add(var)
        return ", ".join(texts)

    def _gradient(
        self, gradient: Operand, argument: Argument, view: Callable[..., str], first: bool
    ) -> str:
        shape = ", ".join([*(["B"] if argument.batched else []), *map(str, argument.shape)])
        shape = f"({shape},)" if shape and "," not in shape else f"({shape})"
        if not isinstance(gradient, View):
            return f"full({shape}, {float(gradient)!r})"
        buffer = self.buffers[gradient.var]
        if first and gradient.var in self.gradient_shapes:
            return buffer.name + (".copy()" if buffer.place != "result" else "")
        whole = contiguous(argument.shape)
        if buffer.batched == argument.batched and not buffer.truth:
            walk = gradient.loops.split(argument.shape)
            if walk == whole and buffer.size == whole.size:
                return f"{view(gradient, walk)}.copy()"
        dims = "".join(f"{n}, " for n in gradient.loops.dims)
        return f"spread({view(gradient)}, ({'B, ' if argument.batched else ''}{dims}), {shape})"


def _index(positions: Sequence[int], table: Callable[[np.ndarray], str]) -> str:
    """Return positions as a slice if they are consecutive, else as a table."""
    first, count = positions[0], len(positions)
    if list(positions) == list(range(first, first + count)):
        return f"{first}:{first + count}"
    return table(np.array(positions))
