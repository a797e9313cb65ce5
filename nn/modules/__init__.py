"""Modules: what every layer and model is: a tree of parameters with names and a state.

In: attributes of a user's class that are Values or modules; arrays for them; files.
Out: `Module`, its parameters by name, its weights as arrays and files; `fit` asks the slot
`Trainable.trained_by`, which `nn.training` fills.
Read first: module.py, then what it stands on: tree.py (parts and their names), shown.py (weights as
arrays, the summary), workflow.py (fit and its like), which asks what slot.py says.
"""

from nn.modules.archive import claim
from nn.modules.drops import Choose, Drops, draw
from nn.modules.history import History
from nn.modules.module import Module
from nn.modules.ours import kept, ours
from nn.modules.saving import load
from nn.modules.slot import Plan
from nn.modules.state import fill, leaves, nested, numbers
from nn.modules.statistics import Normalizes, Pair, run_rows, statistics_from
from nn.modules.tree import Tree
from nn.modules.workflow import Trainable

__all__ = [
    "Choose", "Drops", "History", "Module", "Normalizes", "Pair", "Plan", "Trainable", "Tree",
    "claim", "draw", "fill", "kept", "leaves", "load", "nested", "numbers", "ours", "run_rows",
    "statistics_from",
]  # fmt: skip
