"""MLPClassifier, MLPRegressor: multi-layer perceptrons with scikit-learn's names and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.activations import sigmoid, softmax
from nn.basics import Floats
from nn.estimators.checks import check_numbers, check_target
from nn.estimators.conventions import accuracy
from nn.estimators.network import Network
from nn.metrics import r2

Classifier = TypeVar("Classifier", bound="MLPClassifier")


@dataclass(eq=False, repr=False)
class MLPClassifier(Network):
    """A multi-layer perceptron for classes, like scikit-learn's, trained by this package.

    Arguments, defaults and results are scikit-learn's: weights are drawn, and rows shuffled, by the
    same random numbers. `loss_curve_`, `coefs_` and `intercepts_` are as there; `model_` is the
    network of Values, without the last activation. Only `early_stopping` holds back other rows than
    scikit-learn does. Tables are dense; weights are float64.

    Args:
        hidden_layer_sizes: Neurons of each hidden layer.
        activation: identity, logistic, tanh or relu.
        solver: adam, sgd, or lbfgs, which is scipy's.
        alpha: L2 penalty on the weights, 0.5 * alpha * sum(w^2) / samples of the batch.
        batch_size: Rows per step; "auto" is 200, or all rows if there are fewer.
        learning_rate: The schedule of sgd: constant, invscaling, or adaptive.
        learning_rate_init: The initial learning rate.
        power_t: The exponent of invscaling.
        max_iter: Maximum number of epochs; a warning says if training has not converged.
        shuffle: Whether to take the rows in a new order each epoch.
        random_state: Seed for weights and order, or a RandomState.
        tol: A smaller improvement of the loss (with early stopping of the score) counts as none.
        verbose: Whether to print the loss of each epoch.
        warm_start: Whether `fit` continues from the current weights.
        momentum: Momentum of sgd, 0 to 1.
        nesterovs_momentum: Whether that is Nesterov's.
        early_stopping: Whether to hold rows back, and stop when their score no longer improves.
        validation_fraction: The share of those rows, between 0 and 1.
        beta_1: Decay of adam's first moment, 0 to below 1.
        beta_2: Decay of adam's second moment, 0 to below 1.
        epsilon: Added to the denominator of adam.
        n_iter_no_change: Epochs without improvement before training stops.
        max_fun: Maximum number of evaluations of the loss by lbfgs.

    Attributes:
        classes_: The classes, sorted.
        coefs_: `(inputs, outputs)` weights of each layer.
        intercepts_: `(outputs,)` biases of each layer.
        loss_curve_: The loss of each epoch, penalty included.
        model_: The network.

    >>> gate = MLPClassifier((4,), random_state=1, max_iter=300, learning_rate_init=0.1)
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> gate.fit(x, y).predict(x).tolist()
    ['no', 'yes', 'yes', 'no']

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    classes_: NDArray[Any] = field(init=False)

    def partial_fit(
        self: Classifier,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> Classifier:
        """Train for one epoch; the first call needs `classes`, the list of all classes.

        Raises:
            ValueError: If classes are missing at the first call, or one is not among them.
            AttributeError: If the solver is lbfgs.
        """
        resume = hasattr(self, "coefs_")
        if not resume and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        if classes is not None:
            named = np.unique(np.asarray(classes))
            if resume and not np.array_equal(named, self.classes_):
                raise ValueError(
                    f"`classes={named.tolist()}` is not the same as on last call to partial_fit, "
                    f"was: {self.classes_.tolist()}"
                )
            self.classes_ = named
        return super().partial_fit(X, y, sample_weight)

    def _targets(self, y: ArrayLike, samples: int, known: bool) -> tuple[Floats, str]:
        shape = () if y is None else np.asarray(y).shape
        self._labels = len(shape) == 2 and shape[1] > 1
        if self._labels:
            targets = check_numbers(y, samples, self)
            if not np.isin(targets, (0.0, 1.0)).all():
                raise ValueError("Unknown label type: y has several columns that are not 0 or 1")
            self.classes_ = np.arange(targets.shape[1])
            return targets, "logistic"
        found, numbers = check_target(y, samples, self)
        if known:
            unknown = [kind for kind in found.tolist() if kind not in self.classes_]
            if unknown:
                raise ValueError(
                    f"y has the class {unknown[0]!r}, which is not in `self.classes_`: "
                    f"{self.classes_.tolist()}"
                )
            numbers = np.searchsorted(self.classes_, found[numbers])
        else:
            self.classes_ = found
        count = len(self.classes_)
        if count < 2:
            raise ValueError(f"{type(self).__name__} wants two classes or more, got {count} class")
        column = numbers[:, None]
        targets = np.asarray(column if count == 2 else column == np.arange(count), dtype=float)
        return targets, "logistic" if count == 2 else "softmax"

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probabilities `(samples, classes)`, or of each label."""
        scores = self._logits(X)
        if self.out_activation_ == "softmax":
            return _rows(softmax, scores)
        probabilities = _rows(sigmoid, scores)
        return probabilities if self._labels else np.hstack([1.0 - probabilities, probabilities])

    def predict_log_proba(self, X: ArrayLike) -> Floats:
        """Return the logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            logarithms: Floats = np.log(self.predict_proba(X))
        return logarithms

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each sample, or its labels as 0 and 1."""
        probabilities = self.predict_proba(X)
        if self._labels:
            return (probabilities > 0.5).astype(int)
        chosen: NDArray[Any] = self.classes_[np.argmax(probabilities, axis=1)]
        return chosen

    def _score_of(self, x: Floats, y: Floats) -> float:
        scores = self.model_.predict(x)
        if self.out_activation_ == "softmax":
            return accuracy(np.argmax(scores, axis=1), np.argmax(y, axis=1))
        return accuracy(scores > 0.0, y > 0.5)


@dataclass(eq=False, repr=False)
class _Loss:
    """The argument that a regressor has before the others."""

    loss: str = "squared_error"


@dataclass(eq=False, repr=False)
class MLPRegressor(Network, _Loss):
    """A multi-layer perceptron for numbers, like scikit-learn's; see MLPClassifier.

    Args:
        loss: squared_error, the only one here.
        hidden_layer_sizes: This and all others as for `MLPClassifier`.

    >>> x = [[0.0], [1.0], [2.0], [3.0]]
    >>> line = MLPRegressor(hidden_layer_sizes=(), solver="sgd", alpha=0.0, max_iter=500,
    ...                     learning_rate_init=0.02, random_state=0, tol=1e-9)
    >>> [round(float(y), 1) for y in line.fit(x, [1.0, 3.0, 5.0, 7.0]).predict([[4.0]])]
    [9.0]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    _estimator_type = "regressor"

    def _targets(self, y: ArrayLike, samples: int, known: bool) -> tuple[Floats, str]:
        if self.loss != "squared_error":
            raise ValueError(
                f"MLPRegressor's loss is squared_error here, got {self.loss!r}; for another one "
                "use nn.Estimator with a model and loss='poisson'"
            )
        return check_numbers(y, samples, self).reshape(samples, -1), "identity"

    def predict(self, X: ArrayLike) -> Floats:
        """Return the numbers, `(samples,)` or `(samples, outputs)`."""
        numbers = self._logits(X)
        return numbers.ravel() if self.n_outputs_ == 1 else numbers

    def _score_of(self, x: Floats, y: Floats) -> float:
        return r2(y, self.model_.predict(x))


def _rows(function: Any, scores: Floats) -> Floats:
    """Apply an activation to each row, `(samples, outputs)`."""
    with np.errstate(all="ignore"):
        return np.asarray(function(scores), dtype=np.float64).reshape(scores.shape)
