"""Conventions: the methods that scikit-learn requires of an estimator, without importing it.

If scikit-learn is loaded, exceptions and warnings are of its classes too, so that its tools
(pipelines, grid search, cross validation) handle them.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.basics import Floats
from nn.data.tables import weights
from nn.estimators.checks import feature_names
from nn.metrics import r2

Self = TypeVar("Self", bound="Conventions")
Option: TypeAlias = Any  # of the type that the constructor says for an argument of that name


class Conventions:
    """An estimator whose options are constructor arguments, stored as attributes of that name."""

    _estimator_type = "classifier"
    _multi_output = False

    def get_params(self, deep: bool = True) -> dict[str, Option]:
        """Return the options by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self: Self, **params: object) -> Self:
        """Set options by name.

        Raises:
            ValueError: If there is no such option; then nothing changes.
        """
        options = self.get_params()
        unknown = [name for name in params if name not in options]
        if unknown:
            raise ValueError(
                f"Invalid parameter {unknown[0]!r} for estimator {self!r}; it has "
                + ", ".join(options)
            )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether `fit` has been called; scikit-learn calls this."""
        return hasattr(self, "n_iter_")

    def _keep_names(self, X: object, inputs: int) -> None:
        """Set `n_features_in_`, and `feature_names_in_` if the table has names."""
        self.n_features_in_, names = inputs, feature_names(X)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each sample, or its numbers."""
        raise NotImplementedError

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the share of samples that are predicted right; of a regressor R².

        Raises:
            ValueError: If there is not one target, or not one weight, for each sample.
        """
        if self._estimator_type == "regressor":
            return r2(y, self.predict(X), sample_weight=sample_weight)
        return accuracy(self.predict(X), y, sample_weight)

    def check_fitted(self) -> None:
        """Check that `fit` has been called.

        Raises:
            NotFitted: If not; also scikit-learn's NotFittedError, if that is loaded.
        """
        if not self.__sklearn_is_fitted__():
            raise known("NotFittedError", NotFitted)(
                f"This {type(self).__name__} instance is not fitted yet; call fit with training "
                "data first"
            )

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags; only scikit-learn calls this, so it is loaded."""
        utils, kind = sys.modules["sklearn.utils"], self._estimator_type
        several = self._multi_output
        classifies = kind == "classifier"
        return utils.Tags(
            estimator_type=kind,
            target_tags=utils.TargetTags(required=True, multi_output=several),
            classifier_tags=utils.ClassifierTags(multi_label=several) if classifies else None,
            regressor_tags=None if classifies else utils.RegressorTags(),
            input_tags=utils.InputTags(),
        )

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params(deep=False).items()
            if value is not defaults[name].default and value != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def accuracy(said: ArrayLike, true: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return the share of samples whose class, or whose row of labels, is predicted.

    Raises:
        ValueError: If there is not one class, or not one weight, for each sample.

    >>> accuracy(["a", "b"], ["a", "a"])
    0.5
    """
    given, wanted = np.asarray(said), np.asarray(true)
    if wanted.shape not in (given.shape, (len(given), 1)):
        raise ValueError(
            f"score wants a class for each of the {len(given)} samples, got shape {wanted.shape}"
        )
    right = (given == wanted.reshape(given.shape)).reshape(len(given), -1).all(axis=1)
    return float(np.average(right, weights=weights(sample_weight, len(given))))


def checked_weights(sample_weight: ArrayLike | None, samples: int) -> Floats | None:
    """Return the weight of each sample, `(samples,)`; None if none are given.

    Raises:
        ValueError: If there is not one for each sample, one is negative, or all are 0.
    """
    if sample_weight is None:
        return None
    counts = weights(np.asarray(sample_weight, dtype=np.float64), samples)
    if not counts.any():
        raise ValueError("sample_weight is zero for every sample: there is nothing to learn from")
    return counts


class ConvergenceWarning(UserWarning):
    """Warns of a training that ended before it converged.

    Background in notebooks/04_a_neuron_that_decides.ipynb.
    """


class NotFitted(ValueError, AttributeError):
    """A method was called before `fit`."""


def known(name: str, own: type[Exception]) -> type[Exception]:
    """Return `own`, or if scikit-learn is loaded, a subclass of it and of its class `name`."""
    theirs = getattr(sys.modules.get("sklearn.exceptions"), name, None)
    return own if theirs is None else type(name, (own, theirs), {})


Estimator = Conventions  # its name in pickles of 0.1.0
