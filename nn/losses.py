"""Losses: from predictions and targets to one Value.

Every loss is called as `loss(predictions, targets)`, for one sample or for a batch, and gives the
mean over the batch (SSE: the sum). The formula for one sample is `sample(outputs, target)`: plain
arithmetic without a decision on a Value's number, so that it can be compiled.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import functional, ops
from nn.arguments import number
from nn.entropy import BinaryCrossentropy, CategoricalCrossentropy
from nn.keras_losses import (
    CategoricalHinge,
    CosineSimilarity,
    KLDivergence,
    LogCosh,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from nn.loss import CustomLoss, Loss, Numbers
from nn.names import look_up
from nn.shapes import Floats, Number


class MeanSquaredError(Loss):
    """(prediction - target)^2, the mean over outputs and samples.

    >>> mse([1.0, 2.0], [0.0, 0.0]).data
    2.5

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "mse"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the squared error of one output."""
        error = output - target
        return error * error


class SumSquaredError(MeanSquaredError):
    """(prediction - target)^2, the sum over outputs and samples.

    >>> sse([1.0, 2.0], [0.0, 0.0]).data
    5.0

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "sse"
    reduction = "sum"


class MeanAbsoluteError(Loss):
    """|prediction - target|, the mean over outputs and samples.

    >>> mae([1.0, 3.0], [0.0, 0.0]).data
    2.0

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "mae"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the absolute error of one output."""
        return functional.call(ops.ABS, output - target)


class Huber(Loss):
    """error^2 / 2 up to `delta`, from there on linear in |error| (Huber 1964).

    Raises:
        ValueError: If `delta` is not above 0.

    >>> Huber(delta=1.0)([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    1.3125

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "huber"
    symmetric = True

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = number("huber's delta", delta)
        if not delta > 0.0:
            raise ValueError(f"huber wants delta above 0, got {delta}; 1 is the default")

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        error = functional.call(ops.ABS, output - target)
        inner = functional.call(ops.MINIMUM, error, self.delta)
        return inner * (error - 0.5 * inner)


class _Signs(Loss):
    """What losses on targets -1 and 1 share; 0 and 1 are taken as -1 and 1, as in Keras."""

    threshold = 0.0

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as -1 and 1.

        Raises:
            ValueError: If they are neither 0 and 1 nor -1 and 1.
        """
        rows = super().prepare(targets, outputs)
        binary = bool(np.isin(rows, (0.0, 1.0)).all())
        if not binary and not np.isin(rows, (-1.0, 1.0)).all():
            wrong = rows[~np.isin(rows, (-1.0, 0.0, 1.0))]
            got = f"{wrong[0]:g}" if len(wrong) else "-1, 0 and 1 together"
            raise ValueError(
                f"{self.name} wants targets -1 and 1 (or 0 and 1), got {got}; number the two "
                "classes so, or use cross_entropy for more classes"
            )
        return 2.0 * rows - 1.0 if binary else rows


class Hinge(_Signs):
    """max(0, 1 - target * prediction), targets -1 and 1 (Cortes & Vapnik 1995).

    >>> hinge([0.5, 2.0], [1, 1]).data
    0.25

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return functional.call(ops.RELU, 1.0 - target * output)


class SquaredHinge(_Signs):
    """max(0, 1 - target * prediction)^2, targets -1 and 1.

    >>> squared_hinge([0.5, 2.0], [1, 1]).data
    0.125
    """

    name = "squared_hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        short = functional.call(ops.RELU, 1.0 - target * output)
        return short * short


class PerceptronLoss(_Signs):
    """max(0, -target * z), targets -1 and 1; its gradient step is the perceptron's rule.

    Written (step(z) - t) * z with t = 0 or 1, so that at z = 0 too the gradient is the error of a
    unit that is active there (Rosenblatt 1958).

    >>> perceptron_loss([-3.0, 2.0], [1, 1]).data
    1.5

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """

    name = "perceptron"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return (functional.call(ops.STEP, output) - 0.5 * (target + 1.0)) * output


SparseCategoricalCrossentropy = CategoricalCrossentropy  # Keras's name for class numbers

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

    A class, such as `nn.MSELoss`, is made into one of its own.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.

    >>> get("mse"), get(lambda output, target: (output - target) ** 4)
    (<loss mse>, <loss <lambda>>)
    """
    if isinstance(loss, str):
        return look_up("loss", loss, NAMES)
    made: object = loss() if isinstance(loss, type) else loss
    if isinstance(made, Loss):
        return made
    if not callable(loss):
        raise TypeError(f"a loss is a name or a function (outputs, target), got {loss!r:.60}")
    return CustomLoss(loss)


__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "CustomLoss",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "PerceptronLoss",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "SumSquaredError",
    "binary_crossentropy",
    "binary_crossentropy_from_logits",
    "categorical_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
    "cross_entropy",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_squared_error",
    "mse",
    "msle",
    "perceptron_loss",
    "poisson",
    "squared_hinge",
    "sse",
]
