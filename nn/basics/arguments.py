"""Arguments: checks of numbers that a user passes: whole ones, ranges, a sample's shape, arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def whole(what: str, number: object, least: int = 1) -> int:
    """Return a whole number of at least `least`.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is too small.

    >>> whole("epochs", 3)
    3
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer):
        raise TypeError(f"{what} must be a whole number, got {number!r:.60}")
    if number < least:
        raise ValueError(f"{what} must be at least {least}, got {number}")
    return int(number)


def columns(what: str, shape: int | Sequence[int | None]) -> int:
    """Return how many numbers a sample of that shape has: Keras writes `(3,)` or `(None, 3)`.

    Raises:
        TypeError: If there is no whole number at the end.
        ValueError: If there is none at all, or it is below 1.

    >>> columns("Input's shape", (3,)), columns("Input's shape", 3)
    (3, 3)
    """
    sizes = [*shape] if isinstance(shape, Sequence) else [shape]
    if not sizes or any(size is not None for size in sizes[:-1]):
        raise ValueError(
            f"{what} must be one number, as (3,), got {shape!r:.60}; samples are rows of numbers, "
            "so flatten them first: x.reshape(len(x), -1)"
        )
    return whole(what, sizes[-1])


def number(what: str, given: object, advice: str = "") -> float:
    """Return a number: a whole one of Python as it is, any other as a float.

    Raises:
        TypeError: If it is none.

    >>> number("Huber's delta", np.float64(0.5)), number("patience", 3)
    (0.5, 3)
    """
    if not isinstance(given, int | float | np.number):
        advice = advice and f"; {advice}"
        raise TypeError(f"{what} must be a number, got {given!r:.60}{advice}")
    return given if isinstance(given, int) else float(given)


def in_range(
    what: str, given: object, low: float, high: float = math.inf, advice: str = ""
) -> float:
    """Return a number from `low` to below `high`.

    Args:
        what: What the number is, for the message.
        given: What the user has passed.
        low: The least it may be.
        high: What it has to be below; it is finite in any case.
        advice: What to do instead.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is out of range.

    >>> in_range("Dropout's rate", 0.5, 0.0, 1.0)
    0.5
    """
    found = number(what, given, advice)
    if not low <= found < high:
        end = f"below {high:g}" if high < math.inf else "finite"
        advice = advice and f"; {advice}"
        raise ValueError(f"{what} must be at least {low:g} and {end}, got {given}{advice}")
    return float(found)


def is_text(labels: object) -> bool:
    """Return whether labels are text, other than numbers written as text.

    >>> is_text(["cat", "dog"]), is_text(["1", "0"]), is_text([1, 0])
    (True, False, False)
    """
    try:
        items = np.asarray(labels)
    except ValueError:  # rows of different lengths
        return False
    if items.dtype.kind == "O":
        return bool(items.size) and all(isinstance(item, str) for item in items.ravel())
    if items.dtype.kind != "U":
        return False
    try:
        items.astype(np.float64)
    except ValueError:
        return True
    return False


def numeric(numbers: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return an array of finite numbers.

    Raises:
        ValueError: If one is not a finite number.

    >>> numeric([1, 2], "y")
    array([1., 2.])
    """
    array = floats(numbers, name)
    with np.errstate(all="ignore"):
        total = array.sum()  # finite only if all of them are, and 3 times as fast to find out
    if not np.isfinite(total) and not (finite := np.isfinite(array)).all():
        wrong = np.argwhere(~finite)
        where = f" at [{', '.join(map(str, wrong[0]))}]" if array.ndim else ""
        raise ValueError(f"{name} wants finite numbers, got {array[tuple(wrong[0])]}{where}")
    return np.atleast_1d(array)


def floats(numbers: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return an array of numbers, nan and inf among them.

    Raises:
        ValueError: If one is no number, or rows differ in length.
    """
    try:
        if numbers is not None:  # of which NumPy would make nan
            return np.asarray(numbers, dtype=np.float64)
        raise TypeError
    except (TypeError, ValueError):
        raise ValueError(f"{name} wants numbers, {_no_number(numbers)}") from None


def _no_number(numbers: ArrayLike) -> str:
    """Return what is wrong with numbers of which no array of floats can be made."""
    try:
        items = np.asarray(numbers, dtype=object).ravel().tolist()
    except ValueError:  # rows of arrays that differ in length
        items = [[]]
    for item in items:
        try:
            float(item)
        except (TypeError, ValueError):
            if isinstance(item, list | tuple | np.ndarray):
                break
            advice = (
                "turn text into numbers first: nn.data.encode_labels for classes, nn.data.one_hot "
                "for categories"
                if isinstance(item, str)
                else "pass a list or an array of numbers"
            )
            return f"got {item!r:.60}; {advice}"
    return "got rows of different lengths; give all of them as many numbers"
