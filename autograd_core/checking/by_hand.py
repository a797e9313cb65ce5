"""By hand: checks a gradient that the user wrote; and the helpers of every check.

These call a function at plain numbers, twice at one point, and along one input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd_core.checking.differences import derivative
from autograd_core.checking.report import Row, judge
from autograd_core.derivatives import Function, Tree, flatten, numbers_like
from autograd_core.graph import Number, number_of


def rows_by_hand(
    f: Function,
    gradient: Function,
    args: list[Tree],
    names: list[str],
    rtol: float,
) -> Iterator[Row]:
    """Yield a row for each number of the arguments.

    Raises:
        ValueError: If f gives different results at one point, or the gradient does not have one
            number for each of them.
    """
    numbers, rebuild = flatten([plain(arg) for arg in args])

    def value_at(point: Sequence[float]) -> list[float]:
        return [plain_number(f(*rebuild(point)))]

    same_twice(value_at(numbers), value_at(numbers))
    slopes = _in_order(gradient(*rebuild(numbers)), args)
    if len(slopes) != len(numbers):
        raise ValueError(
            f"the gradient wants {len(numbers)} numbers, got {len(slopes)}; return one for each "
            "number of the inputs"
        )
    for j, (name, x, slope) in enumerate(zip(names, numbers, slopes)):
        yield judge(
            name, x, plain_number(slope), derivative(along(value_at, numbers, j, 0), x), rtol
        )


def _in_order(gradient: Tree, args: list[Tree]) -> list[Any]:
    """Return the numbers of a gradient in the order of the arguments; dicts are matched by key."""
    try:
        return numbers_like(gradient, args[0] if len(args) == 1 else args, "the gradient")
    except ValueError:  # another shape, such as 6 numbers for (2, 3)
        return flatten(gradient, what="the gradient")[0]


def plain(tree: Tree) -> Tree:
    """Return the tree with Values and other numbers replaced by floats."""
    numbers, rebuild = flatten(tree)
    return rebuild([plain_number(x) for x in numbers])


def plain_number(number: Number) -> float:
    """Return a Value's number, or a number as a float."""
    return float(number_of(number))


def along(
    outputs_at: Callable[[Sequence[float]], list[float]], point: list[float], j: int, i: int
) -> Callable[[float], float]:
    """Return output i as a function of input j alone."""
    return lambda x: outputs_at([*point[:j], x, *point[j + 1 :]])[i]


def same_twice(first: list[float], second: list[float]) -> None:
    """Compare two results of a function at one point.

    Raises:
        ValueError: If they differ.
    """
    if [repr(y) for y in first] != [repr(y) for y in second]:  # repr: nan equals itself
        raise ValueError(
            f"gradcheck wants a function that gives the same result each time, got {first[:3]} "
            f"and {second[:3]} at one point; seed its random numbers inside the function"
        )
