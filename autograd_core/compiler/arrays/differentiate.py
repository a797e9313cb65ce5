"""Differentiate: append the adjoints, group by group in reverse, from the partials of the table.

The contribution of a record to the adjoint of an operand is kept until that operand's turn comes.
Then all contributions are known: the first is written, and the others are added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial as partial_of
from typing import cast

import numpy as np

from autograd_core.compiler.arrays.adjoints import Adjoints, Compute, Contribution, Product
from autograd_core.compiler.arrays.code import Code, transposed
from autograd_core.compiler.arrays.layout import Loops, inner_axes
from autograd_core.compiler.arrays.program import Argument, Operand, Output, Program, View
from autograd_core.compiler.arrays.records import (
    Access,
    Forward,
    MatrixRecord,
    OpRecord,
    Record,
    SumRecord,
)
from autograd_core.compiler.structure import (
    Groups,
    Template,
    choice_template,
    flat_operands,
    partials_template,
)


def differentiated(
    values: Forward,
    groups: Groups,
    shapes: Sequence[tuple[int, ...]],
    batched: Sequence[bool],
    wrt: tuple[int, ...] | None,
) -> Program:
    """Return the array program for groups, with gradients of the first output by `wrt`.

    Args:
        values: The values of the groups, as `forward` returns them.
        groups: The groups.
        shapes: The shape of each argument, for one sample.
        batched: For each argument, whether it holds one row per sample.
        wrt: Arguments to differentiate by; None for the value alone.
    """
    outputs: list[Output] = []
    for number in groups.outputs:
        if number < 0:
            outputs.append(groups.constants[-1 - number])
        else:
            outputs.append((int(values.var_of[number]), int(values.position_of[number])))
    arguments = tuple(
        map(Argument, values.inputs, [*shapes, (groups.inputs[-1],)], [*batched, False])
    )
    root, batch = groups.outputs[0], any(batched)
    gradients = _Differentiate(values, wrt).run(root, wrt, batch) if wrt else []
    pairs = [(gradient, arguments[i]) for gradient, i in zip(gradients, wrt or ())]
    code = values.code
    return Program(
        tuple(code.variables), tuple(code.instructions), arguments, tuple(outputs), tuple(pairs),
        batch,
    )  # fmt: skip


class _Differentiate:
    def __init__(self, forward: Forward, wanted: Sequence[int]) -> None:
        self.forward = forward
        self.code: Code = forward.code
        self.active = {forward.inputs[i] for i in wanted}
        for record in forward.records:
            if any(access.var in self.active for access in _operands(record)):
                self.active.add(record.output.var)
        self.adjoints = Adjoints(self.code)

    def run(self, root: int, wanted: Sequence[int], batch: bool) -> list[Operand]:
        code = self.code
        if root >= 0:
            var = int(self.forward.var_of[root])
            table = self.forward.position_of[root : root + 1]
            walk = Loops(int(table[0]), (1,), (0,))
            seed: Operand = 1.0
            if batch and not code.variables[var].batched:
                # one output for all samples, whose sum is differentiated: the number of samples
                seed = code.sum(code.copy_per_sample(1.0, (1,)), (), batch=True)
            self.adjoints.add(var, Contribution(lambda: seed, walk, table))
        records = list(self.forward.records)
        while records:
            var = records[-1].output.var
            group = []
            while records and records[-1].output.var == var:
                group.append(records.pop())
            if var not in self.active or var not in self.adjoints.pending:
                continue
            adjoint = self.adjoints.finish(var)
            for record in reversed(group):
                if isinstance(record, OpRecord):
                    self._operation(record, adjoint)
                elif isinstance(record, MatrixRecord):
                    self._matrix(record, adjoint)
                else:
                    self._row_sum(record, adjoint)
        inputs = [self.forward.inputs[i] for i in wanted]
        return [
            self.adjoints.finish(var) if var in self.adjoints.pending else 0.0 for var in inputs
        ]

    # ---- from the adjoint of a result to contributions to its operands -----------------------

    def _operation(self, record: OpRecord, adjoint: Operand) -> None:
        wanted = tuple([access.var in self.active for access in record.operands])
        template = partials_template(record.op, len(record.operands), wanted)
        dims = record.dims
        adjoint = self.code.reshaped(adjoint, dims)
        operands = [self.code.full(record.output.var, dims), *[a.operand for a in record.operands]]
        results = self.code.run(template, operands, dims)
        flat = flat_operands(record.op, len(record.operands))
        for i, (access, partial) in enumerate(zip(record.operands, results)):
            if not wanted[i] or flat[i]:
                continue
            choice = choice_template(record.op, len(record.operands), i)
            if choice is None:
                compute: Compute = Product(self.code, adjoint, partial, dims)
            else:
                compute = partial_of(self._share, choice, [adjoint, *operands], dims)
            self._contribute(record, access, compute, dims)

    def _share(
        self, choice: Template, operands: Sequence[Operand], dims: tuple[int, ...]
    ) -> Operand:
        return self.code.run(choice, operands, dims)[0]

    def _row_sum(self, record: SumRecord, adjoint: Operand) -> None:
        dims, inner, code = record.dims, record.inner, self.code
        axes = inner_axes(dims, inner)
        adjoint = code.reshaped(adjoint, dims[: len(dims) - len(axes)])
        if isinstance(adjoint, View):
            strides = adjoint.loops.strides + (0,) * len(axes)
            adjoint = View(adjoint.var, Loops(adjoint.loops.offset, dims, strides))
        left, right = record.left, record.right
        if right is None:
            if left.var in self.active:
                self._contribute(record, left, Product(code, adjoint, record.weight, dims), dims)
            return
        square = not record.constant and left.operand == right.operand
        weight = 2.0 * record.weight if square else record.weight
        adjoint = code.emit("multiply", (adjoint, weight), dims)
        if left.var in self.active and not record.constant:
            self._contribute(record, left, Product(code, adjoint, right.operand, dims), dims)
        if right.var in self.active and not square:
            self._contribute(record, right, Product(code, adjoint, left.operand, dims), dims)

    def _matrix(self, record: MatrixRecord, adjoint: Operand) -> None:
        dims = (record.rows, record.columns)
        left, right = record.left, record.right
        square = left.operand == right.operand and dims == (1, 1)
        weight = 2.0 * record.weight if square else record.weight
        adjoint = self.code.emit("multiply", (self.code.reshaped(adjoint, dims), weight), dims)
        if left.var in self.active:
            self._matrix_part(record, adjoint, left, right.operand, *dims)
        adjoint = transposed(adjoint) if isinstance(adjoint, View) else adjoint
        if right.var in self.active and not square:
            self._matrix_part(record, adjoint, right, left.operand, *dims[::-1])

    def _matrix_part(
        self,
        record: MatrixRecord,
        adjoint: Operand,
        access: Access,
        matrix: Operand,
        rows: int,
        summed: int,
    ) -> None:
        """Contribute adjoint @ matrix; elementwise products if only one term is summed."""
        code = self.code
        dims = (rows, record.inner)
        assert isinstance(matrix, View)
        assert access.var is not None
        batched = code.variables[access.var].batched
        if summed == 1 and batched == code.batched(record.output):
            loops = matrix.loops
            row = View(matrix.var, Loops(loops.offset, dims, (0, loops.strides[1])))
            column = adjoint
            if isinstance(adjoint, View):
                walk = adjoint.loops
                column = View(adjoint.var, Loops(walk.offset, dims, (walk.strides[0], 0)))
            self._contribute(
                record, access, Product(code, column, row, dims), dims, over_batch=True
            )
            return
        if code.batched(record.output) and not code.batched(adjoint):
            adjoint = code.copy_per_sample(adjoint, (rows, summed))
        dense = _dense(code, adjoint, (rows, summed))

        def compute() -> Operand:
            return code.matmul(dense, transposed(matrix), batched)

        self._contribute(record, access, compute, dims, over_batch=True)

    # ---- from contributions to the adjoint of an operand -------------------------------------

    def _contribute(
        self,
        record: Record,
        access: Access,
        compute: Compute,
        dims: tuple[int, ...],
        over_batch: bool = False,
    ) -> None:
        """Add a contribution to the adjoint of an operand.

        It is summed along the loops in which the operand stays at one position.

        Args:
            record: The record that the contribution comes from.
            access: The operand.
            compute: Writes the contribution.
            dims: The loops of the contribution.
            over_batch: Whether `compute` sums over the samples itself, where that is needed.
        """
        assert access.var is not None
        assert access.table is not None
        code = self.code
        walk = access.walk.split(dims) if access.walk else None
        samples = (
            code.batched(record.output)
            and not code.variables[access.var].batched
            and not over_batch
        )
        still: list[int] = []
        if walk is not None:
            steps = list(zip(walk.dims, walk.strides))
            still = [i for i, (count, stride) in enumerate(steps) if count > 1 and stride == 0]

        def summed() -> Operand:
            if not still and not samples:
                return compute()
            narrow = still and isinstance(compute, Product)
            value = cast(Product, compute).summed(still) if narrow else compute()
            if samples and not code.batched(value):
                source = value.loops.dims if isinstance(value, View) else dims
                value = code.copy_per_sample(value, source)
            if not isinstance(value, View):
                return value * float(np.prod([dims[i] for i in still]))
            if value.loops.dims != dims:  # `Product.summed` did all but the samples
                return code.sum(value, (), True) if samples else value
            return code.sum(value, still, samples)

        if walk is None:
            self.adjoints.add(access.var, Contribution(summed, None, access.table))
            return
        kept = tuple([1 if i in still else n for i, n in enumerate(walk.dims)])
        narrowed = Loops(walk.offset, kept, walk.strides)
        found = narrowed if narrowed.injective else None
        self.adjoints.add(access.var, Contribution(summed, found, narrowed.positions()))


def _operands(record: Record) -> list[Access]:
    if isinstance(record, OpRecord):
        return record.operands
    right = [record.right] if record.right else []
    return right if record.constant else [record.left, *right]


def _dense(code: Code, adjoint: Operand, dims: tuple[int, int]) -> View:
    """Return a matrix without broadcast loops."""
    if isinstance(adjoint, View):
        loops = adjoint.loops
        if all(stride or count == 1 for stride, count in zip(loops.strides, loops.dims)):
            return adjoint
    return code.copy(adjoint, dims)
