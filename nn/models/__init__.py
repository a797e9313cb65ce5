"""Models: Sequential, MLP, Model and lists of modules: modules made of layers.

In: layers; for `Model` symbols, which layers return when they are called with `nn.Input`.
Out: a module that can be compiled, trained, saved and drawn.
Read first: sequential.py; then functional.py, for Keras's functional style, and places.py, which
finds the calls that lead to its outputs.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from nn.models.containers import ModuleDict, ModuleList
from nn.models.functional import Model
from nn.models.sequential import MLP, Sequential
from nn.saving import load as load_model

__all__ = ["MLP", "Model", "ModuleDict", "ModuleList", "Sequential", "load_model"]
