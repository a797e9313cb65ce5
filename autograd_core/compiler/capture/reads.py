"""Reads: the places that take a plain number out of a Value while a function is captured.

Such a number (`x.data`, `x.item()`, `f"{x:.2f}"`, a gradient after `backward()`) is not part of the
graph. In a program it would be a constant, the number of the first call, and so would any branch
that depends on it. Comparisons of Values, `detach()` and `no_grad()` are recorded and do no harm.
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

# These modules read numbers to compute those of new nodes, or to report one that is not finite.
_ARITHMETIC_MODULES = {
    "autograd_core.graph.recording", "autograd_core.graph.operators", "autograd_core.functional",
    "autograd_core.graph.adjoints", "autograd_core.graph.anomaly",
}  # fmt: skip
_SLOT = vars(Node)["data"]
_LIBRARIES = ("autograd_core.", "nn.", "copy.")
# code of these modules, by id: the hash of a code object goes through all of its instructions
_arithmetic_code: dict[int, CodeType] = {}
_places: dict[int, list[set[str]]] = {}  # by thread, the places found by each running capture
_lock = threading.Lock()


@contextmanager
def watched_reads() -> Iterator[set[str]]:
    """Yield a set that fills with the places, `file:line`, where code reads numbers of Values.

    The engine's own arithmetic is left out.

    >>> from autograd_core import Value
    >>> with watched_reads() as places:
    ...     twice = Value(1.0) + Value(1.0)
    >>> places, twice.data
    (set(), 2.0)
    """
    found: set[str] = set()
    thread = threading.get_ident()
    with _lock:
        if not _places:
            _intercept_reads()
        _places.setdefault(thread, []).append(found)
    try:
        yield found
    finally:
        with _lock:
            _places[thread].pop()
            if not _places[thread]:
                del _places[thread]
            if not _places:
                type.__setattr__(Node, "data", _SLOT)


def _intercept_reads() -> None:
    """Replace the slot `Node.data` by a property that notes who reads it."""
    number, current = _SLOT.__get__, sys._getframe

    def get(node: Any) -> float:
        frame = current(1)
        if id(frame.f_code) not in _arithmetic_code:
            _note(frame)
        return number(node)  # type: ignore[no-any-return]

    type.__setattr__(Node, "data", property(get, _SLOT.__set__))


def _note(reader: FrameType) -> None:
    """Note the line of the user's code that reads, unless the engine's arithmetic does."""
    if reader.f_globals.get("__name__") in _ARITHMETIC_MODULES:
        _arithmetic_code[id(reader.f_code)] = reader.f_code
        return
    captures = _places.get(threading.get_ident())
    if captures:
        frame: FrameType | None = reader
        while frame is not None and _of_a_library(frame):
            frame = frame.f_back if frame.f_code.co_name != "capture" else None
        frame = frame or reader
        captures[-1].add(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")


def _of_a_library(frame: FrameType) -> bool:
    return f"{frame.f_globals.get('__name__', '')}.".startswith(_LIBRARIES)
