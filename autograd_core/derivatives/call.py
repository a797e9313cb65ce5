"""Call: one call of a function on new Values: its inputs, its outputs, the graph between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_core.derivatives.containers import Function, Tree, opened
from autograd_core.derivatives.trees import flatten, is_array, is_number, map_tree
from autograd_core.graph import (
    VALUE,
    Number,
    Value,
    adjoints,
    differentiating,
    inside_derivative,
    topological_order,
)
from autograd_core.table import FLOAT


class Call:
    """One call of a function on new Values: its inputs, its outputs, and the graph between them.

    Attributes:
        chosen: The arguments to differentiate by.
        inputs: A new Value for each number in them.
        rebuild: The function from as many numbers to arguments in the shape of `chosen`.
        output: What the function returned.
        aux: With `has_aux`, its second result in a tuple, Values as plain numbers; else empty.
        symbolic: Whether derivatives are Values: inside another derivative, or of Values.
    """

    def __init__(
        self,
        f: Function,
        args: Sequence[Tree],
        argnums: Sequence[int],
        keywords: dict[str, Any],
        has_aux: bool = False,
    ) -> None:
        for argnum in argnums:
            if not -len(args) <= argnum < len(args):
                raise TypeError(f"argnums names argument {argnum}, but got {len(args)} arguments")
        if len({argnum % len(args) for argnum in argnums}) < len(argnums):
            raise ValueError(f"argnums names an argument twice: {tuple(argnums)}")
        self.chosen = [args[argnum] for argnum in argnums]
        numbers, self.rebuild = flatten(self.chosen, what="an argument to differentiate by")
        # New nodes, so that an argument that occurs elsewhere in an outer graph is not confused
        # with this input (perturbation confusion; Siskind & Pearlmutter 2005).
        self.inputs = [
            +number if isinstance(number, Value) else Value(number) for number in numbers
        ]
        self.symbolic = inside_derivative() or any(isinstance(number, Value) for number in numbers)
        arguments = list(args)
        for argnum, tree in zip(argnums, self.rebuild(self.inputs)):
            arguments[argnum] = tree
        with differentiating():
            self.output = f(*arguments, **keywords)
        self.aux: tuple[Any, ...] = ()
        if has_aux:
            self.output, aux = _pair(self.output)
            self.aux = (_plain_aux(self, aux),)

    def plain(self, number: Number) -> Number:
        """Return a number as it is if derivatives are Values, else as a plain number."""
        return number if self.symbolic or not isinstance(number, Value) else number.data

    @property
    def root(self) -> Number:
        """The output, if it is one number.

        Raises:
            TypeError: If it is not.
        """
        output = self.output
        if is_array(output) and output.size == 1:
            output = output.item()
        if is_number(output):
            return output  # type: ignore[no-any-return]
        got = f"{type(output).__name__} {output!r:.60}"
        raise TypeError(
            f"grad wants a function that returns one Value, got {got}; use jacobian for several, "
            "or return their sum"
        )

    def pull(self, root: Number, gradient: Number = 1.0) -> list[Number]:
        """Return gradient * d root / d input for every input."""
        if not isinstance(root, Value):
            return [Value(0.0) if self.symbolic else 0.0 for _ in self.inputs]
        m = VALUE if self.symbolic or isinstance(gradient, Value) else FLOAT
        inputs = set(self.inputs)
        found = adjoints(topological_order(root, stop=inputs), gradient, m, stop=inputs)
        gradients = [found.get(node, 0.0) for node in self.inputs]
        return [Value.operand(number) for number in gradients] if self.symbolic else gradients


def _pair(output: Any) -> tuple[Any, Any]:
    if isinstance(output, tuple | list) and len(output) == 2:
        return output[0], output[1]
    got = f"{type(output).__name__} {output!r:.60}"
    raise TypeError(f"has_aux=True wants a function that returns (value, anything), got {got}")


def _plain_aux(call: Call, aux: Any) -> Any:
    if isinstance(aux, list | tuple | dict):
        parts, build = opened(aux)
        return build([_plain_aux(call, part) for part in parts])
    try:
        return map_tree(call.plain, aux)
    except TypeError:  # not made of numbers
        return aux
