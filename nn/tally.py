"""Tally: losses and outputs of many batches, added up to the numbers of an epoch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nn.loss import Loss
from nn.metrics import Metric
from nn.shapes import Floats


class Tally:
    """Adds up the losses and outputs of an epoch's batches.

    Batches are only kept when they come, and looked at when somebody asks: in a step of 100 us
    their sums would take 2 to 3.
    """

    def __init__(self, loss: Loss, metrics: Mapping[str, Metric]) -> None:
        self.by_sum, self.metrics = loss.reduction == "sum", metrics
        self._total, self._count = 0.0, 0
        self._new: list[tuple[Floats, Floats]] = []  # losses and weights that are in no sum yet
        self._pairs: list[tuple[Floats, Floats]] = []  # targets and outputs

    def add(self, targets: Floats, weights: Floats, losses: Floats, outputs: Floats) -> None:
        """Add a batch; the arrays stay as they are from now on."""
        self._new.append((losses, weights))
        if self.metrics:
            self._pairs.append((targets, outputs))

    def loss(self) -> float:
        """Return the loss over everything added."""
        if self._new:
            losses, weights = map(np.concatenate, zip(*self._new))
            with np.errstate(all="ignore"):
                self._total += float(losses @ weights)
            self._count += len(weights)
            self._new.clear()
        return self._total if self.by_sum else self._total / self._count

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics over everything added."""
        logs = {"loss": self.loss()}
        if self.metrics:
            targets, outputs = map(np.concatenate, zip(*self._pairs))
            with np.errstate(all="ignore"):
                logs |= {name: float(f(targets, outputs)) for name, f in self.metrics.items()}
        return logs
