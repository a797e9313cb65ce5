"""Metrics: plain numbers that say how good predictions are, `metric(targets, predictions)`.

In: arrays of targets and of predictions; this door has the metrics by name.
Out: a float, or a confusion matrix.
Read first: measures.py; class_numbers.py says which class an output means.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, look_up, number, targets_first
from nn.losses import NAMES as LOSSES
from nn.losses.loss import Loss
from nn.metrics.averages import classification_report, log_loss
from nn.metrics.class_numbers import classes, labels, rows, shares
from nn.metrics.measures import (
    accuracy,
    binary_accuracy,
    confusion_matrix,
    cosine_similarity,
    mean_absolute_error,
    mean_squared_error,
    r2,
    root_mean_squared_error,
)
from nn.metrics.metric import Metric
from nn.metrics.two_classes import auc, f1, precision, recall

# scikit-learn's names.
accuracy_score, precision_score, recall_score, f1_score = accuracy, precision, recall, f1
roc_auc_score, r2_score = auc, r2

NAMES: dict[str, Callable[..., float]] = {
    "accuracy": accuracy,
    "acc": accuracy,
    "binary_accuracy": binary_accuracy,
    "categorical_accuracy": accuracy,
    "sparse_categorical_accuracy": accuracy,
    "mse": mean_squared_error,
    "mean_squared_error": mean_squared_error,
    "rmse": root_mean_squared_error,
    "root_mean_squared_error": root_mean_squared_error,
    "mae": mean_absolute_error,
    "mean_absolute_error": mean_absolute_error,
    "cosine_similarity": cosine_similarity,
    "r2": r2,
    "r2_score": r2,
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "f1_score": f1,
    "auc": auc,
}
_WITH_THRESHOLD = (accuracy, binary_accuracy, precision, recall, f1)
_OF_EACH = (precision, recall, f1, auc)


_LARGER = (accuracy, binary_accuracy, precision, recall, f1, auc, r2, cosine_similarity)


def larger_is_better(metric: str | Metric) -> bool | None:
    """Return whether larger numbers of a metric are better; None if that is not known.

    Args:
        metric: What `get` returns, or a name as in a history: `val_accuracy_1`.

    >>> larger_is_better("val_auc"), larger_is_better("loss"), larger_is_better("my_score")
    (True, False, None)
    """
    if isinstance(metric, str):
        name = re.sub(r"_\d+$", "", metric.removeprefix("val_"))
        if name == "loss" or (name not in NAMES and name in LOSSES):
            return False
        return larger_is_better(NAMES[name]) if name in NAMES else None
    while (inner := getattr(metric, "metric", None)) is not None:
        metric = inner  # of one of several outputs
    function = metric.func if isinstance(metric, partial) else metric
    if function in _LARGER:
        return True
    return False if function in (*NAMES.values(), _by_loss) else None


class KerasMetric:
    """A metric by Keras's class name, as in `compile(metrics=[metrics.AUC(name="area")])`.

    Args:
        name: What it is called in the history; by default the class's name, as `metrics.get` knows.
        threshold: From where on one output means class 1; by default what the loss says.
        thresholds: Another name for it, as Keras has both.

    Raises:
        TypeError: If the name is a number: Keras's Precision and Recall have thresholds there; or
            if there are several thresholds, since a metric is one number.

    >>> Precision()([0, 1, 1], [0.9, 0.8, 0.1])
    0.5
    """

    default: ClassVar[str]

    def __init__(
        self,
        name: str | None = None,
        *,
        threshold: float | None = None,
        thresholds: float | None = None,
    ) -> None:
        if not isinstance(name, str | None):
            raise TypeError(f"a metric's name is text, got {name!r:.60}; say what it is by name")
        self.__name__ = name or self.default
        limit = thresholds if threshold is None else threshold
        advice = "a metric is one number, so make one for each threshold"
        what = f"{type(self).__name__}'s threshold"
        self.threshold = None if limit is None else number(what, limit, advice)
        self.function = NAMES[self.default]

    def __call__(self, targets: ArrayLike, predictions: ArrayLike) -> float:
        """Return the metric."""
        limit = 0.5 if self.threshold is None else self.threshold
        return get(self, limit)[1](np.asarray(targets), np.asarray(predictions))


def _kept(class_name: str, default: str) -> type[KerasMetric]:
    described = f"`{default}` as an object, see `KerasMetric`."
    return type(class_name, (KerasMetric,), {"default": default, "__doc__": described})


Accuracy = _kept("Accuracy", "accuracy")
BinaryAccuracy = _kept("BinaryAccuracy", "binary_accuracy")
CategoricalAccuracy = _kept("CategoricalAccuracy", "categorical_accuracy")
SparseCategoricalAccuracy = _kept("SparseCategoricalAccuracy", "sparse_categorical_accuracy")
MeanSquaredError = _kept("MeanSquaredError", "mean_squared_error")
RootMeanSquaredError = _kept("RootMeanSquaredError", "root_mean_squared_error")
MeanAbsoluteError = _kept("MeanAbsoluteError", "mean_absolute_error")
CosineSimilarity = _kept("CosineSimilarity", "cosine_similarity")
R2Score = _kept("R2Score", "r2")
Precision = _kept("Precision", "precision")
Recall = _kept("Recall", "recall")
F1Score = _kept("F1Score", "f1")
AUC = _kept("AUC", "auc")


def _turned(metric: Callable[..., float], targets: Floats, predictions: Floats) -> float:
    return metric(predictions, targets)


def _by_loss(
    targets: Floats, predictions: Floats, loss: Loss, sample_weight: Floats | None = None
) -> float:
    if sample_weight is not None:
        sample_weight = sample_weight * (len(sample_weight) / sample_weight.sum())
    return loss(predictions, targets, sample_weight).data


def get(
    metric: str | Metric, threshold: float = 0.5, each: bool | None = None
) -> tuple[str, Metric]:
    """Return the name and the function of a metric.

    A loss, or its name, is a metric too (as in Keras). A function has the targets first, unless the
    names of its arguments say otherwise, as in `(y_pred, y_true)`.

    Args:
        metric: A name, a function or a class.
        threshold: For those on classes, from where on one output means class 1.
        each: For those of two classes, whether every output counts by itself.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.

    >>> name, accuracy_from_half = get("accuracy")
    >>> name, accuracy_from_half(np.array([0, 1]), np.array([0.2, 0.6]))
    ('accuracy', 1.0)
    """
    made: object = metric() if isinstance(metric, type) else metric
    if isinstance(made, str) and made not in NAMES:
        made = LOSSES.get(made, made)
    function: Callable[..., float]
    if isinstance(made, Loss):
        return metric if isinstance(metric, str) else made.name, partial(_by_loss, loss=made)
    if isinstance(made, str):
        name, function = made, look_up("metric", made, NAMES)
    elif isinstance(made, KerasMetric):
        name, function = made.__name__, made.function
        threshold = threshold if made.threshold is None else made.threshold
    elif callable(made):
        name, function = getattr(made, "__name__", type(made).__name__), made
        if targets_first(made) is False:
            function = partial(_turned, made)
    else:
        raise TypeError(f"a metric is a name or a function, got {metric!r:.60}")
    options: dict[str, float | None] = {}
    if function in _WITH_THRESHOLD:
        options["threshold"] = threshold
    if function in _OF_EACH:
        options["each"] = each
    return name, partial(function, **options) if options else function


def get_all(
    metrics: str | Metric | Sequence[str | Metric] | None,
    threshold: float = 0.5,
    each: bool | None = None,
) -> dict[str, Metric]:
    """Return the metrics by name, in order; a second one of a name is `name_1` (as in Keras).

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


__all__ = [
    "AUC",
    "NAMES",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "CosineSimilarity",
    "F1Score",
    "KerasMetric",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "Precision",
    "R2Score",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "accuracy",
    "accuracy_score",
    "auc",
    "binary_accuracy",
    "classes",
    "classification_report",
    "confusion_matrix",
    "cosine_similarity",
    "f1",
    "f1_score",
    "get",
    "get_all",
    "labels",
    "larger_is_better",
    "log_loss",
    "mean_absolute_error",
    "mean_squared_error",
    "precision",
    "precision_score",
    "r2",
    "r2_score",
    "recall",
    "recall_score",
    "roc_auc_score",
    "root_mean_squared_error",
    "rows",
    "shares",
]
