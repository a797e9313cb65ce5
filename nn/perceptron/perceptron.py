"""Perceptron: one layer of threshold units and its learning rule, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats, NumpySource, generator, number, whole
from nn.data.tables import weights
from nn.estimators import Conventions, ConvergenceWarning, check_table, check_target, known
from nn.layers import Layer
from nn.perceptron.rule import Penalty, has_stalled, held_out, make_penalty, run_epoch

Self = TypeVar("Self", bound="Perceptron")


@dataclass(eq=False, repr=False)
class Perceptron(Conventions):
    """A layer of threshold units that learns by the perceptron's rule (Rosenblatt 1958).

    For each sample in turn, every unit that is wrong is updated: w += eta0 * (t - y) * x and
    b += eta0 * (t - y), where t is the wanted and y the actual output, 0 or 1; y is 1 if the
    weighted sum is at least 0. Two classes take one unit; more take one each, and the unit with the
    largest weighted sum wins. The update is a gradient step for `nn.perceptron_loss`.

    Args:
        penalty: "l1", "l2" or "elasticnet" shrinks the weights at every sample; None, as in
            Rosenblatt's rule, does not.
        alpha: The strength of the penalty; it is multiplied by `eta0`.
        l1_ratio: The share of l1 in "elasticnet".
        fit_intercept: Whether units have a bias.
        max_iter: Maximum number of epochs.
        tol: Stop when the share of wrong samples has not fallen by this for `n_iter_no_change`
            epochs; None, which is not scikit-learn's default, goes on to `max_iter`.
        shuffle: Whether to take the samples in a new order each epoch.
        verbose: Whether to print the errors of each epoch.
        eta0: The learning rate.
        n_jobs: Ignored; scikit-learn has it.
        random_state: Seed for the order; None takes the module `random`.
        early_stopping: Whether to hold back samples of each class, and to stop when their accuracy
            has not risen by `tol` (0.001 if that is None) for `n_iter_no_change` epochs.
        validation_fraction: The share of samples to hold back.
        n_iter_no_change: See `tol`.
        class_weight: Factor of the learning rate for samples of each class, by class; "balanced" is
            samples / (classes * samples of the class).
        warm_start: Whether `fit` continues from the current weights.

    Attributes:
        coef_: `(units, inputs)` weights.
        intercept_: `(units,)` biases.
        classes_: The classes, sorted.
        n_iter_: The number of epochs, the last one without errors included.
        n_features_in_: The number of inputs.
        errors_: The number of wrong samples in each epoch.
        converged_: Whether the last epoch had no error.
        t_: The number of steps plus 1: `n_iter_ * samples + 1`.

    >>> gate = Perceptron(shuffle=False).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> gate.predict([[1, 1], [0, 1]]), gate.n_iter_
    (array([1, 0]), 6)

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """

    _: KW_ONLY
    penalty: str | None = None
    alpha: float = 0.0001
    l1_ratio: float = 0.15
    fit_intercept: bool = True
    max_iter: int = 1000
    tol: float | None = None
    shuffle: bool = True
    verbose: int = 0
    eta0: float = 1.0
    n_jobs: int | None = None
    random_state: int | NumpySource | None = 0
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 5
    class_weight: Mapping[Any, float] | str | None = None
    warm_start: bool = False

    def fit(
        self: Self,
        X: ArrayLike,
        y: ArrayLike,
        coef_init: ArrayLike | None = None,
        intercept_init: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn from inputs `(samples, inputs)` and their classes `(samples,)`.

        Args:
            X: The inputs.
            y: The classes.
            coef_init: `(units, inputs)` initial weights; by default 0.
            intercept_init: `(units,)` initial biases; by default 0.
            sample_weight: `(samples,)` factor of the learning rate; 0 leaves a sample out.

        A warning says so if it does not converge: the classes are not linearly separable, or
        `max_iter` is too small.

        Raises:
            ValueError: If the table does not fit, or there is only one class.
        """
        self._check_options()
        x = check_table(X, self)
        classes, labels = check_target(y, len(x), self)
        if len(classes) < 2:
            raise ValueError(f"Perceptron wants two classes or more, got 1 class: {classes[0]!r}")
        wanted = _target_outputs(labels, len(classes))
        rates = self._rates(classes, labels) * weights(sample_weight, len(x))
        if not rates.any():
            raise ValueError("no sample counts: every sample_weight, or class_weight, is zero")
        self._start(X, x.shape[1], wanted.shape[1], classes)
        self._set_initial(coef_init, intercept_init)
        rng, penalty = generator(self.random_state), self._penalty()
        order = list(range(len(x)))
        validation = np.zeros(len(x), dtype=bool)  # the samples held back
        if self.early_stopping:
            rng.shuffle(order)
            validation = held_out(labels, self.validation_fraction, order)
        self.errors_, scores = [], list[float]()
        for _ in range(self.max_iter):
            order = np.flatnonzero(~validation).tolist()
            if self.shuffle:
                rng.shuffle(order)
            self.errors_.append(
                run_epoch(self.coef_, self.intercept_, x[order], wanted[order], rates[order],
                          penalty, self.fit_intercept)
            )  # fmt: skip
            self.n_iter_ = len(self.errors_)  # set: `score` checks it
            if self.verbose:
                wrong = self.errors_[-1]
                print(f"epoch {self.n_iter_}: {wrong} of {len(order)} samples wrong")
            if self.early_stopping:
                scores.append(self.score(x[validation], classes[labels[validation]]))
            done = self.errors_[-1] == 0 and not self.penalty  # a penalty keeps moving weights
            if done or self._stalled(len(order), scores):
                break
        self.t_ = 1.0 + self.n_iter_ * len(order)
        self.converged_ = self.errors_[-1] == 0
        if not self.converged_ and not (scores and self.n_iter_ < self.max_iter):
            warnings.warn(
                f"Perceptron has not converged: {self.errors_[-1]} of {len(x)} samples are still "
                f"wrong after {self.n_iter_} epochs; the classes cannot be told apart by a "
                "straight line, or not in so few epochs (try a larger max_iter, or an nn.MLP)",
                cast(type[Warning], known("ConvergenceWarning", ConvergenceWarning)),
                stacklevel=2,
            )
        return self

    def _set_initial(self, coef: ArrayLike | None, intercept: ArrayLike | None) -> None:
        for name, given in (("coef_", coef), ("intercept_", intercept)):
            if given is None:
                continue
            array, current = np.array(given, np.float64), getattr(self, name)
            if array.size != current.size:
                raise ValueError(
                    f"{name[:-1]}_init wants the shape {current.shape}, got {array.shape}"
                )
            setattr(self, name, array.reshape(current.shape))

    def _penalty(self) -> Penalty:
        return make_penalty(self.penalty, self.alpha, self.l1_ratio, self.eta0)

    def _stalled(self, samples: int, scores: Sequence[float]) -> bool:
        if scores:
            tol = 1e-3 if self.tol is None else self.tol
            return has_stalled(scores, tol, self.n_iter_no_change)
        patience = self.n_iter_no_change
        last, before = self.errors_[-patience:], self.errors_[:-patience]
        return (
            self.tol is not None and bool(before) and min(before) - min(last) < self.tol * samples
        )

    def partial_fit(
        self: Self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Take one step for each sample; the first call needs `classes`, the list of all classes.

        Raises:
            ValueError: If the table does not fit, classes are missing at the first call, or one is
                not among them.
        """
        self._check_options()
        first = not hasattr(self, "classes_")
        if first and classes is None:
            raise ValueError(
                "partial_fit wants classes=[...] at its first call: all that will ever come"
            )
        x = check_table(X, self, fitted=not first)
        found, labels = check_target(y, len(x), self)
        known_classes = np.unique(np.asarray(classes)) if first else self.classes_
        if len(known_classes) < 2:
            raise ValueError(f"partial_fit wants two classes or more, got {known_classes.tolist()}")
        unknown = [label for label in found if label not in known_classes]
        if unknown:
            raise ValueError(
                f"partial_fit got the class {unknown[0]!r}, which is not among those of its first "
                f"call: {known_classes.tolist()}; list all of them there"
            )
        numbers = np.searchsorted(known_classes, found[labels])
        wanted = _target_outputs(numbers, len(known_classes))
        rates = self._rates(known_classes, numbers)
        rates *= weights(sample_weight, len(x))
        if first:
            self._start(X, x.shape[1], wanted.shape[1], known_classes)
            self.errors_, self.t_ = [], 1.0
        self.errors_.append(
            run_epoch(self.coef_, self.intercept_, x, wanted, rates, self._penalty(),
                      self.fit_intercept)
        )  # fmt: skip
        self.n_iter_ = len(self.errors_)
        self.t_ += len(x)
        self.converged_ = self.errors_[-1] == 0
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return the weighted sums: `(samples,)` for two classes, else `(samples, classes)`."""
        self.check_fitted()
        sums: Floats = check_table(X, self, fitted=True) @ self.coef_.T + self.intercept_
        return sums[:, 0] if len(self.classes_) == 2 else sums

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each sample."""
        sums = self.decision_function(X)
        which = (sums >= 0.0).astype(int) if sums.ndim == 1 else np.argmax(sums, axis=1)
        chosen: NDArray[Any] = self.classes_[which]
        return chosen

    def layer(self) -> Layer:
        """Return a `Layer` of threshold units with these weights."""
        units, inputs = self.coef_.shape
        layer = Layer(inputs, units, activation="step", init="zeros")
        layer.set_weights([self.coef_.T, self.intercept_])
        return layer

    def _check_options(self) -> None:
        if not number("eta0", self.eta0) > 0.0:
            raise ValueError(f"eta0 must be above 0, got {self.eta0}")
        whole("max_iter", self.max_iter)
        whole("n_iter_no_change", self.n_iter_no_change)
        if self.tol is not None:
            number("tol", self.tol)
        self._penalty()
        if isinstance(self.class_weight, str) and self.class_weight != "balanced":
            raise ValueError(
                f"class_weight is a dict by class, 'balanced' or None, got {self.class_weight!r}"
            )

    def _start(self, X: ArrayLike, inputs: int, units: int, classes: NDArray[Any]) -> None:
        self._keep_names(X, inputs)
        resume = self.warm_start and getattr(self, "coef_", np.empty(0)).shape == (units, inputs)
        self.classes_ = classes
        if not resume:
            self.coef_, self.intercept_ = np.zeros((units, inputs)), np.zeros(units)

    def _rates(self, classes: NDArray[Any], labels: NDArray[np.intp]) -> Floats:
        """Return the learning rate of each sample."""
        counts = np.ones(len(classes))
        if self.class_weight == "balanced":
            counts = len(labels) / (len(classes) * np.bincount(labels, minlength=len(classes)))
        elif self.class_weight is not None:
            by_class = cast(Mapping[Any, float], self.class_weight)
            counts = np.array([by_class.get(kind, 1.0) for kind in classes.tolist()])
        return np.asarray(self.eta0 * counts[labels], dtype=np.float64)


def _target_outputs(labels: NDArray[np.intp], classes: int) -> Floats:
    """Return the wanted output of each unit: one unit for two classes, else one per class."""
    column = labels[:, None]
    return np.asarray(column if classes == 2 else column == np.arange(classes), dtype=np.float64)
