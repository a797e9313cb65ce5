"""Metrics: numbers that say how good predictions are, `metric(targets, predictions)`.

In: arrays of targets and of predictions.
Out: a float, or a confusion matrix.
Read first: measures.py. class_numbers.py turns outputs into classes, counts.py counts true and
false positives and negatives at many thresholds, named.py has the metrics by name and `get`, which
`compile` calls.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.basics import Metric
from nn.metrics.averages import classification_report, log_loss
from nn.metrics.class_numbers import classes, labels, rows, shares
from nn.metrics.curves import (
    area_under_curve,
    precision_at_recall,
    recall_at_precision,
    sensitivity_at_specificity,
    specificity_at_sensitivity,
)
from nn.metrics.each import totals_of
from nn.metrics.keras import (
    AUC,
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    F1Score,
    FalseNegatives,
    FalsePositives,
    FBetaScore,
    Hinge,
    KerasMetric,
    KLDivergence,
    LogCoshError,
    Mean,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    Precision,
    PrecisionAtRecall,
    R2Score,
    Recall,
    RecallAtPrecision,
    RootMeanSquaredError,
    SensitivityAtSpecificity,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    SpecificityAtSensitivity,
    SquaredHinge,
    Sum,
    TopKCategoricalAccuracy,
    TrueNegatives,
    TruePositives,
)
from nn.metrics.measures import (
    accuracy,
    binary_accuracy,
    confusion_matrix,
    cosine_similarity,
    mean_absolute_error,
    mean_squared_error,
    r2,
    root_mean_squared_error,
    top_k_accuracy,
)
from nn.metrics.named import (
    FUNCTIONS,
    NAMES,
    accuracy_score,
    f1_score,
    get,
    get_all,
    larger_is_better,
    precision_score,
    r2_score,
    recall_score,
    roc_auc_score,
)
from nn.metrics.of_losses import by_loss
from nn.metrics.thresholds import (
    f_beta,
    false_negatives,
    false_positives,
    true_negatives,
    true_positives,
)
from nn.metrics.two_classes import auc, f1, precision, recall

__all__ = [
    "AUC", "FUNCTIONS", "NAMES", "Accuracy", "BinaryAccuracy", "BinaryCrossentropy",
    "CategoricalAccuracy", "CategoricalCrossentropy", "CategoricalHinge", "CosineSimilarity",
    "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives", "Hinge", "KLDivergence",
    "KerasMetric", "LogCoshError", "Mean", "MeanAbsoluteError", "MeanAbsolutePercentageError",
    "MeanSquaredError", "MeanSquaredLogarithmicError", "Metric", "Poisson", "Precision",
    "PrecisionAtRecall", "R2Score", "Recall", "RecallAtPrecision", "RootMeanSquaredError",
    "SensitivityAtSpecificity", "SparseCategoricalAccuracy", "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy", "SpecificityAtSensitivity", "SquaredHinge", "Sum",
    "TopKCategoricalAccuracy", "TrueNegatives", "TruePositives", "accuracy", "accuracy_score",
    "area_under_curve", "auc", "binary_accuracy", "by_loss", "classes", "classification_report",
    "confusion_matrix", "cosine_similarity", "f1", "f1_score", "f_beta", "false_negatives",
    "false_positives", "get", "get_all", "labels", "larger_is_better", "log_loss",
    "mean_absolute_error", "mean_squared_error", "precision", "precision_at_recall",
    "precision_score", "r2", "r2_score", "recall", "recall_at_precision", "recall_score",
    "roc_auc_score", "root_mean_squared_error", "rows", "sensitivity_at_specificity", "shares",
    "specificity_at_sensitivity", "top_k_accuracy", "totals_of", "true_negatives", "true_positives",
]  # fmt: skip
