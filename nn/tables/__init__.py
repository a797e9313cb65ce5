"""Tables: splits a table, trains a network on it with good defaults, cross-validates, searches.

In: a Dataset, as `load` reads it from a file or `nn.data` makes it.
Out: a Task (training, validation and test rows), a trained network and a linear baseline, the
scores of a cross-validation, the best of many settings.
Read first: task.py, then learn.py, with settings.py; load.py reads a table, trials.py runs many
trainings in processes.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.tables.learn import build, fit, linear
from nn.tables.load import BUILT_IN, load
from nn.tables.settings import Learnt, Settings
from nn.tables.task import Task, UserError, folds, split
from nn.tables.trials import Trial, cross_validate, random_settings, search, settings_text

__all__ = [
    "BUILT_IN", "Learnt", "Settings", "Task", "Trial", "UserError", "build", "cross_validate",
    "fit", "folds", "linear", "load", "random_settings", "search", "settings_text", "split",
]  # fmt: skip
