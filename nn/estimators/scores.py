"""Scores: losses of a network's outputs before their last activation, as scikit-learn has them."""

from __future__ import annotations

from typing import Any, cast

from autograd_core.functional import logsumexp, softplus
from nn.basics import Number


def half_squares(output: Any, target: Any) -> Number:
    """Return half the sum of squared errors of a sample."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, 0.5 * sum((o - t) ** 2 for o, t in pairs))


def log_loss(output: Any, target: Any) -> Number:
    """Return minus the log-probability of the class, of scores before softmax."""
    scores = _list(output)
    return cast(Number, logsumexp(scores) - sum(o * t for o, t in zip(scores, _list(target))))


def log_losses(output: Any, target: Any) -> Number:
    """Return minus the log-probability of each yes or no, of scores before sigmoid."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, sum(softplus(o) - o * t for o, t in pairs))


def _list(numbers: Any) -> list[Any]:
    return list(numbers) if isinstance(numbers, list | tuple) else [numbers]
