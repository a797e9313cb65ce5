"""nn: neurons, layers and MLPs built out of nothing but Values.

The rooms, from a parameter to a trained model:

    shapes, arguments, names       what goes in and comes out; checks of it; finding things by name
    tree, state, module            what a model is made of; its parameters as arrays by name
    randomness                     where it comes from; distributions, initializers: first weights
    activations, activation_*      activations as functions, and as layers; dropout, drops
    neuron, layer, layers, models  Neuron, Layer, Linear, Dense, Sequential, MLP
    logic, perceptron              threshold units; estimator, estimator_checks: scikit-learn's ways
    loss, losses, entropy          the loss of a sample; keras_, torch_ and class_losses: theirs
    optimizer, optimizers, adam    how parameters move; rprop, optimizer_options, clipping
    schedule, schedules, cosine    how the learning rate changes; plateau: where nothing is gained
    data                           tables: generated, shipped, read, split, scaled
    tables, frames, class_numbers  a user's x, y and weights as checked arrays; which class it is
    metrics, two_class_metrics     what is measured; tally, history: where it is kept
    survey, model_setup            what a model's graph depends on; what is made once for it
    backend, backend_graph         what computes a batch: the protocol; sample by sample
    program, trial, backend_numpy  a sample's graph as a program for batches; is it the same?
    callback, callbacks, monitors  who is told of the progress; progress: the bar
    diagnostics, best_epoch        why it does not learn; the weights when it was at its best
    loop, training, predictor      epochs, batches, steps; compile, fit, evaluate, predict
    files, archive, saving         files that appear complete or not at all; a model as one; budget
    cli, commands, tasks           python -m nn; report, page, text_table: what it has to show
    functional, optim, utils       names that people bring from PyTorch; absent: those not here
"""

from typing import NoReturn

from autograd_core import Value
from nn import (
    activations,
    callbacks,
    data,
    functional,
    initializers,
    logic,
    losses,
    metrics,
    models,
    optim,
    optimizers,
    schedules,
    utils,
)
from nn.absent import explain
from nn.activation_layers import (
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
from nn.activation_options import (
    ELU,
    GELU,
    Hardtanh,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    Softmax,
    Softplus,
)
from nn.activations import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    step,
    tanh,
)
from nn.class_losses import CrossEntropyLoss, NLLLoss
from nn.clipping import clip_grad_norm_, clip_grad_value_
from nn.diagnostics import TrainingWarning
from nn.dropout import Dropout
from nn.estimator import ConvergenceWarning
from nn.history import History
from nn.layer import Layer, Linear
from nn.layers import Dense, Input
from nn.logic import ThresholdUnit
from nn.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    cross_entropy,
    hinge,
    huber,
    mae,
    mse,
    perceptron_loss,
    sse,
)
from nn.models import MLP, Sequential
from nn.module import Module
from nn.neuron import Neuron
from nn.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    NAdam,
    RAdam,
    RMSprop,
    Rprop,
)
from nn.perceptron import Perceptron
from nn.saving import load
from nn.torch_losses import (
    BCELoss,
    BCEWithLogitsLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    SmoothL1Loss,
)

__all__ = [
    "ELU",
    "GELU",
    "MLP",
    "SELU",
    "SGD",
    "Activation",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "BCELoss",
    "BCEWithLogitsLoss",
    "ConvergenceWarning",
    "CrossEntropyLoss",
    "Dense",
    "Dropout",
    "Hardsigmoid",
    "Hardtanh",
    "History",
    "HuberLoss",
    "Identity",
    "Input",
    "L1Loss",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "Mish",
    "Module",
    "NAdam",
    "NLLLoss",
    "Neuron",
    "PReLU",
    "Perceptron",
    "RAdam",
    "RMSprop",
    "ReLU",
    "ReLU6",
    "Rprop",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Softsign",
    "Step",
    "Tanh",
    "ThresholdUnit",
    "TrainingWarning",
    "Value",
    "activations",
    "binary_crossentropy",
    "callbacks",
    "categorical_crossentropy",
    "clip_grad_norm_",
    "clip_grad_value_",
    "cross_entropy",
    "data",
    "elu",
    "functional",
    "gelu",
    "hinge",
    "huber",
    "initializers",
    "leaky_relu",
    "load",
    "log_softmax",
    "logic",
    "losses",
    "mae",
    "metrics",
    "models",
    "mse",
    "optim",
    "optimizers",
    "perceptron_loss",
    "relu",
    "schedules",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "sse",
    "step",
    "tanh",
    "utils",
]


def __getattr__(name: str) -> NoReturn:
    """Say what to do instead of a name that people try and that is not here."""
    raise AttributeError(explain(name))
