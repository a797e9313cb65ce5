"""What cannot be compiled runs on the graph and says why; errors of a user's code come out."""

import numpy as np
import pytest

import nn
from autograd_core import detect_anomaly
from nn import Value

from .compiled_models import CLOSE, SIGNS, X, mlp


class Branching(nn.Module):
    def __init__(self):
        self.w = Value(0.5)

    def forward(self, x):
        return self.w * x[0] if x[1] > 0.0 else self.w * self.w * x[2]


class Peeking(nn.Module):
    def __init__(self):
        self.w = [Value(0.5), Value(0.2)]

    def forward(self, x):
        first = self.w[0] * x[0]
        return first * Value.operand(x[1]).data + self.w[1]


class Noisy(nn.Module):
    def __init__(self):
        self.w, self.rng = Value(0.5), np.random.default_rng(0)

    def forward(self, x):
        return self.w * (x[0] + self.rng.normal())


class Lookup(nn.Module):
    def __init__(self):
        self.w = [Value(0.5), Value(0.2)]

    def forward(self, x):
        return self.w[int(x[0] > 0.0)] * float(x[1])


def by_class(output, target):
    return (output - 1.0) ** 2 if target == 1 else abs(output)


@pytest.mark.parametrize(
    ("make", "loss", "why"),
    [
        (Branching, "mse", r"different branches at `greater` in .*test_fallback.py.*where"),
        (Peeking, "mse", r"reads a number out of a Value"),
        (Lookup, "mse", r"different branches|does not turn into a plain number"),
        (lambda: mlp((2, 1), "linear"), by_class, r"different branches at `equal`.*where"),
    ],
)
def test_what_cannot_be_compiled_trains_on_the_graph_and_says_why(make, loss, why):
    def trained(backend):
        model = make()
        model.compile(nn.SGD(0.1), loss, backend=backend)
        history = model.fit(X, SIGNS, epochs=3, batch_size=6, verbose=0, seed=1)
        return history["loss"], [p.data for p in model.parameters()], model.evaluate(X, SIGNS)

    with pytest.warns(nn.TrainingWarning, match=why) as said:
        found = trained("numpy")
    assert len(said) == 1
    for numbers, wanted in zip(found, trained("graph"), strict=True):
        assert numbers == pytest.approx(wanted, **CLOSE)


def test_randomness_in_forward_is_noticed():
    model = Noisy()
    model.compile(nn.SGD(0.1), "mse")
    with pytest.warns(nn.TrainingWarning, match="random"):
        model.fit(X, SIGNS, verbose=0)


def test_a_branch_that_cannot_be_predicted_in_one_program_is_predicted_on_the_graph():
    model = Branching()
    with pytest.warns(nn.TrainingWarning, match="different branches"):
        outputs = model.predict(X)
    assert outputs[:, 0].tolist() == [model(row).data for row in X.tolist()]


def test_a_branch_on_parameters_alone_is_followed():
    class Switching(nn.Module):
        def __init__(self):
            self.w = Value(1.0)

        def forward(self, x):
            return self.w * x[0] if self.w > 0.5 else 2.0 * self.w * x[0]

    def history(backend):
        model = Switching()
        model.compile(nn.SGD(0.2), "mse", backend=backend)
        return model.fit(X, np.zeros(23), epochs=6, verbose=0, seed=0)["loss"]

    assert history("numpy") == pytest.approx(history("graph"), **CLOSE)


def test_an_error_in_the_users_code_comes_out_as_it_is():
    def broken(output, target):
        raise ZeroDivisionError("mine")

    model = mlp()
    model.compile("adam", broken)
    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(X, SIGNS, verbose=0)


def test_detect_anomaly_sees_the_graph():
    model = mlp((1,), "linear")
    model.compile("sgd", lambda output, target: (output * 0.0).log())
    with detect_anomaly(), pytest.raises(FloatingPointError, match="log"):
        model.fit(X, SIGNS, verbose=0)
