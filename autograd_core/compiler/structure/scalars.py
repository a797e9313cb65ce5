"""Scalars: instructions of one number each; Steps: the same as calls of elementary functions."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_core.table import Op


@dataclass
class Scalars:
    """A scalar program: one number per instruction, operands before consumers.

    Number `i` is an input for `i < inputs`; the results of `ops` follow. Constants have the numbers
    -1, -2, ..., so that more can be added later: number `-1 - i` is `constants[i]`.

    Attributes:
        inputs: The number of inputs: the arguments' numbers in order, then the live leaves.
        constants: The values that are constant.
        ops: The operation of each instruction.
        operands: Its operands: inputs, constants and earlier instructions, by number.
        outputs: The numbers that the function returns, then the outcomes of the guards.
    """

    inputs: int
    constants: list[float] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """The number of instructions if each had two operands: a sum of n terms counts as n - 1."""
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
        edges: For some instructions, (operand, partial) pairs that replace the partials of the op.
    """

    edges: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


@dataclass
class Steps:
    """A sequence of calls of elementary functions; numbers as in `Scalars`.

    Attributes:
        inputs: The number of inputs.
        constants: The values of the numbers -1, -2, ...
        names: The function that each step calls.
        operands: Its operands: inputs, constants and earlier steps, by number.
        outputs: The numbers that are returned.
    """

    inputs: int
    constants: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


class Constants:
    """The constants of a program, without duplicates.

    Args:
        numbers: The list of constants, to which new ones are appended.
    """

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers
        self._places = {_key(number): -1 - i for i, number in enumerate(numbers)}

    def place(self, number: float) -> int:
        """Return the number of a constant, -1 for the first, -2 for the second; add it if new."""
        key = _key(number)
        found = self._places.get(key)
        if found is None:
            self.numbers.append(number)
            found = self._places[key] = -len(self.numbers)
        return found


def _key(number: float) -> object:
    """Return a key that differs for 0.0 and -0.0, and is the same for every nan."""
    return number if number and number == number else repr(number)
