"""nn: neurons, layers and MLPs built out of nothing but Values.

The rooms, from a number to a trained model; each folder's door says what comes in and goes out.

    basics        shapes, checks of arguments, names, randomness
    activations   functions of a Value, a float or a sequence, by name
    shrinks       more activations: straight lines and their relatives
    initializers  first weights
    regularizers  penalties on weights that training adds to the loss
    constraints   projections applied to weights after each step
    losses        from predictions and targets to one Value
    metrics       plain numbers that say how good predictions are
    optimizers    update rules of the parameters
    callbacks     functions that training calls at epochs and batches
    schedules     how the learning rate changes from epoch to epoch
    modules       Module, the base of every layer and model: parameters, state, fit, predict, save
    saving        writes a model to a file and reads it back
    layers        Neuron, Layer, Linear, Dense, Dropout, activations as layers
    models        Sequential, MLP, Model for Keras's functional style
    logic         threshold units, and logic gates made of them
    data          tables: generated, shipped, read, checked, split, scaled
    backends      compute a batch: sample by sample, or as an array program
    training      epochs, batches, steps: what `fit` runs
    estimators    networks as scikit-learn estimators
    perceptron    the perceptron learning rule, as a scikit-learn estimator
    interop       losses under PyTorch's names; advice for names that are missing
    exchange      conversion to and from PyTorch modules, Keras files, ONNX, safetensors
    functional    activations and losses as functions, by PyTorch's names
    optim         optimizers and schedules under PyTorch's import path
    utils         small helpers under PyTorch's and Keras's import path
    tables        training on tables: split, fit, compare, search
    reports       evaluation of a trained model, as numbers and as a page
    command_line  python -m nn
"""

from typing import NoReturn

from autograd_core import Value
from nn import (
    activations,
    callbacks,
    constraints,
    data,
    functional,
    initializers,
    logic,
    losses,
    metrics,
    models,
    optim,
    optimizers,
    regularizers,
    schedules,
    tables,
    utils,
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
from nn.backends import TrainingWarning
from nn.callbacks import History
from nn.estimators import ConvergenceWarning, Estimator, MLPClassifier, MLPRegressor
from nn.exchange import (
    from_keras,
    from_torch,
    load_safetensors,
    save_safetensors,
    to_onnx,
    to_torch,
)
from nn.interop import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
    explain,
)
from nn.layers import (
    ELU,
    GELU,
    SELU,
    Activation,
    Add,
    Average,
    BatchNorm1d,
    BatchNormalization,
    Concatenate,
    Dense,
    Dropout,
    Hardsigmoid,
    Hardtanh,
    Identity,
    Input,
    Layer,
    LayerNorm,
    LayerNormalization,
    LeakyReLU,
    Linear,
    LogSigmoid,
    LogSoftmax,
    Maximum,
    Minimum,
    Mish,
    Multiply,
    Neuron,
    PReLU,
    ReLU,
    ReLU6,
    Rescaling,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Step,
    Subtract,
    Tanh,
)
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
from nn.models import MLP, Model, ModuleDict, ModuleList, Sequential
from nn.modules import Module
from nn.moved import register_old_names
from nn.optim import (
    ASGD,
    LBFGS,
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
from nn.optimizers import clip_grad_norm_, clip_grad_value_
from nn.perceptron import Perceptron
from nn.reports import report
from nn.saving import load
from nn.training import Trainer as Trainer

__all__ = [
    "ASGD", "ELU", "GELU", "LBFGS", "MLP", "SELU", "SGD", "Activation", "Adadelta", "Adagrad",
    "Adam", "AdamW", "Adamax", "Add", "Average", "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d",
    "BatchNormalization", "Concatenate", "ConvergenceWarning", "CrossEntropyLoss", "Dense",
    "Dropout", "Estimator", "Hardsigmoid", "Hardtanh", "History", "HuberLoss", "Identity", "Input",
    "L1Loss", "Layer", "LayerNorm", "LayerNormalization", "LeakyReLU", "Linear", "LogSigmoid",
    "LogSoftmax", "MLPClassifier", "MLPRegressor", "MSELoss", "Maximum", "Minimum", "Mish", "Model",
    "Module", "ModuleDict", "ModuleList", "Multiply", "NAdam", "NLLLoss", "Neuron", "PReLU",
    "Perceptron", "RAdam", "RMSprop", "ReLU", "ReLU6", "Rescaling", "Rprop", "Sequential", "SiLU",
    "Sigmoid", "SmoothL1Loss", "Softmax", "Softplus", "Softsign", "Step", "Subtract", "Tanh",
    "ThresholdUnit", "TrainingWarning", "Value", "activations", "binary_crossentropy", "callbacks",
    "categorical_crossentropy", "clip_grad_norm_", "clip_grad_value_", "constraints",
    "cross_entropy", "data", "elu", "from_keras", "from_torch", "functional", "gelu", "hinge",
    "huber", "initializers", "leaky_relu", "load", "load_safetensors", "log_softmax", "logic",
    "losses", "mae", "metrics", "models", "mse", "optim", "optimizers", "perceptron_loss",
    "regularizers", "relu", "report", "save_safetensors", "schedules", "selu", "sigmoid", "silu",
    "softmax", "softplus", "sse", "step", "tables", "tanh", "to_onnx", "to_torch", "utils",
]  # fmt: skip

register_old_names()


def __getattr__(name: str) -> NoReturn:
    """Raise AttributeError, with advice for names that PyTorch or Keras have and nn has not."""
    raise AttributeError(explain(name))
