"""viz: the graph of Values drawn and played, forward and backward.

In: a Value, a model, or the record of a training. Out: a picture, a page, a figure.
Read first: `steps/`, then follow a graph to its picture through `scene/`, `layout/` and `drawing/`.
`network/`, `plots/` and `player/` build on these; `save` and the command line use them all.
Importing viz registers the displays of Values, traces, players and models in notebooks
(`notebook.py`).
"""

from viz.drawing import Picture, draw_dot
from viz.network import draw_network
from viz.notebook import register
from viz.player import Player, Recorder, play, playground
from viz.plots import (
    plot_activation,
    plot_activations,
    plot_decision_boundary,
    plot_descent,
    plot_gradients,
    plot_history,
    plot_weights,
)
from viz.render import RenderError
from viz.saving import save
from viz.steps import trace

__all__ = [
    "Picture", "Player", "Recorder", "RenderError", "draw_dot", "draw_network", "play",
    "playground", "plot_activation", "plot_activations", "plot_decision_boundary", "plot_descent",
    "plot_gradients", "plot_history", "plot_weights", "save", "trace",
]  # fmt: skip

register()
