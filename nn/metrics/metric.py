"""Metric: what measures, `metric(targets, predictions) -> number`, and its number on samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nn.basics import Floats

Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""


@dataclass(frozen=True)
class Weighted:
    """A metric in which samples count what `fit` and `evaluate` are told (`weighted_metrics`)."""

    metric: Any

    def __call__(
        self, targets: Floats, predictions: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Return the metric."""
        return float(self.metric(targets, predictions, sample_weight=sample_weight))


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
