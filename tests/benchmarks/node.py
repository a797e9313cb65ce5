"""Benchmark: build + sort + backward per node, and bytes per node, against micrograd.

    python tests/benchmarks/node.py            # micrograd joins in if it can be imported

Ratios are taken pair by pair in one process, and the median is printed. micrograd has no tanh,
so one is added to it here, written as micrograd writes its operations.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from autograd_core import Value, ops
from autograd_core.graph import record
from autograd_core.table import FLOAT, Op

OPERATIONS = 200_000


def network(value: Callable[[float], Any], operations: int) -> Any:
    """Return the output of a graph of `operations` nodes, nearly a third each of *, + and tanh.

    Chains of 33 neurons with shared weights, added up in pairs: shallow enough for micrograd's
    recursion.
    """
    weights = [value(0.1 * i - 0.8) for i in range(16)]
    bias = value(0.01)
    ends = []
    for start in range(operations // 100):
        x = value(0.001 * start)
        for i in range(33):
            x = (x * weights[(start + i) % 16] + bias).tanh()
        ends.append(x)
    while len(ends) > 1:
        ends = [a + b for a, b in zip(ends[::2], ends[1::2])] + ends[len(ends) // 2 * 2 :]
    return ends[0]


def micrograd_value() -> Any:
    """Return micrograd's Value with a tanh, or None if it is not installed."""
    try:
        from micrograd.engine import Value as Micrograd
    except ImportError:
        return None

    def tanh(self: Any) -> Any:
        t = math.tanh(self.data)
        out = Micrograd(t, (self,), "tanh")

        def _backward() -> None:
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    Micrograd.tanh = tanh
    return Micrograd


def recording(op: Op) -> Callable[..., Any]:
    """Return the method as it would be without record() spelled out in recording.py."""

    def one(self: Any) -> Any:
        return record(op, op.value(FLOAT, self.data), self, None)

    def two(self: Any, other: Any) -> Any:
        return record(op, op.value(FLOAT, self.data, other.data), self, other)

    return one if op.arity == 1 else two


class Recording(Value):
    """A Value whose operations call record()."""

    __slots__ = ()
    __add__, __mul__, tanh = (recording(op) for op in (ops.ADD, ops.MULTIPLY, ops.TANH))


class Spelled(Value):
    """A Value in a class of its own, as Recording is."""

    __slots__ = ()


def seconds_to_build(value: Callable[[float], Any], step: Callable[[Any, Any], Any]) -> float:
    """Return the time of a chain of one operation."""
    x = y = value(0.1)
    start = time.process_time()
    for _ in range(OPERATIONS // 4):
        y = step(y, x)
    return time.process_time() - start


STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda y, x: y + x,
    "*": lambda y, x: y * x,
    "tanh": lambda y, x: y.tanh(),
}


def seconds(value: Callable[[float], Any]) -> float:
    """Return the time of build + sort + backward."""
    gc.collect()
    start = time.process_time()
    root = network(value, OPERATIONS)
    root.backward()
    return time.process_time() - start


def bytes_per_node(value: Callable[[float], Any]) -> list[float]:
    """Return the allocated bytes per node after the build, and after the backward pass."""
    gc.collect()
    tracemalloc.start()
    root = network(value, OPERATIONS)
    built = tracemalloc.get_traced_memory()[0] / OPERATIONS
    root.backward()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0] / OPERATIONS
    tracemalloc.stop()
    return [built, after]


def main(rounds: int = 7) -> None:
    """Print the table."""
    Micrograd = micrograd_value()
    for collector in ("on", "off"):
        (gc.enable if collector == "on" else gc.disable)()
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(seconds(Value))
            if Micrograd:
                theirs.append(seconds(Micrograd))
        line = f"collector {collector}: {statistics.median(ours) / OPERATIONS * 1e6:.2f} us a node"
        if theirs:
            ratios = [b / a for a, b in zip(ours, theirs)]
            line += f", micrograd {statistics.median(theirs) / OPERATIONS * 1e6:.2f} us, ratio "
            line += f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(line)
    for name, step in STEPS.items():
        ratios = [
            seconds_to_build(Recording, step) / seconds_to_build(Spelled, step)
            for _ in range(4 * rounds)
        ]
        print(f"building {name} with a call of record(): {statistics.median(ratios):.2f} times")
    gc.enable()
    print(
        "bytes a node, built and differentiated:",
        *[f"{size:.0f}" for size in bytes_per_node(Value)],
    )
    if Micrograd:
        print(
            "micrograd's:",
            *[f"{size:.0f}" for size in bytes_per_node(Micrograd)],
        )


if __name__ == "__main__":
    main()
