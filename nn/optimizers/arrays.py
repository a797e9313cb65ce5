"""Arrays: a group's parameters as arrays, and a state for each history of them.

A parameter without a gradient takes no part in a step, and its state stays as it is. So parameters
of one group may have taken different steps; those that have taken the same ones are a history, and
share a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

State: TypeAlias = dict[str, Any]  # numbers, and arrays of a number for each parameter
Places: TypeAlias = NDArray[np.intp]


def upgrade_state(states: Sequence[Any], sizes: Sequence[int]) -> list[list[tuple[Places, State]]]:
    """Return the state of each group; 0.1.0 had one history for all parameters of a group.

    There SGD's momentum had begun if there was one.
    """
    for state in states:
        for earlier in [state] if isinstance(state, dict) else [part for _, part in state]:
            if "momentum" in earlier:
                earlier.setdefault("begun", 1.0)
    return [
        [(np.arange(size), state)] if isinstance(state, dict) else state
        for state, size in zip(states, sizes, strict=True)
    ]


def split_by_mask(
    histories: Iterable[tuple[Places, State]], mask: NDArray[np.bool_]
) -> list[tuple[Places, State]]:
    """Return histories in each of which the mask holds for all parameters, or for none.

    Args:
        histories: Which parameters of the group, and their state: numbers, and arrays of a number
            for each of them.
        mask: For each parameter of the group.

    >>> both = [(np.arange(2), {"step": 2, "mean": np.array([5.0, 6.0])})]
    >>> split_by_mask(both, np.array([False, True]))
    [(array([1]), {'step': 2, 'mean': array([6.])}), (array([0]), {'step': 2, 'mean': array([5.])})]
    """
    found = []
    for places, state in histories:
        for some in (mask[places], ~mask[places]):
            if some.any():
                found.append((places[some], {k: _masked(v, some) for k, v in state.items()}))
    return found


def merge_equal(histories: Iterable[tuple[Places, State]]) -> list[tuple[Places, State]]:
    """Return histories with one for those whose numbers are equal.

    >>> first, second = {"step": 2, "mean": np.ones(1)}, {"step": 2, "mean": np.zeros(1)}
    >>> merge_equal([(np.array([1]), first), (np.array([0]), second)])
    [(array([0, 1]), {'step': 2, 'mean': array([0., 1.])})]
    """
    alike: dict[tuple[object, ...], list[tuple[Places, State]]] = {}
    for places, state in histories:
        kind = tuple((k, None if _is_array(v) else v) for k, v in state.items())
        alike.setdefault(kind, []).append((places, state))
    return [_merged(several) for several in alike.values()]


def _merged(histories: list[tuple[Places, State]]) -> tuple[Places, State]:
    if len(histories) == 1:
        return histories[0]
    states = [state for _, state in histories]
    places = np.concatenate([places for places, _ in histories])
    order = np.argsort(places)  # so that a history of all has them as they are in the group
    return places[order], {
        k: np.concatenate([state[k] for state in states])[order] if _is_array(v) else v
        for k, v in states[0].items()
    }


def _masked(value: object, mask: NDArray[np.bool_]) -> object:
    return value[mask] if _is_array(value) else value  # type: ignore[index]


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0
