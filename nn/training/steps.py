"""Steps: the steps of an epoch: forward, loss, backward, update, for one batch or many at once."""

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
    """Takes steps.

    Attributes:
        setup: What computes, and what parameters there are.
        optimizer: What moves them.
        loss: What they make small.
        metrics: What is measured besides.
        free: Which of each group's parameters may move; nothing if all may.
        outputs: How many the model has.
    """

    setup: Setup
    optimizer: Optimizer
    loss: Loss
    metrics: Mapping[str, Metric]
    free: Sequence[Mask]
    outputs: int

    def tally(self, targets: Floats, weights: Floats, shares: Floats) -> Tally:
        """Return what losses and outputs of these samples are added up in."""
        return Tally(self.loss, self.metrics, targets, weights, shares)

    def _tally_of_epoch(
        self, targets: Floats, weights: Floats, shares: Floats, callback_list: CallbackList
    ) -> Tally:
        """Return the tally of an epoch: of sums, if the backend adds up and nobody looks before."""
        tally = self.tally(targets, weights, shares)
        if shares is not weights or not self.setup.backend.adds_up or callback_list.per_batch:
            return tally
        found = totals_of(tally.places, self.metrics, targets, weights, self.outputs)
        return Summed(self.loss, self.metrics, targets, weights, *found) if found else tally

    def factors(
        self, targets: Floats, weights: Floats, size: int, sizes: Sequence[int] = ()
    ) -> tuple[Floats, Floats]:
        """Return what each sample's loss counts in the gradient, and in the loss reported."""
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

    def one(self, tally: Tally, batch: Batches) -> None:
        """Take a step on a batch; NumPy's warnings of inf and nan are left to the caller.

        Args:
            tally: Gets the losses and outputs from before the step.
            batch: The samples.
        """
        if self._whole(tally, batch):
            return
        setup, backend = self.setup, self.setup.backend
        size, x, targets, weights, all_count = batch
        table, gradients = backend.batch(x, targets, weights, all_count)
        masks = backend.reached
        if setup.penalty is not None:
            value, slopes = setup.penalty.gradients(backend.numbers())
            gradients = [a + b for a, b in zip(gradients, slopes, strict=True)]
            masks = (
                [a | b for a, b in zip(masks, setup.penalty.masks, strict=True)] if masks else None
            )
            tally.penalize(value, size)
        if self.free:
            masks = [m & free for m, free in zip(masks, self.free)] if masks else self.free
        moved = self.optimizer.updated(backend.numbers(), gradients, masks)
        backend.update(setup.constrain(moved) if setup.constrained else moved)
        tally.add(table)

    @property
    def _in_parts(self) -> bool:
        """Whether a step does more than what a backend does at once."""
        apart = self.setup.penalty is not None or self.optimizer.rates is not None
        return bool(self.free or apart or self.setup.constrained)

    def _whole(self, tally: Tally, batches: Batches) -> bool:
        """Take the steps of one or several batches at once; say whether they are taken."""
        if self._in_parts:
            return False
        count = len(batches.x)
        adding = tally.following(count) if isinstance(tally, Summed) else None
        done = self.setup.backend.steps(self.optimizer, batches, adding)
        if done is not None and isinstance(tally, Summed):
            tally.take(done, count)
        elif done is not None:
            tally.add(done)
        return done is not None

    def epochs(
        self, data: Data, most: int, bar: Progress
    ) -> Iterator[tuple[dict[str, float], Sequence[Floats]]]:
        """Take several epochs of one batch each at once: at most so many, or none.

        Yields:
            The numbers of an epoch, and the parameters after it, an array for each group.
        """
        if self._in_parts:
            return
        factors, counts = self.factors(data.targets, data.weights, len(data))
        batch = Batches(len(data), data.x, data.targets, factors, bool(factors.all()))
        done = self.setup.backend.repeat(self.optimizer, batch, most)
        if done is None:
            return
        table, numbers = done
        for place, parameters in enumerate(zip(*numbers, strict=True)):
            tally = self.tally(data.targets, data.weights, counts)
            tally.add(table[place * len(data) : (place + 1) * len(data)])
            bar.batches(1)
            yield tally.logs(), parameters

    def epoch(
        self,
        data: Data,
        order: NDArray[np.intp] | None,
        batch_size: int,
        callback_list: CallbackList,
        model: Trained,
        bar: Progress,
    ) -> dict[str, float]:
        """Take the steps of an epoch, in this order of rows, and return its numbers."""
        if order is None:
            x, y, weights = map(np.ascontiguousarray, (data.x, data.targets, data.weights))
        else:
            x, y, weights = data.x, data.targets.take(order, 0), data.weights.take(order, 0)
        factors, counts = self.factors(y, weights, batch_size, data.sizes)
        tally, backend = self._tally_of_epoch(y, weights, counts, callback_list), self.setup.backend
        outside, all_count, index, end = np.geterr(), bool(factors.all()), 0, 0
        with np.errstate(all="ignore"):  # once an epoch, since it takes as long as an array
            for rows, size in _batches(x, order, batch_size, data.sizes):
                part = slice(end, end := end + len(rows))
                batches = Batches(size, rows, y[part], factors[part], all_count)
                one_by_one = callback_list.per_batch or model.stop_training
                if not one_by_one and self._whole(tally, batches):
                    bar.batches(len(rows) // size)
                    continue
                for batch in batches.apart():
                    if callback_list.per_batch:
                        with np.errstate(**outside):
                            callback_list.tell("on_train_batch_begin", index, {})
                        backend.load()
                    self.one(tally, batch)
                    bar.batches(1)
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
    """Yield the rows of one or several batches, and how many each of these has."""
    if not sizes:
        for rows in gathered(x, order, size):
            yield rows, min(size, len(rows))
        return
    every = x if order is None else x.take(order, 0)
    for rows in np.split(every, np.cumsum(sizes)[:-1]):
        yield rows, len(rows)
