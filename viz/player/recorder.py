"""Recorder: a callback that records what the training page shows, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from viz.network import LayerWeights, layer_weights, number_in
from viz.plots import Array, corners_around, grid_between, model_outputs, samples

_MOST_NUMBERS = 1_500  # of one histogram; of more parameters, every nth is kept


@dataclass(frozen=True, slots=True)
class Epoch:
    """The record of one epoch.

    Attributes:
        epoch: Its number, from 0.
        logs: Loss and metrics.
        layers: Weights and biases by layer; empty for a model without neurons.
        weights: All parameters, or every nth of many.
        gradients: The gradients of these parameters.
        grid: The model's outputs `(resolution * resolution, outputs)` over the plane of its two
            inputs; None without samples.
    """

    epoch: int
    logs: Mapping[str, float]
    layers: tuple[LayerWeights, ...] = ()
    weights: tuple[float, ...] = ()
    gradients: tuple[float, ...] = ()
    grid: Array | None = None


class Recorder:
    """Records a training for `play`: give it to `fit(callbacks=[recorder])`, then play it.

    Any training loop can feed it: `set_model(model)` once, `on_epoch_end(epoch, logs)` after
    every epoch. Of a long training it keeps every second, fourth, eighth, ... epoch.

    Args:
        x: `(samples, 2)`: with them the page shows the decision boundary.
        y: `(samples,)` their classes.
        frames: Largest number of epochs that are kept, at least 2.
        resolution: Points along each side of the grid under the decision boundary, at least 2.

    Raises:
        ValueError: If x has not two columns, y not one label per row, or a number is below 2.

    >>> recorder = Recorder(frames=8)
    >>> for epoch in range(100):
    ...     recorder.on_epoch_end(epoch, {"loss": 1.0 / (epoch + 1)})
    >>> [frame.epoch for frame in recorder.frames]
    [0, 16, 32, 48, 64, 80, 96]

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    def __init__(
        self,
        x: npt.ArrayLike | None = None,
        y: npt.ArrayLike | None = None,
        *,
        frames: int = 100,
        resolution: int = 24,
    ) -> None:
        if frames < 2 or resolution < 2:
            raise ValueError(
                f"a Recorder needs frames >= 2 and resolution >= 2, got {frames} and {resolution}"
            )
        if (x is None) != (y is None):
            raise ValueError("a decision boundary needs samples and classes: Recorder(x, y)")
        self.points: Array | None = None
        self.labels: Array | None = None
        if x is not None and y is not None:
            self.points, self.labels = samples(x, y)
        self.most, self.resolution = frames, resolution
        self.frames: list[Epoch] = []
        self.model: object = None
        self._stride, self._seen = 1, 0
        self._last: tuple[int, dict[str, float]] = (-1, {})

    def set_model(self, model: object) -> None:
        """Set the model to record; fit calls this before the first epoch."""
        self.model = model

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep the epoch, or skip it in a long training."""
        if self.frames and epoch <= self._last[0]:  # a new training
            self.frames, self._stride, self._seen = [], 1, 0
        self._last = (epoch, dict(logs or {}))
        if self._seen % self._stride == 0:
            self._make_room()
            if self._seen % self._stride == 0:
                self._keep()
        self._seen += 1

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Keep the last epoch in any case."""
        if self.frames and self.frames[-1].epoch < self._last[0]:
            self._make_room()
            self._keep()

    @property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The lowest and the highest (x0, x1) of the grid."""
        assert self.points is not None  # asked for only where there is a grid
        (x0, x1), (x2, x3) = (corner.tolist() for corner in corners_around(self.points))
        return (x0, x1), (x2, x3)

    def _make_room(self) -> None:
        if len(self.frames) == self.most:
            del self.frames[1::2]
            self._stride *= 2

    def _keep(self) -> None:
        epoch, logs = self._last
        numbers = {name: float(number) for name, number in logs.items()}
        if self.model is None:
            self.frames.append(Epoch(epoch, numbers))
            return
        parameters = _parameters(self.model)
        weights = tuple([number_in(parameter, "data") for parameter in parameters])
        gradients = tuple([number_in(parameter, "grad") for parameter in parameters])
        layers = _layers(self.model)
        self.frames.append(Epoch(epoch, numbers, layers, weights, gradients, self._grid()))

    def _grid(self) -> Array | None:
        if self.points is None:
            return None
        grid = grid_between(*corners_around(self.points), self.resolution)[2]
        return model_outputs(self.model, grid)


def recorded(history: object) -> Recorder | None:
    """Return the record of `fit(..., record=True)` as a Recorder; None for anything else.

    The record holds only numbers: the model is given those of each epoch in turn, and its own back
    in the end.
    """
    record = getattr(history, "record", None)
    if record is None:
        return None
    x, y = np.asarray(record.x), np.asarray(record.y)
    plane = x.ndim == 2 and x.shape[1] == 2 and y.size == len(x)
    recorder = Recorder(x, y.ravel()) if plane else Recorder()
    recorder.most = max(recorder.most, len(record.epochs) + 1)
    recorder.set_model(record.model)
    parameters = list(record.model.parameters())
    before = [(parameter.data, parameter.grad) for parameter in parameters]
    try:
        for epoch, logs, data, gradients in record.epochs:
            for parameter, number, gradient in zip(parameters, data, gradients, strict=True):
                parameter.data, parameter.grad = float(number), float(gradient)
            recorder.on_epoch_end(epoch, logs)
    finally:
        for parameter, (number, gradient) in zip(parameters, before, strict=True):
            parameter.data, parameter.grad = number, gradient
    return recorder


def _parameters(model: object) -> list[object]:
    """Return the parameters of a model, or every nth if there are many."""
    parameters = getattr(model, "parameters", None)
    found = list(cast("Callable[[], Iterable[object]]", parameters)()) if parameters else []
    step = -(-len(found) // _MOST_NUMBERS) or 1
    return found[::step]


def _layers(model: object) -> tuple[LayerWeights, ...]:
    try:
        found = layer_weights(model)
    except TypeError:  # a model of another kind: everything else can still be shown
        return ()
    many = sum(len(row) for layer in found for row in layer.weights) > _MOST_NUMBERS
    return () if many else tuple(found)
