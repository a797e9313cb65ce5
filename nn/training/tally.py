"""Tally: losses and outputs of many batches, added up to the numbers of an epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import partial

import numpy as np

from nn.backends import Adding
from nn.basics import Floats, Metric
from nn.data.tables import batches
from nn.losses.loss import Loss
from nn.metrics.metric import Totals, measure


def shares(
    loss: Loss, targets: Floats, weights: Floats, size: int, sizes: Sequence[int] = ()
) -> Floats:
    """Return what the loss of each sample counts in the mean over batches, each by its size.

    Of a sum of losses that is the size of the batch once more, of one that leaves samples out what
    the others of the batch have instead (both as in Keras).

    Args:
        loss: Whose losses they are.
        targets: As it takes them.
        weights: `(samples,)` what each is weighted with.
        size: How many samples a batch has.
        sizes: How many each batch has, where they differ.

    >>> from nn.losses import MeanSquaredError
    >>> shares(MeanSquaredError(reduction="sum"), np.zeros((3, 1)), np.ones(3), 2).tolist()
    [2.0, 2.0, 1.0]
    """
    counted = loss.counted(targets)
    by_sum = loss.reduction == "sum" and not loss.sums_outputs
    if counted is None and not by_sum:
        return weights
    factors = np.empty(len(weights))
    for rows in batches(len(weights), size, sizes):
        count = rows.stop - rows.start
        some = count if counted is None else np.count_nonzero(counted[rows])
        factors[rows] = count if by_sum else count / max(some, 1)
    return factors * weights if counted is None else factors * weights * counted


class Tally:
    """Adds up the losses and outputs of an epoch's batches.

    Batches are only kept when they come, and looked at when somebody asks: in a step of 100 us
    their sums would take 2 to 3.

    Args:
        loss: Whose losses they are.
        metrics: What to compute from the outputs.
        targets: `(samples, outputs)` of all batches, in their order.
        weights: `(samples,)` what they count in weighted metrics.
        shares: `(samples,)` what their losses count, see `shares`; by default the weights.
    """

    def __init__(
        self,
        loss: Loss,
        metrics: Mapping[str, Metric],
        targets: Floats,
        weights: Floats,
        shares: Floats | None = None,
    ) -> None:
        self.by_sum, self.metrics = loss.reduction == "sum" and loss.sums_outputs, metrics
        self.shares = weights if shares is None else shares
        self.known = loss.known(targets)
        self.names = loss.reported
        self.places = (0, *range(1 - len(self.names), 0))  # of the losses in a table
        self.targets, self.weights = targets, weights
        self._totals, self._count = [0.0] * len(self.names), 0
        self._penalties = 0.0
        self._new: list[Floats] = []  # tables that are in no sum yet
        self._known: list[Floats] = []

    def add(self, table: Floats) -> None:
        """Add the losses and outputs of a batch; the array stays as it is from now on."""
        self._new.append(table)

    def penalize(self, penalty: float, samples: int) -> None:
        """Add what regularizers say in a batch of so many samples."""
        self._penalties += penalty * samples

    def losses(self) -> dict[str, float]:
        """Return the loss over everything added; of several outputs, theirs too."""
        if self._new:
            tables = [np.asarray(table) for table in self._new]  # some are JAX's
            table = tables[0] if len(tables) == 1 else np.concatenate(tables)
            start, self._count = self._count, self._count + len(table)
            shares = self.shares[start : self._count]
            with np.errstate(all="ignore"):
                for place, column in enumerate(self.places):
                    self._totals[place] += float(table[:, column].dot(shares))
            self._known.append(table)
            self._new.clear()
        count = 1 if self.by_sum else self._count
        found = {name: total / count for name, total in zip(self.names, self._totals)}
        if self._penalties:
            found["loss"] += self._penalties / self._count
        return found

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics over everything added."""
        logs = self.losses()
        return logs | self._measured(len(self._known)) if self.metrics else logs

    def running(self) -> MutableMapping[str, float]:
        """Return what `logs` would return now; a metric is measured when somebody asks for it."""
        losses = self.losses()
        return _Running(losses, self.metrics, partial(self._measured, len(self._known)))

    def _measured(self, batches: int) -> dict[str, float]:
        """Return the metrics over the first batches."""
        tables = self._known[:batches]
        outputs = tables[0] if batches == 1 else np.concatenate(tables)
        outputs = outputs[:, 1 : outputs.shape[1] - len(self.names) + 1]
        targets, weights = self.targets[: len(outputs)], self.weights[: len(outputs)]
        if self.known is not None:
            some = self.known[: len(outputs)]
            if not some.any():
                return dict.fromkeys(self.metrics, math.nan)  # the mean of none
            outputs, targets, weights = outputs[some], targets[some], weights[some]
        with np.errstate(all="ignore"):
            return {
                name: measure(metric, targets, outputs, weights)
                for name, metric in self.metrics.items()
            }


class Summed(Tally):
    """Adds up what a device has added up: losses, and metrics that are means over samples.

    Args:
        loss, metrics, targets, weights: As above.
        totals: What is added up of a batch.
        columns: `(samples, totals.width)` what it takes of all samples.
    """

    def __init__(
        self,
        loss: Loss,
        metrics: Mapping[str, Metric],
        targets: Floats,
        weights: Floats,
        totals: Totals,
        columns: Floats,
    ) -> None:
        super().__init__(loss, metrics, targets, weights)
        self.totals, self.columns = totals, columns
        self._sums: list[Floats] = []

    def following(self, samples: int) -> Adding:
        """Return what is to be added up of the next samples."""
        return self.totals, self.columns[self._count : self._count + samples]

    def take(self, sums: Floats, samples: int) -> None:
        """Add the sums of the next samples; they may still be on their device."""
        self._sums.append(sums)
        self._count += samples

    def add(self, table: Floats) -> None:
        """Add the losses and outputs of a batch that was no device's."""
        totals, columns = self.following(len(table))
        self.take(totals(np, np.asarray(table), columns), len(table))

    def losses(self) -> dict[str, float]:
        """Return the loss over everything added; of several outputs, theirs too."""
        self._sums = [np.sum([np.asarray(sums) for sums in self._sums], 0)]
        self._totals = self._sums[0][: len(self.names)].tolist()
        return super().losses()

    def _measured(self, batches: int) -> dict[str, float]:
        found = self.totals.means(self._sums[0], self.columns[: self._count])
        return dict(zip(self.metrics, found, strict=True))


class _Running(MutableMapping[str, float]):
    """The numbers after a batch; measured then and there, they would take longer than the batch."""

    def __init__(
        self,
        losses: Mapping[str, float],
        metrics: Iterable[str],
        measure: Callable[[], dict[str, float]],
    ) -> None:
        self._numbers: dict[str, float | None] = {**losses, **dict.fromkeys(metrics)}
        self._measure = measure

    def __getitem__(self, name: str) -> float:
        number = self._numbers[name]
        if number is None:
            measured = self._measure()
            self._numbers |= {k: measured[k] for k, v in self._numbers.items() if v is None}
            number = measured[name]
        return number

    def __setitem__(self, name: str, number: float) -> None:
        self._numbers[name] = number

    def __delitem__(self, name: str) -> None:
        del self._numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __repr__(self) -> str:
        return repr(dict(self))
