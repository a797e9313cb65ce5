"""Copying: pickle and deepcopy of graphs, whatever their depth and their class."""

import base64
import copy
import functools
import importlib
import json
import pickle
from pathlib import Path

import pytest

import autograd_core
from autograd_core import Value
from autograd_core.checking import Report, TaylorTest
from autograd_core.checking.differences import Estimate
from autograd_core.graph import topological_order
from autograd_core.table import Op
from autograd_core.testing import Expression

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


RECORDED = json.loads((Path(__file__).parent / "pickles_0_1_0.json").read_text())


@pytest.mark.parametrize("name", RECORDED)
def test_pickles_of_an_older_version_load(name: str) -> None:
    loaded = pickle.loads(base64.b64decode(RECORDED[name]))
    today = {
        "graph": Value,
        "row": Op,
        "row with a constant": Op,
        "report": Report,
        "taylor": TaylorTest,
        "estimate": Estimate,
        "expression": Expression,
        "grad": functools.partial,
    }
    assert type(loaded) is today.get(name, type(loaded))
    assert pickle.dumps(pickle.loads(pickle.dumps(loaded))) == pickle.dumps(loaded)


def test_an_older_graph_can_be_differentiated_further() -> None:
    loaded = pickle.loads(base64.b64decode(RECORDED["graph"]))
    leaves = {node.label: node for node in topological_order(loaded) if node.label}
    before = {label: node.grad for label, node in leaves.items()}
    loaded.backward()
    assert before == {"x": 4.809786080478227, "w": 0.1335464176063872}  # by that version
    assert {label: node.grad for label, node in leaves.items()} == {
        label: pytest.approx(2.0 * gradient) for label, gradient in before.items()
    }


PUBLIC = ["adjoints", "check", "copying", "custom", "derive", "graph", "functional", "kinds", "op"]
PUBLIC += ["ops", "pytest_plugin", "recording", "report", "testing", "text", "trees", "value"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_module_is_found_where_it_used_to_be(name: str) -> None:
    module = importlib.import_module(f"autograd_core.{name}")
    assert getattr(autograd_core, name) is module
