"""Steps: a scalar program, with its gradient, in elementary functions alone: one call each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd_core.compiler.structure.reach import between
from autograd_core.compiler.structure.scalars import Scalars
from autograd_core.compiler.structure.tape import choice_template, partials_template, value_template
from autograd_core.compiler.structure.template import Template

_FOLDED = {"total": ("add", 0.0), "product": ("multiply", 1.0)}  # of any number of operands


@dataclass
class Steps:
    """Calls of elementary functions, one after the other; numbered as in `Scalars`.

    Attributes:
        inputs: How many inputs.
        constants: Numbers that are known, -1, -2, ...
        names: The function that each step calls.
        operands: Its operands, as numbers of inputs, constants and earlier steps.
        outputs: The numbers that are returned.
    """

    inputs: int
    constants: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


def steps_of(program: Scalars, wrt: Sequence[int] | None) -> Steps:
    """Return the steps to the outputs and, after them, the gradients of the first by inputs.

    Adjoints are added up in the order in which straight-line code does it.

    >>> from autograd_core import ops
    >>> square = Scalars(1, [], [ops.MULTIPLY], [(0, 0)], [1])
    >>> steps = steps_of(square, (0,))
    >>> list(zip(steps.names, steps.operands)), steps.outputs
    ([('multiply', (0, 0)), ('add', (0, 0))], [1, 2])
    """
    writer = _Writer(program)
    writer.forward()
    outputs = [writer.placed[number] for number in program.outputs]
    if wrt is not None:
        adjoints = writer.backward(between(program, wrt))
        zero = writer.constant(0.0)
        outputs += [adjoints.get(number, zero) for number in wrt]
    writer.steps.outputs = outputs
    return writer.steps


class _Writer:
    def __init__(self, program: Scalars) -> None:
        self.program = program
        self.steps = Steps(program.inputs, list(program.constants))
        self._known = {_key(c): -1 - i for i, c in enumerate(program.constants)}
        # where each number of the program is among the steps: constants last, as -1, -2, ...
        count = program.inputs + len(program.ops)
        self.placed = [*range(count), *range(-len(program.constants), 0)]

    def constant(self, number: float) -> int:
        found = self._known.get(key := _key(number))
        if found is None:
            self.steps.constants.append(number)
            found = self._known[key] = -len(self.steps.constants)
        return found

    def add(self, name: str, operands: tuple[int, ...]) -> int:
        self.steps.names.append(name)
        self.steps.operands.append(operands)
        return self.steps.inputs + len(self.steps.names) - 1

    def written(self, template: Template, inputs: Sequence[int]) -> list[int]:
        """Write the steps of a template, and return where its results are."""
        numbers = list(inputs)
        for name, operands in template.steps:
            places = [numbers[a] if a.__class__ is int else self.constant(a) for a in operands]
            if name in _FOLDED:
                name, start = _FOLDED[name]
                result = self.constant(start)
                for place in places:
                    result = self.add(name, (result, place))
            elif len(places) > 2 and name != "where":  # maximum of several
                result = places[0]
                for place in places[1:]:
                    result = self.add(name, (result, place))
            else:
                result = self.add(name, tuple(places))
            numbers.append(result)
        return [numbers[a] if a.__class__ is int else self.constant(a) for a in template.results]

    def forward(self) -> None:
        program, placed = self.program, self.placed
        for number, (op, operands) in enumerate(zip(program.ops, program.operands), program.inputs):
            inputs = [placed[operand] for operand in operands]
            placed[number] = self.written(value_template(op, len(inputs)), inputs)[0]

    def backward(self, active: bytearray) -> dict[int, int]:
        """Write the adjoints of what is active, and return where those of inputs are."""
        program, placed, first = self.program, self.placed, self.program.inputs
        adjoints = {program.outputs[0]: self.constant(1.0)}
        for number in range(first + len(program.ops) - 1, first - 1, -1):
            if number not in adjoints or not active[number]:
                continue
            op, operands = program.ops[number - first], program.operands[number - first]
            own, count = adjoints.pop(number), len(operands)
            numbers = [placed[number], *[placed[operand] for operand in operands]]
            wanted = tuple([bool(active[operand]) for operand in operands])
            template = partials_template(op, count, wanted)
            partials = self.written(template, numbers)
            for position, operand in enumerate(operands):
                if template.results[position].__class__ is float and not template.results[position]:
                    continue  # it has no gradient
                choice = choice_template(op, count, position)
                if choice is not None:
                    share = self.written(choice, [own, *numbers])[0]
                else:
                    share = self.times(own, partials[position])
                before = adjoints.get(operand)
                adjoints[operand] = share if before is None else self.add("add", (before, share))
        return adjoints

    def times(self, own: int, partial: int) -> int:
        """Write adjoint * partial; a factor of 1 or -1 is none."""
        for one, other in ((own, partial), (partial, own)):
            if one < 0 and abs(factor := self.steps.constants[-1 - one]) == 1.0:
                if other < 0:
                    return self.constant(factor * self.steps.constants[-1 - other])
                return other if factor == 1.0 else self.add("negative", (other,))
        return self.add("multiply", (own, partial))


def _key(number: float) -> object:
    """Return what keeps 0.0 and -0.0 apart, and nan together."""
    return number if number and number == number else repr(number)
