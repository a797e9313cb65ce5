"""Arrays: the states of a group's parameters, one for each history of steps.

A parameter without a gradient skips a step, and its state does not change. So parameters of one
group may have taken different steps; those that have taken the same steps form a history and share
a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

State: TypeAlias = dict[str, Any]  # shared numbers, and arrays with a number for each parameter
Places: TypeAlias = NDArray[np.intp]


def upgrade_state(
    states: Sequence[State | list[tuple[Places, State]]], sizes: Sequence[int]
) -> list[list[tuple[Places, State]]]:
    """Return the state of each group, from one that 0.1.0 may have pickled or saved.

    0.1.0 had one state for all parameters of a group, and no "begun", which is 1 once SGD has a
    momentum.
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
    """Split histories so that in each the mask is True for all parameters, or False for all.

    Args:
        histories: The indices of parameters in the group, with their state.
        mask: `(parameters of the group,)`.

    >>> both = [(np.arange(2), {"step": 2, "mean": np.array([5.0, 6.0])})]
    >>> split_by_mask(both, np.array([False, True]))
    [(array([1]), {'step': 2, 'mean': array([6.])}), (array([0]), {'step': 2, 'mean': array([5.])})]
    """
    found = []
    for places, state in histories:
        for part in (mask[places], ~mask[places]):
            if part.any():
                found.append((places[part], {k: _masked(v, part) for k, v in state.items()}))
    return found


def merge_equal(histories: Iterable[tuple[Places, State]]) -> list[tuple[Places, State]]:
    """Merge the histories whose shared numbers are equal.

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
    order = np.argsort(places)  # so that a history of all parameters has them in the group's order
    return places[order], {
        k: np.concatenate([state[k] for state in states])[order] if _is_array(v) else v
        for k, v in states[0].items()
    }


def _masked(value: object, mask: NDArray[np.bool_]) -> object:
    return value[mask] if _is_array(value) else value  # type: ignore[index]


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0
