"""Arguments: checks of what a user passes: whole numbers, ranges, a sample's shape, arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from os import PathLike, fspath
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T")


def whole(what: str, number: object, least: int = 1) -> int:
    """Check that a number is whole and at least `least`, and return it as an int.

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
    """Return the size of a sample of that shape, given as 3 or as Keras's `(3,)` or `(None, 3)`.

    Raises:
        TypeError: If the last entry is not a whole number.
        ValueError: If there is no entry, an entry before the last is a number, or the last is below
            1.

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
    """Check that something is a number, and not nan; return an int unchanged, others as a float.

    Args:
        what: The name of the number, for the message.
        given: What the user has passed.
        advice: The end of the message: what to do instead.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is nan.

    >>> number("Huber's delta", np.float64(0.5)), number("patience", 3)
    (0.5, 3)
    """
    found = _number_or_nan(what, given, advice)
    if math.isnan(found):
        raise ValueError(f"{what} must be a number, got nan" + (advice and f"; {advice}"))
    return found


def _number_or_nan(what: str, given: object, advice: str) -> float:
    if not isinstance(given, int | float | np.number):
        advice = advice and f"; {advice}"
        raise TypeError(f"{what} must be a number, got {given!r:.60}{advice}")
    return given if isinstance(given, int) else float(given)


def flag(what: str, given: object, advice: str = "") -> bool:
    """Check that something is True or False, or 1 or 0, and return it as a bool.

    Raises:
        TypeError: If it is anything else.

    >>> flag("Dense's use_bias", 0)
    False
    """
    if not isinstance(given, int | np.bool_ | np.integer) or given not in (0, 1):
        raise TypeError(
            f"{what} must be True or False, got {given!r:.60}" + (advice and f"; {advice}")
        )
    return bool(given)


def string(what: str, given: object) -> str:
    """Check that something is a str, and return it.

    Raises:
        TypeError: If it is not a str.
    """
    if not isinstance(given, str):
        raise TypeError(f"{what} must be a text, got {given!r:.60}")
    return given


def file_name(what: str, given: str | PathLike[str]) -> str:
    """Return the name of a file or folder as a str.

    Raises:
        TypeError: If it is neither a str nor a path.
        ValueError: If it is empty.
    """
    if not isinstance(given, str | PathLike):
        raise TypeError(f"{what} must be the name of a file or folder, got {given!r:.60}")
    if not (name := string(what, fspath(given))):
        raise ValueError(f"{what} must be the name of a file or folder, got an empty one; name one")
    return name


def function(what: str, given: T, example: str) -> T:
    """Check that something is a function, and return it.

    Args:
        what: The name of the function, for the message.
        given: What the user has passed.
        example: An example of one, for the message.

    Raises:
        TypeError: If it is not callable.
    """
    if not callable(given):
        raise TypeError(f"{what} must be a function, as {example}, got {given!r:.60}")
    return given


def in_range(
    what: str, given: object, low: float, high: float = math.inf, advice: str = ""
) -> float:
    """Check that `low <= number < high`, and return the number as a float.

    Args:
        what: The name of the number, for the message.
        given: What the user has passed.
        low: The least it may be.
        high: The limit that it has to be below; by default any finite number is.
        advice: The end of the message: what to do instead.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is out of range.

    >>> in_range("Dropout's rate", 0.5, 0.0, 1.0)
    0.5
    """
    found = _number_or_nan(what, given, advice)
    if not low <= found < high:
        end = f"below {high:g}" if high < math.inf else "finite"
        advice = advice and f"; {advice}"
        raise ValueError(f"{what} must be at least {low:g} and {end}, got {given}{advice}")
    return float(found)


def is_text(labels: object) -> bool:
    """Return whether labels are text that is not numbers written as text.

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
        total = array.sum()  # finite only if all numbers are; 3 times as fast as testing each
    if not np.isfinite(total) and not (finite := np.isfinite(array)).all():
        wrong = np.argwhere(~finite)
        where = f" at [{', '.join(map(str, wrong[0]))}]" if array.ndim else ""
        raise ValueError(f"{name} wants finite numbers, got {array[tuple(wrong[0])]}{where}")
    return np.atleast_1d(array)


def floats(numbers: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return an array of floats, which may include nan and inf.

    Raises:
        ValueError: If an entry is not a number, or rows differ in length.
    """
    try:
        if numbers is not None:  # NumPy would turn None into nan
            return np.asarray(numbers, dtype=np.float64)
        raise TypeError
    except (TypeError, ValueError):
        raise ValueError(f"{name} wants numbers, {_conversion_error(numbers)}") from None


def _conversion_error(numbers: ArrayLike) -> str:
    """Return the end of a message that says why these cannot become an array of floats."""
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
    return "got rows of different lengths; give each row the same number of entries"
