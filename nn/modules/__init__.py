"""Modules: what every layer and model is: a tree of parameters with names and a state.

In: attributes of a user's class that are Values or modules; arrays for them.
Out: `Module`, its parameters by name, its weights as arrays; `fit` and `save` ask the slots
`Trainable.trained_by` and `Module.saved_by`, which `nn.training` and `nn.saving` fill.
Read first: module.py, then what it stands on: tree.py (parts and their names), shown.py (weights as
arrays, the summary), workflow.py (fit and its like), which asks what slot.py says. Beside the door
stands statistics.py, for layers like Dropout and BatchNormalization.
"""

from nn.modules.module import Module
from nn.modules.ours import kept, ours, set_for_now
from nn.modules.slot import Plan
from nn.modules.state import check_fit, fill, leaves, nested, numbers
from nn.modules.tree import Tree
from nn.modules.workflow import Trainable

__all__ = [
    "Module", "Plan", "Trainable", "Tree", "check_fit", "fill", "kept", "leaves", "nested",
    "numbers", "ours", "set_for_now",
]  # fmt: skip
