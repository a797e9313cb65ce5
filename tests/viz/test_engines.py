"""The engine matrix: no engine, graphviz-pure, and Graphviz's own dot where it is installed."""

import shutil
import xml.etree.ElementTree as ElementTree

import pytest

import viz
from autograd_core import Value
from viz.scene import RANKDIRS, text_width

SVG = "{http://www.w3.org/2000/svg}"
METACHARACTERS = 'a|b {c} <d> \\N "q" &amp; <script>x</script> é日'
without_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no dot on PATH")


class Neuron:
    w, b = (0.5, -1.0), 0.1


class Model:
    neurons = (Neuron(),)


@pytest.fixture(params=["builtin", "graphviz-pure", pytest.param("dot", marks=without_dot)])
def engine(request, monkeypatch):
    if request.param == "graphviz-pure":
        request.getfixturevalue("graphviz_pure")
    monkeypatch.setenv("AUTOGRAD_VIZ_ENGINE", request.param)
    return request.param


def graph():
    w, x = Value(2.0, label="layers[0].neurons[0].w[0]"), Value(-0.25, label="x")
    out = (w * x).tanh()
    out.label = "layers[0].neurons[0]"
    loss = out * out + x
    loss.backward()
    return loss


def texts(picture):
    root = ElementTree.fromstring(picture.pipe(format="svg"))
    return ["".join(element.itertext()).replace("\xa0", " ") for element in root.iter(f"{SVG}text")]


def groups(picture):
    root = ElementTree.fromstring(picture.pipe(format="svg"))
    return {group.get("id"): group.get("class") for group in root.iter(f"{SVG}g")}


@pytest.mark.parametrize("rankdir", RANKDIRS)
def test_every_number_is_in_the_picture(engine, rankdir):
    shown = texts(viz.draw_dot(graph(), rankdir=rankdir))
    for node in viz.trace(graph()).nodes:
        assert f"data {node.data:.4f}" in shown
        assert f"grad {node.grad:.4f}" in shown


@pytest.mark.parametrize(
    "options",
    [
        {"partials": True},
        {"color": "grad", "theme": "dark"},
        {"clusters": True},
        {"collapse": "neuron"},
        {"path": ("x", "layers[0].neurons[0]")},
    ],
    ids=lambda options: next(iter(options)),
)
def test_every_option_is_drawn(engine, options):
    assert len(texts(viz.draw_dot(graph(), **options))) > 4


def test_metacharacters_are_shown_as_they_are(engine):
    assert METACHARACTERS in texts(viz.draw_dot(Value(1.0, label=METACHARACTERS)))


def test_both_edges_of_a_square_are_drawn(engine):
    x = Value(3.0)
    assert {"v1_in0", "v1_in1"} <= set(groups(viz.draw_dot(x * x)))


def test_nodes_and_edges_have_ids_and_classes(engine):
    found = groups(viz.draw_dot(graph()))
    assert found["v2"].split() == ["node", "value", "result"]
    assert found["v2_op"].split() == ["node", "operation", "multiply"]
    assert found["v2_in0"].split() == [
        "edge",
        "operand",
        "v1",
    ]  # the input is read before the weight


def test_png_is_a_picture(engine):
    assert viz.draw_dot(graph()).pipe("png")[:4] == b"\x89PNG"


def test_a_network_is_drawn(engine):
    assert {"x0", "x1", "y"} <= set(texts(viz.draw_network(Model())))
    assert viz.draw_network(Model()).pipe("png")[:4] == b"\x89PNG"


def test_render_writes_a_file(engine, tmp_path):
    viz.draw_dot(graph()).render(outfile=tmp_path / "graph.svg")
    assert "</svg>" in (tmp_path / "graph.svg").read_text()


@pytest.mark.parametrize("label", ["the temperature outside, measured in the shade", "W" * 20])
def test_a_long_label_fits_its_box_in_a_font_that_is_wider_than_helvetica(graphviz_pure, label):
    picture = viz.draw_dot(Value(2.0, label).exp(), engine="graphviz-pure")
    root = ElementTree.fromstring(picture.pipe(format="svg"))
    leaf = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "v0")
    border = leaf.find(f".//{SVG}polygon").get("points").split()
    left = min(float(point.split(",")[0]) for point in border)
    line = leaf.find(f".//{SVG}polyline").get("points").split()  # between the label and the data
    assert float(line[0].split(",")[0]) - left > text_width(label)  # in DejaVu Sans
