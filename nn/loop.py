"""Loop: epochs, batches, steps. What `fit`, `evaluate` and `predict` run."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from nn.backend import Backend, BatchResult, as_list
from nn.backend_graph import GraphBackend
from nn.backend_numpy import NumpyBackend
from nn.callback import CallbackList, Trained
from nn.data.batches import batch_rows
from nn.diagnostics import SAMPLES, Diagnostics
from nn.history import History
from nn.loss import Loss
from nn.metrics import Metric
from nn.names import look_up
from nn.optimizer import Optimizer
from nn.progress import Progress
from nn.schedules import Schedule
from nn.shapes import Floats
from nn.survey import Survey
from nn.tables import Data
from nn.tree import Tree

MakeBackend: TypeAlias = Callable[[Tree, Loss, Sequence[Sequence[Value]], Survey], Backend]
BACKENDS: dict[str, MakeBackend] = {"numpy": NumpyBackend, "graph": GraphBackend}


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


class Trainer:
    """Trains one model with one optimizer, loss, set of metrics and backend."""

    def __init__(
        self,
        model: Tree,
        optimizer: Optimizer,
        loss: Loss,
        metrics: Mapping[str, Metric],
        backend: str,
    ) -> None:
        self.model, self.optimizer, self.loss, self.metrics = model, optimizer, loss, metrics
        self.make_backend = look_up("backend", backend, BACKENDS)
        self.chooses = not optimizer.param_groups
        self.schedule: Schedule | None = None
        self._survey: Survey | None = None  # of what the three below were made for
        self._backend: Backend | None = None
        self._groups: list[list[Value]] = []
        self._outputs = 0

    @property
    def on_graph(self) -> bool:
        """Whether the user wants the graph."""
        return self.make_backend is GraphBackend

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own programs
        return {**vars(self), "_survey": None, "_backend": None}

    def outputs(self, row: list[float]) -> int:
        """Return how many outputs the model has; it builds itself and checks its inputs here."""
        return len(as_list(self.model(row)))

    def backend(self) -> Backend:
        """Return the backend for the model as it is and the parameters that are trainable now."""
        survey = Survey(self.model, self.loss)
        bound = [list(group["params"]) for group in self.optimizer.param_groups]
        if self._backend is None or survey != self._survey or bound != self._groups:
            chosen = self.model.trainable_parameters()
            if self.chooses and [p for group in bound for p in group] != chosen:
                self.optimizer.param_groups.clear()
                self.optimizer.state.clear()
                self.optimizer.bind(chosen)
            self._groups = [list(group["params"]) for group in self.optimizer.param_groups]
            self._backend = self.make_backend(self.model, self.loss, self._groups, survey)
            self._survey = survey
        return self._backend

    def mode(self, training: bool) -> None:
        """Switch all modules to training or to inference."""
        for module in self._survey.modules if self._survey else self.model.modules():
            module.training = training

    def step(self, backend: Backend, x: Floats, targets: Floats, weights: Floats) -> BatchResult:
        """Take one step on a batch: forward, loss, backward, update."""
        if self.loss.reduction != "sum":
            weights = weights * (1.0 / len(x))
        result = backend.batch(x, targets, weights)
        backend.update(self.optimizer.updated(backend.numbers(), result.gradients))
        return result

    def train_on_batch(self, data: Data) -> dict[str, float]:
        """Take one step and return the numbers from before it."""
        backend, tally = self.backend(), Tally(self.loss, self.metrics)
        self.mode(True)
        backend.load()
        result = self.step(backend, data.x, data.targets, data.weights)
        backend.store()
        tally.add(data.targets, data.weights, result.losses, result.outputs)
        return tally.logs()

    def fit(
        self,
        data: Data,
        held_out: Data | None,
        *,
        epochs: range,
        batch_size: int,
        shuffle: bool,
        rng: random.Random,
        verbose: int,
        callbacks: object,
    ) -> History:
        """Run the epochs; Ctrl-C ends them early with what there is."""
        history, steps = History(), -(-len(data) // batch_size)
        params = {"epochs": epochs.stop, "steps": steps, "verbose": verbose}
        model = cast(Trained, self.model)
        backend = self.backend()  # now the optimizer has its parameters
        told = CallbackList(callbacks, self.schedule, model, params)
        watch = Diagnostics()
        bar = Progress(verbose, epochs.start, epochs.stop, steps)
        model.stop_training = False
        looked_at = data.rows(slice(SAMPLES))
        backend.load()
        self.loss.check(backend.evaluate(looked_at.x, looked_at.targets)[1])
        for module in self.model.modules():
            module.reseed(rng)
        told.tell("on_train_begin", {})
        logs: dict[str, float] = {}
        try:
            for epoch in epochs:
                told.tell("on_epoch_begin", epoch, {})
                order = batch_rows(len(data), batch_size, rng if shuffle else None)
                logs = self._epoch(data, order, told, bar)
                if held_out is not None:
                    logs |= {f"val_{k}": v for k, v in self.scores(held_out).items()}
                bar.epoch(epoch, logs)
                self._remember(history, epoch, logs)
                watch.loss(epoch, logs["loss"])
                self.mode(False)
                watch.layers(self.backend().blocked(looked_at.x, looked_at.targets))
                told.tell("on_epoch_end", epoch, logs)
                if model.stop_training:
                    history.stopped = f"stopped after epoch {epoch + 1}"
                    break
        except KeyboardInterrupt:
            history.stopped = f"interrupted in epoch {epochs.start + len(history) + 1}"
            print(f"\ntraining {history.stopped}; the history is kept")
        finally:
            bar.close()
        told.tell("on_train_end", logs)
        self.mode(False)
        return history

    def _epoch(
        self, data: Data, order: Sequence[NDArray[np.intp]], told: CallbackList, bar: Progress
    ) -> dict[str, float]:
        backend, tally = self.backend(), Tally(self.loss, self.metrics)
        self.mode(True)
        backend.load()
        x, targets, weights = (
            a[np.concatenate(order)] for a in (data.x, data.targets, data.weights)
        )
        start = 0
        try:
            for index, rows in enumerate(order):
                if told.per_batch:
                    told.tell("on_train_batch_begin", index, {})
                batch = slice(start, start := start + len(rows))
                result = self.step(backend, x[batch], targets[batch], weights[batch])
                tally.add(targets[batch], weights[batch], result.losses, result.outputs)
                bar.batch()
                if told.per_batch:
                    backend.store()
                    told.tell("on_train_batch_end", index, {"loss": tally.total / tally.count})
                    backend.load()
                if cast(Trained, self.model).stop_training:
                    break
        finally:
            backend.store()
        return tally.logs()

    def _remember(self, history: History, epoch: int, logs: dict[str, float]) -> None:
        history.append(epoch, logs)
        watched = history.history["val_loss" if "val_loss" in logs else "loss"]
        if watched[-1] <= min(watched):
            history.best_epoch, history.best_state = epoch, self.model.state_dict()

    def scores(self, data: Data) -> dict[str, float]:
        """Return the loss and the metrics on samples, in inference mode."""
        backend, tally = self.backend(), Tally(self.loss, self.metrics)
        self.mode(False)
        backend.load()
        tally.add(data.targets, data.weights, *backend.evaluate(data.x, data.targets))
        return tally.logs()
