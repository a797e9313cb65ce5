"""Thresholds: what is counted where an output above a threshold is a yes; curves of these (Keras).

Every output counts by itself. Targets are yes or no, 1 or 0 (or -1), for each output; class numbers
beside several outputs are taken as one-hot rows.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, in_range, look_up, number
from nn.metrics.averages import sample_weights
from nn.metrics.class_numbers import labels, rows, same_length

Thresholds: TypeAlias = float | Sequence[float] | None
_LEAST = 1e-7  # Keras's epsilon: the outer thresholds of a curve lie that far outside of 0 and 1


class Counts(NamedTuple):
    """What is counted, `(thresholds,)` each.

    Attributes:
        true_positives: Targets of 1 that are predicted.
        false_positives: Targets of 0 that are predicted to be 1.
        false_negatives: Targets of 1 that are predicted to be 0.
        true_negatives: Targets of 0 that are predicted.
    """

    true_positives: Floats
    false_positives: Floats
    false_negatives: Floats
    true_negatives: Floats

    def precision(self) -> Floats:
        """Return true positives / predicted positives."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    def sensitivity(self) -> Floats:
        """Return true positives / positives (recall)."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    def specificity(self) -> Floats:
        """Return true negatives / negatives."""
        return _ratio(self.true_negatives, self.true_negatives + self.false_positives)


def count(
    targets: ArrayLike,
    predictions: ArrayLike,
    thresholds: Thresholds,
    class_id: int | None = None,
    top_k: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> Counts:
    """Return what is counted at each threshold.

    Args:
        targets: A yes or no for each output, or class numbers.
        predictions: Outputs.
        thresholds: One or several; None is 0.5, or with `top_k` none at all.
        class_id: Only this output counts.
        top_k: Only so many outputs of a row, the largest, can be predictions of yes.
        sample_weight: `(samples,)` what each sample counts.

    Raises:
        ValueError: If the shapes differ.

    >>> count([0, 1, 1], [0.2, 0.4, 0.9], [0.3, 0.5]).true_positives
    array([2., 1.])
    """
    wanted, outputs = yes_or_no(targets, predictions)
    if top_k is not None:
        order = np.argsort(-outputs, axis=1, kind="stable")
        np.put_along_axis(outputs := outputs.copy(), order[:, int(top_k) :], -np.inf, axis=1)
    if class_id is not None:
        wanted, outputs = wanted[:, [class_id]], outputs[:, [class_id]]
    default = 0.5 if top_k is None else -np.finfo(np.float64).max
    limits = np.atleast_1d(np.asarray(default if thresholds is None else thresholds, np.float64))
    weights = np.repeat(sample_weights(sample_weight, len(wanted)), outputs.shape[1])
    scores, yes = np.where(np.isnan(outputs), -np.inf, outputs).ravel(), wanted.ravel()  # no yes
    order = np.argsort(scores, kind="stable")
    places = np.searchsorted(scores[order], limits, side="right")
    positives, negatives = (  # that lie below each place
        np.concatenate([[0.0], np.cumsum((weights * part)[order])]) for part in (yes, 1.0 - yes)
    )
    return Counts(
        true_positives=positives[-1] - positives[places],
        false_positives=negatives[-1] - negatives[places],
        false_negatives=positives[places],
        true_negatives=negatives[places],
    )


def yes_or_no(targets: ArrayLike, predictions: ArrayLike) -> tuple[Floats, Floats]:
    """Return targets of 0 and 1, and outputs, both `(samples, outputs)`.

    >>> yes_or_no([1, 0], [[0.1, 0.9], [0.8, 0.2]])[0].tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    same_length(targets, predictions)
    wanted, outputs = rows(targets), rows(predictions)
    if wanted.shape[1] == 1 < outputs.shape[1]:
        wanted = (labels(wanted)[:, None] == np.arange(outputs.shape[1])).astype(np.float64)
    if wanted.shape != outputs.shape:
        raise ValueError(
            f"this metric wants a yes or no for each output, got targets {wanted.shape} and "
            f"predictions {outputs.shape}"
        )
    return (wanted > 0.0).astype(np.float64), outputs


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0.0)


def _plain(found: Floats, thresholds: Thresholds) -> float | Floats:
    """Return a number for one threshold, an array for several (as in Keras)."""
    one = thresholds is None or np.ndim(thresholds) == 0 or len(found) == 1
    return float(found[0]) if one else found


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
        return _plain(measure(counted), thresholds)

    metric.__name__ = metric.__qualname__ = name
    metric.__doc__ = f"Return {described}; arguments are those of `count`."
    return metric


true_positives = _of_counts("true_positives", lambda c: c.true_positives, "true positives")
false_positives = _of_counts("false_positives", lambda c: c.false_positives, "false positives")
false_negatives = _of_counts("false_negatives", lambda c: c.false_negatives, "false negatives")
true_negatives = _of_counts("true_negatives", lambda c: c.true_negatives, "true negatives")
precision_of_each = _of_counts("precision_of_each", Counts.precision, "precision of all outputs")
recall_of_each = _of_counts("recall_of_each", Counts.sensitivity, "recall of all outputs")


def _curve(num_thresholds: int) -> Floats:
    """Return thresholds at equal distances, both ends included; one is 0.5."""
    if not number("num_thresholds", num_thresholds) >= 1:
        raise ValueError(f"num_thresholds must be at least 1, got {num_thresholds}")
    return np.linspace(0.0, 1.0, num_thresholds) if num_thresholds > 1 else np.array([0.5])


def _at(
    name: str,
    held: Callable[[Counts], Floats],
    sought: Callable[[Counts], Floats],
) -> Callable[..., float]:
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
        limits = list(_curve(num_thresholds))
        counted = count(targets, predictions, limits, class_id, None, sample_weight)
        fits = held(counted) >= least
        return float(sought(counted)[fits].max()) if fits.any() else 0.0

    metric.__name__ = metric.__qualname__ = name
    metric.__doc__ = (
        f"Return the largest {best} at thresholds where {what} is at least `least`, 0 if there is "
        "none."
    )
    return metric


sensitivity_at_specificity = _at(
    "sensitivity_at_specificity", Counts.specificity, Counts.sensitivity
)
specificity_at_sensitivity = _at(
    "specificity_at_sensitivity", Counts.sensitivity, Counts.specificity
)
precision_at_recall = _at("precision_at_recall", Counts.sensitivity, Counts.precision)
recall_at_precision = _at("recall_at_precision", Counts.precision, Counts.sensitivity)


def _middle(a: Floats, b: Floats) -> Floats:
    return (a + b) / 2.0


_HEIGHTS: dict[str, Callable[[Floats, Floats], Floats]] = {
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
    """Return the area under a curve of points at thresholds, as Keras approximates it.

    It is nan if a prediction is.

    Args:
        targets: A yes or no for each output.
        predictions: Probabilities.
        num_thresholds: How many, at equal distances.
        curve: "ROC", or "PR" for precision over recall.
        summation_method: "interpolation" (trapezoids; for "PR" Davis & Goadrich 2006), "minoring"
            or "majoring" for the lower or the higher end of each piece.
        thresholds: Those between 0 and 1 by themselves.
        multi_label: Whether each output has an area of its own, of which this is the mean.
        num_labels: How many outputs there are, if it is to be checked.
        label_weights: What each output's area counts.
        from_logits: Whether predictions are logits.
        sample_weight: `(samples,)` what each sample counts.

    Raises:
        ValueError: If a word is unknown, or weights are not one for each output.

    >>> round(area_under_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 6)
    0.75
    """
    kind = look_up("curve", curve, {"ROC": "ROC", "PR": "PR"})
    height = look_up("summation_method", summation_method, _HEIGHTS)
    limits = (
        _curve(num_thresholds) if thresholds is None else np.array([0.0, *sorted(thresholds), 1.0])
    )
    limits[0], limits[-1] = -_LEAST, 1.0 + _LEAST
    wanted, outputs = yes_or_no(targets, predictions)
    if num_labels is not None and num_labels != outputs.shape[1]:
        raise ValueError(f"num_labels is {num_labels}, got {outputs.shape[1]} outputs")
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
    """Return the area where true and predicted positives grow in step between two thresholds.

    slope * (dTP + intercept * ln(predicted_a / predicted_b)) / positives, slope = dTP / dPredicted,
    the intercept that of TP over predicted (Davis & Goadrich 2006, section 4, integrated).
    """
    right = counted.true_positives
    predicted = right + counted.false_positives
    more, longer = right[:-1] - right[1:], predicted[:-1] - predicted[1:]
    slope = _ratio(more, longer)
    intercept = right[1:] - slope * predicted[1:]
    both = (predicted[:-1] > 0.0) & (predicted[1:] > 0.0)
    growth = np.log(np.where(both, _ratio(predicted[:-1], predicted[1:]), 1.0))
    positives = right[1:] + counted.false_negatives[1:]
    return float(np.sum(_ratio(slope * (more + intercept * growth), positives)))


def f_beta(
    targets: ArrayLike,
    predictions: ArrayLike,
    average: str | None = None,
    beta: float = 1.0,
    threshold: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> float | Floats:
    """Return the mean of precision and recall that counts recall `beta` times (van Rijsbergen).

    Args:
        targets: A yes or no for each output, or class numbers.
        predictions: Outputs.
        average: "macro" is the mean over outputs, "weighted" that by how many yes each has, "micro"
            counts all together; None returns all of them.
        beta: Above 0.
        threshold: From where on an output is a yes; by default the largest of a row is, and of one
            output 0.5.
        sample_weight: `(samples,)` what each sample counts.

    Raises:
        ValueError: If the average is unknown or `beta` is not above 0.

    >>> round(f_beta([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.6], beta=2.0), 6)
    0.5
    """
    if not number("beta", beta) > 0.0:
        raise ValueError(f"beta must be above 0, got {beta}")
    wanted, outputs = yes_or_no(targets, predictions)
    if threshold is None and outputs.shape[1] > 1:
        predicted = (outputs == outputs.max(axis=1, keepdims=True)) & (np.abs(outputs) > 1e-9)
    else:
        predicted = outputs > (0.5 if threshold is None else number("threshold", threshold))
    weights = sample_weights(sample_weight, len(wanted))
    right, positives, all_predicted = (
        weights @ part for part in (predicted * wanted, wanted, predicted * 1.0)
    )
    if average is not None:
        kinds = {"macro": 0, "micro": 1, "weighted": 2}
        if look_up("average", average, kinds) == 1:
            right, positives, all_predicted = (
                part.sum(keepdims=True) for part in (right, positives, all_predicted)
            )
    square = beta * beta
    scores = _ratio((1.0 + square) * right, square * positives + all_predicted)
    if average is None:
        return float(scores[0]) if len(scores) == 1 else scores
    return float(
        scores.mean() if average != "weighted" else _ratio(scores @ positives, positives.sum())
    )
