"""Straight: instructions and their adjoints as lines of Python, one assignment each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from autograd_core.compiler.structure import (
    Template,
    choice_template,
    partials_template,
    value_template,
)
from autograd_core.table import Op

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_DEEP = 20  # steps that stand in each other
_COMPARE = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "=="}


class _Written(NamedTuple):
    """A template as text: `{0}`, `{1}` for the inputs, `{t}` before the names of temporaries."""

    lines: tuple[str, ...]
    results: tuple[str | float, ...]
    functions: frozenset[str]


def number_text(number: float) -> str:
    """Return a number as it can stand anywhere in an expression."""
    text = repr(number)
    return f"({text})" if text.startswith("-") else text


def _bare(text: str) -> str:
    """Return an expression without the brackets around all of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:-1] if position == len(text) - 1 else text
    return text


def _call(name: str, operands: list[str]) -> str:
    if name in _INFIX:
        return f"({operands[0]} {_INFIX[name]} {operands[1]})"
    if name in _COMPARE:
        return f"(1.0 if {operands[0]} {_COMPARE[name]} {operands[1]} else 0.0)"
    if name == "negative":
        return f"(-{operands[0]})"
    if name == "where":
        return f"({operands[1]} if {operands[0]} else {operands[2]})"
    return f"{name}({', '.join(map(_bare, operands))})"


def _write(template: Template) -> _Written:
    """Return the text of a template: a step that is used once stands where it is used.

    Only so many in each other: Python's parser takes 200 brackets.
    """
    uses: dict[int | float, int] = {}
    for step in template.steps:
        for operand in step.operands:
            uses[operand] = uses.get(operand, 0) + 1
    for result in template.results:
        uses[result] = uses.get(result, 0) + 1
    text = [f"{{{index}}}" for index in range(template.inputs)]
    depths = [0] * template.inputs
    lines = []
    for step in template.steps:
        operands = [text[a] if isinstance(a, int) else number_text(a) for a in step.operands]
        expression = _call(step.name, operands)
        number = len(text)
        depth = 1 + max([depths[a] for a in step.operands if isinstance(a, int)], default=0)
        if uses.get(number, 0) > 1 or depth > _DEEP:
            lines.append(f"{{t}}_{number} = {expression}")
            expression, depth = f"{{t}}_{number}", 0
        text.append(expression)
        depths.append(depth)
    results = [text[a] if isinstance(a, int) else a for a in template.results]
    functions = frozenset(step.name for step in template.steps)
    return _Written(tuple(lines), tuple(results), functions)


@lru_cache(maxsize=4096)
def _value(op: Op, operands: int) -> _Written:
    return _write(value_template(op, operands))


@lru_cache(maxsize=4096)
def _partials(op: Op, operands: int, wanted: tuple[bool, ...]) -> _Written:
    return _write(partials_template(op, operands, wanted))


@lru_cache(maxsize=4096)
def _choice(op: Op, operands: int, position: int) -> _Written | None:
    template = choice_template(op, operands, position)
    return None if template is None else _write(template)


class Writer:
    """Writes the body of one function: the instructions of a chunk, forward and backward.

    Args:
        ops: The operations of the chunk.
        operands: For each, its operands: non-negative for an instruction of the chunk, `-1 - k`
            for the k-th name in `outside`.
        outside: What the chunk reads: names or literals.
        active: For each of `outside`, whether its gradient is wanted.
    """

    def __init__(
        self,
        ops: Sequence[Op],
        operands: Sequence[tuple[int, ...]],
        outside: Sequence[str],
        active: Sequence[bool],
    ) -> None:
        self.ops, self.operands = ops, operands
        # operand -1 - k is found from the end of the list, as Python counts negative indices
        self.names = [f"v{index}" for index in range(len(ops))] + list(reversed(outside))
        self.lines: list[str] = []
        self.functions: set[str] = set()
        self.active = [False] * len(ops) + list(reversed(active))
        for index, inputs in enumerate(operands):
            self.active[index] = any(map(self.active.__getitem__, inputs))

    def forward(self) -> None:
        """Write one assignment per instruction."""
        for index, (op, inputs) in enumerate(zip(self.ops, self.operands)):
            written = _value(op, len(inputs))
            name = self.names[index]
            names = [self.names[operand] for operand in inputs]
            self.lines += [line.format(*names, t=name) for line in written.lines]
            result = written.results[0]
            text = result.format(*names, t=name) if isinstance(result, str) else repr(result)
            self.lines.append(f"{name} = {_bare(text)}")
            self.functions |= written.functions

    def backward(self, seeds: dict[int, str]) -> dict[int, str]:
        """Write the adjoint of every active instruction, last first.

        Args:
            seeds: Operand -> the name of what its adjoint starts from.

        Returns:
            Operand -> the name of its adjoint, for the active ones outside that have any.
        """
        plans, count = self._plans(seeds)
        adjoints = dict(seeds)
        for operand, name in seeds.items():
            if count[operand] > 1:
                adjoints[operand] = self._adjoint_name(operand)
                self.lines.append(f"{adjoints[operand]} = {name}")
        for index, written in plans:
            names = [self.names[index], *[self.names[operand] for operand in self.operands[index]]]
            own = adjoints[index]
            self._use(written, names, f"p{index}")
            for position, operand in enumerate(self.operands[index]):
                if written.results[position] == 0.0:
                    continue
                term = self._term(index, position, own, written, names)
                name = self._adjoint_name(operand)
                if operand in adjoints:
                    self.lines.append(f"{name} += {term}")
                elif count[operand] == 1 and term in (own, "1.0", "-1.0"):
                    adjoints[operand] = term
                else:
                    self.lines.append(f"{name} = {term}")
                    adjoints[operand] = name
        return {operand: name for operand, name in adjoints.items() if operand < 0}

    def _plans(self, seeds: dict[int, str]) -> tuple[list[tuple[int, _Written]], dict[int, int]]:
        """Return the instructions that have an adjoint, last first, with their partials.

        With them, how many terms each operand's adjoint has.
        """
        plans = []
        count = dict.fromkeys(seeds, 1)
        for index in range(len(self.ops) - 1, -1, -1):
            if index not in count or not self.active[index]:
                continue
            inputs = self.operands[index]
            wanted = tuple([self.active[operand] for operand in inputs])
            written = _partials(self.ops[index], len(inputs), wanted)
            plans.append((index, written))
            for operand, partial in zip(inputs, written.results):
                if partial != 0.0:
                    count[operand] = count.get(operand, 0) + 1
        return plans, count

    def _use(self, written: _Written, names: Sequence[str], temporary: str) -> None:
        """Write the lines that come before the results of a template."""
        self.lines += [line.format(*names, t=temporary) for line in written.lines]
        self.functions |= written.functions

    def _term(
        self, index: int, position: int, own: str, written: _Written, names: list[str]
    ) -> str:
        """Return what an instruction adds to the adjoint of one of its operands.

        Args:
            index: The instruction.
            position: Of the operand.
            own: The adjoint of the instruction.
            written: Its partials.
            names: Its own name, then those of its operands.
        """
        partial, one = written.results[position], own in ("1.0", "-1.0")
        choice = _choice(self.ops[index], len(names) - 1, position)
        if choice is not None and not one:
            temporary = f"q{index}_{position}"
            self._use(choice, [own, *names], temporary)
            return _bare(str(choice.results[0]).format(own, *names, t=temporary))
        if isinstance(partial, str):
            text = partial.format(*names, t=f"p{index}")
            if not one:
                return f"{own} * {text}"
            return _bare(text) if own == "1.0" else f"-{text}"
        if one:
            return repr(float(own) * partial)
        if abs(partial) == 1.0:
            return own if partial == 1.0 else f"-{own}"
        return f"{own} * {number_text(partial)}"

    def _adjoint_name(self, operand: int) -> str:
        return f"d{operand}" if operand >= 0 else f"g{-1 - operand}"
