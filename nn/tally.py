"""Tally: losses and outputs of many batches, added up to the numbers of an epoch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nn.loss import Loss
from nn.metrics import Metric
from nn.shapes import Floats


class Tally:
    """Adds up the losses and outputs of an epoch's batches."""

    def __init__(self, loss: Loss, metrics: Mapping[str, Metric]) -> None:
        self.by_sum, self.metrics = loss.reduction == "sum", metrics
        self.total, self.count = 0.0, 0
        self.targets: list[Floats] = []
        self.outputs: list[Floats] = []

    def add(self, targets: Floats, weights: Floats, losses: Floats, outputs: Floats) -> None:
        """Add a batch."""
        with np.errstate(all="ignore"):
            self.total += float(losses @ weights)
        self.count += len(weights)
        if self.metrics:
            self.targets.append(targets)
            self.outputs.append(outputs)

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics over everything added."""
        logs = {"loss": self.total if self.by_sum else self.total / self.count}
        if self.metrics:
            targets, outputs = np.concatenate(self.targets), np.concatenate(self.outputs)
            with np.errstate(all="ignore"):
                logs |= {name: float(f(targets, outputs)) for name, f in self.metrics.items()}
        return logs
