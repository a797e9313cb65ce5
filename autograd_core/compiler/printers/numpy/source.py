"""Source: the text of an array program and what it needs to run, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt


@dataclass
class Text:
    """The source of an array program and what it needs to run.

    Attributes:
        source: Defines `build(B)`, which allocates buffers and returns `run`.
        functions: Names of the elementary functions that it calls.
        tables: Arrays of constants and of positions that it reads, by name.
        outputs: The number of outputs; and for a batch, whether the caller allocates them as
            `(outputs, samples)`, so that each output is contiguous, or as `(samples, outputs)`.
        doubles: The size of the buffers in float64s: for each sample, and shared by all samples.
        matmuls: The number of matrix products.
        calls: The number of array operations.
    """

    source: str
    functions: frozenset[str] = frozenset()
    tables: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    outputs: tuple[int, bool] = (1, False)
    doubles: tuple[int, int] = (0, 0)
    matmuls: int = 0
    calls: int = 1
