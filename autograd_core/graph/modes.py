"""Modes: what is switched on around a piece of code, and who watches the graph being built.

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
    """Somebody who is told about every node and every decision of this thread."""

    def created(self, node: Node, op: Op, parents: tuple[Node, ...]) -> None:
        """Take note of a node that an operation has just made."""

    def decided(self, op: Op, operands: tuple[Node, ...], outcome: bool) -> None:
        """Take note of a comparison that Python code used as a bool."""

    def differentiated(self, order: Sequence[Node]) -> None:
        """Take note of a backward pass over `order` (parents first) that has just ended."""


class _Modes(threading.local):
    recording: bool = True
    depth: int = 0  # of no_grad and enable_grad
    held: bool = False  # open by set_grad_enabled(False)
    observers: tuple[Observer, ...] = ()
    calls: int = 0  # derivatives that are calling their function
    captures: int = 0  # functions whose graph is being captured, to become a program


this_thread = _Modes()
open_contexts = 0
hooks = 0  # how often a hook was given to a Value: mostly never
freezings = 0  # how often a Value's requires_grad has been changed: mostly never
_count_lock = threading.Lock()


@contextmanager
def _opened(**modes: Any) -> Iterator[None]:
    """Open a context in which this thread has these modes."""
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
    """Say that a graph is built that will be run on other numbers, so that none may be constant.

    What `detach()` and `no_grad()` cut off is recorded then too, as an operation without gradient.

    >>> from autograd_core import Value
    >>> with capturing():
    ...     y = Value(2.0).detach()
    >>> y.op.name
    'stop_gradient'
    """
    with _opened(captures=this_thread.captures + 1):
        yield


class set_grad_enabled:  # a function to its users, who may open it with `with`
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
        # recording is only asked for while a context is open; one around this may switch it off
        if mode is this_thread.held and not (mode and this_thread.depth):
            with _count_lock:
                open_contexts += -1 if mode else 1
            this_thread.held = not mode
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
def calling() -> Iterator[None]:
    """Say that a derivative calls its function.

    >>> with calling():
    ...     inside_derivative()
    True
    """
    this_thread.calls += 1
    try:
        yield
    finally:
        this_thread.calls -= 1


def inside_derivative() -> bool:
    """Return whether what the code that asks returns will be differentiated.

    So it is where a derivative such as `grad` calls it, and where it is captured for a program.

    >>> inside_derivative()
    False
    """
    return this_thread.calls > 0 or this_thread.captures > 0


def changes_of_requires_grad() -> int:
    """Return how often a Value has been frozen or freed in this process.

    >>> from autograd_core import Value
    >>> before = changes_of_requires_grad()
    >>> Value(1.0).requires_grad = False
    >>> changes_of_requires_grad() - before
    1
    """
    return freezings


def watched() -> bool:
    """Return whether somebody watches the graph that this thread builds."""
    return bool(open_contexts and this_thread.observers)


@contextmanager
def watch(observer: Observer) -> Iterator[None]:
    """Tell `observer` of every node, decision and backward pass of this thread.

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
    """Pause Python's cycle collector: a graph has no cycles, so it would search in vain.

    On a large live graph the collector is most of the cost of building it
    (tests/benchmarks/node.py). Nested and already paused is fine.

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
