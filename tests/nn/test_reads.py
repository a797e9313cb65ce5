"""Numbers read out of Values in a forward pass: the program gives what the graph gives, or none."""

import copy

import numpy as np
import pytest

import nn
from autograd_core import Value, no_grad
from autograd_core.functional import where
from autograd_core.graph import Node

X = np.array([[1.0], [1.5], [0.5], [-1.0], [1.25], [0.1], [-0.3], [1.0], [3.0], [4.0]])
Y = np.linspace(-1.0, 1.0, len(X))


def halved_under_no_grad(o):
    with no_grad():
        half = o * 0.5
    return o * half


def backward(o):
    square = o * o
    square.backward()
    return o * float(o.grad)


READS = {
    "data": lambda o: o if o.data < 2.0 else o * 0.0,
    "item": lambda o: o if o.item() < 2.0 else o * 0.0,
    "a comparison of data": lambda o: o * [1.0, 0.0][int(o.data > 2.0)],
    "argmax": lambda o: [o, o * 0.0][int(np.argmax([2.0, o.data]))],
    "max by key": lambda o: max([o * 0.0 + 2.0, o * 0.5], key=lambda v: v.data),
    "format": lambda o: o * float(f"{o:.3f}"),
    "repr": lambda o: o * float(repr(o).split("=")[1].split(",")[0]),
    "rounded data": lambda o: o * round(o.data),
    "a new Value of data": lambda o: o * Value(o.data),
    "a number of data": lambda o: o * o.data,
    "backward": backward,
    "deepcopy": lambda o: o * copy.deepcopy(o),
    "a product's data": lambda o: (p := Value(2.0) * o) * (1.0 if p.data < 4.0 else 0.0),
}  # fmt: skip
SEEN = {
    "detach": lambda o: o * o.detach(),
    "no_grad": halved_under_no_grad,
    "comparison": lambda o: where(o.less(2.0), o, o * 0.0),
    "round": lambda o: o * round(o),
    "arithmetic": lambda o: o * o + 1.0,
}


class Read(nn.Module):
    def __init__(self, rule):
        self.layer, self.rule = nn.Linear(1, 1, rng=0), rule
        self.layer.set_weights([[[1.0]], [0.0]])

    def forward(self, x):
        return self.rule(self.layer(x))


def made(rule, backend="numpy"):
    model = Read(rule)
    model.compile(nn.SGD(lr=0.01), "mse", backend=backend)
    return model


@pytest.mark.filterwarnings("ignore:Read runs sample by sample")
@pytest.mark.parametrize("name", READS | SEEN)
def test_every_way_to_compute_gives_what_the_graph_gives(name):
    rule = (READS | SEEN)[name]
    model, by_hand = made(rule), made(rule, "graph")
    wanted = [by_hand(list(row)).data for row in X]
    assert model.predict(X).ravel() == pytest.approx(wanted, rel=1e-12)
    assert model.evaluate(X, Y) == pytest.approx(by_hand.evaluate(X, Y), rel=1e-12)
    for _ in range(2):
        losses = [
            m.fit(X, Y, batch_size=3, verbose=0, shuffle=False)["loss"] for m in (model, by_hand)
        ]
        assert losses[0] == pytest.approx(losses[1], rel=1e-12)


@pytest.mark.parametrize("name", READS)
def test_a_warning_names_the_line_that_reads(name):
    for run in (lambda m: m.predict(X), lambda m: m.evaluate(X, Y)):
        with pytest.warns(nn.TrainingWarning, match=r"reads a number out of .*\.py:\d+\)"):
            run(made(READS[name]))


@pytest.mark.parametrize("name", SEEN)
def test_what_the_compiler_sees_is_compiled(name):
    made(SEEN[name]).predict(X)  # warnings are errors here


def test_a_loss_that_reads_gives_what_the_graph_gives():
    def loss(outputs, target):
        return (outputs - target) ** 2 * (1.0 if outputs.data < 2.0 else 10.0)

    scores = []
    for backend in ("graph", "numpy"):
        model = nn.Sequential(nn.Linear(1, 1, rng=0))
        model.set_weights([[[1.0]], [0.0]])
        model.compile("sgd", loss, backend=backend)
        scores.append(model)
    with pytest.warns(nn.TrainingWarning, match="reads a number"):
        found = scores[1].evaluate(X, Y)
    assert found == pytest.approx(scores[0].evaluate(X, Y), rel=1e-12)


def test_values_are_as_before_afterwards():
    with pytest.warns(nn.TrainingWarning):
        made(READS["data"]).predict(X)
    assert not isinstance(Node.data, property)
    value = Value(2.0)
    value.data = 3.0
    assert value.data == 3.0
