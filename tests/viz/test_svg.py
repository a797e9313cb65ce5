"""The pictures drawn without any engine."""

import re
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from autograd_core import Value
from viz import RenderError, draw_dot, trace
from viz.drawing import svg_text
from viz.scene import build_scene

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_VIZ_ENGINE", "builtin")


def graph():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = a * b + a
    loss.backward()
    return loss


def parse(picture):
    return ElementTree.fromstring(picture.pipe(format="svg"))


def groups(picture):
    found = {group.get("id"): group.get("class") for group in parse(picture).iter(f"{SVG}g")}
    return {id: set(classes.split()) for id, classes in found.items() if classes}


def texts(picture):
    found = ["".join(element.itertext()) for element in parse(picture).iter(f"{SVG}text")]
    return [text.strip("\xa0 ") for text in found]


@pytest.mark.parametrize("rankdir", ["LR", "TB", "RL", "BT"])
def test_without_an_engine_the_picture_shows_the_same_texts(rankdir, graphviz_pure):
    loss = graph()
    by_engine = texts(draw_dot(loss, rankdir=rankdir, engine="graphviz-pure", partials=True))
    builtin = texts(draw_dot(loss, rankdir=rankdir, engine="builtin", partials=True))
    assert sorted(by_engine) == sorted(builtin)


def test_without_an_engine_ids_and_classes_are_the_same(graphviz_pure):
    loss = graph()
    by_engine = groups(draw_dot(loss, engine="graphviz-pure"))
    builtin = groups(draw_dot(loss, engine="builtin"))
    assert {id: by_engine[id] for id in builtin if id != "graph"} == {
        id: classes for id, classes in builtin.items() if id != "graph"
    }


def test_metacharacters_are_text(no_engine):
    label = "</text><script>alert(1)</script>|{}\\ \"'&amp;"
    assert label in texts(draw_dot(Value(1.0, label=label)))


def test_a_line_break_in_a_label_is_a_line_break(no_engine):
    picture = parse(draw_dot(Value(1.0, label="one\ntwo")))
    assert [span.text for span in picture.iter(f"{SVG}tspan")] == ["one", "two"]


def test_both_edges_of_a_square_are_visible(no_engine):
    x = Value(3.0)
    paths = [
        group.find(f"{SVG}path").get("d")
        for group in parse(draw_dot(x * x)).iter(f"{SVG}g")
        if "operand" in group.get("class", "")
    ]
    assert len(set(paths)) == 2


def test_display_in_a_notebook_needs_no_engine(no_engine):
    assert "<svg" in draw_dot(graph())._repr_mimebundle_()["image/svg+xml"]


def test_a_format_that_needs_an_engine_says_so(no_engine):
    with pytest.raises(RenderError, match=r"'pdf' needs a layout engine.*graphviz-pure"):
        draw_dot(graph()).pipe("pdf")


def test_png_without_an_engine_is_drawn_with_pillow(no_engine):
    assert draw_dot(graph()).pipe("png")[:4] == b"\x89PNG"


def test_png_without_an_engine_and_without_pillow_says_what_is_missing(no_engine, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(RenderError, match="'png' needs a layout engine"):
        draw_dot(graph()).pipe("png")


def test_a_graph_too_large_for_graphviz_is_drawn_by_the_built_in_layout(monkeypatch):
    monkeypatch.setenv("PATH", "")
    x = Value(1.0)
    for _ in range(1_500):
        x = -x
    assert draw_dot(x).pipe(encoding="utf-8").startswith("<svg")


def test_labels_of_edges_lie_over_all_lines():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    svg = svg_text(build_scene(trace(a * b), partials=True))
    assert svg.index('class="note') > svg.rindex('class="edge')


def test_the_labels_of_both_edges_of_a_square_do_not_cover_each_other():
    x = Value(3.0, "x")
    svg = svg_text(build_scene(trace(x * x), partials=True))
    places = re.findall(r'class="note [^"]*"><rect x="[^"]*" y="([^"]*)".*?height="([^"]*)"', svg)
    (first, height), (second, _) = [tuple(map(float, place)) for place in places]
    assert abs(second - first) >= height
