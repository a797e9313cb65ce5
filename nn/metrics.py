"""Metrics: plain numbers that say how good predictions are, `metric(targets, predictions)`.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.class_numbers import classes as classes  # with labels and shares: nn.metrics has them too
from nn.class_numbers import labels as labels
from nn.class_numbers import rows
from nn.class_numbers import shares as shares
from nn.loss import Loss
from nn.losses import NAMES as LOSSES
from nn.names import look_up
from nn.shapes import Floats
from nn.two_class_metrics import auc, f1, precision, recall, same_length

Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""


def accuracy(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return the share of samples whose predicted class is the true one.

    Args:
        targets: Class numbers, or one-hot rows.
        predictions: Probabilities or scores `(samples, classes)`, or one output per sample; of
            three classes or more also class numbers.
        threshold: From where on one output means class 1.

    >>> accuracy([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.1])
    0.75
    """
    true, said = _pair(targets, predictions, threshold)
    return float(np.count_nonzero(true == said)) / len(true)  # np.mean of bools takes 30 us more


def binary_accuracy(targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5) -> float:
    """Return the share of right answers, each output being a yes or no of its own (as in Keras).

    >>> binary_accuracy([[1, 0], [1, 1]], [[0.9, 0.2], [0.8, 0.1]])
    0.75
    """
    wanted, outputs = _numbers(targets, predictions)
    return float(np.mean((wanted > 0.0) == (outputs > threshold)))


def mean_squared_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean of the squared errors.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    wanted, outputs = _numbers(targets, predictions)
    return float(np.mean((outputs - wanted) ** 2))


def root_mean_squared_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the square root of the mean squared error.

    >>> root_mean_squared_error([1.0, 2.0], [4.0, 5.0])
    3.0
    """
    return float(np.sqrt(mean_squared_error(targets, predictions)))


def mean_absolute_error(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean of the absolute errors.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    wanted, outputs = _numbers(targets, predictions)
    return float(np.mean(np.abs(outputs - wanted)))


def cosine_similarity(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the mean cosine of the angle between prediction and target; 0 for one of zeros.

    The loss of that name is its negative (both as in Keras).

    >>> cosine_similarity([[3.0, 4.0]], [[6.0, 8.0]])
    1.0
    """
    wanted, outputs = _numbers(targets, predictions)
    sizes = np.linalg.norm(wanted, axis=1) * np.linalg.norm(outputs, axis=1)
    return float(np.mean((wanted * outputs).sum(axis=1) / np.where(sizes == 0.0, 1.0, sizes)))


def r2(targets: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of the targets' variance that the predictions explain.

    1 is perfect, 0 is no better than the mean. Several outputs count alike; of targets that do not
    vary 1 is explained by a perfect prediction, else 0 (as in scikit-learn).

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    1.0
    """
    wanted, outputs = _numbers(targets, predictions)
    spread = np.sum((wanted - wanted.mean(axis=0)) ** 2, axis=0)
    left = np.sum((wanted - outputs) ** 2, axis=0)
    unexplained = np.where(spread > 0.0, left / np.where(spread > 0.0, spread, 1.0), left > 0.0)
    return float(np.mean(1.0 - unexplained))


def confusion_matrix(
    targets: ArrayLike, predictions: ArrayLike, threshold: float = 0.5
) -> NDArray[np.intp]:
    """Return how often each true class (row) was taken for each class (column).

    >>> confusion_matrix([0, 0, 1], [0.1, 0.8, 0.9])
    array([[1, 1],
           [0, 1]])
    """
    true, said = _pair(targets, predictions, threshold)
    count = max(rows(predictions).shape[1], int(true.max()) + 1, int(said.max()) + 1, 2)
    matrix = np.zeros((count, count), dtype=np.intp)
    np.add.at(matrix, (true, said), 1)
    return matrix


def _pair(
    targets: ArrayLike, predictions: ArrayLike, threshold: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the true and the predicted class of each sample."""
    same_length(targets, predictions)
    true = labels(targets)
    if rows(predictions).shape[1] == 1 and true.max() > 1:  # one number cannot score three classes
        return true, labels(predictions)
    return true, classes(predictions, threshold)


def _numbers(targets: ArrayLike, predictions: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as arrays of one shape, `(samples, outputs)`."""
    wanted, outputs = rows(targets), rows(predictions)
    if wanted.shape != outputs.shape:
        raise ValueError(
            f"a metric wants a prediction for every target, got targets {np.shape(targets)} and "
            f"predictions {np.shape(predictions)}"
        )
    return wanted, outputs


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


class KerasMetric:
    """A metric by Keras's class name, as in `compile(metrics=[metrics.AUC(name="area")])`.

    Args:
        name: What it is called in the history; by default the class's name, as `metrics.get` knows.
        threshold: From where on one output means class 1; by default what the loss says.
        thresholds: Another name for it, as Keras has both.

    Raises:
        TypeError: If the name is a number: Keras's Precision and Recall have thresholds there.

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
        self.threshold = thresholds if threshold is None else threshold
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


def _by_loss(targets: Floats, predictions: Floats, loss: Loss) -> float:
    return loss(predictions, targets).data


def get(metric: str | Metric, threshold: float = 0.5) -> tuple[str, Metric]:
    """Return the name and the function of a metric; `threshold` is for those on classes.

    A loss, or its name, is a metric too (as in Keras).

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
    else:
        raise TypeError(f"a metric is a name or a function, got {metric!r:.60}")
    if function in _WITH_THRESHOLD:
        return name, partial(function, threshold=threshold)
    return name, function


def get_all(
    metrics: str | Metric | Sequence[str | Metric] | None, threshold: float = 0.5
) -> dict[str, Metric]:
    """Return the metrics by name, in order; a second one of a name is `name_1` (as in Keras).

    >>> list(get_all(["mae", "mae", "accuracy"]))
    ['mae', 'mae_1', 'accuracy']
    """
    if metrics is None:
        return {}
    several = [metrics] if isinstance(metrics, str) or callable(metrics) else metrics
    found: dict[str, Metric] = {}
    for metric in several:
        name, function = get(metric, threshold)
        taken = {"loss", *found}
        names = [name, *(f"{name}_{i}" for i in range(1, len(taken) + 1))]
        found[next(free for free in names if free not in taken)] = function
    return found
