"""Records: what was computed from what, for the adjoint program to walk back through."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.layout import Loops, Numbers
from autograd_core.compiler.arrays.program import Operand, View
from autograd_core.table import Op


@dataclass
class Access:
    """How a group reads numbers of another.

    Attributes:
        operand: The numbers, in the loops of the group.
        var: The variable they come from, None for constants.
        walk: Where in it, in the same loops; None if irregular.
        table: All of the positions in order.
    """

    operand: Operand
    var: int | None = None
    walk: Loops | None = None
    table: Numbers | None = None


@dataclass
class RowRecord:
    """An operation on whole groups: `output` is `op` of the operands, in loops `dims`."""

    output: View
    op: Op
    operands: list[Access]
    dims: tuple[int, ...]


@dataclass
class SumRecord:
    """A row sum: `output[i]` (all of it in order) has the term `weight * sum(left[i] * right[i])`.

    `dims` are the loops over members, then those over terms, of which there are `inner`.
    """

    output: View
    weight: float
    left: Access
    right: Access | None
    dims: tuple[int, ...]
    inner: int
    constant: bool = False  # the left factors count as constants


@dataclass
class MatrixRecord:
    """A matrix product: `output[p, q]` has the term `weight * sum(left[p] * right[q])`."""

    output: View
    weight: float
    left: Access
    right: Access
    rows: int
    columns: int
    inner: int
    constant: bool = False


Record = RowRecord | SumRecord | MatrixRecord
NOWHERE = View(-1, Loops(0, (), ()))  # until it is known where a sum ends up


@dataclass
class Forward:
    """Array instructions for the values, and what there is to differentiate, in order.

    Attributes:
        code: The instructions so far.
        inputs: The variable of each argument; the last holds the live leaves.
        records: What was computed from what.
        var_of: For each number of the scalar program, its variable.
        position_of: And its position there.
    """

    code: Code
    inputs: list[int]
    records: list[Record] = field(default_factory=list)
    var_of: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    position_of: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
