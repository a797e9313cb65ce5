"""Collapsed drawings: each module as one box."""

import re

import pytest

from autograd_core import Value
from viz import draw_dot


def network(neurons, inputs):
    """Two layers, labelled as nn labels them; the second has one neuron."""
    xs = [Value(float(i), label=f"x{i}") for i in range(inputs)]
    hidden = []
    for j in range(neurons):
        path = f"layers[0].neurons[{j}]"
        total = Value(0.0, label=f"{path}.b")
        for i, x in enumerate(xs):
            total = total + Value(0.1, label=f"{path}.w[{i}]") * x
        hidden.append(total.tanh())
        hidden[-1].label = path
    path = "layers[1].neurons[0]"
    out = Value(0.0, label=f"{path}.b")
    for i, h in enumerate(hidden):
        out = out + Value(0.1, label=f"{path}.w[{i}]") * h
    out.label = path
    loss = out * out
    loss.backward()
    return loss


def boxes(picture):
    return re.findall(r'^\t\w+ \[label="\{ ([^|}]+)', picture.source, re.MULTILINE)


def test_neurons_are_single_boxes():
    names = [name.strip() for name in boxes(draw_dot(network(2, 1), collapse="neuron"))]
    paths = ["layers[0].neurons[0]", "layers[0].neurons[1]", "layers[1].neurons[0]"]
    assert sorted(name for name in names if "[" in name) == paths


def test_a_neurons_box_shows_the_data_and_gradient_of_its_output():
    loss = network(1, 1)
    out = loss.parents[0]
    source = draw_dot(loss, collapse="neuron").source
    assert f"{{ layers[1].neurons[0] | data {out.data:.4f} | grad {out.grad:.4f} }}" in source


def test_a_module_that_ends_in_the_root_shows_the_roots_numbers():
    out = network(1, 1).parents[0]
    source = draw_dot(out, collapse="model").source
    assert f"{{ model | data {out.data:.4f} | grad {out.grad:.4f} }}" in source


def test_layers_are_single_boxes():
    names = [name.strip() for name in boxes(draw_dot(network(3, 2), collapse="layer"))]
    assert [name for name in names if "layers" in name] == ["layers[0]", "layers[1]"]


def test_the_model_is_a_single_box_between_inputs_and_loss():
    names = [name.strip() for name in boxes(draw_dot(network(3, 2), collapse="model"))]
    assert names[0] in ("model", "x0")
    assert names.count("model") == 1


def test_a_collapsed_box_says_what_it_stands_for():
    # a layer of 3 neurons with 2 inputs: 3 * (2 * 2 + 1) operations, 3 * (2 + 1) parameters
    assert (
        "layers[0]: 15 operations, 9 parameters" in draw_dot(network(3, 2), collapse="layer").source
    )


def test_arrows_between_two_modules_become_one():
    source = draw_dot(network(3, 2), collapse="layer").source
    edges = re.findall(r"^\t(\w+ -> \w+)", source, re.MULTILINE)
    assert len(edges) == len(set(edges)) + 1  # both edges of the square stay


def test_auto_leaves_a_small_graph_alone():
    loss = network(2, 2)
    assert draw_dot(loss).source == draw_dot(loss, collapse=None).source


def test_auto_collapses_a_graph_of_more_than_300_nodes():
    picture = draw_dot(network(10, 10))
    assert len(picture.steps.nodes) > 300
    assert 10 < len(boxes(picture)) <= 300


def test_auto_goes_on_to_layers_when_neurons_are_too_many():
    names = " ".join(boxes(draw_dot(network(310, 2))))
    assert "layers[0] " in names
    assert "neurons" not in names


def test_none_never_collapses():
    loss = network(10, 10)
    picture = draw_dot(loss, collapse=None)
    assert len(boxes(picture)) == len(picture.steps.nodes)


def test_free_labels_are_not_modules():
    x = Value(1.0, label="any | text")
    assert "any" in draw_dot(x * x, collapse="model").source


def test_an_unknown_level_is_an_error():
    with pytest.raises(ValueError, match="collapse is 'auto', 'neuron', 'layer', 'model' or None"):
        draw_dot(Value(1.0), collapse="block")


def test_a_collapsed_graph_is_drawn_by_every_engine(graphviz_pure):
    loss = network(3, 2)
    for engine in ("builtin", graphviz_pure):
        svg = draw_dot(loss, collapse="layer", engine=engine).pipe(encoding="utf-8")
        assert "layers[1]" in svg
