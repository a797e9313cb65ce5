"""Records: which results were computed from which operands, for differentiation in reverse."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.layout import Loops, Numbers
from autograd_core.compiler.arrays.program import Operand, View
from autograd_core.table import Op


@dataclass
class Access:
    """An operand of a group: numbers of another group, of an input, or constants.

    Attributes:
        operand: The numbers, in the loops of the group.
        var: The variable that holds them, None for constants.
        walk: Their positions in it, in the same loops; None if irregular.
        table: All of the positions in order.
    """

    operand: Operand
    var: int | None = None
    walk: Loops | None = None
    table: Numbers | None = None


@dataclass
class OpRecord:
    """An elementwise operation: `output` is `op` of the operands, in loops `dims`."""

    output: View
    op: Op
    operands: list[Access]
    dims: tuple[int, ...]


@dataclass
class SumRecord:
    """A sum for each member: `output[i]` has the term `weight * sum(left[i] * right[i])`.

    Without `right` the term is `weight * sum(left[i])`. `dims` are the loops over members, then
    those over the terms of each, of which there are `inner`. `output` is in order.
    """

    output: View
    weight: float
    left: Access
    right: Access | None
    dims: tuple[int, ...]
    inner: int
    constant: bool = False  # whether the left factors count as constants


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


Record = OpRecord | SumRecord | MatrixRecord
NOWHERE = View(-1, Loops(0, (), ()))  # until the variable of a sum is known


@dataclass
class Forward:
    """Array instructions for the values, and the records to differentiate them by.

    Attributes:
        code: The instructions so far.
        inputs: The variable of each argument; the last holds the live leaves.
        records: What was computed from what, in order.
        var_of: For each number of the scalar program, its variable.
        position_of: For each number, its position in that variable.
    """

    code: Code
    inputs: list[int]
    records: list[Record] = field(default_factory=list)
    var_of: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    position_of: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
