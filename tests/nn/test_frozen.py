"""Frozen parameters, one by one or with their module: no gradient and no step."""

import copy
import pickle

import pytest

import nn
from autograd_core import Value

X, Y = [[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25]], [1.0, -1.0, 0.5]


def model():
    return nn.MLP(2, [3, 1], activation="tanh", rng=0)


def numbers(made):
    return [p.data for p in made.parameters()]


def test_a_frozen_leaf_gets_no_gradient_and_others_do():
    w, x = Value(2.0), Value(3.0)
    w.requires_grad = False
    (w * x).backward()
    assert (w.grad, x.grad) == (0.0, 2.0)
    (w * x).backward(create_graph=True)
    assert w.grad == 0.0
    w.requires_grad_()
    (w * x).backward()
    assert w.grad == 3.0


def test_a_gradient_from_before_stays():
    w = Value(2.0)
    (w * 3.0).backward()
    w.requires_grad = False
    (w * 5.0).backward()
    assert w.grad == 3.0


def test_a_result_cannot_be_frozen():
    y = Value(1.0) * 2.0
    assert y.requires_grad
    with pytest.raises(ValueError, match="belongs to leaves"):
        y.requires_grad = False


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, lambda w: pickle.loads(pickle.dumps(w))])
def test_copies_are_frozen_too(how):
    w = Value(2.0)
    w.requires_grad = False
    twin = how(w)
    (twin * 3.0).backward()
    assert twin.grad == 0.0
    assert not twin.requires_grad


@pytest.mark.parametrize("backend", ["numpy", "graph"])
@pytest.mark.parametrize("given", [False, True])
def test_fit_leaves_parameters_frozen_one_by_one(backend, given):
    made = model()
    optimizer = nn.Adam(made.parameters(), lr=0.1) if given else nn.Adam(lr=0.1)
    made.compile(optimizer, "mse", backend=backend)
    made.fit(X, Y, epochs=2, verbose=0)  # now there is momentum
    first = made.layers[0].parameters()
    for p in first:
        p.requires_grad = False
    before = numbers(made)
    made.fit(X, Y, epochs=2, verbose=0)
    same = [a == b for a, b in zip(before, numbers(made))]
    assert same == [True] * 9 + [False] * 4
    for p in first:
        p.requires_grad = True
    made.fit(X, Y, verbose=0)
    assert all(a != b for a, b in zip(before, numbers(made)))


def test_a_loop_by_hand_leaves_them_too():
    made = model()
    for p in made.layers[0].parameters():
        p.requires_grad = False
    optimizer = nn.optim.Adam(filter(lambda p: p.requires_grad, made.parameters()), lr=0.1)
    all_of_them = nn.optim.SGD(made.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    before = numbers(made)
    for chosen in (optimizer, all_of_them):
        made.zero_grad()
        nn.mse(made(X), Y).backward()
        chosen.step()
    same = [a == b for a, b in zip(before, numbers(made))]
    assert same == [True] * 9 + [False] * 4


def test_all_are_frozen_but_the_head():  # PyTorch's tutorial on transfer learning
    made = model()
    for p in made.parameters():
        p.requires_grad = False
    for p in made.layers[-1].parameters():
        p.requires_grad = True
    assert len(made.trainable_parameters()) == 4
    made.requires_grad_(False)
    made.layers[0].neurons[0].b.requires_grad = True
    assert made.trainable_parameters() == [made.layers[0].neurons[0].b]
    made.compile("sgd", "mse")
    before = numbers(made)
    made.fit(X, Y, verbose=0)
    assert [a != b for a, b in zip(before, numbers(made))].index(True) == 2


def test_a_frozen_module_s_parameters_say_so():
    made = model()
    made.layers[0].trainable = False
    assert [p.requires_grad for p in made.parameters()] == [False] * 9 + [True] * 4


def test_a_file_keeps_a_layer_frozen_whose_parameters_are(tmp_path):
    made = model()
    for p in made.layers[0].parameters():
        p.requires_grad = False
    made.save(tmp_path / "m.npz")
    assert len(nn.load(tmp_path / "m.npz").trainable_parameters()) == 4
