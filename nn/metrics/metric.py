"""Metric: types of metrics: weighted ones, ones with options, and sums over samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from nn.basics import Floats, Metric

# A number; an array where options ask for several, which a union would make users check for.
Measured: TypeAlias = Any


@dataclass(frozen=True)
class Weighted:
    """A metric that is weighted by the `sample_weight` of `fit` and `evaluate`."""

    metric: Callable[..., Measured]

    def __call__(
        self, targets: Floats, predictions: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Return the metric."""
        return float(self.metric(targets, predictions, sample_weight=sample_weight))


ONE_THRESHOLD = "a metric is one number, so make one for each threshold"


class Optioned:
    """A metric with options, by Keras's class name: the interface of keras.py that `get` uses.

    Attributes:
        name: The name in a history.
        function: The function that computes the metric.
        options: The keyword arguments of the function.
        of_values: Whether it is of plain numbers rather than of targets and predictions.
    """

    name: str
    function: Callable[..., Measured]
    options: dict[str, Any]
    of_values: ClassVar[bool] = False


Array: TypeAlias = Any  # of NumPy, or of JAX

SampleFunction: TypeAlias = Callable[[ModuleType, Array, Array, float], Array]
"""`f(m, wanted, outputs, option)`: a number for each sample or output; `m` is numpy or the like."""


class SampleMetric(NamedTuple):
    """A metric that is a mean over samples.

    Attributes:
        of: The function whose mean, over samples and their outputs, is the metric.
        option: The function's last argument, such as a threshold.
        width: The number of columns that it compares outputs with.
        weighted: Whether the mean is weighted by the sample weights.
        root: Whether the metric is the square root of the mean.
    """

    of: SampleFunction
    option: float
    width: int
    weighted: bool
    root: bool


class Totals(NamedTuple):
    """Sums of losses and metrics over the samples of a batch; it can be a key of a cache.

    Attributes:
        losses: The columns of the losses in a table.
        outputs: The number of outputs, in the columns after the first loss.
        each: The metrics.
    """

    losses: tuple[int, ...]
    outputs: int
    each: tuple[SampleMetric, ...]

    @property
    def width(self) -> int:
        """The number of columns: one of sample weights, and those that metrics compare with."""
        return 1 + sum(each.width for each in self.each)

    def __call__(self, m: ModuleType, table: Array, columns: Array) -> Array:
        """Return the sums of the weighted losses of a table, and of the metrics' numbers."""
        weights, outputs = columns[:, 0], table[:, 1 : self.outputs + 1]
        found, end = [weights @ table[:, place] for place in self.losses], 1
        for of, option, width, weighted, _ in self.each:
            numbers = of(m, columns[:, end : (end := end + width)], outputs, option)
            numbers = numbers.mean(1) if numbers.ndim == 2 else numbers
            found.append((numbers * weights if weighted else numbers).sum())
        return m.stack([1.0 * total for total in found])

    def means(self, sums: Floats, columns: Floats) -> list[float]:
        """Return the metrics, from their sums over these samples."""
        count, weight = len(columns), columns[:, 0].sum()
        found = [
            total / (weight if each.weighted else count)
            for total, each in zip(sums[len(self.losses) :], self.each, strict=True)
        ]
        return [float(np.sqrt(x) if each.root else x) for x, each in zip(found, self.each)]


def measure(metric: Metric, targets: Floats, outputs: Floats, weights: Floats) -> float:
    """Return the value of a metric, with the weights if it is weighted.

    Raises:
        ValueError: If it is not a single number.
    """
    options = {"sample_weight": weights} if isinstance(metric, Weighted) else {}
    measured = metric(targets, outputs, **options)
    if np.size(measured) != 1:
        raise ValueError(
            f"a history wants one number of a metric, got {np.size(measured)}; say "
            "average='macro', 'micro' or 'weighted', or measure one class"
        )
    return float(measured)
