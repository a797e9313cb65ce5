"""JaxProgram: an array program that JAX compiles and runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.printers.jax.loading import jax_text, loaded
from autograd_core.compiler.printers.numpy import ArrayProgram
from autograd_core.table import Floats

DTYPES = ("float64", "float32", "bfloat16")


def jax_program(
    program: Program, batched: tuple[bool, ...], wrt: tuple[int, ...] | None, dtype: str
) -> JaxProgram:
    """Return a program that JAX runs.

    Args:
        program: The array program.
        batched: For each argument, whether it has one row per sample.
        wrt: The arguments whose gradients it returns; None for the value alone.
        dtype: The type in which it computes; arguments and results are float64.

    Raises:
        NoCompiler: If JAX is not installed, or lacks a function that the program calls.
    """
    found = JaxProgram(jax_text(program), batched, wrt, dtype=dtype)
    loaded(found.text, dtype)  # so that errors are raised here
    return found


def known_dtype(dtype: str) -> str:
    """Return `dtype`, if JAX programs can compute in it.

    Raises:
        ValueError: If they cannot.
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype wants one of {', '.join(DTYPES)}, got {dtype!r}")
    return dtype


@dataclass
class JaxProgram(ArrayProgram):
    """A program in JAX. It pickles as text and tables; each process compiles it anew."""

    dtype: str = field(kw_only=True)

    def __getstate__(self) -> dict[str, Any]:
        hidden = ("_local", "_run")
        return {name: value for name, value in self.__dict__.items() if name not in hidden}

    @property
    def summary(self) -> str:
        """Its size and type, for the report."""
        return f"{self.text.calls} lines of JAX in {self.dtype}"

    @cached_property
    def _run(self) -> Function:
        import jax

        run: Function = jax.jit(loaded(self.text, self.dtype))
        return run

    def ready(
        self, samples: int | None
    ) -> Callable[[Sequence[Floats], Floats], tuple[list[float] | Floats, list[Floats]]]:
        """Return `run` for a number of samples."""
        import jax

        wide, run = self.dtype == "float64", self._run
        kind = jax.numpy.dtype(self.dtype)

        def call(
            arguments: Sequence[Floats], live: Floats
        ) -> tuple[list[float] | Floats, list[Floats]]:
            with jax.enable_x64(wide):
                given = [np.asarray(a, kind) for a in (*arguments, live)]
                outputs, gradients = run(*given)
                found = np.array(outputs, np.float64)
                arrays = [np.array(gradient, np.float64) for gradient in gradients]
            return (found.tolist() if samples is None else found), arrays

        return call
