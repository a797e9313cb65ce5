"""Losses: from predictions and targets to one Value.

In: predictions and targets, for one sample or for a batch, as in `loss(predictions, targets)`.
Out: one Value, the mean over the batch (SSE: the sum).
Read first: loss.py, the base of all, and regression.py. A loss defines `sample(outputs, target)` as
arithmetic that does not branch on a Value's number, so that it can be compiled. named.py has the
losses by name and `get`, which `compile` calls.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.losses.entropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from nn.losses.keras import (
    CategoricalHinge,
    CosineSimilarity,
    KLDivergence,
    LogCosh,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from nn.losses.loss import CustomLoss, Loss
from nn.losses.margins import Hinge, PerceptronLoss, SquaredHinge
from nn.losses.named import (
    NAMES,
    binary_crossentropy,
    binary_crossentropy_from_logits,
    categorical_crossentropy,
    categorical_hinge,
    cosine_similarity,
    cross_entropy,
    get,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mae,
    mape,
    mean_absolute_error,
    mean_squared_error,
    mse,
    msle,
    perceptron_loss,
    poisson,
    squared_hinge,
    sse,
)
from nn.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError, SumSquaredError
from nn.losses.several import Losses

__all__ = [
    "NAMES", "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge",
    "CosineSimilarity", "CustomLoss", "Hinge", "Huber", "KLDivergence", "LogCosh", "Loss", "Losses",
    "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "PerceptronLoss", "Poisson", "SparseCategoricalCrossentropy",
    "SquaredHinge", "SumSquaredError", "binary_crossentropy", "binary_crossentropy_from_logits",
    "categorical_crossentropy", "categorical_hinge", "cosine_similarity", "cross_entropy", "get",
    "hinge", "huber", "kl_divergence", "log_cosh", "mae", "mape", "mean_absolute_error",
    "mean_squared_error", "mse", "msle", "perceptron_loss", "poisson", "squared_hinge", "sse",
]  # fmt: skip
