"""Steps: a scalar program and its gradient as a sequence of calls of elementary functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd_core.compiler.structure.reach import active_numbers, varied
from autograd_core.compiler.structure.scalars import Constants, Scalars, Steps
from autograd_core.compiler.structure.tape import choice_template, partials_template, value_template
from autograd_core.compiler.structure.template import Template
from autograd_core.table import Op

_FOLDED = {"total": ("add", 0.0), "product": ("multiply", 1.0)}  # of any number of operands


def steps_of(program: Scalars, wrt: Sequence[int] | None, in_pairs: bool = True) -> Steps:
    """Return the steps that compute the outputs, then the gradients of the first output.

    Args:
        program: The instructions.
        wrt: The inputs to differentiate by; None for the outputs alone.
        in_pairs: Whether functions of any number of operands become chains of two operands each.

    >>> from autograd_core import ops
    >>> square = Scalars(1, [], [ops.MULTIPLY], [(0, 0)], [1])
    >>> steps = steps_of(square, (0,))
    >>> list(zip(steps.names, steps.operands)), steps.outputs
    ([('multiply', (0, 0)), ('add', (0, 0))], [1, 2])
    """
    writer = _Writer(program, Steps(program.inputs, list(program.constants)), in_pairs)
    writer.forward()
    writer.steps.outputs = [writer.step_of[number] for number in program.outputs]
    if wrt is not None:
        one = {program.outputs[0]: writer.constant(1.0)}
        writer.backward(active_numbers(program, wrt), one, wrt)
    return writer.steps


def adjoint_steps(program: Scalars, seeds: Sequence[int], wrt: Sequence[int]) -> Steps:
    """Return the steps from the adjoints of the numbers `seeds` to those of the inputs in `wrt`.

    Their inputs are all numbers of the program, which has no constants, then these adjoints.
    """
    count = program.inputs + len(program.ops)
    writer = _Writer(program, Steps(count + len(seeds)), False)
    adjoints = {number: count + place for place, number in enumerate(seeds)}
    writer.backward(varied(program, wrt), adjoints, wrt)
    return writer.steps


class _Plan(NamedTuple):
    """A template whose constants are those of the program, -1, -2, ...

    Attributes:
        steps: The function and the operands of each step: inputs of the template come first, then
            its steps; negative numbers are constants.
        results: The results, numbered likewise.
    """

    steps: list[tuple[str, tuple[int, ...]]]
    results: list[int]


class _Partial(NamedTuple):
    """How the adjoint of a result is passed on to one of its operands.

    Attributes:
        place: The position of the operand.
        result: The number, in the plan of the partials, that the adjoint is multiplied by.
        choice: The plan that replaces this multiplication, see `choice_template`; or None.
    """

    place: int
    result: int
    choice: _Plan | None


class _Writer:
    """Appends the steps of a program.

    Args:
        program: The instructions.
        steps: The steps, to be appended to.
        in_pairs: As in `steps_of`.

    Attributes:
        step_of: For each number of the program, its number among the steps; constants last, where
            the indices -1, -2, ... find them.
    """

    def __init__(self, program: Scalars, steps: Steps, in_pairs: bool) -> None:
        self.program, self.steps, self.in_pairs = program, steps, in_pairs
        self.constant = Constants(steps.constants).place
        self._values: dict[tuple[Op, int], _Plan] = {}
        self._partials: dict[tuple[Op, tuple[int, ...]], tuple[_Plan, list[_Partial]]] = {}
        count = program.inputs + len(program.ops)
        self.step_of = [*range(count), *range(-len(program.constants), 0)]

    def add(self, name: str, operands: tuple[int, ...]) -> int:
        self.steps.names.append(name)
        self.steps.operands.append(operands)
        return self.steps.inputs + len(self.steps.names) - 1

    def plan_of(self, template: Template) -> _Plan:
        """Return the plan of a template."""
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
                while len(given) > 2:  # a chain, from left to right
                    steps.append((name, (given[0], given[1])))
                    given[:2] = [template.inputs + len(steps) - 1]
            steps.append((name, tuple(given)))
            places.append(template.inputs + len(steps) - 1)
        return _Plan(steps, [place(a) for a in template.results])

    def write(self, plan: _Plan, inputs: list[int]) -> list[int]:
        """Append the steps of a plan; return `inputs` extended by the numbers of these steps."""
        names, operands = self.steps.names, self.steps.operands
        following = self.steps.inputs + len(names)
        for name, given in plan.steps:
            names.append(name)
            operands.append(tuple([inputs[a] if a >= 0 else a for a in given]))
            inputs.append(following)
            following += 1
        return inputs

    def forward(self) -> None:
        program, step_of, plans = self.program, self.step_of, self._values
        for number, (op, operands) in enumerate(zip(program.ops, program.operands), program.inputs):
            plan = plans.get(key := (op, len(operands)))
            if plan is None:
                plan = plans[key] = self.plan_of(value_template(*key))
            numbers = self.write(plan, [step_of[operand] for operand in operands])
            result = plan.results[0]
            step_of[number] = numbers[result] if result >= 0 else result

    def backward(self, active: bytearray, seeds: dict[int, int], wrt: Sequence[int]) -> None:
        """Append the adjoints of active numbers, from those in `seeds`; output those of `wrt`.

        Terms are added in the order of the graph's backward pass.
        """
        program, step_of, first = self.program, self.step_of, self.program.inputs
        adjoints = dict(seeds)
        for number in range(first + len(program.ops) - 1, first - 1, -1):
            if number not in adjoints or not active[number]:
                continue
            op, operands = program.ops[number - first], program.operands[number - first]
            adjoint, wanted = adjoints.pop(number), tuple([active[operand] for operand in operands])
            found = self._partials.get(key := (op, wanted))
            if found is None:
                found = self._partials[key] = self._partials_of(*key)
            plan, partials = found
            inputs = [step_of[number], *[step_of[operand] for operand in operands]]
            numbers = self.write(plan, inputs.copy())
            for place, result, choice in partials:
                if choice is None:
                    share = self.times(adjoint, numbers[result] if result >= 0 else result)
                else:
                    shares = self.write(choice, [adjoint, *inputs])
                    share = choice.results[0]
                    share = shares[share] if share >= 0 else share
                operand = operands[place]
                before = adjoints.get(operand)
                adjoints[operand] = share if before is None else self.add("add", (before, share))
        zero = self.constant(0.0)
        self.steps.outputs += [adjoints.get(number, zero) for number in wrt]

    def _partials_of(self, op: Op, wanted: tuple[int, ...]) -> tuple[_Plan, list[_Partial]]:
        """Return the plan of an operation's partials, and how each operand gets its share."""
        count = len(wanted)
        template = partials_template(op, count, tuple(map(bool, wanted)))
        plan, partials = self.plan_of(template), []
        for place, result in enumerate(template.results):
            if isinstance(result, int) or result:  # 0.0: the operand gets no gradient
                choice = choice_template(op, count, place)
                planned = None if choice is None else self.plan_of(choice)
                partials.append(_Partial(place, plan.results[place], planned))
        return plan, partials

    def times(self, adjoint: int, partial: int) -> int:
        """Append adjoint * partial; a factor of 1 or -1 takes no multiplication."""
        for one, other in ((adjoint, partial), (partial, adjoint)):
            if one < 0 and abs(factor := self.steps.constants[-1 - one]) == 1.0:
                if other < 0:
                    return self.constant(factor * self.steps.constants[-1 - other])
                return other if factor == 1.0 else self.add("negative", (other,))
        return self.add("multiply", (adjoint, partial))
