"""viz: the graph of Values drawn and played, forward and backward."""

from viz.network import draw_network
from viz.notebook import register
from viz.picture import Picture, draw_dot
from viz.player import Player, Recorder, play
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
    "Picture",
    "Player",
    "Recorder",
    "RenderError",
    "draw_dot",
    "draw_network",
    "play",
    "plot_activation",
    "plot_activations",
    "plot_decision_boundary",
    "plot_descent",
    "plot_gradients",
    "plot_history",
    "plot_weights",
    "save",
    "trace",
]

register()
