"""Loop: epochs, batches, steps. What `fit`, `evaluate` and `predict` run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from autograd_core import Value
from nn.backend_graph import NAMES, Backend, BatchResult, as_list, predict
from nn.callback import CallbackList, Trained
from nn.data.batches import batch_rows
from nn.diagnostics import Diagnostics
from nn.history import History
from nn.loss import Loss
from nn.metrics import Metric
from nn.names import look_up
from nn.optimizer import Optimizer
from nn.progress import Progress
from nn.schedules import Schedule
from nn.shapes import Floats
from nn.tables import Data
from nn.tree import Tree

_PROBE = 32  # samples whose outputs are checked before the first step


class Tally:
    """Adds up the losses and outputs of an epoch's batches."""

    def __init__(self, loss: Loss, metrics: Mapping[str, Metric]) -> None:
        self.by_sum, self.metrics = loss.reduction == "sum", metrics
        self.total, self.count = 0.0, 0
        self.targets: list[Floats] = []
        self.outputs: list[Floats] = []

    def add(self, data: Data, losses: Floats, outputs: Floats) -> None:
        """Add a batch."""
        with np.errstate(all="ignore"):
            self.total += float(losses @ data.weights)
        self.count += len(data)
        if self.metrics:
            self.targets.append(data.targets)
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
        self.make_backend = look_up("backend", backend, NAMES)
        self.chooses = not optimizer.param_groups
        self.schedule: Schedule | None = None
        self._backend: Backend | None = None
        self._groups: list[list[Value]] = []

    def outputs(self, row: list[float]) -> int:
        """Return how many outputs the model has; it builds itself and checks its inputs here."""
        return len(as_list(self.model(row)))

    def backend(self) -> Backend:
        """Return the backend for the parameters that are trainable now."""
        chosen = self.model.trainable_parameters()
        if self.chooses and [p for g in self.optimizer.param_groups for p in g["params"]] != chosen:
            self.optimizer.param_groups.clear()
            self.optimizer.state.clear()
            self.optimizer.bind(chosen)
        groups = [list(group["params"]) for group in self.optimizer.param_groups]
        if self._backend is None or groups != self._groups:
            self._groups = groups
            self._backend = self.make_backend(self.model, self.loss, groups)
        return self._backend

    def step(self, backend: Backend, data: Data) -> BatchResult:
        """Take one step on a batch: forward, loss, backward, update."""
        scale = 1.0 if self.loss.reduction == "sum" else 1.0 / len(data)
        result = backend.batch(data.x, data.targets, data.weights * scale)
        backend.update(self.optimizer.updated(backend.numbers(), result.gradients))
        return result

    def train_on_batch(self, data: Data) -> dict[str, float]:
        """Take one step and return the numbers from before it."""
        backend, tally = self.backend(), Tally(self.loss, self.metrics)
        self.model.train()
        backend.load()
        result = self.step(backend, data)
        backend.store()
        tally.add(data, result.losses, result.outputs)
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
        self.backend()  # now the optimizer has its parameters
        told = CallbackList(callbacks, self.schedule, model, params)
        watch = Diagnostics(self._sample_loss)
        bar = Progress(verbose, epochs.start, epochs.stop, steps)
        model.stop_training = False
        self.loss.check(predicted(self.model, data.x[:_PROBE]))
        for module in self.model.modules():
            module.reseed(rng)
        told.tell("on_train_begin", {})
        logs: dict[str, float] = {}
        try:
            for epoch in epochs:
                told.tell("on_epoch_begin", epoch, {})
                order = batch_rows(len(data), batch_size, rng if shuffle else None)
                logs = self._epoch([data.rows(rows) for rows in order], told, bar)
                if held_out is not None:
                    logs |= {f"val_{k}": v for k, v in self.scores(held_out).items()}
                bar.epoch(epoch, logs)
                self._remember(history, epoch, logs)
                watch.loss(epoch, logs["loss"])
                self.model.eval()
                watch.look(zip(data.x.tolist(), data.targets.tolist()))
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
        self.model.eval()
        return history

    def _epoch(
        self, batches: Sequence[Data], told: CallbackList, bar: Progress
    ) -> dict[str, float]:
        backend, tally = self.backend(), Tally(self.loss, self.metrics)
        self.model.train()
        backend.load()
        try:
            for index, batch in enumerate(batches):
                if told.per_batch:
                    told.tell("on_train_batch_begin", index, {})
                result = self.step(backend, batch)
                tally.add(batch, result.losses, result.outputs)
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

    def _sample_loss(self, row: list[float], target: list[float]) -> Value:
        return Value.operand(self.loss.sample(as_list(self.model(row)), target))

    def _remember(self, history: History, epoch: int, logs: dict[str, float]) -> None:
        history.append(epoch, logs)
        watched = history.history["val_loss" if "val_loss" in logs else "loss"]
        if watched[-1] <= min(watched):
            history.best_epoch, history.best_state = epoch, self.model.state_dict()

    def scores(self, data: Data) -> dict[str, float]:
        """Return the loss and the metrics on samples, in inference mode."""
        tally = Tally(self.loss, self.metrics)
        self.model.eval()
        outputs, losses = [], []
        for row, target in zip(data.x.tolist(), data.targets.tolist(), strict=True):
            output = as_list(self.model(row))
            losses.append(Value.operand(self.loss.sample(output, target)).data)
            outputs.append([Value.operand(number).data for number in output])
        tally.add(data, np.array(losses), np.array(outputs))
        return tally.logs()


def predicted(model: Tree, x: Floats) -> Floats:
    """Return a model's outputs in inference mode, and put it back into the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return predict(model, x)
    finally:
        for module, mode in modes:
            module.training = mode
