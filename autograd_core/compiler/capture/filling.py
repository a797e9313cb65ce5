"""Filling: rebuild nested lists, dicts and arrays from a structure and numbers, see tree.py."""

from __future__ import annotations

import math
import operator
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_core.compiler.capture.tree import SCALAR, Nested, Structure, Tree, size
from autograd_core.table import AnyNumber


def unflatten(
    structure: Tree, numbers: Iterator[AnyNumber], kind: type[np.ndarray[Any, Any]] = np.ndarray
) -> Nested:
    """Return what `structure` describes, filled with the next numbers; arrays are of `kind`."""
    if isinstance(structure, str):
        return next(numbers)
    if structure.kind is np.ndarray:
        shape: tuple[int, ...] = structure.keys  # type: ignore[assignment]
        items = [next(numbers) for _ in range(math.prod(shape))]
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return array.reshape(shape).view(kind)
    filled = [unflatten(item, numbers, kind) for item in structure.items]
    if structure.is_mapping:
        return _mapping(structure, filled)
    if hasattr(structure.kind, "_fields"):
        return structure.kind(*filled)
    return structure.kind(filled)


def _mapping(structure: Structure, filled: Sequence[Nested]) -> dict[Hashable, Nested]:
    """Return an OrderedDict for one; for every other kind of mapping a dict."""
    pairs = zip(structure.keys, filled)
    return OrderedDict(pairs) if structure.kind is OrderedDict else dict(pairs)


def fill(structure: Tree, numbers: Sequence[float] | np.ndarray[Any, Any]) -> Nested:
    """Return what `structure` describes, filled from the last axis of `numbers`.

    Other axes of `numbers` come first in every number and array of the result.
    """
    if isinstance(structure, str) and isinstance(numbers, (list, tuple)):
        return numbers[0]
    return _filled(structure, np.asarray(numbers, dtype=np.float64), 0)[0]


def _filled(structure: Tree, array: np.ndarray[Any, Any], start: int) -> tuple[Nested, int]:
    """Return what `structure` describes, from position `start` on, and the next position."""
    # not a closure that calls itself: its cycle would keep the array until garbage collection
    if isinstance(structure, str):
        number = array[..., start]
        return float(number) if array.ndim == 1 else number, start + 1
    if structure.kind is np.ndarray:
        shape: tuple[int, ...] = structure.keys  # type: ignore[assignment]
        stop = start + math.prod(shape)
        return array[..., start:stop].reshape(array.shape[:-1] + shape), stop
    if structure.kind is list and array.ndim == 1 and set(structure.items) == {SCALAR}:
        stop = start + len(structure.items)
        return array[start:stop].tolist(), stop
    filled = []
    for item in structure.items:
        part, start = _filled(item, array, start)
        filled.append(part)
    if structure.is_mapping:
        return _mapping(structure, filled), start
    if hasattr(structure.kind, "_fields"):
        return structure.kind(*filled), start
    return structure.kind(filled), start


def filler(structure: Tree) -> Callable[[Nested], Nested]:
    """Return a function that does `fill` for a batch, faster if the structure is simple."""
    items: Sequence[Tree] = (structure,)
    if not isinstance(structure, str) and structure.kind is tuple and len(structure.items) > 1:
        items = structure.items
    keys: list[Any] = []
    position = 0
    for item in items:
        if isinstance(item, str):
            keys.append((..., position))
        elif item.kind is np.ndarray and len(item.keys) == 1:
            keys.append((..., slice(position, position + size(item))))
        else:
            return lambda array: fill(structure, array)
        position += size(item)
    return operator.itemgetter(*keys)  # a tuple if there are several keys


def fill_argument(
    structure: Tree, numbers: Sequence[float] | np.ndarray[Any, Any], batched: bool
) -> Nested:
    """Return an argument of this structure, filled with numbers.

    Args:
        structure: The structure of an argument, or of one sample of it.
        numbers: All of its numbers in order, or an array of its `array_shape`.
        batched: Whether there is a leading axis for samples.
    """
    if isinstance(numbers, np.ndarray):
        if isinstance(structure, str):
            return numbers if batched else float(numbers[0])
        if structure.kind is np.ndarray:
            return numbers
    return fill(structure, numbers)
