"""Tools: break a stage of the compiler on purpose, by pytest's monkeypatch."""

import importlib
from dataclasses import replace

from autograd_core.compiler.arrays import View


def module(path):
    """Return a module; `from ... import` may find a function of the same name at its door."""
    return importlib.import_module(f"autograd_core.compiler.{path}")


def result(path, name, change):
    """Return a mutation that changes what a function (`name` or `Class.name`) returns."""

    def apply(patch):
        owner, last = _owner(path, name)
        original = getattr(owner, last)
        patch.setattr(owner, last, lambda *args, **named: change(original(*args, **named)))

    return apply


def wrapped(path, name, instead):
    """Return a mutation that replaces a function by `instead(original, *args, **named)`."""

    def apply(patch):
        owner, last = _owner(path, name)
        original = getattr(owner, last)
        patch.setattr(owner, last, lambda *args, **named: instead(original, *args, **named))

    return apply


def constant(path, name, value):
    """Return a mutation that replaces the value of a name."""

    def apply(patch):
        patch.setattr(*_owner(path, name), value)

    return apply


def _owner(path, name):
    *classes, last = name.split(".")
    owner = module(path)
    for inner in classes:
        owner = getattr(owner, inner)
    return owner, last


# ---- one instruction of a program ----------------------------------------------------------------


def first(accepts, change):
    """Return a function that replaces the first accepted instruction of a program by a list."""

    def changed(program):
        done, found = [], False
        for instruction in program.instructions:
            if not found and accepts(instruction):
                found = True
                done += change(instruction)
            else:
                done.append(instruction)
        return replace(program, instructions=tuple(done))

    return changed


def named(*names):
    return lambda instruction: instruction.name in names


def moves(instruction):
    """Return whether an instruction reads a view with a stride other than 0."""
    return any(max(v.loops.dims, default=1) > 1 and any(v.loops.strides) for v in instruction.views)


def on_views(change):
    """Return a function that changes the first view with a stride other than 0."""

    def changed(instruction):
        operands = list(instruction.operands)
        for i, a in enumerate(operands):
            if isinstance(a, View) and max(a.loops.dims, default=1) > 1 and any(a.loops.strides):
                operands[i] = a._replace(loops=change(a.loops))
                break
        return [instruction._replace(operands=tuple(operands))]

    return changed


wrong_stride = first(
    moves,
    on_views(
        lambda loops: loops._replace(
            offset=loops.bounds[1], strides=tuple(-stride for stride in loops.strides)
        )
    ),
)
"""The same positions in reverse: inside of the variable, so that no bounds check finds it."""
next_offset = first(moves, on_views(lambda loops: loops._replace(offset=loops.offset + 1)))
swapped = first(
    named("subtract", "divide"), lambda i: [i._replace(operands=i.operands[::-1])]
)  # fmt: skip
dropped_term = first(
    named("add", "subtract"), lambda i: [i._replace(name="copy", operands=i.operands[:1])]
)  # fmt: skip
lost = first(lambda i: i.name != "zero", lambda i: [])
another_function = first(
    named("tanh", "exp", "sin"), lambda i: [i._replace(name="cos")]
)  # fmt: skip
no_longer_added = first(
    named("accumulate"), lambda i: [i._replace(name="update", operands=i.operands[:1])]
)  # fmt: skip
other_sign = first(
    named("accumulate"), lambda i: [i._replace(operands=(i.operands[0], -i.operands[1]))]
)  # fmt: skip
lost_factor = first(
    lambda i: i.name == "multiply" and isinstance(i.operands[0], float),
    lambda i: [i._replace(operands=(1.0, i.operands[1]))],
)
no_zero = first(named("zero"), lambda i: [])
other_axes = first(
    lambda i: i.name == "reduce add" and len(i.operands[0].loops.dims) == 2,
    lambda i: [i._replace(axes=tuple(1 - axis for axis in i.axes))],
)
other_table = first(
    named("take", "scatter"), lambda i: [i._replace(table=i.table[::-1].copy())]
)  # fmt: skip
swapped_factors = first(named("matmul"), lambda i: [i._replace(operands=i.operands[::-1])])


def one_variable_for_two(program):
    """Write the result of one instruction into the variable of another of the same size."""
    done = list(program.instructions)
    for i, a in enumerate(done):
        for j in range(i + 1, len(done)):
            one, other = program.variables[a.out.var], program.variables[done[j].out.var]
            alike = (one.size, one.batched, one.truth) == (other.size, other.batched, other.truth)
            if alike and a.out.var != done[j].out.var:
                done[j] = done[j]._replace(out=View(a.out.var, done[j].out.loops))
                return replace(program, instructions=tuple(done))
    return program


def last_first(program):
    """Move the last instruction before all others."""
    *others, last = program.instructions or [None]
    return replace(program, instructions=(last, *others)) if last else program


def other_output(program):
    """Replace the first output by its neighbour, or by another variable."""
    (var, position), *rest = program.outputs
    size = program.variables[var].size
    if size > 1:
        return replace(program, outputs=((var, (position + 1) % size), *rest))
    return replace(program, outputs=((program.arguments[0].var, 0), *rest))


def swapped_gradients(program):
    """Swap the gradients of two arguments."""
    if len(program.gradients) < 2:
        return program
    (one, first_), (other, second), *rest = program.gradients
    return replace(program, gradients=((other, first_), (one, second), *rest))


PROGRAM = {
    "a wrong stride: a view read backwards": wrong_stride,
    "a view that starts one position later": next_offset,
    "swapped operands of a difference or quotient": swapped,
    "a dropped term of a sum": dropped_term,
    "a lost instruction": lost,
    "another function": another_function,
    "a contribution put in place of the others": no_longer_added,
    "a contribution with the other sign": other_sign,
    "a lost constant factor": lost_factor,
    "an adjoint that is not set to 0 first": no_zero,
    "a sum along the other axis": other_axes,
    "a table of positions read backwards": other_table,
    "swapped factors of a matrix product": swapped_factors,
    "one variable for two results": one_variable_for_two,
    "the last instruction done first": last_first,
    "another output": other_output,
    "the gradients of two arguments swapped": swapped_gradients,
}
"""The mutations of any array program."""
