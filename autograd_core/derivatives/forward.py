"""Forward mode: jvp and linearize push tangents of the arguments through the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from autograd_core.derivatives.call import Call
from autograd_core.derivatives.containers import Function, Tree
from autograd_core.derivatives.trees import flatten, numbers_like
from autograd_core.graph import VALUE, Number, Value, topological_order
from autograd_core.table import FLOAT, local_partials, passes, share


def check_arguments(name: str, given: object) -> None:
    """Raise TypeError if `given` is not a tuple or list, as primals and tangents have to be.

    >>> check_arguments("primals", 3.0)
    Traceback (most recent call last):
    TypeError: primals is a tuple or list, one item per argument of f, got float 3.0
    """
    if not isinstance(given, tuple | list):
        raise TypeError(
            f"{name} is a tuple or list, one item per argument of f, "
            f"got {type(given).__name__} {given!r:.60}"
        )


def jvp(
    f: Function, primals: Sequence[Tree], tangents: Sequence[Tree], has_aux: bool = False
) -> tuple[Tree, ...]:
    """Return f's output and its derivative in the direction of the tangents (forward mode).

    Each node's tangent is the sum of its local partials times the tangents of its operands. With
    `has_aux` f returns (a tree, anything), and the latter comes third.

    Raises:
        TypeError: If primals or tangents is not a tuple or list of arguments.
        ValueError: If tangents and primals do not have the same shape.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """
    check_arguments("primals", primals)
    check_arguments("tangents", tangents)
    call = Call(f, list(primals), range(len(primals)), {}, has_aux)
    directions = _directions(primals, tangents)
    if any(isinstance(direction, Value) for direction in directions):
        call.symbolic = True
    output, tangent = output_and_tangent(call)
    return output, tangent(directions), *call.aux


def linearize(f: Function, *primals: Tree, has_aux: bool = False) -> tuple[Tree, ...]:
    """Return f's output, and the function from tangents of the arguments to that of the output.

    It is `jvp` in any number of directions for one call of f (JAX's name and arguments).

    Raises:
        TypeError: If an argument, the output or a tangent is not made of numbers.
        ValueError: If there is not one tangent for each argument, in its shape.

    >>> output, tangent = linearize(lambda x, y: x * y, 2.0, 3.0)
    >>> output, tangent(1.0, 0.0), tangent(0.0, 1.0)
    (6.0, 3.0, 2.0)

    Background in notebooks/09_higher_derivatives.ipynb.
    """
    call = Call(f, primals, range(len(primals)), {}, has_aux)
    output, tangent = output_and_tangent(call)
    return output, lambda *tangents: tangent(_directions(primals, tangents)), *call.aux


def _directions(primals: Sequence[Tree], tangents: Sequence[Tree]) -> list[Number]:
    if len(primals) != len(tangents):
        raise ValueError(f"wanted {len(primals)} tangents, one per argument, got {len(tangents)}")
    return numbers_like(list(tangents), list(primals), "tangents")


def output_and_tangent(call: Call) -> tuple[Tree, Callable[[Sequence[Number]], Tree]]:
    """Return the output of a call, and the function from tangents of the inputs to its tangent.

    >>> output, tangent = output_and_tangent(Call(lambda x: x * x, [3.0], [0], {}))
    >>> output, tangent([1.0])
    (9.0, 6.0)
    """
    roots, rebuild = flatten(call.output, what="the output of the function")
    nodes = [root for root in roots if isinstance(root, Value)]
    order = topological_order(*nodes, stop=set(call.inputs))

    def tangent(directions: Sequence[Number]) -> Tree:
        symbolic = call.symbolic or any(isinstance(number, Value) for number in directions)
        found: dict[Value, Number] = dict(zip(call.inputs, directions))
        _push(order, found, symbolic)
        numbers = [found.get(root, 0.0) for root in roots]
        return rebuild(numbers if symbolic else [call.plain(number) for number in numbers])

    return rebuild([call.plain(root) for root in roots]), tangent


def _push(order: Sequence[Value], tangents: dict[Value, Number], symbolic: bool) -> None:
    """Add the tangent of each node that has one; nodes come parents first.

    A tangent ends at a structural 0 (see table/choices.py): the nodes that follow get none, even
    where their partial is infinite. On Values it depends on a condition whether it ends.
    """
    m: Any = VALUE if symbolic else FLOAT
    conditions: dict[Value, Number] = {}
    for node in order:
        if node.op is None or node in tangents:
            continue
        numbers = (node, *node.parents)
        partials = local_partials(node.op, m, *(numbers if symbolic else [n.data for n in numbers]))
        terms: list[Number] = []
        flags: list[Number] = []  # of each term: 0 where it ends here
        for parent, partial in zip(node.parents, partials):
            if partial is None or parent not in tangents:
                continue
            flag, term = passes(partial), share(tangents[parent], partial)
            if parent in conditions:
                flag = m.where(conditions[parent], flag, 0.0)
                term = m.where(conditions[parent], term, 0.0)
            if isinstance(flag, Value) or flag:
                flags.append(flag)
                terms.append(term)
        if terms:
            tangents[node] = sum(terms, 0.0)
        if flags and all(isinstance(flag, Value) for flag in flags):
            conditions[node] = reduce(m.maximum, flags)


__all__ = ["jvp", "linearize"]
