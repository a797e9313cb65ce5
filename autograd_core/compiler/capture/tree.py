"""Trees: nested lists, tuples, dicts and arrays of numbers as a flat list and a structure.

`filling.py` rebuilds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd_core.graph import Node
from autograd_core.table import NUMBERS, AnyNumber, Floats

# The user's function, or compiled code that takes the same arguments.
Function: TypeAlias = Callable[..., Any]
# A number, a Value, or lists, tuples, dicts and arrays of them, nested to any depth.
Nested: TypeAlias = Any
Flat: TypeAlias = "list[AnyNumber] | Floats"
SCALAR = "number"
_FLOATS = {float}


class HoldsValues(TypeError):
    """An argument holds a Value where numbers are wanted."""


class Structure(NamedTuple):
    """The structure of an argument; hashable, to be compared with that of the next call."""

    kind: type
    keys: tuple[Hashable, ...] = ()  # the keys of a dict, or the shape of an array
    items: tuple[Structure | str, ...] = ()
    identities: tuple[Hashable, ...] = ()  # of the keys of a dict: 1 and True are equal keys

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
    """Return a value that differs for 1, 1.0 and True, and for 0.0 and -0.0, which are equal.

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
        identities = tuple(map(identity, keys))
        return Structure(type(argument), keys, tuple(items), identities), found
    return SCALAR, [_number(argument, name)]


@lru_cache(maxsize=64)
def _list_of(count: int) -> Structure:
    """Return the structure of a list of numbers, cached: the same object is compared quickly."""
    return Structure(list, (), (SCALAR,) * count)


def flatten_batch(argument: object, name: str) -> tuple[Tree, np.ndarray[Any, Any]]:
    """Return the structure of one sample, and all numbers as an array, the samples first.

    For a dict or tuple the array is `(samples, size)`.

    Args:
        argument: An array or nested lists with a leading axis, or a dict or tuple of them.
        name: Its name in messages.

    Raises:
        TypeError: If something in it is not a number.
        ValueError: If there is no leading axis, or parts differ in its length.
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
        raise TypeError(f"{name} wants real numbers, got an array of {array.dtype}; convert it")
    return np.ascontiguousarray(array, dtype=np.float64)


def _number(item: object, name: str) -> AnyNumber:
    if isinstance(item, np.ndarray):  # with no dimensions
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
        "name arguments that are not numbers in static="
    )


@lru_cache(maxsize=1024)  # so that the items of a long list are not counted at each call
def size(structure: Tree) -> int:
    """Return how many numbers the structure holds."""
    if isinstance(structure, str):
        return 1
    if structure.kind is np.ndarray:
        return math.prod(structure.keys)  # type: ignore[arg-type]
    return sum(size(item) for item in structure.items)


def leaves(result: Nested, wanted: str) -> tuple[Tree, list[AnyNumber]]:
    """Return the structure of a result, and its Values and numbers in order.

    Args:
        result: What a function returned, or the outputs or inputs of a graph.
        wanted: The beginning of the error message, such as `f must return`.

    Raises:
        TypeError: If something in it is not a number, Value, list, tuple, dict or array.
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
            f"{wanted} a Value, or Values in lists, tuples, dicts or arrays, "
            f"got {type(result).__name__} {result!r:.60}"
        )
    pairs = [leaves(item, wanted) for item in items]
    found = [leaf for _, part in pairs for leaf in part]
    if kind is np.ndarray:
        return Structure(kind, keys), found
    return Structure(kind, keys, tuple(structure for structure, _ in pairs)), found


@lru_cache(maxsize=1024)
def shape(structure: Tree) -> tuple[int, ...] | None:
    """Return the shape of an array or of rectangular nested lists; None for anything else."""
    if isinstance(structure, str):
        return ()
    if structure.kind is np.ndarray:
        return structure.keys  # type: ignore[return-value]
    inner = {shape(item) for item in structure.items}
    if structure.kind not in (list, tuple) or len(inner) != 1:
        return None
    (common,) = inner
    return None if common is None else (len(structure.items), *common)


def array_shape(structure: Tree, batched: bool) -> tuple[int, ...]:
    """Return the shape of the array that holds all numbers of an argument, or of one sample.

    Args:
        structure: The structure of the argument, or of one sample of it.
        batched: Whether the argument has samples.
    """
    if isinstance(structure, str):
        return () if batched else (1,)
    if structure.kind is np.ndarray:
        return structure.keys  # type: ignore[return-value]
    return (size(structure),)
