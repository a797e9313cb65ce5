"""`python -m nn`: the command line of nn, with viz to draw the report's pictures."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from autograd_core import Value
from nn import cli
from nn.history import History
from nn.report import Pictures
from viz import draw_dot, plot_history


def draw_graph(root: Value) -> bytes:
    """Return the graph of a Value as SVG."""
    return bytes(draw_dot(root, format="svg").pipe())


def draw_history(history: History) -> bytes:
    """Return the curves of a history as SVG."""
    figure = plot_history(history)
    out = io.BytesIO()
    figure.savefig(out, format="svg")
    return out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    return cli.run(arguments, Pictures(draw_graph, draw_history))


if __name__ == "__main__":
    sys.exit(main())
