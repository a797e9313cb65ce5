"""Update: append a training step to an array program: update rules applied to its gradients.

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
from autograd_core.table import AnyNumber

Rule: TypeAlias = Callable[..., Sequence[AnyNumber]]


class Update(NamedTuple):
    """The update rule of one argument; both functions are written for every kind of number.

    Attributes:
        clip: `clip(m, gradient)` returns the clipped gradient.
        rule: `rule(m, argument, gradient, norm, *own, *shared)` returns the argument after the
            step, then its state after it: the own numbers, then the first `carried` shared ones.
            `gradient` is clipped, and `norm` is the norm of all clipped gradients together.
        own: Names of the state that each element has for itself.
        shared: Names of numbers that all elements share. The caller passes those that the rule
            does not return, such as a rate, at each step.
        carried: The number of shared numbers that the rule returns.
    """

    clip: Callable[[Any, Any], Any]
    rule: Rule
    own: tuple[str, ...]
    shared: tuple[str, ...]
    carried: int

    def template(self) -> Template:
        """Return the rule as a template."""
        return traced(self.rule, 3 + len(self.own) + len(self.shared))


def with_updates(program: Program, updates: Sequence[Update]) -> Program:
    """Return a program that also updates the arguments it has gradients by.

    In place of each gradient it returns the argument after the step, the gradient, and the state
    after the step. Its further arguments are the state and the shared numbers of each update.

    Args:
        program: A program with gradients by arguments that all samples share.
        updates: The update rule for each gradient.
    """
    code = Code(program.variables)
    code.instructions = list(program.instructions)
    code.exact = True  # the rules have their own order of rounding
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
        given = [_broadcast(code.full(each.var), size) for each in state]
        inputs = [code.full(argument.var), gradient, _broadcast(norm, size), *given]
        carried = [argument, *state[: len(update.own) + update.carried]]
        names = [program.variables[argument.var].name, *update.own, *update.shared]
        moved = list(zip(code.run(template, inputs, (size,)), carried, strict=True))
        for (result, _), name in zip(moved, names):
            _name_variable(code, result, f"new_{name}")
        after, *states = [(_broadcast(a, math.prod(each.shape)), each) for a, each in moved]
        results += [after, (operand, argument), *states]
    return replace(
        program,
        variables=tuple(code.variables),
        instructions=tuple(code.instructions),
        arguments=(*arguments, live),
        gradients=tuple(results),
    )


def _clipped(code: Code, gradient: tuple[Operand, Argument], update: Update) -> View:
    """Return a clipped gradient, in one loop."""
    operand, argument = gradient
    dims = (math.prod(argument.shape),)
    whole = code.reshaped(operand, dims)
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


def _broadcast(operand: Operand, size: int) -> Operand:
    """Return an operand of one number, or of equal ones, in one loop over `size`."""
    if not isinstance(operand, View) or operand.loops.size == size:
        return operand
    return View(operand.var, Loops(operand.loops.offset, (size,), (0,)))


def _name_variable(code: Code, operand: Operand, name: str) -> None:
    if isinstance(operand, View) and not code.variables[operand.var].name:
        code.variables[operand.var] = replace(code.variables[operand.var], name=name)
