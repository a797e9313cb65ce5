"""Tables: a table as something to learn: split, trained on well by default, compared, searched.

In: a Dataset, as `load` reads it from a file or `nn.data` makes it.
Out: a Task (rows to train on, to validate with, to test by), a network beside its baselines, the
scores of a cross-validation, the best of many settings.
Read first: task.py, then learn.py, with settings.py; load.py reads a table, trials.py runs many
trainings at once.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.tables.learn import build, fit, linear
from nn.tables.load import BUILT_IN, load
from nn.tables.settings import Learnt, Settings
from nn.tables.task import Task, UserError, folds, split
from nn.tables.trials import Trial, cross_validate, drawn, search, told

__all__ = [
    "BUILT_IN", "Learnt", "Settings", "Task", "Trial", "UserError", "build", "cross_validate",
    "drawn", "fit", "folds", "linear", "load", "search", "split", "told",
]  # fmt: skip
