"""Small models and a small table, which several files of tests train on."""

import nn

# B2: inputs (2, 3), hidden weights [1, 1] and [-1, 1], output weights [2, -1]
NODES = {"node_0": [1.0, 1.0], "node_1": [-1.0, 1.0], "output": [2.0, -1.0]}
QUIET = {"verbose": 0, "seed": 0}
X = [[i / 10, (i % 3) / 2] for i in range(20)]
Y = [float(i > 9) for i in range(20)]


def classifier(seed=0, optimizer=None, metrics=("accuracy",)):
    model = nn.MLP(2, [4, 1], activation="tanh", output="sigmoid", init="glorot", rng=seed)
    model.compile(optimizer or nn.Adam(0.05), "binary_crossentropy", list(metrics))
    return model


def line(rate=0.05):
    model = nn.MLP(1, [1], init="zeros")
    model.compile(nn.SGD(rate), "mse")
    return model


def numbers(model):
    return [p.data for p in model.parameters()]


def worked_example(activation="linear"):
    model = nn.MLP(2, [2, 1], activation=activation, bias=False)
    model.set_node_weights(NODES)
    return model
