"""Inputs: the tables of a model's inputs, side by side in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Tables, numeric
from nn.basics.structure import Structure
from nn.data import tables
from nn.modules import Trainable, class_view, internals


def joined(model: Trainable, x: Tables) -> ArrayLike:
    """Return the tables of several inputs side by side in one; that of one input as it is.

    The names and sizes of the inputs are stored in `internals(model).inputs`, to split rows again.

    Raises:
        ValueError: If there is not one table for each input, or one has more rows than another.
    """
    named = cast(Any, class_view(model)).inputs_by_name()
    by_name = isinstance(x, Mapping) and all(np.ndim(part) > 0 for part in x.values())
    if not by_name and not _listed(x, len(named)):
        if len(named) > 1:
            raise ValueError(
                f"{type(model).__name__} has the inputs {', '.join(named)}; pass a table for each, "
                "in a list or a dict"
            )
        internals(model).inputs = None
        return cast("ArrayLike", x)
    given: Any = x
    names, keyed = _names(given, (*named,), internals(model).inputs), isinstance(given, Mapping)
    parts = zip(names, Structure(names, (), keyed).ordered("x", given), strict=True)
    found = [_table(f"x[{name!r}]", part, named.get(name)) for name, part in parts]
    if len({*map(len, found)}) > 1:
        rows = ", ".join(f"{name} {len(part)}" for name, part in zip(names, found, strict=True))
        raise ValueError(f"x has tables of different lengths: {rows}; pass as many rows of each")
    structure = Structure(names, tuple(part.shape[1] for part in found), keyed)
    internals(model).inputs = None if len(found) == len(named) == 1 else structure
    return np.concatenate(found, axis=1)


def _names(given: Any, known: tuple[str, ...], before: Structure | None) -> tuple[str, ...]:
    """Return the names of the inputs, in the order of their columns.

    Args:
        given: A table for each, in a list or a dict.
        known: The names that the model declares.
        before: The structure of the last call; the same names keep its order.
    """
    keyed = isinstance(given, Mapping)
    if keyed and before is not None and {*before.names} == {*given}:
        return before.names
    if known and (not keyed or {*known} == {*given}):
        return known
    return tuple(map(str, given if keyed else range(len(given))))


def _listed(x: object, inputs: int) -> bool:
    """Return whether a list holds a table for each input, rather than being one table."""
    if not isinstance(x, list | tuple) or not len(x):
        return False
    if inputs > 1:
        return len(x) == inputs and all(np.ndim(part) > 0 for part in x)
    return all(isinstance(part, np.ndarray) and part.ndim > 1 for part in x)


def _table(name: str, part: Any, size: int | None) -> Any:
    array = numeric(part, name)
    if array.ndim == 1 and (size is None or size == 1 or array.size != size):
        return array[:, None]
    return tables.inputs(array)
