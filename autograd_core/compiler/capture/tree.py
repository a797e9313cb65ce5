"""Trees: nested lists, tuples, dicts and arrays of numbers as a flat list and a structure.

`filling.py` goes the other way.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd_core.graph import Node
from autograd_core.table import NUMBERS

Flat: TypeAlias = "list[Any] | np.ndarray[Any, np.dtype[np.float64]]"
SCALAR = "number"
_FLOATS = {float}


class HoldsValues(TypeError):
    """An argument holds a Value where numbers are wanted."""


class Structure(NamedTuple):
    """How an argument is built: hashable, so that it can be compared with the next call's."""

    kind: type
    keys: tuple[Hashable, ...] = ()  # of a dict; the shape of an array
    items: tuple[Structure | str, ...] = ()
    same: tuple[Hashable, ...] = ()  # the keys of a dict, told apart where they are only equal

    @property
    def is_mapping(self) -> bool:
        """Whether it is a dict, of whatever kind."""
        return issubclass(self.kind, dict)

    def __str__(self) -> str:
        if self.kind is np.ndarray:
            return f"array of shape {self.keys}"
        if self.is_mapping:
            return "{" + ", ".join(f"{k!r}: {v}" for k, v in zip(self.keys, self.items)) + "}"
        if len(set(self.items)) == 1 and len(self.items) > 3:
            return f"{self.kind.__name__} of {len(self.items)} x {self.items[0]}"
        return f"{self.kind.__name__} of ({', '.join(map(str, self.items))})"


Tree: TypeAlias = "Structure | str"


def identity(key: object) -> Hashable:
    """Return what is equal only for the same: 1, 1.0 and True are equal, 0.0 and -0.0 as well.

    >>> identity(1) == identity(True), identity(0.0) == identity(-0.0), identity(2) == identity(2)
    (False, False, True)
    """
    if isinstance(key, tuple):
        return (type(key), *map(identity, key))
    if isinstance(key, frozenset):
        return type(key), frozenset(map(identity, key))
    if isinstance(key, (float, complex)):
        return type(key), repr(key)  # -0.0, and nan, which is not equal to itself
    return type(key), key


def flatten(argument: object, name: str) -> tuple[Tree, Flat]:
    """Return the structure of an argument and its numbers in order.

    An array of numbers stays an array, contiguous and of float64; anything else becomes a list.

    Raises:
        TypeError: If something in it is neither a number nor a list, tuple, dict or array.
    """
    if argument.__class__ is float:
        return SCALAR, [argument]
    if argument.__class__ is list and set(map(type, argument)) == _FLOATS:
        return _list_of(len(argument)), argument.copy()
    if isinstance(argument, np.ndarray) and argument.ndim:
        if argument.dtype != object:
            return Structure(np.ndarray, argument.shape), numeric(argument, name)
        numbers = np.array([_number(item, name) for item in argument.flat], dtype=np.float64)
        return Structure(np.ndarray, argument.shape), numbers.reshape(argument.shape)
    if isinstance(argument, (list, tuple, dict)):
        values = argument.values() if isinstance(argument, dict) else argument
        keys = tuple(argument) if isinstance(argument, dict) else ()
        found: list[Any] = []
        items: list[Tree] = []
        for item in values:
            if item.__class__ is float:
                items.append(SCALAR)
                found.append(item)
            else:
                structure, flat = flatten(item, name)
                items.append(structure)
                found.extend(flat if isinstance(flat, list) else flat.ravel().tolist())
        same = tuple(map(identity, keys))
        return Structure(type(argument), keys, tuple(items), same), found
    return SCALAR, [_number(argument, name)]


@lru_cache(maxsize=64)
def _list_of(count: int) -> Structure:
    """Return the structure of a list of numbers, always the same object: quick to compare."""
    return Structure(list, (), (SCALAR,) * count)


def flatten_batch(argument: object, name: str) -> tuple[Tree, np.ndarray[Any, Any]]:
    """Return the structure of one sample, and the numbers of all, the samples first.

    Those of a dict or tuple are `(samples, size)`.

    Args:
        argument: An array or nested lists with a leading axis, or a dict or tuple of them.
        name: What to call it in messages.

    Raises:
        TypeError: If something in it is no number.
        ValueError: If there is no leading axis, or it has several sizes.
    """
    if isinstance(argument, (dict, tuple)):
        values = list(argument.values()) if isinstance(argument, dict) else list(argument)
        keys = tuple(argument) if isinstance(argument, dict) else ()
        parts = [flatten_batch(value, name) for value in values]
        sizes = {len(numbers) for _, numbers in parts}
        if len(sizes) != 1:
            raise ValueError(f"{name} has parts with {sorted(sizes)} samples; they must agree")
        count = sizes.pop()
        rows = [numbers.reshape(count, math.prod(numbers.shape[1:])) for _, numbers in parts]
        together = np.concatenate(rows, axis=1)
        items = tuple([structure for structure, _ in parts])
        return Structure(type(argument), keys, items, tuple(map(identity, keys))), together
    try:
        array = np.asarray(argument)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{name} wants samples of one shape: {error}") from None
    if array.dtype == object:
        flat = np.array([_number(item, name) for item in array.flat], dtype=np.float64)
        array = flat.reshape(array.shape)
    if array.ndim == 0:
        raise ValueError(f"{name} wants a leading axis for its samples, got one number")
    array = numeric(array, name)
    shape = array.shape[1:]
    return Structure(np.ndarray, shape) if shape else SCALAR, array


def numeric(array: np.ndarray[Any, Any], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the array as contiguous float64.

    Raises:
        TypeError: If its elements are not real numbers.
    """
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} wants numbers, got an array of {array.dtype}")
    return np.ascontiguousarray(array, dtype=np.float64)


def _number(item: Any, name: str) -> Any:
    if isinstance(item, np.ndarray):  # of no dimensions
        item = item.item()
    if isinstance(item, NUMBERS):
        return float(item)
    if isinstance(item, Node):
        raise HoldsValues(
            f"{name} holds a Value, whose gradient a program on plain numbers would lose; pass "
            "value.data, or differentiate the function itself, as in compile(grad(f))"
        )
    got = f"{type(item).__name__} {item!r:.60}"
    raise TypeError(
        f"{name} wants numbers, in lists, tuples, dicts or arrays, got {got}; "
        "name arguments that are no numbers in static="
    )


@lru_cache(maxsize=1024)  # a list of 337 weights would be counted at each call
def size(structure: Tree) -> int:
    """Return how many numbers the structure holds."""
    if isinstance(structure, str):
        return 1
    if structure.kind is np.ndarray:
        return math.prod(structure.keys)  # type: ignore[arg-type]
    return sum(size(item) for item in structure.items)


def leaves(result: Any, name: str) -> tuple[Tree, list[Any]]:
    """Return the structure of what a function returned, and its Values and numbers in order.

    Raises:
        TypeError: If something in it is no number and no list, tuple, dict or object array.
    """
    if isinstance(result, np.ndarray) and not result.ndim:
        result = result.item()  # an array without dimensions is its number
    if isinstance(result, (Node, *NUMBERS)):
        return SCALAR, [result]
    items: Sequence[Any]
    keys: tuple[Hashable, ...] = ()
    if isinstance(result, np.ndarray) and result.ndim:
        items, keys = list(result.flat), result.shape
        kind: type = np.ndarray
    elif isinstance(result, dict):
        items, keys, kind = list(result.values()), tuple(result), type(result)
    elif isinstance(result, (list, tuple)):
        items, kind = result, type(result)
    else:
        raise TypeError(
            f"{name} must return a Value, or Values in lists, tuples, dicts or arrays, "
            f"got {type(result).__name__} {result!r:.60}"
        )
    pairs = [leaves(item, name) for item in items]
    found = [leaf for _, part in pairs for leaf in part]
    if kind is np.ndarray:
        return Structure(kind, keys), found
    return Structure(kind, keys, tuple(structure for structure, _ in pairs)), found


@lru_cache(maxsize=1024)
def shape(structure: Tree) -> tuple[int, ...] | None:
    """Return the shape of an array or of nested lists of one size; None for anything else."""
    if isinstance(structure, str):
        return ()
    if structure.kind is np.ndarray:
        return structure.keys  # type: ignore[return-value]
    inner = {shape(item) for item in structure.items}
    if structure.kind not in (list, tuple) or len(inner) != 1:
        return None
    (common,) = inner
    return None if common is None else (len(structure.items), *common)


def array_shape(structure: Tree, many: bool) -> tuple[int, ...]:
    """Return the shape, without that of samples, of the array that holds all of its numbers.

    Args:
        structure: The structure of an argument, or of one sample of it.
        many: Whether there are samples.
    """
    if isinstance(structure, str):
        return () if many else (1,)
    if structure.kind is np.ndarray:
        return structure.keys  # type: ignore[return-value]
    return (size(structure),)
