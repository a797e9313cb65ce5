"""custom_vjp: any Python function with a gradient of the user's own, as `jax.custom_vjp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autograd_core.derivatives.containers import Function, Tree
from autograd_core.derivatives.trees import flatten, map_tree, numbers_like
from autograd_core.graph import Value, number_of


class CustomVjp:
    """A function that is called with plain numbers, and the user's rule for its gradient.

    The function may use what a graph cannot record: a solver, a lookup table, another library. The
    result has first derivatives in reverse mode; `custom_op` makes an operation that has all.

    >>> @custom_vjp
    ... def root(a):  # of y**3 + y = a
    ...     y = 0.0
    ...     for _ in range(60):
    ...         y -= (y**3 + y - a) / (3 * y**2 + 1)
    ...     return y
    >>> @root.defvjp
    ... def _(a):
    ...     y = root(a)
    ...     return y, lambda gradient: (gradient / (3 * y**2 + 1),)
    >>> from autograd_core import grad
    >>> root(2.0), grad(root)(2.0)
    (1.0, 0.25)
    """

    def __init__(self, f: Function, nondiff_argnums: Sequence[int] = ()) -> None:
        self.f, self.fixed = f, frozenset(nondiff_argnums)
        self.forward: Callable[..., tuple[Tree, Callable[[Tree], Any]]] | None = None

    def defvjp(
        self, forward: Callable[..., tuple[Tree, Tree]], backward: Function | None = None
    ) -> Callable[..., tuple[Tree, Tree]]:
        """Set the gradient, and return `forward`, so that this is also a decorator.

        Args:
            forward: Takes f's arguments as plain numbers. Alone it returns the output and a
                function from the gradient by the output to a tuple of the gradients by the
                arguments (None for zeros); with `backward` the output and anything to keep.
            backward: `backward(kept, gradient)`, as in JAX, returns that tuple. The arguments in
                `nondiff_argnums` come before `kept`, and have no gradient in the tuple.
        """
        if backward is None:
            self.forward = forward
            return forward

        def bound(*args: Tree, **named: Any) -> tuple[Tree, Callable[[Tree], Any]]:
            output, kept = forward(*args, **named)
            fixed = [arg for i, arg in enumerate(args) if i in self.fixed]
            return output, lambda gradient: backward(*fixed, kept, gradient)

        self.forward = bound
        return forward

    def __call__(self, *args: Tree, **named: Tree) -> Tree:
        """Call f with numbers, lists, dicts and arrays; keyword arguments are passed on."""
        places = [i for i in range(len(args)) if i not in self.fixed]
        chosen = [args[i] for i in places]
        numbers, rebuild = flatten(chosen, what="an argument of a custom vjp")
        parents = [number for number in numbers if isinstance(number, Value)]
        if not parents:
            return self.f(*args, **named)
        name = getattr(self.f, "__name__", "custom_vjp")
        if self.forward is None:
            raise TypeError(f"{name} has no gradient yet; give it one with {name}.defvjp(...)")
        given = [*args]
        for i, argument in zip(places, rebuild([*map(number_of, numbers)])):
            given[i] = argument
        output, back = self.forward(*given, **named)
        results, build = flatten(output, what="the output of a custom vjp")

        def gradients_by_inputs(place: int, gradient: float) -> list[float]:
            found = back(build([gradient if i == place else 0.0 for i in range(len(results))]))
            if not isinstance(found, tuple | list) or len(found) != len(chosen):
                raise TypeError(
                    f"{name}'s vjp wants a tuple of {len(chosen)}, one gradient per argument, "
                    f"got {type(found).__name__} {found!r:.60}"
                )
            return [
                float(number)
                for i, gradient, arg in zip(places, found, chosen)
                for number in numbers_like(
                    _with_zeros(gradient, arg), arg, f"{name}'s gradient by argument {i}"
                )
            ]

        nodes = [Value(float(result), parents, name) for result in results]
        for place, node in enumerate(nodes):
            pull = partial(gradients_by_inputs, place)
            node._backward = partial(_add_to_inputs, node, pull, numbers)
        return build(nodes)


def _add_to_inputs(
    node: Value, pull: Callable[[float], list[float]], numbers: Sequence[Tree]
) -> None:
    """Add to each input's gradient its share of the gradient of one output."""
    for number, gradient in zip(numbers, pull(node.grad)):
        if isinstance(number, Value):
            number.grad += gradient


def _with_zeros(gradient: Tree, like: Tree) -> Tree:
    """Return a gradient with each None in it replaced by zeros."""
    if gradient is None:
        return map_tree(lambda number: 0.0, like)
    if isinstance(gradient, dict) and isinstance(like, dict) and gradient.keys() == like.keys():
        return {key: _with_zeros(gradient[key], like[key]) for key in like}
    if isinstance(gradient, list | tuple) and isinstance(like, list | tuple):
        pairs = zip(gradient, like)
        return [_with_zeros(*p) for p in pairs] if len(gradient) == len(like) else gradient
    return gradient


def custom_vjp(f: Function, nondiff_argnums: Sequence[int] = ()) -> CustomVjp:
    """Return the function with a gradient of your own, which `defvjp` sets; see `CustomVjp`.

    Arguments at the positions in `nondiff_argnums` may be anything and have no gradient, as in JAX.

    >>> square = custom_vjp(lambda x: x * x)
    >>> _ = square.defvjp(lambda x: (x * x, x), lambda x, gradient: (2.0 * x * gradient,))
    >>> (square(Value(3.0)) + 1.0).data
    10.0

    Background in notebooks/09_higher_derivatives.ipynb.
    """
    return CustomVjp(f, nondiff_argnums)
