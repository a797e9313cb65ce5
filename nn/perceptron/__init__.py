"""Perceptron: threshold units and their learning rule, as a scikit-learn estimator.

In: a table `X` and its classes `y`, also of pandas or polars.
Out: classes, scores, coefficients; with scikit-learn's interface, without scikit-learn.
Read first: perceptron.py, then rule.py; the interface is that of the room estimators.
"""

from nn.perceptron.perceptron import Perceptron

__all__ = ["Perceptron"]
