"""Scalars: a program of flat instructions, one number each; Steps: the same in elementary calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_core.table import Op


@dataclass
class Scalars:
    """A scalar program: one number per instruction, operands before consumers.

    Number `i` is an input for `i < inputs`; then comes one for each element of `ops`. Constants are
    numbered -1, -2, ..., so that more can be added: number `-1 - i` is `constants[i]`.

    Attributes:
        inputs: How many inputs: the arguments' numbers in order, then those of live leaves.
        constants: Numbers known when the function was captured.
        ops: The operation of each instruction.
        operands: Its operands, as numbers of inputs, constants and earlier instructions.
        outputs: The numbers that the function returns, then those that guards look at.
    """

    inputs: int
    constants: list[float] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """How many instructions of two operands it comes to: a sum of a thousand is one of many."""
        return sum([max(1, len(given) - 1) for given in self.operands])

    def __str__(self) -> str:
        names = [f"x{i}" for i in range(self.inputs)]
        names += [f"v{i}" for i in range(self.inputs, self.inputs + len(self.ops))]
        names += [f"{constant!r}" for constant in reversed(self.constants)]
        lines = []
        for name, op, operands in zip(names[self.inputs :], self.ops, self.operands):
            lines.append(f"{name} = {op.name}({', '.join(names[i] for i in operands)})")
        return "\n".join([*lines, f"return {', '.join(names[i] for i in self.outputs)}"])


@dataclass
class Expanded(Scalars):
    """A scalar program whose operations have a fixed number of operands, or are sums.

    Attributes:
        edges: For some instructions, (operand, partial) pairs in place of the partials of the op.
    """

    edges: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


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


class Constants:
    """The constants of a program, in which each number is there once.

    Args:
        numbers: Those that are there; others are added.
    """

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers
        self._places = {_key(number): -1 - i for i, number in enumerate(numbers)}

    def place(self, number: float) -> int:
        """Return -1 for the first constant, -2 for the second, ..."""
        key = _key(number)
        found = self._places.get(key)
        if found is None:
            self.numbers.append(number)
            found = self._places[key] = -len(self.numbers)
        return found


def _key(number: float) -> object:
    """Return what keeps 0.0 and -0.0 apart, and nan together."""
    return number if number and number == number else repr(number)
