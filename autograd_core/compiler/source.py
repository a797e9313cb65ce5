"""Source: the text of an array program, and what surrounds it, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from autograd_core.compiler.buffers import Shape


@dataclass
class Argument:
    """What the program takes, or what it returns the gradient of.

    Attributes:
        var: The variable that holds it.
        shape: Its shape, for one sample.
        batched: Whether it has one row per sample.
    """

    var: int
    shape: Shape
    batched: bool


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
    functions: frozenset[str]
    tables: dict[str, npt.NDArray[Any]]
    outputs: tuple[int, bool]
    doubles: tuple[int, int]
    matmuls: int
    calls: int
