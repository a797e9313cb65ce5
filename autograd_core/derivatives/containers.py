"""Containers: the parts of lists, tuples and dicts, and the same containers with other parts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

# A number, None, or a list, tuple, dict or NumPy array of trees, of any depth.
Tree: TypeAlias = Any
Function: TypeAlias = Callable[..., Any]  # one of the user's, with any arguments and result


def opened(tree: Tree, what: str = "argument") -> tuple[list[Tree], Callable[[list[Tree]], Tree]]:
    """Return the parts of a list, tuple, dict or None, and the function to rebuild it from others.

    Raises:
        TypeError: If it is something else.

    >>> parts, build = opened({"w": 1.0, "b": "any"})
    >>> parts, build([2.0, 3.0])
    ([1.0, 'any'], {'w': 2.0, 'b': 3.0})
    """
    if tree is None:  # a tree without numbers, as in JAX
        return [], lambda items: None
    if isinstance(tree, dict):
        return list(tree.values()), partial(_like, tree)
    if isinstance(tree, tuple):
        return list(tree), tree._make if hasattr(tree, "_make") else tuple
    if isinstance(tree, list):
        return tree, list
    raise TypeError(
        f"{what} must be a number, a Value, or a list, tuple, dict or array of them, "
        f"got {type(tree).__name__} {tree!r:.60}"
    )


def _like(mapping: dict[Tree, Tree], items: Sequence[Tree]) -> dict[Tree, Tree]:
    """Return a dict of the same class, keys and order with new values."""
    pairs = zip(mapping, items)
    if type(mapping) is dict:
        return dict(pairs)
    same = copy.copy(mapping)  # a defaultdict keeps its default, an OrderedDict its class
    for key, item in pairs:
        same[key] = item
    return same
