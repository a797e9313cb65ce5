"""PyTorch's optimizers, as `nn.optim` has them."""

from nn.optimizers.adam import Adam, Adamax, AdamW, NAdam, RAdam
from nn.optimizers.descent import SGD, Adadelta, Adagrad, RMSprop
from nn.optimizers.rprop import Rprop

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "RMSprop",
    "Rprop",
]
