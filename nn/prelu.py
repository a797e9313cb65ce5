"""PReLU: an activation that learns its slope."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core import Value, functional, ops
from nn.activation_layers import Activation
from nn.shapes import Inputs, Number, Output, Rows, values, whole


class PReLU(Activation):
    """x above 0, alpha * x below, with alpha learned (He et al. 2015).

    Args:
        num_parameters: One alpha for all units, or as many as there are units.
        init: Where alpha starts.

    >>> layer = PReLU(init=0.25)
    >>> y = layer(Value(-2.0))
    >>> y.backward()
    >>> y.data, layer.alpha[0].grad
    (-0.5, -2.0)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        super().__init__("leaky_relu")
        self.alpha = [Value(init) for _ in range(whole("num_parameters", num_parameters))]

    @property
    def of_layer(self) -> bool:
        """Whether it takes all outputs of a layer at once: when each unit has its own alpha."""
        return len(self.alpha) > 1

    def forward(self, x: Inputs) -> Output:
        """Return the activation of one number, or of each in a list."""
        alphas = self.alpha if self.trainable else [alpha.detach() for alpha in self.alpha]
        single = isinstance(x, Value | float | int)
        items = values(x)
        if len(alphas) not in (1, len(items)):
            raise ValueError(f"PReLU has {len(alphas)} alphas, got {len(items)} inputs")
        slopes: Sequence[Number] = alphas * len(items) if len(alphas) == 1 else alphas
        outputs = [
            Value.operand(functional.call(ops.LEAKY_RELU, item, slope))
            for item, slope in zip(items, slopes, strict=True)
        ]
        return outputs[0] if single else Rows(outputs)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {"num_parameters": len(self.alpha)}

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return "-", "prelu"
