"""Scaled: the base of layers that normalise their inputs, then scale and shift each."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core import Value
from nn.basics import (
    Inputs,
    Number,
    Output,
    Parameters,
    columns,
    flag,
    in_range,
    one_or_list,
    sample,
    source,
    spend_budget,
    values,
)
from nn.initializers import Initializer
from nn.initializers import get as get_initializer
from nn.modules import Module, internals
from nn.modules.statistics import Pair


class Scaled(Module):
    """A layer with a scale and an offset for each input, created when their number is known."""

    gamma: list[Value]
    beta: list[Value]
    nin: int = 0
    epsilon: float

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        *,
        input_dim: int | None = None,
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        if axis not in (-1, 1):
            raise ValueError(f"{type(self).__name__} wants axis -1 or 1, got {axis!r}")
        self.name = name or ""
        self.epsilon = in_range(f"{type(self).__name__}'s epsilon", epsilon, 0.0)
        self.center = flag(f"{type(self).__name__}'s center", center)
        self.scale = flag(f"{type(self).__name__}'s scale", scale)
        self._init = gamma_initializer, beta_initializer
        self.gamma, self.beta = [], []
        self.trainable = flag(f"{type(self).__name__}'s trainable", trainable)
        if input_dim is not None:
            self.build(input_dim)

    def build(self, input_shape: int | Sequence[int | None]) -> None:
        """Create the parameters, unless they exist already."""
        if self.nin:
            return
        self._make_parameters(columns(f"{type(self).__name__}'s number of inputs", input_shape))
        self.trainable = self.trainable  # applies to the new parameters as well
        self.name_parts(internals(self).path)

    def _make_parameters(self, size: int) -> None:
        self.nin = size
        spend_budget(self.nin * (self.scale + self.center))
        drawn = [get_initializer(each) for each in self._init]
        self.gamma, self.beta = (
            [Value(float(draw(size, size, source(None)))) for _ in range(size if wanted else 0)]
            for draw, wanted in zip(drawn, (self.scale, self.center), strict=True)
        )

    def statistics(self, x: list[Value]) -> Pair:
        """Return the means and variances to normalise one sample with."""
        raise NotImplementedError

    def forward(self, x: Inputs) -> Output:
        """Return the normalised inputs."""
        if not self.nin:
            self.build(len(values(x)))
        items = sample(x, self.nin, self)
        return one_or_list(self._normalized(items, *self.statistics(items)))

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "input_dim": self.nin or None,
            "name": self.name,
        }

    @property
    def weight(self) -> Parameters | None:
        """The scales, as PyTorch calls them; None if there are none."""
        return Parameters(self.gamma) if self.gamma else None

    @property
    def bias(self) -> Parameters | None:
        """The offsets, as PyTorch calls them; None if there are none."""
        return Parameters(self.beta) if self.beta else None

    def _normalized(
        self, x: Sequence[Value], means: Sequence[Number], variances: Sequence[Number]
    ) -> list[Value]:
        found = []
        for i, (item, mean, variance) in enumerate(zip(x, means, variances, strict=True)):
            factor = (variance + self.epsilon) ** -0.5
            factor = factor * self.gamma[i] if self.gamma else factor
            scaled = (item - mean) * factor
            found.append(Value.operand(scaled + self.beta[i] if self.beta else scaled))
        return found

    def input_size(self) -> int | None:
        """Return the number of inputs; None if it is not known yet."""
        return self.nin or None

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return self.nin or inputs

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nin or "-", "-"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.nin or '?'})"
