"""Re-roll: group the instructions with the same operation on operands of the same groups.

This is colour refinement in one pass, operands before consumers: the colour of an instruction is
its operation, the colours of its operands, and whether it has a gradient. Chains of `+` become sums
with any number of terms (sums.py says which). Products that only such a sum uses become pairs of
factors in it, so that it is a dot product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np

from autograd_core.compiler.structure.groups import Group, Groups, Term
from autograd_core.compiler.structure.reach import useful
from autograd_core.compiler.structure.scalars import Expanded
from autograd_core.compiler.structure.sums import moderate, sum_roots
from autograd_core.compiler.structure.tape import arithmetic, is_row
from autograd_core.table import Op

_PRODUCTS = ("multiply", "square")
# Give up below 2 members per group after 5,000 instructions, below 4 after 20,000 and at the end.
_CHECKS, _NO_CHECK = ((5_000, 2), (20_000, 4)), (math.inf, 0)
_MIN_MEMBERS = 4


def reroll(
    program: Expanded,
    inputs: Sequence[int],
    *,
    give_up: bool = False,
    differentiated: bool = False,
) -> Groups | None:
    """Return the groups of a program.

    Args:
        program: Its scalar instructions.
        inputs: The sizes of its arguments; the numbers of one argument have one colour.
        give_up: Whether to return None if groups have few members on average.
        differentiated: Whether a gradient of the first output may be asked for.
    """
    return _Reroll(program, inputs, differentiated).run(give_up)


def _arithmetic_name(op: Op, operands: int) -> str:
    """Return the name of an operation of arithmetic, `square` for x * x, empty for all others.

    An operation whose partials are not those of the arithmetic is not one, whatever its value.
    """
    if op.arity not in (None, operands):
        return ""
    if operands == 1 and is_row(op, "square", 1):
        return "square"
    return arithmetic(op, operands)


class _Reroll:
    """One pass over the instructions."""

    def __init__(self, program: Expanded, inputs: Sequence[int], differentiated: bool) -> None:
        self.program = program
        self.sizes = list(inputs)
        self.base = program.inputs
        total = self.base + len(program.ops)
        flat = np.fromiter(chain.from_iterable(program.operands), dtype=np.intp)
        uses = np.bincount(flat[flat >= 0], minlength=total)
        for pairs in program.edges.values():
            for number in chain.from_iterable(pairs):
                if number >= 0:
                    uses[number] += 2  # an operand or a partial of an edge: must not be absorbed
        for number in program.outputs:
            if number >= 0:
                uses[number] += 2
        self.used_once: list[bool] = (uses == 1).tolist()
        self.color = [0] * total
        self.interned: dict[object, int] = {}
        self.arithmetic: dict[tuple[Op, int], str] = {}
        self.members: dict[int, list[int]] = {}
        # for each sum its terms by class: weight, whether they are products, their numbers
        self.sums: dict[int, list[tuple[float, bool, list[int]]]] = {}
        self.offsets: dict[int, float] = {}
        self.useful = useful(program, program.edges) if differentiated else bytearray(total)
        self.products: set[int] = set()  # the colours of products
        self.operands = list(program.operands)  # factors of products are sorted by colour
        self.roots, self.absorbed = sum_roots(program, self.used_once, self._arithmetic_of)

    def run(self, give_up: bool) -> Groups | None:
        color, interned = self.color, self.interned
        number = 0
        for argument, size in enumerate(self.sizes):
            kind = interned.setdefault(("input", argument), len(interned) + 1)
            color[number : number + size] = [kind] * size
            number += size
        checks = iter(_CHECKS if give_up else ())
        next_check, min_members = next(checks, _NO_CHECK)
        absorbed, has_gradient = self.absorbed, self.useful
        for number in range(self.base, len(color)):
            if absorbed[number]:
                continue
            key = self._key(number), has_gradient[number]
            found = interned.get(key)
            if found is None:
                found = interned[key] = len(interned) + 1
                self.members[found] = []
                if self._arithmetic_of(number) in _PRODUCTS:
                    self.products.add(found)
            color[number] = found
            self.members[found].append(number)
            seen = number - self.base
            if seen >= next_check:
                if len(self.members) * min_members > seen:
                    return None
                next_check, min_members = next(checks, _NO_CHECK)
        if give_up and len(self.members) * _MIN_MEMBERS > len(self.program.ops):
            return None
        return self._groups()

    def _key(self, number: int) -> object:
        """Return the key that the instructions of one colour share."""
        if number in self.roots:
            return self._sum_key(number)
        color, place = self.color, number - self.base
        op, operands = self.program.ops[place], self.program.operands[place]
        pairs = self.program.edges.get(number)
        if pairs is not None:
            both = [(color[a] if a >= 0 else 0, color[b] if b >= 0 else 0) for a, b in pairs]
            return (op, "edges", *both, color[operands[0]])
        colors = [color[a] if a >= 0 else 0 for a in operands]
        name = self._arithmetic_of(number)
        if name == "multiply" and colors[0] > colors[1]:
            colors = colors[::-1]
            self.operands[place] = operands[::-1]
        elif name == "square":
            self.operands[place] = operands * 2
        return op, tuple(colors)

    def _arithmetic_of(self, number: int) -> str:
        index = number - self.base
        signature = (self.program.ops[index], len(self.program.operands[index]))
        name = self.arithmetic.get(signature)
        if name is None:
            name = self.arithmetic[signature] = _arithmetic_name(*signature)
        return name

    def _sum_key(self, root: int) -> object:
        """Sort the terms of a sum into classes; return the key that equal sums share."""
        classes, offset = self._terms_of(root)
        merged: dict[tuple[float, int, bool], list[int]] = {}
        for (color, used_once), numbers in classes.items():
            weight, product = 1.0, used_once and color in self.products and len(numbers) > 1
            while product:  # absorb products that only this sum uses: they become pairs
                for number in numbers:
                    self.absorbed[number] = 1
                factor = self._common_factor(numbers)
                if factor is None:
                    break
                weight *= factor
                numbers = [max(self.operands[number - self.base]) for number in numbers]
                color = self.color[numbers[0]]
                product = color in self.products and all(self.used_once[n] for n in numbers)
            merged.setdefault((weight, color, product), []).extend(numbers)
        ordered = sorted(merged)
        self.sums[root] = [(key[0], key[2], merged[key]) for key in ordered]
        several = any(len(numbers) > 1 for numbers in merged.values())
        if offset is not None and (offset or not several):  # a sum of several starts at 0.0
            self.offsets[root] = offset
        return ("sum", root in self.offsets, *[(key, len(merged[key])) for key in ordered])

    def _terms_of(self, root: int) -> tuple[dict[tuple[int, bool], list[int]], float | None]:
        """Return the terms of a sum by (colour, used once), and the sum of its constants."""
        classes: dict[tuple[int, bool], list[int]] = {}
        offset: float | None = None
        stack = [root]
        while stack:
            number = stack.pop()
            if number < 0:
                constant = self.program.constants[-1 - number]
                offset = constant if offset is None else offset + constant
            elif number == root or self.absorbed[number]:
                stack += self.program.operands[number - self.base][::-1]
                if self.program.ops[number - self.base].arity is None:
                    offset = offset or 0.0  # a total starts at 0.0
            else:
                key = self.color[number], self.used_once[number]
                classes.setdefault(key, []).append(number)
        return classes, offset

    def _common_factor(self, numbers: list[int]) -> float | None:
        """Return the constant factor that all of these products share; None if there is none."""
        operands, base = self.operands, self.base
        first = min(operands[numbers[0] - base])
        if first >= 0:
            return None
        if any(first not in operands[number - base] for number in numbers):
            return None
        factor = self.program.constants[-1 - first]
        return factor if moderate(factor) else None

    def _groups(self) -> Groups:
        groups = []
        for members in self.members.values():
            members = [number for number in members if not self.absorbed[number]]
            if not members:
                continue
            group = Group(np.array(members, dtype=np.int64))
            one = members[0]
            if one in self.sums:
                group.terms = [
                    self._term([self.sums[number][i] for number in members])
                    for i in range(len(self.sums[one]))
                ]
                if one in self.offsets:
                    group.offset = np.array([self.offsets[number] for number in members])
            else:
                group.op = self.program.ops[one - self.base]
                count = len(self.program.operands[one - self.base])
                rows = [self.operands[number - self.base][:count] for number in members]
                table = np.array(rows, dtype=np.int64)
                group.operands = list(np.ascontiguousarray(table.T))
                if one in self.program.edges:
                    group.edges = self._edges(members)
            groups.append(group)
        return Groups(
            self.sizes, self.program.constants, len(self.color), groups, self.program.outputs
        )

    def _term(self, parts: list[tuple[float, bool, list[int]]]) -> Term:
        weight, product, _ = parts[0]
        if product:
            operands, base = self.operands, self.base
            pairs = [[operands[number - base] for number in numbers] for _, _, numbers in parts]
            table = np.array(pairs, dtype=np.int64)
            left, right = np.ascontiguousarray(np.moveaxis(table, -1, 0))
            return Term(weight, left, right)
        return Term(weight, np.array([numbers for _, _, numbers in parts], dtype=np.int64))

    def _edges(self, members: list[int]) -> list[Term]:
        """Return the edges of a group as terms partial * operand, one for each pair of colours."""
        classes: dict[tuple[int, int], list[int]] = {}
        for column, pair in enumerate(self.program.edges[members[0]]):
            first, second = (self.color[n] if n >= 0 else 0 for n in pair)
            classes.setdefault((first, second), []).append(column)
        table = np.array([self.program.edges[number] for number in members], dtype=np.int64)
        return [
            Term(1.0, table[:, columns, 1], table[:, columns, 0], constant=True)
            for (operand, _), columns in classes.items()
            if operand
        ]
