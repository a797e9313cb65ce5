"""Steps: forward, loss, backward and update of each batch of an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.backends import Batches
from nn.basics import Floats, Mask, Metric
from nn.callbacks.callback import CallbackList, Trained
from nn.data.tables import Data, gathered
from nn.losses.loss import Loss
from nn.metrics import totals_of
from nn.optimizers.optimizer import Optimizer
from nn.training.model_setup import Setup
from nn.training.progress import Progress
from nn.training.tally import Summed, Tally, shares


@dataclass(frozen=True)
class Steps:
    """Takes the steps of a training.

    Attributes:
        setup: The backend with its groups of parameters.
        optimizer: Moves the parameters.
        loss: Is minimised.
        metrics: Are measured, by name.
        trainable_masks: For each group which parameters may move; [] if all may.
        outputs: How many numbers the model returns for a sample.
    """

    setup: Setup
    optimizer: Optimizer
    loss: Loss
    metrics: Mapping[str, Metric]
    trainable_masks: Sequence[Mask]
    outputs: int

    def tally(self, targets: Floats, weights: Floats, shares: Floats) -> Tally:
        """Return a tally for these samples."""
        return Tally(self.loss, self.metrics, targets, weights, shares)

    def _tally_of_epoch(
        self, targets: Floats, weights: Floats, shares: Floats, callback_list: CallbackList
    ) -> Tally:
        """Return an epoch's tally: `Summed` if the backend sums and no callback sees batches."""
        tally = self.tally(targets, weights, shares)
        if shares is not weights or not self.setup.backend.can_sum or callback_list.per_batch:
            return tally
        found = totals_of(tally.places, self.metrics, targets, weights, self.outputs)
        return Summed(self.loss, self.metrics, targets, weights, *found) if found else tally

    def factors(
        self, targets: Floats, weights: Floats, size: int, sizes: Sequence[int] = ()
    ) -> tuple[Floats, Floats]:
        """Return the factor of each sample's loss in the gradient, and in the reported loss."""
        counts = shares(self.loss, targets, weights, size, sizes)
        if self.loss.reduction == "sum":
            counted = self.loss.counted(targets)
            return weights if counted is None else weights * counted, counts
        if sizes:
            return np.asarray(counts / np.repeat(np.array(sizes, np.float64), sizes)), counts
        factors: Floats = counts * (1.0 / size)
        rest = len(counts) % size
        if rest:  # the last batch is smaller
            factors[-rest:] = counts[-rest:] * (1.0 / rest)
        return factors, counts

    def step(self, tally: Tally, batch: Batches) -> None:
        """Take a step on a batch, inside the caller's `np.errstate` for inf and nan.

        Args:
            tally: Gets the losses and outputs from before the step.
            batch: The samples.
        """
        if self._steps_at_once(tally, batch):
            return
        setup, backend = self.setup, self.setup.backend
        size, x, targets, weights, all_weighted = batch
        table, gradients = backend.batch(x, targets, weights, all_weighted)
        masks = backend.reached
        if setup.penalty is not None:
            value, slopes = setup.penalty.gradients(backend.numbers())
            gradients = [a + b for a, b in zip(gradients, slopes, strict=True)]
            masks = (
                [a | b for a, b in zip(masks, setup.penalty.masks, strict=True)] if masks else None
            )
            tally.penalize(value, size)
        if self.trainable_masks:
            free = self.trainable_masks
            masks = [a & b for a, b in zip(masks, free, strict=True)] if masks else free
        moved = self.optimizer.updated(backend.numbers(), gradients, masks)
        backend.update(setup.constrain(moved) if setup.constrained else moved)
        tally.add(table)

    @property
    def _needs_parts(self) -> bool:
        """Whether a step does something that `Backend.steps` cannot."""
        setup = self.setup
        varies = setup.penalty is not None or self.optimizer.rates is not None
        return bool(self.trainable_masks or varies or setup.constrained)

    def _steps_at_once(self, tally: Tally, batches: Batches) -> bool:
        """Have the backend take one step per batch in one call; return whether it did."""
        if self._needs_parts:
            return False
        count = len(batches.x)
        summation = tally.next_columns(count) if isinstance(tally, Summed) else None
        result = self.setup.backend.steps(self.optimizer, batches, summation)
        if result is not None and isinstance(tally, Summed):
            tally.add_sums(result, count)
        elif result is not None:
            tally.add(result)
        return result is not None

    def epochs(
        self, data: Data, max_steps: int, progress: Progress
    ) -> Iterator[tuple[dict[str, float], Sequence[Floats]]]:
        """Take up to `max_steps` epochs of a single batch each in one call, or none.

        Yields:
            The logs of an epoch, and the parameters after it, an array for each group.
        """
        if self._needs_parts:
            return
        factors, counts = self.factors(data.targets, data.weights, len(data))
        batch = Batches(len(data), data.x, data.targets, factors, bool(factors.all()))
        done = self.setup.backend.repeat(self.optimizer, batch, max_steps)
        if done is None:
            return
        table, numbers = done
        for place, parameters in enumerate(zip(*numbers, strict=True)):
            tally = self.tally(data.targets, data.weights, counts)
            tally.add(table[place * len(data) : (place + 1) * len(data)])
            progress.batches(1)
            yield tally.logs(), parameters

    def epoch(
        self,
        data: Data,
        order: NDArray[np.intp] | None,
        batch_size: int,
        callback_list: CallbackList,
        model: Trained,
        progress: Progress,
    ) -> dict[str, float]:
        """Take the steps of an epoch, in this order of rows, and return its logs."""
        if order is None:
            x, y, weights = map(np.ascontiguousarray, (data.x, data.targets, data.weights))
        else:
            x, y, weights = data.x, data.targets.take(order, 0), data.weights.take(order, 0)
        factors, counts = self.factors(y, weights, batch_size, data.sizes)
        tally, backend = self._tally_of_epoch(y, weights, counts, callback_list), self.setup.backend
        outside, all_weighted, index, end = np.geterr(), bool(factors.all()), 0, 0
        with np.errstate(all="ignore"):  # once an epoch: it takes as long as an array operation
            for rows, size in _batches(x, order, batch_size, data.sizes):
                part = slice(end, end := end + len(rows))
                batches = Batches(size, rows, y[part], factors[part], all_weighted)
                one_by_one = callback_list.per_batch or model.stop_training
                if not one_by_one and self._steps_at_once(tally, batches):
                    progress.batches(len(rows) // size)
                    continue
                for batch in batches.split_batches():
                    if callback_list.per_batch:
                        with np.errstate(**outside):
                            callback_list.tell("on_train_batch_begin", index, {})
                        backend.load()
                    self.step(tally, batch)
                    progress.batches(1)
                    if callback_list.per_batch:
                        backend.store()
                        with np.errstate(**outside):
                            callback_list.tell("on_train_batch_end", index, tally.running())
                        backend.load()
                    index += 1
                    if model.stop_training:
                        return tally.logs()
        return tally.logs()


def _batches(
    x: Floats, order: NDArray[np.intp] | None, size: int, sizes: Sequence[int]
) -> Iterator[tuple[Floats, int]]:
    """Yield the rows of one or several batches of equal size, and that size."""
    if not sizes:
        for rows in gathered(x, order, size):
            yield rows, min(size, len(rows))
        return
    every = x if order is None else x.take(order, 0)
    for rows in np.split(every, np.cumsum(sizes)[:-1]):
        yield rows, len(rows)
