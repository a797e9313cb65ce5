"""Budget: how many parameters a description from a file may make before it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_left: ContextVar[list[int] | None] = ContextVar("parameters that may still be made", default=None)


@contextmanager
def budget(parameters: int) -> Iterator[None]:
    """Allow so many parameters to be made inside the block.

    >>> import nn
    >>> with budget(12):
    ...     nn.MLP(2, [3, 1])
    Traceback (most recent call last):
    ValueError: more than 12 parameters are to be made, but not so many are stored
    """
    token = _left.set([parameters, parameters])
    try:
        yield
    finally:
        _left.reset(token)


def claim(parameters: int) -> None:
    """Take parameters out of the budget, before they are made.

    Raises:
        ValueError: If there are not so many left.
    """
    left = _left.get()
    if left is None:
        return
    left[0] -= parameters
    if left[0] < 0:
        raise ValueError(
            f"more than {left[1]} parameters are to be made, but not so many are stored"
        )
