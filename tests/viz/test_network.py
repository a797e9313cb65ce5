"""draw_network: circles and lines for any object with layers of neurons."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from autograd_core import Value
from viz import draw_network
from viz.drawing.arrows import label_places, label_size
from viz.network import layer_weights
from viz.network.weight_labels import crosses
from viz.scene import text_width


class Neuron:
    def __init__(self, w, b=0.0):
        self.w, self.b = [Value(number) for number in w], Value(b)


class Part:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def model(*layers):
    return Part(layers=[Part(neurons=[Neuron(w) for w in layer]) for layer in layers])


# walkthrough B2: hidden weights [1, 1] and [-1, 1], output [2, -1]
WORKED = model([[1.0, 1.0], [-1.0, 1.0]], [[2.0, -1.0]])


def circles(source):
    return re.findall(r'^\t(n\d+_\w+) \[label="([^"]*)"', source, re.MULTILINE)


def lines(source):
    return dict(re.findall(r'-> \w+ \[id="(w\w+)"[^\n]*penwidth="([\d.]+)"', source))


def test_inputs_hidden_neurons_and_outputs_are_circles():
    names = [name for name, _ in circles(draw_network(WORKED).source)]
    assert names == ["n0_0", "n0_1", "n1_0", "n1_1", "n2_0"]


def test_every_weight_is_a_line_that_is_wider_for_a_larger_weight():
    widths = lines(draw_network(WORKED).source)
    assert len(widths) == 6
    assert max(widths, key=lambda id: float(widths[id])) == "w1_0_0"  # the 2 of the output
    assert widths["w0_0_0"] == widths["w0_1_0"]  # 1 and -1


def test_the_sign_of_a_weight_is_its_colour_and_its_text():
    source = draw_network(WORKED).source
    positive, negative = (
        re.search(rf'id="{id}".*taillabel="(.)[^"]*" color="(\S+)"', source).groups()
        for id in ("w0_0_0", "w0_1_0")
    )
    assert (positive[0], negative[0]) == ("+", "-")
    assert positive[1] != negative[1]


def test_micrograds_model_is_drawn_as_it_is():
    nn = pytest.importorskip("micrograd.nn")
    assert len(circles(draw_network(nn.MLP(2, [3, 1])).source)) == 6


def test_layers_are_found_inside_layers():
    inner = model([[1.0, 2.0]])
    assert layer_weights(Part(layers=[inner, Part()]))[0].weights == [[1.0, 2.0]]


def test_parameters_with_paths_as_labels_are_enough():
    parameters = [
        Value(1.0, "layers[0].neurons[0].w[0]"),
        Value(2.0, "layers[0].neurons[0].w[1]"),
        Value(3.0, "layers[0].neurons[0].b"),
        Value(4.0, "layers[1].neurons[0].w[0]"),
    ]
    first, second = layer_weights(Part(parameters=lambda: parameters))
    assert (first.weights, first.biases) == ([[1.0, 2.0]], [3.0])
    assert (second.weights, second.biases) == ([[4.0]], [None])


def test_a_neuron_without_bias_is_drawn():
    neuron = Part(w=[1.0], b=None)
    assert circles(draw_network(Part(neurons=[neuron])).source)[1] == ("n1_0", "y")


def test_a_large_layer_shows_how_many_units_are_left_out():
    source = draw_network(model([[0.0] * 64])).source
    assert ("n0_rest", "+49") in circles(source)
    assert len(circles(source)) == 17


def test_inputs_and_outputs_take_names():
    source = draw_network(WORKED, input_names=["age", "sex"], output_names=["risk"]).source
    assert [label for _, label in circles(source)][::2] == ["age", "0.00", "risk"]


def test_a_name_that_is_too_long_for_a_circle_stands_beside_it():
    names = ["sepal length (cm)", "petal width"]
    scene = draw_network(WORKED, input_names=names).scene
    places = {box.fields[0]: (box, x) for box, (x, _) in zip(scene.boxes, scene.layout.centers)}
    circles = min(x for box, (x, _) in zip(scene.boxes, scene.layout.centers) if box.kind == "unit")
    for name in names:
        box, x = places[name]
        half = text_width(name) / 2.0
        assert box.kind == "name"
        assert 0.0 <= x - half < x + half < circles - 19.0  # the radius


def test_no_other_line_runs_through_a_number_where_there_is_room_for_all():
    model = nn.MLP(3, [4, 2], rng=7)
    scene = draw_network(model).scene
    lines = [(route[0], route[-1]) for route in scene.layout.routes]
    places = label_places(scene, scene.layout.routes)
    for arrow, line in zip(scene.arrows, lines):
        place, size = places[arrow.id], label_size(arrow)
        assert not any(crosses(other, place, size) for other in lines if other is not line)


def test_a_wrong_number_of_names_is_an_error():
    with pytest.raises(ValueError, match="input_names wants 2 names, one for each, got 1"):
        draw_network(WORKED, input_names=["age"])


@pytest.mark.parametrize("thing", [3.0, None, Value(1.0), Part(layers=[])])
def test_anything_else_is_a_type_error_that_says_what_is_wanted(thing):
    with pytest.raises(TypeError, match=r"layers\[i\]\.neurons\[j\]\.w"):
        draw_network(thing)


@pytest.mark.parametrize("numbers", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_any_number_can_be_drawn(numbers):
    assert draw_network(model([numbers])).pipe(encoding="utf-8").count('class="edge') == 2


def test_png_shows_the_same_places():
    assert draw_network(WORKED).pipe("png")[:4] == b"\x89PNG"


def test_drawing_does_not_touch_the_model():
    draw_network(WORKED).pipe()
    assert WORKED.layers[0].neurons[0].w[0].data == 1.0


def test_what_is_no_weight_and_no_bias_of_a_neuron_is_passed_by():
    named = {"neurons[0].w[0]": 0.5, "neurons[0].b": 0.1, "neurons[1].slope": 2.0, "rate": 0.01,
             "neurons[2].w": 1.0, "neurons.w[0]": 1.0}  # fmt: skip
    (layer,) = layer_weights(named)
    assert (layer.weights, layer.biases) == ([[0.5]], [0.1])


def test_the_rows_are_those_of_state_dict_in_whatever_order_it_comes():
    model = nn.MLP(2, [12, 1], rng=0)
    stored = dict(sorted(model.state_dict().items()))  # neurons[10] before neurons[2]
    for read, own in zip(layer_weights(stored), layer_weights(model), strict=True):
        assert read.weights == own.weights
        assert read.biases == own.biases


def test_numbers_of_numpy_are_numbers():
    neurons = [Part(w=np.array([0.5, -1.0]), b=np.float64(0.1))]
    (layer,) = layer_weights(Part(neurons=neurons))
    assert (layer.weights, layer.biases) == ([[0.5, -1.0]], [0.1])


@pytest.mark.parametrize("strange", [math.nan, math.inf])
def test_a_weight_that_is_not_finite_leaves_the_others_their_widths(strange):
    def widths(w):
        picture = draw_network({"neurons[0].w[0]": 0.25, "neurons[0].w[1]": 1.0, **w})
        return {arrow.id: (arrow.width, arrow.color) for arrow in picture.scene.arrows}

    plain = widths({"neurons[0].w[2]": 0.5})
    for arrow in ("w0_0_0", "w0_0_1"):
        assert widths({"neurons[0].w[2]": strange})[arrow] == plain[arrow]


def test_names_are_cut_and_cleaned_as_labels_are():
    names = ["a\x00", "b" * 300]
    text = draw_network(WORKED, input_names=names).pipe(encoding="utf-8")
    ElementTree.fromstring(text)  # which raises at a control character
    assert "b" * 61 not in text
