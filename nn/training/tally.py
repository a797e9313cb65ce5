"""Tally: the loss and the metrics of an epoch, from the losses and outputs of its batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import partial

import numpy as np

from nn.backends import Summation
from nn.basics import Floats, Metric
from nn.data.tables import batches
from nn.losses.loss import Loss
from nn.metrics.metric import Totals, measure


def shares(
    loss: Loss, targets: Floats, weights: Floats, size: int, sizes: Sequence[int] = ()
) -> Floats:
    """Return `(samples,)` factors of the samples' losses in the epoch's loss.

    The epoch's loss is the mean of the batches' losses, weighted by batch size, as in Keras. The
    factor is the sample's weight; times the batch size if a batch's loss is a sum; times batch size
    / samples counted if the loss leaves samples out of its mean.

    Args:
        loss: The loss.
        targets: `(samples, ...)` as the loss takes them.
        weights: `(samples,)` weight of each sample.
        size: Samples per batch.
        sizes: The size of each batch, if they differ.

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
        included = count if counted is None else np.count_nonzero(counted[rows])
        factors[rows] = count if by_sum else count / max(included, 1)
    return factors * weights if counted is None else factors * weights * counted


class Tally:
    """Collects the losses and outputs of an epoch's batches.

    `add` only stores a table; sums are computed when a number is read, as they would take 2 to 3 us
    of a step of 100 us.

    Args:
        loss: The loss.
        metrics: The metrics by name.
        targets: `(samples, outputs)` of all batches, in their order.
        weights: `(samples,)` weights for weighted metrics.
        shares: `(samples,)` factors of the losses, see `shares`; by default the weights.
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
        self.labelled = loss.known(targets)
        self.names = loss.reported
        self.places = (0, *range(1 - len(self.names), 0))  # columns of the losses in a table
        self.targets, self.weights = targets, weights
        self._totals, self._count = [0.0] * len(self.names), 0
        self._penalties = 0.0
        self._pending: list[Floats] = []  # tables that are not in `_totals` yet
        self._tables: list[Floats] = []

    def add(self, table: Floats) -> None:
        """Add the losses and outputs of a batch; the caller no longer changes the array."""
        self._pending.append(table)

    def penalize(self, penalty: float, samples: int) -> None:
        """Add the regularizers' penalty in a batch of so many samples."""
        self._penalties += penalty * samples

    def losses(self) -> dict[str, float]:
        """Return the loss over everything added, and the losses of each of several outputs."""
        if self._pending:
            tables = [np.asarray(table) for table in self._pending]  # some are JAX arrays
            table = tables[0] if len(tables) == 1 else np.concatenate(tables)
            start, self._count = self._count, self._count + len(table)
            shares = self.shares[start : self._count]
            with np.errstate(all="ignore"):
                for place, column in enumerate(self.places):
                    self._totals[place] += float(table[:, column].dot(shares))
            self._tables.append(table)
            self._pending.clear()
        count = 1 if self.by_sum else self._count
        found = {name: total / count for name, total in zip(self.names, self._totals)}
        if self._penalties:
            found["loss"] += self._penalties / self._count
        return found

    def logs(self) -> dict[str, float]:
        """Return the loss and the metrics over everything added."""
        logs = self.losses()
        return logs | self._measured(len(self._tables)) if self.metrics else logs

    def running(self) -> MutableMapping[str, float]:
        """Return what `logs` would return now; metrics are measured when they are read."""
        losses = self.losses()
        return _Running(losses, self.metrics, partial(self._measured, len(self._tables)))

    def _measured(self, batches: int) -> dict[str, float]:
        """Return the metrics over the first batches."""
        tables = self._tables[:batches]
        outputs = tables[0] if batches == 1 else np.concatenate(tables)
        outputs = outputs[:, 1 : outputs.shape[1] - len(self.names) + 1]
        targets, weights = self.targets[: len(outputs)], self.weights[: len(outputs)]
        if self.labelled is not None:
            labelled = self.labelled[: len(outputs)]
            if not labelled.any():
                return dict.fromkeys(self.metrics, math.nan)  # the mean of no samples
            outputs, targets, weights = outputs[labelled], targets[labelled], weights[labelled]
        with np.errstate(all="ignore"):
            return {
                name: measure(metric, targets, outputs, weights)
                for name, metric in self.metrics.items()
            }


class Summed(Tally):
    """Adds up sums that a backend has computed: of losses, and of metrics that are means.

    Args:
        loss, metrics, targets, weights: As in `Tally`.
        totals: Computes the sums of a batch.
        columns: `(samples, totals.width)` arguments of `totals` for all samples.
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

    def next_columns(self, samples: int) -> Summation:
        """Return what `Backend.steps` is to sum for the next samples."""
        return self.totals, self.columns[self._count : self._count + samples]

    def add_sums(self, sums: Floats, samples: int) -> None:
        """Add the sums over the next samples; the array may still be on its device."""
        self._sums.append(sums)
        self._count += samples

    def add(self, table: Floats) -> None:
        """Add the losses and outputs of a batch that the backend has not summed."""
        totals, columns = self.next_columns(len(table))
        self.add_sums(totals(np, np.asarray(table), columns), len(table))

    def losses(self) -> dict[str, float]:
        """Return the loss over everything added, and the losses of each of several outputs."""
        self._sums = [np.sum([np.asarray(sums) for sums in self._sums], 0)]
        self._totals = self._sums[0][: len(self.names)].tolist()
        return super().losses()

    def _measured(self, batches: int) -> dict[str, float]:
        found = self.totals.means(self._sums[0], self.columns[: self._count])
        return dict(zip(self.metrics, found, strict=True))


class _Running(MutableMapping[str, float]):
    """The numbers after a batch; a metric is measured when it is read, as that may take long."""

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
