"""`python -m nn`: the command line of nn, with viz to draw the report's pictures."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_core import Value
from nn.basics import Floats
from nn.command_line import Pictures, cli
from nn.modules import History
from viz import draw_dot, play, plot_decision_boundary, plot_history

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_graph(root: Value) -> bytes:
    """Return the graph of a Value as SVG."""
    return bytes(draw_dot(root, format="svg").pipe())


def draw_player(root: Value) -> bytes:
    """Return the page that plays both passes over the graph of a Value."""
    return play(root).html.encode()


def draw_history(history: History) -> bytes:
    """Return the curves of a history as SVG."""
    return svg(plot_history(history))


def draw_boundary(
    model: object, x: Floats, y: Floats, inputs: Sequence[str], classes: Sequence[str]
) -> bytes:
    """Return the decisions of a model of two inputs as SVG."""
    figure = plot_decision_boundary(model, x, y)
    axes = figure.axes[0]
    axes.set(xlabel=_plain(inputs[0]), ylabel=_plain(inputs[1]))
    legend = axes.get_legend()
    known = {f"class {number}": _plain(name) for number, name in enumerate(classes)}
    for text in legend.get_texts() if legend else ():
        text.set_text(known.get(text.get_text(), text.get_text()))
    return svg(figure)


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box; who looks at the picture sees it
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(out, format="svg")
    return out.getvalue()


def _plain(name: str) -> str:
    """Return a name in which matplotlib sees no formula: a $ opens one."""
    return name.replace("$", r"\$")


PICTURES = Pictures(draw_graph, draw_player, draw_history, draw_boundary)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    return cli.run(arguments, PICTURES)


if __name__ == "__main__":
    sys.exit(main())
