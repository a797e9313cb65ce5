"""Modes: settings in force around a piece of code, such as no_grad, and observers of the graph.

Every thread has its own modes. Building a node reads only `open_contexts`, the number of modes
open in any thread, so that the common case costs one comparison.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from autograd_core.graph.node import Node
from autograd_core.table import Op


class Observer(Protocol):
    """Methods that are called for the nodes, comparisons and backward passes of one thread."""

    def created(self, node: Node, op: Op, parents: tuple[Node, ...]) -> None:
        """Called after an operation has made a node."""

    def decided(self, op: Op, operands: tuple[Node, ...], outcome: bool) -> None:
        """Called after a comparison that Python code uses as a bool."""

    def differentiated(self, order: Sequence[Node]) -> None:
        """Called after a backward pass over `order` (parents first)."""


class _Modes(threading.local):
    recording: bool = True
    depth: int = 0  # of no_grad and enable_grad
    disabled: bool = False  # set_grad_enabled(False) counts as one open context
    observers: tuple[Observer, ...] = ()
    derivatives: int = 0  # derivatives that are calling their function
    captures: int = 0  # functions whose graph is being captured for compilation


this_thread = _Modes()
open_contexts = 0
hooks = 0  # how often a hook has been registered; while 0, backward() looks for none
requires_grad_changes = 0  # of all Values; while 0, backward() does not look for frozen leaves
_count_lock = threading.Lock()


@contextmanager
def _opened(**modes: Any) -> Iterator[None]:
    """Set these modes of this thread inside the context."""
    global open_contexts
    before = {name: getattr(this_thread, name) for name in modes}
    with _count_lock:
        open_contexts += 1
    vars(this_thread).update(modes)
    try:
        yield
    finally:
        vars(this_thread).update(before)
        with _count_lock:
            open_contexts -= 1


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are leaves, as with `torch.no_grad()`.

    >>> from autograd_core import Value
    >>> with no_grad():
    ...     y = Value(2.0) * 3.0
    >>> y.data, y.parents
    (6.0, ())

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """
    with _opened(recording=False, depth=this_thread.depth + 1):
        yield


@contextmanager
def enable_grad() -> Iterator[None]:
    """Record again, inside `no_grad()`, as with `torch.enable_grad()`.

    >>> from autograd_core import Value
    >>> with no_grad(), enable_grad():
    ...     y = Value(2.0) * 3.0
    >>> len(y.parents)
    2

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    with _opened(recording=True, depth=this_thread.depth + 1):
        yield


@contextmanager
def capturing() -> Iterator[None]:
    """Mark this thread as capturing a graph that will run on other numbers.

    `detach()` and `no_grad()` are recorded then, as the operation stop_gradient: their numbers are
    no constants.

    >>> from autograd_core import Value
    >>> with capturing():
    ...     y = Value(2.0).detach()
    >>> y.op.name
    'stop_gradient'
    """
    with _opened(captures=this_thread.captures + 1):
        yield


class set_grad_enabled:  # a class, so that it works as a function and as a context manager
    """Record or not from here on, or inside a `with`, as `torch.set_grad_enabled(mode)`.

    >>> from autograd_core import Value
    >>> with set_grad_enabled(False):
    ...     y = Value(2.0) * 3.0
    >>> y.parents, is_grad_enabled()
    ((), True)

    Background in notebooks/09_higher_derivatives.ipynb.
    """

    def __init__(self, mode: bool) -> None:
        self._before = this_thread.recording
        self._set(bool(mode))

    @staticmethod
    def _set(mode: bool) -> None:
        global open_contexts
        # `recording` is read only while a context is open, so switching it off counts as one.
        # Switching it on inside no_grad() keeps that count: no_grad() restores the mode at its end
        if mode is this_thread.disabled and not (mode and this_thread.depth):
            with _count_lock:
                open_contexts += -1 if mode else 1
            this_thread.disabled = not mode
        this_thread.recording = mode

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._set(self._before)


def is_grad_enabled() -> bool:
    """Return whether operations are recorded.

    >>> with no_grad():
    ...     is_grad_enabled()
    False

    Background in notebooks/09_higher_derivatives.ipynb.
    """
    return this_thread.recording


@contextmanager
def differentiating() -> Iterator[None]:
    """Mark this thread as calling a function in order to differentiate it.

    >>> with differentiating():
    ...     inside_derivative()
    True
    """
    this_thread.derivatives += 1
    try:
        yield
    finally:
        this_thread.derivatives -= 1


def inside_derivative() -> bool:
    """Return whether the results of the running code will be differentiated.

    They will be inside a function that a derivative such as `grad` calls or that is being captured.

    >>> inside_derivative()
    False
    """
    return this_thread.derivatives > 0 or this_thread.captures > 0


def changes_of_requires_grad() -> int:
    """Return how often the `requires_grad` of a Value has been changed in this process.

    >>> from autograd_core import Value
    >>> before = changes_of_requires_grad()
    >>> Value(1.0).requires_grad = False
    >>> changes_of_requires_grad() - before
    1
    """
    return requires_grad_changes


def watched() -> bool:
    """Return whether this thread has observers."""
    return bool(open_contexts and this_thread.observers)


@contextmanager
def watch(observer: Observer) -> Iterator[None]:
    """Call `observer` for every node, comparison and backward pass of this thread.

    >>> from autograd_core import Value
    >>> class Names:
    ...     def created(self, node, op, parents):
    ...         print(op.name)
    >>> with watch(Names()):
    ...     y = Value(2.0) * 3.0 + 1.0
    multiply
    add
    """
    with _opened(observers=(*this_thread.observers, observer)):
        yield


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause Python's cycle collector: a graph has no cycles, so it would find nothing.

    On a large live graph the collector is most of the cost of building it
    (tests/benchmarks/node.py). It may be nested, and the collector may be off already.

    >>> with paused_gc():
    ...     gc.isenabled()
    False

    Background in notebooks/10_from_scalars_to_arrays.ipynb.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
