"""NativeProgram: an array program in machine code, with the interface of `ArrayProgram`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.printers.llvm import in_process
from autograd_core.compiler.printers.loops import (
    C_FUNCTIONS,
    LoopProgram,
    Memory,
    c_file,
    c_function,
    c_library,
    c_memory,
    jammed,
    loops_of,
)
from autograd_core.compiler.printers.native import c_compiler
from autograd_core.compiler.printers.numpy import ArrayProgram, Text
from autograd_core.compiler.printers.refusal import (
    MOST_INSTRUCTIONS,
    NoCompiler,
    TooLong,
    refuse_unknown,
)

Shapes: TypeAlias = "tuple[tuple[int, ...] | None, ...]"
_SMALL = 64  # numbers of a variable: up to here NumPy's calls take longer than their work
_KEPT: list[object] = []  # arrays whose addresses are in compiled code live as long as the process


def can_compile() -> bool:
    """Say whether there is LLVM or a C compiler."""
    return in_process.available() or c_compiler.available()


def c_source(program: Program, name: str) -> str:
    """Return an array program as a file of C with a function `name`.

    Raises:
        NoCompiler: If C's library lacks a function that it calls.
    """
    return _c_file(_loops(program), name)


def _c_file(loops: LoopProgram, name: str) -> str:
    memory = c_memory(loops)
    return c_file(loops, memory, c_function(loops, memory), name)


def _loops(program: Program) -> LoopProgram:
    refuse_unknown([step.name for step in program.instructions], C_FUNCTIONS, "C's library")
    return loops_of(program)


def native_program(
    program: Program,
    batched: tuple[bool, ...],
    wrt: tuple[int, ...] | None,
    name: str,
    shapes: Shapes | None,
    moves: bool = False,
) -> NativeProgram:
    """Return an array program in machine code, compiled.

    Args:
        program: The array program.
        batched: For each argument, whether it has one row per sample.
        wrt: The arguments whose gradients it returns; None for the value alone.
        name: The name of the function in C.
        shapes: The shape of each gradient, None for a float; or None if not all arguments and
            results are floats and arrays.
        moves: Whether a call runs on several batches, and updates the arguments after each of
            them; then it is a program of `with_updates`.

    Raises:
        NoCompiler: If there is no compiler, or it cannot compile this program.
    """
    if len(program.instructions) > MOST_INSTRUCTIONS:
        count = len(program.instructions)
        raise NoCompiler(
            f"{count:,} instructions are more than the {MOST_INSTRUCTIONS:,} to compile"
        )
    loops = jammed(_loops(program))
    variables = loops.variables
    memory = c_memory(loops)
    doubles = [
        sum(variables[var].size for var in memory.scratch if variables[var].batched == of_batch)
        for of_batch in (True, False)
    ]
    text = Text("", outputs=(len(program.outputs), False), doubles=(doubles[0], doubles[1]))
    found = NativeProgram(text, batched, wrt, loops=loops, name=name, shapes=shapes, moves=moves)
    found.call  # noqa: B018  (compiled now, so that errors are raised here)
    return found


@dataclass
class NativeProgram(ArrayProgram):
    """A program in machine code. It pickles as loops; each process compiles them anew.

    Attributes:
        loops: The program of loops.
        name, shapes, moves: See `native_program`.
    """

    loops: LoopProgram = field(kw_only=True)
    name: str = field(kw_only=True)
    shapes: Shapes | None = field(kw_only=True, default=None)
    moves: bool = field(kw_only=True, default=False)

    def __getstate__(self) -> dict[str, Any]:
        hidden = ("_local", "_compiled", "_direct_other", "memory")
        return {name: value for name, value in self.__dict__.items() if name not in hidden}

    @cached_property
    def memory(self) -> Memory:
        """The names and the storage of its variables."""
        return c_memory(self.loops)

    @property
    def source(self) -> str:
        """The program as C."""
        return _c_file(self.loops, self.name)

    @property
    def summary(self) -> str:
        """Its compiler, for the report."""
        engine = "LLVM" if in_process.available() else "a C compiler"
        return f"machine code by {engine}"

    @property
    def call(self) -> Callable[..., None]:
        """`call(context, *objects)`, which runs the program."""
        return self._compiled[0]

    def direct(self, nested: bool) -> Function | None:
        """Return machine code that takes the user's arguments; None if Python has to come between.

        Args:
            nested: Whether the gradients are in a tuple of their own.
        """
        return self._compiled[1] if nested == self._nested else self._direct_other

    @cached_property
    def _direct_other(self) -> Function | None:
        """The function of `direct` for the less usual value of `nested`."""
        direct = self._direct_call(not self._nested)
        if direct is None or not in_process.available():
            return None
        try:
            return in_process.compiled(
                self.loops, self.memory, self._objects, direct, small=self._small
            )[1]
        except TooLong:  # its text may be a few characters longer than the other's
            return None

    @cached_property
    def _compiled(self) -> tuple[Callable[..., None], Function | None]:
        """`call`, and the function of `direct` for the usual value of `nested`."""
        if in_process.available():
            direct, first = self._direct_call(self._nested), len(self.loops.arguments) + 1
            copied = [(first + result, argument) for result, argument in self._feedback]
            return in_process.compiled(
                self.loops, self.memory, self._objects, direct, copied, self._small
            )
        if not c_compiler.available():
            raise NoCompiler("there is neither llvmlite (pip install llvmlite) nor a C compiler")
        given = [self.loops.variables[var] for var in self.memory.given[: self._objects]]
        sizes = [(variable.size, variable.batched) for variable in given]
        text = c_library(self.loops, self.memory)
        return c_compiler.compiled(text, sizes, self._small), None

    @property
    def _small(self) -> bool:
        """Whether its loops are so short that NumPy's calls would take longer."""
        sizes = [self.loops.variables[var].size for var in self.loops.used]
        return not self.loops.batch and sum(sizes) <= _SMALL * len(sizes)

    @property
    def _feedback(self) -> list[tuple[int, int]]:
        """Pairs of a result that is the new value of an argument, and that argument."""
        wrt = self.wrt or ()  # where an argument occurs twice, the second result is its gradient
        return [(i, a) for i, a in enumerate(wrt) if self.moves and a not in wrt[:i]]

    @property
    def _nested(self) -> bool:
        """Whether most callers want the gradients in a tuple of their own: if there are several."""
        return len(self.wrt or ()) > 1

    @property
    def _objects(self) -> int:
        """The number of objects that `call` takes: arguments, outputs and gradients."""
        return len(self.loops.arguments) + 1 + len(self.loops.results.gradients)

    def _direct_call(self, nested: bool) -> in_process.Direct | None:
        """Return the signature of the user's call; None if machine code cannot answer it alone.

        It can for floats and arrays, one output, and no batch, live leaves or scratch.
        """
        live = self.loops.variables[self.loops.arguments[-1].var].size
        several = self.text.outputs[0] != 1 or self.loops.batch
        if self.shapes is None or live or several or self.memory.scratch:
            return None
        kept = self._fixed(1)
        _KEPT.append(kept)
        fixed = tuple([array.ctypes.data for array in kept])
        return in_process.Direct(self.shapes, nested, fixed)

    def _fixed(self, samples: int) -> list[npt.NDArray[Any]]:
        """Return constants, tables and scratch, in the order of memory."""
        variables, kept = self.loops.variables, list[npt.NDArray[Any]]()
        for var in self.memory.given[self._objects :]:
            data = variables[var].data
            if data is None:
                size = max(1, (samples if variables[var].batched else 1) * variables[var].size)
                kept.append(np.full(size, math.nan, bool if variables[var].truth else np.float64))
            else:
                kept.append(np.ascontiguousarray(data, np.float64))
        return [*kept, *self.memory.tables.values()]

    def _built(self, samples: int) -> Function:
        """Return the program with new scratch for a number of samples."""
        call, kept = self.call, self._fixed(samples)
        context = np.array([samples, *[a.ctypes.data for a in kept], 1, 1], np.int64)
        shapes = [
            ((samples, *a.shape) if a.batched else a.shape)
            for a in (self.loops.arguments[i] for i in self.wrt or ())
        ]
        count, empty, feedback = self.text.outputs[0], np.empty, self._feedback
        batched = [i for i, argument in enumerate(self.loops.arguments) if argument.batched]
        fed_back, places = {result for result, _ in feedback}, list(enumerate(shapes))

        def run(*given: Any) -> Any:
            gradients = [empty(shape) for shape in shapes]
            outputs = empty(count)
            call(context, *given, outputs, *gradients)
            return outputs.tolist(), gradients

        def run_batch(*given: Any) -> Any:
            *arguments, outputs, into = given
            gradients = [
                empty(shape) if place is None else place for shape, place in zip(shapes, into)
            ]
            call(context, *arguments, outputs, *gradients)
            return outputs, gradients

        def run_batches(batches: int, every: bool, *given: Any) -> Any:
            # `every`: return the updated arguments after each batch, not only after the last
            arguments, outputs = list(given), empty((batches * samples, count))
            rows = (batches,) if every else ()
            results = [empty((*rows, *shape) if i in fed_back else shape) for i, shape in places]
            for _, argument in feedback:
                arguments[argument] = np.array(arguments[argument])  # a copy, which is updated
            if in_process.available():
                context[-2:] = batches, batches if every else 1
                call(context, *arguments, outputs, *results)
            else:
                for batch in range(batches):
                    part = slice(batch * samples, (batch + 1) * samples)
                    now = [a[part] if i in batched else a for i, a in enumerate(arguments)]
                    into = [
                        r[batch] if every and i in fed_back else r for i, r in enumerate(results)
                    ]
                    call(context, *now, outputs[part], *into)
                    for result, argument in feedback:
                        arguments[argument][...] = into[result].reshape(arguments[argument].shape)
            return outputs, results

        chosen: Any = run_batches if self.moves else run_batch if self.loops.batch else run
        chosen.kept = kept  # its addresses are in the context
        return chosen  # type: ignore[no-any-return]
