"""Samples: straight-line code on one sample of a batch after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.printers.python.program import ScalarProgram

Floats = npt.NDArray[np.float64]


def run_each(
    program: ScalarProgram,
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
