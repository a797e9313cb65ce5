"""Benchmark: the time to write, lay out and render graphs, and micrograd's way beside it.

    python tests/benchmarks/draw.py

The source of 100,000 nodes is to take less than 5 s. The peer is micrograd's own draw_dot: the
same graph handed to the graphviz package node by node, with its recursive walk made a loop, since
at this depth recursion ends in an error. Medians of three runs in one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import suppress

import graphviz

import viz
from autograd_core import Value
from autograd_core.graph import topological_order
from viz.drawing import animated_svg, svg_text


def chain(nodes: int) -> Value:
    """Return the end of a chain of `nodes` nodes."""
    x = Value(0.5)
    for _ in range(nodes - 1):
        x = -x
    return x


def bushy(nodes: int) -> Value:
    """Return a sum of products with about `nodes` nodes, shared as in a network."""
    layer = [Value(0.1 * i) for i in range(8)]
    count = len(layer)
    while count < nodes:
        left, right = layer[count % 8], layer[(count * 3 + 1) % 8]
        layer[count % 8] = (left * right + left).tanh()
        count += 3
    total = layer[0]
    for value in layer[1:]:
        total = total + value
    return total


def micrograds_way(root: Value) -> str:
    """Return the source that micrograd's draw_dot makes of the same graph."""
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    for node in topological_order(root):
        name = str(id(node))
        label = f"{{ data {node.data:.4f} | grad {node.grad:.4f} }}"
        dot.node(name=name, label=label, shape="record")
        if node._op:
            dot.node(name=name + node._op, label=node._op)
            dot.edge(name + node._op, name)
        for parent in set(node._prev):
            dot.edge(str(id(parent)), name + node._op)
    return str(dot.source)


def seconds(task: Callable[[], object], runs: int = 3) -> float:
    """Return the median time of a task."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    deep = chain(100_000)
    ours, theirs = seconds(lambda: viz.draw_dot(deep).source), seconds(lambda: micrograds_way(deep))
    print(
        f"source of 100,000 nodes      {ours:7.2f} s   (limit 5 s; micrograd's way {theirs:.2f} s)"
    )
    print("nodes    source   built-in   graphviz-pure   animated   (seconds to SVG)")
    for nodes in (50, 200, 1_000, 10_000):
        root = bushy(nodes)
        scene = viz.draw_dot(root, collapse=None).scene
        source = seconds(lambda: viz.draw_dot(root, collapse=None).source)  # noqa: B023  # run at once
        builtin = seconds(lambda: svg_text(scene))  # noqa: B023
        engine = animated = "      -"
        if nodes <= 1_000:
            picture = viz.draw_dot(root, collapse=None, engine="graphviz-pure")
            with suppress(viz.RenderError):  # not installed
                engine = f"{seconds(lambda: picture.pipe('svg'), 1):7.3f}"  # noqa: B023
        if nodes <= 200:
            animated = f"{seconds(lambda: animated_svg(viz.trace(root))):7.3f}"  # noqa: B023
        print(f"{nodes:6,}  {source:7.3f}    {builtin:7.3f}         {engine}    {animated}")


if __name__ == "__main__":
    main()
