"""Playground: a page in which a model trains, by JavaScript that the model prints."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import isqrt
from typing import TYPE_CHECKING, Any, cast

from viz.network import draw_network, layer_weights
from viz.plain import counted
from viz.player.graph import open_page, summary
from viz.player.javascript import functions
from viz.player.page import as_script, build, escape_end_tags
from viz.player.play import Model, Player, traced
from viz.player.recorder import Recorder
from viz.player.still import still
from viz.steps import Trace

if TYPE_CHECKING:
    import numpy.typing as npt

_SCRIPTS = ("numbers.js", "dom.js", "axes.js", "heat.js", "learner.js", "net.js", "sample.js",
            "playground.js")  # fmt: skip
_MOST_NODES = 10_000


def playground(
    model: object, x: object, y: object, *, title: str = "", theme: str = "auto"
) -> Player:
    """Return a page, without network or server, in which that very model trains.

    Loss, gradients and the update rule of the optimizer are the model's own, printed as JavaScript.
    While it trains, optimizer, learning rate, batch size, weight decay, noise and the share of rows
    for testing can be changed. A click on a neuron shows its numbers; a click on a sample opens the
    player on it, with the current weights. For two inputs the page shows the outputs of the model
    and of each neuron over their plane.

    Args:
        model: A compiled model that can print itself (`in_javascript`, as nn's models can).
        x: `(samples, inputs)`.
        y: Targets as the model's `fit` takes them.
        title: Heading of the page.
        theme: "light" or "dark"; "auto" follows the notebook or the system.

    Raises:
        TypeError: If the model cannot print itself.
        ValueError: If the samples do not fit the model or its loss, or the model has a part that
            the page cannot run.
        RuntimeError: If JavaScript lacks a function that the model calls, or the model branches on
            its numbers (`if h > 0`).

    >>> class Printed:
    ...     def in_javascript(self, x, y):
    ...         raise ValueError("compile this model first")
    >>> playground(Printed(), [[0.0]], [1.0])
    Traceback (most recent call last):
    ValueError: compile this model first

    Explained in notebooks/06_gradient_descent.ipynb.
    """
    in_javascript = getattr(model, "in_javascript", None)
    if not callable(in_javascript):
        raise TypeError(
            f"playground wants a compiled model that prints itself, as nn's do, got "
            f"{type(model).__name__}; viz.play(model, sample) plays any network"
        )
    plan = dict(cast("Callable[[object, object], dict[str, Any]]", in_javascript)(x, y))
    counts = (counted(len(plan["parameters"]), "parameter"), counted(len(plan["x"]), "sample"))
    name = title or f"Training of {type(model).__name__}"
    plan["heading"] = {"title": name, "summary": f"{', '.join(counts)} \u00b7 loss {plan['loss']}"}
    names = plan.pop("names")
    plan["layers"] = _layers(names)
    plan["sample"] = _sample(model, plan, names)
    step, units = (escape_end_tags(plan.pop(key)) for key in ("step", "units"))
    updates = ",\n".join(
        [
            f"{as_script(optimizer)}: {escape_end_tags(rule.pop('program'))}"
            for optimizer, rule in plan["optimizers"].items()
        ]
    )
    main = (
        f"const plan={as_script(plan)};\n"
        f"const programs={{step: {step},\nunits: {units},\n"
        f"optimizers: {{{updates}}}}};\n"
        "window.playground=playground(plan,programs);"
    )
    styles = ["style.css", "training.css", "playground.css"]
    page = build(name, "playground.html", styles, [*functions(main), *_SCRIPTS], main, theme)
    return Player(page, stills=_stills(model, x, y, name))


def _stills(model: object, x: object, y: object, title: str) -> tuple[str, ...]:
    """Return a picture of the given model: its outputs over two inputs, or its network."""
    with suppress(TypeError, ValueError):  # not two inputs, or no classes
        plane = Recorder(cast("npt.ArrayLike", x), cast("npt.ArrayLike", y))
        plane.set_model(model)
        plane.on_epoch_end(0)
        picture = still(title, {}, plane.points, plane.labels, plane.corners, plane.frames[0].grid)
        return (picture,)
    with suppress(TypeError):  # a model without neurons
        return (draw_network(model).pipe(encoding="utf-8"),)
    return ()


def _sample(model: object, plan: Mapping[str, Any], names: Sequence[str]) -> dict[str, object]:
    """Return the compressed player of a sample and the places of its free leaves, or why not.

    All samples have the same graph, since a model that branches on its numbers is not printed.
    """
    too_large: dict[str, object] = {
        "why": f"viz.play(model, x[row], y[row]) plays a graph of more than {_MOST_NODES:,} nodes."
    }
    if len(names) > _MOST_NODES:
        return too_large
    row, target = plan["x"][0], plan["targets"][0]
    side = isqrt(len(row))
    image = (side, side) if len(row) >= 64 and side * side == len(row) else None
    shown = traced(cast(Model, model), row, target if len(target) > 1 else target[0], image=image)
    if len(shown.nodes) > _MOST_NODES:
        return too_large
    wanted: dict[str, Sequence[str]] = {
        "parameters": names,
        "inputs": [f"x{k}" for k in range(len(row))],
        "targets": [f"t{k}" for k in range(len(target))],
    }
    places = _places(shown, wanted)
    found = [place for kind in places.values() for place in kind if place >= 0]
    if len({*found}) < len(found) or -1 in places["parameters"]:
        return {"why": "Its parameters have no names of their own, by which the player knows them."}
    page = open_page(shown, {shown.nodes[place].id for place in found}, image)
    packed = gzip.compress(page.encode(), 9, mtime=0)
    return {"page": b64encode(packed).decode(), "summary": summary(shown), **places}


def _places(shown: Trace, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Return the place of the leaf with each name, kind by kind; -1 where there is none."""
    leaves = enumerate(shown.nodes)
    named = {leaf.label: place for place, leaf in leaves if leaf.op is None and leaf.label}
    return {kind: [named.get(name, -1) for name in names] for kind, names in wanted.items()}


def _layers(names: Sequence[str]) -> list[dict[str, object]]:
    """Return where each neuron's weights and bias are, layer by layer, read from their paths."""
    try:
        found = layer_weights({name: place for place, name in enumerate(names)})
    except TypeError:  # a model without neurons
        return []
    return [
        {
            "weights": [[int(place) for place in row] for row in layer.weights],
            "biases": [None if place is None else int(place) for place in layer.biases],
        }
        for layer in found
    ]
