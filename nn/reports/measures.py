"""Measures: scores of predictions with confidence intervals, per class, curves, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core.files import JSON
from nn.basics import Floats
from nn.metrics import mean_absolute_error, r2, root_mean_squared_error
from nn.metrics import rows as rows_of
from nn.metrics import shares as shares_of

Predict: TypeAlias = Callable[[Floats], Floats]
Labels = NDArray[np.intp]
_DRAWS = 1000  # of the bootstrap
_POINTS = 101  # of a curve, at most
_CURVES = 10  # classes with a curve, at most
_MAX_PAIRS = 400  # pairs of a true and a predicted number in a chart
_MIN_PROBABILITY = 1e-12  # smaller ones are clipped, so that -log is finite


def judge(
    y: ArrayLike, outputs: ArrayLike, classes: Sequence[str] = (), *, seed: int = 0
) -> dict[str, JSON]:
    """Return the quality of predictions, as a dict that JSON can hold.

    Args:
        y: `(rows,)` the true class numbers, or numbers.
        outputs: `(rows, outputs)` a model's predictions: probabilities, or one number.
        classes: The names of the classes; () for numbers.
        seed: For the bootstrap.

    Returns:
        `scores`, with 95 % intervals in `intervals`: percentile bootstrap of 100 to 1000 draws of
        the rows (Efron & Tibshirani 1993, section 13.3), or exact if all rows are right or all
        are wrong (Clopper & Pearson 1934). For classes also `per_class`, `confusion`, `curves`,
        `calibration`, and `thresholds` of two classes; for numbers `pairs` and `errors`.

    >>> found = judge([0, 1, 1, 0], [[0.1], [0.8], [0.4], [0.2]], ["no", "yes"])
    >>> found["scores"]["accuracy"], found["confusion"]
    (0.75, [[2, 0], [1, 1]])
    """
    true, answers = np.asarray(y, dtype=np.float64), rows_of(outputs)
    if classes:
        return _of_classes(true.astype(np.intp), shares_of(answers), classes, seed)
    return _of_numbers(true, answers[:, 0], seed)


def per_row(y: Floats, outputs: Floats, classes: Sequence[str]) -> dict[str, Floats]:
    """Return the loss and the score of each row, `(rows,)`; their means are those of the table."""
    if not classes:
        return {"mse": (outputs[:, 0] - y) ** 2}
    shares, true = shares_of(outputs), y.astype(np.intp)
    loss = -np.log(np.clip(shares[np.arange(len(true)), true], _MIN_PROBABILITY, 1.0))
    return {"loss": loss, "accuracy": (shares.argmax(axis=1) == true).astype(np.float64)}


def _of_classes(true: Labels, shares: Floats, classes: Sequence[str], seed: int) -> dict[str, JSON]:
    predicted, count = shares.argmax(axis=1), len(classes)
    matrix = np.zeros((count, count), dtype=np.intp)
    np.add.at(matrix, (true, predicted), 1)
    right, support, predictions = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    precision, recall = _ratio(right, predictions), _ratio(right, support)
    f1 = _ratio(2.0 * right, support + predictions)
    each = per_row(true.astype(np.float64), shares if count > 2 else shares[:, 1:], classes)
    found = {name: float(rows.mean()) for name, rows in each.items()}
    means = dict.fromkeys(each, np.mean)
    intervals = _intervals({name: (rows,) for name, rows in each.items()}, means, seed)
    if found["accuracy"] in (0.0, 1.0):  # the bootstrap interval would be a single point
        edge = 0.025 ** (1.0 / len(true))
        intervals["accuracy"] = [edge, 1.0] if found["accuracy"] else [0.0, 1.0 - edge]
    by_class, occurring = (precision, recall, f1, support), support > 0
    found["balanced accuracy"] = float(recall[occurring].mean())
    found["macro F1"] = float(f1[occurring].mean())
    return {
        "rows": len(true),
        "scores": found,
        "intervals": intervals,
        "per_class": [
            {"class": name, "precision": p, "recall": r, "f1": f, "support": n}
            for name, p, r, f, n in zip(classes, *(m.tolist() for m in by_class), strict=True)
        ],
        "confusion": matrix.tolist(),
        "curves": [
            {"class": classes[i], **_curves(true == i, shares[:, i])}
            for i in ((1,) if count == 2 else range(min(count, _CURVES)))
            if 0 < support[i] < len(true)
        ],
        "calibration": _calibration(true, predicted, shares),
        "thresholds": _thresholds(true == 1, shares[:, 1]) if count == 2 else [],
    }


_ERRORS: dict[str, Callable[..., float]] = {
    "r2": r2,
    "rmse": root_mean_squared_error,
    "mae": mean_absolute_error,
}


def _of_numbers(true: Floats, answers: Floats, seed: int) -> dict[str, JSON]:
    errors = answers - true
    shown = np.random.default_rng(seed).permutation(len(true))[:_MAX_PAIRS]
    return {
        "rows": len(true),
        "scores": {name: measure(true, answers) for name, measure in _ERRORS.items()},
        "intervals": _intervals(dict.fromkeys(_ERRORS, (true, answers)), _ERRORS, seed),
        "errors": {
            "mean": float(errors.mean()),
            "half are below": float(np.quantile(np.abs(errors), 0.5)),
            "nine in ten are below": float(np.quantile(np.abs(errors), 0.9)),
            "largest": float(np.abs(errors).max()),
        },
        "pairs": [[float(true[i]), float(answers[i])] for i in sorted(shown.tolist())],
    }


def _ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> Floats:
    """Return the ratios; 0 where the denominator is 0, as in scikit-learn."""
    return np.asarray(
        np.divide(numerator, denominator, out=np.zeros(len(denominator)), where=denominator > 0)
    )


def _intervals(
    rows: Mapping[str, tuple[Floats, ...]], measures: Mapping[str, Callable[..., float]], seed: int
) -> dict[str, list[float]]:
    """Return the 2.5 % and 97.5 % quantiles of each measure over rows drawn with replacement."""
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in rows}
    count = len(next(iter(rows.values()))[0])
    for _ in range(max(100, min(_DRAWS, 20_000_000 // count))):
        which = rng.integers(0, count, count)
        for name, arrays in rows.items():
            drawn[name].append(measures[name](*(array[which] for array in arrays)))
    return {name: np.quantile(scores, [0.025, 0.975]).tolist() for name, scores in drawn.items()}


def _curves(positive: NDArray[np.bool_], score: Floats) -> dict[str, JSON]:
    """Return the ROC and the precision-recall curve of one class against the others.

    `auc` is the area under the ROC curve; `average precision` the sum over points of precision
    times the step of recall.
    """
    order = np.argsort(-score, kind="stable")
    # one point for equal scores
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    hits = np.cumsum(positive[order])[ends]
    recall, precision = hits / positive.sum(), hits / (ends + 1)
    false = (ends + 1 - hits) / (~positive).sum()
    steps = np.diff(recall, prepend=0.0)
    roc = np.column_stack([np.append(0.0, false), np.append(0.0, recall)])
    return {
        "auc": float(np.sum(np.diff(roc[:, 0]) * (roc[1:, 1] + roc[:-1, 1]) / 2.0)),
        "average precision": float(np.sum(steps * precision)),
        "roc": _downsampled(roc),
        "precision recall": _downsampled(np.column_stack([recall, precision])),
    }


def _downsampled(points: Floats) -> list[list[float]]:
    places = np.unique(np.linspace(0, len(points) - 1, _POINTS).round().astype(int))
    return [[round(float(x), 5), round(float(y), 5)] for x, y in points[places]]


def _calibration(true: Labels, predicted: Labels, shares: Floats) -> dict[str, JSON]:
    """Return the share of right predictions by confidence, in ten bins.

    `sure` is the mean confidence (the largest probability), `right` the share that is right, of a
    bin and of all rows. `error` is their mean distance over the bins, weighted by rows (expected
    calibration error, Guo et al. 2017, section 2).
    """
    sure, right = shares.max(axis=1), predicted == true
    places = np.minimum((sure * 10).astype(int), 9)
    bins = [
        {
            "sure": float(sure[places == i].mean()),
            "right": float(right[places == i].mean()),
            "rows": int((places == i).sum()),
        }
        for i in range(10)
        if (places == i).any()
    ]
    distance = sum(b["rows"] * abs(b["sure"] - b["right"]) for b in bins) / len(true)
    return {
        "error": distance, "sure": float(sure.mean()), "right": float(right.mean()), "bins": bins,
    }  # fmt: skip


def _thresholds(positive: NDArray[np.bool_], score: Floats) -> list[dict[str, float | None]]:
    """Return the scores of predicting the second class above each threshold, 0.1 to 0.9.

    The precision is None if no row is predicted.
    """
    made: list[dict[str, float | None]] = []
    for step in range(1, 10):
        predicted = score > step / 10
        hits, predictions = int((predicted & positive).sum()), int(predicted.sum())
        made.append(
            {
                "threshold": step / 10,
                "precision": hits / predictions if predictions else None,
                "recall": hits / max(int(positive.sum()), 1),
                "accuracy": float((predicted == positive).mean()),
            }
        )
    return made
