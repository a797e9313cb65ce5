"""Playground: a page in which a model trains, by programs that the model prints of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from viz.network import draw_network
from viz.plain import counted
from viz.player.graph import SPECIAL
from viz.player.page import as_script, build
from viz.player.play import Player
from viz.player.recorder import Recorder
from viz.player.still import still
from viz.steps import label_parts

if TYPE_CHECKING:
    import numpy.typing as npt

_SCRIPTS = ("numbers.js", "dom.js", "charts.js", "forms.js", "heat.js", "learner.js",
            "net.js", "playground.js")  # fmt: skip


def playground(
    model: object, x: object, y: object, *, title: str = "", theme: str = "auto"
) -> Player:
    """Return a page, without network or server, in which that very model trains.

    Loss, gradients and the update rule of the optimizer are the model's own, printed as JavaScript.
    While it runs, optimizer, learning rate, batch, weight decay, noise and the share of rows for
    testing can be changed; clicking on a sample or a neuron shows its numbers. For two inputs it
    shows what the model and each of its neurons answer over the plane.

    Args:
        model: A compiled model that can print itself (`in_javascript`, as nn's models can).
        x: `(samples, inputs)`.
        y: Targets as the model's `fit` takes them.
        title: Heading of the page.
        theme: "light" or "dark"; "auto" follows the notebook or the system.

    Raises:
        TypeError: If the model cannot print itself.
        ValueError: If the table does not fit the model or its loss, or the model has what a page
            cannot do.
        RuntimeError: If JavaScript lacks a function that the model calls.

    >>> class Printed:
    ...     def in_javascript(self, x, y):
    ...         raise ValueError("compile this model first")
    >>> playground(Printed(), [[0.0]], [1.0])
    Traceback (most recent call last):
    ValueError: compile this model first

    Explained in notebooks/06_gradient_descent.ipynb.
    """
    print_it = getattr(model, "in_javascript", None)
    if not callable(print_it):
        raise TypeError(
            f"playground wants a compiled model that prints itself, as nn's do, got "
            f"{type(model).__name__}; viz.play(model, sample) plays any network"
        )
    plan = dict(cast("Callable[[object, object], dict[str, Any]]", print_it)(x, y))
    counts = (counted(len(plan["parameters"]), "parameter"), counted(len(plan["x"]), "sample"))
    name = title or f"Training of {type(model).__name__}"
    plan["heading"] = {"title": name, "summary": f"{', '.join(counts)} \u00b7 loss {plan['loss']}"}
    plan["layers"] = _layers(plan.pop("names"))
    rules = {kind: rule.pop("program") for kind, rule in plan["optimizers"].items()}
    printed = {kind: _closed(text) for kind, text in rules.items()}
    programs = {key: _closed(plan.pop(key)) for key in ("step", "units")}
    steps = ",\n".join([f"{as_script(kind)}: {text}" for kind, text in printed.items()])
    main = (
        f"const plan={as_script(plan)};\n"
        f"const programs={{step: {programs['step']},\nunits: {programs['units']},\n"
        f"optimizers: {{{steps}}}}};\n"
        "window.playground=playground(plan,programs);"
    )
    functions = ["functions.js"]
    if SPECIAL.search(main):
        functions.append("special.js")
    styles = ["style.css", "training.css", "playground.css"]
    page = build(name, "playground.html", styles, [*functions, *_SCRIPTS], main, theme)
    return Player(page, stills=_stills(model, x, y, name))


def _stills(model: object, x: object, y: object, title: str) -> tuple[str, ...]:
    """Return what a model of two inputs answers before the page trains it, or its neurons."""
    with suppress(TypeError, ValueError):  # other inputs, or no classes
        plane = Recorder(cast("npt.ArrayLike", x), cast("npt.ArrayLike", y))
        plane.set_model(model)
        plane.on_epoch_end(0)
        picture = still(title, {}, plane.points, plane.labels, plane.corners, plane.frames[0].grid)
        return (picture,)
    with suppress(TypeError):  # a model without neurons
        return (draw_network(model).pipe(encoding="utf-8"),)
    return ()


def _closed(program: str) -> str:
    """Return a program that no HTML parser can take for the end of the script."""
    return program.replace("</", r"<\/")


def _layers(names: Sequence[str]) -> list[dict[str, object]]:
    """Return where each neuron's weights and bias are, layer by layer, read from their paths."""
    found: dict[str, dict[int, tuple[dict[int, int], list[int]]]] = {}
    for place, name in enumerate(names):
        layer, _, rest = name.rpartition(".neurons")
        parts = label_parts(f"neurons{rest}")
        if not layer or len(parts) != 2 or not parts[0].is_module:
            continue
        weights, bias = found.setdefault(layer, {}).setdefault(parts[0].indices[0], ({}, []))
        if parts[1].name == "w" and parts[1].is_module:
            weights[parts[1].indices[0]] = place
        else:
            bias.append(place)
    return [
        {
            "weights": [[w[i] for i in sorted(w)] for w, _ in map(neurons.get, sorted(neurons))],  # type: ignore[misc]
            "biases": [b[0] if b else None for _, b in map(neurons.get, sorted(neurons))],  # type: ignore[misc]
        }
        for neurons in found.values()
    ]
