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

from autograd_core import Value

OPERATIONS = 200_000


def chain_of_neurons(value: Callable[[float], Any], operations: int) -> Any:
    """Return the end of a graph of `operations` nodes, a third each of *, + and tanh."""
    weights = [value(0.1 * i - 0.8) for i in range(16)]
    bias = value(0.01)
    x = value(0.5)
    for i in range(operations // 3):
        x = (x * weights[i % 16] + bias).tanh()
    return x


def micrograd_value() -> type | None:
    """Return micrograd's Value with a tanh, or None if it is not installed."""
    try:
        from micrograd.engine import Value as Micrograd
    except ImportError:
        return None

    class WithTanh(Micrograd):  # type: ignore[misc]
        def tanh(self) -> Any:
            t = math.tanh(self.data)
            out = WithTanh(t, (self,), "tanh")

            def _backward() -> None:
                self.grad += (1 - t**2) * out.grad

            out._backward = _backward
            return out

        def __mul__(self, other: Any) -> Any:
            out = super().__mul__(other)
            out.__class__ = WithTanh
            return out

        def __add__(self, other: Any) -> Any:
            out = super().__add__(other)
            out.__class__ = WithTanh
            return out

    return WithTanh


def backward_without_recursion(root: Any) -> None:
    """micrograd's backward with its recursion written as a stack, so that it survives depth."""
    order: list[Any] = []
    visited: set[Any] = set()
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in visited:
            visited.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    root.grad = 1
    for node in reversed(order):
        node._backward()


def seconds(value: Callable[[float], Any], backward: Callable[[Any], None]) -> float:
    """Return the time of build + sort + backward."""
    gc.collect()
    start = time.perf_counter()
    root = chain_of_neurons(value, OPERATIONS)
    backward(root)
    return time.perf_counter() - start


def bytes_per_node(value: Callable[[float], Any], backward: Callable[[Any], None]) -> list[float]:
    """Return the allocated bytes per node after the build, and after the backward pass."""
    gc.collect()
    tracemalloc.start()
    root = chain_of_neurons(value, OPERATIONS)
    built = tracemalloc.get_traced_memory()[0] / OPERATIONS
    backward(root)
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
            ours.append(seconds(Value, lambda root: root.backward()))
            if Micrograd:
                theirs.append(seconds(Micrograd, backward_without_recursion))
        line = f"collector {collector}: {statistics.median(ours) / OPERATIONS * 1e6:.2f} us a node"
        if theirs:
            ratios = [b / a for a, b in zip(ours, theirs)]
            line += f", micrograd {statistics.median(theirs) / OPERATIONS * 1e6:.2f} us, ratio "
            line += f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(line)
    gc.enable()
    print(
        "bytes a node, built and differentiated:",
        *[f"{size:.0f}" for size in bytes_per_node(Value, lambda root: root.backward())],
    )
    if Micrograd:
        print(
            "micrograd's:",
            *[f"{size:.0f}" for size in bytes_per_node(Micrograd, backward_without_recursion)],
        )


if __name__ == "__main__":
    main()
