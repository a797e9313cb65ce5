"""Labels of edges in the built-in layout: none covers another one, a box or an upright arrow."""

import itertools
import random

import pytest

from autograd_core import Value
from viz.arrows import arrow_curves, label_place, label_size, separate_twins
from viz.scene import build_scene
from viz.sizes import box_size
from viz.steps import trace
from viz.svg import scene_layout


def neuron():
    rng = random.Random(1)
    w = [Value(rng.uniform(-9.0, 9.0), f"w{i}") for i in range(4)]
    x = [Value(rng.uniform(-9.0, 9.0), f"x{i}") for i in range(4)]
    total = Value(0.5, "b")
    for weight, number in zip(w, x):
        total = total + weight * number
    return total.tanh()


def square():
    x = Value(3.0, "x")
    return (x * x).exp() + 1.0


def labels(scene, layout):
    """The rectangles (left, top, right, bottom) of all labels."""
    rectangles = []
    for arrow, route in zip(scene.arrows, separate_twins(scene, layout.routes)):
        if arrow.label:
            (x, y), (width, height) = label_place(arrow, route, scene), label_size(arrow)
            rectangles.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return rectangles


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.fixture(params=[neuron, square], ids=["neuron", "square"])
def graph(request):
    return trace(request.param())


@pytest.mark.parametrize("rankdir", ["LR", "TB", "BT", "RL"])
@pytest.mark.parametrize("clusters", [False, True])
def test_no_label_covers_another_one(graph, rankdir, clusters):
    scene = build_scene(graph, rankdir=rankdir, partials=True, clusters=clusters)
    rectangles = labels(scene, scene_layout(scene))
    assert rectangles
    for one, other in itertools.combinations(rectangles, 2):
        assert not overlap(one, other)


@pytest.mark.parametrize("rankdir", ["TB", "BT"])
def test_beside_upright_arrows_no_label_lies_on_a_line(graph, rankdir):
    scene = build_scene(graph, rankdir=rankdir, partials=True)
    layout = scene_layout(scene)
    rectangles = labels(scene, layout)
    for route in separate_twins(scene, layout.routes):
        for p, a, b, q in arrow_curves(route, scene)[0]:
            for step in range(21):
                t, u = step / 20, 1 - step / 20
                shares = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
                x, y = (sum(s * c[i] for s, c in zip(shares, (p, a, b, q))) for i in (0, 1))
                assert not any(r[0] < x < r[2] and r[1] < y < r[3] for r in rectangles)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_no_label_covers_a_box(graph, rankdir):
    scene = build_scene(graph, rankdir=rankdir, partials=True)
    layout = scene_layout(scene)
    for box, (x, y) in zip(scene.boxes, layout.centers):
        width, height = box_size(box, scene)
        rectangle = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        assert not any(overlap(rectangle, label) for label in labels(scene, layout))


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_every_label_lies_inside_the_picture(graph, rankdir):
    scene = build_scene(graph, rankdir=rankdir, partials=True)
    layout = scene_layout(scene)
    for left, _, right, _ in labels(scene, layout):
        assert -1e-9 <= left <= right <= layout.width + 1e-9  # sums of rounded numbers
