"""InterpretedProgram: straight-line code that machine code runs step by step, compiled once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd_core.compiler.printers.llvm import Words, in_process, words_of
from autograd_core.compiler.printers.python import ScalarProgram
from autograd_core.compiler.printers.refusal import NoCompiler
from autograd_core.compiler.structure import Scalars, steps_of


def interpreted(program: ScalarProgram, scalars: Scalars) -> InterpretedProgram:
    """Return a straight-line program to be run by LLVM's machine.

    Args:
        program: What it is in Python.
        scalars: What that was printed from.

    Raises:
        NoCompiler: If there is no LLVM, or C's library lacks a function.
    """
    if not in_process.available():
        raise NoCompiler("so many steps want llvmlite (pip install llvmlite)")
    words = words_of(steps_of(scalars, program.wrt))
    return InterpretedProgram(**program.__getstate__(), words=words)


@dataclass
class InterpretedProgram(ScalarProgram):
    """A straight-line program in the words of a machine. Its source is that of the program.

    Attributes:
        words: What the machine does.
    """

    words: Words = field(kw_only=True)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_local"}

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()  # each thread has a memory of its own

    @property
    def summary(self) -> str:
        """What it is, for the report."""
        return f"straight-line code, run by LLVM step by step: {len(self.words.code):,} words"

    def entry(self, alone: bool) -> Callable[..., Any]:
        """Return a function of the inputs, as that of straight-line code."""

        def run(*numbers: float) -> Any:
            (value,), gradients = self.run(numbers)
            if self.wrt is None:
                return value
            return value, gradients[0] if alone else tuple(gradients)

        return run

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs and the gradients of the first, for these inputs."""
        words = self.words
        try:
            memory, context, call = self._local.held
        except AttributeError:
            memory = np.zeros(words.places)
            memory[words.inputs : words.inputs + len(words.constants)] = words.constants
            context = np.array([1, memory.ctypes.data, words.code.ctypes.data], np.int64)
            call = in_process.machine()
            self._local.held = memory, context, call
        memory[: words.inputs] = numbers
        call(context)
        found = memory[words.outputs].tolist()
        return found[: self.count], found[self.count :]
