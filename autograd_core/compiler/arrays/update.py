"""Update: an array program with a step of training at its end: the gradients move the arguments.

The gradients are sums over all samples, so the program must be given all of them at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from autograd_core.compiler.arrays.code import Code
from autograd_core.compiler.arrays.layout import Loops
from autograd_core.compiler.arrays.program import Argument, Operand, Program, View
from autograd_core.compiler.structure import Template, traced

Rule: TypeAlias = Callable[..., Sequence[Any]]


class Update(NamedTuple):
    """What a step does with one argument; both functions are written for every kind of number.

    Attributes:
        clip: `clip(m, gradient)` returns the gradient as it is to be taken.
        rule: `rule(m, argument, gradient, norm, *own, *shared)` returns the argument after the
            step, and the state after it: its own numbers, then the shared ones. The norm is that of
            all gradients together, clipped.
        own: The names of numbers that each element has for itself, from step to step.
        shared: The names of numbers for all elements; of those that the rule does not return, as a
            rate, the caller says what they are at each step.
        carried: How many of the shared ones it returns, the first ones.
    """

    clip: Callable[[Any, Any], Any]
    rule: Rule
    own: tuple[str, ...]
    shared: tuple[str, ...]
    carried: int

    def template(self) -> Template:
        """Return the rule as steps."""
        return traced(self.rule, 3 + len(self.own) + len(self.shared))


def with_updates(program: Program, updates: Sequence[Update]) -> Program:
    """Return a program that returns, for each gradient, several arrays in its place.

    These are the argument after the step, the gradient, and the state after the step. The state and
    the shared numbers are further arguments, one argument's after the other's.

    Args:
        program: A program with gradients by arguments that all samples share.
        updates: For each gradient, what is done with it.
    """
    code = Code(program.variables)
    code.instructions = list(program.instructions)
    code.exact = True  # the rules say how it is rounded
    clipped = [_clipped(code, *pair) for pair in zip(program.gradients, updates, strict=True)]
    templates = [update.template() for update in updates]
    norm = _norm(code, clipped if any(map(_wants_norm, templates)) else [])
    *arguments, live = program.arguments
    results: list[tuple[Operand, Argument]] = []
    for (operand, argument), update, gradient, template in zip(
        program.gradients, updates, clipped, templates, strict=True
    ):
        size = math.prod(argument.shape)
        state = [
            Argument(code.var(count, role="input", name=name), (count,), False)
            for names, count in ((update.own, size), (update.shared, 1))
            for name in names
        ]
        arguments += state
        given = [_along(code.full(each.var), size) for each in state]
        inputs = [code.full(argument.var), gradient, _along(norm, size), *given]
        carried = [argument, *state[: len(update.own) + update.carried]]
        names = [program.variables[argument.var].name, *update.own, *update.shared]
        moved = list(zip(code.run(template, inputs, (size,)), carried, strict=True))
        for (result, _), name in zip(moved, names):
            _name(code, result, f"new_{name}")
        after, *states = [(_along(a, math.prod(each.shape)), each) for a, each in moved]
        results += [after, (operand, argument), *states]
    return replace(
        program,
        variables=tuple(code.variables),
        instructions=tuple(code.instructions),
        arguments=(*arguments, live),
        gradients=tuple(results),
    )


def _clipped(code: Code, gradient: tuple[Operand, Argument], update: Update) -> View:
    """Return a gradient as it is to be taken, in one loop."""
    operand, argument = gradient
    dims = (math.prod(argument.shape),)
    whole = code.in_loops(operand, dims)
    if not isinstance(whole, View):
        whole = code.copy(whole, dims)
    (taken,) = code.run(traced(lambda m, g: (update.clip(m, g),), 1), [whole], dims)
    return taken if isinstance(taken, View) else code.copy(taken, dims)


def _wants_norm(template: Template) -> bool:
    return any(2 in step.operands for step in template.steps)


def _norm(code: Code, gradients: Sequence[View]) -> Operand:
    """Return the norm of all gradients together."""
    squares: Operand = 0.0
    for view in gradients:
        square = code.emit("multiply", (view, view), view.loops.dims)
        assert isinstance(square, View)  # of a view
        squares = code.emit("add", (squares, code.sum(square, (0,))), (1,))
    return code.emit("sqrt", (squares,), (1,))


def _along(operand: Operand, size: int) -> Operand:
    """Return one number, or the first of those that are all the same, in loops over `size`."""
    if not isinstance(operand, View) or operand.loops.size == size:
        return operand
    return View(operand.var, Loops(operand.loops.offset, (size,), (0,)))


def _name(code: Code, operand: Operand, name: str) -> None:
    if isinstance(operand, View) and not code.variables[operand.var].name:
        code.variables[operand.var] = replace(code.variables[operand.var], name=name)
