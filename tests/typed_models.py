"""What editors and type checkers know of a model; `typed_examples.py` hands it to them."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import nn

model = nn.MLP(2, [4, 1])
assert_type(model, nn.MLP)
assert_type(model.layers[0].neurons, list[nn.Neuron])
assert_type(model([1.0, 2.0]), Any)
assert_type(model([[1.0, 2.0]]).numpy(), NDArray[np.float64])
assert_type(nn.Neuron(2)([1.0, 2.0]), nn.Value)
assert_type(nn.Sequential(nn.Dense(3)), nn.Sequential)
assert_type(nn.Adam(lr=0.1), nn.Adam)
assert_type(nn.mse([nn.Value(1.0)], [2.0]), nn.Value)
model.compile(nn.Adam(0.1), nn.MSELoss(), ["mae"], schedule="step")
assert_type(model.fit([[1.0, 2.0]], [1.0]), nn.History)
assert_type(model.optimizer, nn.optim.Optimizer)
assert_type(model.loss, nn.losses.Loss)
loss, error = model.evaluate([[1.0, 2.0]], [1.0])
nn.MLP("two", [1])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Line(nn.Module):
    """A module of one's own: a call returns what its forward does."""

    def __init__(self) -> None:
        self.slope = nn.Value(2.0)

    def forward(self, x: list[float]) -> nn.Value:
        """Return slope * x."""
        return self.slope * x[0]


assert_type(Line()([3.0]), nn.Value)
