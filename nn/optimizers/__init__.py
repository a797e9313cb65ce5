"""Optimizers: how parameters move against their gradients; defaults and formulas as in Keras.

In: parameters with gradients, or both as arrays; this door has Keras's optimizers, by name too, and
those that only PyTorch has (ASGD, LBFGS, RAdam, Rprop). PyTorch's own are in `torch`, which
`nn.optim` shows.
Out: the parameters after a step.
Read first: rules.py, where each optimizer's formula is, then rule.py for what the line means, and
optimizer.py for what all share.

Whoever prints training as a program (C, JavaScript, NumPy) reads an optimizer's row of rules.py,
`optimizer.update`: `update.start(group)` says what is carried and what it starts from, `SHARED`
what of that all parameters share, and `update(m, n, p, g, state, group)` writes one step in any
kind of number: on `VALUE` a graph to be compiled, on a `Dialect` text. The count of steps is
`state["step"]`, and `{**group, "lr": lr}` makes the rate a number of the program. Before it come
`clipped` and `shrink` of the norm of all gradients, if the optimizer has `clip_value` or
`clip_norm`. tests/nn/test_update_rules.py does all of it.

Explained in notebooks/06_gradient_descent.ipynb.
"""

from nn.optimizers import schedules, torch
from nn.optimizers.clipping import clip_grad_norm_, clip_grad_value_
from nn.optimizers.keras import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Nadam, RMSprop
from nn.optimizers.lbfgs import LBFGS
from nn.optimizers.named import NAMES, NAdam, get
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.options import Group
from nn.optimizers.rule import SHARED, Rule, clipped, shrink
from nn.optimizers.torch import ASGD, RAdam, Rprop

__all__ = [
    "ASGD", "LBFGS", "NAMES", "SGD", "SHARED", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax",
    "Group", "NAdam", "Nadam", "Optimizer", "RAdam", "RMSprop", "Rprop", "Rule", "clip_grad_norm_",
    "clip_grad_value_", "clipped", "get", "schedules", "shrink",
    "torch",
]  # fmt: skip
