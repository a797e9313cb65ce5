"""Optim: optimizers and schedules under PyTorch's paths: `nn.optim.SGD`, `optim.lr_scheduler`.

>>> import nn
>>> optimizer = nn.optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1)
>>> nn.optim.lr_scheduler.StepLR(optimizer, step_size=30)
StepLR()

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from nn import schedules as lr_scheduler
from nn.optimizers import LBFGS, torch
from nn.optimizers.optimizer import Optimizer

ASGD = torch.ASGD
SGD = torch.SGD
Adadelta = torch.Adadelta
Adagrad = torch.Adagrad
Adam = torch.Adam
Adamax = torch.Adamax
AdamW = torch.AdamW
NAdam = torch.NAdam
RAdam = torch.RAdam
RMSprop = torch.RMSprop
Rprop = torch.Rprop

__all__ = [
    "ASGD", "LBFGS", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "Optimizer",
    "RAdam", "RMSprop", "Rprop", "lr_scheduler",
]  # fmt: skip
