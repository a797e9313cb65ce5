"""jacobian, jacfwd and hessian: every output by every input, in the shapes of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.derivatives.call import Call
from autograd_core.derivatives.containers import Function, Tree
from autograd_core.derivatives.derive import chosen_arguments, named_after
from autograd_core.derivatives.forward import output_and_tangent
from autograd_core.derivatives.trees import flatten, is_array, map_leaves
from autograd_core.graph import Number, Value


def jacobian(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return a function that gives d output / d argument for every output.

    Args:
        f: Takes numbers or trees of them, returns a number or a tree of them.
        argnums: The argument to differentiate by, or several; then a tuple takes its place.
        has_aux: f returns (a tree, anything); the result is then (Jacobian, anything).

    The result has the structure of f's output, with a tree of the argument's structure in place of
    every number: its derivatives. An array by an array is one array of shape
    `output.shape + argument.shape` (as in `jax.jacrev`).

    Raises:
        TypeError: If an argument or the output is not made of numbers.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]

    Explained in notebooks/09_higher_derivatives.ipynb.
    """

    def by_rows(call: Call) -> list[list[Number]]:
        roots, _ = flatten(call.output, what="the output of the function")
        return [call.pull(root) for root in roots]

    return _jacobian(f, argnums, has_aux, by_rows)


def jacfwd(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return `jacobian` by forward mode: cheaper where there are more outputs than inputs.

    Arguments, result and errors are those of `jacobian`, which JAX calls `jacrev`.

    >>> jacfwd(lambda x: [x * x, x**3, x**4])(2.0)
    [4.0, 12.0, 32.0]

    Background in notebooks/09_higher_derivatives.ipynb.
    """

    def by_columns(call: Call) -> list[list[Number]]:
        _, tangent = output_and_tangent(call)
        count = len(call.inputs)
        unit = [[1.0 if i == j else 0.0 for j in range(count)] for i in range(count)]
        columns = [flatten(tangent(row))[0] for row in unit]
        rows = range(len(flatten(call.output)[0]))
        return [[column[row] for column in columns] for row in rows]

    return _jacobian(f, argnums, has_aux, by_columns)


def _jacobian(
    f: Function,
    argnums: int | Sequence[int],
    has_aux: bool,
    rows_of: Callable[[Call], list[list[Number]]],
) -> Function:
    several, chosen = chosen_arguments(argnums)

    def jacobian_of_f(*args: Tree, **keywords: Any) -> Any:
        call = Call(f, args, chosen, keywords, has_aux)
        rows = iter(rows_of(call))
        inputs = tuple(call.chosen) if several else call.chosen[0]

        def by_inputs(output: Tree) -> Tree:
            own_rows = [next(rows) for _ in flatten(output)[0]]
            column = 0

            def by_input(argument: Tree) -> Tree:
                nonlocal column
                end = column + len(flatten(argument)[0])
                block = [number for row in own_rows for number in row[column:end]]
                column = end
                return _shaped(block, output, argument)

            return map_leaves(by_input, inputs)

        found = map_leaves(by_inputs, call.output)
        return (found, *call.aux) if has_aux else found

    return named_after(f, "Jacobian", jacobian_of_f)


def _shaped(numbers: list[Number], output: Tree, argument: Tree) -> Tree:
    """Return the numbers as one array, or the only number if neither side is an array."""
    if not (is_array(output) or is_array(argument)):
        return numbers[0]
    array = output if is_array(output) else argument  # to make another without importing NumPy
    filled = array.astype(object).ravel().repeat(len(numbers) // max(array.size, 1))
    filled[:] = numbers
    symbolic = any(isinstance(number, Value) for number in numbers)
    shape = getattr(output, "shape", ()) + getattr(argument, "shape", ())
    return (filled if symbolic else filled.astype(float)).reshape(shape)


def hessian(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return a function that gives the second derivatives of f: the Jacobian of its Jacobian.

    Args:
        f: Takes numbers or trees of them, returns a number or a tree of them.
        argnums: As for `jacobian`.
        has_aux: As for `jacobian`.

    The result has the argument's structure twice: of an array output, the output's shape comes
    first (as in `jax.hessian`), unless the array holds one number only.

    Raises:
        TypeError: If an argument or the output is not made of numbers.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    [[4.0, 6.0], [6.0, 0.0]]
    >>> hessian(lambda x: [x**2, x**3])(2.0)
    [2.0, 12.0]

    Explained in notebooks/09_higher_derivatives.ipynb.
    """
    first = jacobian(_scalar_output(f, has_aux), argnums, has_aux)
    return named_after(f, "Hessian", jacobian(first, argnums, has_aux))


def _scalar_output(f: Function, has_aux: bool) -> Function:
    """Return f with an output that is an array of one number turned into that number."""

    def with_plain_output(*args: Tree, **keywords: Any) -> Any:
        output = f(*args, **keywords)
        if has_aux and isinstance(output, tuple | list) and output:
            return (_unwrapped(output[0]), *output[1:])
        return _unwrapped(output)

    return with_plain_output


def _unwrapped(output: Tree) -> Tree:
    return output.item() if is_array(output) and output.size == 1 else output


jacrev = jacobian

__all__ = ["hessian", "jacfwd", "jacobian", "jacrev"]
