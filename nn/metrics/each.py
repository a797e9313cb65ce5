"""Each: metrics that are a mean over samples, as a function of each sample, to be summed anywhere.

So a device that trains can sum them as it goes. What depends on all targets, such as whether they
are class numbers, is decided before. `m` is numpy or a module like it, jax.numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from nn.basics import Floats, Metric
from nn.metrics import measures
from nn.metrics.class_numbers import labels
from nn.metrics.metric import Array, SampleFunction, SampleMetric, Totals, Weighted


def totals_of(
    losses: tuple[int, ...],
    metrics: Mapping[str, Metric],
    targets: Floats,
    weights: Floats,
    outputs: int,
) -> tuple[Totals, Floats] | None:
    """Return sums for losses and metrics, and their columns; None if a metric is no such mean.

    Args:
        losses: The columns of the losses in the table of losses and outputs.
        metrics: The metrics by name, as `compile` has chosen them.
        targets: `(samples, ...)` all targets.
        weights: `(samples,)` the weight of each sample.
        outputs: The number of outputs of the model.

    >>> targets, outputs = np.array([[0.0], [1.0]]), np.array([[0.2], [0.4]])
    >>> accuracy = partial(measures.accuracy, threshold=0.5)
    >>> totals, columns = totals_of((), {"accuracy": accuracy}, targets, np.ones(2), 1)
    >>> totals.means(totals(np, np.hstack([targets, outputs]), columns), columns)
    [0.5]

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """
    each, columns = list[SampleMetric](), [weights[:, None]]
    for metric in metrics.values():
        found = _each(metric, targets, outputs)
        if found is None or (found[0].weighted and not weights.sum() > 0.0):
            return None
        each.append(found[0])
        columns.append(found[1])
    return Totals(losses, outputs, tuple(each)), np.hstack(columns)


def _each(metric: Metric, targets: Floats, outputs: int) -> tuple[SampleMetric, Array] | None:
    """Return a metric as a mean over samples, and the columns that it compares outputs with."""
    weighted = isinstance(metric, Weighted)
    inner = metric.metric if isinstance(metric, Weighted) else metric
    function, options = inner, dict[str, Any]()
    if isinstance(inner, partial):
        function, options = inner.func, inner.keywords
    found: tuple[SampleFunction, Array] | None = None
    option = options.get("threshold", 0.5)
    if function is measures.accuracy:
        found = _classes(targets, outputs, options.get("threshold"))
    elif function is measures.top_k_accuracy:
        option, true = options.get("k", 5), labels(targets)[:, None]
        if option >= 1 and 0 <= true.min() <= true.max() < outputs:  # else the metric raises
            found = measures.among_largest, true
    elif function in _SAMPLE_FUNCTIONS and targets.shape[1] == outputs:
        signs = function is measures.binary_accuracy and (np.abs(targets) == 1.0).all()
        found = _SAMPLE_FUNCTIONS[function], np.maximum(targets, 0.0) if signs else targets
    if found is None:
        return None
    of_sample, wanted = found
    root = function is measures.root_mean_squared_error
    return SampleMetric(of_sample, float(option), wanted.shape[1], weighted, root), wanted


def _classes(
    targets: Floats, outputs: int, threshold: float | None
) -> tuple[SampleFunction, Array] | None:
    """Return a function that compares predicted and true classes, and the true ones.

    See class_numbers.pair; None if the predictions decide how classes are compared.
    """
    true = labels(targets)
    if outputs > 1:
        return _largest, true[:, None]
    if true.max() > 1:
        return _output_is_class, targets if targets.shape[1] == 1 else true[:, None]
    return None if threshold is None else (_above_threshold, true[:, None])


def _largest(m: Any, wanted: Array, outputs: Array, _: float) -> Array:
    return m.argmax(outputs, 1) == wanted[:, 0]


def _output_is_class(m: Any, wanted: Array, outputs: Array, _: float) -> Array:
    return outputs[:, 0] == wanted[:, 0]


def _above_threshold(m: Any, wanted: Array, outputs: Array, threshold: float) -> Array:
    return m.where(outputs[:, 0] > threshold, 1.0, 0.0) == wanted[:, 0]


_SAMPLE_FUNCTIONS: dict[Callable[..., float], SampleFunction] = {
    measures.binary_accuracy: measures.right_answers,
    measures.mean_squared_error: measures.squares,
    measures.root_mean_squared_error: measures.squares,
    measures.mean_absolute_error: measures.distances,
    measures.cosine_similarity: measures.cosines,
}
