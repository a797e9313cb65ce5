"""Saving: `save(thing, "x.svg")`, any picture in the format of the path's suffix."""

from __future__ import annotations

import json
from pathlib import Path

from autograd_core import Value
from viz.files import Location, write_file
from viz.picture import Picture, draw_dot
from viz.steps import Trace, trace

SUFFIXES = (".svg", ".png", ".dot", ".json")


def save(thing: Value | Trace | Picture, path: Location) -> Path:
    """Write a picture of `thing`, whole or not at all, and return the path.

    Args:
        thing: A Value (the output of a graph), its trace, or a picture from `draw_dot`.
        path: Where to; the suffix decides the format: .svg, .png, .dot or .json.

    Raises:
        ValueError: If the suffix is none of these.
        TypeError: If `thing` cannot be drawn.
        OSError: If the folder is not there or not writable.

    >>> save(Value(1.0).exp(), "picture.bmp")
    Traceback (most recent call last):
    ValueError: picture.bmp: the suffix is one of .svg, .png, .dot, .json, got '.bmp'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: the suffix is one of {', '.join(SUFFIXES)}, got {suffix!r}")
    return write_file(path, _content(thing, suffix))


def _content(thing: Value | Trace | Picture, suffix: str) -> bytes | str:
    if suffix == ".json":
        return json.dumps(_steps(thing).to_dict(), indent=1)
    picture = thing if isinstance(thing, Picture) else draw_dot(thing)
    if suffix == ".dot":
        return str(picture.source)
    return picture.pipe(suffix[1:])


def _steps(thing: Value | Trace | Picture) -> Trace:
    if isinstance(thing, Picture):
        if thing.steps is None:
            raise TypeError("a picture of a network has no steps to write as JSON; save a Value")
        return thing.steps
    return thing if isinstance(thing, Trace) else trace(thing)
