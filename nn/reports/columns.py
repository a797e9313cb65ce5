"""Columns: which of them the answers depend on, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from nn.basics import Floats
from nn.data import Dataset
from nn.reports.measures import Predict

Loss: TypeAlias = Callable[[Floats], float]
_ROWS, _COLUMNS = 1000, 60  # looked at, for the time it takes
_POINTS = 21  # of a curve
_CURVED = 300  # rows that a curve is the mean of


def inputs_of(dataset: Dataset) -> dict[str, list[int]]:
    """Return the places of the inputs that each column of a table has become.

    >>> import numpy as np
    >>> inputs_of(Dataset(np.eye(2), np.eye(2)[0], ["a", "b"], "y", []))
    {'a': [0], 'b': [1]}
    """
    if dataset.recipe is None:
        return {name: [place] for place, name in enumerate(dataset.feature_names)}
    found, place = {}, 0
    for column in dataset.recipe.columns:
        count = len(column.titles)
        found[column.name] = [*range(place, place + count)]
        place += count
    return found


def importance(
    predict: Predict,
    x: Floats,
    loss: Callable[[Floats, Any], float],
    y: Floats,
    groups: Mapping[str, Sequence[int]],
    *,
    repeats: int = 5,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Return how much the loss rises when a column is shuffled, the largest rise first.

    The inputs of one column are shuffled together (permutation importance, Breiman 2001, section
    10); 1,000 rows and 60 columns are looked at at most.

    Args:
        predict: The model's answers for inputs.
        x: `(rows, inputs)`.
        loss: `loss(outputs, y)`.
        y: `(rows,)` the truth.
        groups: The places of the inputs of each column.
        repeats: How often each is shuffled.
        seed: For the order.

    >>> import numpy as np
    >>> x = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0]])
    >>> error = lambda outputs, y: float(((outputs - y) ** 2).mean())
    >>> found = importance(lambda x: x[:, 0], x, error, x[:, 0], {"a": [0], "b": [1]})
    >>> [(f["column"], f["rise"] > 0.0) for f in found]
    [('a', True), ('b', False)]
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(x))[:_ROWS])
    x, y = x[rows], y[rows]
    before, found = loss(predict(x), y), []
    for name, places in [*groups.items()][:_COLUMNS]:
        rises = []
        for _ in range(repeats):
            mixed = x.copy()
            mixed[:, places] = x[rng.permutation(len(x))][:, places]
            rises.append(loss(predict(mixed), y) - before)
        found.append(
            {"column": name, "rise": float(np.mean(rises)), "spread": float(np.std(rises))}
        )
    return sorted(found, key=lambda one: -one["rise"])


def dependence(
    predict: Predict, x: Floats, places: Sequence[int], kinds: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the mean answer for each value of a column, all else as it is in the rows.

    Partial dependence (Friedman 2001, section 8.2), over 300 rows at most. The inputs are in the
    table's own units.

    Args:
        predict: The model's answers `(rows, outputs)` for inputs in the table's units.
        x: `(rows, inputs)` in the table's units.
        places: The inputs that the column has become: one for each category, or a number and
            perhaps one that says where it is missing.
        kinds: Its categories.

    >>> import numpy as np
    >>> x = np.arange(8.0).reshape(4, 2)
    >>> found = dependence(lambda x: 2.0 * x[:, :1] + x[:, 1:], x, [0])
    >>> found["at"], found["answers"]
    ([0.0, 2.0, 4.0, 6.0], [[4.0], [8.0], [12.0], [16.0]])
    """
    some, at = x[:: max(1, len(x) // _CURVED)], list[float]()
    changes = np.eye(len(places))  # a row for each category: what its inputs are
    if not kinds:
        column = x[:, places[0]]
        values = np.unique(column)
        if len(values) > _POINTS:
            low, high = np.quantile(column, [0.02, 0.98])
            values = np.linspace(low, high, _POINTS)
        at, changes = values.tolist(), np.zeros((len(values), len(places)))
        changes[:, 0] = values
    answers = []
    for change in changes:
        changed = some.copy()
        changed[:, places] = change
        answers.append([float(a) for a in predict(changed).mean(axis=0)])
    return {"at": at, "kinds": [*kinds], "answers": answers}
