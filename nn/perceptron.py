"""Perceptron: one layer of threshold units and its learning rule, as a scikit-learn estimator.

scikit-learn is not needed. Where it is loaded, its own exception and warning classes are used,
so that its tools (pipelines, grid search, cross validation) treat this as one of theirs.
"""

from __future__ import annotations

import inspect
import random
import sys
import warnings
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.estimator_checks import check_table, check_target, feature_names
from nn.layers import Layer
from nn.shapes import Floats

Self = TypeVar("Self", bound="Perceptron")


class ConvergenceWarning(UserWarning):
    """The perceptron's rule has not come to an end.

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """


class Perceptron:
    """A layer of threshold units that learns by the perceptron's rule (Rosenblatt 1958).

    For each sample in turn every unit that is wrong moves: w += eta0 * (t - y) * x and
    b += eta0 * (t - y), with t and y the wanted and the actual output, 0 or 1; a unit is active
    from 0 on. Two classes take one unit; more take one each, and the one with the largest weighted
    sum wins. A step along the gradient of `nn.perceptron_loss` is the same.

    Args:
        eta0: The learning rate.
        max_iter: Epochs after which to give up.
        shuffle: Whether to take the samples in a new order each epoch.
        fit_intercept: Whether units have a bias.
        random_state: Seed for the order.
        warm_start: Whether `fit` goes on from the weights there are.
        tol: Give up when the share of wrong samples has not fallen by this for `n_iter_no_change`
            epochs; None goes on to `max_iter`.
        n_iter_no_change: See `tol`.

    Attributes:
        coef_: `(units, inputs)` weights.
        intercept_: `(units,)` biases.
        classes_: The classes, sorted.
        n_iter_: How many epochs it took, the one without errors included.
        n_features_in_: How many inputs there are.
        errors_: How many samples were wrong in each epoch.
        converged_: Whether the last epoch had no error.

    >>> gate = Perceptron(shuffle=False).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> gate.predict([[1, 1], [0, 1]]), gate.n_iter_
    (array([1, 0]), 6)

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        *,
        eta0: float = 1.0,
        max_iter: int = 1000,
        shuffle: bool = True,
        fit_intercept: bool = True,
        random_state: int | None = 0,
        warm_start: bool = False,
        tol: float | None = None,
        n_iter_no_change: int = 5,
    ) -> None:
        self.eta0 = eta0
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.fit_intercept = fit_intercept
        self.random_state = random_state
        self.warm_start = warm_start
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change

    def fit(self: Self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn from inputs `(samples, inputs)` and their classes `(samples,)`.

        A warning says so if the samples cannot be told apart by straight lines, or not in time.

        Raises:
            ValueError: If the table does not fit, or there is only one class.
        """
        self._check_options()
        names = feature_names(X)
        x = check_table(X, self)
        classes, labels = check_target(y, len(x), self)
        if len(classes) < 2:
            raise ValueError(f"Perceptron wants two classes or more, got 1 class: {classes[0]!r}")
        wanted = _wanted(labels, len(classes))
        self._start(x.shape[1], wanted.shape[1], classes, names)
        rng = random.Random(_seed(self.random_state))
        self.errors_ = []
        for _ in range(self.max_iter):
            order = list(range(len(x)))
            if self.shuffle:
                rng.shuffle(order)
            self.errors_.append(self._epoch(x, wanted, order))
            if self.errors_[-1] == 0 or self._stalled(len(x)):
                break
        self.n_iter_ = len(self.errors_)
        self.converged_ = self.errors_[-1] == 0
        if not self.converged_:
            warnings.warn(
                f"Perceptron has not converged: {self.errors_[-1]} of {len(x)} samples are still "
                f"wrong after {self.n_iter_} epochs; the classes cannot be told apart by a "
                "straight line, or not in so few epochs (try a larger max_iter, or an nn.MLP)",
                cast(type[Warning], _known("ConvergenceWarning", ConvergenceWarning)),
                stacklevel=2,
            )
        return self

    def _stalled(self, samples: int) -> bool:
        last, before = (
            self.errors_[-self.n_iter_no_change :],
            self.errors_[: -self.n_iter_no_change],
        )
        return (
            self.tol is not None and bool(before) and min(before) - min(last) < self.tol * samples
        )

    def partial_fit(
        self: Self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None
    ) -> Self:
        """Learn from some samples, once each; `classes` lists all of them at the first call."""
        self._check_options()
        first = not hasattr(self, "classes_")
        if first and classes is None:
            raise ValueError("partial_fit wants classes=[...] at its first call")
        names = feature_names(X)
        x = check_table(X, self, fitted=not first)
        there, labels = check_target(y, len(x), self)
        known = np.unique(np.asarray(classes)) if first else self.classes_
        strange = [label for label in there if label not in known]
        if strange:
            raise ValueError(f"partial_fit got the class {strange[0]!r}, classes are {known}")
        wanted = _wanted(np.searchsorted(known, there[labels]), len(known))
        if first:
            self._start(x.shape[1], wanted.shape[1], known, names)
            self.errors_ = []
        self.errors_.append(self._epoch(x, wanted, list(range(len(x)))))
        self.n_iter_ = len(self.errors_)
        self.converged_ = self.errors_[-1] == 0
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return the weighted sums: `(samples,)` for two classes, else `(samples, classes)`."""
        if not hasattr(self, "classes_"):
            raise cast(type[ValueError], _known("NotFittedError", _NotFitted))(
                "This Perceptron instance is not fitted yet; call fit with training data first"
            )
        sums: Floats = check_table(X, self, fitted=True) @ self.coef_.T + self.intercept_
        return sums[:, 0] if len(self.classes_) == 2 else sums

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each sample."""
        sums = self.decision_function(X)
        which = (sums >= 0.0).astype(int) if sums.ndim == 1 else np.argmax(sums, axis=1)
        chosen: NDArray[Any] = self.classes_[which]
        return chosen

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the share of samples whose class is predicted."""
        right = np.asarray(self.predict(X) == np.asarray(y), dtype=np.float64)
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        return float(np.average(right, weights=weights))

    def layer(self) -> Layer:
        """Return the layer of threshold units, of Values, with these weights."""
        units, inputs = self.coef_.shape
        layer = Layer(inputs, units, activation="step", init="zeros")
        layer.set_weights([self.coef_.T, self.intercept_])
        return layer

    def _check_options(self) -> None:
        if not self.eta0 > 0.0:
            raise ValueError(f"eta0 must be above 0, got {self.eta0}")
        if self.max_iter < 1:
            raise ValueError(f"max_iter must be at least 1, got {self.max_iter}")

    def _start(
        self, inputs: int, units: int, classes: NDArray[Any], names: NDArray[Any] | None
    ) -> None:
        self.n_features_in_ = inputs
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        go_on = self.warm_start and getattr(self, "coef_", np.empty(0)).shape == (units, inputs)
        self.classes_ = classes
        if not go_on:
            self.coef_, self.intercept_ = np.zeros((units, inputs)), np.zeros(units)

    def _epoch(self, x: Floats, wanted: Floats, order: list[int]) -> int:
        """Take every sample once; return how many were wrong for one unit or more."""
        wrong: set[int] = set()
        rows, rate = x[order].tolist(), self.eta0
        for unit, targets in enumerate(wanted[order].T.tolist()):
            weights, bias = self.coef_[unit].tolist(), float(self.intercept_[unit])
            for place, (row, target) in enumerate(zip(rows, targets, strict=True)):
                total = bias  # not sum(): from Python 3.12 on it rounds otherwise than Values do
                for weight, value in zip(weights, row):
                    total += weight * value
                error = target - (total >= 0.0)
                if error:
                    wrong.add(place)
                    weights = [w + rate * error * value for w, value in zip(weights, row)]
                    if self.fit_intercept:
                        bias += rate * error
            self.coef_[unit], self.intercept_[unit] = weights, bias
        return len(wrong)

    # scikit-learn's conventions for estimators.

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the options by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self: Self, **params: Any) -> Self:
        """Set options by name.

        Raises:
            ValueError: If there is none of that name.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self!r}; it has {', '.join(known)}"
                )
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether `fit` has been called (scikit-learn asks)."""
        return hasattr(self, "classes_")

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn, the only caller, wants to know of an estimator."""
        utils = sys.modules["sklearn.utils"]
        return utils.Tags(
            estimator_type="classifier",
            target_tags=utils.TargetTags(required=True),
            classifier_tags=utils.ClassifierTags(),
            input_tags=utils.InputTags(),
        )

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value is not defaults[name].default and value != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


class _NotFitted(ValueError, AttributeError):
    """predict before fit."""


def _known(name: str, own: type[Exception]) -> type[Exception]:
    """Return our own class; where scikit-learn is loaded, one that is its class as well."""
    theirs = getattr(sys.modules.get("sklearn.exceptions"), name, None)
    return own if theirs is None else type(name, (own, theirs), {})


def _wanted(labels: NDArray[np.intp], classes: int) -> Floats:
    """Return the wanted output of each unit: one unit for two classes, else one per class."""
    column = labels[:, None]
    return np.asarray(column if classes == 2 else column == np.arange(classes), dtype=np.float64)


def _seed(random_state: Any) -> int | None:
    if random_state is None or isinstance(random_state, int | np.integer):
        return None if random_state is None else int(random_state)
    return int(random_state.randint(2**31))  # a numpy RandomState
