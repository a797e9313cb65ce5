"""Modules: the neuron or layer of a node, read from labels like `layers[0].neurons[2].w[1]`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autograd_core import Value
from viz.plain import shared_parts

_PART = re.compile(r"([^\W\d]\w*)((?:\[\d+\])*)")


class Part(NamedTuple):
    """One part of a path; text that is no name with indices is taken whole as the name."""

    name: str
    indices: tuple[int, ...] = ()

    @property
    def is_module(self) -> bool:
        """Whether this is one of several modules, as `neurons[2]` is."""
        return len(self.indices) == 1


def label_parts(label: str) -> tuple[Part, ...]:
    """Return the parts of a label, outermost first.

    >>> label_parts("layers[0].w[1][2]")
    (Part(name='layers', indices=(0,)), Part(name='w', indices=(1, 2)))
    """
    found = []
    for text in label.split("."):
        match = _PART.fullmatch(text)
        indices = match[2][1:-1].split("][") if match and match[2] else ()
        found.append(Part(match[1] if match else text, tuple(map(int, indices))))
    return tuple(found)


def module_of(label: str, leaf: bool) -> str | None:
    """Return the path of the module that a node belongs to, or None if its label is not a path.

    The label of a result is the path of its module. The label of a leaf is the path of its module,
    a dot and the name of the parameter.

    >>> module_of("layers[0].neurons[1].w[2]", leaf=True), module_of("layers[0].neurons[1]", False)
    ('layers[0].neurons[1]', 'layers[0].neurons[1]')
    """
    if "." not in label:
        return None
    parts = label_parts(label)
    if not all(part.is_module for part in (parts[:-1] if leaf else parts)):
        return None
    if not leaf:
        return label
    return label.rpartition(".")[0] if parts[-1].name.isidentifier() else None


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
            known = modules[operand]
            modules[operand] = module if known is None else _common(known, module)
    return [module or "" for module in modules]


def _common(a: str, b: str) -> str:
    """Return the innermost module that contains both."""
    parts = a.split(".")
    return a if a == b else ".".join(parts[: shared_parts(parts, b.split("."))])
