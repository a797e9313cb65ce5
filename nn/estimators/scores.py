"""Scores: scikit-learn's losses, as functions of a network's outputs before the last activation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from autograd_core.functional import logsumexp, softplus
from autograd_core.table import AnyNumber
from nn.basics import Number

Row: TypeAlias = Number | Sequence[Number]


def half_squares(output: Row, target: Row) -> Number:
    """Return half the sum of squared errors of a sample."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, 0.5 * sum((o - t) ** 2 for o, t in pairs))


def log_loss(output: Row, target: Row) -> Number:
    """Return the negative log-probability of the class, from logits before softmax."""
    scores = _list(output)
    return cast(Number, logsumexp(scores) - sum(o * t for o, t in zip(scores, _list(target))))


def log_losses(output: Row, target: Row) -> Number:
    """Return the summed negative log-probabilities of labels, from logits before sigmoid."""
    pairs = zip(_list(output), _list(target))
    return cast(Number, sum(softplus(o) - o * t for o, t in pairs))


def _list(numbers: Row) -> list[AnyNumber]:
    return list(numbers) if isinstance(numbers, list | tuple) else [numbers]
