"""Dropout: a layer that drops some of its inputs while training."""

from __future__ import annotations

from nn.basics import Inputs, Output, Seed, in_range, one_or_list, source, values
from nn.modules import Drops, Module


class Dropout(Drops, Module):
    """While training, sets each input to 0 with probability `rate` and scales up the others.

    Inputs that stay are divided by 1 - rate, so that nothing has to change for inference
    (Srivastava et al. 2014, section 10).

    Args:
        rate: The share of inputs to drop, 0 to below 1.
        rng: Where the choice comes from, or a seed; `fit(seed=...)` sets it anew. True and False
            are PyTorch's `inplace`, which stands here.
        p: PyTorch's name for the rate.
        seed: Keras's name for a seed given as `rng`.
        inplace: Accepted for PyTorch's sake; it changes nothing.
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

    def __init__(
        self,
        rate: float = 0.5,
        rng: Seed | bool = None,
        *,
        p: float | None = None,
        seed: int | None = None,
        inplace: bool = False,
        name: str | None = None,
    ) -> None:
        self.name = name or ""
        rate = rate if p is None else p
        self.rate = in_range("Dropout's rate", rate, 0.0, 1.0, "0.5 drops one input in two")
        drawn_from = None if isinstance(rng, bool) else rng
        self._rng = source(drawn_from if seed is None else seed)

    def forward(self, x: Inputs) -> Output:
        """Return the inputs, some of them dropped while training."""
        items = values(x)
        if self.training and self.rate:
            factors = self.factors(len(items))
            items = [item * factor for item, factor in zip(items, factors, strict=True)]
        return one_or_list(items)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"rate": self.rate} | ({"name": self.name} if self.name else {})

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return inputs

    def __repr__(self) -> str:
        return f"Dropout({self.rate})"
