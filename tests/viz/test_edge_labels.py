"""Labels of edges in the built-in layout: none covers another one, a box or an upright arrow."""

import itertools
import random

import pytest

from autograd_core import Value
from viz.drawing import scene_layout
from viz.drawing.arrows import arrow_curves, label_places, patch, separate_twins
from viz.scene import box_size, build_scene
from viz.steps import trace


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
    places = label_places(scene, list(separate_twins(scene, layout.routes)))
    return [patch(arrow, places[arrow.id]) for arrow in scene.arrows if arrow.label]


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


def two_ways():
    x = Value(2.0, "x")
    return (x * 5.0) * (x + 1.0)


def five_ways():
    x = Value(1.5, "x")
    return x * 2.0 + x * 3.0 + x * 4.0 + x.exp() + x.tanh()


def distance(place, route, scene):
    """From a point to the nearest of 200 points of a line."""
    (p, a, b, q) = arrow_curves(route[-2:], scene)[0][0]
    points = []
    for step in range(201):
        t, u = step / 200, 1 - step / 200
        shares = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        points.append([sum(s * c[i] for s, c in zip(shares, (p, a, b, q))) for i in (0, 1)])
    x, y = place
    return min(abs(x - px) + abs(y - py) for px, py in points)


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR"])
@pytest.mark.parametrize("build", [two_ways, five_ways])
def test_of_the_lines_that_leave_a_box_a_label_is_nearest_to_its_own(build, rankdir):
    scene = build_scene(trace(build()), rankdir=rankdir, partials=True)
    routes = list(separate_twins(scene, scene_layout(scene).routes))
    places = label_places(scene, routes)
    leaving = [(arrow, r) for arrow, r in zip(scene.arrows, routes) if arrow.tail == "v0"]
    assert len(leaving) > 1
    for arrow, _ in leaving:
        near = {other.id: distance(places[arrow.id], route, scene) for other, route in leaving}
        assert min(near, key=near.get) == arrow.id, near


@pytest.mark.parametrize("rankdir", ["TB", "BT"])
def test_five_labels_of_one_box_do_not_cover_each_other(rankdir):
    scene = build_scene(trace(five_ways()), rankdir=rankdir, partials=True)
    for one, other in itertools.combinations(labels(scene, scene_layout(scene)), 2):
        assert not overlap(one, other)
