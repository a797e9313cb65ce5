"""A table and small models, which the tests of the backends train on."""

import numpy as np

import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3))
SIGNS = (X[:, 0] * X[:, 1] > 0).astype(float)
CLASSES = RNG.integers(0, 4, 23)
CLOSE = {"rel": 1e-9, "abs": 1e-12}  # programs add up in another order: 1e-15 for each of the steps


def mlp(sizes=(5, 1), output="sigmoid", activation="tanh"):
    return nn.MLP(3, list(sizes), activation=activation, output=output, init="glorot", rng=0)


def stack(*layers):
    return nn.Sequential(nn.Dense(6, "tanh", input_dim=3, rng=0), *layers)


def frozen():
    model = stack(nn.Dense(4, "relu", rng=1), nn.Dense(1, rng=2))
    model.layers[0].requires_grad_(False)
    return model
