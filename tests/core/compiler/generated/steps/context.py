"""Context: what a step of a generated program has: the tensors so far, and its picks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Number = Any  # a Value, a float, or a number of a peer
STEPS: dict[str, Callable[[Context], Tensor]] = {}
BRANCHING: list[str] = []


class Tensor(NamedTuple):
    """Numbers in row-major order, and their dimensions."""

    dims: tuple[int, ...]
    numbers: list[Number]

    def rows(self) -> list[list[Number]]:
        """Return the rows of a matrix; a vector is one row, a cube's leading axes are joined."""
        width = self.dims[-1]
        return [self.numbers[i : i + width] for i in range(0, len(self.numbers), width)]


def vector(numbers: Sequence[Number]) -> Tensor:
    """Return a tensor of one dimension."""
    return Tensor((len(numbers),), list(numbers))


def matrix(rows: Sequence[Sequence[Number]]) -> Tensor:
    """Return a tensor of two dimensions."""
    return Tensor((len(rows), len(rows[0])), [number for row in rows for number in row])


def step(function: Callable[[Context], Tensor]) -> Callable[[Context], Tensor]:
    """Add a step to the table, under its name."""
    STEPS[function.__name__] = function
    return function


def branching(function: Callable[[Context], Tensor]) -> Callable[[Context], Tensor]:
    """Add a step that branches on its numbers, which a peer cannot trace."""
    BRANCHING.append(function.__name__)
    return step(function)


class Context:
    """The tensors of a program and the picks of a step.

    Args:
        m: Elementary functions on numbers.
        pool: Tensors that have been computed.
        picks: Integers that the step chooses by.
        limit: The most numbers a result may have.
    """

    def __init__(self, m: Any, pool: list[Tensor], picks: Sequence[int], limit: int) -> None:
        self.m, self.pool, self.limit = m, pool, limit
        self._picks = iter(picks)

    def below(self, count: int) -> int:
        """Return an integer from 0 to `count` - 1."""
        return next(self._picks, 0) % count

    def of(self, choices: Sequence[Any]) -> Any:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def take(self) -> Tensor:
        """Return a tensor: two times in three the last one, else any."""
        pick = next(self._picks, 0)
        return self.pool[(pick // 3) % len(self.pool)] if pick % 3 == 1 else self.pool[-1]

    def other(self) -> Tensor:
        """Return any tensor; the first if no pick is left."""
        return self.pool[next(self._picks, 0) % len(self.pool)]

    def take_vector(self, size: int) -> list[Number]:
        """Return `size` numbers of a tensor: tiled, repeated, or mirrored where it has fewer."""
        numbers = self.other().numbers
        how = self.of(("tile", "repeat", "mirror"))
        if how == "repeat":
            return [numbers[i * len(numbers) // size] for i in range(size)]
        found = [numbers[i % len(numbers)] for i in range(size)]
        return found if how == "tile" else found[::-1]

    def take_matrix(self, rows: int, columns: int) -> list[list[Number]]:
        """Return rows of a tensor's numbers, tiled in one of four ways."""
        tensor = self.other()
        how = self.of(("flat", "corner", "transposed", "permuted"))
        numbers, size = tensor.numbers, len(tensor.numbers)
        if how == "corner":
            known = tensor.rows()
            return [[known[i % len(known)][j % len(known[0])] for j in range(columns)]
                    for i in range(rows)]  # fmt: skip
        if how == "transposed":
            return [[numbers[(j * rows + i) % size] for j in range(columns)] for i in range(rows)]
        turn = 7 if how == "permuted" else 1
        return [
            [numbers[turn * (i * columns + j) % size] for j in range(columns)] for i in range(rows)
        ]

    def square(self, largest: int = 6) -> list[list[Number]]:
        """Return the numbers of a tensor as rows of a square matrix, as large as they fill."""
        tensor = self.take()
        size = max(1, min(largest, math.isqrt(len(tensor.numbers))))
        return [tensor.numbers[i * size : (i + 1) * size] for i in range(size)]

    def table(self, largest: int = 8) -> list[list[Number]]:
        """Return a tensor as rows: its own if it is a matrix, else cut into equal pieces."""
        tensor = self.take()
        if len(tensor.dims) > 1:
            rows = tensor.rows()
        else:
            size = len(tensor.numbers)
            width = self.of([n for n in range(1, size + 1) if size % n == 0])
            rows = [tensor.numbers[i : i + width] for i in range(0, size, width)]
        return [row[:largest] for row in rows[:largest]]

    def vector(self, largest: int = 64) -> list[Number]:
        """Return the numbers of a tensor."""
        return self.take().numbers[:largest]

    def made(self, tensor: Tensor) -> Tensor:
        """Return a result, cut to as many rows as the limit allows."""
        dims, numbers = tensor
        if len(numbers) <= self.limit:
            return tensor
        inner = math.prod(dims[1:])
        if inner <= self.limit:
            count = self.limit // inner
            return Tensor((count, *dims[1:]), numbers[: count * inner])
        return vector(numbers[: self.limit])
