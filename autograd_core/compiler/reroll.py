"""Re-roll: instructions that do the same to the same kinds of operands become one group.

This is colour refinement in one pass, operands before consumers: the colour of an instruction is
its operation and the colours of its operands. Chains of `+` and `-` become sums with any number of
terms, and products that only such a sum uses become its pairs, so that it is a dot product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np

from autograd_core.compiler.expand import Expanded, arithmetic
from autograd_core.compiler.groups import Group, Groups, Term
from autograd_core.compiler.tape import Step, value_template
from autograd_core.table import Op

_SUMS = {"add": (1, 1), "subtract": (1, -1), "total": (), "negative": (-1,)}
_PRODUCTS = ("multiply", "square")
# A graph without structure is given up after so many instructions, if more than one in so many has
# no like among them; in the end one in 4 is too many.
_PATIENCE, _NEVER = ((5_000, 2), (20_000, 4)), (math.inf, 0)


def reroll(program: Expanded, inputs: Sequence[int], *, give_up: bool = False) -> Groups | None:
    """Return the groups of a program.

    Args:
        program: Its scalar instructions.
        inputs: The sizes of its arguments; each is one kind of operand.
        give_up: Return None when most instructions have no like.
    """
    return _Reroll(program, inputs).run(give_up)


def _kind(op: Op, operands: int) -> str:
    """Return `multiply`, `add` ... for the arithmetic, `square` for x * x, empty for the rest."""
    if op.arity not in (None, operands):
        return ""
    if [*value_template(op, operands).steps] == [Step("multiply", (0, 0))]:
        return "square"
    return arithmetic(op, operands)


class _Reroll:
    """The state of one pass over the instructions."""

    def __init__(self, program: Expanded, inputs: Sequence[int]) -> None:
        self.program = program
        self.sizes = list(inputs)
        self.base = program.inputs
        total = self.base + len(program.ops)
        flat = np.fromiter(chain.from_iterable(program.operands), dtype=np.int64)
        uses = np.bincount(flat[flat >= 0], minlength=total)
        for pairs in program.edges.values():
            for number in chain.from_iterable(pairs):
                if number >= 0:
                    uses[number] += 2  # differentiated by, or a partial: not to be absorbed
        for number in program.outputs:
            if number >= 0:
                uses[number] += 2
        self.once: list[bool] = (uses == 1).tolist()
        self.color = [0] * total
        self.interned: dict[object, int] = {}
        self.kind: dict[tuple[Op, int], str] = {}
        self.members: dict[int, list[int]] = {}
        # number -> its classes: weight, whether they are products, the numbers
        self.sums: dict[int, list[tuple[float, bool, list[int]]]] = {}
        self.offsets: dict[int, float] = {}
        self.absorbed = bytearray(total)
        self.products: set[int] = set()  # colours of products
        self.operands = list(program.operands)  # those of products in the order of their colours

    def run(self, give_up: bool) -> Groups | None:
        color, interned = self.color, self.interned
        number = 0
        for argument, size in enumerate(self.sizes):
            kind = interned.setdefault(("input", argument), len(interned) + 1)
            color[number : number + size] = [kind] * size
            number += size
        roots = self._sum_roots()
        checks = iter(_PATIENCE if give_up else ())
        check, share = next(checks, _NEVER)
        edges, kinds, absorbed = self.program.edges, self.kind, self.absorbed
        both = zip(self.program.ops, self.program.operands)
        for number, (op, operands) in enumerate(both, self.base):
            if absorbed[number]:
                continue
            if number in roots:
                key: object = self._sum_key(number)
            elif number in edges:
                pairs = [(color[a] if a >= 0 else 0, color[b] if b >= 0 else 0)
                         for a, b in edges[number]]  # fmt: skip
                key = (op, "edges", *pairs, color[operands[0]])
            else:
                colors = tuple([color[a] if a >= 0 else 0 for a in operands])
                name = kinds[op, len(operands)]
                if name == "multiply" and colors[0] > colors[1]:
                    colors = colors[::-1]
                    self.operands[number - self.base] = operands[::-1]
                elif name == "square":
                    self.operands[number - self.base] = operands * 2
                key = (op, colors)
            found = interned.get(key)
            if found is None:
                found = interned[key] = len(interned) + 1
                self.members[found] = []
                if kinds[op, len(operands)] in _PRODUCTS:
                    self.products.add(found)
            color[number] = found
            self.members[found].append(number)
            seen = number - self.base
            if seen >= check:
                if len(self.members) * share > seen:
                    return None
                check, share = next(checks, _NEVER)
        if give_up and len(self.members) * 4 > len(self.program.ops):
            return None
        return self._groups()

    def _sum_roots(self) -> set[int]:
        """Mark sums that only another sum uses as absorbed, and return the ones that remain."""
        kinds = self.kind
        roots: set[int] = set()
        inner = bytearray(len(self.color))
        ops, operands_of, edges = self.program.ops, self.program.operands, self.program.edges
        for index in range(len(ops) - 1, -1, -1):
            operands = operands_of[index]
            signature = (ops[index], len(operands))
            kind = kinds.get(signature)
            if kind is None:
                kind = kinds[signature] = _kind(*signature)
            if kind not in _SUMS or (number := self.base + index) in edges:
                continue
            if inner[number] and self.once[number]:
                self.absorbed[number] = 1
            elif kind != "negative":
                roots.add(number)
            else:
                continue
            for operand in operands:
                if operand >= 0:
                    inner[operand] = 1
        return roots

    def _sum_key(self, root: int) -> object:
        """Sort the terms of a sum into classes by sign and colour; return what identifies them."""
        base, ops, operands_of = self.base, self.program.ops, self.program.operands
        color, single, absorbed, kinds = self.color, self.once, self.absorbed, self.kind
        classes: dict[tuple[int, int, bool], list[int]] = {}
        offset = 0.0
        stack = [(1, root)]
        first = True
        while stack:
            sign, number = stack.pop()
            if number < 0:
                offset += sign * self.program.constants[-1 - number]
            elif first or absorbed[number]:
                first = False
                operands = operands_of[number - base]
                name = kinds[ops[number - base], len(operands)]
                if name == "add":  # as nearly all of them
                    stack += ((sign, operands[1]), (sign, operands[0]))
                    continue
                signs = _SUMS[name] or (1,) * len(operands)
                stack += [(sign * s, a) for s, a in zip(signs[::-1], operands[::-1])]
            else:
                classes.setdefault((sign, color[number], single[number]), []).append(number)
        merged: dict[tuple[float, int, bool], list[int]] = {}
        for (sign, kind, once), numbers in classes.items():
            weight, product = float(sign), once and kind in self.products and len(numbers) > 1
            while product:
                for number in numbers:
                    absorbed[number] = 1
                factor = self._common_factor(numbers)
                if factor is None:
                    break
                weight *= factor
                numbers = [max(self.operands[number - base]) for number in numbers]
                kind = self.color[numbers[0]]
                product = kind in self.products and all(self.once[n] for n in numbers)
            merged.setdefault((weight, kind, product), []).extend(numbers)
        ordered = sorted(merged)
        self.sums[root] = [(key[0], key[2], merged[key]) for key in ordered]
        if offset:
            self.offsets[root] = offset
        return ("sum", bool(offset), *[(key, len(merged[key])) for key in ordered])

    def _common_factor(self, numbers: list[int]) -> float | None:
        """Return the constant that all of these products have as a factor."""
        operands, base = self.operands, self.base
        first = min(operands[numbers[0] - base])
        if first >= 0:
            return None
        if any(first not in operands[number - base] for number in numbers):
            return None
        return self.program.constants[-1 - first]

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
        """Return the edges of a group as terms partial * operand, by the colours of the two."""
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
