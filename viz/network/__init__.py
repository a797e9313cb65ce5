"""Network: a model drawn as circles in columns, its weights as lines.

In: a model, or its parameters by name. Out: its weights by layer, and a picture.
Read first: `circles.py`. `weights.py` reads a model, `weight_labels.py` finds room for numbers.
"""

from viz.network.circles import draw_network
from viz.network.weights import LayerWeights, layer_weights, number_in

__all__ = ["LayerWeights", "draw_network", "layer_weights", "number_in"]
