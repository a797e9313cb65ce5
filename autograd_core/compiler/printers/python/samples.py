"""Samples: straight-line code on one sample of a batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from autograd_core.table import Floats


class OneByOne(Protocol):
    """What runs on single numbers: straight-line code, or a machine in its place."""

    @property
    def source(self) -> str:
        """The program as one would read it."""

    @property
    def summary(self) -> str:
        """What it is, for the report."""

    @property
    def results(self) -> tuple[int, int]:
        """How many outputs there are, and how many gradients."""

    def entry(self, alone: bool) -> Callable[..., Any] | None:
        """Return a function of the inputs that gives the one output, and the gradients.

        Args:
            alone: Whether the one gradient is wanted by itself, and not in a tuple.
        """

    def run(self, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Return the outputs and the gradients of the first, for these inputs."""

    def run_parts(
        self, parts: Sequence[list[float] | Floats]
    ) -> tuple[Sequence[float], Sequence[float] | Floats]:
        """Return the same for inputs that are in several parts, arrays of any shape among them."""


def run_each(
    program: OneByOne,
    arguments: Sequence[Any],
    batched: Sequence[bool],
    live: list[float],
    samples: int,
) -> tuple[Floats, Floats]:
    """Return the outputs and the gradients by each number, a row for each sample.

    Args:
        program: What runs on the numbers of one sample.
        arguments: The numbers of each argument, of all samples if it is batched.
        batched: Which of them are.
        live: The numbers of live leaves.
        samples: How many samples.
    """
    tables = [
        np.asarray(numbers, np.float64).reshape(samples if many else 1, -1).tolist()
        if samples or not many else []
        for numbers, many in zip(arguments, batched)
    ]  # fmt: skip
    rows = []
    for sample in range(samples):
        parts = [table[sample if many else 0] for table, many in zip(tables, batched)]
        rows.append(program.run([number for part in parts for number in part] + live))
    outputs = np.array([row[0] for row in rows], np.float64)
    gradients = np.array([row[1] for row in rows], np.float64)
    count, slopes = program.results
    return outputs.reshape(samples, count), gradients.reshape(samples, slopes)
