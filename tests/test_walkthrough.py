"""The rows of the walkthrough: each has tests that carry its number; those that span packages."""

import re
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_core import Value, custom_op
from autograd_core.graph import topological_order
from autograd_core.table import FLOAT

TESTS = Path(__file__).parent
ROWS = [f"{part}{i}" for part, count in zip("abcd", (7, 12, 9, 7)) for i in range(1, count + 1)]
NAMES = [
    name
    for path in TESTS.rglob("test_*.py")
    for name in re.findall(r"def (test_[a-d]\d+_\w+)", path.read_text())
]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_walkthrough_has_a_test_with_its_number(row):
    assert [name for name in NAMES if name.startswith(f"test_{row}_")]


def test_b4_every_edge_carries_its_local_derivative_times_the_gradient_from_above():
    # inputs (2, 3), hidden [1, 1] and [-1, 1], output [2, -1]: worked by hand
    model = nn.MLP(2, [2, 1], activation="linear", bias=False)
    model.set_node_weights({"node_0": [1, 1], "node_1": [-1, 1], "output": [2, -1]})
    output = model([Value(2.0, label="x0"), Value(3.0, label="x1")])
    output.backward()
    contributions = {}
    for node in topological_order(output):
        partials = (
            node.op.partials(FLOAT, node.data, *[p.data for p in node.parents]) if node.op else ()
        )
        for parent, partial in zip(node.parents, partials, strict=True):
            contributions.setdefault(parent.label, []).append(partial * node.grad)
    assert contributions["layers[1].neurons[0].w[0]"] == [5.0]
    assert contributions["layers[0].neurons[0].w[1]"] == [6.0]  # 3 * 2
    assert sorted(contributions["x0"]) == [1.0, 2.0]  # by hidden 0: 1 * 2, by hidden 1: -1 * -1
    assert sum(contributions["x1"]) == 1.0


@pytest.mark.parametrize("variables", [1, 10, 1000])
def test_b6_one_pass_back_evaluates_each_derivative_once_however_many_variables(variables):
    calls = {"value": 0, "partials": 0}

    def counted(kind, result):
        calls[kind] += 1
        return result

    square = custom_op(
        f"b6_square_{variables}",
        lambda m, a: counted("value", a * a),
        lambda m, y, a: counted("partials", (2.0 * a,)),
    )
    square(Value(0.0)).backward()  # a rule is also read once, for what it writes itself
    xs = [Value(float(i)) for i in range(variables)]
    calls.update(value=0, partials=0)
    total = sum(square(x) for x in xs)
    total.backward()
    assert calls == {"value": variables, "partials": variables}
    assert [x.grad for x in xs] == [2.0 * i for i in range(variables)]


def test_c8_every_activation_is_plotted_beside_its_derivative():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    from viz import plot_activations

    panels = {axes.get_title(loc="left"): axes for axes in plot_activations().axes}
    assert {"relu", "sigmoid", "tanh", "elu", "selu", "silu", "gelu", "step"} <= set(panels)
    lines = panels["sigmoid"].lines  # the axes through 0 have two points
    (x, y), (_, slope) = [line.get_data() for line in lines if len(line.get_xdata()) > 2]
    assert y == pytest.approx(1.0 / (1.0 + np.exp(-x)), rel=1e-12)
    assert slope == pytest.approx(y * (1.0 - y), rel=1e-9)


def test_d7_each_call_of_the_page_beside_its_twins_runs():
    page = (TESTS.parent / "docs" / "coming_from.md").read_text()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    calls = [row[0].strip("| ").strip("`") for row in rows]
    assert len(calls) > 20
    namespace = {}
    np.random.seed(0)
    for call in calls:
        exec(call, namespace)
    assert namespace["model"].history.history["val_accuracy"]
    assert 0.0 <= namespace["accuracy"] <= 1.0
