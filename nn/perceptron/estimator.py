"""Estimator: scikit-learn's conventions, without scikit-learn.

Where scikit-learn is loaded, its own exception and warning classes are used, so that its tools
(pipelines, grid search, cross validation) treat an estimator of ours as one of theirs.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, TypeVar

Self = TypeVar("Self", bound="Estimator")


class Estimator:
    """A classifier whose options are the arguments of its constructor, kept under their names."""

    _estimator_type = "classifier"

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the options by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self: Self, **params: Any) -> Self:
        """Set options by name.

        Raises:
            ValueError: If there is none of that name; then nothing changes.
        """
        there = self.get_params()
        unknown = [name for name in params if name not in there]
        if unknown:
            raise ValueError(
                f"Invalid parameter {unknown[0]!r} for estimator {self!r}; it has "
                + ", ".join(there)
            )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether `fit` has been called (scikit-learn asks)."""
        return hasattr(self, "classes_")

    def check_fitted(self) -> None:
        """Refuse to go on before `fit`.

        Raises:
            NotFitted: If it has not been called; scikit-learn's NotFittedError where it is loaded.
        """
        if not self.__sklearn_is_fitted__():
            raise known("NotFittedError", NotFitted)(
                f"This {type(self).__name__} instance is not fitted yet; call fit with training "
                "data first"
            )

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


class ConvergenceWarning(UserWarning):
    """A learning rule has not come to an end.

    Background in notebooks/04_a_neuron_that_decides.ipynb.
    """


class NotFitted(ValueError, AttributeError):
    """predict before fit."""


def known(name: str, own: type[Exception]) -> type[Exception]:
    """Return our own class; where scikit-learn is loaded, one that is its class as well."""
    theirs = getattr(sys.modules.get("sklearn.exceptions"), name, None)
    return own if theirs is None else type(name, (own, theirs), {})
