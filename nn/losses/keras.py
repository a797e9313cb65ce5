"""Further losses of Keras: of logarithms, percentages, counts, distributions, directions.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from autograd_core import functional, ops
from nn.basics import Floats, Number
from nn.losses.loss import Loss, Numbers, class_rows

_EPSILON = 1e-7  # Keras's; the lower limit of arguments of a logarithm and of divisors
_MIN_SQUARED_NORM = 1e-12  # Keras's; the lower limit of squared norms


class MeanSquaredLogarithmicError(Loss):
    """(log(1 + prediction) - log(1 + target))^2, with both numbers at least 1e-7.

    >>> loss = MeanSquaredLogarithmicError()
    >>> round(loss([math.e - 1.0], [0.0]).data, 6)
    1.0
    """

    name = "msle"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        logs = [
            functional.call(ops.LOG, functional.call(ops.MAXIMUM, number, _EPSILON) + 1.0)
            for number in (output, target)
        ]
        return (logs[0] - logs[1]) ** 2


class MeanAbsolutePercentageError(Loss):
    """100 * |prediction - target| / |target|, with |target| at least 1e-7.

    >>> MeanAbsolutePercentageError()([1.5, 2.0], [1.0, 2.0]).data
    25.0
    """

    name = "mape"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        size = functional.call(ops.MAXIMUM, functional.call(ops.ABS, target), _EPSILON)
        return 100.0 * functional.call(ops.ABS, output - target) / size


class LogCosh(Loss):
    """log(cosh(error)): about error^2 / 2 near 0, |error| - log(2) far from 0.

    >>> round(LogCosh()([1.0], [0.0]).data, 6)
    0.433781
    """

    name = "log_cosh"
    symmetric = True

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output, without overflow."""
        error = output - target
        return error + functional.call(ops.SOFTPLUS, -2.0 * error) - math.log(2.0)


class Poisson(Loss):
    """prediction - target * log(prediction), for targets that are counts.

    >>> round(Poisson()([1.0], [3.0]).data, 6)
    1.0
    """

    name = "poisson"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return output - target * functional.call(ops.LOG, output + _EPSILON)


class KLDivergence(Loss):
    """target * log(target / prediction), the sum over a sample's outputs (Kullback & Leibler 1951).

    >>> round(KLDivergence()([[0.5, 0.5]], [[1.0, 0.0]]).data, 5)
    0.69315
    """

    name = "kl_divergence"
    whole_row = True

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample, with probabilities clipped to 1e-7..1."""
        clipped = [
            [functional.call(ops.CLIP, number, _EPSILON, 1.0) for number in row]
            for row in (outputs, target)
        ]
        logs = [functional.call(ops.LOG, t / p) for p, t in zip(*clipped, strict=True)]
        return functional.dot(clipped[1], logs)


class CategoricalHinge(Loss):
    """max(0, 1 + largest wrong score - right score), for class numbers or one-hot rows.

    (Crammer & Singer 2001.) As in Keras, a largest wrong score below 0 counts as 0.

    >>> CategoricalHinge()([[0.5, 1.0, 0.75]], [1]).data
    0.75
    """

    name = "categorical_hinge"
    whole_row = True

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample."""
        right = functional.dot(target, outputs)  # the score of the true class
        largest: Number = 0.0
        for output, share in zip(outputs, target, strict=True):
            largest = functional.call(ops.MAXIMUM, largest, (1.0 - share) * output)
        return functional.call(ops.MAXIMUM, 0.0, 1.0 + largest - right)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as one-hot rows.

        Raises:
            ValueError: If a class number is out of range, or rows do not sum to 1.
        """
        return class_rows(self.name, targets, outputs)


class CosineSimilarity(Loss):
    """-cos of the angle between predictions and targets: -1 if parallel, 1 if opposite.

    >>> CosineSimilarity()([[3.0, 4.0]], [[6.0, 8.0]]).data
    -1.0
    """

    name = "cosine_similarity"
    symmetric = True
    whole_row = True

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample; 0 if a vector is 0."""
        norms = [
            functional.call(
                ops.SQRT, functional.call(ops.MAXIMUM, functional.dot(v, v), _MIN_SQUARED_NORM)
            )
            for v in (outputs, target)
        ]
        return -functional.dot(outputs, target) / (norms[0] * norms[1])
