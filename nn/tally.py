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

    Args:
        loss: Whose losses they are.
        metrics: What to compute from the outputs.
        targets: `(samples, outputs)` of all batches, in their order.
        weights: `(samples,)` what the losses count.
    """

    def __init__(
        self, loss: Loss, metrics: Mapping[str, Metric], targets: Floats, weights: Floats
    ) -> None:
        self.by_sum, self.metrics = loss.reduction == "sum", metrics
        self.targets, self.weights = targets, weights
        self._total, self._count = 0.0, 0
        self._new: list[Floats] = []  # tables that are in no sum yet
        self._known: list[Floats] = []

    def add(self, table: Floats) -> None:
        """Add the losses and outputs of a batch; the array stays as it is from now on."""
        self._new.append(table)

    def loss(self) -> float:
        """Return the loss over everything added."""
        if self._new:
            table = np.concatenate(self._new)
            start, self._count = self._count, self._count + len(table)
            with np.errstate(all="ignore"):
                self._total += float(table[:, 0] @ self.weights[start : self._count])
            self._known.append(table)
            self._new.clear()
        return self._total if self.by_sum else self._total / self._count

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics over everything added."""
        logs = {"loss": self.loss()}
        if self.metrics:
            tables = self._known
            outputs = (tables[0] if len(tables) == 1 else np.concatenate(tables))[:, 1:]
            targets = self.targets[: self._count]
            with np.errstate(all="ignore"):
                logs |= {name: float(f(targets, outputs)) for name, f in self.metrics.items()}
        return logs
