"""Tape: symbolic numbers that record which elementary functions a rule of the table calls.

Running a rule on a tape turns an operation, or its derivative, into elementary steps with common
subexpressions shared. So no stage of the compiler has to know any operation.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

from autograd_core.compiler.structure.template import Step, Template, elementary
from autograd_core.table import (
    FLOAT,
    TABLE,
    Choice,
    Op,
    Symbolic,
    local_partials,
    partial_number,
    pattern,
    share,
)

Operand: TypeAlias = "Symbol | float"


class Symbol(Symbolic):
    """An unknown number: an input of a tape, or the result of a step on it."""

    __slots__ = ("index", "kind")

    kind: Tape

    def __init__(self, kind: Tape, index: int) -> None:
        self.kind, self.index = kind, index

    def __neg__(self) -> Operand:
        return self.kind.emit("negative", self)


class Tape:
    """The namespace `m` for rules: every elementary function returns a new symbol.

    Args:
        inputs: The number of symbols to start with, which are numbered from 0.

    Attributes:
        steps: The calls so far. The result of `steps[i]` is number `inputs + i`.
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.steps: list[Step] = []
        self.symbols = [Symbol(self, index) for index in range(inputs)]
        self._known: dict[tuple[object, ...], Symbol] = {}

    def emit(self, name: str, *operands: Operand) -> Operand:
        """Return the symbol for `name` of the operands; a number if all of them are numbers."""
        if not any(isinstance(a, Symbol) for a in operands):
            return elementary(name, FLOAT)(*operands)  # type: ignore[no-any-return]
        # repr distinguishes 0.0 from -0.0, and numbers from indices
        key = (name, *[a.index if isinstance(a, Symbol) else repr(float(a)) for a in operands])
        known = self._known.get(key)
        if known is None:
            indices = [a.index if isinstance(a, Symbol) else float(a) for a in operands]
            known = Symbol(self, self.inputs + len(self.steps))
            self.steps.append(Step(name, tuple(indices)))
            self._known[key] = known
        return known

    def arithmetic(self, function: Callable[..., object], a: Operand, b: Operand) -> Operand:
        """Return a + b, a - b or a * b."""
        if function is operator.mul:
            return self.multiply(a, b)
        return self.emit("add" if function is operator.add else "subtract", a, b)

    def multiply(self, a: Operand, b: Operand) -> Operand:
        """Return a * b; a factor of 1 is dropped."""
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, Symbol) and one == 1.0:
                return other
        return self.emit("multiply", a, b)

    def power(self, base: Operand, exponent: Operand) -> Operand:
        """Return base ** exponent; small constant exponents become products."""
        if isinstance(exponent, Symbol):
            return self.emit("power", base, exponent)
        if exponent in (0.0, 1.0):
            return base if exponent else 1.0
        if exponent in (2.0, 3.0):
            square = base * base
            return square if exponent == 2.0 else square * base
        return (
            self.emit("divide", 1.0, base)
            if exponent == -1.0
            else self.emit("power", base, exponent)
        )

    def polygamma(self, order: int, x: Operand) -> Operand:
        """Return polygamma(order, x); the order is part of the name."""
        return self.emit(f"polygamma{order}", x)

    def __getattr__(self, name: str) -> Callable[..., Operand]:
        if not hasattr(FLOAT, name):
            raise AttributeError(f"no elementary function {name!r} in FLOAT")
        return partial(self.emit, name)


def template_of(tape: Tape, results: tuple[Operand, ...]) -> Template:
    """Return the steps of the tape that the results need, renumbered."""
    wanted = [a.index if isinstance(a, Symbol) else float(a) for a in results]
    needed = {index for index in wanted if isinstance(index, int)}
    for number in range(len(tape.steps) - 1, -1, -1):
        if tape.inputs + number in needed:
            needed.update(a for a in tape.steps[number].operands if isinstance(a, int))
    kept = [n for n in range(len(tape.steps)) if tape.inputs + n in needed]
    renumbered: dict[int, int] = {index: index for index in range(tape.inputs)}
    renumbered |= {tape.inputs + old: tape.inputs + new for new, old in enumerate(kept)}

    def moved(a: int | float) -> int | float:
        return renumbered[a] if isinstance(a, int) else a

    steps = [Step(tape.steps[n].name, tuple(map(moved, tape.steps[n].operands))) for n in kept]
    return Template(tape.inputs, tuple(steps), tuple(map(moved, wanted)))


def traced(rule: Callable[..., Sequence[Operand]], inputs: int) -> Template:
    """Return the template of `rule(m, *numbers)`, a function for every kind of number.

    >>> traced(lambda m, a, b: (m.sqrt(a * b), b), 2).steps
    (Step(name='multiply', operands=(0, 1)), Step(name='sqrt', operands=(2,)))
    """
    tape = Tape(inputs)
    return template_of(tape, tuple(rule(tape, *tape.symbols[:inputs])))


@lru_cache(maxsize=4096)
def value_template(op: Op, operands: int) -> Template:
    """Return the template of the value of `op` on that many operands.

    >>> from autograd_core import ops
    >>> value_template(ops.STEP, 1).steps
    (Step(name='greater_equal', operands=(0, 0.0)),)
    """
    tape = Tape(operands)
    return template_of(tape, (op.value(tape, *tape.symbols[:operands]),))


@lru_cache(maxsize=4096)
def partials_template(op: Op, operands: int, wanted: tuple[bool, ...] = ()) -> Template:
    """Return the template of the partials of `op`; its inputs are the output, then the operands.

    Args:
        op: A row of the table.
        operands: The number of its operands.
        wanted: Which partials to keep; the others are 0. Empty for all.

    >>> from autograd_core import ops
    >>> partials_template(ops.MULTIPLY, 2).results
    (2, 1)
    """
    tape = Tape(1 + operands)
    found = local_partials(op, tape, *tape.symbols[: 1 + operands])
    partials: tuple[Operand, ...] = tuple(map(partial_number, found))
    if wanted:
        partials = tuple([p if keep else 0.0 for p, keep in zip(partials, wanted)])
    return template_of(tape, partials)


def choice_template(op: Op, operands: int, position: int) -> Template | None:
    """Return the template of what an operand adds to its adjoint; None if adjoint * partial.

    Where the rule chooses one of its operands (choices.py), the others get 0, even if the adjoint
    is inf or nan. The inputs are the adjoint, the output and then the operands.

    >>> from autograd_core import ops
    >>> choice_template(ops.RELU, 1, 0).steps[1], choice_template(ops.TANH, 1, 0)
    (Step(name='where', operands=(3, 0.0, 0)), None)
    """
    _, chooses = pattern(op, operands)
    return _choice_templates(op, operands)[position] if chooses else None


@lru_cache(maxsize=4096)
def _choice_templates(op: Op, operands: int) -> tuple[Template | None, ...]:
    tape = Tape(2 + operands)
    adjoint, *others = tape.symbols[: 2 + operands]
    return tuple(
        [
            template_of(tape, (share(adjoint, found),))
            if isinstance(found, Choice) and found.may_vanish()
            else None
            for found in local_partials(op, tape, *others)
        ]
    )


@lru_cache(maxsize=4096)
def is_row(op: Op, name: str, operands: int) -> bool:
    """Return whether an operation has the value and the partials of a row of the table.

    >>> from autograd_core import ops
    >>> is_row(ops.ADD, "add", 2), is_row(ops.SUBTRACT, "add", 2)
    (True, False)
    """
    row = TABLE[name]
    return op is row or (
        value_template(op, operands) == value_template(row, operands)
        and partials_template(op, operands) == partials_template(row, operands)
    )


def is_identity(op: Op) -> bool:
    """Return whether an operation returns its operand, and passes the gradient on unchanged.

    >>> from autograd_core import ops
    >>> is_identity(ops.POSITIVE), is_identity(ops.NEGATIVE)
    (True, False)
    """
    return op.arity == 1 and is_row(op, "positive", 1)


def arithmetic(op: Op, operands: int) -> str:
    """Return the name of the row that `op` equals in value and partials, or an empty string."""
    template = value_template(op, operands)
    if len(template.steps) == 1 and template.steps[0].operands == tuple(range(operands)):
        name = template.steps[0].name
        return name if name in TABLE and is_row(op, name, operands) else ""
    return ""
