"""Plots: what happens in training, drawn with matplotlib.

In: a model, samples, a history or the name of a function. Out: a Figure.
Read first: `figure.py`, the style that all plots share; then the file of the plot in question.

matplotlib is imported when the first plot is drawn: `pip install "autograd-core[plots]"`. No
window is opened and no global state changed; save a figure with `viz.save(figure, "x.svg")` or
`figure.savefig`, or make it the last line of a cell.
"""

from viz.plots.boundary import (
    Array,
    corners_around,
    decision_threshold,
    grid_between,
    model_outputs,
    plot_decision_boundary,
    samples,
)
from viz.plots.functions import plot_activation, plot_activations, plot_descent
from viz.plots.history import plot_history
from viz.plots.parameters import plot_gradients, plot_weights

__all__ = [
    "Array", "corners_around", "decision_threshold", "grid_between", "model_outputs",
    "plot_activation", "plot_activations", "plot_decision_boundary", "plot_descent",
    "plot_gradients", "plot_history", "plot_weights", "samples",
]  # fmt: skip
