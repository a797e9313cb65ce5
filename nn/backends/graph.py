"""The graph backend: sample by sample on scalar Values, as one would write it by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from autograd_core import Value, functional, paused_gc
from autograd_core.graph import NO_GRADIENT, gradient_or_zero, has_gradient, leaves_with_gradient
from nn.backends.backend import Batches, BatchResult, Blocked, Model, Summation, number, outputs_of
from nn.backends.diagnostics import blocked
from nn.backends.survey import Survey
from nn.basics import Floats, Mask
from nn.losses.loss import Loss
from nn.modules.statistics import Normalizes, run_rows
from nn.optimizers import Optimizer


class GraphBackend:
    """Sample by sample on the scalar graph: forward, loss, backward.

    Each sample's graph is freed before the next one is built; gradients add up in the parameters.
    """

    can_sum = False

    def __init__(
        self, model: Model, loss: Loss, groups: Sequence[Sequence[Value]], survey: Survey
    ) -> None:
        self.model, self.loss, self.groups, self.modules = model, loss, groups, survey.modules
        self.reached: Sequence[Mask] | None = None

    def load(self) -> None:
        """Do nothing: the Values are where the parameters live."""

    def store(self) -> None:
        """Do nothing: the Values are where the parameters live."""

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group."""
        return [np.array([parameter.data for parameter in group]) for group in self.groups]

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""
        for group, array in zip(self.groups, numbers, strict=True):
            for parameter, moved in zip(group, array.tolist(), strict=True):
                parameter.data = moved

    def batch(
        self, x: Floats, y: Floats, weights: Floats, all_weighted: bool = False
    ) -> BatchResult:
        """Return losses, outputs and gradients of a batch."""
        for module in self.modules:
            module.training = True
        for group in self.groups:
            for parameter in group:
                parameter.grad = NO_GRADIENT
        if any(isinstance(module, Normalizes) and module.of_batch for module in self.modules):
            rows = self._together(x, y, weights)
            return self._result(rows)
        rows = []
        with paused_gc():
            for row, target, weight in zip(x.tolist(), y.tolist(), weights.tolist(), strict=True):
                loss, outputs = self._sample(row, target)
                if weight:
                    loss.backward(weight)
                else:  # no backward pass: 0 times an infinite gradient would be nan
                    for parameter in leaves_with_gradient(loss):
                        parameter.grad = gradient_or_zero(parameter.grad)
                rows.append([loss.data, *outputs])
        return self._result(rows)

    def _together(self, x: Floats, y: Floats, weights: Floats) -> list[list[float]]:
        """Return losses and outputs of samples whose graphs share the statistics of the batch."""
        pairs = [*zip(x.tolist(), y.tolist(), strict=True)]
        found = run_rows(
            self.modules, [partial(self._sample, row, target) for row, target in pairs]
        )
        for loss, _ in found:
            for parameter in leaves_with_gradient(loss):
                parameter.grad = gradient_or_zero(parameter.grad)
        total = [loss * weight for (loss, _), weight in zip(found, weights.tolist()) if weight]
        if total:
            Value.operand(functional.total(total)).backward()
        return [[loss.data, *outputs] for loss, outputs in found]

    def _result(self, rows: list[list[float]]) -> BatchResult:
        found = [[parameter.grad for parameter in group] for group in self.groups]
        masks = [np.array([*map(has_gradient, gradients)]) for gradients in found]
        self.reached = None if all(mask.all() for mask in masks) else masks
        return np.array(rows), [np.array([*map(float, gradients)]) for gradients in found]

    def steps(
        self, optimizer: Optimizer, batches: Batches, summation: Summation | None = None
    ) -> Floats | None:
        """Return None: this backend takes steps with `batch` and `update` only."""
        return None

    def repeat(self, optimizer: Optimizer, batch: Batches, max_steps: int) -> None:
        """Return None, as `steps` does."""
        return None

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs in inference mode."""
        self._infer()
        rows = []
        with paused_gc():
            for row, target in zip(x.tolist(), y.tolist(), strict=True):
                loss, outputs = self._sample(row, target)
                rows.append([loss.data, *outputs])
        return np.array(rows)

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        self._infer()
        return blocked(self._loss(row, target) for row, target in zip(x.tolist(), y.tolist()))

    def _infer(self) -> None:
        for module in self.modules:
            module.training = False

    def _loss(self, row: list[float], target: list[float]) -> Value:
        return Value.operand(self.loss.sample(outputs_of(self.model, row), target))

    def _sample(self, row: list[float], target: list[float]) -> tuple[Value, list[float]]:
        outputs = outputs_of(self.model, row)
        loss = Value.operand(self.loss.sample(outputs, target))
        return loss, [*map(number, [*outputs, *self.loss.each(outputs, target)])]


def predict(model: Model, x: Floats) -> Floats:
    """Return the model's outputs `(samples, outputs)` on the graph, sample by sample."""
    with paused_gc():
        rows = [[number(output) for output in outputs_of(model, row)] for row in x.tolist()]
    if not rows:  # a row of zeros tells the number of outputs
        return np.empty((0, len(outputs_of(model, [0.0] * x.shape[1]))))
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)
