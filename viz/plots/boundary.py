"""Boundary: the decisions of a model with two inputs, over the plane of these inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from autograd_core import no_grad
from viz.plots.figure import COLORS, INK, diverging_map, new_figure, style_axes, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = npt.NDArray[np.float64]
_MARGIN = 0.12  # of the plane around the samples, as a share of their range
_MARKERS = "osD^vP*"
_SHARP = 240  # points along a side for hard decisions: no staircase is visible
_SUBDIVISIONS = 4  # of the distance between two points of the grid, to interpolate scores


def plot_decision_boundary(
    model: object,
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    resolution: int = 60,
    threshold: float | None = None,
    title: str = "",
    theme: str = "light",
) -> Figure:
    """Colour the plane by a model's output, with the samples on top.

    Args:
        model: Has `predict(X)`, else is called with one point at a time and returns a number or
            a Value (one score), or a list of them (one per class).
        X: `(samples, 2)`.
        y: `(samples,)`, the classes, numbers or names, or one-hot `(samples, classes)`.
        resolution: Points along each side of the grid; at least 240 where `predict` returns only
            two different numbers, since hard decisions on a coarse grid look like a staircase.
        threshold: Score at which the decision changes; by default 0.5 if all scores are
            probabilities (and no class is -1), else 0.
        title: Written above.
        theme: "light" or "dark".

    Raises:
        ValueError: If X has not two columns, y not one label for each row, or either a number that
            is not finite; if `resolution` is below 2.
        TypeError: If the model has no `predict` and cannot be called.
        ImportError: If matplotlib is not installed.

    >>> figure = plot_decision_boundary(lambda p: p[0] - p[1], [[0, 1], [1, 0]], [0, 1])
    >>> len(figure.axes[0].collections) >= 2
    True

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """
    points, labels = samples(X, y)
    names = dict(zip(labels.tolist(), np.ravel(y))) if labels.size == np.size(y) else {}
    if resolution < 2:
        raise ValueError(f"a grid has at least 2 points along each side, got {resolution=}")
    corners = corners_around(points)
    xs, ys, grid = grid_between(*corners, resolution)
    scores = model_outputs(model, grid)
    if hasattr(model, "predict") and scores.shape[1] == 1 and len(np.unique(scores)) == 2:
        xs, ys, grid = grid_between(*corners, max(resolution, _SHARP))
        scores = model_outputs(model, grid)
    figure, (axes,) = new_figure(width=5.2, height=4.4)
    classes = np.unique(labels)
    if scores.shape[1] == 1:
        limit = decision_threshold(scores, classes) if threshold is None else threshold
        _draw_scores(axes, xs, ys, scores.reshape(len(ys), len(xs)), limit)
    else:
        table = scores.reshape(len(ys), len(xs), -1)
        _draw_classes(axes, xs, ys, _interpolated(_interpolated(table, 0), 1))
    ends = {0: COLORS[0], len(classes) - 1: COLORS[1]} if len(classes) <= 2 else {}
    for index, label in enumerate(classes):
        chosen = points[labels == label]
        axes.scatter(
            chosen[:, 0], chosen[:, 1], s=26, marker=_MARKERS[index % len(_MARKERS)],
            color=ends.get(index, COLORS[index % len(COLORS)]), edgecolor="white", linewidth=0.7,
            label=_class_name(names.get(label, label)), zorder=3,
        )  # fmt: skip
    style_axes(axes, title, grid=False)
    axes.set_xlabel("x0")
    axes.set_ylabel("x1")
    axes.legend(  # above the axes: inside, it could cover samples
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, frameon=False, fontsize=9,
        borderaxespad=0.2, handletextpad=0.1, columnspacing=1.0,
    )  # fmt: skip
    return themed(figure, theme)


def _class_name(name: object) -> str:
    if isinstance(name, str):
        return name.replace("$", r"\$")  # matplotlib would read it as mathematics
    return f"class {cast(float, name):g}"


def corners_around(points: Array) -> tuple[Array, Array]:
    """Return the lowest and the highest (x0, x1) of the part of the plane shown around points."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MARGIN * np.where(high > low, high - low, 1.0)
    return low - margin, high + margin


def grid_between(low: Array, high: Array, resolution: int) -> tuple[Array, Array, Array]:
    """Return the coordinates along x0 and x1, and the points `(resolution * resolution, 2)`."""
    xs, ys = (np.linspace(start, end, resolution) for start, end in zip(low, high))
    return xs, ys, np.array([[x, y] for y in ys for x in xs])


def _interpolated(scores: Array, axis: int) -> Array:
    """Return the scores interpolated linearly along an axis, `_SUBDIVISIONS` per interval."""
    count = scores.shape[axis]
    places = np.linspace(0.0, count - 1.0, _SUBDIVISIONS * (count - 1) + 1)
    before = np.minimum(places.astype(int), count - 2)
    share = np.expand_dims(places - before, tuple(n for n in range(scores.ndim) if n != axis))
    lower, upper = scores.take(before, axis), scores.take(before + 1, axis)
    return np.asarray(lower + share * (upper - lower))


def model_outputs(model: object, points: Array) -> Array:
    """Return the outputs of a model for `(samples, inputs)`, as `(samples, outputs)`.

    Raises:
        TypeError: If the model has no `predict` and cannot be called.
    """
    predict = getattr(model, "predict", None)
    if callable(predict):
        outputs = np.asarray(predict(points), dtype=float)
    elif callable(model):
        with no_grad():
            call = cast("Callable[[list[float]], object]", model)
            outputs = np.array([_numbers(call(point.tolist())) for point in points])
    else:
        raise TypeError(
            f"a model has predict(X) or is called with one point, got {type(model).__name__}"
        )
    return outputs.reshape(len(points), -1)


def _numbers(output: object) -> list[float]:
    parts = output if isinstance(output, (list, tuple)) else [output]
    return [float(cast(float, getattr(part, "data", part))) for part in parts]


def class_numbers(y: npt.ArrayLike) -> Array:
    """Return classes as numbers; names are numbered in sorted order."""
    try:
        return np.asarray(y, dtype=float)
    except ValueError:
        return np.unique(np.asarray(y), return_inverse=True)[1].astype(float)


def samples(X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """Return points `(samples, 2)` and class numbers `(samples,)`.

    Raises:
        ValueError: If X has not two columns, y not one label for each row, or either a number that
            is not finite.
    """
    points, labels = np.asarray(X, dtype=float), class_numbers(y)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"X has two columns, one point per row; got shape {points.shape}")
    if labels.ndim == 2:
        labels = labels.argmax(axis=1) if labels.shape[1] > 1 else labels[:, 0]
    if labels.shape != (len(points),):
        raise ValueError(f"y has one label for each of {len(points)} points, got {labels.shape}")
    for name, numbers in (("X", points), ("y", labels)):
        not_finite = np.argwhere(~np.isfinite(numbers))
        if len(not_finite):
            index = tuple(not_finite[0])
            raise ValueError(
                f"{name}[{', '.join(map(str, index))}] is {numbers[index]}; drop or fill such rows"
            )
    return points, labels


def decision_threshold(scores: Array, classes: Array) -> float:
    """Return 0.5 if all scores are probabilities and no class is negative, else 0."""
    probabilities = scores.min() >= 0.0 and scores.max() <= 1.0 and classes.min() >= 0.0
    return 0.5 if probabilities else 0.0


def _draw_scores(axes: Axes, xs: Array, ys: Array, scores: Array, threshold: float) -> None:
    margins = scores - threshold
    # far from the boundary a logit may be huge: the scale ends at the 90% quantile
    finite = np.abs(margins[np.isfinite(margins)])
    limit = float(np.quantile(finite, 0.9)) if finite.any() else 1.0
    axes.pcolormesh(
        xs, ys, np.clip(margins, -limit, limit), cmap=diverging_map(), vmin=-1.6 * limit,
        vmax=1.6 * limit, shading="gouraud", rasterized=True,
    )  # fmt: skip
    if margins.min() < 0.0 < margins.max():
        axes.contour(xs, ys, margins, levels=[0.0], colors=INK, linewidths=1.6)


def _draw_classes(axes: Axes, xs: Array, ys: Array, scores: Array) -> None:
    from matplotlib.colors import to_rgba

    colours = np.array([to_rgba(color, 0.28) for color in COLORS])[scores.argmax(2) % len(COLORS)]
    colours[~np.isfinite(scores).all(axis=2)] = 0.0  # transparent where the model has diverged
    axes.imshow(
        colours, origin="lower", aspect="auto", interpolation="nearest",
        extent=(xs[0], xs[-1], ys[0], ys[-1]),
    )  # fmt: skip
