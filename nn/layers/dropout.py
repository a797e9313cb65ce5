"""Dropout: a layer that sets random inputs to 0 while training."""

from __future__ import annotations

from collections.abc import Sequence

from nn.basics import Inputs, Output, Seed, columns, in_range, one_or_list, source, values
from nn.modules import Module
from nn.modules.statistics import Drops


class Dropout(Drops, Module):
    """While training, sets each input to 0 with probability `rate` and scales up the others.

    The other inputs are divided by 1 - rate, so that inference needs no scaling (Srivastava et al.
    2014, section 10).

    Args:
        rate: The share of inputs to drop, 0 to below 1.
        rng: The source of randomness, or a seed; `fit(seed=...)` replaces it, `fit` without a seed
            draws on from it. True and False are taken as PyTorch's second argument, `inplace`.
        p: PyTorch's name for the rate.
        seed: Keras's name for a seed passed as `rng`.
        inplace: Accepted for PyTorch's sake; it changes nothing.
        input_dim: Number of inputs, if it is the first layer.
        input_shape: `(input_dim,)`; a number will do.
        name: A name for `summary()` and `get_layer`.

    Raises:
        ValueError: If the rate is not from 0 to below 1.

    >>> layer = Dropout(0.5, rng=0)
    >>> [y.data for y in layer([1.0, 1.0, 1.0, 1.0])]
    [2.0, 2.0, 0.0, 0.0]
    >>> [y.data for y in layer.eval()([1.0, 1.0, 1.0, 1.0])]
    [1.0, 1.0, 1.0, 1.0]

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    nin: int | None = None  # a default, since pickles of 0.1.0 have none

    def __init__(
        self,
        rate: float = 0.5,
        rng: Seed | bool = None,
        *,
        p: float | None = None,
        seed: int | None = None,
        inplace: bool = False,
        input_dim: int | None = None,
        input_shape: int | Sequence[int | None] | None = None,
        name: str | None = None,
    ) -> None:
        self.name = name or ""
        size = input_dim if input_shape is None else input_shape
        self.nin = None if size is None else columns("Dropout's input_shape", size)
        rate = rate if p is None else p
        self.rate = in_range("Dropout's rate", rate, 0.0, 1.0, "0.5 drops one input in two")
        drawn_from = None if isinstance(rng, bool) else rng
        drawn_from = drawn_from if seed is None else seed
        self._rng, self.seeded = source(drawn_from), drawn_from is not None

    def forward(self, x: Inputs) -> Output:
        """Return the inputs, some of them dropped while training."""
        items = values(x)
        if self.training and self.rate:
            factors = self.factors(len(items))
            items = [item * factor for item, factor in zip(items, factors, strict=True)]
        return one_or_list(items)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        size = {} if self.nin is None else {"input_dim": self.nin}
        return {"rate": self.rate, **size} | ({"name": self.name} if self.name else {})

    def input_size(self) -> int | None:
        """Return the number of inputs; None if it is not known."""
        return self.nin

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return inputs or self.nin

    def __repr__(self) -> str:
        return f"Dropout({self.rate})"
