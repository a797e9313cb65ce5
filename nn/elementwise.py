"""Elementwise: functions of a number that take sequences of numbers too, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeAlias, cast, overload

import numpy as np

from autograd_core import Value
from nn.basics import Floats, Number, Rows

Vector: TypeAlias = "Sequence[Number] | Floats"


def of_each(
    function: Callable[..., Number], x: Number | Vector, *options: object, **named: object
) -> Number | list[Number]:
    """Return a function of a number, or of each number in a sequence.

    >>> of_each(abs, [-1.0, 2.0]), of_each(abs, -3.0)
    ([1.0, 2.0], 3.0)
    """
    if isinstance(x, np.ndarray) and not x.ndim:
        x = float(x)
    if isinstance(x, Sequence | np.ndarray):
        return Rows([cast(Number, of_each(function, item, *options, **named)) for item in x])
    return function(x, *options, **named)


P = ParamSpec("P")


class Elementwise(Protocol[P]):
    """A function of a number, or of each number in a sequence."""

    @overload
    def __call__(self, x: Value, *options: P.args, **named: P.kwargs) -> Value: ...
    @overload
    def __call__(self, x: float, *options: P.args, **named: P.kwargs) -> float: ...
    @overload
    def __call__(self, x: Vector, *options: P.args, **named: P.kwargs) -> list[Number]: ...
    def __call__(
        self, x: Number | Vector, *options: P.args, **named: P.kwargs
    ) -> Number | list[Number]:
        """Return the function of a number, or of each."""


def elementwise(function: Callable[Concatenate[Number, P], Number]) -> Elementwise[P]:
    """Return the function, of sequences too.

    >>> elementwise(lambda x: 2.0 * x)([1.0, [2.0]])
    [2.0, [4.0]]
    """

    @wraps(function)
    def mapped(x: Number | Vector, *options: P.args, **named: P.kwargs) -> Number | list[Number]:
        return of_each(function, x, *options, **named)

    return cast("Elementwise[P]", mapped)
