"""Work: one workload of the compiler's benchmark, in scalars and by hand in NumPy with `out=`.

A workload is a function that returns a `Work`: what the compiler gets, and the step that somebody
who knows NumPy would write by hand, with buffers of its own and no temporaries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd_core import compile
from autograd_core.compiler import Compiled

BACKEND = ["numpy"]  # that the workloads are compiled for


@dataclass
class Work:
    """One workload.

    Attributes:
        name: What it is.
        target: The ratio to hand-written code that is good enough.
        compiled: The compiled function, not called yet.
        step: One step with it.
        peer: The same step by hand.
        numbers: Both results, for comparison: what `step` and `peer` return.
    """

    name: str
    target: float
    compiled: Compiled
    step: Callable[[], Any]
    peer: Callable[[], Any]


def compiled_for(function: Callable[..., Any], **options: Any) -> Compiled:
    """Return a function compiled for the backend that is measured."""
    return compile(function, backend=BACKEND[0], **options)
