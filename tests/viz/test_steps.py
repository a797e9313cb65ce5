"""The trace: what a graph and its two passes are as plain data."""

import json
import math
import random

import pytest

from autograd_core import Value, no_grad
from autograd_core.functional import dot, softmax
from autograd_core.table import FLOAT
from viz import steps
from viz.steps import trace


def worked_example():
    """Inputs (2, 3), hidden weights [1, 1] and [-1, 1], output weights [2, -1] (walkthrough B2)."""
    named = {}
    for label, number in {"x0": 2, "x1": 3, "w00": 1, "w01": 1, "w10": -1, "w11": 1, "u0": 2,
                          "u1": -1}.items():  # fmt: skip
        named[label] = Value(number, label)
    h0 = named["x0"] * named["w00"] + named["x1"] * named["w01"]
    h1 = named["x0"] * named["w10"] + named["x1"] * named["w11"]
    h0.label, h1.label = "h0", "h1"
    y = h0 * named["u0"] + h1 * named["u1"]
    y.label = "y"
    return y, named


def random_graph(seed, operations=60):
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(0.2, 2.0)) for _ in range(5)]
    for _ in range(operations):
        a, b = rng.choice(nodes), rng.choice(nodes)
        made = [
            lambda a, b: a + b,
            lambda a, b: a * b,
            lambda a, b: (a - b).tanh(),
            lambda a, b: a / (b * b + 1.0),
            lambda a, b: dot([a, b, a], [b, a, a]),
            lambda a, b: softmax([a, b, a])[1],
            lambda a, b: a.relu() + b,
        ]
        nodes.append(rng.choice(made)(a, b).tanh())
    return dot(nodes, nodes)


@pytest.mark.parametrize("seed", range(8))
def test_gradients_of_the_last_step_are_the_engines_to_the_bit(seed):
    root = random_graph(seed)
    taken = trace(root)
    root.backward()
    order = trace(root)
    last = taken.gradients(len(taken.backward))
    engine = [node.grad for node in order.nodes]
    assert [last[node.id].hex() for node in taken.nodes] == [grad.hex() for grad in engine]
    assert [node.adjoint.hex() for node in taken.nodes] == [grad.hex() for grad in engine]


@pytest.mark.parametrize("seed", range(4))
def test_contributions_sum_to_the_gradient(seed):
    taken = trace(random_graph(seed))
    sums = dict.fromkeys([node.id for node in taken.nodes], 0.0)
    sums[taken.root.id] = 1.0
    for step in taken.backward:
        sums[step.operand] += step.contribution
    assert sums == {node.id: node.adjoint for node in taken.nodes}


@pytest.mark.parametrize("seed", range(4))
def test_local_partials_agree_with_finite_differences(seed):
    taken = trace(random_graph(seed))
    step_size = 1e-6
    for node in taken.nodes:
        operands = [taken.node(id).data for id in node.operands]
        for position, partial in enumerate(node.partials):
            if any(abs(x) < 2 * step_size for x in operands):
                continue  # next to the kink of relu
            high, low = list(operands), list(operands)
            high[position] += step_size
            low[position] -= step_size
            with no_grad():
                slope = node.op.value(FLOAT, *high) - node.op.value(FLOAT, *low)
            assert partial == pytest.approx(slope / (2 * step_size), rel=1e-6, abs=1e-8)


def test_a_square_written_as_a_product_has_two_edges_and_two_backward_steps():
    x = Value(3.0, "x")
    taken = trace(x * x)
    assert taken.root.operands == ("v0", "v0")
    assert [step.position for step in taken.backward] == [0, 1]
    assert [step.after for step in taken.backward] == [3.0, 6.0]


def test_the_worked_example_step_by_step():
    root, _ = worked_example()
    taken = trace(root)
    assert [taken.text(step) for step in taken.forward] == [
        "v2 = x0 * w00 = 2 * 1 = 2",
        "v5 = x1 * w01 = 3 * 1 = 3",
        "h0 = v2 + v5 = 2 + 3 = 5",
        "v8 = h0 * u0 = 5 * 2 = 10",
        "v10 = x0 * w10 = 2 * -1 = -2",
        "v12 = x1 * w11 = 3 * 1 = 3",
        "h1 = v10 + v12 = -2 + 3 = 1",
        "v15 = h1 * u1 = 1 * -1 = -1",
        "y = v8 + v15 = 10 + -1 = 9",
    ]
    assert taken.turn() == "dy/dy = 1"
    assert [taken.text(step) for step in taken.backward] == [
        "dy/dv8 += dy/dy * dy/dv8 = 1 * 1 = 1   (0 -> 1)",
        "dy/dv15 += dy/dy * dy/dv15 = 1 * 1 = 1   (0 -> 1)",
        "dy/dh1 += dy/dv15 * dv15/dh1 = 1 * -1 = -1   (0 -> -1)",
        "dy/du1 += dy/dv15 * dv15/du1 = 1 * 1 = 1   (0 -> 1)",
        "dy/dv10 += dy/dh1 * dh1/dv10 = -1 * 1 = -1   (0 -> -1)",
        "dy/dv12 += dy/dh1 * dh1/dv12 = -1 * 1 = -1   (0 -> -1)",
        "dy/dx1 += dy/dv12 * dv12/dx1 = -1 * 1 = -1   (0 -> -1)",
        "dy/dw11 += dy/dv12 * dv12/dw11 = -1 * 3 = -3   (0 -> -3)",
        "dy/dx0 += dy/dv10 * dv10/dx0 = -1 * -1 = 1   (0 -> 1)",
        "dy/dw10 += dy/dv10 * dv10/dw10 = -1 * 2 = -2   (0 -> -2)",
        "dy/dh0 += dy/dv8 * dv8/dh0 = 1 * 2 = 2   (0 -> 2)",
        "dy/du0 += dy/dv8 * dv8/du0 = 1 * 5 = 5   (0 -> 5)",
        "dy/dv2 += dy/dh0 * dh0/dv2 = 2 * 1 = 2   (0 -> 2)",
        "dy/dv5 += dy/dh0 * dh0/dv5 = 2 * 1 = 2   (0 -> 2)",
        "dy/dx1 += dy/dv5 * dv5/dx1 = 2 * 1 = 2   (-1 -> 1)",
        "dy/dw01 += dy/dv5 * dv5/dw01 = 2 * 3 = 6   (0 -> 6)",
        "dy/dx0 += dy/dv2 * dv2/dx0 = 2 * 1 = 2   (1 -> 3)",
        "dy/dw00 += dy/dv2 * dv2/dw00 = 2 * 2 = 4   (0 -> 4)",
    ]


def test_the_graph_is_left_as_it_was():
    root, named = worked_example()
    root.backward()
    before = [(node.data, node.grad, node.label) for node in (root, *named.values())]
    trace(root)
    assert [(node.data, node.grad, node.label) for node in (root, *named.values())] == before


def test_flag_backward_not_run():
    assert trace(worked_example()[0]).flags == (steps.NOT_RUN,)


def test_no_flag_after_one_backward():
    root, _ = worked_example()
    root.backward()
    assert trace(root).flags == ()


def test_flag_gradients_accumulated():
    root, _ = worked_example()
    root.backward()
    root.backward()
    assert trace(root).flags == (steps.ACCUMULATED,)


def test_flag_gradients_of_another_output():
    root, _ = worked_example()
    (root * 3.0).backward()
    assert trace(root).flags == (steps.OTHER_OUTPUT,)


def test_flag_data_changed_since_the_forward_pass():
    root, named = worked_example()
    root.backward()
    named["x0"].data = 4.0
    assert steps.STALE in trace(root).flags


def test_a_graph_with_nan_is_not_stale():
    x = Value(-1.0)
    assert steps.STALE not in trace(x.log() + 1.0).flags


def test_ids_are_in_topological_order_and_equal_for_equal_graphs():
    first, second = trace(worked_example()[0]), trace(worked_example()[0])
    assert [node.id for node in first.nodes] == [f"v{i}" for i in range(len(first.nodes))]
    assert first.to_dict() == second.to_dict()
    for node in first.nodes:
        assert all(int(operand[1:]) < int(node.id[1:]) for operand in node.operands)


def test_a_single_leaf_is_a_trace_without_steps():
    taken = trace(Value(2.0, "a"))
    assert (taken.forward, taken.backward, taken.root.adjoint) == ((), (), 1.0)
    assert "da/da = 1" in str(taken)


def test_to_dict_is_strict_json_with_infinities():
    x = Value(0.0, "x")
    plain = trace(x.log() * 0.0).to_dict()
    text = json.dumps(plain, allow_nan=False)
    assert json.loads(text)["nodes"][1]["data"] == "-Infinity"
    assert json.loads(text)["nodes"][-1]["data"] == "NaN"


def test_gradients_that_are_graphs_are_read_as_numbers():
    x = Value(3.0)
    y = x * x
    y.backward(create_graph=True)
    assert trace(y).nodes[0].grad == 6.0


def test_modules_come_from_labels():
    x = Value(2.0, "x")
    w = Value(3.0, "layers[0].neurons[1].w[0]")
    b = Value(1.0, "layers[0].neurons[1].b")
    out = (w * x + b).tanh()
    out.label = "layers[0].neurons[1]"
    loss = (out - 1.0) ** 2
    loss.label = "any | text"
    modules = {node.name: node.module for node in trace(loss).nodes}
    inside = "layers[0].neurons[1]"
    assert modules[w.label] == modules[b.label] == modules[out.label] == inside
    assert modules["v2"] == modules["v4"] == inside
    assert modules["x"] == modules["any | text"] == ""


def test_an_operation_shared_by_two_neurons_belongs_to_their_layer():
    x = Value(1.0)
    shared = x * 2.0
    outs = [shared.tanh(), shared.exp()]
    for index, out in enumerate(outs):
        out.label = f"layers[0].neurons[{index}]"
    taken = trace(outs[0] + outs[1])
    assert taken.nodes[2].module == "layers[0]"


@pytest.mark.parametrize("label", ["x[0]", "a", "L", "any | text", "w.x", "layers[0]"])
def test_a_users_own_label_on_an_operation_is_no_module(label):
    y = Value(1.0) * 2.0
    y.label = label
    assert trace(y).root.module == ""


def test_a_chain_of_100_000_operations_is_no_recursion():
    node = Value(1.0)
    for _ in range(100_000):
        node = -node
    taken = trace(node)
    assert taken.nodes[0].adjoint == 1.0
    assert "more steps" in str(taken)


def test_something_else_than_a_value_is_a_type_error_that_says_what_to_pass():
    with pytest.raises(TypeError, match=r"got list; pass one node, for example the loss"):
        trace([Value(1.0)])


def test_an_unknown_id_is_a_lookup_error():
    with pytest.raises(LookupError, match=r"no node 'v9'; this trace has v0 to v2"):
        trace(Value(1.0) * 2.0).node("v9")


@pytest.mark.parametrize("step", [-1, 3])
def test_a_step_that_does_not_exist_is_a_value_error(step):
    with pytest.raises(ValueError, match="steps 0 to 2"):
        trace(Value(1.0) * 2.0).gradients(step)


def test_infinite_partials_give_the_engines_nan():
    x = Value(0.0)
    y = x.sqrt() * 0.0
    taken = trace(y)
    y.backward()
    assert math.isnan(x.grad)
    assert math.isnan(taken.nodes[0].adjoint)


@pytest.mark.parametrize("program", [lambda x: x.floor().log(), lambda x: x.relu().sqrt()])
def test_what_passes_no_gradient_in_backward_passes_none_here(program):
    x = Value(-0.5, "x")
    program(x).backward()
    assert trace(program(x)).nodes[0].adjoint == x.grad == 0.0


def test_a_share_is_the_product_of_the_numbers_beside_it_with_its_sign():
    x = Value(3.0, "x")
    steps = trace((x * 2.0).relu() * 0.0 * -1.0 + x).backward
    for step in steps:
        assert str(step.contribution) == str(step.upstream * step.partial)
