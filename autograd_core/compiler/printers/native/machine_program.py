"""MachineProgram: a scalar program that the machine of `llvm` interprets, step by step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.printers.llvm import Words, in_process, words_of
from autograd_core.compiler.printers.python import ScalarRunner
from autograd_core.compiler.printers.refusal import NoCompiler
from autograd_core.compiler.structure import Scalars, steps_of
from autograd_core.table import Floats

Printer: TypeAlias = "Callable[[Scalars, tuple[int, ...] | None], ScalarRunner]"


def has_machine() -> bool:
    """Say whether there is a machine, which needs LLVM."""
    return in_process.available()


def machine_program(
    scalars: Scalars, wrt: tuple[int, ...] | None, printer: Printer
) -> MachineProgram:
    """Return a scalar program for the machine: outputs and, with `wrt`, gradients of the first.

    Args:
        scalars: The program.
        wrt: Inputs to differentiate by; None for the value alone.
        printer: Prints it as straight-line code, which is its `source`.

    Raises:
        NoCompiler: If there is no machine, or C's library lacks a function.
    """
    if not has_machine():
        raise NoCompiler("a program of this length needs llvmlite (pip install llvmlite)")
    found = MachineProgram(scalars, wrt, printer)
    found.words  # noqa: B018  (computed now, so that errors are raised here)
    return found


@dataclass
class MachineProgram:
    """A scalar program on the machine. It pickles as `Scalars`; each process makes its words anew.

    Attributes:
        scalars: The program.
        wrt: The inputs whose gradients it returns; None for the value alone.
        printer: Prints it as straight-line code, which runs where there is no machine.
    """

    scalars: Scalars
    wrt: tuple[int, ...] | None
    printer: Printer

    def __getstate__(self) -> dict[str, Any]:
        hidden = ("_local", "_printed", "words")
        return {name: value for name, value in vars(self).items() if name not in hidden}

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()  # each thread has its own memory

    @cached_property
    def words(self) -> Words:
        """The program of the machine."""
        return words_of(steps_of(self.scalars, self.wrt))

    @cached_property
    def _printed(self) -> ScalarRunner:
        return self.printer(self.scalars, self.wrt)

    @property
    def results(self) -> tuple[int, int]:
        """The number of outputs, and the number of gradients."""
        return len(self.scalars.outputs), len(self.wrt or ())

    @property
    def source(self) -> str:
        """The program as straight-line Python."""
        return self._printed.source

    @property
    def summary(self) -> str:
        """Its kind and size, for the report."""
        if not has_machine():  # unpickled where llvmlite is missing
            return self._printed.summary
        return f"straight-line code, run by LLVM step by step: {len(self.words.code):,} words"

    def entry(self, bare_gradient: bool) -> Function:
        """Return a function of the inputs that returns the only output, and gradients with `wrt`.

        Args:
            bare_gradient: Whether the only gradient is returned by itself, not in a tuple.
        """
        value_only = self.wrt is None

        def run(*numbers: float) -> Any:
            if len(numbers) != self.scalars.inputs:
                raise TypeError(f"wanted {self.scalars.inputs} floats, got {len(numbers)}")
            (value,), gradients = self.run(numbers)
            if value_only:
                return value
            return value, gradients[0] if bare_gradient else tuple(gradients)

        return run

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs, and the gradients of the first output."""
        outputs, gradients = self.run_parts([list(numbers)])
        return outputs, gradients.tolist()

    def run_parts(self, parts: Sequence[list[float] | Floats]) -> tuple[list[float], Floats]:
        """Return the same as `run` for inputs in several parts, lists and arrays of any shape."""
        if not has_machine():
            outputs, gradients = self._printed.run_parts(parts)
            return list(outputs), np.array(gradients)
        words, local = self.words, self._local
        if not hasattr(local, "call"):  # set last: after an interrupt all is made again
            local.memory = np.zeros(words.places)
            local.memory[words.inputs : words.inputs + len(words.constants)] = words.constants
            local.words = words  # kept alive: the context has the address of their code
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
