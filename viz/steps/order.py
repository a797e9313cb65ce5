"""Order: the sequence in which a person would explain a graph: layer by layer, neuron by neuron.

It is a topological order. Each module is one stretch of it, after the modules whose results it
reads; the same holds for the modules inside it. Single operations keep the engine's order, which
has operands just before their use. Modules that depend on one another (a cell that is used for each
step of a sequence) are split, one level of their paths at a time, until no cycle is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from viz.plain import module_parts

Item = tuple[str, ...] | int  # a module by the parts of its path, or a node by its place


def reading_order(operands: Sequence[Sequence[int]], modules: Sequence[str]) -> list[int]:
    """Return the places of all nodes in reading order.

    Args:
        operands: For each node the places of its operands, which come before it.
        modules: For each node the path of its neuron or layer; "" if it has none.

    >>> two_layers = ["a[0].n[0]", "b[0].n[0]", "a[0].n[1]", "b[0].n[0]"]
    >>> reading_order([[], [0], [], [1, 2]], two_layers)
    [0, 2, 1, 3]
    """
    paths = list(map(module_parts, modules))
    order: list[int] = []
    stack: list[tuple[list[int], int]] = [(list(range(len(operands))), 1)]
    while stack:
        nodes, depth = stack.pop()
        if len(nodes) == 1:
            order += nodes
            continue
        items: dict[int, Item] = {
            n: paths[n][:depth] if paths[n][depth - 1 :] else n for n in nodes
        }
        members: dict[Item, list[int]] = {}
        for node in nodes:
            members.setdefault(items[node], []).append(node)
        parents: dict[Item, dict[Item, None]] = {item: {} for item in members}
        for node in nodes:
            found = [items[operand] for operand in operands[node] if operand in items]
            parents[items[node]].update(dict.fromkeys(found))
        deeper: list[tuple[list[int], int]] = []
        for component in strong_components(members, parents):
            inside = sorted([node for item in component for node in members[item]])
            deeper.append((inside, depth + 1))
        stack += reversed(deeper)
    return order


def strong_components(
    items: Iterable[Item], parents: dict[Item, dict[Item, None]]
) -> list[list[Item]]:
    """Return the strongly connected components of the items, parents before their consumers.

    Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion, since graphs
    are deep.
    """
    number: dict[Item, int] = {}
    low: dict[Item, int] = {}
    open_: dict[Item, None] = {}  # seen, and not yet in a component
    found: list[list[Item]] = []
    for start in items:
        stack = [] if start in number else [(start, iter(parents[start]))]
        while stack:
            item, rest = stack[-1]
            if item not in number:
                number[item] = low[item] = len(number)
                open_[item] = None
            for parent in rest:
                if parent not in number:
                    stack.append((parent, iter(parents[parent])))
                    break
                if parent in open_:
                    low[item] = min(low[item], number[parent])
            else:
                stack.pop()
                if stack:
                    below = stack[-1][0]
                    low[below] = min(low[below], low[item])
                if low[item] == number[item]:
                    component: list[Item] = []
                    while not component or component[-1] != item:
                        component.append(open_.popitem()[0])
                    found.append(component)
    return found
