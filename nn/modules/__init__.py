"""Modules: the base class of every layer and model: a tree of named parameters with a state.

In: attributes of a user's class that are Values or modules; arrays for them.
Out: `Module`, its parameters by name, its weights as arrays; `fit` and `save` call the slots
`Trainable.trained_by` and `Module.saved_by`, which `nn.training` and `nn.saving` fill.
Read first: module.py, then its bases: tree.py (parts and their names), shown.py (weights as arrays,
the summary) and workflow.py (compile, fit, evaluate, predict), whose slots slot.py describes.
statistics.py, imported directly rather than from here, is for Dropout and BatchNormalization.
"""

from nn.modules.internals import class_view, internals, temporarily_set
from nn.modules.module import Module
from nn.modules.slot import Plan
from nn.modules.state import check_fit, fill, leaves, nested, numbers
from nn.modules.tree import Tree
from nn.modules.workflow import Trainable

__all__ = [
    "Module", "Plan", "Trainable", "Tree", "check_fit", "class_view", "fill", "internals", "leaves",
    "nested", "numbers", "temporarily_set",
]  # fmt: skip
