"""Named: the metrics by name, `get`, which `compile` calls, and which direction is better."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from nn.basics import Floats, Metric, as_binary_function, look_up, number, targets_first
from nn.losses import NAMES as LOSSES
from nn.losses.loss import Loss
from nn.metrics import curves as c
from nn.metrics import measures as m
from nn.metrics import thresholds as t
from nn.metrics import two_classes as two
from nn.metrics.metric import ONE_THRESHOLD, Optioned
from nn.metrics.of_losses import by_loss

# scikit-learn's names.
accuracy_score, r2_score, roc_auc_score = m.accuracy, m.r2, two.auc
precision_score, recall_score, f1_score = two.precision, two.recall, two.f1

NAMES: dict[str, Callable[..., Any]] = {
    "accuracy": m.accuracy,
    "acc": m.accuracy,
    "binary_accuracy": m.binary_accuracy,
    "categorical_accuracy": m.accuracy,
    "sparse_categorical_accuracy": m.accuracy,
    "mse": m.mean_squared_error,
    "mean_squared_error": m.mean_squared_error,
    "rmse": m.root_mean_squared_error,
    "root_mean_squared_error": m.root_mean_squared_error,
    "mae": m.mean_absolute_error,
    "mean_absolute_error": m.mean_absolute_error,
    "cosine_similarity": m.cosine_similarity,
    "r2": m.r2,
    "r2_score": m.r2,
    "precision": two.precision,
    "recall": two.recall,
    "f1": two.f1,
    "f1_score": two.f1,
    "auc": two.auc,
    "top_k_categorical_accuracy": m.top_k_accuracy,
    "sparse_top_k_categorical_accuracy": m.top_k_accuracy,
    "top_k_accuracy": m.top_k_accuracy,
    "true_positives": t.true_positives,
    "false_positives": t.false_positives,
    "true_negatives": t.true_negatives,
    "false_negatives": t.false_negatives,
}
# With those that need an option to give one number: they are available as objects, not by name.
FUNCTIONS: dict[str, Callable[..., Any]] = NAMES | {
    "precision_of_each": t.precision_of_each,
    "recall_of_each": t.recall_of_each,
    "fbeta_score": t.f_beta,
    "area_under_curve": c.area_under_curve,
    "sensitivity_at_specificity": c.sensitivity_at_specificity,
    "specificity_at_sensitivity": c.specificity_at_sensitivity,
    "precision_at_recall": c.precision_at_recall,
    "recall_at_precision": c.recall_at_precision,
}
# Metrics that get the loss's `threshold` or `each_output`, unless an option sets another.
_WITH_THRESHOLD = (m.accuracy, m.binary_accuracy, two.precision, two.recall, two.f1)
_WITH_THRESHOLDS = (t.true_positives, t.false_positives, t.true_negatives, t.false_negatives)
_TWO_CLASS = (two.precision, two.recall, two.f1, two.auc)
_SMALLER_IS_BETTER = (
    m.mean_squared_error,
    m.root_mean_squared_error,
    m.mean_absolute_error,
    t.false_positives,
    t.false_negatives,
)


def larger_is_better(metric: str | Metric) -> bool | None:
    """Return whether larger values of a metric are better; None if it is not known.

    Args:
        metric: A function that `get` returned, or a name in a history: `val_accuracy_1`.

    >>> larger_is_better("val_auc"), larger_is_better("loss"), larger_is_better("my_score")
    (True, False, None)
    """
    if isinstance(metric, str):
        name = re.sub(r"_\d+$", "", metric.removeprefix("val_"))
        if name == "loss" or (name not in NAMES and name in LOSSES):
            return False
        return larger_is_better(FUNCTIONS[name]) if name in FUNCTIONS else None
    while (inner := getattr(metric, "metric", None)) is not None:
        metric = inner  # unwrap a weighted metric, or one of several outputs
    function = metric.func if isinstance(metric, partial) else metric
    if function in (*_SMALLER_IS_BETTER, by_loss):
        return False
    return True if function in FUNCTIONS.values() else None


def _swapped(metric: Callable[..., float], targets: Floats, predictions: Floats) -> float:
    return metric(predictions, targets)


def get(
    metric: str | Metric, threshold: float = 0.5, each: bool | None = None
) -> tuple[str, Metric]:
    """Return the name and the function of a metric.

    A loss, or its name, is a metric, too (as in Keras). A function takes the targets first, unless
    the names of its arguments tell otherwise, as in `(y_pred, y_true)`.

    Args:
        metric: A name, a function or a class.
        threshold: For metrics on classes, the limit above which a single output means class 1.
        each: For metrics of two classes, whether every output is an answer by itself.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> import numpy as np
    >>> name, accuracy_from_half = get("accuracy")
    >>> name, accuracy_from_half(np.array([0, 1]), np.array([0.2, 0.6]))
    ('accuracy', 1.0)
    """
    made: object = metric() if isinstance(metric, type) else metric
    if isinstance(made, str) and made not in NAMES:
        made = LOSSES.get(made, made)
    if isinstance(made, Loss):
        return metric if isinstance(metric, str) else made.name, partial(by_loss, loss=made)
    name, function, options = _resolved(made)
    if function in _WITH_THRESHOLD:
        options.setdefault("threshold", threshold)
    if function in _WITH_THRESHOLDS:
        options.setdefault("thresholds", threshold)
    if function in _TWO_CLASS:
        options.setdefault("each", each)
    return name, partial(function, **options) if options else function


def _resolved(metric: object) -> tuple[str, Callable[..., float], dict[str, Any]]:
    """Return the name, the function and the options of a metric that is not a loss."""
    if isinstance(metric, str):
        return metric, look_up("metric", metric, NAMES), {}
    if isinstance(metric, Optioned):
        return metric.name, metric.function, _options(metric)
    if not callable(metric):
        raise TypeError(
            f"a metric is a name or a function, got {metric!r:.60}; use 'accuracy', say"
        )
    function = as_binary_function("metric", metric, "the targets and the predictions")
    if targets_first(metric) is False:
        function = partial(_swapped, function)
    return getattr(metric, "__name__", type(metric).__name__), function, {}


def _options(metric: Optioned) -> dict[str, Any]:
    """Return the options of one of Keras's metrics, which has to give one number per epoch."""
    if metric.of_values:
        raise TypeError(
            f"{type(metric).__name__} is of plain numbers, not of targets and predictions; call "
            "its update_state(numbers) in a loop of your own"
        )
    if metric.function in (*_WITH_THRESHOLDS, t.precision_of_each, t.recall_of_each):
        number(f"{metric.name}'s threshold", metric.options.get("thresholds", 0.5), ONE_THRESHOLD)
    return dict(metric.options)


def get_all(
    metrics: str | Metric | Sequence[str | Metric] | None,
    threshold: float = 0.5,
    each: bool | None = None,
) -> dict[str, Metric]:
    """Return the metrics by name, in order; a second `name` becomes `name_1` (as in Keras).

    The other arguments are those of `get`.

    >>> list(get_all(["mae", "mae", "accuracy"]))
    ['mae', 'mae_1', 'accuracy']
    """
    if metrics is None:
        return {}
    several = [metrics] if isinstance(metrics, str) or callable(metrics) else metrics
    found: dict[str, Metric] = {}
    for metric in several:
        name, function = get(metric, threshold, each)
        taken = {"loss", *found}
        names = [name, *(f"{name}_{i}" for i in range(1, len(taken) + 1))]
        found[next(free for free in names if free not in taken)] = function
    return found
