"""Backends: what computes losses, outputs and gradients of a batch.

In: a model, a loss, groups of parameters; then batches as arrays.
Out: a table of losses and outputs, gradients; the layers that let no gradient through.
Read first: backend.py, the protocol; graph.py implements it on scalar Values, numpy.py with a
compiled array program, devices.py with whole training steps in JAX (built by jax_steps.py).
"""

from nn.backends.backend import Backend, Batches, Summation, TrainingWarning, as_list, call_model
from nn.backends.devices import JaxBackend
from nn.backends.diagnostics import SAMPLES, Diagnostics
from nn.backends.graph import GraphBackend
from nn.backends.numpy import NumpyBackend
from nn.backends.predictor import Predictor
from nn.backends.program import LossProgram
from nn.backends.survey import Survey

__all__ = [
    "SAMPLES", "Backend", "Batches", "Diagnostics", "GraphBackend", "JaxBackend", "LossProgram",
    "NumpyBackend", "Predictor", "Summation", "Survey", "TrainingWarning", "as_list", "call_model",
]  # fmt: skip
