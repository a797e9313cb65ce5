"""What record_torch.py has recorded, and the network that it recorded it with."""

import json
from pathlib import Path

import nn

RECORD = json.loads((Path(__file__).parent / "torch_2_13_0.json").read_text())
WEIGHTS = [
    [[0.5, 0.75, -0.5], [-0.25, 0.125, 1.0]],
    [0.1, -0.2, 0.3],
    [[1.0], [-0.5], [0.25]],
    [0.05],
]
X = [[0.0, 0.5], [1.0, -1.0], [-0.5, 0.25], [2.0, 1.5]]
Y = [[0.5], [-1.0], [0.25], [1.5]]


def network():
    model = nn.MLP(2, [3, 1], activation="tanh")
    model.set_weights(WEIGHTS)
    return model


def one(value=1.0, grad=0.0):
    parameter = nn.Value(value)
    parameter.grad = grad
    return parameter
