"""Parameters: a layer's as one matrix or vector; a limit on how many a file may create."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value
from autograd_core.graph import has_gradient, plain_gradient
from autograd_core.table import Floats
from nn.basics.vector import Rows

_budget: ContextVar[list[int] | None] = ContextVar("parameters left, and allowed", default=None)


class Parameters(Rows[object]):
    """The parameters of a layer, not copies: changing these changes the layer.

    >>> w = Parameters([Value(1.0), Value(2.0)])
    >>> w.data = [3.0, 4.0]
    >>> (w * w).sum().backward()
    >>> w.shape, w.data.tolist(), w.grad.tolist()
    ((2,), [3.0, 4.0], [6.0, 8.0])
    """

    @property
    def leaves(self) -> list[Value]:
        """The Values in order."""
        rows = [item if isinstance(item, list) else [item] for item in self]
        return cast("list[Value]", [leaf for row in rows for leaf in row])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, `(rows, columns)` or `(size,)`."""
        rows = self and isinstance(self[0], list)
        return (len(self), len(self[0])) if rows else (len(self),)  # type: ignore[arg-type]

    @property
    def data(self) -> Floats:
        """The numbers, as a read-only array; `weight.data = array` and `copy_(array)` set them."""
        return self._array(lambda leaf: leaf.data)

    @data.setter
    def data(self, numbers: ArrayLike) -> None:
        array = np.asarray(numbers, np.float64)
        if array.shape != self.shape:
            raise ValueError(
                f"these parameters have the shape {self.shape}, got {array.shape}; reshape it"
            )
        for leaf, number in zip(self.leaves, array.ravel().tolist(), strict=True):
            leaf.data = number

    @property
    def grad(self) -> Floats | None:
        """The gradients, as a read-only array; None if there is none, as in PyTorch."""
        if not any(has_gradient(leaf.grad) for leaf in self.leaves):
            return None
        return self._array(lambda leaf: plain_gradient(leaf.grad))

    @property
    def requires_grad(self) -> bool:
        """Whether any of them is trained; setting it freezes or unfreezes all."""
        return any(leaf.requires_grad for leaf in self.leaves)

    @requires_grad.setter
    def requires_grad(self, requires_grad: bool) -> None:
        for leaf in self.leaves:
            leaf.requires_grad = requires_grad

    def copy_(self, numbers: ArrayLike) -> Parameters:
        """Set the numbers and return the parameters."""
        self.data = numbers
        return self

    def fill_(self, number: float) -> Parameters:
        """Set all to one number."""
        return self.copy_(np.full(self.shape, number))

    def zero_(self) -> Parameters:
        """Set all to 0."""
        return self.fill_(0.0)

    def numpy(self) -> Floats:
        """Return a copy of the numbers as an array."""
        return self.data.copy()

    def _array(self, number: Callable[[Value], float]) -> Floats:
        array = np.array([number(leaf) for leaf in self.leaves], np.float64).reshape(self.shape)
        array.flags.writeable = False  # it is a copy: writing to it would not change the layer
        return array


def matrix(rows: Sequence[Sequence[Value]]) -> Parameters:
    """Return parameters `(rows, columns)`."""
    return Parameters([Rows(row) for row in rows])


@contextmanager
def budget(parameters: int) -> Iterator[None]:
    """Limit the number of parameters that may be created inside the block.

    >>> import nn
    >>> with budget(12):
    ...     nn.MLP(2, [3, 1])
    Traceback (most recent call last):
    ValueError: more than 12 parameters are to be made, but not so many are stored
    """
    token = _budget.set([parameters, parameters])
    try:
        yield
    finally:
        _budget.reset(token)


def spend_budget(parameters: int) -> None:
    """Subtract parameters that are about to be created from the budget, if one is set.

    Raises:
        ValueError: If the budget is exceeded.
    """
    budget_left = _budget.get()
    if budget_left is None:
        return
    budget_left[0] -= parameters
    if budget_left[0] < 0:
        raise ValueError(
            f"more than {budget_left[1]} parameters are to be made, but not so many are stored"
        )
