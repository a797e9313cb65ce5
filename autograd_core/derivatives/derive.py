"""Derivatives of functions: grad, value_and_grad, elementwise_grad, vjp.

They take a function of numbers (or lists, tuples, dicts and arrays of them; see trees.py), call it
with Values, and return plain numbers, with JAX's names and arguments. Given Values, or inside one
another, they return Values; so they nest to any order. No `.grad` is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, overload

from autograd_core.derivatives.call import Call
from autograd_core.derivatives.containers import Function, Tree
from autograd_core.derivatives.of_values import gradients_of
from autograd_core.derivatives.trees import flatten, numbers_like
from autograd_core.functional import total
from autograd_core.graph import Number, Value


def chosen_arguments(argnums: int | Sequence[int]) -> tuple[bool, tuple[int, ...]]:
    """Return whether `argnums` is a sequence, and the numbers in it.

    Raises:
        TypeError: If it is neither an int nor a sequence of them.

    >>> chosen_arguments(0), chosen_arguments([0, 1])
    ((False, (0,)), (True, (0, 1)))
    """
    several = isinstance(argnums, Sequence) and not isinstance(argnums, str)
    try:
        return several, tuple(map(index, argnums if several else (argnums,)))  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"argnums is an int or a sequence of ints, got {argnums!r}") from None


def value_and_grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Function:
    """Return a function that gives f's value and its gradient.

    Args:
        f: Takes numbers or trees of them, returns one Value (with `has_aux`: a pair of one Value
            and anything else, which is passed through with Values as numbers).
        argnums: The argument to differentiate by, or several; then the gradient is a tuple.
        has_aux: Whether f returns such a pair; then so does the value.

    Raises:
        TypeError: If f returns something else, or an argument is not made of numbers.

    >>> value_and_grad(lambda x, y: x * x * y)(3.0, 2.0)
    (18.0, 12.0)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    several, chosen = chosen_arguments(argnums)

    def value_and_gradient(*args: Tree, **keywords: Any) -> Any:
        call = Call(f, args, chosen, keywords, has_aux)
        root = call.root
        gradients = call.rebuild(call.pull(root))
        gradient = tuple(gradients) if several else gradients[0]
        value = call.plain(root)
        return ((value, *call.aux) if has_aux else value), gradient

    return named_after(f, "Value and gradient", value_and_gradient)


def named_after(f: Function, what: str, derivative: Function) -> Function:
    """Return the derivative with the name and signature of f, and a docstring that names f.

    >>> named_after(abs, "Gradient", lambda x: x).__doc__
    'Gradient of abs; takes the same arguments.'
    """
    name = getattr(f, "__name__", type(f).__name__)
    derivative.__name__ = derivative.__qualname__ = name
    derivative.__doc__ = f"{what} of {name}; takes the same arguments."
    vars(derivative)["__wrapped__"] = f
    return derivative


@overload
def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function: ...


@overload
def grad(
    outputs: Value | Sequence[Value],
    inputs: Value | Sequence[Value],
    grad_outputs: Number | Sequence[Number] | None = None,
    *,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Number | None, ...]: ...


def grad(  # type: ignore[misc]  # both JAX's and PyTorch's function of this name
    f: Any = None, argnums: Any = 0, has_aux: Any = False, **of_graph: Any
) -> Any:
    """Return a function that gives the gradient of f; arguments as for `value_and_grad`.

    Of Values in an existing graph, `grad(outputs, inputs)` returns the gradients themselves, as in
    PyTorch; its other arguments are those of `of_values.gradients_of`.

    >>> grad(lambda x: x**3)(2.0), grad(grad(lambda x: x**3))(2.0)
    (12.0, 12.0)
    >>> x = Value(3.0)
    >>> grad(x * x, [x])
    (6.0,)
    >>> grad(lambda p: p["w"] * 3.0 + p["b"])({"w": 1.0, "b": 0.0})
    {'w': 3.0, 'b': 1.0}

    Explained in notebooks/09_higher_derivatives.ipynb.
    """
    if of_graph or isinstance(f, Value) or (isinstance(f, list | tuple) and f):
        if f is not None:
            of_graph["outputs"] = f
            of_graph |= {} if "inputs" in of_graph else {"inputs": argnums}
            of_graph |= {"grad_outputs": has_aux} if has_aux is not False else {}
        return gradients_of(**of_graph)
    both = value_and_grad(f, argnums, has_aux)

    def gradient(*args: Tree, **keywords: Any) -> Any:
        value, gradients = both(*args, **keywords)
        return (gradients, value[1]) if has_aux else gradients

    return named_after(f, "Gradient", gradient)


def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return a function that gives the derivative of each output of f by the input at its place.

    It is the gradient of the sum of the outputs, in the shape of the argument, for an elementwise
    f; `argnums` is as for `value_and_grad`, the name is that of HIPS's autograd.

    Raises:
        TypeError: If f returns something that is not made of numbers.

    >>> elementwise_grad(lambda x: [a * a for a in x])([1.0, 2.0])
    [2.0, 4.0]

    Background in notebooks/09_higher_derivatives.ipynb.
    """

    def summed(*args: Tree, **keywords: Any) -> Number:
        return total(flatten(f(*args, **keywords), what="output")[0])

    return named_after(f, "Derivative, number by number, of", grad(summed, argnums))


def vjp(f: Function, *primals: Tree, has_aux: bool = False) -> tuple[Tree, ...]:
    """Return f's output, and the function from its cotangent to the cotangents of the arguments.

    Args:
        f: Any function of trees that returns a tree.
        primals: Its arguments.
        has_aux: f returns (a tree, anything); the latter comes third, with Values as numbers.

    Raises:
        TypeError: If an argument, the output or a cotangent is not made of numbers.
        ValueError: If a cotangent does not have the shape of the output.

    >>> output, pull = vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> output, pull(1.0)
    (6.0, (3.0, 2.0))

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """
    call = Call(f, primals, range(len(primals)), {}, has_aux)
    roots, rebuild = flatten(call.output, what="the output of the function")

    def pull(cotangent: Tree) -> tuple[Tree, ...]:
        weights = numbers_like(cotangent, call.output, "the cotangent")
        weights = [w if isinstance(w, Value) else float(w) for w in weights]  # NumPy's become plain
        sums: list[Number] = [0.0 for _ in call.inputs]
        for root, weight in zip(roots, weights):
            sums = [a + b for a, b in zip(sums, call.pull(root, weight))]
        return tuple(call.rebuild(sums))

    return rebuild([call.plain(root) for root in roots]), pull, *call.aux


__all__ = ["elementwise_grad", "grad", "value_and_grad", "vjp"]
