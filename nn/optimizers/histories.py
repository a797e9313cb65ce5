"""Histories: the state of a group's parameters, apart where they have not moved together.

A parameter without a gradient is left out of a step, state and all. So the parameters of a group
may have taken different numbers of steps; those that took the same ones share a history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nn.basics import Mask

State: TypeAlias = dict[str, Any]
Places: TypeAlias = NDArray[np.intp]


def by_group(states: Sequence[Any], sizes: Sequence[int]) -> list[list[tuple[Places, State]]]:
    """Return the state of each group; 0.1.0 had one history for all parameters of a group."""
    return [
        [(np.arange(size), state)] if isinstance(state, dict) else state
        for state, size in zip(states, sizes, strict=True)
    ]


def parted(histories: Iterable[tuple[Places, State]], mask: Mask) -> list[tuple[Places, State]]:
    """Return histories in each of which the mask holds for all parameters, or for none.

    Args:
        histories: Which parameters of the group, and their state: numbers, and arrays of a number
            for each of them.
        mask: For each parameter of the group.

    >>> both = [(np.arange(2), {"step": 2, "mean": np.array([5.0, 6.0])})]
    >>> parted(both, np.array([False, True]))
    [(array([1]), {'step': 2, 'mean': array([6.])}), (array([0]), {'step': 2, 'mean': array([5.])})]
    """
    found = []
    for places, state in histories:
        for some in (mask[places], ~mask[places]):
            if some.any():
                found.append((places[some], {k: _those(v, some) for k, v in state.items()}))
    return found


def joined(histories: Iterable[tuple[Places, State]]) -> list[tuple[Places, State]]:
    """Return histories with one for those whose numbers are equal.

    >>> first, second = {"step": 2, "mean": np.ones(1)}, {"step": 2, "mean": np.zeros(1)}
    >>> joined([(np.array([1]), first), (np.array([0]), second)])
    [(array([0, 1]), {'step': 2, 'mean': array([0., 1.])})]
    """
    alike: dict[tuple[object, ...], list[tuple[Places, State]]] = {}
    for places, state in histories:
        kind = tuple((k, None if _is_array(v) else v) for k, v in state.items())
        alike.setdefault(kind, []).append((places, state))
    return [_as_one(several) for several in alike.values()]


def _as_one(histories: list[tuple[Places, State]]) -> tuple[Places, State]:
    if len(histories) == 1:
        return histories[0]
    states = [state for _, state in histories]
    places = np.concatenate([places for places, _ in histories])
    order = np.argsort(places)  # so that a history of all has them as they are in the group
    return places[order], {
        k: np.concatenate([state[k] for state in states])[order] if _is_array(v) else v
        for k, v in states[0].items()
    }


def _those(value: object, mask: Mask) -> object:
    return value[mask] if _is_array(value) else value  # type: ignore[index]


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0
