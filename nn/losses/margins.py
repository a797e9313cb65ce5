"""Margins: losses on target * output, as of a perceptron or a support vector machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import functional, ops
from nn.basics import Floats, Number
from nn.losses.loss import Loss


class _SignedTargets(Loss):
    """Base of losses on targets -1 and 1; targets 0 and 1 are taken as -1 and 1, as in Keras."""

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


class Hinge(_SignedTargets):
    """max(0, 1 - target * prediction), for targets -1 and 1 (Cortes & Vapnik 1995).

    >>> Hinge()([0.5, 2.0], [1, 1]).data
    0.25

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return functional.call(ops.RELU, 1.0 - target * output)


class SquaredHinge(_SignedTargets):
    """max(0, 1 - target * prediction)^2, for targets -1 and 1.

    >>> SquaredHinge()([0.5, 2.0], [1, 1]).data
    0.125
    """

    name = "squared_hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        hinge = functional.call(ops.RELU, 1.0 - target * output)
        return hinge * hinge


class PerceptronLoss(_SignedTargets):
    """max(0, -target * z), for targets -1 and 1; its gradient step is the perceptron's rule.

    It is computed as (step(z) - t) * z with t = 0 or 1, so that the gradient at z = 0 is the error
    of a unit that is active there (Rosenblatt 1958).

    >>> PerceptronLoss()([-3.0, 2.0], [1, 1]).data
    1.5

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """

    name = "perceptron"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return (functional.call(ops.STEP, output) - 0.5 * (target + 1.0)) * output
