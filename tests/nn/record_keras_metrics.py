"""Record Keras's metrics: record_keras_metrics.py > keras_metrics_3_15_1.json.

Each measures two batches, of 5 and of 7 samples, without and with weights.
"""

import json
import sys

import keras
import numpy as np

rng = np.random.default_rng(3)
P = np.round(rng.random((12, 3)), 2) + 0.003  # between all thresholds that are compared with
P = np.round(P / P.sum(1, keepdims=True), 3)
YES = (rng.random((12, 3)) < 0.5).astype(float)
ONE_HOT = np.eye(3)[rng.integers(0, 3, 12)]
WEIGHTS = np.round(rng.random(12) + 0.5, 1)
DATA = {
    "many": (YES, P),
    "one": (YES[:, :1], P[:, :1]),
    "hot": (ONE_HOT, P),
    "labels": (ONE_HOT.argmax(1), P),
    "logits": (YES, np.round(6 * P - 2, 2)),
}
CASES = [
    ("TruePositives", {}, "many"),
    ("FalsePositives", {"thresholds": [0.2, 0.4]}, "many"),
    ("TrueNegatives", {"thresholds": 0.3}, "one"),
    ("FalseNegatives", {}, "one"),
    ("Precision", {"thresholds": [0.2, 0.4]}, "many"),
    ("Precision", {"top_k": 2}, "hot"),
    ("Precision", {"class_id": 1, "thresholds": 0.3}, "many"),
    ("Recall", {"top_k": 1, "class_id": 2}, "hot"),
    ("Recall", {"thresholds": 0.35, "class_id": 0}, "many"),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, "many"),
    ("SpecificityAtSensitivity", {"sensitivity": 0.6}, "many"),
    ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 50}, "many"),
    ("RecallAtPrecision", {"precision": 0.55}, "many"),
    ("RecallAtPrecision", {"precision": 0.4, "class_id": 1}, "hot"),
    ("AUC", {"num_thresholds": 20}, "many"),
    ("AUC", {"curve": "PR"}, "many"),
    ("AUC", {"curve": "PR", "summation_method": "minoring", "num_thresholds": 30}, "one"),
    ("AUC", {"summation_method": "majoring", "num_thresholds": 9}, "many"),
    ("AUC", {"multi_label": True, "num_labels": 3, "num_thresholds": 40}, "many"),
    (
        "AUC",
        {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 0.5], "curve": "PR"},
        "many",
    ),
    ("AUC", {"thresholds": [0.25, 0.5]}, "many"),
    ("AUC", {"from_logits": True, "num_thresholds": 100}, "logits"),
    ("FBetaScore", {"beta": 2.0}, "hot"),
    ("FBetaScore", {"beta": 0.5, "average": "macro"}, "many"),
    ("FBetaScore", {"average": "micro", "threshold": 0.3}, "many"),
    ("FBetaScore", {"average": "weighted", "threshold": 0.3}, "many"),
    ("F1Score", {"average": "macro"}, "hot"),
    ("TopKCategoricalAccuracy", {"k": 2}, "hot"),
    ("SparseTopKCategoricalAccuracy", {"k": 1}, "labels"),
    ("BinaryAccuracy", {"threshold": 0.4}, "many"),
    ("CategoricalAccuracy", {}, "hot"),
    ("SparseCategoricalAccuracy", {}, "labels"),
    ("MeanSquaredError", {}, "many"),
    ("RootMeanSquaredError", {}, "many"),
    ("MeanAbsoluteError", {}, "many"),
    ("CosineSimilarity", {}, "many"),
]


def measured(name, options, kind, weights):
    targets, outputs = DATA[kind]
    metric = getattr(keras.metrics, name)(**options)
    for part in (slice(None, 5), slice(5, None)):
        counts = None if weights is None else weights[part]
        metric.update_state(targets[part], outputs[part], sample_weight=counts)
    return np.asarray(metric.result(), float).round(7).tolist()


mean = keras.metrics.Mean()
mean.update_state([1.0, 2.0])
mean.update_state(5.0, sample_weight=3.0)
json.dump(
    {
        "keras": keras.__version__,
        "data": {kind: [a.tolist(), b.tolist()] for kind, (a, b) in DATA.items()},
        "weights": WEIGHTS.tolist(),
        "cases": [[*case, measured(*case, None), measured(*case, WEIGHTS)] for case in CASES],
        "mean": float(mean.result()),
    },
    sys.stdout,
)
