"""Optimizers: update rules of the parameters; defaults and formulas as in Keras.

In: parameters with gradients, or arrays of both.
Out: the parameters after a step.
Read first: rules.py, with each optimizer's formula, then rule.py, which defines what a rule is, and
optimizer.py, the base of all. The optimizers here are Keras's, and those that only PyTorch has
(ASGD, LBFGS, RAdam, Rprop); PyTorch's versions are in torch.py, which `nn.optim` exports.

To print training as a program (C, JavaScript, NumPy), use an optimizer's rule, `optimizer.update`:
`update.start(group)` is the initial state by name, `SHARED` has the names of state that all
parameters share, and `update(m, n, p, g, state, group)` computes one step with any kind of number:
with `VALUE` a graph to be compiled, with a `Dialect` text. `state["step"]` is the number of the
step, and `{**group, "lr": lr}` makes the rate a number of the program. Before it, apply `clipped`
to the gradients, and `shrink` with the norm of all gradients, if the optimizer has `clip_value` or
`clip_norm`. tests/nn/test_update_rules.py has examples.

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
