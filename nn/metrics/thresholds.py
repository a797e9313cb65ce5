"""Thresholds: Keras's metrics in which an output above a threshold is a positive prediction.

Every output is a prediction by itself. Targets are 1 or 0 (or -1) for each output; class numbers
for several outputs are taken as one-hot rows.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, number
from nn.metrics.averages import ByClass, averaged
from nn.metrics.class_numbers import output_weights
from nn.metrics.counts import Counts, Thresholds, count, yes_or_no


def _float_if_single(values: Floats, thresholds: Thresholds) -> float | Floats:
    """Return a number for one threshold, an array for several (as in Keras)."""
    single = thresholds is None or np.ndim(thresholds) == 0 or len(values) == 1
    return float(values[0]) if single else values


def _of_counts(
    name: str, measure: Callable[[Counts], Floats], described: str
) -> Callable[..., float | Floats]:
    def metric(
        targets: ArrayLike,
        predictions: ArrayLike,
        thresholds: Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> float | Floats:
        counted = count(targets, predictions, thresholds, class_id, top_k, sample_weight)
        return _float_if_single(measure(counted), thresholds)

    metric.__name__ = metric.__qualname__ = name
    metric.__doc__ = f"Return {described}; arguments are those of `count`."
    return metric


true_positives = _of_counts("true_positives", lambda c: c.true_positives, "true positives")
false_positives = _of_counts("false_positives", lambda c: c.false_positives, "false positives")
false_negatives = _of_counts("false_negatives", lambda c: c.false_negatives, "false negatives")
true_negatives = _of_counts("true_negatives", lambda c: c.true_negatives, "true negatives")
precision_of_each = _of_counts("precision_of_each", Counts.precision, "precision of all outputs")
recall_of_each = _of_counts("recall_of_each", Counts.sensitivity, "recall of all outputs")


def check_beta(beta: float) -> None:
    """Raise ValueError unless beta is above 0."""
    if not number("beta", beta) > 0.0:
        raise ValueError(f"beta must be above 0, got {beta}")


def f_beta(
    targets: ArrayLike,
    predictions: ArrayLike,
    average: str | None = None,
    beta: float = 1.0,
    threshold: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> float | Floats:
    """Return the F-beta score, in which recall is `beta` times as important as precision.

    (1 + beta^2) * precision * recall / (beta^2 * precision + recall) (van Rijsbergen 1979).

    Args:
        targets: 0 or 1 for each output, or class numbers.
        predictions: Outputs.
        average: "macro" is the mean over outputs, "weighted" the mean weighted by the number of
            targets 1 of each, "micro" the score of the counts summed over outputs; None returns
            the score of each output.
        beta: Above 0.
        threshold: The limit above which an output is positive; by default 0.5 for a single output,
            else the largest output of each row is positive.
        sample_weight: `(samples,)` the weight of each sample, or `(samples, outputs)`.

    Raises:
        ValueError: If the average is unknown or `beta` is not above 0.

    >>> round(f_beta([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6], beta=2.0), 6)
    0.5
    """
    check_beta(beta)
    wanted, outputs = yes_or_no(targets, predictions)
    if threshold is None and outputs.shape[1] > 1:
        predicted = (outputs == outputs.max(axis=1, keepdims=True)) & (np.abs(outputs) > 1e-9)
    else:
        predicted = outputs > (0.5 if threshold is None else number("threshold", threshold))
    weights = output_weights(sample_weight, wanted.shape)
    right, all_predicted, positives = (
        (weights * part).sum(axis=0) for part in (predicted * wanted, predicted * 1.0, wanted)
    )
    counted = ByClass(np.arange(wanted.shape[1]), right, all_predicted, positives)
    if average is not None:
        return averaged(partial(ByClass.f_beta, beta=beta), average, counted)
    scores = counted.f_beta(beta)
    return float(scores[0]) if len(scores) == 1 else scores
