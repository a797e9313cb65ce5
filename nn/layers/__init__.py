"""Layers: neurons, layers of neurons, activations, dropout, normalisation, merging.

In: a sample's numbers or Values.
Out: a Value from one neuron, else a list of them.
Read first: neuron.py, for neurons and layers of them; then dense.py, the same with Keras's and
PyTorch's arguments. scaled.py is the base of the layers that normalise. symbol.py, imported
directly by nn.models, is for functional models.
"""

from nn.layers.activations import (
    SELU,
    Activation,
    Hardsigmoid,
    Identity,
    LogSigmoid,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softsign,
    Step,
    Tanh,
)
from nn.layers.adapted import Normalization
from nn.layers.dense import Dense, Linear
from nn.layers.dropout import Dropout
from nn.layers.merging import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Rescaling,
    Subtract,
    add,
    average,
    concatenate,
    maximum,
    minimum,
    multiply,
    subtract,
)
from nn.layers.neuron import Layer, Neuron
from nn.layers.normalization import BatchNorm1d, BatchNormalization, LayerNorm, LayerNormalization
from nn.layers.options import ELU, GELU, Hardtanh, LeakyReLU, LogSoftmax, PReLU, Softmax, Softplus
from nn.layers.symbol import Input

# Keras has all its layers in one place: `from keras.layers import Dense, Dropout`.
__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "Add",
    "Average",
    "BatchNorm1d",
    "BatchNormalization",
    "Concatenate",
    "Dense",
    "Dropout",
    "Hardsigmoid",
    "Hardtanh",
    "Identity",
    "Input",
    "Layer",
    "LayerNorm",
    "LayerNormalization",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Maximum",
    "Minimum",
    "Mish",
    "Multiply",
    "Neuron",
    "Normalization",
    "PReLU",
    "ReLU",
    "ReLU6",
    "Rescaling",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Step",
    "Subtract",
    "Tanh",
    "add",
    "average",
    "concatenate",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
