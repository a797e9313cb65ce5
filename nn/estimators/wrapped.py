"""Wrapped: any model of this package as a scikit-learn estimator."""

from __future__ import annotations

import copy
import functools
import inspect
import random
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats
from nn.callbacks import History
from nn.estimators.checks import check_numbers, check_table, check_target, is_one_hot
from nn.estimators.conventions import Conventions, Option, checked_weights
from nn.layers import Dense
from nn.models import Sequential
from nn.modules import Module, internals

Self = TypeVar("Self", bound="Estimator")


def small_network(inputs: int, outputs: int, kind: str, hidden: int = 16) -> Module:
    """Return the default model of an Estimator: one hidden layer."""
    last = "linear" if kind == "regressor" else "sigmoid" if outputs == 1 else "softmax"
    return Sequential(
        Dense(hidden, activation="relu", input_dim=inputs), Dense(outputs, activation=last)
    )


@dataclass(eq=False, repr=False)
class Estimator(Conventions):
    """A model with scikit-learn's interface: clonable, for Pipeline, GridSearchCV and the like.

    Args:
        build: A function that returns a model, or a model, which is copied for each `fit`. The
            function is passed those of `inputs` (the number of columns), `outputs` (1 for two
            classes and for one target, else their number), `kind` and `rng` (a seed) that it has as
            arguments. Its other arguments are options: `set_params(build__hidden=32)`, or
            `build__hidden` in the grid of a GridSearchCV.
        kind: "classifier" or "regressor".
        loss: As for `compile`; by default the cross entropy of the classes, or mse. A model that
            `build` has compiled stays as it is.
        optimizer: As for `compile`.
        metrics: As for `compile`.
        epochs: As for `fit` of a model, like the following arguments.
        batch_size: Samples per step.
        verbose: 0 for nothing, 1 for a progress bar.
        callbacks: Callbacks.
        validation_split: The share of the rows, at the end, to keep for validation.
        shuffle: Whether to take the rows in a new order each epoch.
        class_weight: The weight of each class, by class, or "balanced".
        random_state: Seed for initial weights, the order of rows and Dropout.

    Attributes:
        model_: The trained model.
        history_: The History of the training.
        classes_: The classes of a classifier, sorted; they may be text.

    >>> def build(inputs, outputs, hidden=4):
    ...     layers = [Dense(hidden, activation="tanh", input_dim=inputs)]
    ...     return Sequential(*layers, Dense(outputs, activation="sigmoid"))
    >>> gate = Estimator(build, epochs=3, random_state=0).set_params(build__hidden=8)
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "no", "no", "yes"]
    >>> gate.fit(x, y).predict_proba(x).shape, gate.model_[0].nout
    ((4, 2), 8)

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    build: Callable[..., Module] | Module | None = None
    _: KW_ONLY
    kind: str = "classifier"
    loss: Any = None
    optimizer: Any = "adam"
    metrics: Any = None
    epochs: int = 50
    batch_size: int | None = 32
    verbose: int = 0
    callbacks: Any = None
    validation_split: float = 0.0
    shuffle: bool = True
    class_weight: Any = None
    random_state: int | np.random.RandomState | None = None

    @property
    def _estimator_type(self) -> str:  # type: ignore[override]
        return self.kind

    @property
    def _multi_output(self) -> bool:  # type: ignore[override]
        return self.kind == "regressor"

    def get_params(self, deep: bool = True) -> dict[str, Option]:
        """Return the options by name; with `deep` also those of `build`, as `build__hidden`."""
        return super().get_params(deep) | (self._build_options() if deep else {})

    def set_params(self: Self, **params: object) -> Self:
        """Set options by name; `build__hidden` is the option hidden of `build`.

        Raises:
            ValueError: If there is no such option.
        """
        inner = {name: option for name, option in params.items() if name.startswith("build__")}
        outer = {name: option for name, option in params.items() if name not in inner}
        if "build" in outer:
            super().set_params(build=outer.pop("build"))
        super().set_params(**outer)
        known = self._build_options()
        for name in inner:
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r}; build has {', '.join(known) or 'none'}"
                )
        if inner:
            options = {name.removeprefix("build__"): option for name, option in inner.items()}
            self.build = functools.partial(self._function(), **options)
        return self

    def fit(self: Self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Build a new model and train it.

        Args:
            X: `(samples, inputs)`.
            y: `(samples,)` classes, or one-hot rows, or numbers; these may have several columns.
            sample_weight: `(samples,)` weight of each sample.

        Raises:
            ValueError: If the table or the targets do not fit.
            TypeError: If `build` does not return a model.
        """
        if self.kind not in ("classifier", "regressor"):
            raise ValueError(f"kind is 'classifier' or 'regressor', got {self.kind!r}")
        x = check_table(X, self)
        targets, outputs = self._targets(y, len(x))
        weights = checked_weights(sample_weight, len(x))
        if weights is not None:  # mean 1: only ratios of weights matter
            weights = weights * (len(x) / weights.sum())
        seed = self._seed()
        before = random.getstate()
        try:
            if seed is not None:
                random.seed(seed)
            model = self._make_model(x.shape[1], outputs, seed)
        finally:
            random.setstate(before)
        self._keep_names(X, x.shape[1])
        self.model_ = model
        self.history_: History = model.fit(
            x,
            targets,
            epochs=self.epochs,
            batch_size=self.batch_size,
            verbose=self.verbose,
            callbacks=self.callbacks,
            validation_split=self.validation_split,
            shuffle=self.shuffle,
            class_weight=self._class_weight(),
            sample_weight=weights,
            seed=seed,
        )
        self.n_iter_ = len(self.history_)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each sample, one-hot if y was in `fit`; of a regressor numbers."""
        outputs = self._outputs(X)
        if self.kind == "regressor":
            return outputs.ravel() if outputs.shape[1] == 1 else outputs
        if outputs.shape[1] == 1:
            which = (outputs[:, 0] > self.model_.loss.threshold).astype(int)
        else:
            which = np.argmax(outputs, axis=1)
        chosen: NDArray[Any] = self.classes_[which]
        return (
            np.eye(len(self.classes_))[which]
            if getattr(self, "_rows_of_classes", False)
            else chosen
        )

    def _predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probabilities `(samples, classes)`.

        Raises:
            ValueError: If the model's outputs are not probabilities.
        """
        outputs = self._outputs(X)
        if outputs.shape[1] == 1:
            outputs = np.hstack([1.0 - outputs, outputs])
        if np.any(outputs < 0.0) or np.any(np.abs(outputs.sum(axis=1) - 1.0) > 1e-6):
            raise ValueError(
                "predict_proba wants a model whose outputs are probabilities; end it with the "
                "activation 'sigmoid' for two classes, 'softmax' for more"
            )
        return outputs

    _predict_proba.__name__ = "predict_proba"  # scikit-learn reads the name of the method

    @property
    def predict_proba(self) -> Callable[[ArrayLike], Floats]:
        """The probabilities `(samples, classes)` of a classifier; a regressor has no such method.

        Raises:
            AttributeError: If this is a regressor.
        """
        if self.kind != "classifier":
            raise AttributeError("predict_proba is for kind='classifier'")
        return self._predict_proba

    def _outputs(self, X: ArrayLike) -> Floats:
        self.check_fitted()
        rows = check_table(X, self, fitted=True)
        outputs = np.asarray(self.model_.predict(rows))
        return outputs.reshape(len(rows), -1)

    def _targets(self, y: ArrayLike, samples: int) -> tuple[Floats, int]:
        """Return the model's targets, and how many outputs it needs."""
        if self.kind == "regressor":
            numbers = check_numbers(y, samples, self)
            return numbers, 1 if numbers.ndim == 1 else numbers.shape[1]
        self._rows_of_classes = is_one_hot(y)
        if self._rows_of_classes:
            rows = check_numbers(y, samples, self)
            self.classes_ = np.arange(rows.shape[1])
            return rows.argmax(axis=1).astype(np.float64), rows.shape[1]
        self.classes_, which = check_target(y, samples, self)
        count = len(self.classes_)
        if count < 2:
            raise ValueError(f"{type(self).__name__} wants two classes or more, got {count} class")
        return which.astype(np.float64), 1 if count == 2 else count

    def _class_weight(self) -> dict[int, float] | str | None:
        if self.class_weight is None or self.kind == "regressor":
            return None
        if self.class_weight == "balanced":
            return "balanced"
        return {k: self.class_weight.get(c, 1.0) for k, c in enumerate(self.classes_.tolist())}

    def _seed(self) -> int | None:
        if isinstance(self.random_state, np.random.RandomState):
            return int(self.random_state.randint(2**31 - 1))
        return None if self.random_state is None else int(self.random_state)

    def _function(self) -> Callable[..., Module]:
        build = small_network if self.build is None else self.build
        if isinstance(build, Module) or not callable(build):
            raise ValueError(
                f"build= wants a function that makes a model, or a model, got {build!r:.60}"
            )
        return build

    def _build_options(self) -> dict[str, Option]:
        """Return the options of `build`, as `build__name`, with their current values."""
        if self.build is not None and (isinstance(self.build, Module) or not callable(self.build)):
            return {}
        supplied = ("inputs", "outputs", "kind", "rng")
        found = {}
        for name, parameter in inspect.signature(self._function()).parameters.items():
            if name not in supplied and parameter.default is not parameter.empty:
                found[f"build__{name}"] = parameter.default
        return found

    def _make_model(self, inputs: int, outputs: int, seed: int | None) -> Module:
        if isinstance(self.build, Module):
            model: object = copy.deepcopy(self.build)
        else:
            build = self._function()
            offered = {"inputs": inputs, "outputs": outputs, "kind": self.kind, "rng": seed}
            wanted = inspect.signature(build).parameters
            model = build(**{name: it for name, it in offered.items() if name in wanted})
        if not isinstance(model, Module):
            raise TypeError(f"build has to return a model, an nn.Module, got {model!r:.60}")
        if internals(model).trainer is None:
            loss = self.loss
            if loss is None:
                classes = "binary_crossentropy" if outputs == 1 else "categorical_crossentropy"
                loss = "mse" if self.kind == "regressor" else classes
            model.compile(copy.deepcopy(self.optimizer), loss, self.metrics)
        return model
