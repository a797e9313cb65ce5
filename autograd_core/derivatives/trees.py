"""Trees: the numbers inside lists, tuples, dicts and arrays, flattened and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from autograd_core.derivatives.containers import Tree, opened
from autograd_core.graph import Node, Values
from autograd_core.table import NUMBERS

Rebuild: TypeAlias = Callable[[Sequence[Tree]], Tree]


def is_number(tree: object) -> bool:
    """Return whether it is a Value or a real number.

    >>> is_number(2), is_number(1j)
    (True, False)
    """
    return isinstance(tree, (Node, *NUMBERS))


def is_array(tree: object) -> bool:
    """Return whether it is a NumPy array or has its `flat` and `astype`.

    >>> is_array([1.0])
    False
    """
    return hasattr(tree, "flat") and hasattr(tree, "astype") and not is_number(tree)


def flatten(tree: Tree, *, what: str = "argument") -> tuple[list[Tree], Rebuild]:
    """Return the numbers of a tree in order, and the function that puts new ones in their places.

    A rebuilt array is a float array if all its numbers are plain, else a `Values` array; one
    without dimensions becomes the Value itself.

    Raises:
        TypeError: If something in the tree is neither a number nor a container of numbers.

    >>> numbers, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> numbers
    [1.0, 2.0, 3.0]
    >>> rebuild([10, 20, 30])
    {'w': [10, 20], 'b': 30}
    """
    if is_number(tree):
        return [tree], lambda numbers: numbers[0]
    if is_array(tree):
        return _flatten_array(tree, what)
    parts, build = opened(tree, what)
    numbers: list[Tree] = []
    rebuilds: list[tuple[int, int, Rebuild]] = []
    for part in parts:
        inner, rebuild = flatten(part, what=what)
        rebuilds.append((len(numbers), len(numbers) + len(inner), rebuild))
        numbers += inner
    return numbers, lambda new: build([r(new[start:end]) for start, end, r in rebuilds])


def numbers_like(tree: Tree, like: Tree, name: str) -> list[Tree]:
    """Return the numbers of a tree in the order of the tree `like`, which has the same shape.

    Lists, tuples and arrays are interchangeable; the items of dicts are matched by key.

    Raises:
        TypeError: If something in it is not made of numbers.
        ValueError: If the shapes differ; it says where.

    >>> numbers_like({"b": 1.0, "w": [2.0, 3.0]}, {"w": (0.0, 0.0), "b": 0.0}, "the tangent")
    [2.0, 3.0, 1.0]
    >>> numbers_like([1.0], 0.0, "the tangent")
    Traceback (most recent call last):
    ValueError: the tangent wants one number, got a sequence of 1
    """
    wanted, got = _kind(like, name), _kind(tree, name)
    if wanted != got:
        raise ValueError(f"{name} wants {wanted}, got {got}")
    if isinstance(like, dict):
        return [n for key in like for n in numbers_like(tree[key], like[key], f"{name}[{key!r}]")]
    if is_number(tree) or got == "one number":
        return flatten(tree, what=name)[0]
    pairs = enumerate(zip(_items(tree, name), _items(like, name)))
    return [n for i, (t, x) in pairs for n in numbers_like(t, x, f"{name}[{i}]")]


def _kind(tree: Tree, name: str) -> str:
    """Return, for an error message, what a tree is at its top level."""
    if tree is None:
        return "None"
    if isinstance(tree, dict):
        return f"a dict of {', '.join(sorted(map(repr, tree))) or 'nothing'}"
    if is_number(tree) or (is_array(tree) and not tree.ndim):
        return "one number"
    return f"a sequence of {len(_items(tree, name))}"


def _items(tree: Tree, name: str) -> list[Tree]:
    return list(tree) if is_array(tree) else opened(tree, name)[0]


def _flatten_array(array: Tree, what: str) -> tuple[list[Tree], Rebuild]:
    numbers = array.ravel().tolist()
    for number in numbers:
        if not is_number(number):
            raise TypeError(f"{what} is an array of {array.dtype}, wanted numbers; got {number!r}")

    def rebuild(new: Sequence[Any]) -> Any:
        filled = array.astype(object).ravel()
        filled[:] = new
        if not any(isinstance(number, Node) for number in new):
            filled = filled.astype(float)
        elif not array.ndim:  # the Value itself, since such an array would have no tanh()
            return filled[0]
        else:
            filled = filled.view(Values)
        return filled.reshape(array.shape)

    return numbers, rebuild


def map_tree(function: Callable[[Tree], Tree], tree: Tree, *, what: str = "argument") -> Tree:
    """Return the tree with `function` applied to every number.

    >>> map_tree(lambda x: 2 * x, (1.0, [2.0]))
    (2.0, [4.0])
    """
    numbers, rebuild = flatten(tree, what=what)
    return rebuild([function(number) for number in numbers])


def map_leaves(function: Callable[[Tree], Tree], tree: Tree) -> Tree:
    """Return the tree with `function` applied to every number and to every array as a whole.

    >>> map_leaves(lambda leaf: 2 * leaf, {"w": [1.0, 2.0]})
    {'w': [2.0, 4.0]}
    """
    if is_number(tree) or is_array(tree):
        return function(tree)
    parts, build = opened(tree)
    return build([map_leaves(function, part) for part in parts])


def paths(tree: Tree, name: str) -> list[str]:
    """Return the Python expression for each number of a tree of that name, in order.

    Raises:
        TypeError: If something in the tree is neither a number nor a container of numbers.

    >>> paths({"w": [1.0, 2.0], "b": 3.0}, "p")
    ["p['w'][0]", "p['w'][1]", "p['b']"]
    """
    if is_number(tree):
        return [name]
    if is_array(tree):
        shape = getattr(tree, "shape", ())
        indices: list[tuple[int, ...]] = [()]
        for size in shape:
            indices = [(*index, i) for index in indices for i in range(size)]
        return [f"{name}[{', '.join(map(str, index))}]" if index else name for index in indices]
    parts, _ = opened(tree, name)
    keys = tree if isinstance(tree, dict) else range(len(parts))
    return [path for key, part in zip(keys, parts) for path in paths(part, f"{name}[{key!r}]")]
