"""Keras's metrics: objects with options and a state, as in `metrics.AUC(curve="PR", name="area")`.

A row of the table below is a class: its name in a history, the functions that measure, and what it
takes, in Keras's order.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import inspect
import re

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats
from nn.metrics import curves as c
from nn.metrics import measures as m
from nn.metrics import thresholds as t
from nn.metrics import two_classes as two
from nn.metrics.class_numbers import rows
from nn.metrics.objects import AT, KerasMetric, Measure, OfValues


def _weights(values: Floats, sample_weight: ArrayLike | None) -> Floats:
    return np.ones(len(values)) if sample_weight is None else np.asarray(sample_weight)


def mean(
    targets: ArrayLike, predictions: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Return the mean of the predictions, whatever the targets are."""
    values = rows(predictions)[:, 0]
    weights = _weights(values, sample_weight)
    return float(weights @ values / weights.sum())


def total(
    targets: ArrayLike, predictions: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Return the sum of the predictions, whatever the targets are."""
    values = rows(predictions)[:, 0]
    return float(_weights(values, sample_weight) @ values)


def _metric_class(
    class_name: str,
    takes: str,
    plain: Measure,
    general: Measure | None = None,
    base: type[KerasMetric] = KerasMetric,
    default: str = "",
) -> type[KerasMetric]:
    """Return a class: what it takes, what measures without options and with, its usual name.

    What has no default in the measure has none here.
    """
    default = default or re.sub("(?<!^)(?=[A-Z])", "_", class_name).lower()
    measure = general or plain
    known = inspect.signature(measure).parameters
    parameters = []
    for name in f"{takes} name dtype".split() if "name" not in takes else takes.split():
        of_measure = known.get("least" if name in AT else name)
        least = of_measure is not None and of_measure.default is inspect.Parameter.empty
        default_of = inspect.Parameter.empty if least else getattr(of_measure, "default", None)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(inspect.Parameter(name, kind, default=default_of))
    body = {
        "default": default,
        "plain": staticmethod(plain),
        "general": staticmethod(measure),
        "signature": inspect.Signature(parameters),
        "__signature__": inspect.Signature(parameters),
        "__doc__": f"`{default}` as an object, see `KerasMetric`.",
    }
    return type(class_name, (base,), body)


_ONE = "name dtype threshold"
_EACH = "thresholds top_k class_id"
_CURVE = "num_thresholds class_id"
_AREA = (
    "num_thresholds curve summation_method name dtype thresholds multi_label num_labels "
    "label_weights from_logits"
)
Accuracy = _metric_class("Accuracy", _ONE, m.accuracy)
BinaryAccuracy = _metric_class("BinaryAccuracy", _ONE, m.binary_accuracy)
CategoricalAccuracy = _metric_class("CategoricalAccuracy", _ONE, m.accuracy)
SparseCategoricalAccuracy = _metric_class("SparseCategoricalAccuracy", _ONE, m.accuracy)
TopKCategoricalAccuracy = _metric_class("TopKCategoricalAccuracy", "k", m.top_k_accuracy)
SparseTopKCategoricalAccuracy = _metric_class(
    "SparseTopKCategoricalAccuracy", "k", m.top_k_accuracy
)
MeanSquaredError = _metric_class("MeanSquaredError", "", m.mean_squared_error)
RootMeanSquaredError = _metric_class("RootMeanSquaredError", "", m.root_mean_squared_error)
MeanAbsoluteError = _metric_class("MeanAbsoluteError", "", m.mean_absolute_error)
CosineSimilarity = _metric_class("CosineSimilarity", "", m.cosine_similarity)
R2Score = _metric_class("R2Score", "", m.r2, default="r2")
Precision = _metric_class("Precision", _EACH, two.precision, t.precision_of_each)
Recall = _metric_class("Recall", _EACH, two.recall, t.recall_of_each)
F1Score = _metric_class("F1Score", "average threshold", two.f1, t.f_beta, default="f1")
FBetaScore = _metric_class("FBetaScore", "average beta threshold", t.f_beta, default="fbeta_score")
AUC = _metric_class("AUC", _AREA, two.auc, c.area_under_curve, default="auc")
TruePositives = _metric_class("TruePositives", "thresholds", t.true_positives)
FalsePositives = _metric_class("FalsePositives", "thresholds", t.false_positives)
TrueNegatives = _metric_class("TrueNegatives", "thresholds", t.true_negatives)
FalseNegatives = _metric_class("FalseNegatives", "thresholds", t.false_negatives)
SensitivityAtSpecificity = _metric_class(
    "SensitivityAtSpecificity", f"specificity {_CURVE}", c.sensitivity_at_specificity
)
SpecificityAtSensitivity = _metric_class(
    "SpecificityAtSensitivity", f"sensitivity {_CURVE}", c.specificity_at_sensitivity
)
PrecisionAtRecall = _metric_class("PrecisionAtRecall", f"recall {_CURVE}", c.precision_at_recall)
RecallAtPrecision = _metric_class("RecallAtPrecision", f"precision {_CURVE}", c.recall_at_precision)
Mean = _metric_class("Mean", "", mean, base=OfValues)
Sum = _metric_class("Sum", "", total, base=OfValues)
