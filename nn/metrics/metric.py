"""Metric: the type of what measures, `metric(targets, predictions) -> number`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from nn.basics import Floats

Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""
