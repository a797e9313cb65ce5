"""Models: Sequential, MLP, and Model: what layers are put together to.

In: layers; for `Model` what they will give, by calling them with `nn.Input`.
Out: a module that can be compiled, trained, saved and drawn.
Read first: sequential.py; functional.py has Keras's functional style, places.py what
leads to its outputs.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from nn.models.containers import ModuleDict, ModuleList
from nn.models.functional import Model
from nn.models.sequential import MLP, Sequential
from nn.saving import load as load_model

__all__ = ["MLP", "Model", "ModuleDict", "ModuleList", "Sequential", "load_model"]
