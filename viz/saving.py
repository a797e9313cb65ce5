"""Saving: `save(thing, "x.svg")` writes any picture in the format that the suffix names."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from autograd_core import Value
from autograd_core.files import Location, write_whole
from viz.drawing import Picture, draw_dot, gif_bytes
from viz.network import draw_network
from viz.player import Player, play
from viz.steps import Trace, trace

Content: TypeAlias = bytes | str


@runtime_checkable
class Chart(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: io.BytesIO, *, format: str) -> None:
        """Write the figure."""


def save(thing: object, path: Location) -> Path:
    """Write a picture of `thing`, whole or not at all, and return the path.

    Args:
        thing: A Value (the output of a graph), its trace, a picture from `draw_dot` or
            `draw_network`, a figure from a `plot_...` function, a player, or a model.
        path: Where to; the suffix decides the format: .svg and .png for all of these; .dot for
            graphs and networks; .html (the player), .json (the trace) and .gif (animated) for
            graphs.

    Raises:
        ValueError: If the suffix is unknown, or `thing` cannot be saved in that format.
        TypeError: If `thing` cannot be drawn.
        OSError: If the folder does not exist or is not writable.

    >>> save(Value(1.0).exp(), "picture.bmp")
    Traceback (most recent call last):
    ValueError: picture.bmp: the suffix is one of .svg, .png, .dot, .html, .json, .gif, got '.bmp'

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        wanted = ", ".join(SUFFIXES)
        raise ValueError(f"{path}: the suffix is one of {wanted}, got {suffix!r}")
    return write_whole(path, _content(thing, suffix))


def _content(thing: object, suffix: str) -> Content:
    if isinstance(thing, Chart):
        return _chart(thing, suffix)
    if isinstance(thing, Player):
        if suffix == ".html":
            return thing.html
        if thing.trace is None:
            raise ValueError(f"a training is saved as .html, got {suffix}")
        thing = thing.trace
    if isinstance(thing, Value):
        thing = trace(thing)
    if suffix in _TRACE_WRITERS:
        steps = thing.steps if isinstance(thing, Picture) else thing
        if not isinstance(steps, Trace):
            got = type(thing).__name__
            raise ValueError(f"{suffix} is for graphs of Values, got {got}; try another suffix")
        return _TRACE_WRITERS[suffix](steps)
    if isinstance(thing, Trace):
        thing = draw_dot(thing)
    picture = thing if isinstance(thing, Picture) else draw_network(thing)
    return str(picture.source) if suffix == ".dot" else picture.pipe(suffix[1:])


def _chart(chart: Chart, suffix: str) -> bytes:
    if suffix not in (".svg", ".png"):
        raise ValueError(f"a figure is saved as .svg or .png, got {suffix}")
    buffer = io.BytesIO()
    chart.savefig(buffer, format=suffix[1:])
    return buffer.getvalue()


_TRACE_WRITERS: dict[str, Callable[[Trace], Content]] = {
    ".html": lambda steps: play(steps).html,
    ".json": lambda steps: json.dumps(steps.to_dict(), indent=1, allow_nan=False),
    ".gif": gif_bytes,
}
SUFFIXES = (".svg", ".png", ".dot", *_TRACE_WRITERS)
