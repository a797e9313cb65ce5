"""Perceptron: threshold units and their learning rule, as a scikit-learn estimator.

In: a table `X` and its classes `y`, also of pandas or polars.
Out: classes, scores, coefficients; scikit-learn's conventions without scikit-learn.
Read first: perceptron.py; estimator.py and checks.py hold the conventions.
"""

from nn.perceptron.estimator import ConvergenceWarning
from nn.perceptron.perceptron import Perceptron

__all__ = [
    "ConvergenceWarning",
    "Perceptron",
]
