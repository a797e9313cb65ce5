"""Graphs that the browser tests play."""

import itertools
import random

from autograd_core import Value


class Network:
    """Neurons with labels as nn puts them: paths on parameters and on outputs."""

    def __init__(self, *sizes, activation="tanh", seed=1):
        rng = random.Random(seed)
        self.activation = activation
        self.layers = []
        for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
            paths = [f"layers[{i}].neurons[{j}]" for j in range(outputs)]
            self.layers.append([self.neuron(path, inputs, rng) for path in paths])

    def neuron(self, path, inputs, rng):
        weights = [Value(rng.uniform(-1, 1), f"{path}.w[{k}]") for k in range(inputs)]
        return weights, Value(0.1, f"{path}.b")

    def __call__(self, x):
        for i, layer in enumerate(self.layers):
            outputs = []
            for j, (weights, bias) in enumerate(layer):
                z = bias
                for weight, input in zip(weights, x):
                    z = z + weight * input
                if i < len(self.layers) - 1:
                    z = getattr(z, self.activation)()
                z.label = f"layers[{i}].neurons[{j}]"
                outputs.append(z)
            x = outputs
        return x


def worked_example():
    numbers = {"x0": 2, "x1": 3, "w00": 1, "w01": 1, "w10": -1, "w11": 1, "u0": 2, "u1": -1}
    named = {label: Value(number, label) for label, number in numbers.items()}
    h0 = named["x0"] * named["w00"] + named["x1"] * named["w01"]
    h1 = named["x0"] * named["w10"] + named["x1"] * named["w11"]
    h0.label, h1.label = "h0", "h1"
    y = h0 * named["u0"] + h1 * named["u1"]
    y.label = "y"
    return y


def chain(operations):
    """A graph of `operations` nodes in which values are used more than once."""
    x = Value(0.3, "x")
    nodes = [x]
    for index in range(operations):
        other = nodes[max(0, index - 7)]
        nodes.append((nodes[-1] * other if index % 3 else nodes[-1] + other).tanh())
    return nodes[-1]
