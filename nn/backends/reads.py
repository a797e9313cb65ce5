"""Reads: where code takes a plain number out of a Value while a model is captured.

Such a number is not in the graph: `o.data`, `o.item()`, `f"{o:.2f}"`, `o.detach()`, and what is
computed under `no_grad()` would be constants of the program, made from the first sample. So would
a decision that rests on one. Comparisons of Values themselves are seen by the compiler.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from autograd_core import Value
from autograd_core.graph import Node, this_thread, watch
from autograd_core.table import Op

_OURS = ("autograd_core.", "nn.")
# Functions of the engine that read a number for somebody else, or make one that is not recorded.
_FOR_OTHERS = {
    "item", "detach", "formatted", "representation", "reduce", "deepcopy", "_record_watched"
}  # fmt: skip
_lock = threading.RLock()  # the class of all Values is changed meanwhile
_open: list[set[str]] = []  # a set of reads for each capture under way, in the thread with the lock


class ReadError(Exception):
    """The program would hold numbers of one sample."""

    def __init__(self, where: set[str]) -> None:
        super().__init__(
            f"forward() or the loss reads a number out of a Value ({', '.join(sorted(where))}): "
            ".data, .item(), a format, detach() or no_grad(), which a program cannot follow from "
            "sample to sample. With Values alone, comparisons among them and "
            "autograd_core.functional.where(condition, a, b) it can be compiled"
        )


@contextmanager
def refused_reads() -> Iterator[None]:
    """Raise ReadError at the end if numbers were read out of Values, by code that is not ours.

    >>> with refused_reads():
    ...     twice = Value(1.0) + Value(1.0)
    >>> twice.data
    2.0
    """
    slot, thread = vars(Node)["data"], threading.get_ident()

    def get(node: Value) -> float:
        if threading.get_ident() == thread:
            _note(sys._getframe(1))
        return slot.__get__(node)  # type: ignore[no-any-return]

    with _lock:
        found: set[str] = set()
        _open.append(found)
        if len(_open) == 1:
            type.__setattr__(Value, "data", property(get, slot.__set__))
        try:
            with watch(_Unrecorded()):
                yield
        finally:
            _open.pop()
            if not _open:
                type.__delattr__(Value, "data")
    if found:
        raise ReadError(found)


class _Unrecorded:
    """Notes what is computed under `no_grad()`."""

    def created(self, node: Node, op: Op, parents: tuple[Node, ...]) -> None:
        if not this_thread.recording:
            _note(sys._getframe(1))

    def decided(self, op: Op, operands: tuple[Node, ...], outcome: bool) -> None:
        """Do nothing: the compiler keeps a guard."""

    def differentiated(self, order: Sequence[Node]) -> None:
        """Do nothing."""


def _note(reader: FrameType) -> None:
    """Note the place in a user's code that reads, if it is one that does."""
    frame: FrameType | None = reader
    if _is_ours(reader) and reader.f_code.co_name not in _FOR_OTHERS:
        return  # arithmetic
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is not None:
        _open[-1].add(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")


def _is_ours(frame: FrameType) -> bool:
    return f"{frame.f_globals.get('__name__', '')}.".startswith(_OURS)
