"""Parts of a model where nobody looks for them: a word that names them, and none without need."""

import dataclasses
import functools
import types
import warnings

import numpy as np
import pytest

import nn
from autograd_core import Value

X, Y = np.array([[0.0, 1.0], [1.0, 0.5], [0.3, 0.2]]), [1.0, 0.0, 1.0]


@dataclasses.dataclass
class Parts:
    head: nn.Linear


class Holder(nn.Module):
    """A trained layer, and a second one that `kept` finds a place for and `use` brings back."""

    def __init__(self, keep, use):
        self.first = nn.Linear(2, 3, rng=0)
        self.second, self.use = keep(nn.Linear(3, 1, rng=1)), use

    def forward(self, x):
        return self.use(self.second)(self.first(x))


def closure(head):
    return lambda x: head(x)


def partial(head):
    return functools.partial(lambda layer, x: layer(x), head)


def itself(part):
    return part


HIDDEN = {
    "dataclass": (Parts, lambda parts: parts.head),
    "plain object": (lambda head: types.SimpleNamespace(head=head), lambda o: o.head),
    "closure": (closure, itself),
    "partial": (partial, itself),
    "key of a dict": (lambda head: {head: 1.0}, lambda table: next(iter(table))),
    "bound method": (lambda head: head.__call__, itself),
    "global": (lambda head: None, lambda _: GLOBAL),
}
GLOBAL = nn.Linear(3, 1, rng=2)


def trained(model, **options):
    model.compile("sgd", "mse", **options)
    return model.fit(X, Y, epochs=1, verbose=0)


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("backend", ["auto", "graph"])
def test_a_layer_that_is_not_found_is_named(kind, backend):
    with pytest.warns(nn.TrainingWarning, match=r"Holder uses numbers .* neurons\[0\].w\[0\]"):
        trained(Holder(*HIDDEN[kind]), backend=backend)


FOUND = {
    "list": (lambda head: [head], lambda parts: parts[0]),
    "dict of tuples": (lambda head: {"head": (head,)}, lambda parts: parts["head"][0]),
    "frozen in a closure": (lambda head: closure(head.requires_grad_(False)), itself),
}


@pytest.mark.parametrize("kind", FOUND)
def test_what_is_found_or_frozen_is_not_said(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trained(Holder(*FOUND[kind]))


def test_numbers_that_forward_makes_are_not_said_and_those_from_outside_are():
    outside = Value(2.0, label="scale")

    class Scaled(nn.Module):
        def __init__(self, scale):
            self.layer, self.scale = nn.Linear(2, 1, rng=0), lambda: scale

        def forward(self, x):
            return self.layer(x) * self.scale() * Value(3.0)

    with pytest.warns(nn.TrainingWarning, match="uses numbers .*: scale"):
        trained(Scaled(outside))
    outside.requires_grad = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trained(Scaled(outside))


def test_what_the_optimizer_was_given_is_trained_and_not_said():
    model = Holder(*HIDDEN["closure"])
    head = model.second.__closure__[0].cell_contents
    model.compile(nn.optim.SGD([*model.parameters(), *head.parameters()], lr=0.1), "mse")
    numbers = [p.data for p in head.parameters()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, Y, epochs=1, verbose=0)
    assert [p.data for p in head.parameters()] != numbers
