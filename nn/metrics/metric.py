"""Metric: what measures, `metric(targets, predictions) -> number`, and its number on samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from nn.basics import Floats, Metric


@dataclass(frozen=True)
class Weighted:
    """A metric in which samples count what `fit` and `evaluate` are told (`weighted_metrics`)."""

    metric: Any

    def __call__(
        self, targets: Floats, predictions: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Return the metric."""
        return float(self.metric(targets, predictions, sample_weight=sample_weight))


ONE_THRESHOLD = "a metric is one number, so make one for each threshold"


class Optioned:
    """A metric with options, by Keras's class name: what `compile` asks of those in keras.py.

    Attributes:
        name: What it is called in a history.
        function: What measures.
        options: What it is given by name.
        of_values: Whether it is of numbers by themselves, not of targets and predictions.
    """

    name: str
    function: Callable[..., Any]
    options: dict[str, Any]
    of_values: ClassVar[bool] = False


Array: TypeAlias = Any  # of NumPy, or of JAX

SampleFunction: TypeAlias = Callable[[Any, Array, Array, float], Array]
"""`(m, wanted, outputs, option)`: a number of each sample or output; `m` has the functions."""


class SampleMetric(NamedTuple):
    """What is added up for a metric.

    Attributes:
        of: The number of each sample, or of each of its outputs, whose mean that is.
        option: A threshold, say.
        width: How many columns it compares outputs with.
        weighted: Whether samples count what they weigh.
        root: Whether the metric is the root of the mean.
    """

    of: SampleFunction
    option: float
    width: int
    weighted: bool
    root: bool


class Totals(NamedTuple):
    """Sums over the samples of a batch; equal ones are one program.

    Attributes:
        losses: Where in a table the losses are.
        outputs: How many outputs follow the first of them.
        each: The metrics.
    """

    losses: tuple[int, ...]
    outputs: int
    each: tuple[SampleMetric, ...]

    @property
    def width(self) -> int:
        """How many columns it takes: what samples weigh, and what each metric compares with."""
        return 1 + sum(each.width for each in self.each)

    def __call__(self, m: Any, table: Array, columns: Array) -> Array:
        """Return the weighted losses of a table, and the metrics' numbers, each added up."""
        weights, outputs = columns[:, 0], table[:, 1 : self.outputs + 1]
        found, end = [weights @ table[:, place] for place in self.losses], 1
        for of, option, width, weighted, _ in self.each:
            numbers = of(m, columns[:, end : (end := end + width)], outputs, option)
            numbers = numbers.mean(1) if numbers.ndim == 2 else numbers
            found.append((numbers * weights if weighted else numbers).sum())
        return m.stack([1.0 * total for total in found])

    def means(self, sums: Floats, columns: Floats) -> list[float]:
        """Return the metrics whose sums over these samples are known."""
        count, weight = len(columns), columns[:, 0].sum()
        found = [
            total / (weight if each.weighted else count)
            for total, each in zip(sums[len(self.losses) :], self.each, strict=True)
        ]
        return [float(np.sqrt(x) if each.root else x) for x, each in zip(found, self.each)]


def measure(metric: Metric, targets: Floats, outputs: Floats, weights: Floats) -> float:
    """Return a metric's number; one of the weighted takes the weights."""
    of = {"sample_weight": weights} if isinstance(metric, Weighted) else {}
    measured = metric(targets, outputs, **of)
    if np.size(measured) != 1:
        raise ValueError(
            f"a history wants one number of a metric, got {np.size(measured)}; say "
            "average='macro', 'micro' or 'weighted', or measure one class"
        )
    return float(measured)
