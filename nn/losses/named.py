"""Named: the losses by name, and `get`, which turns an argument of `compile` into a loss."""

from __future__ import annotations

from collections.abc import Callable

from nn.basics import Number, resolve
from nn.losses.entropy import BinaryCrossentropy, CategoricalCrossentropy
from nn.losses.keras import (
    CategoricalHinge,
    CosineSimilarity,
    KLDivergence,
    LogCosh,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from nn.losses.loss import CustomLoss, Loss, Numbers
from nn.losses.margins import Hinge, PerceptronLoss, SquaredHinge
from nn.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError, SumSquaredError

mse = MeanSquaredError()
sse = SumSquaredError()
mae = MeanAbsoluteError()
mean_squared_error, mean_absolute_error = mse, mae  # Keras's names
huber = Huber()
msle, mape = MeanSquaredLogarithmicError(), MeanAbsolutePercentageError()
log_cosh, poisson, kl_divergence = LogCosh(), Poisson(), KLDivergence()
categorical_hinge, cosine_similarity = CategoricalHinge(), CosineSimilarity()
hinge = Hinge()
squared_hinge = SquaredHinge()
perceptron_loss = PerceptronLoss()
binary_crossentropy = BinaryCrossentropy()
binary_crossentropy_from_logits = BinaryCrossentropy(from_logits=True)
categorical_crossentropy = CategoricalCrossentropy()
cross_entropy = CategoricalCrossentropy(from_logits=True)

NAMES: dict[str, Loss] = {
    "mse": mse,
    "mean_squared_error": mse,
    "sse": sse,
    "sum_squared_error": sse,
    "mae": mae,
    "mean_absolute_error": mae,
    "huber": huber,
    "msle": msle,
    "mean_squared_logarithmic_error": msle,
    "mape": mape,
    "mean_absolute_percentage_error": mape,
    "log_cosh": log_cosh,
    "logcosh": log_cosh,
    "poisson": poisson,
    "kl_divergence": kl_divergence,
    "kullback_leibler_divergence": kl_divergence,
    "kld": kl_divergence,
    "hinge": hinge,
    "categorical_hinge": categorical_hinge,
    "cosine_similarity": cosine_similarity,
    "squared_hinge": squared_hinge,
    "perceptron": perceptron_loss,
    "binary_crossentropy": binary_crossentropy,
    "bce": binary_crossentropy,
    "binary_crossentropy_from_logits": binary_crossentropy_from_logits,
    "bce_with_logits": binary_crossentropy_from_logits,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": categorical_crossentropy,
    "cross_entropy": cross_entropy,
    "categorical_crossentropy_from_logits": cross_entropy,
}


def get(loss: str | Loss | Callable[[Numbers, Numbers], Number]) -> Loss:
    """Return the loss of that name; a function (outputs, target) -> Value is wrapped.

    A class, such as `nn.MSELoss`, is instantiated.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> get("mse"), get(lambda output, target: (output - target) ** 4)
    (<loss mse>, <loss <lambda>>)
    """
    made = resolve("loss", loss, NAMES)
    if isinstance(made, Loss):
        return made
    if not callable(loss):
        raise TypeError(
            f"a loss is a name or a function (outputs, target), got {loss!r:.60}; use 'mse', say"
        )
    return CustomLoss(loss)
