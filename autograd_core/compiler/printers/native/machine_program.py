"""MachineProgram: a scalar program that LLVM's machine runs step by step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler.printers.llvm import Words, in_process, words_of
from autograd_core.compiler.printers.python import OneByOne
from autograd_core.compiler.printers.refusal import NoCompiler
from autograd_core.compiler.structure import Scalars, steps_of
from autograd_core.table import Floats

Printer: TypeAlias = "Callable[[Scalars, tuple[int, ...] | None], OneByOne]"


def has_machine() -> bool:
    """Say whether there is a machine: LLVM's alone."""
    return in_process.available()


def machine_program(
    scalars: Scalars, wrt: tuple[int, ...] | None, printer: Printer
) -> MachineProgram:
    """Return a scalar program for the machine, and the gradients of the first output with `wrt`.

    Args:
        scalars: The program.
        wrt: Inputs to differentiate by; None for the value alone.
        printer: What prints it for whoever wants to read it.

    Raises:
        NoCompiler: If there is no machine, or C's library lacks a function.
    """
    if not has_machine():
        raise NoCompiler("so many steps want llvmlite (pip install llvmlite)")
    found = MachineProgram(scalars, wrt, printer)
    found.words  # noqa: B018  (written now: what fails, fails here)
    return found


@dataclass
class MachineProgram:
    """A scalar program on the machine. It pickles as that; words are written in each process.

    Attributes:
        scalars: What is computed.
        wrt: The inputs whose gradients it returns; None for the value alone.
        printer: What prints it for whoever wants to read it.
    """

    scalars: Scalars
    wrt: tuple[int, ...] | None
    printer: Printer

    def __getstate__(self) -> dict[str, Any]:
        made_here = ("_local", "_printed", "words")
        return {name: value for name, value in vars(self).items() if name not in made_here}

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()  # each thread has a memory of its own

    @cached_property
    def words(self) -> Words:
        """What the machine does."""
        return words_of(steps_of(self.scalars, self.wrt))

    @cached_property
    def _printed(self) -> OneByOne:
        return self.printer(self.scalars, self.wrt)

    @property
    def results(self) -> tuple[int, int]:
        """How many outputs there are, and how many gradients."""
        return len(self.scalars.outputs), len(self.wrt or ())

    @property
    def source(self) -> str:
        """The program as one would read it: in Python."""
        return self._printed.source

    @property
    def summary(self) -> str:
        """What it is, for the report."""
        if not has_machine():  # from a pickle of where there was a machine
            return self._printed.summary
        return f"straight-line code, run by LLVM step by step: {len(self.words.code):,} words"

    def entry(self, alone: bool) -> Callable[..., Any]:
        """Return a function of the inputs that gives the one output, and the gradients with `wrt`.

        Args:
            alone: Whether the one gradient is wanted by itself, and not in a tuple.
        """
        value_only = self.wrt is None

        def run(*numbers: float) -> Any:
            if len(numbers) != self.scalars.inputs:
                raise TypeError(f"wanted {self.scalars.inputs} floats, got {len(numbers)}")
            (value,), gradients = self.run(numbers)
            if value_only:
                return value
            return value, gradients[0] if alone else tuple(gradients)

        return run

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs and the gradients of the first, for these inputs."""
        outputs, gradients = self.run_parts([list(numbers)])
        return outputs, gradients.tolist()

    def run_parts(self, parts: Sequence[list[float] | Floats]) -> tuple[list[float], Floats]:
        """Return the same for inputs that are in several parts, arrays of any shape among them."""
        if not has_machine():
            outputs, slopes = self._printed.run_parts(parts)
            return list(outputs), np.array(slopes)
        words, local = self.words, self._local
        if not hasattr(local, "call"):  # which comes last: what is interrupted is made again
            local.memory = np.zeros(words.places)
            local.memory[words.inputs : words.inputs + len(words.constants)] = words.constants
            local.words = words  # the machine is told where their code is
            addresses = 1, local.memory.ctypes.data, words.code.ctypes.data
            local.context = np.array(addresses, np.int64)
            local.call = in_process.machine()
        memory, place = local.memory, 0
        for part in parts:
            size = len(part) if isinstance(part, list) else part.size
            memory[place : place + size] = part if isinstance(part, list) else part.ravel()
            place += size
        local.call(local.context)
        found = memory[words.outputs]
        count = len(self.scalars.outputs)
        return found[:count].tolist(), found[count:]
