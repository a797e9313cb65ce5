"""The two passes as moments, as an SVG that plays by itself and as a GIF."""

import io
import re
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from autograd_core import Value
from viz import trace
from viz.drawing import animated_svg, gif_bytes
from viz.scene import moments

SVG = "{http://www.w3.org/2000/svg}"


def example():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    product = a * b
    product.label = "L"
    return product


def test_the_moments_are_start_forward_turn_backward_end():
    stages = [moment.stage for moment in moments(trace(example()))]
    assert stages == ["start", "forward", "turn", "backward", "backward", "end"]


def test_a_backward_moment_names_the_receiver_and_its_gradient_so_far():
    x = Value(3.0)
    shown = [m for m in moments(trace(x * x)) if m.stage == "backward"]
    assert [(m.receiver, m.gradient) for m in shown] == [("v0", 3.0), ("v0", 6.0)]


def test_the_edges_of_a_square_light_up_one_after_the_other():
    x = Value(3.0)
    shown = [m.active for m in moments(trace(x * x)) if m.stage == "backward"]
    assert ["v1_in0" in active for active in shown] == [True, False]
    assert ["v1_in1" in active for active in shown] == [False, True]


def test_the_svg_is_well_formed_and_has_no_script():
    svg = animated_svg(trace(Value(1.0, label="</style><script>alert(1)</script>").exp()))
    root = ElementTree.fromstring(svg)
    assert root.findall(f".//{SVG}script") == []


@pytest.mark.parametrize("label", ["\x00\x1b", "\ud800", "]]>", '<>&"'])
def test_any_label_gives_a_well_formed_animation(label):
    ElementTree.fromstring(animated_svg(trace(Value(1.0, label) * 2.0)))


def test_every_step_has_its_arithmetic_below_the_picture():
    svg = ElementTree.fromstring(animated_svg(trace(example())))
    captions = [text.text for text in svg.iter(f"{SVG}text") if text.get("id")]
    assert "L = a * b = 2 * -3 = -6" in captions
    assert "dL/da += dL/dL * dL/da = 1 * -3 = -3 (0 -> -3)" in captions


def test_data_appears_in_the_forward_and_gradients_in_the_backward_pass():
    style = animated_svg(trace(example()))
    first = {
        name: float(re.search(rf"@keyframes {name}\{{0%\{{opacity:0\}}([\d.]+)%", style)[1])
        for name in ("data1", "grad3")
    }
    assert first["data1"] < first["grad3"]
    assert "#v2 .data{animation-name:data1}" in style
    assert "#v0 .grad{animation-name:grad3}" in style


def test_without_animation_all_numbers_are_shown():
    svg = ElementTree.fromstring(animated_svg(trace(example())))
    texts = [text.text for text in svg.iter(f"{SVG}text") if text.get("class") in ("data", "grad")]
    assert sorted(texts) == [
        "data -3.0000", "data -6.0000", "data 2.0000",
        "grad -3.0000", "grad 1.0000", "grad 2.0000",
    ]  # fmt: skip


def test_reduced_motion_stands_still():
    assert "@media (prefers-reduced-motion:reduce)" in animated_svg(trace(example()))


def test_gradients_are_shown_although_backward_has_not_run():
    value = example()
    assert "grad -3.0000" in animated_svg(trace(value))
    assert value.parents[0].grad == 0.0


def test_a_gif_has_a_frame_per_moment_and_loops():
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(gif_bytes(trace(example()))))
    assert image.n_frames == 6
    assert image.info["loop"] == 0


def test_a_gif_that_nobody_could_watch_is_refused():
    x = Value(1.0)
    for _ in range(200):
        x = -x
    with pytest.raises(ValueError, match=r"save it as \.html"):
        gif_bytes(trace(x))


def test_without_pillow_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r'pip install "autograd-core\[plots\]"'):
        gif_bytes(trace(example()))
