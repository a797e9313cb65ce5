"""Losses as metrics: the weighted mean of a loss.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nn.losses.loss import Loss
from nn.metrics.class_numbers import sample_weights


def by_loss(
    targets: ArrayLike,
    predictions: ArrayLike,
    loss: Loss | Callable[..., Loss],
    sample_weight: ArrayLike | None = None,
    **options: object,
) -> float:
    """Return the mean loss, weighted by `sample_weight`.

    >>> from nn.losses import MeanSquaredError
    >>> by_loss([[1.0], [2.0]], [[1.0], [4.0]], MeanSquaredError)
    2.0
    """
    made = loss if isinstance(loss, Loss) else loss(**options)
    if sample_weight is not None:
        weights = sample_weights(sample_weight, len(np.asarray(targets)))
        sample_weight = weights * (len(weights) / weights.sum())
    return made(np.asarray(predictions), targets, sample_weight).data
