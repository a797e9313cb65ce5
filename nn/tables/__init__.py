"""Tables: a table as something to learn: split, trained on well by default, compared, searched.

In: a Dataset, as `load` reads it from a file or `nn.data` makes it.
Out: a Task (rows to train on, to validate with, to test by), a network beside its baselines, the
scores of a cross-validation, the best of many settings.
Read first: task.py, then learn.py; trials.py runs many of them at once.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.tables.learn import Learnt, Settings, build, fit, linear
from nn.tables.task import (
    BUILT_IN,
    Task,
    UserError,
    folds,
    load,
    split,
)
from nn.tables.trials import Trial, cross_validate, drawn, search, told

__all__ = [
    "BUILT_IN", "Learnt", "Settings", "Task", "Trial", "UserError", "build", "cross_validate",
    "drawn", "fit", "folds", "linear", "load", "search", "split", "told",
]  # fmt: skip
