"""Mutations of the printers: ways to break printed NumPy source and straight-line Python."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

from autograd_core.compiler.printers.python import straight

from .mutation_machine import STEPS
from .mutation_tools import constant, on_views, result, wrapped

# ---- in place and buffers ------------------------------------------------------------------------


def _first(accepts, change):
    """Return a function that changes the first instruction of a list that `accepts` accepts."""

    def changed(instructions):
        for i, instruction in enumerate(instructions):
            if accepts(instruction):
                return [*instructions[:i], *change(instruction), *instructions[i + 1 :]]
        return instructions

    return changed


def _in_parts(instruction):
    return instruction.out.loops.size > 1 and instruction.name != "zero" and (
        instruction.out.loops.offset > 0 or instruction.name == "update"
    )  # fmt: skip


def _turned_out(instruction):
    loops = instruction.out.loops
    turned = loops._replace(offset=loops.bounds[1], strides=tuple(-s for s in loops.strides))
    return [instruction._replace(out=instruction.out._replace(loops=turned))]


def _without_uses(original, program):
    return original(
        SimpleNamespace(
            uses=Counter, writers=program.writers, variables=program.variables,
            instructions=program.instructions,
        )
    )  # fmt: skip


def _gradients_first(original, program, instructions):
    made = {view.var for view, _ in program.gradients if hasattr(view, "var")}
    return sorted(instructions, key=lambda instruction: instruction.out.var not in made)


EARLY = {
    "made before what it reads": wrapped(
        "printers.numpy.emit", "gradients_early", _gradients_first
    ),
    "one instruction too early": result(
        "printers.numpy.emit", "gradients_early", lambda found: [*found[:-2], *found[:-3:-1]]
    ),
    "a lost gradient": result(
        "printers.numpy.emit", "gradients_early", lambda found: found[:-1]
    ),
}  # fmt: skip
IN_PLACE = {
    "moved though it is read twice": wrapped(
        "printers.numpy.emit", "written_in_place", _without_uses
    ),
    "moved to the place backwards": result(
        "printers.numpy.emit", "written_in_place", _first(_in_parts, _turned_out)
    ),
    "a lost update": result(
        "printers.numpy.emit", "written_in_place", _first(_in_parts, lambda i: [])
    ),
}  # fmt: skip


def _shared(original, program, instructions, in_place, names):
    """Give two operands of one instruction the same buffer."""
    buffers = original(program, instructions, in_place, names)
    for instruction in instructions:
        kept = [v.var for v in instruction.views if buffers[v.var].place == "kept"]
        for one, other in pairwise(kept):
            a, b = buffers[one], buffers[other]
            if a is not b and (a.size, a.batched, a.truth) == (b.size, b.batched, b.truth):
                buffers[other] = a
                return buffers
    return buffers


def _nothing_kept(original, program, instructions, in_place, names):
    given = SimpleNamespace(
        results=frozenset(), variables=program.variables, gradients=program.gradients,
        arguments=program.arguments,
    )  # fmt: skip
    buffers = original(given, instructions, in_place, names)
    for var in program.results:
        buffers.setdefault(var, next(iter(buffers.values())))
    return buffers


def _any_operand(self, instruction, dying):
    return next((v for v in dying if self._kind(v) == self._kind(instruction.out.var)), None)


def _given_free_at_once(original, self, instructions):
    """Give each result the buffer of the instruction before it, which is still to be read."""
    original_kind = type(self)._kind
    found = original(self, instructions)
    for earlier, later in pairwise(instructions):
        a, b = earlier.out.var, later.out.var
        alive = any(a == v.var for i in instructions for v in i.views if i is not later)
        if alive and original_kind(self, a) == original_kind(self, b) and a != b:
            found[b] = found[a]
    return found


BUFFERS = {
    "two operands in one buffer": wrapped("printers.numpy.emit", "allocate", _shared),
    "results used again before they are returned": wrapped(
        "printers.numpy.emit", "allocate", _nothing_kept
    ),
    "a result written over an operand in another order": constant(
        "printers.numpy.buffers", "_Allocation._reused", _any_operand
    ),
    "a buffer given free too early": wrapped(
        "printers.numpy.buffers", "_Allocation.run", _given_free_at_once
    ),
    "one buffer for what has samples and what has not": wrapped(
        "printers.numpy.buffers", "_Allocation._kind",
        lambda original, self, var: (original(self, var)[0], False, original(self, var)[2]),
    ),
}  # fmt: skip

# ---- lines and views -----------------------------------------------------------------------------


def _line(name, change):
    """Return a mutation that changes the instructions of one name before they are printed."""

    def apply(original, self, instruction):
        names = (name,) if isinstance(name, str) else name
        return original(self, change(instruction) if instruction.name in names else instruction)

    return wrapped("printers.numpy.lines", "Lines.of", apply)


def _other_axes(original, self, instruction):
    axes, (operand,) = instruction.axes, instruction.views
    moving = [i for i, n in enumerate(operand.loops.dims) if n > 1]
    other = [i for i in moving if i not in axes] or list(axes)
    return original(self, instruction._replace(axes=tuple(other[: len(axes)])))


LINES = {
    "swapped operands": _line(
        ("subtract", "divide"), lambda i: i._replace(operands=i.operands[::-1])
    ),
    "swapped branches": _line(
        "where", lambda i: i._replace(operands=(i.operands[0], *i.operands[:0:-1]))
    ),
    "added for subtracted, and the reverse": _line(
        "accumulate", lambda i: i._replace(operands=(i.operands[0], -i.operands[1]))
    ),
    "an adjoint not set to 0": wrapped(
        "printers.numpy.lines", "Lines.of",
        lambda original, self, i: [] if i.name == "zero" else original(self, i),
    ),
    "swapped factors of a matrix product": _line(
        "matmul", lambda i: i._replace(operands=i.operands[::-1])
    ),
    "positions read backwards": _line(
        ("take", "scatter"), lambda i: i._replace(table=i.table[::-1].copy())
    ),
    "a sum along the other axis": wrapped("printers.numpy.lines", "Lines._reduce", _other_axes),
    "the operand put for the result": _line(
        "update", lambda i: i._replace(out=i.operands[0] if i.views else i.out)
    ),
    "a view read backwards": wrapped(
        "printers.numpy.lines", "Lines.of",
        lambda original, self, i: original(self, on_views(_turned)(i)[0]),
    ),
}  # fmt: skip


def _turned(loops):
    return loops._replace(offset=loops.bounds[1], strides=tuple(-s for s in loops.strides))


def _next_position(original, name, shape, walk, samples):
    return original(name, shape, walk._replace(offset=walk.offset + 1), samples)


def _as_ordered(original, self, text):
    self.in_order = True
    return original(self, text)


VIEWS = {
    "one position later": wrapped("printers.numpy.emit", "view_source", _next_position),
    "axes that are not transposed": wrapped("printers.numpy.views", "_Axes.permuted", _as_ordered),
    "a step taken for 1": wrapped(
        "printers.numpy.emit", "view_source",
        lambda original, name, shape, walk, samples: original(
            name, shape, walk._replace(strides=(*walk.strides[:-1], *[
                min(s, 1) for s in walk.strides[-1:]])), samples),
    ),
    "positions taken for consecutive": constant(
        "printers.numpy.views", "_dense", lambda ordered: True
    ),
    "the next columns": result(
        "printers.numpy.views", "_rows",
        lambda found: found and (found[0] - 1, found[1] - 1, found[2]),
    ),
}  # fmt: skip


def _results(change):
    """Return a mutation that prints the results of a changed program."""
    return wrapped(
        "printers.numpy.emit", "Results",
        lambda original, program, buffers: original(change(program), buffers),
    )  # fmt: skip


def _no_copy(text):
    return text.replace(".copy()", "")


RESULTS = {
    "outputs in each other's slots": _results(
        lambda program: replace(program, outputs=program.outputs[::-1])
    ),
    "gradients in each other's places": _results(
        lambda program: replace(program, gradients=program.gradients[::-1])
    ),
    "the number beside an output": _results(
        lambda program: replace(program, outputs=tuple(
            (o[0], (o[1] + 1) % program.variables[o[0]].size) if isinstance(o, tuple) else o
            for o in program.outputs))
    ),
    "a buffer handed out that the next call writes to": result(
        "printers.numpy.results", "Results._gradient", _no_copy
    ),
    "outputs of a batch handed out in the wrong column": result(
        "printers.numpy.results", "Results.first_lines",
        lambda lines: [line.replace("outputs[..., 0]", "outputs[..., -1]") for line in lines],
    ),
    "the gradient of one sample in place of the sum": result(
        "printers.numpy.results", "Results.gradient_list",
        lambda text: text.replace("spread(", "full("),
    ),
}  # fmt: skip

# ---- straight-line Python ------------------------------------------------------------------------


def _chunks(change):
    """Return a mutation of the chunks of a long program."""

    def changed(program):
        program.chunks = [change(chunk) for chunk in program.chunks]
        return program

    return result("version", "emit_scalar", changed)


def _of_text(change):
    def changed(program):
        program.texts = [change(text) for text in program.texts]
        return program

    return result("version", "emit_scalar", changed)


def _written(change):
    """Return a mutation of the lines and results of a text."""
    return result("printers.python.scalar", "python_lines", lambda found: change(*found))


STRAIGHT = {
    **STEPS,
    "a sum for a difference": constant(
        "printers.python.straight", "_INFIX", {**straight._INFIX, "subtract": "+"}
    ),
    "a comparison the other way round": constant(
        "printers.python.straight", "_COMPARE", {**straight._COMPARE, "less_equal": ">"}
    ),
    "results in another order": _written(lambda lines, results: (lines, results[::-1])),
    "one line for another": _written(
        lambda lines, results: (
            [*lines[:1], *[line.replace(line.split(" = ")[1], "t1") for line in lines[1:]]], results
        )
    ),
}  # fmt: skip
SCALAR = {
    "imports of a chunk in another order": _chunks(
        lambda chunk: chunk._replace(imports=chunk.imports[::-1])
    ),
    "adjoints of a chunk in another order": _chunks(
        lambda chunk: chunk._replace(exports=(*chunk.exports[1:], *chunk.exports[:1]))
    ),
    "each chunk the first": _chunks(lambda chunk: chunk._replace(code=0)),
    "another sign": _of_text(lambda text: text.replace(" - ", " + ", 1)),
    "another output": wrapped(
        "printers.python.program", "ScalarProgram.run",
        lambda original, self, numbers: [part[::-1] for part in original(self, numbers)],
    ),
}  # fmt: skip

_ROOMS = {"early": EARLY, "in_place": IN_PLACE, "buffers": BUFFERS, "lines": LINES, "views": VIEWS,
          "results": RESULTS, "straight": STRAIGHT, "scalar": SCALAR}  # fmt: skip
PRINTERS = [(stage, what, apply) for stage, of in _ROOMS.items() for what, apply in of.items()]
