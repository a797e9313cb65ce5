"""Copying: pickle and deepcopy of graphs, whatever their depth and their class."""

import copy
import pickle

import pytest

from autograd_core import Value
from autograd_core.graph import topological_order

DEEP = 100_000


def chain(length: int) -> Value:
    y = Value(1.0)
    for _ in range(length):
        y = y + 1.0
    return y


@pytest.mark.parametrize("copied", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy])
def test_copies_of_deep_graphs(copied: object) -> None:
    y = chain(DEEP)
    twin = copied(y)  # type: ignore[operator]
    twin.backward()
    assert twin.data == DEEP + 1.0
    assert topological_order(twin)[0].grad == 1.0
    assert y.grad == 0.0


@pytest.mark.parametrize("copied", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_copies_share_what_the_originals_share(copied: object, order: tuple[int, ...]) -> None:
    x = Value(2.0, label="x")
    h = x * 3.0
    y = h + x
    nodes = (x, h, y)
    twins = copied(tuple(nodes[i] for i in order))  # type: ignore[operator]
    x2, h2, y2 = (twins[order.index(i)] for i in range(3))
    y2.backward()
    assert (h2.grad, x2.grad, x2.label) == (1.0, 4.0, "x")
    assert h2.parents[0] is x2
    assert x.grad == 0.0


def test_a_failed_pickle_leaves_no_trace() -> None:
    y = chain(DEEP)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps((y, lambda: None))
    assert pickle.loads(pickle.dumps(y)).data == y.data


class Named(Value):
    """A subclass with a constructor and attributes of its own."""

    def __init__(self, name: str, data: float) -> None:
        super().__init__(data)
        self.name = name


@pytest.mark.parametrize("copied", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy])
def test_copies_of_a_subclass_keep_its_attributes(copied: object) -> None:
    y = copied(Named("v", 2.0) * 3.0)  # type: ignore[operator]
    assert type(y) is Named
    assert y.parents[0].name == "v"
