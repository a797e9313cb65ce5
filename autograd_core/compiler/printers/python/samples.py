"""Samples: straight-line code on a batch, one sample after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from autograd_core.compiler.capture.tree import Function
from autograd_core.table import Floats


class ScalarRunner(Protocol):
    """A program that runs on one sample: straight-line code, or the machine in its place."""

    @property
    def source(self) -> str:
        """The source of the program."""

    @property
    def summary(self) -> str:
        """Its kind and size, for the report."""

    @property
    def results(self) -> tuple[int, int]:
        """The number of outputs, and the number of gradients."""

    def entry(self, bare_gradient: bool) -> Function | None:
        """Return a function of the inputs that returns the only output, and the gradients.

        None if the program has no such function.

        Args:
            bare_gradient: Whether the only gradient is returned by itself, not in a tuple.
        """

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs, and the gradients of the first output."""

    def run_parts(
        self, parts: Sequence[list[float] | Floats]
    ) -> tuple[Sequence[float], Sequence[float] | Floats]:
        """Return the same as `run` for inputs in several parts, lists and arrays of any shape."""


def run_each(
    program: ScalarRunner,
    arguments: Sequence[list[float] | Floats],
    batched: Sequence[bool],
    live: list[float],
    samples: int,
) -> tuple[Floats, Floats]:
    """Return `(samples, outputs)` and the gradients `(samples, numbers)`.

    Args:
        program: Runs on the numbers of one sample.
        arguments: The numbers of each argument, of all samples if it is batched.
        batched: For each argument, whether it is batched.
        live: The numbers of live leaves.
        samples: The number of samples.
    """
    tables = [
        np.asarray(numbers, np.float64).reshape(samples if is_batched else 1, -1).tolist()
        if samples or not is_batched else []
        for numbers, is_batched in zip(arguments, batched)
    ]  # fmt: skip
    rows = []
    for sample in range(samples):
        parts = [table[sample if is_batched else 0] for table, is_batched in zip(tables, batched)]
        rows.append(program.run([number for part in parts for number in part] + live))
    outputs = np.array([row[0] for row in rows], np.float64)
    gradients = np.array([row[1] for row in rows], np.float64)
    outputs_each, gradients_each = program.results
    return outputs.reshape(samples, outputs_each), gradients.reshape(samples, gradients_each)
