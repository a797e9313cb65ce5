"""Outputs: assigns the losses and metrics that `compile` was given to the model's outputs."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from nn.basics import Floats, Metric
from nn.basics.structure import Structure, Unchecked
from nn.losses import Losses, mse
from nn.losses import get as get_loss
from nn.losses.loss import Choice, Loss
from nn.metrics import get_all
from nn.metrics.metric import Weighted


class Chosen(NamedTuple):
    """Arguments of `Trainable.compile`, as they were given."""

    loss: Choice
    metrics: Unchecked = None
    loss_weights: Unchecked = None
    weighted_metrics: Unchecked = None

    @property
    def per_output(self) -> bool:
        """Whether losses or metrics are given for each of several outputs."""
        named = isinstance(self.metrics, Mapping) or isinstance(self.weighted_metrics, Mapping)
        return isinstance(self.loss, list | tuple | Mapping) or named

    def for_one_output(self, model: str) -> Chosen:
        """Return these arguments for a model that turned out to have one output.

        Raises:
            ValueError: If they are for several outputs.
        """
        loss, weight = _only_item(self.loss), _only_item(self.loss_weights)
        plain, weighted = (
            _only_item(given) if isinstance(given, Mapping) else given
            for given in (self.metrics, self.weighted_metrics)
        )
        if any(item is _SEVERAL for item in (loss, weight, plain, weighted)):
            raise ValueError(
                f"the loss or the metrics are for several outputs, and {model} returns one; name "
                "one loss and a list of metrics, or return a dict or a list"
            )
        if weight not in (None, 1.0):
            raise ValueError(
                f"loss_weights weigh several outputs, and {model} returns one; leave them out, or "
                "multiply inside of a loss of your own"
            )
        return Chosen(loss, plain, None, weighted)


_SEVERAL = object()


def _only_item(given: Unchecked) -> Unchecked:
    """Return the only item of a list or a dict; anything else as it is."""
    if not isinstance(given, list | tuple | Mapping):
        return given
    items = [*given.values()] if isinstance(given, Mapping) else given
    return items[0] if len(items) == 1 else _SEVERAL


@dataclass(frozen=True)
class OfOutput:
    """A metric of one of several outputs, called with the columns of all outputs."""

    metric: Any
    outputs: slice
    targets: slice

    def __call__(self, targets: Floats, predictions: Floats, **weights: Floats) -> float:
        """Return the metric; the last target column of an output is the samples' weight for it."""
        *_, counts = (own := targets[:, self.targets]).T
        weights = {name: weight * counts for name, weight in weights.items()}
        return float(self.metric(own[:, :-1], predictions[:, self.outputs], **weights))


def of_one(chosen: Chosen) -> tuple[Loss, dict[str, Metric]]:
    """Return the loss and the metrics of a model of one output.

    Losses and metrics given per output are created too, so that `compile` raises for wrong names;
    `of_several` assigns them when the model's outputs are known.
    """
    if chosen.per_output:
        items: Any = chosen.loss.values() if isinstance(chosen.loss, Mapping) else chosen.loss
        several = isinstance(chosen.loss, list | tuple | Mapping)
        made = [_loss(item) for item in items if item is not None] if several else []
        for given in (chosen.metrics, chosen.weighted_metrics):
            for item in given.values() if isinstance(given, Mapping) else ():
                get_all(item)
        return made[0] if made else _loss(chosen.loss), {}
    loss = _loss(chosen.loss)
    if any(isinstance(item, list | tuple) for item in _items(chosen.metrics)):
        return loss, {}
    return loss, _metrics_of(loss, chosen.metrics, chosen.weighted_metrics)


def of_several(chosen: Chosen, structure: Structure) -> tuple[Losses, dict[str, Metric]]:
    """Return the loss and the metrics of a model of several outputs.

    Raises:
        ValueError: If losses, weights or metrics do not fit the outputs.
    """
    given: Any = chosen.loss
    if isinstance(given, Mapping):
        given = {name: item if item is None else _loss(item) for name, item in given.items()}
    elif isinstance(given, list | tuple):
        given = [item if item is None else _loss(item) for item in given]
    else:
        given = _loss(given)
    total = Losses(given, structure, chosen.loss_weights)
    found: dict[str, Metric] = {}
    plain, weighted = (
        _per_output(structure, what, given)
        for what, given in (
            ("metrics", chosen.metrics),
            ("weighted_metrics", chosen.weighted_metrics),
        )
    )
    for part, own, counted in zip(total.parts, plain, weighted, strict=True):
        measured = _metrics_of(part.loss or mse, own, counted)
        for name, metric in measured.items():
            is_weighted = isinstance(metric, Weighted)
            one = OfOutput(metric, part.outputs, part.targets)
            found[f"{part.name}_{name}"] = Weighted(one) if is_weighted else one
    return total, found


def _per_output(structure: Structure, what: str, given: Unchecked) -> list[Unchecked]:
    """Return the metrics of each output."""
    if given is None:
        return [None] * len(structure.names)
    if isinstance(given, Mapping):
        given = {**dict.fromkeys(structure.names), **given}
    return structure.ordered(what, given)


def _metrics_of(loss: Loss, plain: Unchecked, weighted: Unchecked) -> dict[str, Metric]:
    """Return the metrics of one output by name; `weighted_` resolves a clash of names."""
    found = get_all(plain, loss.threshold, loss.each_output)
    for name, metric in get_all(weighted, loss.threshold, loss.each_output).items():
        function = metric.func if isinstance(metric, partial) else metric
        try:
            takes = "sample_weight" in inspect.signature(function).parameters
        except (TypeError, ValueError):  # no signature, as a function in C
            takes = False
        if not takes:
            raise ValueError(
                f"{name} does not say what it does with weights, so it cannot be one of the "
                "weighted_metrics; give it an argument sample_weight"
            )
        found[f"weighted_{name}" if name in found else name] = Weighted(metric)
    return found


def _loss(given: Unchecked) -> Loss:
    """Return the loss of that name, or this one, for training.

    Raises:
        ValueError: If it does not reduce to one number.
    """
    chosen = get_loss(given)
    if chosen.reduction == "weighted":
        raise ValueError(
            f"{chosen.name} with reduction='mean_with_sample_weight': fit divides by the number of "
            "samples; choose 'mean', and divide the weights by their mean"
        )
    if chosen.reduction == "none":
        raise ValueError(
            f"{chosen.name} with reduction='none' is no number to train on; choose 'mean' or 'sum'"
        )
    return chosen


def _items(given: Unchecked) -> Sequence[Unchecked]:
    return given if isinstance(given, list | tuple) else []
