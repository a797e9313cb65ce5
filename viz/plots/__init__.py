"""plots: what happens in training, drawn with matplotlib; every function returns a Figure.

matplotlib is imported when the first plot is drawn: `pip install "autograd-core[plots]"`. No
window is opened and no global state changed; save a figure with `viz.save(figure, "x.svg")` or
`figure.savefig`, or make it the last line of a cell.
"""

from viz.plots.boundary import plot_decision_boundary
from viz.plots.functions import plot_activation, plot_activations, plot_descent
from viz.plots.history import plot_history
from viz.plots.parameters import plot_gradients, plot_weights

__all__ = [
    "plot_activation",
    "plot_activations",
    "plot_decision_boundary",
    "plot_descent",
    "plot_gradients",
    "plot_history",
    "plot_weights",
]
