"""Instructions: what an array program does, one NumPy call each, as plain data.

Every variable is flat, `(size,)`, or `(B, size)` when it depends on the sample of a batch. An
instruction reads and writes views: nested loops over a variable (layout.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.layout import Loops, Numbers

COMPARISONS = frozenset(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"))


class View(NamedTuple):
    """Loops over a variable."""

    var: int
    loops: Loops


Operand: TypeAlias = "View | float"


@dataclass
class Var:
    """A variable: its size for one sample, and what it is.

    Attributes:
        size: How many numbers.
        batched: Whether there are that many for each sample.
        truth: Whether they are bools (results of comparisons).
        role: `input`, `live`, `constant`, `value`, `adjoint` or `temporary`.
        name: Its name in the source.
        data: The numbers of a constant.
    """

    size: int
    batched: bool = False
    truth: bool = False
    role: str = "temporary"
    name: str = ""
    data: npt.NDArray[np.float64] | None = None


class Instruction(NamedTuple):
    """One call.

    Attributes:
        name: An elementary function, `reduce` and one, or `matmul`, `take`, `scatter`, `copy`,
            `zero`.
        operands: Views and numbers.
        out: Where the result goes.
        axes: For `reduce`, the loops to add up.
        table: For `take` and `scatter`, positions.
    """

    name: str
    operands: tuple[Operand, ...]
    out: View
    axes: tuple[int, ...] = ()
    table: Numbers | None = None


def contiguous(dims: Sequence[int], offset: int = 0) -> Loops:
    """Return the loops over consecutive positions.

    >>> contiguous((2, 3))
    Loops(offset=0, dims=(2, 3), strides=(3, 1))
    """
    strides = []
    extent = 1
    for count in reversed(dims):
        strides.append(extent if count > 1 else 0)
        extent *= count
    return Loops(offset, tuple(dims), tuple(reversed(strides)))
