"""Picture: the groups of a program as DOT text, for a layout engine to draw."""

from __future__ import annotations

from collections import Counter

import numpy as np

from autograd_core.compiler.structure.groups import Group, Groups


def groups_dot(program: Groups, names: list[str]) -> str:
    """Return the groups as boxes; edges tell how many different numbers one reads of another.

    Args:
        program: The groups.
        names: A name for each argument; the leaves from outside come last.
    """
    count = len(program.inputs)
    owner = np.full(program.count, -1, dtype=np.int64)
    start = 0
    for index, size in enumerate(program.inputs):
        owner[start : start + size] = index
        start += size
    for index, group in enumerate(program.groups, count):
        owner[group.members] = index
    lines = [
        "digraph groups {",
        "  rankdir=TB;",
        '  edge [fontname="Helvetica", fontsize=9];',
        '  node [shape=box, fontname="Helvetica", fontsize=11, margin="0.3,0.08"];',
    ]
    for index, (size, name) in enumerate(zip(program.inputs, [*names, "live leaves"])):
        if size:
            lines.append(f'  g{index} [label="{name}: {size:,}", style=rounded];')
    for index, group in enumerate(program.groups, count):
        lines.append(f'  g{index} [label="{group}"];')
        for source, numbers in _reads(group, owner).items():
            lines.append(f'  g{source} -> g{index} [label="{numbers:,}"];')
    return "\n".join([*lines, "}"]) + "\n"


def _reads(group: Group, owner: np.ndarray) -> Counter[int]:
    """Return how many different numbers a group reads, by the group or input they belong to."""
    tables = list(group.operands)
    for term in [*group.terms, *(group.edges or ())]:
        tables += [term.left] if term.right is None else [term.left, term.right]
    if not tables:
        return Counter()
    numbers = np.unique(np.concatenate([table.ravel() for table in tables]))
    return Counter(owner[numbers[numbers >= 0]].tolist())
