"""Linear: a layer as in PyTorch."""

from __future__ import annotations

import math

from nn.basics import Seed, source, whole
from nn.initializers import uniform
from nn.layers.neuron import Layer


class Linear(Layer):
    """A linear layer as in PyTorch: weights and biases from +-1 / sqrt(in_features).

    Args:
        in_features: Number of inputs.
        out_features: Number of outputs.
        bias: Whether there are biases.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> Linear(3, 2)
    Linear(3 -> 2, linear)

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: Seed = None
    ) -> None:
        drawn_from = source(rng)
        limit = 1.0 / math.sqrt(whole("Linear's in_features", in_features))
        draw = uniform(-limit, limit)
        super().__init__(in_features, out_features, False, init=draw, bias=bias, rng=drawn_from)
        for neuron in self.neurons:
            if neuron.b is not None:
                neuron.b.data = draw(in_features, out_features, drawn_from)

    @property
    def in_features(self) -> int:
        """The number of inputs."""
        return self.nin

    @property
    def out_features(self) -> int:
        """The number of outputs."""
        return self.nout

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"in_features": self.nin, "out_features": self.nout, "bias": self._biased}
