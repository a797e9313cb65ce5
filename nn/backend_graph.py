"""Backends: what computes losses and gradients for a batch; this one does it on the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, cast

import numpy as np

from autograd_core import Value, paused_gc
from nn.loss import Loss
from nn.shapes import Floats, Number


class Model(Protocol):
    """A model, as a backend sees it: a callable on one sample."""

    def __call__(self, x: list[float], /) -> object:
        """Return a Value or a list of Values."""
        ...


@dataclass
class BatchResult:
    """What came out of one batch.

    Attributes:
        losses: `(samples,)` the loss of each sample, before its weight.
        outputs: `(samples, outputs)` what the model returned.
        gradients: The gradient of sum(weight * loss), one array per group of parameters.
    """

    losses: Floats
    outputs: Floats
    gradients: list[Floats]


class Backend(Protocol):
    """What trains a model. It may keep the parameters in arrays between `load` and `store`."""

    def load(self) -> None:
        """Read the parameters' numbers from their Values."""

    def store(self) -> None:
        """Write the parameters' numbers into their Values."""

    def numbers(self) -> list[Floats]:
        """Return the parameters, one array per group."""
        ...

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""

    def batch(self, x: Floats, y: Floats, weights: Floats) -> BatchResult:
        """Return losses, outputs and gradients of a batch.

        Args:
            x: `(samples, inputs)`.
            y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
            weights: `(samples,)` what each sample's loss counts in the gradient.
        """
        ...

    def predict(self, x: Floats) -> Floats:
        """Return `(samples, outputs)` for inputs `(samples, inputs)`."""
        ...


MakeBackend: TypeAlias = Callable[[Model, Loss, Sequence[Sequence[Value]]], Backend]


class GraphBackend:
    """Sample by sample on the scalar graph: forward, loss, backward, as one would by hand.

    Each sample's graph is freed before the next one is built; gradients add up in the parameters.
    """

    def __init__(self, model: Model, loss: Loss, groups: Sequence[Sequence[Value]]) -> None:
        self.model, self.loss, self.groups = model, loss, groups

    def load(self) -> None:
        """Do nothing: the Values are where the parameters live."""

    def store(self) -> None:
        """Do nothing: the Values are where the parameters live."""

    def numbers(self) -> list[Floats]:
        """Return the parameters, one array per group."""
        return [np.array([parameter.data for parameter in group]) for group in self.groups]

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""
        for group, array in zip(self.groups, numbers, strict=True):
            for parameter, number in zip(group, array.tolist(), strict=True):
                parameter.data = number

    def batch(self, x: Floats, y: Floats, weights: Floats) -> BatchResult:
        """Return losses, outputs and gradients of a batch."""
        for group in self.groups:
            for parameter in group:
                parameter.grad = 0.0
        model, formula = self.model, self.loss.sample
        losses, rows = [], []
        with paused_gc():
            for row, target, weight in zip(x.tolist(), y.tolist(), weights.tolist(), strict=True):
                outputs = as_list(model(row))
                loss = Value.operand(formula(outputs, target))
                if weight:
                    loss.backward(weight)
                losses.append(loss.data)
                rows.append([number(output) for output in outputs])
        gradients = [np.array([parameter.grad for parameter in group]) for group in self.groups]
        return BatchResult(np.array(losses), np.array(rows), gradients)

    def predict(self, x: Floats) -> Floats:
        """Return the outputs for each row of `x`."""
        return predict(self.model, x)


def predict(model: Model, x: Floats) -> Floats:
    """Return the model's outputs `(samples, outputs)` on the graph, sample by sample."""
    with paused_gc():
        rows = [[number(output) for output in as_list(model(row))] for row in x.tolist()]
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)


def as_list(outputs: object) -> list[Number]:
    """Return what a model returned for one sample as a list."""
    if isinstance(outputs, Value):
        return [outputs]
    if isinstance(outputs, list | tuple):
        return cast(list[Number], list(outputs))
    if isinstance(outputs, float | int):
        return [float(outputs)]
    raise TypeError(
        f"a model returns a Value or a list of Values for one sample, got {outputs!r:.60}"
    )


def number(output: Number) -> float:
    """Return the plain number of an output."""
    return output.data if isinstance(output, Value) else output


NAMES: dict[str, MakeBackend] = {"graph": GraphBackend}
