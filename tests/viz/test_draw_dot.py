"""draw_dot: the source text, and the pictures made of it."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import graphviz
import pytest

from autograd_core import Value
from viz import draw_dot, trace
from viz.drawing.dot import escape_field

SVG = "{http://www.w3.org/2000/svg}"
METACHARACTERS = 'a|b {c} <d> \\e \\N "q" &amp; <script>\nsecond  line é日'


def texts(picture):
    root = ElementTree.fromstring(picture.pipe(format="svg"))
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def elements(picture):
    root = ElementTree.fromstring(picture.pipe(format="svg"))
    return {group.get("id"): group.get("class") for group in root.iter(f"{SVG}g")}


def worked_example():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    loss = a * b + a
    loss.label = "L"
    loss.backward()
    return loss


def test_it_is_a_digraph_of_the_graphviz_package():
    assert isinstance(draw_dot(worked_example()), graphviz.Digraph)


def test_a_node_shows_label_data_and_gradient():
    assert "{ b | data -3.0000 | grad 2.0000 }" in draw_dot(worked_example()).source


def test_a_node_without_label_has_two_fields():
    assert "{ data 4.0000 | grad 0.0000 }" in draw_dot(Value(4.0)).source


def test_a_square_has_both_edges():
    x = Value(3.0)
    assert draw_dot(x * x).source.count("v0 -> v1_op") == 2


def test_every_operation_has_a_node_with_its_symbol():
    source = draw_dot(worked_example()).source
    assert re.search(r'v2_op \[label="\*"', source)
    assert re.search(r'v3_op \[label="\+"', source)


def test_equal_graphs_give_equal_sources():
    assert draw_dot(worked_example()).source == draw_dot(worked_example()).source


def test_small_and_large_numbers_are_not_shown_as_zero_or_as_a_row_of_digits():
    assert "data 3.900e-07" in draw_dot(Value(3.9e-7)).source
    assert "data 1.200e+20" in draw_dot(Value(1.2e20)).source


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_are_not_finite_are_written_and_marked(number):
    source = draw_dot(Value(number)).source
    assert f"data {number}" in source
    assert "nonfinite" in source


def test_metacharacters_in_a_label_are_shown_as_they_are():
    shown = "".join(filter(None, texts(draw_dot(Value(1.0, label=METACHARACTERS)))))
    assert shown.replace("\xa0", " ").startswith(METACHARACTERS.replace("\n", ""))


def test_a_label_with_a_script_is_text_in_the_picture():
    svg = draw_dot(Value(1.0, label="<script>alert(1)</script>")).pipe(encoding="utf-8")
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


@pytest.mark.parametrize("label", ["\x00\x1b", "\ud800", "\\", '"', "<>", "&#65;", "{", "é"])
def test_any_label_gives_a_well_formed_picture(label):
    assert texts(draw_dot(Value(1.0, label=label)))[1] == "data 1.0000"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("a\tb", "a b"),
        ("10\u00a0000", "10 000"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",) * 2,
        ("a\x00\u202eb", "a\ufffd\ufffdb"),
    ],
)
def test_blanks_and_joiners_in_a_label_are_drawn_as_such_and_nothing_turns_the_text(label, shown):
    assert texts(draw_dot(Value(1.0, label=label)))[0] == shown


def test_a_very_long_label_is_cut():
    assert "x" * 57 + "..." in texts(draw_dot(Value(1.0, label="x" * 1000)))


def test_a_backslash_at_the_end_does_not_open_the_next_field():
    assert escape_field("a\\") == "a\\\\"


def test_every_node_and_edge_has_an_id_and_a_class():
    found = elements(draw_dot(worked_example()))
    assert found["v0"] == "node value leaf"
    assert found["v3"] == "node value output"
    assert found["v2_op"] == "node operation multiply"
    assert found["v2_in1"] == "edge operand v1"
    assert found["v3_out"] == "edge result"


def test_colours_have_six_digits():
    for theme in ("light", "dark"):
        source = draw_dot(worked_example(), theme=theme, color="grad").source
        assert set(map(len, re.findall(r"#[0-9a-fA-F]+", source))) == {7}


def test_the_direction_is_rankdir():
    assert "rankdir=TB" in draw_dot(worked_example(), rankdir="TB").source


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rankdir": "XY"}, "rankdir is one of LR, TB, RL, BT, got 'XY'"),
        ({"format": "bmpx"}, "format"),
        ({"theme": "blue"}, "theme"),
        ({"color": "size"}, "color"),
        ({"path": ("a", "nobody")}, "'nobody'"),
        ({"path": "a"}, "pair"),
    ],
)
def test_a_bad_option_is_a_value_error_that_names_it(options, said):
    with pytest.raises(ValueError, match=said):
        draw_dot(worked_example(), **options)


@pytest.mark.parametrize("root", [3.0, None, "a", [Value(1.0)], object()])
def test_a_root_that_is_not_a_value_is_a_type_error(root):
    with pytest.raises(TypeError, match="draw_dot wants a Value"):
        draw_dot(root)


def test_the_picture_shows_in_a_notebook():
    bundle = draw_dot(worked_example())._repr_mimebundle_()
    assert "data 2.0000" in bundle["image/svg+xml"]


def test_in_a_notebook_a_wide_picture_shrinks_to_its_cell():
    bundle = draw_dot(worked_example())._repr_mimebundle_()
    assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
    assert 'style="max-width:100%;height:auto"' in bundle["text/html"]
    assert base64.b64encode(bundle["image/svg+xml"].encode()).decode() in bundle["text/html"]


def test_an_engine_that_fails_does_not_break_the_cell(tmp_path):
    engine = tmp_path / "engine"
    engine.write_text("#!/bin/sh\nexit 1")
    engine.chmod(0o755)
    picture = draw_dot(worked_example(), engine=str(engine))
    assert list(picture._repr_mimebundle_()) == ["text/plain"]


def test_png_is_written_by_the_engine():
    assert draw_dot(worked_example(), format="png").pipe()[:4] == b"\x89PNG"


def test_render_writes_source_and_picture(tmp_path):
    path = draw_dot(worked_example()).render("graph", directory=tmp_path)
    assert path == str(tmp_path / "graph.svg")
    assert (tmp_path / "graph").read_text().startswith("digraph")
    assert "<svg" in (tmp_path / "graph.svg").read_text()


def test_render_takes_an_outfile_and_cleans_up(tmp_path):
    draw_dot(worked_example()).render(outfile=tmp_path / "graph.png", cleanup=True)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.png"]


def test_drawing_leaves_the_graph_as_it_is():
    loss = worked_example()
    before = [(node.data, node.grad, node.label) for node in (loss, *loss.parents)]
    draw_dot(loss, partials=True, color="grad", clusters=True).pipe()
    assert before == [(node.data, node.grad, node.label) for node in (loss, *loss.parents)]


def test_edges_carry_the_local_derivatives():
    a, b = Value(2.0), Value(-3.0)
    source = draw_dot(a * b, partials=True).source
    assert 'id="v2_in0" class="operand v0" label="  × -3.0000  "' in source
    assert 'id="v2_in1" class="operand v1" label="  × 2.0000  "' in source


def test_a_coloured_gradient_has_its_sign_as_text():
    assert "grad +2.0000" in draw_dot(worked_example(), color="grad").source


def test_positive_and_negative_gradients_differ_in_colour():
    a, b = Value(1.0, "a"), Value(1.0, "b")
    (a - b).backward()
    source = draw_dot(a - b, color="grad").source
    fills = dict(re.findall(r'^\t(v[01]) .*fillcolor="(#\w+)"', source, re.MULTILINE))
    assert fills["v0"] != fills["v1"]


def test_a_path_shows_only_what_lies_between_two_nodes():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    product = a * b
    loss = product.tanh() + b
    source = draw_dot(loss, path=(a, product)).source
    assert re.findall(r"^\t(v\w+) \[", source, re.MULTILINE) == ["v0", "v2", "v2_op"]
    assert draw_dot(loss, path=("a", "v2")).source == source


def test_a_path_that_does_not_exist_is_an_error():
    loss = worked_example()
    with pytest.raises(ValueError, match="no path leads from v3 to v0"):
        draw_dot(loss, path=(loss, "a"))


def test_clusters_nest_as_the_modules_do():
    w = Value(2.0, label="layers[0].neurons[1].w[0]")
    out = w * Value(3.0, label="x")
    out.label = "layers[0].neurons[1]"
    source = draw_dot(out + 1.0, clusters=True).source
    assert re.findall(r'subgraph "cluster_([^"]+)"', source) == [
        "layers[0]",
        "layers[0].neurons[1]",
    ]
    assert source.count("{\n") == source.count("}\n")


def test_inside_a_frame_a_parameter_has_its_own_name_only():
    w = Value(2.0, label="layers[0].neurons[1].w[0]")
    assert "{ w[0] | data" in draw_dot(w * 3.0, clusters=True).source
    assert "{ layers[0].neurons[1].w[0] | data" in draw_dot(w * 3.0).source


def test_a_chain_of_100_000_nodes_has_a_source():
    x = Value(1.0)
    for _ in range(100_000):
        x = -x
    assert "v100000_op -> v100000" in draw_dot(x).source


def test_a_path_through_a_trace_is_named_by_labels():
    x = Value(2.0, "x")
    steps = trace((x * x).exp())
    assert len(draw_dot(steps, path=("x", "v2")).scene.boxes) == 5
    with pytest.raises(ValueError, match="by label and id"):
        draw_dot(steps, path=(x, "v2"))
