"""Curves of two measures over many thresholds: the area, and one measure at a bound of the other.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, in_range, look_up, number
from nn.metrics.class_numbers import ratio
from nn.metrics.counts import Counts, count, yes_or_no

_EPSILON = 1e-7  # Keras's; the outer thresholds of a curve are -eps and 1 + eps


CURVES = {"ROC": "ROC", "PR": "PR"}


def _thresholds(num_thresholds: int) -> Floats:
    """Return equidistant thresholds from 0 to 1, both included; a single one is 0.5."""
    if not number("num_thresholds", num_thresholds) >= 1:
        raise ValueError(f"num_thresholds must be at least 1, got {num_thresholds}")
    return np.linspace(0.0, 1.0, num_thresholds) if num_thresholds > 1 else np.array([0.5])


def _best_at(
    name: str,
    bounded: Callable[[Counts], Floats],
    maximized: Callable[[Counts], Floats],
) -> Callable[..., float]:
    """Return a metric: the largest value of one measure where another has at least some value."""
    what, best = name.rpartition("_")[2], name.partition("_")[0]

    def metric(
        targets: ArrayLike,
        predictions: ArrayLike,
        least: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        in_range(f"{name}'s {what}", least, 0.0, math.nextafter(1.0, 2.0))
        limits = list(_thresholds(num_thresholds))
        counted = count(targets, predictions, limits, class_id, None, sample_weight)
        allowed = bounded(counted) >= least
        return float(maximized(counted)[allowed].max()) if allowed.any() else 0.0

    metric.__name__ = metric.__qualname__ = name
    metric.__doc__ = (
        f"Return the largest {best} over the thresholds where {what} is at least `least`, 0 if "
        "there is none."
    )
    return metric


sensitivity_at_specificity = _best_at(
    "sensitivity_at_specificity", Counts.specificity, Counts.sensitivity
)
specificity_at_sensitivity = _best_at(
    "specificity_at_sensitivity", Counts.sensitivity, Counts.specificity
)
precision_at_recall = _best_at("precision_at_recall", Counts.sensitivity, Counts.precision)
recall_at_precision = _best_at("recall_at_precision", Counts.precision, Counts.sensitivity)


def _middle(a: Floats, b: Floats) -> Floats:
    return (a + b) / 2.0


HEIGHTS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "interpolation": _middle,
    "minoring": lambda a, b: np.minimum(a, b),
    "majoring": lambda a, b: np.maximum(a, b),
}


def area_under_curve(
    targets: ArrayLike,
    predictions: ArrayLike,
    num_thresholds: int = 200,
    curve: str = "ROC",
    summation_method: str = "interpolation",
    thresholds: Sequence[float] | None = None,
    multi_label: bool = False,
    num_labels: int | None = None,
    label_weights: ArrayLike | None = None,
    from_logits: bool = False,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return the area under a curve, approximated from points at thresholds, as in Keras.

    It is nan if a prediction is nan.

    Args:
        targets: 0 or 1 for each output.
        predictions: Probabilities.
        num_thresholds: The number of equidistant thresholds.
        curve: "ROC", or "PR" for precision over recall.
        summation_method: "interpolation" (trapezoids; for "PR" Davis & Goadrich 2006), "minoring"
            or "majoring" for the lower or the higher end of each interval.
        thresholds: Thresholds between 0 and 1 in place of equidistant ones.
        multi_label: Whether to return the mean of an area for each output.
        num_labels: The number of outputs, to be checked.
        label_weights: The weight of each output's area in the mean.
        from_logits: Whether predictions are logits.
        sample_weight: `(samples,)` the weight of each sample.

    Raises:
        ValueError: If a name is unknown, or the number of weights is not that of the outputs.

    >>> round(area_under_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 6)
    0.75
    """
    kind = look_up("curve", curve, CURVES)
    height = look_up("summation_method", summation_method, HEIGHTS)
    limits = (
        _thresholds(num_thresholds)
        if thresholds is None
        else np.array([0.0, *sorted(thresholds), 1.0])
    )
    limits[0], limits[-1] = -_EPSILON, 1.0 + _EPSILON
    wanted, outputs = yes_or_no(targets, predictions)
    if num_labels is not None and num_labels != outputs.shape[1]:
        raise ValueError(
            f"AUC wants {num_labels} outputs (num_labels), got {outputs.shape[1]}; leave it out"
        )
    if np.isnan(outputs).any():
        return math.nan
    if from_logits:
        outputs = 0.5 * (1.0 + np.tanh(0.5 * outputs))
    ids = [*range(outputs.shape[1])] if multi_label else [None]
    weights = np.ones(len(ids)) if label_weights is None else np.asarray(label_weights, np.float64)
    if weights.shape != (len(ids),) or (label_weights is not None and not multi_label):
        raise ValueError(
            f"label_weights wants multi_label=True and {outputs.shape[1]} numbers, one for each "
            f"output, got shape {weights.shape} and multi_label={multi_label}"
        )
    areas = []
    for class_id in ids:
        counted = count(wanted, outputs, list(limits), class_id, None, sample_weight)
        if kind == "PR" and height is _middle:
            areas.append(_precision_recall_area(counted))
            continue
        x, y = counted.sensitivity(), counted.precision()
        if kind == "ROC":
            x, y = 1.0 - counted.specificity(), x
        areas.append(float(np.sum((x[:-1] - x[1:]) * height(y[:-1], y[1:]))))
    return float(np.average(areas, weights=weights))


def _precision_recall_area(counted: Counts) -> float:
    """Return the area under the precision-recall curve.

    Between two thresholds true positives are interpolated linearly over predicted positives, and
    precision is integrated: slope * (dTP + intercept * ln(predicted_a / predicted_b)) / positives,
    with slope = dTP / dPredicted and the intercept of TP over predicted (Davis & Goadrich 2006,
    section 4, integrated).
    """
    true = counted.true_positives
    predicted = true + counted.false_positives
    true_change, predicted_change = true[:-1] - true[1:], predicted[:-1] - predicted[1:]
    slope = ratio(true_change, predicted_change)
    intercept = true[1:] - slope * predicted[1:]
    both = (predicted[:-1] > 0.0) & (predicted[1:] > 0.0)
    log_ratio = np.log(np.where(both, ratio(predicted[:-1], predicted[1:]), 1.0))
    positives = true[1:] + counted.false_negatives[1:]
    return float(np.sum(ratio(slope * (true_change + intercept * log_ratio), positives)))
