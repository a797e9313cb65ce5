"""Estimators: networks with scikit-learn's interface.

In: a table `X` and its targets `y`, also of pandas or polars.
Out: classes or numbers; in a Pipeline, a GridSearchCV or alone, with or without scikit-learn.
Read first: mlp.py (MLPClassifier, MLPRegressor); options.py has their arguments, network.py trains,
with scores.py and minimize.py; wrapped.py makes an estimator of any model; conventions.py and
checks.py are shared by all.
"""

from nn.estimators.checks import check_numbers, check_table, check_target, feature_names
from nn.estimators.conventions import Conventions, ConvergenceWarning, NotFitted, accuracy, known
from nn.estimators.mlp import MLPClassifier, MLPRegressor
from nn.estimators.wrapped import Estimator

__all__ = [
    "Conventions", "ConvergenceWarning", "Estimator", "MLPClassifier", "MLPRegressor", "NotFitted",
    "accuracy", "check_numbers", "check_table", "check_target", "feature_names", "known",
]  # fmt: skip
