"""The order of reading: layer by layer, neuron by neuron, and still a topological order."""

import random
import re

import pytest

import nn
from autograd_core import Value
from viz.steps import ACCUMULATED, NOT_RUN, trace
from viz.steps.order import reading_order


def layers(taken, steps):
    """The layer's number at each step; what is outside of all layers is left out."""
    modules = [taken.node(step.node).module for step in steps]
    return [int(re.match(r"layers\[(\d+)\]", module)[1]) for module in modules if module]


def loss_of(model, inputs):
    return (model([Value(0.3 * k - 0.5, f"x{k}") for k in range(inputs)]) - 1.0) ** 2


@pytest.mark.parametrize("sizes", [[4, 4, 1], [3, 1], [2, 5, 3, 1]])
def test_a_layer_is_complete_before_the_next_and_backward_is_the_mirror_image(sizes):
    taken = trace(loss_of(nn.MLP(2, sizes, rng=0), 2))
    forward, backward = layers(taken, taken.forward), layers(taken, taken.backward)
    assert forward == sorted(forward)
    assert backward == sorted(backward, reverse=True)
    assert set(forward) == set(backward) == set(range(len(sizes)))
    nodes = [step.node for step in taken.forward]
    assert list(dict.fromkeys([step.node for step in taken.backward])) == nodes[::-1]


def test_a_neuron_is_complete_before_the_next_and_its_weights_stand_where_they_are_used():
    taken = trace(loss_of(nn.MLP(2, [3, 1], rng=0), 2))
    modules = [node.module for node in taken.nodes if node.module]
    runs = [a for a, b in zip(modules, [None, *modules]) if a != b]
    neurons = [f"layers[0].neurons[{k}]" for k in range(3)]
    assert runs == [*neurons, "layers[1].neurons[0]"]
    names = [node.label.rpartition(".")[2] for node in taken.nodes if neurons[0] in node.label]
    assert names == ["b", "w[0]", "w[1]", "neurons[0]"]


def random_modules(seed):
    """Operands of a random graph, and paths that need not fit it: they cross and go round."""
    rng = random.Random(seed)
    size = rng.randrange(2, 60)
    operands = [
        [rng.randrange(n) for _ in range(rng.randrange(min(n, 3) + 1))] for n in range(size)
    ]
    parts = [f"{name}[{k}]" for name in "ab" for k in range(2)]
    modules = [".".join(rng.choices(parts, k=rng.randrange(4))) for _ in range(size)]
    return operands, modules


@pytest.mark.parametrize("seed", range(200))
def test_parents_come_first_whatever_the_modules_are(seed):
    operands, modules = random_modules(seed)
    order = reading_order(operands, modules)
    assert sorted(order) == list(range(len(operands)))
    place = {node: at for at, node in enumerate(order)}
    assert all(place[operand] < place[n] for n, row in enumerate(operands) for operand in row)


@pytest.mark.parametrize("seed", range(20))
def test_without_modules_it_is_the_engines_order(seed):
    operands, _ = random_modules(seed)
    assert reading_order(operands, [""] * len(operands)) == list(range(len(operands)))


def test_a_cell_that_is_used_again_and_again_is_taken_apart():
    cell = nn.MLP(2, [2, 1], rng=0)
    state = Value(0.1, "h")
    for k in range(3):
        state = cell([state, Value(0.2 * k, f"x{k}")])
    taken = trace(state)
    state.backward()
    assert [node.adjoint for node in taken.nodes if node.label == "h"] == [
        pytest.approx(node.grad, rel=1e-14) for node in trace(state).nodes if node.label == "h"
    ]  # the order of a few additions


@pytest.mark.parametrize("seed", range(6))
def test_gradients_are_those_of_backward_and_nothing_is_called_accumulated(seed):
    rng = random.Random(seed)
    sizes = [rng.randrange(1, 6) for _ in range(rng.randrange(1, 4))]
    loss = loss_of(nn.MLP(3, [*sizes, 1], rng=seed), 3)
    assert trace(loss).flags == (NOT_RUN,)
    loss.backward()
    taken = trace(loss)
    assert ACCUMULATED not in taken.flags
    grads = [node.grad for node in taken.nodes]
    assert [node.adjoint for node in taken.nodes] == pytest.approx(grads, rel=1e-13, abs=1e-300)


def test_modules_100_000_operations_deep_are_no_recursion():
    deep = 100_000
    operands = [[n - 1] if n else [] for n in range(deep)]
    order = reading_order(operands, [f"layers[{n}]" for n in range(deep)])
    assert order == list(range(deep))
