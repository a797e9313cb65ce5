"""Labels: a path in a model, such as `layers[0].neurons[2].w[1]`, as data."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(r"([^\W\d]\w*)((?:\[\d+\])*)")


class Part(NamedTuple):
    """One part of a path; what does not read as a name with indices is all name."""

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
    """Return the module that a label names: a result its own, a leaf the one that it is part of.

    None where the label is no such path.

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
