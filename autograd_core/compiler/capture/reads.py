"""Reads: where code takes a plain number out of a Value while a function is captured.

Such a number is not in the graph: `x.data`, `x.item()`, `f"{x:.2f}"`, a gradient after `backward()`
would be constants of the program, made from the first call, and so would a decision that rests on
one. Comparisons of Values, `detach()` and `no_grad()` are recorded.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from autograd_core.graph import Node

# Here numbers are read to compute those of new nodes, or to say that one is not finite.
_ARITHMETIC = {
    "autograd_core.graph.recording", "autograd_core.graph.operators", "autograd_core.functional",
    "autograd_core.graph.adjoints", "autograd_core.graph.anomaly",
}  # fmt: skip
_SLOT = vars(Node)["data"]
_LIBRARIES = ("autograd_core.", "nn.", "copy.")
_arithmetic: dict[int, CodeType] = {}  # by id, since code is hashed by all that it says
_open: dict[int, list[set[str]]] = {}  # by thread: the places found by each capture under way
_lock = threading.Lock()


@contextmanager
def watched_reads() -> Iterator[set[str]]:
    """Note where numbers are read out of Values by other code than the engine's arithmetic.

    >>> from autograd_core import Value
    >>> with watched_reads() as places:
    ...     twice = Value(1.0) + Value(1.0)
    >>> places, twice.data
    (set(), 2.0)
    """
    found: set[str] = set()
    thread = threading.get_ident()
    with _lock:
        if not _open:
            _watch_the_class()
        _open.setdefault(thread, []).append(found)
    try:
        yield found
    finally:
        with _lock:
            _open[thread].pop()
            if not _open[thread]:
                del _open[thread]
            if not _open:
                type.__setattr__(Node, "data", _SLOT)


def _watch_the_class() -> None:
    """Put a property in the place of the slot that all Values keep their number in."""
    number, current = _SLOT.__get__, sys._getframe

    def get(node: Any) -> float:
        frame = current(1)
        if id(frame.f_code) not in _arithmetic:
            _note(frame)
        return number(node)  # type: ignore[no-any-return]

    type.__setattr__(Node, "data", property(get, _SLOT.__set__))


def _note(reader: FrameType) -> None:
    """Note the place in a user's code that reads, unless it is arithmetic that does."""
    if reader.f_globals.get("__name__") in _ARITHMETIC:
        _arithmetic[id(reader.f_code)] = reader.f_code
        return
    places = _open.get(threading.get_ident())
    if places:
        frame: FrameType | None = reader
        while frame is not None and _of_a_library(frame):
            frame = frame.f_back if frame.f_code.co_name != "capture" else None
        frame = frame or reader
        places[-1].add(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")


def _of_a_library(frame: FrameType) -> bool:
    return f"{frame.f_globals.get('__name__', '')}.".startswith(_LIBRARIES)
