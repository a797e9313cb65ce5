"""Rule: Rosenblatt's step for one sample after the other, and scikit-learn's penalties on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats, Mask


@dataclass
class Penalty:
    """What draws weights towards 0 at every sample, wrong or not, as in scikit-learn.

    Attributes:
        l1: How far, for each sample (Tsuruoka et al. 2009: what is due adds up, and a weight that
            has reached 0 stays there); the learning rate is in it.
        l2: Which share of itself.
        due: For each unit, what its weights should have been moved by l1 so far.
        paid: For each weight, what it was.
    """

    l1: float = 0.0
    l2: float = 0.0
    due: dict[int, float] = field(default_factory=dict)
    paid: dict[int, list[float]] = field(default_factory=dict)

    def shrunk(self, w: list[float]) -> list[float]:
        """Return weights before a step, less what l2 takes."""
        if not self.l2:
            return w
        kept = max(0.0, 1.0 - self.l2)
        return [weight * kept for weight in w]

    def cut(self, unit: int, w: list[float]) -> list[float]:
        """Return weights after a step, less what is due of l1."""
        if not self.l1:
            return w
        due = self.due[unit] = self.due.get(unit, 0.0) + self.l1
        paid = self.paid.setdefault(unit, [0.0] * len(w))
        for i, weight in enumerate(w):
            if weight > 0.0:
                w[i] = max(0.0, weight - (due + paid[i]))
            elif weight < 0.0:
                w[i] = min(0.0, weight + (due - paid[i]))
            paid[i] += w[i] - weight
        return w


def penalty_of(name: str | None, alpha: float, l1_ratio: float, eta0: float) -> Penalty:
    """Return the penalty of that name.

    Raises:
        ValueError: If there is none, or a number is out of range.

    >>> penalty_of("elasticnet", 0.5, 0.25, 1.0).l2
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


def epoch(
    coef: Floats,
    intercept: Floats,
    x: Floats,
    wanted: Floats,
    rates: Floats,
    penalty: Penalty,
    fit_intercept: bool = True,
) -> int:
    """Take every sample once, in their order, and move the weights; return how many were wrong.

    Args:
        coef: `(units, inputs)` weights; changed.
        intercept: `(units,)` biases; changed.
        x: `(samples, inputs)`.
        wanted: `(samples, units)` wanted outputs, 0 or 1.
        rates: `(samples,)` learning rates; a sample whose rate is 0 does not count.
        penalty: What draws weights towards 0.
        fit_intercept: Whether biases move.
    """
    wrong: set[int] = set()
    rows, paces = x.tolist(), rates.tolist()
    bare = not (penalty.l1 or penalty.l2)
    for unit, targets in enumerate(wanted.T.tolist()):
        w, bias = coef[unit].tolist(), float(intercept[unit])
        for place, (row, target, rate) in enumerate(zip(rows, targets, paces, strict=True)):
            total = bias  # not sum(): from Python 3.12 on it rounds otherwise than Values do
            for weight, value in zip(w, row):
                total += weight * value
            error = target - (total >= 0.0) if rate else 0.0
            if not bare:
                w = penalty.shrunk(w)
            if error:
                wrong.add(place)
                w = [weight + rate * error * value for weight, value in zip(w, row)]
                if fit_intercept:
                    bias += rate * error
            if not bare:
                w = penalty.cut(unit, w)
        coef[unit], intercept[unit] = w, bias
    return len(wrong)


def no_better(scores: Sequence[float], tol: float, patience: int) -> bool:
    """Return whether the last so many scores have not been above the best before them by `tol`.

    >>> no_better([0.5, 0.9, 0.9, 0.9], 0.001, 2), no_better([0.5, 0.9, 0.9, 0.95], 0.001, 2)
    (True, False)
    """
    best, since = -math.inf, 0
    for score in scores:
        since = since + 1 if score < best + tol else 0
        best = max(best, score)
    return since >= patience


def held_out(labels: NDArray[np.intp], share: float, order: list[int]) -> Mask:
    """Return which samples are kept for validation: a share of each class, the first of the order.

    Raises:
        ValueError: If nothing is left to learn from, or to look at.

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
