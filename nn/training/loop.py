"""Loop: what `fit`, `evaluate` and `train_on_batch` run on arrays: epochs, batches, steps."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from nn.backends import SAMPLES, Batches, Diagnostics
from nn.basics import Floats, whole
from nn.callbacks import History
from nn.callbacks.callback import CallbackList, Trained
from nn.data.tables import Data, batches, row_order
from nn.modules import Plan
from nn.modules.statistics import Drops
from nn.training.best_epoch import Best
from nn.training.compiled import Compiled
from nn.training.model_setup import Setup
from nn.training.progress import Progress, level
from nn.training.steps import Steps
from nn.training.tally import Tally, shares


class Loop(Compiled):
    """Trains and measures a model on arrays."""

    def one_step(self, data: Data) -> dict[str, float]:
        """Take one step, and return the loss and the metrics from before it."""
        setup = self.setup_to_train()
        steps = self.steps(setup)
        factors, counts = steps.factors(data.targets, data.weights, len(data))
        tally = steps.tally(data.targets, data.weights, counts)
        setup.mode(True)
        setup.backend.load()
        try:
            with np.errstate(all="ignore"):  # IEEE: a number may become inf or nan
                steps.step(tally, Batches(len(data), data.x, data.targets, factors, False))
        finally:
            setup.backend.store()
            setup.mode(False)
        return tally.logs()

    def steps(self, setup: Setup) -> Steps:
        """Return the object that takes steps with this setup."""
        outputs = self._known_outputs.outputs if self._known_outputs else 0
        return Steps(setup, self.optimizer, self.loss, self.metrics, self._trainable_masks, outputs)

    def run(
        self,
        data: Data,
        held_out: Data | None,
        plan: Plan,
        next_data: Callable[[], Data | None] | None = None,
    ) -> History:
        """Run the epochs; Ctrl-C ends them early, and the history so far is returned.

        Args:
            data: The samples to train on.
            held_out: The samples to validate with.
            plan: The epochs, batches and callbacks.
            next_data: Returns the samples of each epoch after the first; None when there are no
                more.
        """
        return _Run(self, data, held_out, plan, next_data).run()

    def scores(self, data: Data, size: int, callbacks: object) -> dict[str, float]:
        """Return the loss and the metrics on samples, in inference mode."""
        setup = self.setup()
        setup.mode(False)
        setup.backend.load()
        params = {"steps": len(data.sizes) or -(-len(data) // size)}
        callback_list = CallbackList(callbacks, None, cast(Trained, self.model), params)
        return self.measured(setup, data, size, callback_list)

    def measured(
        self, setup: Setup, data: Data, size: int, callbacks: CallbackList
    ) -> dict[str, float]:
        """Return the loss and the metrics on samples, with a backend that is loaded."""
        backend, targets, per_batch = setup.backend, data.targets, callbacks.per_test_batch
        counts = shares(self.loss, targets, data.weights, size, data.sizes)
        tally = Tally(self.loss, self.metrics, targets, data.weights, counts)

        def tell(event: str, *arguments: object) -> None:
            backend.store()
            callbacks.tell(event, *arguments)
            backend.load()

        if callbacks.per_test:
            tell("on_test_begin", {})
        several = batches(len(data), size, data.sizes) if per_batch else [slice(None)]
        for index, rows in enumerate(several):
            if per_batch:
                tell("on_test_batch_begin", index, {})
            x = np.ascontiguousarray(data.x[rows])
            tally.add(backend.evaluate(x, targets[rows]))
            if setup.penalty is not None:
                tally.penalize(setup.penalty.value(backend.numbers()), len(x))
            if per_batch:
                tell("on_test_batch_end", index, tally.running())
        scores = tally.logs()
        if callbacks.per_test:
            tell("on_test_end", dict(scores))
        return scores


class _Run:
    """The epochs of one `fit`; arguments are those of `Loop.run`."""

    def __init__(
        self,
        loop: Loop,
        data: Data,
        held_out: Data | None,
        plan: Plan,
        next_data: Callable[[], Data | None] | None,
    ) -> None:
        self.loop, self.data, self.held_out, self.plan, self.next_data = (
            loop, data, held_out, plan, next_data,
        )  # fmt: skip
        verbose, first, end = level(plan.verbose), plan.epochs.start, plan.epochs.stop
        self.size = len(data) if plan.batch_size is None else whole("batch_size", plan.batch_size)
        count = -(-len(data) // self.size)
        params = {"epochs": end, "steps": count, "verbose": verbose}
        params["validates_each_epoch"] = all(map(plan.validated, plan.epochs))
        self.history, self.model = History(), cast(Trained, loop.model)
        self.setup = loop.setup_to_train()  # gives the optimizer its parameters
        self.callbacks = CallbackList(plan.callbacks, loop.schedule, self.model, params)
        self.diagnostics, self.best = Diagnostics(), Best(self.history, not self.callbacks.changing)
        self.progress = Progress(verbose, first, end, count)
        self.diagnosed_rows = data.rows(slice(SAMPLES))
        self.diagnosed = False  # whether layers were checked after the current epoch
        # logs and parameters of epochs that are trained, but not yet reported to callbacks
        self.finished = deque[tuple[dict[str, float], Sequence[Floats] | None]]()

    def run(self) -> History:
        """Run all epochs, and return the history."""
        history, model, logs = self.history, self.model, dict[str, float]()
        self._begin()
        first, end = self.plan.epochs.start, self.plan.epochs.stop
        epochs = range(max(first, self.callbacks.first_epoch), end)
        try:
            for epoch in epochs:
                self.diagnosed = False
                if not self.finished and not self._train_epoch(epoch, epochs.start):
                    break
                logs, numbers = self.finished.popleft()
                self._validate(epoch, logs)
                self._report_epoch(epoch, logs, numbers)
                if model.stop_training:
                    history.stopped = f"stopped after epoch {epoch + 1}"
                    break
        except KeyboardInterrupt:
            history.stopped = f"interrupted in epoch {epochs.start + len(history) + 1}"
            print(f"\ntraining {history.stopped}; the history is kept")
        finally:
            self.setup.backend.store()
            self.setup.mode(False)  # also after an error in a callback
            self.progress.close()
        if logs and not self.diagnosed:  # check the layers after the last epoch in any case
            self._diagnose()
        self.best.finish()
        self.callbacks.tell("on_train_end", logs)
        return history

    def _begin(self) -> None:
        setup, loss = self.setup, self.loop.loss
        self.model.stop_training = False
        setup.backend.load()
        if not setup.outputs_checked:
            table = setup.backend.evaluate(self.diagnosed_rows.x, self.diagnosed_rows.targets)
            loss.check(table[:, 1 : table.shape[1] - len(loss.reported) + 1])
            setup.outputs_checked = True
        for module in setup.survey.modules:
            if isinstance(module, Drops):
                module.start(self.plan.rng, self.plan.seeded)
            else:
                module.reseed(self.plan.rng)
        self.callbacks.tell("on_train_begin", {})

    def _advance_data(self, epoch: int, first: int) -> bool:
        """Get the samples of an epoch; return whether there are any."""
        following = self.next_data() if self.next_data is not None and epoch > first else self.data
        if following is None:
            self.history.stopped = f"out of data after epoch {epoch}"
            warnings.warn(
                f"training is {self.history.stopped}: the generator has no more batches; give "
                "steps_per_epoch",
                stacklevel=8,
            )
            return False
        self.data = following
        return True

    def _train_epoch(self, epoch: int, first: int) -> bool:
        """Take the steps of one or more epochs; return whether there were samples."""
        if not self._advance_data(epoch, first):
            return False
        data, size, plan = self.data, self.size, self.plan
        self.callbacks.tell("on_epoch_begin", epoch, {})
        if self.callbacks.changing:
            self.loop.forget_survey()
            self.setup = self.loop.setup_to_train()
            self.setup.backend.load()
        self.setup.mode(True)
        steps, several = self.loop.steps(self.setup), len(data) > size
        alone = not self.callbacks.callbacks and self.held_out is None and self.next_data is None
        if alone and not several:
            until = min(self.diagnostics.epochs_until_check(epoch), plan.epochs.stop - epoch)
            self.finished.extend(steps.epochs(data, until, self.progress))
        if not self.finished:  # a single batch needs no shuffling
            order = row_order(len(data), plan.rng) if plan.shuffle and several else None
            one = steps.epoch(data, order, size, self.callbacks, self.model, self.progress)
            self.finished.append((one, None))
        self.setup.mode(False)
        return True

    def _validate(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the `val_` numbers to an epoch's logs, if it is an epoch to validate after."""
        if self.held_out is None or not self.plan.validated(epoch):
            return
        size = self.plan.validation_size or self.size
        scores = self.loop.measured(self.setup, self.held_out, size, self.callbacks)
        logs |= {f"val_{name}": score for name, score in scores.items()}

    def _report_epoch(
        self, epoch: int, logs: dict[str, float], numbers: Sequence[Floats] | None
    ) -> None:
        """Report an epoch to the progress bar, the history, the diagnostics and the callbacks.

        Args:
            epoch: Its number, from 0.
            logs: Its loss and metrics.
            numbers: The parameters of each group after it; None for those the backend has now.
        """
        self.progress.epoch(epoch, logs)
        self.best.remember(epoch, logs, self.setup, numbers)
        self.diagnostics.loss(epoch, logs["loss"])
        if self.diagnostics.epochs_until_check(epoch) == 1:
            self._diagnose()
            self.diagnosed = True
        if self.callbacks.changing:
            self.setup.backend.store()
        if self.callbacks.callbacks:
            self.callbacks.tell("on_epoch_end", epoch, logs)
            self.history.amend(logs)

    def _diagnose(self) -> None:
        """Warn of layers that let no gradient through."""
        self.diagnostics.layers(
            self.setup.backend.blocked(self.diagnosed_rows.x, self.diagnosed_rows.targets)
        )
