"""Expand: write operations on any number of operands as elementary ones, which can be grouped.

The value is the rule of the table, recorded on a tape. If it is a polynomial, the chain rule gives
the derivative too. Otherwise the partials of the row are written out as well and attached as edges:
the output is differentiated as if it were the sum of partial * operand with constant partials.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from autograd_core.compiler.structure.scalars import Constants, Expanded, Scalars
from autograd_core.compiler.structure.tape import (
    Operand,
    Tape,
    arithmetic,
    choice_template,
    partials_template,
    template_of,
    value_template,
)
from autograd_core.compiler.structure.template import Step, Template, elementary
from autograd_core.table import FAMILIES, TABLE, Op

_REDUCED = ("maximum", "minimum")
_POLYNOMIAL = frozenset(("add", "subtract", "multiply", "negative", "total", "product"))


class Unstructured(Exception):
    """The program cannot be written in operations with a fixed number of operands."""


def row_of(name: str) -> Op:
    """Return the row that computes one elementary function."""
    if name.startswith("polygamma"):
        return FAMILIES["polygamma"](float(name.removeprefix("polygamma")))
    return TABLE[name]


def expand(program: Scalars) -> Expanded:
    """Return the program in operations with a fixed number of operands, and sums."""
    constants = list(program.constants)
    if all(op.arity is not None for op in set(program.ops)):  # nothing to expand
        return Expanded(program.inputs, constants, program.ops, program.operands, program.outputs)
    writer = _Writer(Expanded(program.inputs, constants))
    # the new number of each old one; constants keep theirs, and indices -1, -2, ... find them last
    count = program.inputs + len(program.ops)
    moved = [*range(count), *range(-len(constants), 0)]
    for number, (op, operands) in enumerate(zip(program.ops, program.operands), program.inputs):
        inputs = tuple([moved[n] for n in operands])
        if op.arity is not None or arithmetic(op, len(inputs)) == "total":
            moved[number] = writer.add(op, inputs)
        else:
            moved[number] = writer.expanded(op, inputs)
    writer.program.outputs += [moved[n] for n in program.outputs]
    return writer.program


def _joined_chains(template: Template) -> list[Step | None]:
    """Return the steps, with each chain of maximum or minimum as one; None for the rest of it."""
    uses = Counter([a for step in template.steps for a in step.operands])
    uses.update(template.results)
    steps: list[Step | None] = []
    for step in template.steps:
        operands: list[int | float] = []
        for a in step.operands:
            place = a - template.inputs if isinstance(a, int) else -1
            before = steps[place] if place >= 0 else None
            if before and before.name == step.name and step.name in _REDUCED and uses[a] == 1:
                operands += before.operands
                steps[place] = None
            else:
                operands.append(a)
        steps.append(Step(step.name, tuple(operands)))
    return steps


@lru_cache(maxsize=4096)
def _by_chain_rule(op: Op, operands: int) -> bool:
    """Return whether the value is a polynomial whose partials are those of the chain rule."""
    template = value_template(op, operands)
    if not all(step.name in _POLYNOMIAL for step in template.steps):
        return False
    tape = Tape(1 + operands)
    numbers: list[Operand] = list(tape.symbols[1:])
    for step in template.steps:
        inputs = [numbers[a] if isinstance(a, int) else a for a in step.operands]
        numbers.append(elementary(step.name, tape)(*inputs))
    adjoints: list[Operand] = [0.0] * len(numbers)
    (result,) = template.results
    if not isinstance(result, int):
        return False
    adjoints[result] = 1.0
    for number in range(len(numbers) - 1, operands - 1, -1):
        step = template.steps[number - operands]
        inputs = [numbers[a] if isinstance(a, int) else a for a in step.operands]
        partials = row_of(step.name).partials(tape, numbers[number], *inputs)
        for a, partial in zip(step.operands, partials):
            if isinstance(a, int):
                share = tape.multiply(adjoints[number], partial)
                adjoints[a] = share if adjoints[a] == 0.0 else adjoints[a] + share
    return template_of(tape, tuple(adjoints[:operands])) == partials_template(op, operands)


class _Writer:
    """Appends instructions, and reuses equal ones."""

    def __init__(self, program: Expanded) -> None:
        self.program = program
        self.known: dict[tuple[Op, tuple[int, ...]], int] = {}
        self.constant = Constants(program.constants).place

    def add(self, op: Op, operands: tuple[int, ...]) -> int:
        found = self.known.get((op, operands))
        if found is None:
            found = self.known[op, operands] = self.program.inputs + len(self.program.ops)
            self.program.ops.append(op)
            self.program.operands.append(operands)
        return found

    def expanded(self, op: Op, operands: tuple[int, ...]) -> int:
        template = value_template(op, len(operands))
        result = self.steps(template, operands)[0]
        if _by_chain_rule(op, len(operands)):
            return result
        if any(choice_template(op, len(operands), i) for i in range(len(operands))):
            raise Unstructured(f"{op.name} chooses among {len(operands)} operands")
        partials = self.steps(partials_template(op, len(operands)), (result, *operands))
        # an instruction of its own for the edges: others may share the last step of the value
        output = self.program.inputs + len(self.program.ops)
        self.program.ops.append(TABLE["positive"])
        self.program.operands.append((result,))
        self.program.edges[output] = list(zip(operands, partials))
        return output

    def steps(self, template: Template, operands: tuple[int, ...]) -> list[int]:
        """Append the steps of a template and return the numbers of its results."""
        numbers = list(operands)
        for step in _joined_chains(template):
            if step is None:
                numbers.append(0)  # never read
                continue
            inputs = [numbers[a] if isinstance(a, int) else self.constant(a) for a in step.operands]
            if step.name == "product":
                result = inputs[0]
                for other in inputs[1:]:
                    result = self.add(TABLE["multiply"], (result, other))
                numbers.append(result)
            else:
                numbers.append(self.add(row_of(step.name), tuple(inputs)))
        return [numbers[a] if isinstance(a, int) else self.constant(a) for a in template.results]
