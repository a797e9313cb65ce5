"""Columns: permutation importance and partial dependence of a table's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from autograd_core.files import JSON
from nn.basics import Floats
from nn.data import Dataset
from nn.reports.measures import Predict

Loss: TypeAlias = Callable[[Floats], float]
_MAX_ROWS, _MAX_COLUMNS = 1000, 60  # of importance, which takes time
_CURVE_POINTS = 21  # of a curve of partial dependence
_CURVE_ROWS = 300  # rows over which a curve is averaged


def inputs_of(dataset: Dataset) -> dict[str, list[int]]:
    """Return the indices of the inputs that each column of a table was converted to.

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
    loss: Callable[[Floats, Floats], float],
    y: Floats,
    groups: Mapping[str, Sequence[int]],
    *,
    repeats: int = 5,
    seed: int = 0,
) -> list[dict[str, JSON]]:
    """Return how much the loss rises when a column is shuffled, the largest rise first.

    All inputs of a column are shuffled together (permutation importance, Breiman 2001, section 10).
    At most 1,000 rows and 60 columns are used.

    Args:
        predict: The model's answers for inputs.
        x: `(rows, inputs)`.
        loss: `loss(outputs, y)`.
        y: `(rows,)` the true targets.
        groups: The indices of the inputs of each column.
        repeats: How often each column is shuffled.
        seed: For the shuffling.

    >>> import numpy as np
    >>> x = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0]])
    >>> error = lambda outputs, y: float(((outputs - y) ** 2).mean())
    >>> found = importance(lambda x: x[:, 0], x, error, x[:, 0], {"a": [0], "b": [1]})
    >>> [(f["column"], f["rise"] > 0.0) for f in found]
    [('a', True), ('b', False)]
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(x))[:_MAX_ROWS])
    x, y = x[rows], y[rows]
    before, found = loss(predict(x), y), []
    for name, places in [*groups.items()][:_MAX_COLUMNS]:
        rises = []
        for _ in range(repeats):
            shuffled = x.copy()
            shuffled[:, places] = x[rng.permutation(len(x))][:, places]
            rises.append(loss(predict(shuffled), y) - before)
        found.append(
            {"column": name, "rise": float(np.mean(rises)), "spread": float(np.std(rises))}
        )
    return sorted(found, key=lambda one: -one["rise"])


def dependence(
    predict: Predict, x: Floats, places: Sequence[int], kinds: Sequence[str] = ()
) -> dict[str, JSON]:
    """Return the mean answer for each value of a column, with the other columns as in the rows.

    Partial dependence (Friedman 2001, section 8.2), over about 300 rows. Inputs are in the table's
    units.

    Args:
        predict: The model's answers `(rows, outputs)` for inputs in the table's units.
        x: `(rows, inputs)` in the table's units.
        places: The indices of the column's inputs: one for each category, or its number and
            perhaps an input that marks missing cells.
        kinds: Its categories; () for a number.

    >>> import numpy as np
    >>> x = np.arange(8.0).reshape(4, 2)
    >>> found = dependence(lambda x: 2.0 * x[:, :1] + x[:, 1:], x, [0])
    >>> found["at"], found["answers"]
    ([0.0, 2.0, 4.0, 6.0], [[4.0], [8.0], [12.0], [16.0]])
    """
    sampled, at = x[:: max(1, len(x) // _CURVE_ROWS)], list[float]()
    changes = np.eye(len(places))  # for each category the values of the inputs
    if not kinds:
        column = x[:, places[0]]
        values = np.unique(column)
        if len(values) > _CURVE_POINTS:
            low, high = np.quantile(column, [0.02, 0.98])
            values = np.linspace(low, high, _CURVE_POINTS)
        at, changes = values.tolist(), np.zeros((len(values), len(places)))
        changes[:, 0] = values
    answers = []
    for change in changes:
        changed = sampled.copy()
        changed[:, places] = change
        answers.append([float(a) for a in predict(changed).mean(axis=0)])
    return {"at": at, "kinds": [*kinds], "answers": answers}
