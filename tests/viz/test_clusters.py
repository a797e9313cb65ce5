"""The built-in layout with frames: modules around their boxes, and nothing else inside."""

import re

import pytest

from autograd_core import Value
from viz import draw_dot
from viz.drawing import scene_layout
from viz.layout import clustered_layout
from viz.scene import box_size


def neuron(path, x):
    w = Value(0.5, f"{path}.w[0]")
    y = (w * x).tanh()
    y.label = path
    return y


def scene(rankdir="LR"):
    x = Value(1.0, "x")
    hidden = [neuron(f"layers[0].neurons[{i}]", x) for i in range(2)]
    return draw_dot(neuron("layers[1].neurons[0]", hidden[0] + hidden[1]), rankdir=rankdir,
                    clusters=True, engine="builtin").scene  # fmt: skip


def inside(frame, center, size):
    (x, y), (width, height) = center, size
    across = frame.x <= x - width / 2 and x + width / 2 <= frame.x + frame.width
    return across and frame.y <= y - height / 2 and y + height / 2 <= frame.y + frame.height


def apart(frame, center):
    return not inside(frame, center, (0.0, 0.0))


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_a_frame_holds_its_own_boxes_and_no_others(rankdir):
    drawn = scene(rankdir)
    layout = scene_layout(drawn)
    paths = [frame.path for frame in layout.frames]
    layers, neurons = ["layers[0]", "layers[1]"], [f"layers[0].neurons[{i}]" for i in range(2)]
    assert sorted(paths) == sorted([*layers, *neurons, "layers[1].neurons[0]"])
    assert sorted(paths[:2]) == layers  # outer ones first
    for frame in layout.frames:
        for box, center in zip(drawn.boxes, layout.centers, strict=True):
            if f"{box.module}.".startswith(f"{frame.path}."):
                assert inside(frame, center, box_size(box, drawn)), (frame.path, box.id)
            else:
                assert apart(frame, center), (frame.path, box.id)


def test_edges_run_from_border_to_border():
    layout = clustered_layout([(10.0, 4.0), (10.0, 4.0)], [(0, 1)], [("a",), ("b",)])
    (route,) = layout.routes
    (x0, y0), (x1, y1) = layout.centers
    assert route[0] == (x0 + 5.0, y0)
    assert route[-1] == (x1 - 5.0, y1)


def test_without_an_engine_the_picture_shows_the_frames():
    x = Value(1.0, "x")
    svg = draw_dot(neuron("layers[0].neurons[0]", x), clusters=True, engine="builtin").pipe(
        encoding="utf-8"
    )
    found = re.findall(r'<g id="([^"]+)" class="cluster module">', svg)
    assert found == ["layers[0]", "layers[0].neurons[0]"]
