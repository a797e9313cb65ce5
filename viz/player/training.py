"""Training page: the epochs of a recorder, or the curves of a history, as JSON and a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import cast

import numpy as np

from viz.network import LayerWeights
from viz.plain import counted, json_number
from viz.player.page import as_script, build
from viz.player.recorder import Epoch, Recorder
from viz.plots import decision_threshold

_SCRIPTS = ("numbers.js", "dom.js", "timeline.js", "axes.js", "charts.js", "training.js")
_MOST_CURVE_POINTS = 400


def frames_of(history: object) -> list[Epoch] | None:
    """Return the epochs of a History (`.history`) or of its dict; None for anything else."""
    curves = getattr(history, "history", history)
    if not isinstance(curves, Mapping):
        return None
    if not all(hasattr(curve, "__len__") for curve in curves.values()):
        return None
    named = cast("Mapping[str, Sequence[float]]", curves)
    epochs = max(map(len, named.values()), default=0)
    step = -(-epochs // _MOST_CURVE_POINTS) or 1
    kept = sorted({*range(0, epochs, step), *range(epochs)[-1:]})
    return [
        Epoch(epoch, {name: float(c[epoch]) for name, c in named.items() if epoch < len(c)})
        for epoch in kept
    ]


def training_page(
    recorder: Recorder | None, frames: Sequence[Epoch], title: str, theme: str = "auto"
) -> str:
    """Return the HTML of the training page."""
    kept = counted(len(frames), "epoch")
    heading = {"title": title, "summary": f"{kept} kept, the last one is {frames[-1].epoch + 1}"}
    record: dict[str, object] = {
        "heading": heading,
        "names": list(dict.fromkeys([name for frame in frames for name in frame.logs])),
        "frames": [_frame(frame) for frame in frames],
    }
    if recorder is not None and recorder.points is not None and recorder.labels is not None:
        grids = np.concatenate([frame.grid for frame in frames if frame.grid is not None])
        record["plane"] = {
            "points": _rounded(recorder.points.tolist()),
            "labels": recorder.labels.tolist(),
            "corners": recorder.corners,
            "resolution": recorder.resolution,
            "threshold": decision_threshold(grids, np.unique(recorder.labels)),
        }
    main = f"window.training=training({as_script(record)});"
    return build(title, "training.html", ["style.css", "training.css"], _SCRIPTS, main, theme)


def _frame(frame: Epoch) -> dict[str, object]:
    plain: dict[str, object] = {
        "epoch": frame.epoch,
        "logs": {name: json_number(number) for name, number in frame.logs.items()},
        "layers": [_layer(layer) for layer in frame.layers],
        "gradients": _rounded(frame.gradients),
    }
    in_layers = [x for layer in frame.layers for x in (*chain(*layer.weights), *layer.biases)]
    # if the layers hold all parameters, the page reads them from there
    if sorted(frame.weights) != sorted([x for x in in_layers if x is not None]):
        plain["weights"] = _rounded(frame.weights)
    if frame.grid is not None:
        classes = frame.grid.shape[1] > 1
        plain["grid"] = _rounded(
            (frame.grid.argmax(axis=1) if classes else frame.grid[:, 0]).tolist()
        )
        plain["classes"] = classes
    return plain


def _layer(layer: LayerWeights) -> dict[str, object]:
    return {"weights": _rounded(layer.weights), "biases": _rounded(layer.biases)}


def _rounded(numbers: object) -> object:
    """Return nested lists rounded to four significant digits, which is all that charts show."""
    if isinstance(numbers, Sequence):
        return [_rounded(number) for number in numbers]
    return None if numbers is None else json_number(float(f"{numbers:.4g}"))
