"""Source: the text of an array program, and what surrounds it, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt


@dataclass
class Text:
    """The source of an array program and what it needs to run.

    Attributes:
        source: Defines `build(B)`, which allocates buffers and returns `run`.
        functions: Names of the functions that it calls.
        tables: Arrays of numbers and positions that it reads.
        outputs: How many outputs there are; and for a batch, whether the array that the caller
            makes for them is `(outputs, samples)`, so that each is in one piece, or the reverse.
        doubles: Floats in buffers: for each sample, and besides those.
        matmuls: How many matrix products there are.
        calls: How many array operations.
    """

    source: str
    functions: frozenset[str] = frozenset()
    tables: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    outputs: tuple[int, bool] = (1, False)
    doubles: tuple[int, int] = (0, 0)
    matmuls: int = 0
    calls: int = 1
