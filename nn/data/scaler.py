"""Scaler: a Standardizer with scikit-learn's interface."""

from __future__ import annotations

from numpy.typing import ArrayLike

from nn.basics import Floats
from nn.data.prepare import Standardizer


class StandardScaler:
    """Scales each column to mean 0 and standard deviation 1 (scikit-learn's name and methods).

    Attributes:
        mean_: `(columns,)` means of the table in `fit`.
        scale_: `(columns,)` standard deviations; 1 for a column that does not vary.
        feature_names_in_: The names of its columns, if it was a pandas table.

    >>> scaler = StandardScaler().fit([[1.0], [3.0]])
    >>> scaler.transform([[5.0]]), scaler.inverse_transform([[0.0]])
    (array([[3.]]), array([[2.]]))
    """

    mean_: Floats
    scale_: Floats
    feature_names_in_: tuple[str, ...] = ()

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> StandardScaler:
        """Compute the means and deviations of a table `(samples, columns)`; y is ignored."""
        measured = Standardizer.fit(X)
        self.mean_, self.scale_ = measured.mean, measured.scale
        self.feature_names_in_ = measured.names
        return self

    def transform(self, X: ArrayLike) -> Floats:
        """Return a table scaled."""
        return self._fitted()(X)

    def fit_transform(self, X: ArrayLike, y: ArrayLike | None = None) -> Floats:
        """Do `fit` and `transform` on a table; y is ignored."""
        return self.fit(X).transform(X)

    def inverse_transform(self, X: ArrayLike) -> Floats:
        """Return a scaled table in the original units."""
        return self._fitted().undo(X)

    def _fitted(self) -> Standardizer:
        if not hasattr(self, "mean_"):
            raise ValueError("this StandardScaler is not fitted yet; call fit(X) first")
        return Standardizer(self.mean_, self.scale_, self.feature_names_in_)
