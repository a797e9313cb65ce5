"""Utils: the small helpers that PyTorch and Keras keep in a module of this name.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import random

from numpy.typing import ArrayLike

from nn.basics import Floats
from nn.data import one_hot
from nn.optimizers import clip_grad_norm_, clip_grad_value_


def set_random_seed(seed: int) -> None:
    """Seed the module `random`, the source of models, splits and `fit` that get no seed.

    >>> import nn
    >>> weights = []
    >>> for _ in range(2):
    ...     set_random_seed(3)
    ...     weights.append(nn.MLP(2, [1]).get_weights()[0].tolist())
    >>> weights[0] == weights[1]
    True
    """
    random.seed(int(seed))


def to_categorical(x: ArrayLike, num_classes: int | None = None) -> Floats:
    """Return class numbers as one-hot rows (`nn.data.one_hot`).

    >>> to_categorical([0, 2], num_classes=3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return one_hot(x, num_classes)


__all__ = ["clip_grad_norm_", "clip_grad_value_", "set_random_seed", "to_categorical"]
