"""Scores: scikit-learn's losses, as functions of a network's outputs before the last activation."""

from __future__ import annotations

from typing import Any, cast

from autograd_core.functional import logsumexp, softplus
from nn.basics import Number


def half_squares(output: Any, target: Any) -> Number:
    """Return half the sum of squared errors of a sample."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, 0.5 * sum((o - t) ** 2 for o, t in pairs))


def log_loss(output: Any, target: Any) -> Number:
    """Return the negative log-probability of the class, from logits before softmax."""
    scores = _list(output)
    return cast(Number, logsumexp(scores) - sum(o * t for o, t in zip(scores, _list(target))))


def log_losses(output: Any, target: Any) -> Number:
    """Return the summed negative log-probabilities of labels, from logits before sigmoid."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, sum(softplus(o) - o * t for o, t in pairs))


def _list(numbers: Any) -> list[Any]:
    return list(numbers) if isinstance(numbers, list | tuple) else [numbers]
