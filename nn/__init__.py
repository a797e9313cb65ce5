"""nn: neurons, layers and MLPs built out of nothing but Values."""

from autograd_core import Value
from nn import activations, callbacks, data, initializers, losses, metrics, optimizers
from nn.activations import relu, sigmoid, softmax, tanh
from nn.history import History
from nn.layers import MLP, Layer, Sequential
from nn.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    cross_entropy,
    hinge,
    mae,
    mse,
    sse,
)
from nn.module import Module
from nn.neuron import Neuron
from nn.optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.saving import load

__all__ = [
    "MLP",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "RMSprop",
    "Sequential",
    "Value",
    "activations",
    "binary_crossentropy",
    "callbacks",
    "categorical_crossentropy",
    "cross_entropy",
    "data",
    "hinge",
    "initializers",
    "load",
    "losses",
    "mae",
    "metrics",
    "mse",
    "optimizers",
    "relu",
    "sigmoid",
    "softmax",
    "sse",
    "tanh",
]
