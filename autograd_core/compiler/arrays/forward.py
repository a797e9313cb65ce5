"""Forward: from groups to array instructions for their values, and records to differentiate by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.layout import (
    Numbers,
    common_dims,
    distinct_rows,
    inner_axes,
    loops,
)
from autograd_core.compiler.arrays.program import Operand, View, contiguous
from autograd_core.compiler.arrays.records import (
    NOWHERE,
    Access,
    Forward,
    MatrixRecord,
    OpRecord,
    Record,
    SumRecord,
)
from autograd_core.compiler.structure import Group, Groups, Term, value_template
from autograd_core.table import Op

_SHORT = 64  # terms up to which NumPy multiplies and sums faster than it calls BLAS per sample


def forward(
    program: Groups, names: list[str], batched: list[bool], differentiated: bool = True
) -> Forward:
    """Return the array program for the values of all groups.

    Args:
        program: The groups.
        names: A name for each input.
        batched: For each input, whether it has one row per sample.
        differentiated: Whether adjoints follow, so that each group needs a variable of its own.
    """
    return _Forward(program, names, batched, differentiated).run()


class _Forward:
    def __init__(
        self, program: Groups, names: list[str], batched: list[bool], differentiated: bool
    ) -> None:
        self.program, self.differentiated = program, differentiated
        self.code = Code()
        self.code.exact = True  # these sums have the user's order of rounding
        self.constants = np.array(program.constants, dtype=np.float64)
        inputs: list[int] = []
        self.var_of = np.full(program.count, -1, dtype=np.int64)
        self.position_of = np.zeros(program.count, dtype=np.int64)
        start = 0
        for size, name, rows in zip(program.inputs, names, batched):
            role = "input" if len(inputs) < len(program.inputs) - 1 else "live"
            var = self.code.var(size, rows, role=role, name=name)
            self.var_of[start : start + size] = var
            self.position_of[start : start + size] = np.arange(size)
            start += size
            inputs.append(var)
        self.result = Forward(self.code, inputs, [], self.var_of, self.position_of)
        self.stored: set[int] = set(inputs)  # variables that hold an input or a group

    def run(self) -> Forward:
        for group in self.program.groups:
            if group.op is None:
                self._sum(group)
            else:
                self._operation(group, group.op)
        self.code.exact = False
        return self.result

    # ---- reading ---------------------------------------------------------------------------

    def accesses(self, tables: list[Numbers], *inner: int) -> tuple[tuple[int, ...], list[Access]]:
        """Return common loops for tables of numbers, and an access for each in these loops."""
        size = tables[0].size
        found = [self._access(table) for table in tables]
        dims = common_dims(size, [access.walk for access in found], *inner)
        return dims, [self._in_loops(access, dims) for access in found]

    def _access(self, numbers: Numbers) -> Access:
        numbers = numbers.ravel()
        if numbers[0] < 0:
            return Access(self.code.constant(self.constants[-1 - numbers]))
        var = int(self.var_of[numbers[0]])
        if (self.var_of[numbers] != var).any():  # re-rolling gives operands of one colour
            raise AssertionError("operands of one kind are in one variable")
        table = self.position_of[numbers]
        walk = loops(table)
        return Access(View(var, walk or contiguous((table.size,))), var, walk, table)

    def _in_loops(self, access: Access, dims: tuple[int, ...]) -> Access:
        """Return the same numbers in these loops; gathered by `take` if they are irregular."""
        if not isinstance(access.operand, View):
            return access
        if access.var is None:
            return replace(access, operand=self.code.reshaped(access.operand, dims))
        walk = access.walk.split(dims) if access.walk else None
        if walk is not None:
            return replace(access, operand=View(access.var, walk), walk=walk)
        assert access.table is not None
        taken = self.code.take(access.var, access.table)
        return replace(access, operand=View(taken.var, contiguous(dims)), walk=None)

    def _store(self, members: Numbers, result: Operand, dims: tuple[int, ...]) -> int:
        """Make a result, in the order of the members, the value of a group; return its variable.

        If adjoints follow, the variable belongs to this group alone.
        """
        in_order = isinstance(result, View) and self.code.in_order(result)
        shared = isinstance(result, View) and result.var in self.stored
        if not isinstance(result, View) or not in_order or (shared and self.differentiated):
            result = self.code.copy(result, dims)
        if result.var not in self.stored:
            variables = self.code.variables
            variables[result.var] = replace(variables[result.var], role="value")
        self.stored.add(result.var)
        self.var_of[members] = result.var
        self.position_of[members] = np.arange(len(members))
        return result.var

    # ---- groups ----------------------------------------------------------------------------

    def _operation(self, group: Group, op: Op) -> None:
        if op.arity != len(group.operands):
            self._reduction(group, op)
            return
        dims, operands = self.accesses(group.operands)
        template = value_template(op, len(operands))
        inputs = [access.operand for access in operands]
        (result,) = self.code.run(template, inputs, dims)
        if self.code.batched(*inputs) and not self.code.batched(result):
            result = self.code.copy_per_sample(result, dims)  # because its adjoint is batched
        output = self.code.full(self._store(group.members, result, dims))
        if group.edges is None:
            self.result.records.append(OpRecord(output, op, operands, dims))
            return
        for term in group.edges:
            assert term.right is not None
            inner = term.left.shape[1]
            dims, (left, right) = self.accesses([term.left, term.right], inner)
            self.result.records.append(
                SumRecord(output, term.weight, left, right, dims, inner, constant=True)
            )

    def _reduction(self, group: Group, op: Op) -> None:
        """Compute the maximum or minimum of many, part of a value whose partials are edges."""
        count = len(group.operands)
        table = np.stack(group.operands, axis=1)
        if table.min() < 0 or len(set(self.var_of[table[0]].tolist())) > 1:
            dims, operands = self.accesses(group.operands)
            largest = operands[0].operand
            for access in operands[1:]:
                largest = self.code.emit(op.name, (largest, access.operand), dims)
            self._store(group.members, largest, dims)
            return
        dims, (access,) = self.accesses([table], count)
        assert isinstance(access.operand, View)
        axes = inner_axes(dims, count)
        result = self.code.reduce(op.name, access.operand, axes)
        outer = dims[: len(dims) - len(axes)]
        self._store(group.members, self.code.reshaped(result, outer), outer)

    def _sum(self, group: Group) -> None:
        """Add up the terms: matrix products, sums for each member, single operands, constants."""
        code, size = self.code, len(group.members)
        group = self._in_matrix_order(group)
        single = [t for t in group.terms if t.right is None and t.left.shape[1] == 1]
        dims: tuple[int, ...] = (size,)
        operands: list[Access] = []
        if single:
            dims, operands = self.accesses([term.left[:, 0] for term in single])
        parts: list[tuple[float, Operand]] = []
        records: list[Record] = []
        for term in group.terms:
            if term.right is None and term.left.shape[1] == 1:
                continue
            part, record = self._matmul(term, size) or self._row_sum(term)
            parts.append((term.weight, code.reshaped(part, dims)))
            records.append(record)
        for term, access in zip(single, operands):
            parts.append((term.weight, access.operand))
            records.append(SumRecord(NOWHERE, term.weight, access, None, dims, 1))
        if group.offset is not None:
            parts.append((1.0, self._offset(group.offset, dims)))
        parts.sort(key=lambda part: -part[0])  # a positive term first needs no negation
        weight, operand = parts[0]
        result = code.emit("multiply", (weight, operand), dims)
        for weight, operand in parts[1:]:
            if abs(weight) != 1.0:
                operand = code.emit("multiply", (abs(weight), operand), dims)
            result = code.emit("add" if weight > 0 else "subtract", (result, operand), dims)
        output = code.full(self._store(group.members, result, dims))
        self.result.records += [replace(record, output=output) for record in records]

    def _in_matrix_order(self, group: Group) -> Group:
        """Return the group with its members ordered as the elements of its matrix product."""
        for term in group.terms:
            if term.right is not None:
                found = self._matrices(term, len(group.members))
                if found is not None and found[2] is not None:
                    return group.reordered(found[2])
        return group

    def _offset(self, offset: np.ndarray, dims: tuple[int, ...]) -> Operand:
        return self.code.reshaped(self.code.constant(offset), dims)

    def _row_sum(self, term: Term) -> tuple[View, Record]:
        """Return `sum(left * right)` or `sum(left)` for each member."""
        inner = term.left.shape[1]
        tables = [term.left] if term.right is None else [term.left, term.right]
        dims, operands = self.accesses(tables, inner)
        value: Operand = operands[0].operand
        if len(operands) == 2:
            value = self.code.emit("multiply", (value, operands[1].operand), dims)
        if not isinstance(value, View):
            value = self.code.copy(value, dims)
        total = self.code.sum(value, inner_axes(dims, inner))
        right = operands[1] if len(operands) == 2 else None
        return total, SumRecord(NOWHERE, term.weight, operands[0], right, dims, inner)

    def _matrices(
        self, term: Term, size: int
    ) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers], Numbers | None] | None:
        """Return the distinct rows of both factors if the term is a matrix product, else None.

        Rows are numbers of operands, with their index for each member. The term is a matrix product
        if its members are all pairs of a left and a right row. The third result is the order of the
        members in which it is one; None if they are in that order already.
        """
        assert term.right is not None
        left, right = distinct_rows(term.left), distinct_rows(term.right)
        if left is None or right is None or len(left[0]) * len(right[0]) != size:
            return None
        codes = left[1] * len(right[0]) + right[1]
        if np.array_equal(codes, np.arange(size)):
            return left, right, None
        swapped = right[1] * len(left[0]) + left[1]
        if np.array_equal(swapped, np.arange(size)):
            return right, left, None
        order = np.argsort(codes, kind="stable")
        if not np.array_equal(codes[order], np.arange(size)):
            return None
        return left, right, order

    def _matmul(self, term: Term, size: int) -> tuple[View, Record] | None:
        found = self._matrices(term, size) if term.right is not None else None
        if found is None or found[2] is not None:
            return None
        (left, _), (right, _), _ = found
        inner = left.shape[1]
        if size == 1 and inner <= _SHORT and self._batched(left) and self._batched(right):
            return None
        first, second = self._matrix(left), self._matrix(right)
        left_view, right_view = first.operand, second.operand
        assert isinstance(left_view, View)
        assert isinstance(right_view, View)
        batched = self.code.batched(left_view, right_view)
        output = self.code.matmul(left_view, right_view, batched)
        return output, MatrixRecord(
            output, term.weight, first, second, len(left), len(right), inner
        )

    def _batched(self, numbers: Numbers) -> bool:
        first = int(numbers.flat[0])
        return first >= 0 and self.code.variables[int(self.var_of[first])].batched

    def _matrix(self, rows: Numbers) -> Access:
        """Return the access of a matrix, in loops over rows and columns."""
        shape = rows.shape
        _, (access,) = self.accesses([rows], shape[1])
        walk = access.walk.split(shape) if access.walk else None
        if walk is not None and all(s or n == 1 for s, n in zip(walk.strides, shape)):
            return self._in_loops(access, shape)
        operand = access.operand
        dims = operand.loops.dims if isinstance(operand, View) else shape
        if not isinstance(operand, View) or operand.loops != contiguous(dims):
            operand = self.code.copy(operand, dims)
        return replace(access, operand=View(operand.var, contiguous(shape)))
