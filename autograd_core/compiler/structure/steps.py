"""Steps: a scalar program, with its gradient, in elementary functions alone: one call each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_core.compiler.structure.reach import between, reached
from autograd_core.compiler.structure.scalars import Constants, Scalars, Steps
from autograd_core.compiler.structure.tape import choice_template, partials_template, value_template
from autograd_core.compiler.structure.template import Template
from autograd_core.table import Op

_FOLDED = {"total": ("add", 0.0), "product": ("multiply", 1.0)}  # of any number of operands


def steps_of(program: Scalars, wrt: Sequence[int] | None, in_pairs: bool = True) -> Steps:
    """Return the steps to the outputs and, after them, the gradients of the first by inputs.

    Args:
        program: The instructions.
        wrt: The inputs to differentiate by; None for the outputs alone.
        in_pairs: Whether what takes any number of operands is taken two at a time.

    >>> from autograd_core import ops
    >>> square = Scalars(1, [], [ops.MULTIPLY], [(0, 0)], [1])
    >>> steps = steps_of(square, (0,))
    >>> list(zip(steps.names, steps.operands)), steps.outputs
    ([('multiply', (0, 0)), ('add', (0, 0))], [1, 2])
    """
    writer = _Writer(program, Steps(program.inputs, list(program.constants)), in_pairs)
    writer.forward()
    writer.steps.outputs = [writer.placed[number] for number in program.outputs]
    if wrt is not None:
        one = {program.outputs[0]: writer.constant(1.0)}
        writer.backward(between(program, wrt), one, wrt)
    return writer.steps


def adjoint_steps(program: Scalars, seeds: Sequence[int], wrt: Sequence[int]) -> Steps:
    """Return the steps from the adjoints of some numbers to those of the inputs in `wrt`.

    They take all numbers of the program, which has no constants, and then these adjoints.
    """
    count = program.inputs + len(program.ops)
    writer = _Writer(program, Steps(count + len(seeds)), False)
    given = {number: count + place for place, number in enumerate(seeds)}
    writer.backward(reached(program, wrt), given, wrt)
    return writer.steps


class _Plan(NamedTuple):
    """A template whose numbers are constants of the program: -1, -2, ...

    Attributes:
        steps: For each its function and operands: inputs of the template, then its steps.
        results: The same for each result.
    """

    steps: list[tuple[str, tuple[int, ...]]]
    results: list[int]


class _Partial(NamedTuple):
    """What becomes of the adjoint on its way to an operand: a number it is multiplied by, or more.

    Attributes:
        place: Which operand.
        result: Which result of the partials it is multiplied by.
        choice: What is done in place of that, see `choice_template`.
    """

    place: int
    result: int
    choice: _Plan | None


class _Writer:
    """Writes the steps of a program.

    Args:
        program: The instructions.
        steps: Those that there are.
        in_pairs: Whether what takes any number of operands is taken two at a time.

    Attributes:
        placed: Where each number of the program is among the steps; constants last.
    """

    def __init__(self, program: Scalars, steps: Steps, in_pairs: bool) -> None:
        self.program, self.steps, self.in_pairs = program, steps, in_pairs
        self.constant = Constants(steps.constants).place
        self._values: dict[tuple[Op, int], _Plan] = {}
        self._partials: dict[tuple[Op, tuple[int, ...]], tuple[_Plan, list[_Partial]]] = {}
        count = program.inputs + len(program.ops)
        self.placed = [*range(count), *range(-len(program.constants), 0)]

    def add(self, name: str, operands: tuple[int, ...]) -> int:
        self.steps.names.append(name)
        self.steps.operands.append(operands)
        return self.steps.inputs + len(self.steps.names) - 1

    def planned(self, template: Template) -> _Plan:
        """Return a template with its constants, in functions of as many operands as they have."""
        places = list(range(template.inputs))
        steps: list[tuple[str, tuple[int, ...]]] = []

        def place(a: int | float) -> int:
            return places[a] if isinstance(a, int) else self.constant(a)

        for name, operands in template.steps:
            given = [place(a) for a in operands]
            if self.in_pairs and name in _FOLDED:
                name, start = _FOLDED[name]
                given.insert(0, self.constant(start))
            if self.in_pairs and name != "where":
                for other in given[1:-1]:  # one after the other
                    steps.append((name, (given[0], other)))
                    given[0] = template.inputs + len(steps) - 1
                given[1:-1] = []
            steps.append((name, tuple(given)))
            places.append(template.inputs + len(steps) - 1)
        return _Plan(steps, [place(a) for a in template.results])

    def written(self, plan: _Plan, inputs: list[int]) -> list[int]:
        """Write the steps of a plan; return where its inputs and they are, constants last."""
        names, operands = self.steps.names, self.steps.operands
        following = self.steps.inputs + len(names)
        for name, given in plan.steps:
            names.append(name)
            operands.append(tuple([inputs[a] if a >= 0 else a for a in given]))
            inputs.append(following)
            following += 1
        return inputs

    def forward(self) -> None:
        program, placed, plans = self.program, self.placed, self._values
        for number, (op, operands) in enumerate(zip(program.ops, program.operands), program.inputs):
            plan = plans.get(key := (op, len(operands)))
            if plan is None:
                plan = plans[key] = self.planned(value_template(*key))
            numbers = self.written(plan, [placed[operand] for operand in operands])
            result = plan.results[0]
            placed[number] = numbers[result] if result >= 0 else result

    def backward(self, active: bytearray, given: dict[int, int], wrt: Sequence[int]) -> None:
        """Write the adjoints of what is active, those of `wrt` as outputs, from those given.

        Terms are added up in the order of the graph's backward pass.
        """
        program, placed, first = self.program, self.placed, self.program.inputs
        adjoints = dict(given)
        for number in range(first + len(program.ops) - 1, first - 1, -1):
            if number not in adjoints or not active[number]:
                continue
            op, operands = program.ops[number - first], program.operands[number - first]
            own, wanted = adjoints.pop(number), tuple([active[operand] for operand in operands])
            found = self._partials.get(key := (op, wanted))
            if found is None:
                found = self._partials[key] = self._partials_of(*key)
            plan, partials = found
            inputs = [placed[number], *[placed[operand] for operand in operands]]
            numbers = self.written(plan, inputs.copy())
            for place, result, choice in partials:
                if choice is None:
                    share = self.times(own, numbers[result] if result >= 0 else result)
                else:
                    shares = self.written(choice, [own, *inputs])
                    share = choice.results[0]
                    share = shares[share] if share >= 0 else share
                operand = operands[place]
                before = adjoints.get(operand)
                adjoints[operand] = share if before is None else self.add("add", (before, share))
        zero = self.constant(0.0)
        self.steps.outputs += [adjoints.get(number, zero) for number in wrt]

    def _partials_of(self, op: Op, wanted: tuple[int, ...]) -> tuple[_Plan, list[_Partial]]:
        """Return how the partials of an operation are written, and who gets which."""
        count = len(wanted)
        template = partials_template(op, count, tuple(map(bool, wanted)))
        plan, partials = self.planned(template), []
        for place, result in enumerate(template.results):
            if isinstance(result, int) or result:  # else it has no gradient
                choice = choice_template(op, count, place)
                planned = None if choice is None else self.planned(choice)
                partials.append(_Partial(place, plan.results[place], planned))
        return plan, partials

    def times(self, own: int, partial: int) -> int:
        """Write adjoint * partial; a factor of 1 or -1 is none."""
        for one, other in ((own, partial), (partial, own)):
            if one < 0 and abs(factor := self.steps.constants[-1 - one]) == 1.0:
                if other < 0:
                    return self.constant(factor * self.steps.constants[-1 - other])
                return other if factor == 1.0 else self.add("negative", (other,))
        return self.add("multiply", (own, partial))
