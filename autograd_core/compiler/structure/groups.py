"""Groups: a program whose equal instructions are grouped, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograd_core.table import Floats, Op

Numbers = npt.NDArray[np.int64]


@dataclass
class Term:
    """Part of a sum of every member: `weight * sum(left * right)`, or `weight * sum(left)`.

    Attributes:
        weight: A constant factor.
        left: `(members, n)` numbers of operands.
        right: `(members, n)` numbers of the other factors, or None.
        constant: Whether differentiation treats the left factors as constants.
    """

    weight: float
    left: Numbers
    right: Numbers | None = None
    constant: bool = False

    def __str__(self) -> str:
        factor = {1.0: "", -1.0: "-"}.get(self.weight, f"{self.weight:g} ")
        count = self.left.shape[1]
        if self.right is not None:
            return f"{factor}dot of {count}"
        return f"{factor}operand" if count == 1 else f"{factor}sum of {count}"


@dataclass
class Group:
    """Instructions with the same operation on operands of the same groups.

    Attributes:
        members: Their numbers, in the order of the program.
        op: Their operation; None for a sum.
        operands: For each operand of the operation, `(members,)` numbers.
        terms: The terms of a sum, besides `offset`.
        offset: For a sum, a constant for each member, or None.
        edges: Terms `partial * operand` that replace the operation's own partials.
    """

    members: Numbers
    op: Op | None = None
    operands: list[Numbers] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    offset: Floats | None = None
    edges: list[Term] | None = None

    def reordered(self, order: Numbers) -> Group:
        """Return the same sum with its members in another order."""
        terms = [
            Term(t.weight, t.left[order], None if t.right is None else t.right[order], t.constant)
            for t in self.terms
        ]
        offset = None if self.offset is None else self.offset[order]
        return Group(self.members[order], terms=terms, offset=offset)

    def __str__(self) -> str:
        if self.op is not None:
            return f"{len(self.members)} x {self.op.name}"
        parts = [str(term) for term in self.terms]
        parts += ["constant"] if self.offset is not None else []
        return f"{len(self.members)} x [{' + '.join(parts)}]"


@dataclass
class Groups:
    """A program of groups, operands first.

    Attributes:
        inputs: The size of each argument, then the number of live leaves.
        constants: Number `-1 - i` is `constants[i]`.
        count: The number of inputs and instructions, without constants.
        groups: The groups.
        outputs: The numbers that the program returns.
    """

    inputs: list[int]
    constants: list[float]
    count: int
    groups: list[Group]
    outputs: list[int]

    def __str__(self) -> str:
        return "\n".join(str(group) for group in self.groups)
