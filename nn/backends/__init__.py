"""Backends: what computes losses, outputs and gradients of a batch.

In: a model, a loss, groups of parameters; then batches as arrays.
Out: a table of losses and outputs, gradients; which layers let no gradient through.
Read first: backend.py, the protocol; graph.py does it by hand, numpy.py as an array program,
devices.py as whole steps in JAX, which jax_steps.py says.
"""

from nn.backends.backend import Adding, Backend, Batches, TrainingWarning, as_list, called
from nn.backends.devices import JaxBackend
from nn.backends.diagnostics import SAMPLES, Diagnostics
from nn.backends.graph import GraphBackend
from nn.backends.numpy import NumpyBackend
from nn.backends.predictor import Predictor
from nn.backends.program import LossProgram
from nn.backends.survey import Survey

__all__ = [
    "SAMPLES", "Adding", "Backend", "Batches", "Diagnostics", "GraphBackend", "JaxBackend",
    "LossProgram", "NumpyBackend", "Predictor", "Survey", "TrainingWarning", "as_list", "called",
]  # fmt: skip
