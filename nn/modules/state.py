"""State: parameters to arrays by name, and back; all of them are set, or none."""

from __future__ import annotations

from collections import UserList, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value
from autograd_core.table import Floats


class Keys(NamedTuple):
    """The names that `load_state_dict` missed, and those that it did not use (as in PyTorch)."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not any(self):
            return "<All keys matched successfully>"
        return f"Keys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def nested(holder: object) -> TypeGuard[Sequence[object]]:
    """Return whether a thing may contain Values: a sequence, or an array of objects."""
    if isinstance(holder, list | tuple | deque | UserList):
        return True
    return isinstance(holder, np.ndarray) and holder.dtype == object and holder.ndim > 0


def shape(holder: object) -> tuple[int, ...] | None:
    """Return the shape of a nested list of Values; None if it is anything else.

    >>> shape([[Value(1.0)], [Value(2.0)]]), shape([Value(1.0), []])
    ((2, 1), None)
    """
    if isinstance(holder, Value):
        return ()
    if not nested(holder) or not len(holder):
        return None
    shapes = [shape(item) for item in holder]
    first = shapes[0]
    return (len(holder), *first) if first is not None and shapes == [first] * len(shapes) else None


def leaves(holder: object) -> list[Value]:
    """Return the Values in a nested list, in order.

    >>> [leaf.data for leaf in leaves([[Value(1.0)], Value(2.0)])]
    [1.0, 2.0]
    """
    if isinstance(holder, Value):
        return [holder]
    if nested(holder):
        return [leaf for item in holder for leaf in leaves(item)]
    return []


def distinct_holders(named: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return nested lists of Values by name, without those whose Values all occurred before.

    >>> w, b = Value(1.0), Value(2.0)
    >>> list(distinct_holders([("first", [w, b]), ("tied", [b]), ("partly tied", [b, Value(3.0)])]))
    ['first', 'partly tied']
    """
    found: dict[str, object] = {}
    seen: set[Value] = set()
    for name, holder in named:
        values = set(leaves(holder))
        if not values <= seen:
            seen |= values
            found[name] = holder
    return found


def numbers(holder: object) -> Floats:
    """Return a Value, or a nested list of Values, as an array.

    >>> numbers([[Value(1.0)], [Value(2.0)]]).tolist()
    [[1.0], [2.0]]
    """
    return np.array([leaf.data for leaf in leaves(holder)]).reshape(shape(holder) or ())


def assign(holder: object, array: Floats) -> None:
    """Set a Value, or a nested list of Values, to the numbers of an array of that shape."""
    for leaf, number in zip(leaves(holder), array.reshape(-1).tolist(), strict=True):
        leaf.data = number


def fill(
    model: str, holders: Mapping[str, object], state: Mapping[str, ArrayLike], strict: bool = True
) -> Keys:
    """Set nested lists of Values to arrays of the same names and shapes; all of them or none.

    Args:
        model: The model's name, for the message.
        holders: The nested lists, by name.
        state: The arrays, by name.
        strict: Whether every name has to be in both; else those in both are set.

    Raises:
        ValueError: If a name is missing or unexpected (when `strict`), or a shape differs.

    >>> w, b = Value(0.0), Value(0.0)
    >>> _ = fill("a neuron", {"w": [w], "b": b}, {"w": [3.0], "b": 0.5})
    >>> w.data, b.data
    (3.0, 0.5)
    """
    arrays = {name: _array(name, state[name]) for name in holders if name in state}
    keys = check_fit(
        model,
        {name: numbers(holder).shape for name, holder in holders.items()},
        {**dict.fromkeys(state, ()), **{name: array.shape for name, array in arrays.items()}},
        strict,
    )
    for name, array in arrays.items():
        assign(holders[name], array)
    return keys


def check_fit(
    model: str,
    wanted: Mapping[str, tuple[int, ...]],
    found: Mapping[str, tuple[int, ...]],
    strict: bool = True,
) -> Keys:
    """Compare the shapes of a model's arrays with those of a state.

    Raises:
        ValueError: If a name is missing or unexpected (when `strict`), or a shape differs.

    >>> check_fit("a neuron", {"w": (2,)}, {"w": (2,), "b": ()}, strict=False)
    Keys(missing_keys=[], unexpected_keys=['b'])
    """
    keys = Keys(
        [name for name in wanted if name not in found],
        [name for name in found if name not in wanted],
    )
    problems = [f"{name} is missing" for name in keys.missing_keys if strict]
    problems += [f"{name} is unexpected" for name in keys.unexpected_keys if strict]
    for name, size in wanted.items():
        if name in found and found[name] != size:
            problems.append(f"{name} has shape {found[name]}, wanted {size}")
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ValueError(
            f"this state does not fit {model}: {'; '.join(problems[:5])}{more}; "
            "build the model with the same layers as the one the state came from"
        )
    return keys


def _array(name: str, entry: ArrayLike) -> Floats:
    try:
        return np.asarray(entry, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} wants an array of numbers, got {entry!r:.60}") from None
