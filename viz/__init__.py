"""viz: the graph of Values drawn and played, forward and backward."""

from viz.network import draw_network
from viz.picture import Picture, draw_dot
from viz.plots import plot_history
from viz.render import RenderError
from viz.saving import save
from viz.steps import trace

__all__ = ["Picture", "RenderError", "draw_dot", "draw_network", "plot_history", "save", "trace"]
