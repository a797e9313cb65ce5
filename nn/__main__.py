"""`python -m nn`: the command line of nn, with viz to draw the report's pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from autograd_core import Value
from nn.command_line import Pictures, cli
from viz import draw_dot, draw_network, play, playground


def draw_graph(root: Value) -> bytes:
    """Return the graph of a Value as SVG."""
    return bytes(draw_dot(root, format="svg").pipe())


def draw_player(root: Value) -> bytes:
    """Return the page that plays both passes over the graph of a Value."""
    return play(root).html.encode()


def draw_model(model: object, inputs: Sequence[str], outputs: Sequence[str], theme: str) -> bytes:
    """Return the neurons and weights of a model as SVG."""
    picture = draw_network(model, input_names=inputs, output_names=outputs, theme=theme)
    return bytes(picture.pipe())


def draw_playground(model: object, x: object, y: object) -> bytes:
    """Return the page in which a model trains."""
    return playground(model, x, y).html.encode()


PICTURES = Pictures(draw_graph, draw_player, draw_model, draw_playground)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    return cli.run(arguments, PICTURES)


if __name__ == "__main__":
    sys.exit(main())
