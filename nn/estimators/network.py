"""Network: the base of MLPClassifier and MLPRegressor: initial weights, epochs, stopping.

Weights are drawn, rows shuffled and steps taken as in scikit-learn, so that the same seed gives the
same numbers up to rounding; losses and gradients are compiled from a graph of Values.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, look_up
from nn.data import train_test_split
from nn.estimators.checks import check_table
from nn.estimators.conventions import ConvergenceWarning, checked_weights, known
from nn.estimators.minimize import minimized
from nn.estimators.options import ACTIVATIONS, Options
from nn.estimators.scores import half_squares, log_loss, log_losses
from nn.losses import get
from nn.models import MLP
from nn.optimizers import SGD, Adam

Self = TypeVar("Self", bound="Network")


@dataclass(eq=False, repr=False)
class Network(Options):
    """Base class of the multi-layer perceptrons with scikit-learn's interface."""

    _multi_output = True
    n_features_in_: int = field(init=False)

    def fit(self: Self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from inputs `(samples, inputs)` and targets.

        Args:
            X: The inputs.
            y: Classes `(samples,)`, or 0 and 1 for several labels `(samples, labels)`; for a
                regressor numbers, `(samples,)` or `(samples, outputs)`.
            sample_weight: `(samples,)` weight of each sample.

        Raises:
            ValueError: If the table or the targets do not fit.
        """
        resume = self.warm_start and hasattr(self, "coefs_")
        return self._fit_table(X, y, sample_weight, resume, one_epoch=False)

    def partial_fit(
        self: Self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one epoch.

        Raises:
            ValueError: If the table or the targets do not fit.
            AttributeError: If the solver is lbfgs.
        """
        if self.solver == "lbfgs":
            raise AttributeError("partial_fit takes steps, so solver must be adam or sgd")
        return self._fit_table(X, y, sample_weight, hasattr(self, "coefs_"), one_epoch=True)

    def _fit_table(
        self: Self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        resume: bool,
        one_epoch: bool,
    ) -> Self:
        x = check_table(X, self, fitted=resume)
        targets, activation = self._targets(y, len(x), resume or one_epoch)
        if resume and targets.shape[1] != self.n_outputs_:
            raise ValueError(
                f"y has {targets.shape[1]} columns, before it had {self.n_outputs_}; pass as many"
            )
        if not resume:
            self._keep_names(X, x.shape[1])
        self._run(x, targets, sample_weight, activation, resume, one_epoch)
        return self

    def _targets(self, y: ArrayLike, samples: int, known: bool) -> tuple[Floats, str]:
        """Return the network's targets `(samples, outputs)`, and the name of its last activation.

        With `known`, the classes of an earlier call are kept.
        """
        raise NotImplementedError

    def _score_of(self, x: Floats, y: Floats) -> float:
        """Return the score on the rows held back for early stopping."""
        raise NotImplementedError

    def _logits(self, X: ArrayLike) -> Floats:
        """Return the outputs of the last layer, before its activation."""
        self.check_fitted()
        return np.asarray(self.model_.predict(check_table(X, self, fitted=True)))

    def _run(
        self,
        x: Floats,
        y: Floats,
        sample_weight: ArrayLike | None,
        activation: str,
        resume: bool,
        one_epoch: bool,
    ) -> None:
        """Train on rows `(samples, inputs)` and targets `(samples, outputs)`."""
        self._check_options()
        if one_epoch and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        sample_weights = checked_weights(sample_weight, len(x))
        rng = self._random_source()
        if not resume:
            self._start(x.shape[1], y.shape[1], activation, rng)
        loss: Any = {"identity": half_squares, "softmax": log_loss, "logistic": log_losses}
        if not (resume and one_epoch and hasattr(self, "_trainer")):
            of_rows = get(loss[activation])
            made = self.model_.trained_by.trainer
            self._trainer: Any = made(self.model_, self._optimizer(), (of_rows,), None, "numpy")
        self._trainer.outputs(x[0].tolist())
        setup = self._trainer.setup_to_train()
        setup.mode(True)
        setup.backend.load()
        try:
            with np.errstate(all="ignore"):
                if self.solver == "lbfgs":
                    self._quasi_newton(setup.backend, x, y, sample_weights)
                else:
                    self._epochs(setup.backend, x, y, sample_weights, rng, one_epoch)
        finally:
            setup.backend.store()
            setup.mode(False)
            self._expose_weights()
        if not all(np.isfinite(w).all() for w in [*self.coefs_, *self.intercepts_]):
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large "
                "values and need to be preprocessed."
            )

    def _start(self, inputs: int, outputs: int, activation: str, rng: Any) -> None:
        """Make the network, with initial weights as in Glorot and Bengio (2010)."""
        hidden = self._hidden()
        named = look_up("activation", self.activation, ACTIVATIONS)
        self.model_ = MLP(inputs, [*hidden, outputs], activation=named, init="zeros", rng=0)
        sizes, arrays = [inputs, *hidden, outputs], []
        for fan_in, fan_out in pairwise(sizes):
            bound = np.sqrt((2.0 if self.activation == "logistic" else 6.0) / (fan_in + fan_out))
            arrays += [
                rng.uniform(-bound, bound, (fan_in, fan_out)),
                rng.uniform(-bound, bound, fan_out),
            ]
        self.model_.set_weights(arrays)
        self._expose_weights()
        self.n_layers_, self.n_outputs_, self.out_activation_ = len(sizes), outputs, activation
        self.n_iter_ = self.t_ = 0
        self.loss_curve_: list[float] = []
        self.best_loss_: float | None = None if self.early_stopping else np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: float | None = -np.inf if self.early_stopping else None
        self._stalled = 0

    def _expose_weights(self) -> None:
        arrays = self.model_.get_weights()
        self.coefs_, self.intercepts_ = arrays[::2], arrays[1::2]

    def _optimizer(self) -> Any:
        neurons = [neuron for layer in self.model_.layers for neuron in layer.neurons]
        kernels = [w for neuron in neurons for w in neuron.w]
        groups: list[dict[str, object]] = [
            {"params": kernels},
            {"params": [neuron.b for neuron in neurons]},
        ]
        rate = self.learning_rate_init
        if self.solver == "sgd":
            return SGD(groups, lr=rate, momentum=self.momentum, nesterov=self.nesterovs_momentum)
        return Adam(groups, lr=rate, betas=(self.beta_1, self.beta_2), eps=self.epsilon)

    def _batch(
        self, backend: Any, x: Floats, y: Floats, sample_weights: Floats | None
    ) -> tuple[float, list[Floats]]:
        """Return the loss of a batch, penalty included, and the gradients by group."""
        whole_weight = float(len(x) if sample_weights is None else sample_weights.sum())
        factors = (np.ones(len(x)) if sample_weights is None else sample_weights) / whole_weight
        kernels = backend.numbers()[0]
        penalty = self.alpha / whole_weight
        loss = 0.5 * penalty * float(kernels @ kernels)
        table, gradients = backend.batch(x, y, factors, bool(factors.all()))
        per_output = y.shape[1] if self.out_activation_ == "identity" else 1
        loss += float(factors @ table[:, 0]) / per_output
        return loss, [gradients[0] + penalty * kernels, gradients[1]]

    def _epochs(
        self, backend: Any, x: Floats, y: Floats, sample_weights: Floats | None, rng: Any, one: bool
    ) -> None:
        held_out = None
        if self.early_stopping:
            x, y, sample_weights, held_out = self._split_off(x, y, sample_weights, rng)
        order, size = np.arange(len(x)), self._batch_size(len(x))
        best = None
        self.n_iter_ = 0
        for _ in range(1 if one else self.max_iter):
            if self.shuffle:
                rows = np.arange(len(x))
                rng.shuffle(rows)
                order = order[rows]
            batches = [order[start : start + size] for start in range(0, len(x), size)]
            self._epoch(backend, x, y, sample_weights, batches)
            if held_out is not None:
                backend.store()
                best = self._record_score(held_out, best)
            else:
                self._record_loss()
            if self.learning_rate == "invscaling" and self.solver == "sgd":
                self._set_rate(self.learning_rate_init / (self.t_ + 1) ** self.power_t)
            if self._stalled > self.n_iter_no_change:
                if self._should_stop():
                    break
                self._stalled = 0
        else:
            if not one:
                warnings.warn(
                    f"{type(self).__name__} has not converged in max_iter={self.max_iter} epochs; "
                    "raise max_iter, or standardise the inputs",
                    cast(type[Warning], known("ConvergenceWarning", ConvergenceWarning)),
                    stacklevel=5,
                )
        if best is not None:
            self.model_.set_weights(best)
            backend.load()

    def _epoch(
        self, backend: Any, x: Floats, y: Floats, sample_weights: Floats | None, batches: list[Any]
    ) -> None:
        """Take a step for each batch of rows, and append to the loss curve."""
        optimizer, total = self._trainer.optimizer, 0.0
        for rows in batches:
            part = None if sample_weights is None else sample_weights[rows]
            loss, gradients = self._batch(backend, x[rows], y[rows], part)
            total += loss * len(rows)
            backend.update(optimizer.updated(backend.numbers(), gradients))
        self.n_iter_ += 1
        self.t_ += len(x)
        self.loss_ = total / len(x)
        self.loss_curve_.append(self.loss_)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")

    def _split_off(
        self, x: Floats, y: Floats, sample_weights: Floats | None, rng: Any
    ) -> tuple[Any, ...]:
        """Return x, y and weights to train on, and `(x, y)` held back, stratified by class."""
        stratify = y if self._estimator_type == "classifier" and y.shape[1] == 1 else None
        seed = int(rng.randint(2**31 - 1))
        train, test = train_test_split(
            np.arange(len(x)),
            test_size=self.validation_fraction,
            random_state=seed,
            stratify=stratify,
        )
        if len(test) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of "
                "your dataset."
            )
        kept = None if sample_weights is None else sample_weights[train]
        return x[train], y[train], kept, (x[test], y[test])

    def _record_score(self, held_out: tuple[Floats, Floats], best: Any) -> Any:
        """Record the score on the rows held back; return the best weights so far."""
        assert self.validation_scores_ is not None
        assert self.best_validation_score_ is not None
        score = self._score_of(*held_out)
        self.validation_scores_.append(score)
        better = score >= self.best_validation_score_ + self.tol
        self._stalled = 0 if better else self._stalled + 1
        if score > self.best_validation_score_:
            self.best_validation_score_, best = score, self.model_.get_weights()
        return best

    def _record_loss(self) -> None:
        assert self.best_loss_ is not None
        better = self.loss_ <= self.best_loss_ - self.tol
        self._stalled = 0 if better else self._stalled + 1
        self.best_loss_ = min(self.loss_, self.best_loss_)

    def _should_stop(self) -> bool:
        """Return whether to stop when nothing improves; an adaptive rate is divided by 5 first."""
        rate = self._trainer.optimizer.param_groups[0]["lr"]
        if self.solver != "sgd" or self.learning_rate != "adaptive" or rate <= 1e-6:
            return True
        self._set_rate(rate / 5.0)
        return False

    def _set_rate(self, rate: float) -> None:
        for group in self._trainer.optimizer.param_groups:
            group["lr"] = rate

    def _quasi_newton(
        self, backend: Any, x: Floats, y: Floats, sample_weights: Floats | None
    ) -> None:
        """Minimise the loss over all rows with scipy's L-BFGS."""
        cut = len(backend.numbers()[0])

        def objective(point: Floats) -> tuple[float, Floats]:
            backend.update([point[:cut].copy(), point[cut:].copy()])
            loss, gradients = self._batch(backend, x, y, sample_weights)
            return loss, np.concatenate(gradients)

        options = {"maxfun": self.max_fun, "maxiter": self.max_iter, "gtol": self.tol}
        found = minimized(objective, np.concatenate(backend.numbers()), options)
        backend.update([found.x[:cut].copy(), found.x[cut:].copy()])
        self.loss_, self.n_iter_ = float(found.fun), min(int(found.nit), self.max_iter)
        if not found.success:
            warnings.warn(
                f"lbfgs failed to converge after {self.n_iter_} iteration(s): {found.message}",
                cast(type[Warning], known("ConvergenceWarning", ConvergenceWarning)),
                stacklevel=5,
            )
