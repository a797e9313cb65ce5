"""Rule: Rosenblatt's update, sample by sample, with scikit-learn's penalties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats, Mask


@dataclass
class Penalty:
    """Shrinks weights at every sample, wrong or not, as in scikit-learn.

    Attributes:
        l1: How much each weight moves towards 0 per sample, learning rate included. The amounts
            add up, and a weight does not cross 0 (cumulative penalty, Tsuruoka et al. 2009).
        l2: The share that weights lose per sample, learning rate included.
        owed: For each unit, the total of l1 so far.
        applied: For each unit, how much of it each weight was moved, with sign.
    """

    l1: float = 0.0
    l2: float = 0.0
    owed: dict[int, float] = field(default_factory=dict)
    applied: dict[int, list[float]] = field(default_factory=dict)

    def shrink_l2(self, w: list[float]) -> list[float]:
        """Return the weights shrunk by l2, before a step."""
        if not self.l2:
            return w
        kept = max(0.0, 1.0 - self.l2)
        return [weight * kept for weight in w]

    def shrink_l1(self, unit: int, w: list[float]) -> list[float]:
        """Return the weights moved towards 0 by l1, after a step; in place."""
        if not self.l1:
            return w
        owed = self.owed[unit] = self.owed.get(unit, 0.0) + self.l1
        applied = self.applied.setdefault(unit, [0.0] * len(w))
        for i, weight in enumerate(w):
            if weight > 0.0:
                w[i] = max(0.0, weight - (owed + applied[i]))
            elif weight < 0.0:
                w[i] = min(0.0, weight + (owed - applied[i]))
            applied[i] += w[i] - weight
        return w


def make_penalty(name: str | None, alpha: float, l1_ratio: float, eta0: float) -> Penalty:
    """Return the penalty of that name.

    Raises:
        ValueError: If there is no such penalty, or a number is out of range.

    >>> make_penalty("elasticnet", 0.5, 0.25, 1.0).l2
    0.375
    """
    shares = {None: (0.0, 0.0), "l1": (1.0, 0.0), "l2": (0.0, 1.0)}
    shares["elasticnet"] = (l1_ratio, 1.0 - l1_ratio)
    if name not in shares:
        raise ValueError(f"penalty is 'l1', 'l2', 'elasticnet' or None, got {name!r}")
    if alpha < 0.0 or not 0.0 <= l1_ratio <= 1.0:
        raise ValueError(
            f"alpha wants 0 or more, and l1_ratio 0 to 1, got {alpha} and {l1_ratio}; they belong "
            "to penalty="
        )
    l1, l2 = (eta0 * alpha * share for share in shares[name])
    return Penalty(l1, l2)


def run_epoch(
    coef: Floats,
    intercept: Floats,
    x: Floats,
    wanted: Floats,
    rates: Floats,
    penalty: Penalty,
    fit_intercept: bool = True,
) -> int:
    """Take a step for each sample, in order; return how many samples were wrong.

    Args:
        coef: `(units, inputs)` weights; changed.
        intercept: `(units,)` biases; changed.
        x: `(samples, inputs)`.
        wanted: `(samples, units)` wanted outputs, 0 or 1.
        rates: `(samples,)` learning rates; a sample whose rate is 0 is ignored.
        penalty: Shrinks the weights.
        fit_intercept: Whether biases are trained.
    """
    wrong: set[int] = set()
    rows, step_rates = x.tolist(), rates.tolist()
    no_penalty = not (penalty.l1 or penalty.l2)
    for unit, targets in enumerate(wanted.T.tolist()):
        w, bias = coef[unit].tolist(), float(intercept[unit])
        for place, (row, target, rate) in enumerate(zip(rows, targets, step_rates, strict=True)):
            total = bias  # not sum(): since Python 3.12 it rounds differently from Values
            for weight, value in zip(w, row):
                total += weight * value
            error = target - (total >= 0.0) if rate else 0.0
            if not no_penalty:
                w = penalty.shrink_l2(w)
            if error:
                wrong.add(place)
                w = [weight + rate * error * value for weight, value in zip(w, row)]
                if fit_intercept:
                    bias += rate * error
            if not no_penalty:
                w = penalty.shrink_l1(unit, w)
        coef[unit], intercept[unit] = w, bias
    return len(wrong)


def has_stalled(scores: Sequence[float], tol: float, patience: int) -> bool:
    """Return whether the last `patience` scores did not improve on the best by `tol`.

    >>> has_stalled([0.5, 0.9, 0.9, 0.9], 0.001, 2), has_stalled([0.5, 0.9, 0.9, 0.95], 0.001, 2)
    (True, False)
    """
    best, since = -math.inf, 0
    for score in scores:
        since = since + 1 if score < best + tol else 0
        best = max(best, score)
    return since >= patience


def held_out(labels: NDArray[np.intp], share: float, order: list[int]) -> Mask:
    """Return which samples are held back: of each class a share, the first ones in this order.

    Raises:
        ValueError: If that is none or all of the samples.

    >>> held_out(np.array([0, 0, 0, 1, 1, 1]), 0.34, [5, 4, 3, 2, 1, 0]).tolist()
    [False, False, True, False, False, True]
    """
    chosen = np.zeros(len(labels), dtype=bool)
    for kind in np.unique(labels):
        there = [i for i in order if labels[i] == kind]
        chosen[there[: round(share * len(there))]] = True
    if not chosen.any() or chosen.all():
        raise ValueError(
            f"early_stopping keeps validation_fraction={share} of {len(labels)} samples to look "
            "at, which are none or all; give more samples, or another share"
        )
    return chosen
