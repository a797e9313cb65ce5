"""Adapted: Keras's Normalization, by a mean and a variance that `adapt` computes from a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from numpy.typing import ArrayLike

from nn.basics import Floats, Inputs, Output, columns, numeric, one_or_list, sample, values
from nn.modules import Module


class Normalization(Module):
    """(x - mean) / sqrt(variance), with constants that `adapt` computes from a table (Keras).

    Args:
        axis: -1 or 1 for a mean of each column; None for one mean of all numbers.
        mean: The mean if it is known: a number, or one for each input.
        variance: The variance, likewise.
        invert: Whether to compute the inverse, x * sqrt(variance) + mean.
        input_dim: Number of inputs.
        input_shape: `(input_dim,)`; a number will do.
        name: A name for `summary()` and `get_layer`.

    Raises:
        ValueError: If only one of mean and variance is given, or a variance is below 0.

    >>> layer = Normalization()
    >>> layer.adapt([[1.0, 10.0], [3.0, 14.0]])
    >>> [y.data for y in layer([3.0, 11.0])]
    [1.0, -0.5]

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self,
        axis: int | None = -1,
        mean: ArrayLike | None = None,
        variance: ArrayLike | None = None,
        invert: bool = False,
        *,
        input_dim: int | None = None,
        input_shape: int | Sequence[int | None] | None = None,
        name: str | None = None,
    ) -> None:
        if axis not in (-1, 1, None):
            raise ValueError(f"Normalization wants axis -1 or 1, or None, got {axis!r}")
        if (mean is None) != (variance is None):
            raise ValueError(
                "Normalization wants both mean and variance or neither, got only "
                f"{'variance' if mean is None else 'mean'}; leave it out and call adapt(table)"
            )
        if input_shape is not None:
            input_dim = columns("input_shape", input_shape)
        self.axis, self.invert, self.nin, self.name = axis, invert, input_dim, name or ""
        self.mean: list[float] = []
        self.variance: list[float] = []
        self._used = False
        if mean is not None and variance is not None:
            self._set_constants(
                numeric(mean, "mean").ravel(), numeric(variance, "variance").ravel()
            )

    def adapt(self, data: ArrayLike) -> None:
        """Set mean and variance to those of a table, before the layer is used.

        Raises:
            ValueError: If the table has an entry that is not a finite number, or the layer has been
                used: what was computed or compiled with it has the former constants.
        """
        if self._used:
            raise ValueError(
                "this Normalization has been used already; call adapt before, or make a new one"
            )
        table = numeric(data, "adapt")
        table = table.reshape(len(table), -1) if self.axis is not None else table.reshape(-1, 1)
        self._set_constants(table.mean(axis=0), table.var(axis=0))

    def _set_constants(self, mean: Floats, variance: Floats) -> None:
        if len(mean) != len(variance) or (variance < 0.0).any():
            raise ValueError(
                f"Normalization wants as many variances of at least 0 as means, got {len(mean)} "
                f"means and variances {variance.tolist()!s:.60}"
            )
        self.mean, self.variance = mean.tolist(), variance.tolist()
        self.nin = len(mean) if len(mean) > 1 else self.nin

    def forward(self, x: Inputs) -> Output:
        """Return the normalised inputs."""
        if not self.mean:
            raise ValueError("Normalization has no mean yet; call adapt(table) first")
        items = values(x) if self.nin is None else sample(x, self.nin, self)
        self._used, several = True, len(self.mean) > 1
        found = []
        for i, item in enumerate(items):
            mean, variance = (row[i if several else 0] for row in (self.mean, self.variance))
            if self.invert:
                found.append(item * math.sqrt(variance) + mean)
            else:
                found.append((item - mean) / max(math.sqrt(variance), 1e-7))  # Keras's epsilon
        return one_or_list(found)

    def input_size(self) -> int | None:
        """Return the number of inputs; None if it is not known."""
        return self.nin

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return self.nin or inputs

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        known = {"mean": self.mean, "variance": self.variance} if self.mean else {}
        others = {"axis": self.axis, "invert": self.invert, "input_dim": self.nin}
        return others | known | {"name": self.name}

    def __repr__(self) -> str:
        return f"Normalization({self.nin or '?'})"
