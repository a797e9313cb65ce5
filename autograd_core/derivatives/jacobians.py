"""jacobian and hessian: every output by every input, in the shapes of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.derivatives.call import Call, Function
from autograd_core.derivatives.containers import Tree
from autograd_core.derivatives.derive import chosen_arguments, grad, named_after
from autograd_core.derivatives.trees import flatten, is_array, map_leaves
from autograd_core.graph import Number, Value


def jacobian(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that gives d output / d argument for every output.

    Args:
        f: Takes numbers or trees of them, returns a number or a tree of them.
        argnums: The argument to differentiate by, or several; then a tuple takes its place.
        has_aux: f returns (a tree, anything); then so does the result: (Jacobian, anything).

    The result is f's output with the argument in the place of every number; an array by an array
    is one array of shape `output.shape + argument.shape` (as in `jax.jacrev`).

    Raises:
        TypeError: If an argument or the output is not made of numbers.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]

    Explained in notebooks/09_higher_derivatives.ipynb.
    """
    several, chosen = chosen_arguments(argnums)

    def jacobian_of_f(*args: Tree, **keywords: Any) -> Any:
        call = Call(f, args, chosen, keywords, has_aux)
        roots, _ = flatten(call.output, what="the output of the function")
        rows = iter([call.pull(root) for root in roots])
        inputs = tuple(call.chosen) if several else call.chosen[0]

        def by_inputs(output: Tree) -> Tree:
            mine = [next(rows) for _ in flatten(output)[0]]
            column = 0

            def by_input(argument: Tree) -> Tree:
                nonlocal column
                end = column + len(flatten(argument)[0])
                block = [number for row in mine for number in row[column:end]]
                column = end
                return _shaped(block, output, argument)

            return map_leaves(by_input, inputs)

        found = map_leaves(by_inputs, call.output)
        return (found, *call.aux) if has_aux else found

    return named_after(f, "Jacobian", jacobian_of_f)


def _shaped(numbers: list[Number], output: Tree, argument: Tree) -> Tree:
    """Return the numbers as one array, or the only one if neither side is an array."""
    if not (is_array(output) or is_array(argument)):
        return numbers[0]
    array = output if is_array(output) else argument
    filled = array.astype(object).ravel().repeat(len(numbers) // max(array.size, 1))
    filled[:] = numbers
    symbolic = any(isinstance(number, Value) for number in numbers)
    shape = getattr(output, "shape", ()) + getattr(argument, "shape", ())
    return (filled if symbolic else filled.astype(float)).reshape(shape)


def hessian(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that gives the second derivatives of f: the Jacobian of its gradient.

    Args:
        f: Takes numbers or trees of them, returns one number.
        argnums: As for `jacobian`.
        has_aux: As for `jacobian`.

    Raises:
        TypeError: If f returns something else than one number.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    [[4.0, 6.0], [6.0, 0.0]]

    Explained in notebooks/09_higher_derivatives.ipynb.
    """
    return named_after(f, "Hessian", jacobian(grad(f, argnums, has_aux), argnums, has_aux))


__all__ = ["hessian", "jacobian"]
