"""Mutations of structure and arrays: ways to break groups, values and adjoints."""

from dataclasses import replace

import numpy as np

from autograd_core.compiler.arrays import Loops
from autograd_core.table import TABLE

from .mutation_tools import constant, result, wrapped

# ---- scalar programs -----------------------------------------------------------------------------


def _first_op(names, change):
    """Return a function that changes the first instruction of one of these names."""

    def changed(program):
        for i, op in enumerate(program.ops):
            if op.name in names:
                program.ops[i], program.operands[i] = change(op, program.operands[i])
                break
        return program

    return changed


def _other_output(program):
    program.outputs[0] -= 1
    return program


def _constants(change):
    def changed(program):
        program.constants[:] = change(program.constants)
        return program

    return changed


SCALARS = {
    "swapped operands": _first_op(("subtract", "divide"), lambda op, xs: (op, xs[::-1])),
    "a dropped term of a sum": _first_op(("add",), lambda op, xs: (TABLE["positive"], xs[:1])),
    "another operation": _first_op(
        ("tanh", "sin", "exp", "log"), lambda op, xs: (TABLE["square"], xs)
    ),
    "an operand read twice": _first_op(("multiply",), lambda op, xs: (op, (xs[0], xs[0]))),
    "constants in another order": _constants(lambda found: found[::-1]),
    "another output": _other_output,
}


def edges(change):
    def changed(program):
        program.edges.update({n: change(pairs) for n, pairs in program.edges.items()})
        return program

    return changed


# ---- groups --------------------------------------------------------------------------------------


def _groups(change):
    """Return a function that changes each group of a program."""

    def changed(program):
        if program is not None:
            program.groups[:] = [change(group) for group in program.groups]
        return program

    return changed


def _terms(accepts, change):
    """Return a function that changes the terms of sums."""
    return _groups(
        lambda group: replace(
            group, terms=[change(term) if accepts(term) else term for term in group.terms]
        )
    )


def _no_difference(group):
    if group.op is not None and group.op.name in ("subtract", "divide"):
        return replace(group, operands=group.operands[::-1])
    return group


REROLL = {
    "a dropped term": _groups(
        lambda group: replace(group, terms=group.terms[: max(1, len(group.terms) - 1)])
    ),
    "one operand less of each sum": _terms(
        lambda t: t.right is None and t.left.shape[1] > 1, lambda t: replace(t, left=t.left[:, 1:])
    ),
    "swapped operands": _groups(_no_difference),
    "a dropped weight": _terms(lambda t: True, lambda t: replace(t, weight=1.0)),
    "a dropped constant of a sum": _groups(lambda group: replace(group, offset=None)),
    "factors that are those of the next member": _terms(
        lambda t: t.right is not None, lambda t: replace(t, right=np.roll(t.right, 1, axis=0))
    ),
    "members in another order": _groups(
        lambda group: replace(group, members=group.members[::-1].copy())
    ),
}

# ---- forward and adjoints ------------------------------------------------------------------------


def _backwards(loops):
    if loops is None:
        return None
    return loops._replace(offset=loops.bounds[1], strides=tuple(-s for s in loops.strides))


def _outer_axes(original, dims, inner):
    return tuple(range(len(original(dims, inner))))


def _store(original, self, members, value, dims):
    return original(self, members[::-1].copy(), value, dims)


def _reversed_operands(original, self, tables, *inner):
    dims, found = original(self, tables, *inner)
    return dims, found[::-1]


def _order_forgotten(found):
    return found and (found[0], found[1], None)


FORWARD = {
    "a wrong stride: positions read backwards": result("arrays.forward", "loops", _backwards),
    "sums along the outer loops": wrapped("arrays.forward", "inner_axes", _outer_axes),
    "members at each other's places": wrapped("arrays.forward", "_Forward._store", _store),
    "swapped operands": wrapped("arrays.forward", "_Forward.accesses", _reversed_operands),
    "a dropped constant of a sum": result(
        "arrays.forward", "_Forward._offset", lambda operand: 0.0
    ),
    "the order of a matrix product forgotten": result(
        "arrays.forward", "_Forward._matrices", _order_forgotten
    ),
    "loops cut as if each went on from the last": wrapped(
        "arrays.layout", "Loops.split",
        lambda original, self, dims: (
            (found := original(self, dims)) and found._replace(
                strides=(*[min(s, 1) for s in found.strides[:-1]], *found.strides[-1:]))
        ),
    ),
    "loops that do not fit are kept": wrapped(
        "arrays.layout", "Loops.split",
        lambda original, self, dims: original(self, dims) or Loops(
            self.offset, tuple(dims), tuple([0] * (len(dims) - 1) + [1])),
    ),
    "repeats of a sum not counted": wrapped(
        "arrays.code", "Code.sum", lambda original, self, view, axes, batch=False: _uncounted(
            original, self, view, axes, batch)
    ),
    "elements taken from the next positions": wrapped(
        "arrays.code", "Code.take",
        lambda original, self, var, table: original(self, var, np.roll(table, 1)),
    ),
}  # fmt: skip


def _uncounted(original, self, view, axes, batch):
    moving = [axis for axis in axes if view.loops.strides[axis]]
    found = original(self, view, moving, batch)
    dims = tuple([1 if i in axes else n for i, n in enumerate(view.loops.dims)])
    return found._replace(loops=found.loops._replace(dims=dims))


def _once_only(original, self, var, contribution):
    if var not in self.pending:
        original(self, var, contribution)


DIFFERENTIATE = {
    "partials that are not held constant": wrapped(
        "arrays.forward", "SumRecord",
        lambda original, *args, constant=False: original(*args, constant=False),
    ),
    "a dropped partial": wrapped(
        "arrays.adjoints", "Product.__call__", lambda original, self: self.adjoint
    ),
    "a dropped contribution": wrapped("arrays.adjoints", "Adjoints.add", _once_only),
    "a dropped weight": wrapped(
        "arrays.differentiate", "_Differentiate._row_sum",
        lambda original, self, record, adjoint: original(
            self, replace(record, weight=1.0), adjoint),
    ),
    "a matrix that is not transposed": constant(
        "arrays.differentiate", "transposed", lambda view: view
    ),
    "shares of a choice as partials": constant(
        "arrays.differentiate", "choice_template", lambda op, operands, position: None
    ),
    "partials of the other operand": result(
        "arrays.differentiate", "partials_template",
        lambda template: template._replace(results=template.results[::-1]),
    ),
    "samples that are not added up": wrapped(
        "arrays.differentiate", "_Differentiate._contribute",
        lambda original, self, record, access, compute, dims, over_batch=False: original(
            self, record, access, compute, dims, True),
    ),
}  # fmt: skip

ADJOINTS = {
    "contributions in place of each other": result(
        "arrays.adjoints", "_Plan.of",
        lambda plan: plan._replace(accumulate=[False] * len(plan.accumulate))
    ),
    "an adjoint that is not set to 0": result(
        "arrays.adjoints", "_Plan.of", lambda plan: plan._replace(zero=False)
    ),
    "all contributions taken for whole": constant(
        "arrays.adjoints", "_same_positions", lambda walk, other: True
    ),
    "scattered to the next position": wrapped(
        "arrays.code", "Code.scatter",
        lambda original, self, view, table, size, batched: original(
            self, view, (table + 1) % size, size, batched),
    ),
    "positions met twice taken for met once": constant(
        "arrays.layout", "Loops.injective", property(lambda self: True)
    ),
    "a dropped part": result(
        "arrays.adjoints", "_Plan.of",
        lambda plan: plan._replace(parts=plan.parts[:-1], accumulate=plan.accumulate[:-1])
        if len(plan.parts) > 1 else plan,
    ),
}  # fmt: skip
