"""Modules: which neuron or layer a node belongs to, read from the labels on the graph."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core import Value
from viz.plain import shared_parts
from viz.steps.labels import module_of


def module_paths(order: Sequence[Value], operands: Sequence[Sequence[int]]) -> list[str]:
    """Return the path of each node's neuron or layer, such as `layers[0].neurons[2]`, or "".

    A labelled output names its module, and so does a parameter, up to the last dot of its label.
    Any other operation belongs to the module that all its consumers share.

    Args:
        order: Nodes, parents first.
        operands: For each node, the places of its operands in `order`.

    >>> w, x = Value(2.0, "layers[0].neurons[1].w[0]"), Value(3.0, "x")
    >>> output = (w * x).tanh()
    >>> output.label = "layers[0].neurons[1]"
    >>> module_paths([w, x, output.parents[0], output], [[], [], [0, 1], [2]])
    ['layers[0].neurons[1]', '', 'layers[0].neurons[1]', 'layers[0].neurons[1]']
    """
    modules: list[str | None] = [None] * len(order)
    for index in range(len(order) - 1, -1, -1):
        node = order[index]
        if node.op is None:
            modules[index] = module_of(node.label, leaf=True)
            continue
        module = modules[index] = module_of(node.label, leaf=False) or modules[index] or ""
        for operand in operands[index]:
            before = modules[operand]
            modules[operand] = module if before is None else _common(before, module)
    return [module or "" for module in modules]


def _common(a: str, b: str) -> str:
    """Return the innermost module that contains both."""
    parts = a.split(".")
    return a if a == b else ".".join(parts[: shared_parts(parts, b.split("."))])
